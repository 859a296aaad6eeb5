/** Intend, apply, record: an intent is stored before each write, and its outcome after it; a crash between is recovered. */
import { pick } from '../../engine/fields.ts';
import { intentOf } from '../../engine/intent.ts';
import { landedEntries, settleCreate, settleDelete, settleLink, settleRemade, settleUpdate, type Results, type Settled } from '../../engine/settle.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Intent, Link, Todo } from '../../engine/link.ts';
import type { FieldName, Fields, Seen, SideKey } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import type { Errand } from './decide.ts';
import { asSyncError, failedGroup, isService, postponedGroup } from './failures.ts';
import { intentGroup, remarkedGroup, settledGroup, unintended } from './groups.ts';
import { landedJournal } from './landed.ts';
import { CANDIDATES_MAX, leaseOf } from './limits.ts';
import { loadIndex, reloadTodo, storeGroups } from './rows.ts';
import { LostLease, type Group, type Run } from './run.ts';

/** Writes one slice of errands to both sides. Throws the SyncError that stops the run, after what succeeded is recorded. */
export async function writeOut(run: Run, errands: readonly Errand[]): Promise<void> {
  if (errands.length === 0) return;
  const intendedAt = run.now;
  const ready = await intend(run, errands);
  await mustHoldLease(run);
  // Who looks for what these intents have made counts from their own time (CREATION_YOUNG_MS): a run that slept since starts nothing.
  if (run.now - intendedAt > leaseOf(run.services).lengthMs) throw new LostLease('what was intended is too long ago to be written now', true);
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
      groups.set(failedGroup(run, errand.open, asSyncError(error), { intent: errand.open.todo.intent }), undefined);
    }
  }
  const refused = await storeGroups(run, [...groups.keys()]);
  return [...groups].flatMap(([group, errand]) => (errand === undefined || refused.has(group) ? [] : [errand]));
}

function intended(run: Run, { open, action, also }: Errand): Group {
  const intent = intentOf(action, run.now, run.head.epoch);
  const todo: Todo = { ...open.todo, ...(intent ? { intent } : {}) };
  // A first meeting is a link before its fills are written, so that a fill of unknown outcome is an update like any other.
  if (action.do === 'link') {
    const { link, journal } = settleLink(open.todo.linkId, action, {}, run.stamp(open.todo.kind));
    return intentGroup(run, open, todo, { link, also, journal, records: { m: action.m, c: action.c } });
  }
  const known = run.links.get(open.todo.linkId);
  const link: Link | undefined = known && action.do === 'patch' && action.foldedShadow ? { ...known, shadow: action.foldedShadow } : undefined;
  // A deletion takes the intent's place, and with it what is known of an update that had landed.
  const journal = !known ? [] : action.do === 'patch' ? landedEntries(known, action) : landedJournal(run, open, recordsOf({ open, action, also }));
  return intentGroup(run, open, todo, { link, also, journal, records: recordsOf({ open, action, also }) });
}

/** R12: nothing is sent when our lease could end in flight. A commit renews it, or tells that it is lost. */
async function mustHoldLease(run: Run): Promise<void> {
  const { neededMs } = leaseOf(run.services);
  if (run.leaseLeftMs > neededMs * 2) return;
  await run.commit([]);
  if (run.leaseLeftMs <= neededMs) throw new LostLease('the lease is too short to write under', true);
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
    const { neededMs } = leaseOf(run.services);
    return await run.sides[side].write(operations, run.services.clock.now() + run.leaseLeftMs - neededMs);
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'bug') throw error;
    return operations.map(() => ({ ok: false, error }));
  }
}

function operationOf(run: Run, side: SideKey, { open, action }: Errand): Operation | undefined {
  const { kind, linkId } = open.todo;
  if (action.do === 'create' || action.do === 'remake') {
    return action.side === side ? { op: 'create', kind, linkId, fields: action.fields } : undefined;
  }
  if (action.do === 'delete') {
    return action.side === side ? { op: 'delete', kind, id: action.record.id, version: action.record.version } : undefined;
  }
  const patch: Fields = side === 'm' ? action.patchM : action.patchC;
  const names = Object.keys(patch) as FieldName[];
  if (names.length === 0) return undefined;
  const shadow = run.links.get(linkId)?.shadow[side === 'm' ? 'c' : 'm'];
  return { op: 'update', kind, current: action[side], patch, ...(shadow ? { agreed: pick(shadow, names) } : {}) };
}

interface Outcome {
  readonly errand: Errand;
  readonly group: Group;
  /** Absent where nothing came of it. */
  readonly settled?: Settled;
  /** Part of the intent is of unknown outcome and stays. */
  readonly isOpen: boolean;
}

