/** Signing in with user name and access key: a challenge, its md5 with the key, a session. The key goes nowhere, only the sum of both does. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SyncError } from '../../engine/errors.ts';
import type { Account, CredentialsFlow, Grant, TypedAnswer } from '../../ports/connector.ts';
import type { Line } from '../line.ts';
import { openLine, type Network } from '../open-line.ts';
import { ask } from './client.ts';
import { hasCode, problem } from './errors.ts';
import { REPLY_BYTES_MAX, SESSION_LIFE, SIGN_IN_TIMEOUT } from './limits.ts';
import { asSignInError, signInError } from './sign-in-errors.ts';

export function vtigerSignIn(network: Network): CredentialsFlow {
  return {
    by: 'credentials',
    connect: (typed) => connect(network, typed),
    refresh: (secret, account) => refresh(network, secret, account),
    // A session ends by itself, and only the user can make the key another one.
    revoke: () => Promise.resolve(),
  };
}

interface Key { readonly login: string; readonly accessKey: string }

/** The stored form of a sign-in; the server's address stands in the account. */
const secretOf = ({ login, accessKey }: Key): string => JSON.stringify({ login, accessKey });

function keyIn(secret: string): Key {
  const { login, accessKey } = JSON.parse(secret) as Readonly<Record<string, unknown>>;
  if (typeof login !== 'string' || typeof accessKey !== 'string') throw problem('bug', 'BAD_GRANT', 'A stored sign-in cannot be read: sign in again');
  return { login, accessKey };
}

async function connect(network: Network, { values: { url, login, accessKey } }: TypedAnswer): Promise<Grant> {
  if (!url) throw missing('url');
  if (!login) throw missing('login');
  if (!accessKey) throw missing('accessKey');
  const endpoint = serviceUrl(url);
  const { host } = new URL(endpoint);
  const key: Key = { login, accessKey };
  try {
    return await onLine(network, endpoint, async (line) => {
      const session = await signIn(network, line, key);
      await demandContacts(network, line, session.sessionName, host);
      return grantOf(network, key, session, accountOf(session, endpoint, login));
    });
  } catch (error) {
    throw asSignInError(error, host);
  }
}

const missing = (field: string): SyncError => new SyncError('invalid', 'A field of the sign-in is empty.', { code: 'FIELD_MISSING', field });

/** People paste the address of the page they see, whatever it shows: the service lies beside its index.php. */
export function serviceUrl(typed: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(text)) throw signInError('NOT_A_SERVER');
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/[^/]*\.php(\/.*)?$/i, '').replace(/\/+$/, '')}/webservice.php`;
  return url.href;
}

/** A new session of the same user. Another user under this name is nobody's business here. */
async function refresh(network: Network, secret: string, account: Account): Promise<Grant> {
  const key = keyIn(secret);
  const session = await onLine(network, account.loginHost, (line) => signIn(network, line, key));
  if (session.userId !== account.user) {
    throw problem('credentialsRejected', 'OTHER_USER', 'This access key belongs to another user now: sign in again', { isPermanent: true });
  }
  return grantOf(network, key, session, account);
}

async function onLine<T>(network: Network, endpoint: string, work: (line: Line) => Promise<T>): Promise<T> {
  const line = openLine(network)(endpoint, { timeoutMs: SIGN_IN_TIMEOUT, maxBytes: REPLY_BYTES_MAX });
  try {
    return await work(line);
  } finally {
    line.close();
  }
}

const Challenge = z.object({ token: z.string().min(1) });
/** Older servers tell the first two alone. */
const Session = z.object({
  sessionName: z.string().min(1), userId: z.string().regex(/^\d+x\d+$/),
  username: z.string().optional(), first_name: z.string().nullish(), last_name: z.string().nullish(), time_zone: z.string().nullish(),
});
type Session = z.infer<typeof Session>;

/** Twice at most: whoever asks for a challenge at the same time makes ours worthless, which looks like a wrong key. */
async function signIn(network: Network, line: Line, key: Key): Promise<Session> {
  try {
    return await signInOnce(network, line, key);
  } catch (error) {
    if (!hasCode(error, 'INVALID_USER_CREDENTIALS', 'INVALID_AUTH_TOKEN')) throw error;
    return signInOnce(network, line, key);
  }
}

async function signInOnce({ clock }: Network, line: Line, { login, accessKey }: Key): Promise<Session> {
  const challenge = Challenge.safeParse(await challengeFor(line, login, clock.now()));
  if (!challenge.success) throw badLogin();
  // The webservice knows no other sum than md5.
  const answer = createHash('md5').update(challenge.data.token + accessKey).digest('hex');
  const session = Session.safeParse(await ask(line, 'login', { username: login, accessKey: answer }, clock.now()));
  if (!session.success) throw badLogin();
  return session.data;
}

async function challengeFor(line: Line, username: string, now: number): Promise<unknown> {
  try {
    return await ask(line, 'getchallenge', { username }, now);
  } catch (error) {
    if (!hasCode(error, 'ACCESS_DENIED')) throw error;
    throw problem('credentialsRejected', 'UNKNOWN_USER', 'vTiger does not know this user name: check it', { cause: error });
  }
}

const badLogin = (): SyncError => problem('unavailable', 'BAD_LOGIN', 'vTiger answered a sign-in in a way that is not understood: it is tried again later');

const Types = z.object({ types: z.array(z.string()) });

/** Shown at the sign-in, not in the night. */
async function demandContacts({ clock }: Network, line: Line, sessionName: string, host: string): Promise<void> {
  const listed = Types.safeParse(await ask(line, 'listtypes', { sessionName }, clock.now()));
  if (!listed.success) throw badLogin();
  if (!listed.data.types.includes('Contacts')) throw signInError('ACCESS_OFF', host);
}

function accountOf({ userId, username, first_name, last_name, time_zone }: Session, endpoint: string, typed: string): Account {
  const { host, pathname } = new URL(endpoint);
  const login = username ?? typed.trim();
  const displayName = [first_name, last_name].filter(Boolean).join(' ') || login;
  return {
    organization: host + pathname.replace(/\/webservice\.php$/, ''), organizationName: host, user: userId, login, displayName, loginHost: endpoint,
    ...(time_zone && isZone(time_zone) ? { timeZone: time_zone } : {}),
  };
}

export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Sessions bear no end; PHP collects unused ones about then. */
function grantOf({ clock }: Network, key: Key, { sessionName }: Session, account: Account): Grant {
  return { secret: secretOf(key), token: { value: sessionName, endpoint: account.loginHost, expiresAt: clock.now() + SESSION_LIFE }, account };
}
