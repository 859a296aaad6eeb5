/**
 * Sessions of the pane: a bearer token of an hour and a refresh token that changes at every use (docs/decisions/0002-sessions.md).
 * Row (s~user, session id) in table `accounts` holds hashes only; a request costs one point read, so a revoked session
 * ends at once although its bearer token is young.
 */
import type { SessionTokens } from '@concord/api';
import { SyncError } from '../../engine/errors.ts';
import type { Instant } from '../../engine/record.ts';
import { Conflict, type Row, type Table } from '../../ports/table.ts';
import type { Clock, Log, Random } from '../../ports/world.ts';
import { refusal } from '../refusal.ts';
import { dropRows } from './rows.ts';
import { hashToken, isTokenOf, mintToken } from './token.ts';

const MINUTE = 60_000;
const ACCESS_LIFE = 60 * MINUTE;
/** A session that nobody used for so long is over. */
const IDLE_LIFE = 90 * 24 * 60 * MINUTE;
/** A reply may be lost on its way: the refresh token that was just replaced is good for so long. */
const GRACE = MINUTE;
/** Several tabs refresh in turn; each may go on with the bearer token it has. */
const ACCESS_MAX = 8;
const SESSIONS_MAX = 20;
const ROTATION_TRIES = 3;
/** As many as one batch may delete. */
const ROWS_MAX = 100;

