/** Grants and sessions: rotating refresh tokens, sliding access tokens, at most five grants for a user and app. */
import { createHash, randomBytes } from 'node:crypto';
import type { Org, Person } from '../org.ts';
import { refuse } from '../refusal.ts';

/** One approval; its family is the refresh tokens it ever had and the sessions they made. Tokens are kept hashed. */
interface Grant {
  readonly id: string;
  readonly personId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly createdAt: number;
  refresh: string | undefined;
  readonly used: string[];
}

interface Session {
  readonly personId: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly issuedAt: number;
  stampedAt: number;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly scope: string;
  readonly personId: string;
}

export interface Introspection {
  readonly personId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly issuedAt: number;
  /** Absent for a refresh token. */
  readonly expiresAt: number | undefined;
}

export interface SessionState {
  readonly grants: readonly Grant[];
  readonly sessions: readonly (readonly [string, Session])[];
}

export interface Sessions {
  open(personId: string, clientId: string, scope: string): Tokens;
  /** Undefined: the token is unknown, revoked or used already; a used one ends its whole family. */
  refresh(token: string, clientId: string): Tokens | undefined;
  /** A refresh token takes its sessions with it. False where the token is unknown. */
  revoke(token: string): boolean;
  introspect(token: string): Introspection | undefined;
  /** The user of a Bearer header, or undefined; using a session in its second half renews it. */
  bearer(authorization: string | undefined): Person | undefined;
  /** As `bearer`; throws 401 INVALID_SESSION_ID. */
  personOf(authorization: string | undefined): Person;
  hasGrant(personId: string, clientId: string): boolean;
  /** Ends the access tokens; refresh tokens live on. */
  expireSessions(): void;
  /** Ends every grant of a user, as an administrator does. */
  revokeUser(personId: string): void;
  save(): SessionState;
}

/** What the functions below share. Both maps keep the order of making. */
interface Book {
  readonly org: Org;
  /** By id. */
  readonly grants: Map<string, Grant>;
  /** By the hash of the access token. */
  readonly sessions: Map<string, Session>;
}

const GRANTS_MAX = 5;
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url');

export function createSessions(org: Org, saved?: SessionState): Sessions {
  const grants = new Map((saved?.grants ?? []).map((grant) => [grant.id, grant]));
  const sessions = new Map<string, Session>(saved?.sessions ?? []);
  const book: Book = { org, grants, sessions };
  return {
    open: (personId, clientId, scope) => openGrant(book, personId, clientId, scope),
    refresh: (token, clientId) => refreshGrant(book, hash(token), clientId),
    revoke: (token) => revokeToken(book, hash(token)),
    introspect: (token) => introspectToken(book, hash(token)),
    bearer: (authorization) => bearerOf(book, authorization),
    personOf: (authorization) => {
      const person = bearerOf(book, authorization);
      if (person) return person;
      const isOther = authorization !== undefined && !BEARER.test(authorization);
      if (isOther) throw refuse(401, 'INVALID_AUTH_HEADER', 'INVALID_HEADER_TYPE');
      throw refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    },
    hasGrant: (personId, clientId) => [...grants.values()].some((grant) => grant.personId === personId && grant.clientId === clientId),
    expireSessions: () => {
      sessions.clear();
      org.changed();
    },
    revokeUser: (personId) => {
      for (const grant of [...grants.values()]) if (grant.personId === personId) endGrant(book, grant);
    },
    save: () => ({ grants: [...grants.values()], sessions: [...sessions] }),
  };
}

function openGrant(book: Book, personId: string, clientId: string, scope: string): Tokens {
  const mine = [...book.grants.values()].filter((grant) => grant.personId === personId && grant.clientId === clientId);
  for (const oldest of mine.slice(0, Math.max(0, mine.length - GRANTS_MAX + 1))) endGrant(book, oldest);
  const id = randomBytes(9).toString('base64url');
  const grant: Grant = { id, personId, clientId, scope, createdAt: book.org.clock.now(), refresh: undefined, used: [] };
  book.grants.set(id, grant);
  return issue(book, grant);
}

function issue({ org, sessions }: Book, grant: Grant): Tokens {
  const { personId, clientId, scope } = grant;
  const access = `${org.id.slice(0, 15)}!${randomBytes(48).toString('base64url')}`;
  const now = org.clock.now();
  sessions.set(hash(access), { personId, grantId: grant.id, clientId, scope, issuedAt: now, stampedAt: now });
  const keeps = /\b(refresh_token|offline_access|full)\b/.test(scope);
  let refresh: string | undefined;
  if (keeps && (grant.refresh === undefined || org.settings.rotation)) {
    refresh = `5Aep861${randomBytes(48).toString('base64url')}`;
    if (grant.refresh) grant.used.push(grant.refresh);
    grant.refresh = hash(refresh);
  }
  org.changed();
  return { access, refresh, scope, personId };
}

function refreshGrant(book: Book, key: string, clientId: string): Tokens | undefined {
  const all = [...book.grants.values()];
  const replayed = all.find((grant) => grant.used.includes(key));
  if (replayed) endGrant(book, replayed);
  const grant = all.find((one) => one.refresh === key && one.clientId === clientId);
  return grant && issue(book, grant);
}

function revokeToken(book: Book, key: string): boolean {
  const grant = [...book.grants.values()].find((one) => one.refresh === key || one.used.includes(key));
  if (grant) endGrant(book, grant);
  return grant !== undefined || book.sessions.delete(key);
}

function endGrant({ org, grants, sessions }: Book, grant: Grant): void {
  grants.delete(grant.id);
  for (const [key, session] of sessions) if (session.grantId === grant.id) sessions.delete(key);
  org.changed();
}

function introspectToken({ org, grants, sessions }: Book, key: string): Introspection | undefined {
  const session = sessions.get(key);
  if (session && isAlive(org, session)) return { ...session, expiresAt: endOf(org, session) };
  const grant = [...grants.values()].find((one) => one.refresh === key);
  return grant && { ...grant, issuedAt: grant.createdAt, expiresAt: undefined };
}

const BEARER = /^(?:Bearer|OAuth) (.+)$/i;

function bearerOf({ org, sessions }: Book, authorization: string | undefined): Person | undefined {
  const token = BEARER.exec(authorization ?? '')?.[1];
  const session = token === undefined ? undefined : sessions.get(hash(token));
  if (!session || !isAlive(org, session)) return undefined;
  const half = org.settings.sessionMinutes * 30_000;
  if (org.clock.now() - session.stampedAt >= half) session.stampedAt = org.clock.now();
  return org.people.get(session.personId);
}

const endOf = (org: Org, session: Session): number => session.stampedAt + org.settings.sessionMinutes * 60_000;

const isAlive = (org: Org, session: Session): boolean =>
  org.clock.now() <= endOf(org, session) && org.people.get(session.personId)?.isActive === true;
