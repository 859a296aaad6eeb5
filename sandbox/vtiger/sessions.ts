/** Challenges and sessions. Neither outlives the process. */
import { createHash, randomBytes } from 'node:crypto';
import type { CrmUser } from './accounts.ts';
import { VtigerError } from './fault.ts';
import { idIn, nowSeconds, userNamed, type World } from './world.ts';

/** What becomes of a session at a control's word; `lost` is what a real server does, the others stand in its table of codes. */
export const SESSION_ENDS = ['lost', 'expired', 'idle', 'unauthenticated'] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

interface Challenge { readonly token: string; readonly until: number }
interface Session { readonly user: number; usedAt: number; end?: Exclude<SessionEnd, 'lost'> }

export interface Sessions {
  /** One a user: asking again makes the one before useless. */
  readonly challenges: Map<number, Challenge>;
  readonly open: Map<string, Session>;
}

export const newSessions = (): Sessions => ({ challenges: new Map(), open: new Map() });

const CHALLENGE_SECONDS = 300;
const NEVER = { message: 'Session Identifier provided is Invalid', code: 'INVALID_SESSIONID' } as const;
const ENDS: Readonly<Record<Exclude<SessionEnd, 'lost'>, readonly [code: string, message: string]>> = {
  expired: ['SESSION_EXPIRED', 'Session has life span over please login again'],
  idle: ['SESSION_LEFT_IDLE', 'Session has been invalidated to due lack activity'],
  unauthenticated: ['AUTHENTICATION_REQUIRED', 'Authencation required'],
};

export function challenge(world: World, login: string): unknown {
  const user = userNamed(world, login);
  if (!user) throw new VtigerError('ACCESS_DENIED', 'username does not exists');
  const serverTime = nowSeconds(world);
  const made = { token: randomBytes(7).toString('hex').slice(0, 13), until: serverTime + CHALLENGE_SECONDS };
  world.sessions.challenges.set(user.n, made);
  return { token: made.token, serverTime, expireTime: made.until };
}

export function login(world: World, name: string, answer: string): unknown {
  const user = userNamed(world, name);
  const open = user && world.sessions.challenges.get(user.n);
  if (!user || !open || open.until < nowSeconds(world)) throw new VtigerError('INVALID_AUTH_TOKEN', 'Specified token is invalid or expired');
  if (user.accessKey === '') throw new VtigerError('ACCESSKEY_UNDEFINED', 'Access key for the user is undefined');
  if (answer !== createHash('md5').update(open.token + user.accessKey).digest('hex')) {
    throw new VtigerError('INVALID_USER_CREDENTIALS', 'Invalid username or password');
  }
  if (!user.isActive) throw new VtigerError('AUTHENTICATION_FAILURE', 'Given user is inactive');
  const sessionName = randomBytes(10).toString('hex');
  world.sessions.open.set(sessionName, { user: user.n, usedAt: nowSeconds(world) });
  return {
    username: user.login, first_name: user.firstName, last_name: user.lastName, email: user.email, time_zone: user.timeZone,
    hour_format: user.hourFormat, date_format: user.dateFormat, is_admin: user.isAdmin ? 'on' : 'off', call_duration: '5',
    other_event_duration: '5', sessionName, userId: idIn(world, 'Users', user.n), version: '0.22', vtigerVersion: world.settings.version,
  };
}

/** The person behind a session; unknown, collected and ended ones are refused. */
export function demandSession(world: World, name: string): CrmUser {
  if (name === '' || name === 'null') throw new VtigerError(...ENDS.unauthenticated);
  const session = world.sessions.open.get(name);
  const user = session && world.users.find(({ n }) => n === session.user);
  if (session?.end) throw new VtigerError(...ENDS[session.end]);
  const now = nowSeconds(world);
  if (!user || session.usedAt + world.settings.sessionIdleSeconds < now) {
    world.sessions.open.delete(name);
    throw new VtigerError(NEVER.code, NEVER.message);
  }
  session.usedAt = now;
  return user;
}

/** Ends the sessions of one person, or of everybody. */
export function endSessions(world: World, end: SessionEnd, user?: CrmUser): void {
  for (const [name, session] of world.sessions.open) {
    if (user && session.user !== user.n) continue;
    if (end === 'lost') world.sessions.open.delete(name); else session.end = end;
  }
}
