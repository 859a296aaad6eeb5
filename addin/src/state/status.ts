/** The one status: which of the states holds, and the chip, icon, colour and verb it is shown with (one table). */
import type { UserState } from '@concord/api';
import type { TextKey } from '../text/en.ts';

export type StatusName =
  | 'signedOut' | 'offline' | 'signInNeeded' | 'blocked' | 'off' | 'paused' | 'syncing' | 'delayed' | 'waiting' | 'needsYou'
  | 'notSetUp' | 'active';

export type StatusIcon =
  | 'circleHint' | 'handRight' | 'checkmarkCircle' | 'arrowSync' | 'warning' | 'clock' | 'prohibited' | 'errorCircle' | 'pauseCircle'
  | 'power' | 'wifiOff';

type StatusColor = 'informative' | 'warning' | 'success' | 'brand' | 'danger' | 'subtle';

/** What pressing the verb on the line does. */
export type StatusVerb =
  | 'setUp' | 'review' | 'syncNow' | 'pause' | 'show' | 'details' | 'copyRequest' | 'signInAgain' | 'resume' | 'activate' | 'tryNow';

export interface StatusLook {
  readonly chip: TextKey;
  readonly icon: StatusIcon;
  readonly color: StatusColor;
  readonly verb: StatusVerb;
  readonly verbText: TextKey;
}

/** The table of the states; signedOut alone has no line. */
export const STATUS_LOOKS: Readonly<Record<Exclude<StatusName, 'signedOut'>, StatusLook>> = {
  offline: { chip: 'chip.offline', icon: 'wifiOff', color: 'subtle', verb: 'tryNow', verbText: 'verb.tryNow' },
  signInNeeded: { chip: 'chip.signInNeeded', icon: 'errorCircle', color: 'danger', verb: 'signInAgain', verbText: 'verb.signInAgain' },
  blocked: { chip: 'chip.blocked', icon: 'prohibited', color: 'danger', verb: 'copyRequest', verbText: 'verb.copyRequest' },
  off: { chip: 'chip.off', icon: 'power', color: 'informative', verb: 'activate', verbText: 'verb.activate' },
  paused: { chip: 'chip.paused', icon: 'pauseCircle', color: 'informative', verb: 'resume', verbText: 'verb.resume' },
  syncing: { chip: 'chip.syncing', icon: 'arrowSync', color: 'brand', verb: 'pause', verbText: 'verb.pause' },
  delayed: { chip: 'chip.delayed', icon: 'clock', color: 'warning', verb: 'details', verbText: 'verb.details' },
  waiting: { chip: 'chip.waiting', icon: 'handRight', color: 'warning', verb: 'review', verbText: 'verb.review' },
  needsYou: { chip: 'chip.needsYou', icon: 'warning', color: 'warning', verb: 'show', verbText: 'verb.show' },
  notSetUp: { chip: 'chip.notSetUp', icon: 'circleHint', color: 'informative', verb: 'setUp', verbText: 'verb.setUp' },
  active: { chip: 'chip.active', icon: 'checkmarkCircle', color: 'success', verb: 'syncNow', verbText: 'verb.syncNow' },
};

export interface Known {
  readonly user?: UserState;
  readonly isOffline: boolean;
  readonly isSignedOut: boolean;
}

const STALE_CYCLES = 2;
const MINUTE_MS = 60_000;
/** A refused sign-in is tried again by itself until the sixth refusal in a row suspends. */
const WAITS: readonly string[] = ['unavailable', 'throttled', 'quota', 'credentialsRejected'];

/** When several states hold, the first of the order of StatusName shows. `now` by the server's clock. */
export function statusOf(known: Known, now: number): StatusName {
  const { user } = known;
  if (known.isSignedOut || !user) return 'signedOut';
  if (known.isOffline) return 'offline';
  if (needsSignIn(user)) return 'signInNeeded';
  if (user.sync.problem?.kind === 'denied') return 'blocked';
  if (user.activation === 'deactivated') return 'off';
  if (user.activation === 'paused') return 'paused';
  if (user.sync.isRunning) return 'syncing';
  if (isDelayed(user, now)) return 'delayed';
  if (user.activation === 'mailboxConnected') return 'waiting';
  if (user.activation === 'crmConnected') return 'notSetUp';
  return openThings(user) > 0 ? 'needsYou' : 'active';
}

/** The side whose sign-in is refused: the mailbox first, since without it nothing at all is in sync. */
export function refusedSide(user: UserState): 'm' | 'c' | null {
  if (user.mailbox?.isRefused) return 'm';
  if (user.crm?.isRefused) return 'c';
  return user.activation === 'suspended' ? 'm' : null;
}

export function openThings(user: UserState): number {
  return user.sync.asks + user.sync.held + user.sync.parked;
}

export function isStale(user: UserState, now: number): boolean {
  const { lastRunAt, intervalMinutes } = user.sync;
  return user.activation === 'active' && lastRunAt !== undefined && now - lastRunAt > STALE_CYCLES * intervalMinutes * MINUTE_MS;
}

function needsSignIn(user: UserState): boolean {
  return user.activation === 'suspended' || refusedSide(user) !== null;
}

function isDelayed(user: UserState, now: number): boolean {
  return (user.sync.problem !== undefined && WAITS.includes(user.sync.problem.kind)) || isStale(user, now);
}

/** Whole seconds until "Sync now" is allowed again; 0 when it is. */
export function secondsUntilSyncNow(user: UserState, now: number): number {
  return Math.max(0, Math.ceil((user.sync.syncNowFrom - now) / 1000));
}

/** The rest of a first sync in whole minutes, at least 1, from the pace so far. */
export function minutesLeft(done: number, total: number, startedAt: number, now: number): number {
  if (done <= 0) return Math.max(1, Math.ceil(total / 600));
  const pace = (now - startedAt) / done;
  return Math.max(1, Math.ceil((pace * (total - done)) / MINUTE_MS));
}

/** The screen that comes up by itself when the pane starts: the next open step, or the sign-in that is refused. */
export function firstScreen(user: UserState): 'home' | 'mailbox' | 'preview' | 'signIn' {
  if (user.mailboxChange) return 'mailbox';
  if (needsSignIn(user)) return 'signIn';
  if (user.activation === 'mailboxConnected') return user.mailbox?.unconfirmedInsteadOf === undefined ? 'preview' : 'mailbox';
  if (user.activation === 'crmConnected' && !user.skippedMailbox) return 'mailbox';
  return 'home';
}
