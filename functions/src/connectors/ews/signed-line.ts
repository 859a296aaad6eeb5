/**
 * A line on which somebody signs in: by Windows (NTLM, bare in "NTLM" or "Negotiate"), which holds for the connection, or by Basic, which is
 * said only to a host that offers it. Requests go one after the other, so that a handshake is never torn apart. A refused password is sent once.
 */
import type { SyncError } from '../../engine/errors.ts';
import type { Clock } from '../../ports/world.ts';
import type { Connection, Line, LineReply, LineRequest } from '../line.ts';
import { LineError } from '../line.ts';
import { refusal } from './errors.ts';
import { authenticateMessage, negotiateMessage } from './ntlm.ts';

export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** What the server is known to offer and to take from this login. */
  readonly scheme?: 'NTLM' | 'Basic';
  /** The mailbox's own address, where the server agreed to it. */
  readonly address?: string;
}

/** How often a password may still be refused; shared by all lines of one click, or of one run. */
export interface Tries { left: number }

export interface SignIn {
  readonly line: Line;
  /** Name of the host, which the answer to a challenge is made for. */
  readonly host: string;
  readonly credentials: Credentials;
  readonly tries: Tries;
  readonly clock: Clock;
  /** Leaves out the binding to the channel: only to find out whether something between us and the server breaks it. */
  readonly isUnbound?: boolean;
}

export interface SignedLine {
  /**
   * The answer to the request, or one that came before any sign-in and is no 401. Throws what the line throws, SyncError `credentialsRejected`
   * (EWS_UNAUTHORIZED), and `denied` (EWS_SCHEME_UNSUPPORTED) where no way in is offered.
   */
  send(request: LineRequest): Promise<LineReply>;
  /** The way that worked. */
  scheme(): 'NTLM' | 'Basic' | undefined;
  /** Whether the last refusal offered Basic. */
  offersBasic(): boolean;
}

interface State {
  signedIn: Connection | undefined;
  scheme: 'NTLM' | 'Basic' | undefined;
  offers: readonly string[];
  refused: SyncError | undefined;
}

export function signedLine(signIn: SignIn): SignedLine {
  const state: State = { signedIn: undefined, scheme: signIn.credentials.scheme, offers: [], refused: undefined };
  const done = (): void => undefined;
  let turn: Promise<void> = Promise.resolve();
  return {
    send: (request) => {
      const answer = turn.then(() => attempt(signIn, state, request));
      turn = answer.then(done, done);
      return answer;
    },
    scheme: () => state.scheme,
    offersBasic: () => state.offers.includes('basic'),
  };
}

async function attempt(signIn: SignIn, state: State, request: LineRequest): Promise<LineReply> {
  if (state.refused) throw state.refused;
  return (state.scheme === 'Basic' ? await byBasic(signIn, state, request) : undefined) ?? byWindows(signIn, state, request);
}

/** Undefined: the host offers no Basic, so this was no refusal of the password. */
async function byBasic(signIn: SignIn, state: State, request: LineRequest): Promise<LineReply | undefined> {
  const { login, password } = signIn.credentials;
  demandTry(signIn.tries);
  const reply = await signIn.line.send(withAuthorization(request, `Basic ${Buffer.from(`${login}:${password}`, 'utf8').toString('base64')}`));
  if (reply.status !== 401) return reply;
  state.offers = offersOf(reply);
  if (state.offers.includes('basic')) throw refuse(signIn.tries, state);
  state.scheme = undefined;
  return undefined;
}

async function byWindows(signIn: SignIn, state: State, request: LineRequest): Promise<LineReply> {
  const known = state.signedIn?.isOpen() ? await onConnection(signIn.line, request, state.signedIn) : undefined;
  // A 401 on a connection that was signed in: the server forgot, and did nothing.
  return known && known.status !== 401 ? known : handshake(signIn, state, request, 'NTLM');
}

/** Undefined: the connection ended before anything was sent. */
async function onConnection(line: Line, request: LineRequest, connection: Connection): Promise<LineReply | undefined> {
  try {
    return await line.send(request, connection);
  } catch (error) {
    if (error instanceof LineError && error.failure === 'moved') return undefined;
    throw error;
  }
}

/** Three messages on one connection; the first carries no body, because it is answered by a challenge whatever it asks. */
async function handshake(signIn: SignIn, state: State, request: LineRequest, name: 'NTLM' | 'Negotiate'): Promise<LineReply> {
  const negotiate = negotiateMessage();
  const first = await signIn.line.send(withAuthorization({ ...request, body: '' }, `${name} ${negotiate.toString('base64')}`));
  if (first.status !== 401) return first;
  state.offers = offersOf(first);
  const token = tokenOf(first, name);
  if (token === undefined) return otherWay(signIn, state, request, name);
  const { login, password } = signIn.credentials;
  const certificate = signIn.isUnbound ? undefined : first.connection.certificate;
  const message = authenticateMessage({
    negotiate, challenge: Buffer.from(token, 'base64'), login, password, host: signIn.host, certificate, now: signIn.clock.now(),
  });
  if (!message) throw refusal('unavailable', { code: 'EWS_BAD_CHALLENGE' });
  demandTry(signIn.tries);
  const reply = await signIn.line.send(withAuthorization(request, `${name} ${message.toString('base64')}`), first.connection);
  if (reply.status === 401) {
    // The second 401 may name the scheme in use alone: what was offered before still holds.
    state.offers = [...new Set([...state.offers, ...offersOf(reply)])];
    throw refuse(signIn.tries, state);
  }
  state.signedIn = reply.connection;
  state.scheme = 'NTLM';
  return reply;
}

async function otherWay(signIn: SignIn, state: State, request: LineRequest, name: 'NTLM' | 'Negotiate'): Promise<LineReply> {
  const { offers } = state;
  if (name === 'NTLM' && !offers.includes('ntlm') && offers.includes('negotiate')) return handshake(signIn, state, request, 'Negotiate');
  if (offers.includes('basic') && signIn.credentials.scheme !== 'NTLM') {
    state.scheme = 'Basic';
    const reply = await byBasic(signIn, state, request);
    if (reply) return reply;
  }
  throw refusal('denied', { code: 'EWS_SCHEME_UNSUPPORTED' });
}

function demandTry({ left }: Tries): void {
  if (left <= 0) throw refusal('credentialsRejected', { code: 'EWS_UNAUTHORIZED' });
}

/** From outside, a wrong password, a locked or expired account and a broken channel look alike. */
function refuse(tries: Tries, state: State): SyncError {
  tries.left -= 1;
  state.refused = refusal('credentialsRejected', { code: 'EWS_UNAUTHORIZED' });
  return state.refused;
}

const withAuthorization = (request: LineRequest, authorization: string): LineRequest => ({ ...request, headers: { ...request.headers, authorization } });

/** Names of the schemes in lower case; one header may list several. */
const offersOf = ({ challenges }: LineReply): readonly string[] =>
  ['negotiate', 'ntlm', 'basic'].filter((name) => challenges.some((one) => new RegExp(`(^|,\\s*)${name}(\\s|,|$)`, 'i').test(one)));

const tokenOf = ({ challenges }: LineReply, name: string): string | undefined =>
  challenges.map((one) => new RegExp(`^${name} ([A-Za-z0-9+/=]+)$`, 'i').exec(one.trim())?.[1]).find((token) => token !== undefined);
