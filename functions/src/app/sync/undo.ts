/** Undo of a run: what can be put back is looked up afresh, and the user's word is stored for a run to carry out. */
import type { UndoPlan } from '@concord/api';
import type { Link, LinkId, UndoStep } from '../../engine/link.ts';
import { createForms, type Forms } from '../../engine/forms.ts';
import { KINDS } from '../../engine/fields.ts';
import { isSilent } from '../../engine/observe.ts';
import type { Kind, Look, SideKey } from '../../engine/record.ts';
import { undoable } from '../../engine/wish.ts';
import { decodeLink, digestOf } from '../../store/codec.ts';
import { readEntries, readRun, undoneChange, type RunRecord, type StoredEntry } from '../../store/journal.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { wordOf } from './asks.ts';
import { JOURNAL_DAYS } from './limits.ts';
import { parseRunId } from './runs.ts';
import { storeWishes, storeWord } from './word.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Records of one undo: what a person can look through, and one run carries out. */
const RECORDS_MAX = 2_000;
const ROWS_MAX = 1_000;

/** What one record went through in the run. */
interface Traces {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly name?: string;
  readonly steps: readonly UndoStep[];
}

type Refusal = Pick<UndoPlan['cannot'][number], 'reason' | 'by'>;

export async function undoPlan(services: Services, control: Control, id: string): Promise<UndoPlan> {
  const run = await runOf(services, control, id);
  const traces = await tracesOf(services, control, run);
  const isOff = offReason(run, traces, services.clock.now());
  if (isOff) return { run: id, isOff, back: [], cannot: [] };
  const world = await worldOf(services, control, traces);
  const plan: UndoPlan = { run: id, back: [], cannot: [] };
  for (const trace of traces) {
    const link = world.links.get(trace.linkId);
    for (const step of trace.steps) {
      const refused = refusalOf(step, link, world) ?? (control.config.kinds.includes(trace.kind) ? undefined : { reason: 'notSynced' as const });
      const { action, side, fields } = step;
      const changes = fields.map(({ field, before, after }) => ({ field, before: wordOf(before ?? null), after: wordOf(after ?? null) }));
      const { linkId: record, kind, name } = trace;
      const item = { record, kind, ...(name === undefined ? {} : { name }), action, ...(side ? { side } : {}), changes };
      if (refused) plan.cannot.push({ ...item, ...refused });
      else plan.back.push(item);
    }
  }
  return plan;
}

/** Stores the word; a run carries it out and guards each value once more. Answers for how many records. */
export async function undoRun(services: Services, control: Control, id: string): Promise<{ count: number }> {
  const run = await runOf(services, control, id);
  const traces = await tracesOf(services, control, run);
  if (offReason(run, traces, services.clock.now())) throw refusal('WRONG_STATE', 'This run cannot be undone: look at its page again.');
  // No run looks at a kind that is off: a wish about it would wait, and surprise when the kind is on again.
  const synced = traces.filter(({ kind }) => control.config.kinds.includes(kind));
  const count = await storeWishes(services, control, synced.map(({ linkId, kind, steps }) => ({ linkId, kind, wish: { do: 'undo', steps } })));
  await storeWord(services, control, [undoneChange(run)]);
  services.log.info('run.undone', { user: control.userId, run: run.id, count });
  return { count };
}

async function runOf(services: Services, control: Control, id: string): Promise<RunRecord> {
  const key = parseRunId(id);
  const run = key && await readRun(services.state, userPartition(control.userId), key);
  if (!run) throw refusal('NOT_FOUND', 'This run is no longer in the log: it is kept for 30 days.');
  return run;
}

function offReason(run: RunRecord, traces: readonly Traces[], now: number): UndoPlan['isOff'] {
  if (run.isUndone) return 'alreadyUndone';
  if (now - run.startedAt > JOURNAL_DAYS * DAY_MS) return 'old';
  return traces.length === 0 ? 'nothingWritten' : undefined;
}

