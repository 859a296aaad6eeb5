/** How a run ends: counters, release of the lease, the next wake-up, and what a refused or throttled service means. */
import type { SyncError } from '../../engine/errors.ts';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { RowChange } from '../../ports/table.ts';
import { oldRows, runChange } from '../../store/journal.ts';
import { schedule } from '../../store/due-store.ts';
import type { Control, Head } from '../control.ts';
import { JOURNAL_DAYS, NEVER, REFUSALS_MAX, RETRY_FOR_MS, RETRY_MS } from './limits.ts';
import type { Run } from './run.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SWEEP_ROWS = 50;

export interface Ending {
  /** Which side stopped the run, and how; absent when it came to its end. */
  readonly failure?: { readonly side?: SideKey; readonly error: SyncError };
  /** Work is left: go on in a message of its own. `rounds` are the sides whose delta round is unfinished. */
  readonly continues?: { readonly m: boolean; readonly c: boolean };
}

/** The counters as the open todos show them; those of a kind that is off wait until it is on again, and nobody is called for them. */
export function counters(run: Run): Pick<Head, 'openTodos' | 'asks' | 'parked' | 'held'> & { nextTodoAt: Instant | undefined } {
  let asks = 0;
  let parked = 0;
  let held = 0;
  let nextTodoAt: Instant | undefined;
  for (const { todo } of run.todos.values()) {
    if (!run.control.config.kinds.includes(todo.kind)) continue;
    if (todo.ask && !todo.ask.answer) asks += 1;
    if (todo.held && !todo.wish) held += 1;
    if (todo.isParked) parked += 1;
    else if (todo.nextTry < NEVER) nextTodoAt = Math.min(nextTodoAt ?? Infinity, todo.nextTry);
  }
  return { openTodos: run.todos.size, asks, parked, held, nextTodoAt };
}

/** One batch: the head without a holder, the run's row, and a few rows of the log that are older than it is kept. */
export async function finish(run: Run, ending: Ending): Promise<void> {
  const head = nextHead(run, ending);
  const isWorthALine = run.hasRow || ending.failure !== undefined || run.record().trigger === 'user';
  const { failure } = ending;
  const row = runChange(run.record(run.now, failure && { kind: failure.error.kind, code: failure.error.details.code, message: failure.error.message }));
  const old = await oldRows(run.services.state, run.partition, run.now - JOURNAL_DAYS * DAY_MS, SWEEP_ROWS);
  const sweep = old.map(({ key }): RowChange => ({ op: 'delete', key }));
  await run.commit([...(isWorthALine ? [row] : []), ...sweep], head);
  await wakeUp(run, ending, head);
  const { counts } = run.record();
  run.services.log.info('sync.run.finished', {
    user: run.control.userId, run: run.id, changes: run.changed, inserts: counts.insert ?? 0, updates: counts.update ?? 0, links: counts.link ?? 0,
    asks: counts.ask ?? 0, errors: counts.error ?? 0, openTodos: run.todos.size, ...(failure ? { code: failure.error.details.code } : {}),
  });
}

function nextHead(run: Run, { failure, continues }: Ending): Partial<Head> {
  const { nextTodoAt, ...counts } = counters(run);
  const isOver = !failure && !continues;
  const { nextTodoAt: _next, notBefore: _before, problem: _problem, suspended: _suspended, firstSync, continues: _continues, holder: _holder,
    ...head } = run.head;
  const retryAfterMs = failure?.error.details.retryAfterMs;
  return cleared(run.head, {
    ...head, ...counts, leaseUntil: 0,
    ...(nextTodoAt === undefined ? {} : { nextTodoAt }),
    ...(retryAfterMs === undefined ? {} : { notBefore: run.now + retryAfterMs }),
    ...(firstSync && !isOver ? { firstSync } : {}),
    ...(continues ? { continues } : {}),
    // The start counts: a bell that rang while the run was under way is still to be heard.
    lastRunAt: run.startedAt, lastRunChanges: run.changed, ...(run.changed > 0 ? { lastChangeAt: run.now } : {}),
    ...(run.wrote.size > 0 ? { wroteAt: { ...head.wroteAt, ...Object.fromEntries([...run.wrote].map((side) => [side, run.now])) } } : {}),
    today: today(run), ...standing(run.head, run.control, failure, run.now),
  });
}

