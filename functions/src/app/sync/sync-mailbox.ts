/** One run over one mailbox (DESIGN section 3): poll, and unless everything is quiet acquire, collect, recover, look, plan, write, end. */
import { Conflict } from '../../ports/table.ts';
import type { SyncError } from '../../engine/errors.ts';
import { KINDS } from '../../engine/fields.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { Side } from '../../ports/side.ts';
import { readControl } from '../../store/control-store.ts';
import { schedule } from '../../store/due-store.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { claimedByOthers } from './claims.ts';
import { collectRound, dueTodos } from './collect.ts';
import { decide } from './decide.ts';
import { counters, finish, isSuspended, type Ending } from './end.ts';
import { asSyncError } from './failures.ts';
import { forgetFormer, forgetUsed } from './former.ts';
import { droppedGroup } from './groups.ts';
import { leaseOf, SLICE, STALE_CHUNK } from './limits.ts';
import { holdsOf, HOLDS_NOTHING } from './holds.ts';
import { isIdle, type Polled } from './idle.ts';
import { acquire, unreachable } from './lease.ts';
import { leaveMailbox } from './leave.ts';
import { lookAt, lookAtSurvivors, refsOf, withoutCopiedKeys } from './look.ts';
import { meet, strangersOf } from './meet.ts';
import { ringLater } from './notices.ts';
import { recover } from './recover.ts';
import { loadIndex, loadTodoLinks, loadTodos, storeGroups } from './rows.ts';
import { LostLease, type Run } from './run.ts';
import { wakeWaiting } from './waiting.ts';
import { renewWatches } from './watches.ts';
import { writeOut } from './write.ts';

export type RunOutcome = 'unknownUser' | 'notActive' | 'notYet' | 'busy' | 'idle' | 'done' | 'continues' | 'failed' | 'lost';

const MINUTE_MS = 60_000;

/** Runs once. One record's failure is that record's state; only a fault of our own is thrown. */
export async function syncMailbox(services: Services, userId: string): Promise<RunOutcome> {
  const control = await readControl(services, userId);
  if (!control) return 'unknownUser';
  const outcome = await runOnce(services, control, services.clock.now());
  if (outcome === 'busy') await ringLater(services, control);
  return outcome;
}

async function runOnce(services: Services, control: Control, now: Instant): Promise<RunOutcome> {
  if (control.config.isLeaving) return leaveMailbox(services, control, now);
  if (!isActive(control, now) || isSuspended(control.head, control)) return 'notActive';
  if ((control.head.notBefore ?? 0) > now) return 'notYet';
  if (control.head.holder !== undefined && control.head.leaseUntil > services.state.now()) return 'busy';
  const sides = await openSides(services, control);
  if ('failure' in sides) return endFailed(services, control, sides, now);
  const [m, c] = await Promise.all([poll(control, 'm', sides.m), poll(control, 'c', sides.c)]);
  const failed = failureOf({ m, c });
  if (failed) return endFailed(services, control, failed, now);
  if (isIdle(services, control, { m, c }, now)) return 'idle';
  const holds = await holdsOf(sides, control.config.kinds);
  if ('failure' in holds) return endFailed(services, control, holds, now);
  const run = await acquire(services, control, { sides, holds }, now);
  if (!run) return 'busy';
  return runOut(run, { m, c });
}

function isActive({ config }: Control, now: Instant): boolean {
  return config.activation === 'active' || (config.activation === 'paused' && config.pausedUntil !== undefined && config.pausedUntil <= now);
}

type Sides = Readonly<Record<SideKey, Side>>;

async function openSides(services: Services, control: Control): Promise<Sides | { side: SideKey; failure: SyncError }> {
  const opened: Partial<Record<SideKey, Side>> = {};
  for (const side of ['m', 'c'] as const) {
    try {
      opened[side] = await services.openSide(control, side);
    } catch (error) {
      return { side, failure: asSyncError(error) };
    }
  }
  return opened as Sides;
}