async function tracesOf(services: Services, control: Control, run: RunRecord): Promise<readonly Traces[]> {
  const sealer = await services.keyring.sealer(control.config.organization);
  const owner = `${control.config.organization}/${control.userId}`;
  const { entries } = await readEntries(services.state, userPartition(control.userId), { id: run.id, startedAt: run.startedAt, sealer, owner },
    { limitRows: ROWS_MAX });
  const traces = new Map<LinkId, Traces>();
  for (const entry of entries) {
    const step = stepOf(entry);
    if (!step || (!traces.has(entry.linkId) && traces.size >= RECORDS_MAX)) continue;
    const known = traces.get(entry.linkId) ?? { linkId: entry.linkId, kind: entry.kind, ...(entry.name === undefined ? {} : { name: entry.name }), steps: [] };
    traces.set(entry.linkId, { ...known, steps: [...known.steps, step] });
  }
  return [...traces.values()];
}

/** Lines that changed something: writes, and pairs that were linked. */
function stepOf({ action, side, fields }: StoredEntry): UndoStep | undefined {
  if (action !== 'insert' && action !== 'update' && action !== 'delete' && action !== 'link') return undefined;
  return { action, ...(side ? { side } : {}), fields };
}

interface World {
  readonly links: ReadonlyMap<LinkId, Link>;
  readonly looks: Readonly<Record<SideKey, ReadonlyMap<string, Look>>>;
  readonly forms: Forms;
}

async function worldOf(services: Services, control: Control, traces: readonly Traces[]): Promise<World> {
  const partition = userPartition(control.userId);
  const sealer = await services.keyring.sealer(control.config.organization);
  const rows = await Promise.all(traces.map(({ linkId, kind }) => services.state.get(partition, keys.link(kind, linkId))));
  const links = new Map(rows.flatMap((row): [LinkId, Link][] => {
    const link = row && decodeLink(row, sealer, `${control.config.organization}/${control.userId}`);
    return link ? [[link.id, link]] : [];
  }));
  const looks = { m: new Map<string, Look>(), c: new Map<string, Look>() };
  for (const side of ['m', 'c'] as const) {
    const opened = await services.openSide(control, side);
    for (const kind of KINDS) {
      const ids = [...links.values()].flatMap((link) => (link.kind === kind && link[side] ? [link[side].id] : []));
      if (ids.length > 0) for (const [id, look] of await opened.read(kind, ids)) looks[side].set(id, look);
    }
  }
  return { links, looks, forms: createForms(control.config.region, digestOf) };
}

/** The guards of engine/wish.ts, told beforehand. */
function refusalOf({ action, side, fields }: UndoStep, link: Link | undefined, { looks, forms }: World): Refusal | undefined {
  if (!link) return { reason: 'deletedSince' };
  const look = (key: SideKey): Look | undefined => { const ref = link[key]; return ref && looks[key].get(ref.id); };
  const target = side && look(side);
  if (target?.state === 'unknown' || target?.state === 'hidden') return { reason: 'notReadable' };
  if (side === 'c' && target?.state === 'live' && target.record.owner?.isUser === false) return { reason: 'changedSince' };
  if (action === 'link') return link.status === 'live' ? undefined : { reason: 'changedSince' };
  if (action === 'delete') return target?.state === 'live' ? { reason: 'changedSince', ...by(target.record.modifiedBy) } : undefined;
  if (target?.state !== 'live' || side === undefined) return { reason: 'deletedSince', ...by(target?.state === 'gone' ? target.by : undefined) };
  const changed = { reason: 'changedSince', ...by(target.record.modifiedBy) } as const;
  if (side === 'm' && target.record.meeting) return { reason: 'guests' };
  if (action === 'insert') return isSilent(link.shadow[side], target.record.fields, forms) ? undefined : changed;
  if (link.status !== 'live') return { reason: 'changedSince' };
  return Object.keys(undoable(fields, target.record, forms)).length === 0 ? changed : undefined;
}

const by = (name: string | undefined): Pick<Refusal, 'by'> => (name === undefined ? {} : { by: name });
