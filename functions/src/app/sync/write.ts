/** Intend, apply, record: an intent is stored before each write, and its outcome after it; a crash between is recovered. */
import { pick } from '../../engine/fields.ts';
import { intentOf } from '../../engine/intent.ts';
import { settleCreate, settleLink, settleUpdate, type Results, type Settled } from '../../engine/settle.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Intent, Link, Todo } from '../../engine/link.ts';
import type { FieldName, Fields, Seen, SideKey } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import type { Errand } from './decide.ts';
import { asSyncError, failedGroup, isService, postponedGroup } from './failures.ts';
import { intentGroup, remarkedGroup, settledGroup } from './groups.ts';
import { LEASE_NEEDED_MS } from './limits.ts';
import { reloadTodo } from './rows.ts';
import { LostLease, type Group, type Run } from './run.ts';

/** Writes one slice of errands to both sides. Throws the SyncError that stops the run, after what succeeded is recorded. */
export async function writeOut(run: Run, errands: readonly Errand[]): Promise<void> {
  if (errands.length === 0) return;
  const ready = await intend(run, errands);
  await mustHoldLease(run);
  const [m, c] = await Promise.all([apply(run, 'm', ready), apply(run, 'c', ready)]);
  await record(run, ready, { m, c });
  const stop = m.stop ?? c.stop;
  if (stop) throw stop;
}

/** Errands whose intent is stored. One whose todo was re-marked meanwhile is looked at again later (R4). */
async function intend(run: Run, errands: readonly Errand[]): Promise<readonly Errand[]> {
  const groups = new Map<Group, Errand | undefined>();
  for (const errand of errands) {
    try {
      groups.set(intended(run, errand), errand);
    } catch (error) {
      groups.set(failedGroup(run, errand.open, asSyncError(error), {}), undefined);
    }
  }
  const refused = new Set(await run.store([...groups.keys()]));
  for (const group of refused) {
    const errand = groups.get(group);
    if (errand) await reloadTodo(run, errand.open.todo.linkId);
  }
  return [...groups].flatMap(([group, errand]) => (errand === undefined || refused.has(group) ? [] : [errand]));
}

function intended(run: Run, { open, action, also }: Errand): Group {
  const intent = intentOf(action, run.now, run.head.epoch);
  const todo: Todo = { ...open.todo, ...(intent ? { intent } : {}) };
  // A first meeting is a link before its fills are written, so that a fill of unknown outcome is an update like any other.
  if (action.do === 'link') return intentGroup(run, open, todo, settleLink(open.todo.linkId, action, {}, run.stamp).link, also);
  const link = run.links.get(open.todo.linkId);
  const folded: Link | undefined = link && action.do === 'patch' && action.foldedShadow ? { ...link, shadow: action.foldedShadow } : undefined;
  return intentGroup(run, open, todo, folded, also);
}

/** R12: nothing is sent when our lease could end in flight. A commit renews it, or tells that it is lost. */
async function mustHoldLease(run: Run): Promise<void> {
  if (run.leaseLeftMs > LEASE_NEEDED_MS * 2) return;
  await run.commit([]);
  if (run.leaseLeftMs <= LEASE_NEEDED_MS) throw new LostLease('the lease is too short to write under');
}

interface Applied {
  readonly results: ReadonlyMap<Errand, WriteResult>;
  /** The error that the next record would meet as well. */
  readonly stop: SyncError | undefined;
}

async function apply(run: Run, side: SideKey, errands: readonly Errand[]): Promise<Applied> {
  const operations = errands.flatMap((errand): [Errand, Operation][] => {
    const operation = operationOf(run, side, errand);
    return operation ? [[errand, operation]] : [];
  });
  if (operations.length === 0) return { results: new Map(), stop: undefined };
  const answers = await answersOf(run, side, operations.map(([, operation]) => operation));
  const results = new Map(operations.map(([errand], place): [Errand, WriteResult] => [errand, answers[place] ?? NO_ANSWER]));
  const errors = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
  // One record that the service cannot answer for is that record's matter; when none is answered for, the service is down.
  const isDown = errors.length === answers.length && errors.every(({ kind }) => kind === 'unavailable');
  return { results, stop: errors.find(isService) ?? (isDown ? errors[0] : undefined) };
}

const NO_ANSWER = {
  ok: false, error: new SyncError('unavailable', 'a side did not answer one of its operations', { code: 'NO_RESULT', isOutcomeUnknown: true }),
} as const;

