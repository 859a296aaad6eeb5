/** What the pane says about a user's sync, from the control rows and the schedule. Pure but for the clock. */
import type { ApiErrorBody, RunCounts, SyncState } from '@concord/api';
import type { Instant } from '../../engine/record.ts';
import type { Place } from '../../store/due-store.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { isRung } from './idle.ts';

/** "Sync now" is not sooner than this after the last run, so that an impatient hand costs nobody's quota. */
const SYNC_NOW_MS = 60_000;

/** A message that was not picked up by then is no longer waited for; the schedule brings the run all the same. */
const ASKED_MS = 120_000;

type Parts = Pick<Services, 'clock' | 'connectors' | 'state'>;

export function syncStateOf(parts: Parts, control: Control, place: Place | null): SyncState {
  const { head, config, bell } = control;
  const now = parts.clock.now();
  const isAsked = isAskedFor(control, now);
  const lastRunAt = isAsked ? head.lastRunAt : lastRunOf(control, place);
  // A vendor's notice is nobody's impatience.
  const last = Math.max(lastRunAt ?? 0, bell && bell.by !== 'notification' ? bell.rungAt : 0);
  const problem = problemOf(parts, control);
  return {
    isRunning: isAsked || isRunning(control, parts.state.now()),
    ...(head.firstSync ? { progress: { kind: 'contact', ...head.firstSync } } : {}),
    ...(lastRunAt === undefined ? {} : { lastRunAt }),
    ...(head.lastChangeAt === undefined ? {} : { lastChangeAt: head.lastChangeAt }),
    ...(head.lastRunChanges === undefined ? {} : { lastRunChanges: head.lastRunChanges }),
    ...(place ? { nextRunAt: Math.max(place.at, head.notBefore ?? 0) } : {}),
    syncNowFrom: last === 0 ? 0 : last + SYNC_NOW_MS, intervalMinutes: config.intervalMinutes,
    links: Object.values(head.links).reduce((sum, count) => sum + count, 0), linksByKind: head.links,
    asks: head.asks, held: head.held ?? 0, parked: head.parked,
    today: runCounts(head.today.day === dayIn(config.timeZone, now) ? head.today.counts : {}), mailsSent: 0,
    ...(problem && head.problem ? { problem, problemSince: head.problem.since } : {}),
  };
}

/** The counts of a run or a day, every action named. */
export function runCounts(counts: Readonly<Record<string, number>>): RunCounts {
  const of = (action: keyof RunCounts): number => counts[action] ?? 0;
  return {
    insert: of('insert'), update: of('update'), delete: of('delete'), link: of('link'),
    skip: of('skip'), hold: of('hold'), ask: of('ask'), error: of('error'),
  };
}

/** The calendar day in a zone, as 2026-11-03. A zone that this runtime does not know counts as UTC. */
export function dayIn(timeZone: string, now: Instant): string {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
  } catch (error) {
    if (!(error instanceof RangeError) || timeZone === 'UTC') throw error;
    return dayIn('UTC', now);
  }
}

/** An idle run leaves no trace but the schedule's: the later of the two is when both sides were last looked at. */
function lastRunOf({ head }: Control, place: Place | null): Instant | undefined {
  const last = Math.max(head.lastRunAt ?? 0, place?.checkedAt ?? 0);
  return last === 0 ? undefined : last;
}

/** Somebody rang the bell and no run has answered yet: for the person who pressed the button, sync is running. */
function isAskedFor(control: Control, now: Instant): boolean {
  const { bell, config } = control;
  return config.activation === 'active' && bell !== undefined && isRung(control) && now - bell.rungAt < ASKED_MS;
}

/** Between two messages of one long sync nobody holds the lease, and yet it goes on. */
function isRunning({ head }: Control, storageNow: Instant): boolean {
  return (head.holder !== undefined && head.leaseUntil > storageNow) || (head.continues !== undefined && head.problem === undefined);
}

function problemOf({ connectors }: Parts, { head, grants }: Control): ApiErrorBody | undefined {
  const { problem } = head;
  if (!problem) return undefined;
  const grant = problem.side && grants[problem.side];
  // A sign-in newer than the run that met the problem has not been tried yet: nothing is known against it.
  if (problem.kind === 'credentialsRejected' && grant && grant.connectedAt > (head.lastRunAt ?? 0)) return undefined;
  const system = grant && (connectors.find(({ id }) => id === grant.system)?.signIn.name ?? grant.system);
  return {
    kind: problem.kind, code: problem.code, message: messageOf(problem.kind, system ?? 'A service'),
    ...(system === undefined ? {} : { system }), ...(head.notBefore === undefined ? {} : { at: head.notBefore }),
  };
}

function messageOf(kind: ApiErrorBody['kind'], system: string): string {
  switch (kind) {
    case 'credentialsRejected': return `${system} refuses the sign-in: sign in again.`;
    case 'denied': return `${system} does not allow this: an administrator must agree.`;
    case 'unavailable': return `${system} does not answer: it is tried again by itself.`;
    case 'throttled': return `${system} asks for patience: it is tried again by itself.`;
    case 'quota': return `The daily calls of ${system} are used up: it is tried again by itself.`;
    case 'gone':
    case 'stale':
    case 'duplicate':
    case 'invalid': return `${system} did not accept a request: it is tried again by itself.`;
    case 'bug': return 'Something is broken in Concord itself: an administrator finds it in the log.';
    default: return kind satisfies never;
  }
}