export interface SessionParts {
  readonly accounts: Table;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface SessionRef {
  readonly userId: string;
  readonly session: string;
}

export interface SessionInfo {
  readonly session: string;
  readonly createdAt: Instant;
  readonly usedAt: Instant;
}

interface Hashed { readonly hash: string; readonly until: Instant }

interface Stored {
  readonly createdAt: Instant;
  readonly usedAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt?: Instant;
  readonly access: readonly Hashed[];
  readonly refresh: string;
  readonly previous: readonly Hashed[];
}

/** The parts of a token: whose session, which, and the secret. The session id is itself known only to its holders. */
interface Presented extends SessionRef { readonly secret: string }

export async function beginSession(parts: SessionParts, userId: string): Promise<SessionTokens> {
  await prune(parts, userId);
  const ref = { userId, session: mintToken(parts.random) };
  const now = parts.clock.now();
  const { tokens, next } = mintPair(parts, ref, { createdAt: now, access: [], previous: [] });
  await parts.accounts.batch(partition(userId), [{ op: 'insert', key: ref.session, cells: encode(next) }]);
  return tokens;
}

/** Who asks, by the bearer token. Throws NO_SESSION, SESSION_EXPIRED or SESSION_REVOKED. */
export async function checkSession(parts: SessionParts, access: string): Promise<SessionRef> {
  const { stored, shown } = await find(parts, access);
  const isKnown = stored.access.some(({ hash, until }) => until > parts.clock.now() && isTokenOf(shown.secret, hash));
  if (!isKnown) throw refusal('SESSION_EXPIRED', 'This bearer token is over: refresh the session.');
  return { userId: shown.userId, session: shown.session };
}

/** The user of a bearer token, if it is good. For the routes that need no session: somebody whose session is over signs in there. */
export async function currentUser(parts: SessionParts, access: string | undefined): Promise<string | undefined> {
  if (access === undefined) return undefined;
  try {
    return (await checkSession(parts, access)).userId;
  } catch (error) {
    if (error instanceof SyncError && error.kind === 'credentialsRejected') return undefined;
    throw error;
  }
}

/** Trades a refresh token for the next pair. An old one ends the whole session: somebody has a copy. */
export async function rotateSession(parts: SessionParts, refresh: string): Promise<SessionTokens> {
  for (let attempt = 0; attempt < ROTATION_TRIES; attempt += 1) {
    const tokens = await rotateOnce(parts, refresh);
    if (tokens) return tokens;
  }
  throw refusal('TOO_SOON', 'This session is being refreshed by another window: try again.', { retryAfterMs: 1_000 });
}

export async function listSessions(parts: SessionParts, userId: string): Promise<readonly SessionInfo[]> {
  const rows = await parts.accounts.range(partition(userId), '', '~', ROWS_MAX);
  return rows.map((row) => ({ session: row.key, stored: decode(row) }))
    .filter(({ stored }) => stored.revokedAt === undefined && stored.expiresAt > parts.clock.now())
    .map(({ session, stored: { createdAt, usedAt } }) => ({ session, createdAt, usedAt }));
}

export async function endSession({ accounts }: SessionParts, { userId, session }: SessionRef): Promise<void> {
  await dropRows(accounts, partition(userId), [session]);
}

async function find({ accounts, clock }: SessionParts, token: string): Promise<{ row: Row; stored: Stored; shown: Presented }> {
  const shown = parse(token);
  const row = shown ? await accounts.get(partition(shown.userId), shown.session) : null;
  if (!row || !shown) throw refusal('NO_SESSION', 'There is no such session: sign in.');
  const stored = decode(row);
  if (stored.revokedAt !== undefined) throw refusal('SESSION_REVOKED', 'This session was ended: sign in again.');
  if (stored.expiresAt <= clock.now()) throw refusal('SESSION_EXPIRED', 'This session was not used for too long: sign in again.');
  return { row, stored, shown };
}

/** One try of a rotation: null when another request rotated in between. */
async function rotateOnce(parts: SessionParts, refresh: string): Promise<SessionTokens | null> {
  const { row, stored, shown } = await find(parts, refresh);
  const now = parts.clock.now();
  const isGraced = stored.previous.some(({ hash, until }) => until > now && isTokenOf(shown.secret, hash));
  if (!isGraced && !isTokenOf(shown.secret, stored.refresh)) {
    // Whoever knows the session id holds one of its tokens; with another secret it is an old one, so there is a copy.
    const over = { ...stored, revokedAt: now, access: [], previous: [] };
    await parts.accounts.batch(row.partition, [{ op: 'put', key: row.key, cells: encode(over) }]);
    parts.log.warn('session.reuse', { user: shown.userId });
    throw refusal('SESSION_REVOKED', 'This session was ended because an old token of it was used: sign in again.');
  }
  const { tokens, next } = mintPair(parts, shown, stored);
  try {
    await parts.accounts.batch(row.partition, [{ op: 'put', key: row.key, cells: encode(next), etag: row.etag }]);
    return tokens;
  } catch (error) {
    if (error instanceof Conflict) return null;
    throw error;
  }
}

type Before = Pick<Stored, 'createdAt' | 'access' | 'previous'> & { readonly refresh?: string };

function mintPair({ clock, random }: SessionParts, ref: SessionRef, before: Before): { tokens: SessionTokens; next: Stored } {
  const now = clock.now();
  const [access, refresh] = [mintToken(random), mintToken(random)];
  const isAlive = ({ until }: Hashed): boolean => until > now;
  const replaced = before.refresh === undefined ? [] : [{ hash: before.refresh, until: now + GRACE }];
  return {
    tokens: { access: compose(ref, access), accessExpiresAt: now + ACCESS_LIFE, refresh: compose(ref, refresh) },
    next: {
      createdAt: before.createdAt, usedAt: now, expiresAt: now + IDLE_LIFE,
      access: [{ hash: hashToken(access), until: now + ACCESS_LIFE }, ...before.access.filter(isAlive)].slice(0, ACCESS_MAX),
      refresh: hashToken(refresh),
      previous: [...replaced, ...before.previous.filter(isAlive)],
    },
  };
}

/** Removes what is over, and the longest unused where a person has too many. */
async function prune({ accounts, clock }: SessionParts, userId: string): Promise<void> {
  const rows = (await accounts.range(partition(userId), '', '~', ROWS_MAX)).map((row) => ({ key: row.key, stored: decode(row) }));
  const isOver = ({ stored }: { stored: Stored }): boolean => stored.expiresAt <= clock.now();
  const surplus = rows.filter((row) => !isOver(row)).sort((a, b) => b.stored.usedAt - a.stored.usedAt).slice(SESSIONS_MAX - 1);
  await dropRows(accounts, partition(userId), [...rows.filter(isOver), ...surplus].map(({ key }) => key));
}

const partition = (userId: string): string => `s~${userId}`;

const compose = ({ userId, session }: SessionRef, secret: string): string => `${userId}.${session}.${secret}`;

const TOKEN = /^([0-9a-v]{26})\.([\w-]{43})\.([\w-]{43})$/;

function parse(token: string): Presented | null {
  const [, userId, session, secret] = TOKEN.exec(token) ?? [];
  return userId && session && secret ? { userId, session, secret } : null;
}

function encode({ access, previous, revokedAt, ...rest }: Stored): Readonly<Record<string, string | number>> {
  return { ...rest, access: JSON.stringify(access), previous: JSON.stringify(previous), ...(revokedAt === undefined ? {} : { revokedAt }) };
}

function decode({ cells }: Row): Stored {
  const revokedAt = cells['revokedAt'];
  return {
    createdAt: Number(cells['createdAt']), usedAt: Number(cells['usedAt']), expiresAt: Number(cells['expiresAt']),
    access: JSON.parse(String(cells['access'])) as readonly Hashed[], refresh: String(cells['refresh']),
    previous: JSON.parse(String(cells['previous'])) as readonly Hashed[],
    ...(revokedAt === undefined ? {} : { revokedAt: Number(revokedAt) }),
  };
}