/** A call that fails as a whole has sent nothing (ports/side.ts); the other side's answers must not get lost with it. */
async function answersOf(run: Run, side: SideKey, operations: readonly Operation[]): Promise<readonly WriteResult[]> {
  try {
    return await run.sides[side].write(operations);
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'bug') throw error;
    return operations.map(() => ({ ok: false, error }));
  }
}

function operationOf(run: Run, side: SideKey, { open, action }: Errand): Operation | undefined {
  const { kind, linkId } = open.todo;
  if (action.do === 'create') return action.side === side ? { op: 'create', kind, linkId, fields: action.fields } : undefined;
  const patch: Fields = side === 'm' ? action.patchM : action.patchC;
  const names = Object.keys(patch) as FieldName[];
  if (names.length === 0) return undefined;
  const shadow = run.links.get(linkId)?.shadow[side === 'm' ? 'c' : 'm'];
  return { op: 'update', kind, current: action[side], patch, ...(shadow ? { agreed: pick(shadow, names) } : {}) };
}

async function record(run: Run, errands: readonly Errand[], applied: Readonly<Record<SideKey, Applied>>): Promise<void> {
  const settledOf = new Map<Group, { errand: Errand; settled: Settled; isOpen: boolean }>();
  const groups = errands.map((errand): Group => {
    const answers = { m: applied.m.results.get(errand), c: applied.c.results.get(errand) };
    const failures = [answers.m, answers.c].flatMap((answer) => (answer?.ok === false ? [answer.error] : []));
    const [failure] = failures;
    try {
      const settled = settle(run, errand, { ...good('m', answers.m), ...good('c', answers.c) });
      if (settled && (failure === undefined || answers.m?.ok || answers.c?.ok)) {
        const intent = stillOpen(errand.open.todo, answers);
        const group = settledGroup(run, errand.open, settled, recordsOf(errand), [], intent);
        settledOf.set(group, { errand, settled, isOpen: intent !== undefined });
        return group;
      }
    } catch (error) {
      return failedGroup(run, errand.open, asSyncError(error), recordsOf(errand));
    }
    const error = failure ?? NO_ANSWER.error;
    const isStopped = error === applied.m.stop || error === applied.c.stop || isService(error);
    return isStopped ? postponedGroup(run, errand.open, error) : failedGroup(run, errand.open, error, recordsOf(errand));
  });
  for (const group of await run.store(groups)) {
    const known = settledOf.get(group);
    if (known) await run.store([remarkedGroup(run, known.errand.open, known.settled, recordsOf(known.errand), known.isOpen)]);
  }
}

type Answers = Readonly<Record<SideKey, WriteResult | undefined>>;

/** One side took its part, the other's is unknown: that half of the intent stays, so that it is folded when it is found (R10). */
function stillOpen({ intent }: Todo, answers: Answers): Intent | undefined {
  if (intent?.op !== 'update') return undefined;
  const half = (part: Readonly<Partial<Record<SideKey, Fields>>>): Partial<Record<SideKey, Fields>> => Object.fromEntries(
    (['m', 'c'] as const).flatMap((side) => (isUnknown(answers[side]) && part[side] ? [[side, part[side]]] : [])),
  );
  const patch = half(intent.patch);
  return Object.keys(patch).length === 0 ? undefined : { ...intent, patch, before: half(intent.before), base: half(intent.base) };
}

function isUnknown(answer: WriteResult | undefined): boolean {
  return answer?.ok === false && answer.error.details.isOutcomeUnknown === true;
}

function settle(run: Run, { open, action }: Errand, results: Results): Settled | undefined {
  const { linkId } = open.todo;
  if (action.do === 'create') {
    const written = results[action.side];
    return written ? settleCreate(linkId, action, written, run.stamp) : undefined;
  }
  if (action.do === 'link') return settleLink(linkId, action, results, run.stamp);
  const link = run.links.get(linkId);
  return link ? settleUpdate(link, action, results, run.stamp) : undefined;
}

function good(side: SideKey, answer: WriteResult | undefined): Results {
  return answer?.ok ? { [side]: answer } : {};
}

function recordsOf({ action }: Errand): Partial<Record<SideKey, Seen>> {
  if (action.do !== 'create') return { m: action.m, c: action.c };
  return action.side === 'm' ? { c: action.source } : { m: action.source };
}