async function record(run: Run, errands: readonly Errand[], applied: Readonly<Record<SideKey, Applied>>): Promise<void> {
  const rivals = await rivalsOf(run, applied.c.results);
  const outcomes = errands.map((errand) => outcomeOf(run, errand, applied, rivals.get(errand) ?? []));
  const refused = await storeGroups(run, outcomes.map(({ group }) => group));
  // R4: whoever marked one of these meanwhile is heard later; what was done is recorded now.
  for (const { errand, settled, isOpen, group } of outcomes) {
    if (!refused.has(group)) continue;
    const { linkId } = errand.open.todo;
    if (settled) await run.store([remarkedGroup(run, errand.open, settled, recordsOf(errand), isOpen)]);
    else if (!isOpen) await run.commit([unintended(linkId, run.now)]);
    await reloadTodo(run, linkId);
  }
}

function outcomeOf(run: Run, errand: Errand, { m, c }: Readonly<Record<SideKey, Applied>>, rivals: readonly string[]): Outcome {
  const { open } = errand;
  const answers = { m: m.results.get(errand), c: c.results.get(errand) };
  const failure = [answers.m, answers.c].flatMap((answer) => (answer?.ok === false ? [answer.error] : []))[0];
  const records = recordsOf(errand);
  const intent = stillOpen(open.todo, answers);
  const isOpen = intent !== undefined;
  try {
    const settled = settle(run, errand, { ...good('m', answers.m), ...good('c', answers.c) });
    if (settled && (failure === undefined || answers.m?.ok || answers.c?.ok)) {
      return { errand, settled, isOpen, group: settledGroup(run, open, settled, records, [], intent) };
    }
  } catch (error) {
    return { errand, isOpen, group: failedGroup(run, open, asSyncError(error), { records, intent }) };
  }
  const error = failure ?? NO_ANSWER.error;
  const isStopped = error === m.stop || error === c.stop || isService(error);
  return { errand, isOpen, group: isStopped ? postponedGroup(run, open, intent) : failedGroup(run, open, error, { records, intent, rivals }) };
}

/** Creations that the CRM refused as duplicates: the readable records it names which have no counterpart yet. */
async function rivalsOf(run: Run, results: ReadonlyMap<Errand, WriteResult>): Promise<ReadonlyMap<Errand, readonly string[]>> {
  const named = new Map([...results].flatMap(([errand, answer]) => {
    const ids = !answer.ok && answer.error.kind === 'duplicate' && errand.action.do === 'create' ? answer.error.details.candidates ?? [] : [];
    return ids.length > 0 ? [[errand, ids] as const] : [];
  }));
  if (named.size === 0) return named;
  const all = [...new Set([...named.values()].flat())];
  const looks = await run.sides.c.read([...named.keys()][0]?.open.todo.kind ?? 'contact', all);
  await loadIndex(run, 'c', all);
  const isFree = (id: string): boolean => {
    const look = looks.get(id);
    return look?.state === 'live' && look.record.owner?.isUser !== false && !run.index.c.get(id);
  };
  return new Map([...named].map(([errand, ids]) => [errand, ids.filter(isFree).slice(0, CANDIDATES_MAX)]));
}

type Answers = Readonly<Record<SideKey, WriteResult | undefined>>;

/** What of the intent is of unknown outcome: it stays, so that it is found again (R9) or folded (R10). */
function stillOpen({ intent }: Todo, answers: Answers): Intent | undefined {
  if (intent?.op === 'create' || intent?.op === 'delete') return isUnknown(answers[intent.side]) ? intent : undefined;
  if (!intent) return undefined;
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
    return written ? settleCreate(linkId, action, written, run.stamp(open.todo.kind)) : undefined;
  }
  const link = run.links.get(linkId);
  if (action.do === 'delete') {
    const { side, record, why } = action;
    if (!link || !results[side]) return undefined;
    // A pair that was taken back by undo has a survivor; one whose half was deleted has none.
    return settleDelete(link, { side, before: record.fields, why }, why === 'undone', run.stamp(link.kind));
  }
  if (action.do === 'remake') {
    const written = results[action.side];
    return link && written ? settleRemade(link, action.side, written, run.stamp(link.kind)) : undefined;
  }
  if (action.do === 'link') {
    const settled = settleLink(linkId, action, results, run.stamp(open.todo.kind));
    // That the two met was told with the intent.
    return { ...settled, journal: settled.journal.filter((entry) => entry.action !== 'link') };
  }
  return link ? settleUpdate(link, action, results, run.stamp(open.todo.kind)) : undefined;
}

function good(side: SideKey, answer: WriteResult | undefined): Results {
  return answer?.ok ? { [side]: answer } : {};
}

function recordsOf({ action }: Errand): Partial<Record<SideKey, Seen>> {
  if (action.do === 'remake') return {};
  if (action.do === 'delete') return { [action.side]: action.record };
  if (action.do !== 'create') return { m: action.m, c: action.c };
  return action.side === 'm' ? { c: action.source } : { m: action.source };
}