/** A continuation does not poll again, unless this side's delta round is unfinished. */
async function poll(control: Control, key: SideKey, side: Side): Promise<Polled> {
  const { continues } = control.head;
  if (continues && !continues[key]) return undefined;
  try {
    return { page: await side.changes(control.cursors[key]) };
  } catch (error) {
    return { failure: asSyncError(error) };
  }
}

function failureOf(polled: Readonly<Record<SideKey, Polled>>): { side: SideKey; failure: SyncError } | undefined {
  for (const side of ['m', 'c'] as const) {
    const answer = polled[side];
    if (answer && 'failure' in answer) return { side, failure: answer.failure };
  }
  return undefined;
}

async function runOut(run: Run, polled: Readonly<Record<SideKey, Polled>>): Promise<RunOutcome> {
  try {
    const ending = await work(run, polled);
    if (!ending.failure && !ending.continues) {
      await forgetFormer(run);
      await renewWatches(run);
    }
    await finish(run, ending);
    return ending.failure ? 'failed' : ending.continues ? 'continues' : 'done';
  } catch (error) {
    if (error instanceof LostLease) {
      run.services.log.warn('sync.run.lost', { user: run.control.userId, run: run.id });
      if (error.isOrphan) await handOver(run);
      return 'lost';
    }
    throw error;
  }
}

/** The fate of our last batch is unknown and nobody else goes on: once the lease is over, somebody must. */
async function handOver({ services, control }: Run): Promise<void> {
  const over = services.clock.now() + leaseOf(services).lengthMs + MINUTE_MS;
  await schedule(services.due, control.userId, over, { intervalMinutes: control.config.intervalMinutes });
}

async function work(run: Run, polled: Readonly<Record<SideKey, Polled>>): Promise<Ending> {
  let side: SideKey = 'm';
  try {
    await loadTodos(run);
    const open = { m: false, c: false };
    for (side of ['m', 'c'] as const) {
      const answer = polled[side];
      if (answer && 'page' in answer) open[side] = !(await collectRound(run, side, answer.page)).isOver;
    }
    // Matching needs both sides whole: an unfinished round goes on in the next message.
    if (open.m || open.c) return { continues: open };
    await confirmCreations(run);
    wakeWaiting(run);
    const isDone = await settleDue(run);
    wakeWaiting(run);
    return isDone ? {} : { continues: open };
  } catch (error) {
    if (error instanceof LostLease || error instanceof Conflict) throw error;
    const failure = asSyncError(error);
    // A fault of our own is not the service's: the queue tries again, then the poison queue makes it visible.
    if (failure.kind === 'bug') throw failure;
    return { failure: { side: run.blame(failure) ?? side, error: failure } };
  }
}

async function confirmCreations(run: Run): Promise<void> {
  const groups = [...run.confirmed].flatMap((linkId) => {
    const open = run.todos.get(linkId);
    // The other side may have marked it since: then there is more to settle than the confirmation.
    return open?.todo.reason === 'confirm' ? [droppedGroup(run, open, [], {})] : [];
  });
  await run.store(groups);
}

/**
 * True when nothing due is left. What pages of this run have shown is settled at once; of the rest, a chunk is looked at and
 * settled before the next, mailbox records first: the CRM's strangers are then matched with few that are still open.
 */
async function settleDue(run: Run): Promise<boolean> {
  const due = dueTodos(run);
  if (due.length === 0) return true;
  await loadTodoLinks(run, due);
  await recover(run, due);
  const { now } = run;
  const ready = due.filter((linkId) => isReady(run, linkId, now));
  await noteTotal(run, ready);
  const progress = { done: 0, of: ready.length };
  for (const chunk of chunksOf(run, ready)) {
    // The first slice is always settled: a run that begins late still moves on.
    if ((progress.done > 0 && run.isLate) || !await settleChunk(run, chunk, progress)) return false;
  }
  return true;
}