/** commit() lays the new head over the old one: what ends must be taken away by name. */
export function cleared(old: Head, next: Head): Partial<Head> {
  const gone = Object.keys(old).filter((name) => !(name in next));
  return { ...next, ...Object.fromEntries(gone.map((name) => [name, undefined])) };
}

/** Refusals in a row suspend; a server that is down or asks for patience never counts (DESIGN section 4). */
export function standing(head: Head, control: Control, failure: Ending['failure'], now: Instant): Pick<Head, 'refusals' | 'suspended' | 'problem'> {
  if (!failure) return { refusals: { m: 0, c: 0 } };
  const { error, side } = failure;
  const problem = {
    ...(side ? { side } : {}), kind: error.kind, code: error.details.code,
    since: head.problem?.kind === error.kind ? head.problem.since : now,
  };
  if (error.kind !== 'credentialsRejected' || !side) return { refusals: head.refusals, problem, ...stillSuspended(head, control) };
  const tries = head.refusals[side] + 1;
  const refusals = { ...head.refusals, [side]: tries };
  const isOver = error.details.isPermanent === true || tries >= REFUSALS_MAX;
  return { refusals, problem, ...(isOver ? { suspended: { side, at: now, tries } } : stillSuspended(head, control)) };
}

function stillSuspended(head: Head, control: Control): Pick<Head, 'suspended'> {
  return head.suspended && isSuspended(head, control) ? { suspended: head.suspended } : {};
}

/** New credentials end a suspension by themselves: the grant is younger than it. */
export function isSuspended(head: Head, control: Pick<Control, 'grants'>): boolean {
  const { suspended } = head;
  return suspended !== undefined && (control.grants[suspended.side]?.connectedAt ?? 0) <= suspended.at;
}

function today(run: Run): Head['today'] {
  const day = dayOf(run.now, run.control.config.timeZone);
  const before = run.head.today.day === day ? run.head.today.counts : {};
  const counts: Record<string, number> = { ...before };
  for (const [action, count] of Object.entries(run.record().counts)) counts[action] = (counts[action] ?? 0) + (count ?? 0);
  return { day, counts };
}

/** A service that does not answer is asked again soon, for a while. */
function soonAgain({ problem }: Partial<Head>, now: Instant): Instant | undefined {
  return problem?.kind === 'unavailable' && now - problem.since < RETRY_FOR_MS ? now + RETRY_MS : undefined;
}

function zoneOf(zone: string): string {
  return Intl.supportedValuesOf('timeZone').includes(zone) ? zone : 'UTC';
}

/** The day as the user's calendar shows it. */
export function dayOf(now: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zoneOf(timeZone) }).format(now);
}

async function wakeUp(run: Run, { continues, failure }: Ending, head: Partial<Head>): Promise<void> {
  const { services, control, now } = run;
  if (continues && !failure) return services.queue.send('sync-mailbox', { userId: control.userId });
  // The schedule brings the next ordinary run; only an earlier or a later moment must be asked for.
  const wanted = head.notBefore ?? soonAgain(head, now) ?? head.nextTodoAt;
  if (wanted === undefined) return;
  const ordinary = now + control.config.intervalMinutes * MINUTE_MS;
  const isEarlier = head.notBefore === undefined && wanted < ordinary - MINUTE_MS;
  const isLater = head.notBefore !== undefined && wanted > ordinary;
  if (isEarlier || isLater || head.notBefore !== undefined) {
    await schedule(services.due, control.userId, Math.max(wanted, now + MINUTE_MS), { intervalMinutes: control.config.intervalMinutes });
  }
}
