/** Who is calling: Basic, or NTLMv2 with its three messages on one connection. Every kind of no looks the same from outside: 401. */
import type { StandInReply, StandInRequest } from '../server.ts';
import type { ExchangeAccount } from './accounts.ts';
import { bindingToken, challengeFor, judge, messageType, readClaim } from './ntlm.ts';
import type { Handshake, Verdict } from './ntlm.ts';
import type { Scheme } from './settings.ts';
import { standingOf } from './world.ts';
import type { EwsWorld } from './world.ts';

/** What this server knows of one TCP connection; NTLM signs in the connection, not the request. */
interface Connection { handshake: Handshake | undefined; account: ExchangeAccount | undefined }

export interface Doorkeeper {
  /** The caller, or the answer that keeps him out. */
  admit(request: StandInRequest): ExchangeAccount | StandInReply;
  /** The latest reasons for which somebody was kept out, for tests and the page; never sent. */
  readonly refusals: readonly Refusal[];
}

export type Refusal = Verdict | 'unknownUser' | 'locked' | 'expired' | 'disabled' | 'ewsDisabled' | 'noHandshake' | 'scheme' | 'malformed';

const REFUSALS_KEPT = 50;
const PAGE = '<!DOCTYPE html><html><head><title>401 - Unauthorized: Access is denied due to invalid credentials.</title></head>'
  + '<body><h1>Server Error</h1><h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2></body></html>';

/** `endPoint` is the hash of the server's own certificate (RFC 5929); undefined for plain http, where there is nothing to bind to. */
export function doorkeeper(world: EwsWorld, endPoint: Buffer | undefined): Doorkeeper {
  const connections = new WeakMap<object, Connection>();
  const refusals: Refusal[] = [];
  const { signIn } = world.settings;

  const refuse = (reason: Refusal | null): StandInReply => {
    if (reason) refusals.splice(0, Math.max(0, refusals.length - REFUSALS_KEPT + 1));
    if (reason) refusals.push(reason);
    return unauthorized(signIn.schemes.map((scheme) => (scheme === 'Basic' ? 'Basic realm="ex01"' : scheme)));
  };
  const letIn = (found: ExchangeAccount | Refusal): ExchangeAccount | StandInReply => (typeof found === 'string' ? refuse(found) : found);

  return {
    refusals,
    admit: (request) => {
      const [scheme = '', token = ''] = (request.headers['authorization'] ?? '').split(/\s+/);
      const known = signIn.schemes.find((one) => one.toLowerCase() === scheme.toLowerCase());
      const connection = connectionOf(connections, request);
      if (scheme === '') return connection.account ?? refuse(null);
      connection.account = undefined;
      if (known === 'Basic') return letIn(byBasic(world, token));
      if (known !== 'NTLM' && known !== 'Negotiate') return refuse('scheme');
      const message = Buffer.from(token, 'base64');
      if (messageType(message) === 1) return begin(world, connection, known, message);
      const found = finish(world, connection, message, endPoint);
      connection.handshake = undefined;
      if (typeof found !== 'string') connection.account = found;
      return letIn(found);
    },
  };
}

/** A request that did not come over a socket has a connection of its own. */
function connectionOf(connections: WeakMap<object, Connection>, { connection = {} }: StandInRequest): Connection {
  const known = connections.get(connection);
  if (known) return known;
  const made: Connection = { handshake: undefined, account: undefined };
  connections.set(connection, made);
  return made;
}

const unauthorized = (schemes: readonly string[]): StandInReply =>
  ({ status: 401, repeatedHeaders: { 'www-authenticate': schemes }, headers: { 'content-type': 'text/html', 'x-feserver': 'EX01' }, body: PAGE });

/** The challenge comes under the name of the scheme that was used. */
function begin(world: EwsWorld, connection: Connection, scheme: Scheme, message: Buffer): StandInReply {
  if (message.length < 16) return unauthorized([scheme]);
  const { domain = 'CONTOSO' } = world.accounts[0] ?? {};
  connection.handshake = challengeFor(message, domain, `${domain.toLowerCase()}.local`, world.clock.now());
  const token = connection.handshake.challenge.toString('base64');
  return { status: 401, headers: { 'www-authenticate': `${scheme} ${token}`, 'content-type': 'text/html' }, body: '' };
}

function finish(world: EwsWorld, { handshake }: Connection, message: Buffer, endPoint: Buffer | undefined): ExchangeAccount | Refusal {
  const { signIn } = world.settings;
  if (!handshake) return 'noHandshake';
  const claim = readClaim(message);
  if (!claim) return 'malformed';
  const account = findAccount(world, claim.domain, claim.user);
  if (!account) return 'unknownUser';
  const seen = endPoint && (signIn.isBridged ? Buffer.alloc(32, 7) : endPoint);
  const isBound = seen !== undefined && signIn.extendedProtection !== 'none';
  const binding = { token: isBound ? bindingToken(seen) : undefined, isRequired: signIn.extendedProtection === 'require' };
  return judged(world, account, judge(handshake, claim, standingOf(world, account).password, binding, world.clock.now()));
}

function byBasic(world: EwsWorld, token: string): ExchangeAccount | Refusal {
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return 'malformed';
  const [, domain = '', user = ''] = /^(?:([^\\]*)\\)?(.*)$/.exec(text.slice(0, colon)) ?? [];
  const account = findAccount(world, domain, user);
  if (!account) return 'unknownUser';
  return judged(world, account, standingOf(world, account).password === text.slice(colon + 1) ? 'ok' : 'wrongPassword');
}

/**
 * DOMAIN\login, or user@domain as the directory has it; the mail address is nobody's login unless it is that too. A bare login belongs to the server's own
 * domain.
 */
function findAccount(world: EwsWorld, domain: string, user: string): ExchangeAccount | undefined {
  const { loginForms } = world.settings.signIn;
  const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
  const form = user.includes('@') ? 'upn' : 'domain';
  if (!loginForms.includes(form)) return undefined;
  if (form === 'upn') return world.accounts.find(({ upn }) => same(upn, user));
  const own = domain === '' ? world.accounts[0]?.domain ?? '' : domain;
  return world.accounts.find((account) => same(account.login, user) && same(account.domain, own));
}

/** Each wrong password counts towards the lock, after which the right one is refused too, until somebody opens the account again. */
function judged(world: EwsWorld, account: ExchangeAccount, verdict: Verdict): ExchangeAccount | Refusal {
  const standing = standingOf(world, account);
  world.serviceChanged();
  const isIn = verdict === 'ok' && standing.state === 'ok';
  if (isIn) {
    standing.wrong = 0;
    standing.accepted += 1;
    return account;
  }
  standing.refused += 1;
  if (verdict === 'wrongPassword') {
    standing.wrong += 1;
    if (standing.wrong >= world.settings.signIn.lockoutThreshold && standing.state === 'ok') standing.state = 'locked';
  }
  return verdict === 'ok' && standing.state !== 'ok' ? standing.state : verdict;
}