function chunksOf(run: Run, ready: readonly LinkId[]): readonly (readonly LinkId[])[] {
  const isFresh = (linkId: LinkId): boolean => run.todos.get(linkId)?.isFresh === true;
  const rank = (linkId: LinkId): number => (run.todos.get(linkId)?.todo.seen.m ? 0 : 1);
  // People before what refers to them.
  return KINDS.flatMap((kind) => {
    const ofKind = ready.filter((linkId) => run.todos.get(linkId)?.todo.kind === kind);
    const stale = ofKind.filter((linkId) => !isFresh(linkId)).sort((a, b) => rank(a) - rank(b));
    const chunks = [[...ofKind.filter(isFresh), ...stale.slice(0, STALE_CHUNK)]];
    for (let from = STALE_CHUNK; from < stale.length; from += STALE_CHUNK) chunks.push(stale.slice(from, from + STALE_CHUNK));
    return chunks.filter(({ length }) => length > 0);
  });
}

async function settleChunk(run: Run, chunk: readonly LinkId[], progress: { done: number; readonly of: number }): Promise<boolean> {
  await loadTodoLinks(run, chunk);
  for (const side of ['m', 'c'] as const) await loadIndex(run, side, strangerIds(run, side, chunk));
  const looks = await withoutCopiedKeys(run, await lookAt(run, chunk));
  await lookAtSurvivors(run, looks);
  const meeting = await meet(run, strangersOf(run, looks));
  const others = await claimedByOthers(run, chunk, looks, meeting);
  for (let from = 0; from < chunk.length; from += SLICE) {
    if (progress.done > 0 && run.isLate) return false;
    const slice = chunk.slice(from, from + SLICE);
    const { groups, errands } = decide(run, slice, { looks, meeting, others });
    await storeGroups(run, groups);
    await writeOut(run, errands);
    await forgetUsed(run, meeting.all);
    progress.done += slice.length;
    noteProgress(run, progress);
  }
  return true;
}

/** Records that have no link under their own key may have one under another (decide.ts). */
function strangerIds(run: Run, side: SideKey, linkIds: readonly LinkId[]): readonly string[] {
  return linkIds.flatMap((linkId) => (run.links.has(linkId) ? [] : refsOf(run, linkId)[side] ?? []));
}

function isReady(run: Run, linkId: LinkId, now: Instant): boolean {
  const open = run.todos.get(linkId);
  return open !== undefined && open.todo.intent?.op !== 'create' && open.todo.nextTry <= now;
}

async function noteTotal(run: Run, due: readonly LinkId[]): Promise<void> {
  const { firstSync } = run.head;
  if (firstSync?.total === 0 && due.length > 0) await run.commit([], { firstSync: { ...firstSync, total: due.length } });
}

/** Stored with the next batch; `total` counts what the first run of a first sync found to do. */
function noteProgress(run: Run, progress: { readonly done: number; readonly of: number }): void {
  const { firstSync } = run.head;
  if (!firstSync) return;
  const done = Math.max(firstSync.done, Math.min(firstSync.total - progress.of + progress.done, firstSync.total));
  run.head = { ...run.head, ...withoutNext(counters(run)), firstSync: { ...firstSync, done } };
}

function withoutNext({ nextTodoAt: _next, ...counts }: ReturnType<typeof counters>): Omit<ReturnType<typeof counters>, 'nextTodoAt'> {
  return counts;
}

/** A side could not even be asked: nothing was read, so only the head tells of it. */
async function endFailed(
  services: Services, control: Control, { side, failure }: { side: SideKey; failure: SyncError }, startedAt: Instant,
): Promise<RunOutcome> {
  if (failure.kind === 'bug') throw failure;
  const nothing: Side = unreachable(failure);
  const run = await acquire(services, control, { sides: { m: nothing, c: nothing }, holds: HOLDS_NOTHING }, startedAt);
  if (!run) return 'busy';
  try {
    await loadTodos(run);
    await finish(run, { failure: { side, error: failure }, ...(control.head.continues ? { continues: control.head.continues } : {}) });
    return 'failed';
  } catch (error) {
    if (error instanceof LostLease) return 'lost';
    throw error;
  }
}
