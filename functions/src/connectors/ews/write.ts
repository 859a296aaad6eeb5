/** Creations with our key, changes of named properties, deletions: ten a call, an answer for each operation, and a look at what came of it. */
import { SyncError } from '../../engine/errors.ts';
import type { FieldName, Fields, Instant, Kind, Look, Seen } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import { note } from '../notes.ts';
import { refusal } from './errors.ts';
import type { FolderName } from './operations/item-shape.ts';
import { chunks } from './operations/item-shape.ts';
import { ITEMS_PER_CALL } from './limits.ts';
import { createItems } from './operations/create-item.ts';
import { deleteItems } from './operations/delete-item.ts';
import { updateItems } from './operations/update-item.ts';
import type { Patch } from './patch.ts';
import { itemOf } from './places.ts';
import { keySetting } from './map.ts';
import type { Outcome, Sender } from './sender.ts';

export type Creation = Extract<Operation, { op: 'create' }>;
export type Update = Extract<Operation, { op: 'update' }>;
export type Deletion = Extract<Operation, { op: 'delete' }>;

/** What is peculiar to one kind of records. */
export interface Writer {
  readonly folder: FolderName;
  /** "t:Contact". */
  readonly element: string;
  patch(fields: Fields, current: Seen | null): Patch;
  /** Records as they stand, by our ids. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Look>>;
  /** Refuses what must not be written to; `look` was taken just now. Undefined: it may. */
  refuse(operation: Update | Deletion, look: Look | undefined): SyncError | undefined;
  /** True where a change has to be looked at first; deletions always are. */
  readonly looksBeforeUpdate: boolean;
}

/** One operation on its way. */
interface Job<Op extends Operation = Operation> {
  readonly operation: Op;
  readonly writer: Writer;
  readonly patch: Patch;
  /** The id and version to send; of an occurrence not ours. */
  readonly itemId: string;
  readonly version: string;
  /** Set where nothing (more) is to be sent. */
  answer?: WriteResult;
}

const NO_PATCH: Patch = { settings: [], notes: [], fields: [] };

export async function writeAll(
  operations: readonly Operation[], writers: Readonly<Record<Kind, Writer>>, sender: Sender, until?: Instant,
): Promise<readonly WriteResult[]> {
  const jobs: Job[] = [];
  const looks = await looksBefore(operations, writers);
  for (const operation of operations) jobs.push(prepare(operation, writers[kindOf(operation)], looks));
  const open = <Op extends Operation['op']>(op: Op): readonly Job<Extract<Operation, { op: Op }>>[] =>
    jobs.filter((job): job is Job<Extract<Operation, { op: Op }>> => job.operation.op === op && job.answer === undefined);
  const send = sender(until);
  for (const kind of KINDS) for (const some of chunks(open('create').filter((job) => job.operation.kind === kind), ITEMS_PER_CALL))
    settle(some, await send('CreateItem', some, (these) => createItems(writers[kind].folder, these.map(newItem))));
  for (const some of chunks(open('update'), ITEMS_PER_CALL)) await update(some, send);
  for (const some of chunks(open('delete'), ITEMS_PER_CALL))
    settle(some, await send('DeleteItem', some, (these) => deleteItems(these.map(({ itemId, version }) => ({ id: itemId, version })))));
  await readBack(jobs, writers);
  return jobs.map((job) => job.answer ?? { ok: false, error: refusal('bug', { code: 'EWS_NO_OUTCOME' }) });
}

const KINDS: readonly Kind[] = ['contact', 'event', 'task'];
const kindOf = (operation: Operation): Kind => (operation.op === 'update' ? operation.current.kind : operation.kind);
const idOf = (operation: Update | Deletion): string => (operation.op === 'update' ? operation.current.id : operation.id);

const newItem = ({ operation, writer, patch }: Job<Creation>): ReturnType<typeof itemOf> =>
  itemOf(writer.element, [...patch.settings, keySetting(operation.linkId)]);

/** A version is no precondition of a deletion that every server heeds, and guests may have been invited since: both are looked at. */
async function looksBefore(
  operations: readonly Operation[], writers: Readonly<Record<Kind, Writer>>,
): Promise<ReadonlyMap<Operation, Look | undefined>> {
  const looks = new Map<Operation, Look | undefined>();
  for (const kind of KINDS) {
    const asked = operations.filter((one): one is Update | Deletion =>
      kindOf(one) === kind && (one.op === 'delete' || (one.op === 'update' && writers[kind].looksBeforeUpdate)));
    if (asked.length === 0) continue;
    const found = await writers[kind].read(asked.map(idOf));
    for (const operation of asked) looks.set(operation, found.get(idOf(operation)));
  }
  return looks;
}

function prepare(operation: Operation, writer: Writer, looks: ReadonlyMap<Operation, Look | undefined>): Job {
  if (operation.op === 'create') return { operation, writer, patch: writer.patch(operation.fields, null), itemId: '', version: '' };
  const look = looks.get(operation);
  const live = look?.state === 'live' ? look.record : undefined;
  const given = operation.op === 'update' ? operation.current : undefined;
  const patch = operation.op === 'update' ? writer.patch(operation.patch, operation.current) : NO_PATCH;
  const version = given?.version ?? (operation.op === 'delete' ? operation.version : '');
  const job: Job = { operation, writer, patch, itemId: writableId(live) ?? writableId(given) ?? idOf(operation), version };
  const error = refusalOf(operation, writer, looks.has(operation), look);
  if (error) return { ...job, answer: { ok: false, error } };
  if (operation.op === 'update' && patch.settings.length === 0)
    return { ...job, answer: { ok: true, id: operation.current.id, version, written: {}, notes: patch.notes } };
  return job;
}

const writableId = (record: Seen | undefined): string | undefined => (record?.memo as { readonly itemId?: string } | undefined)?.itemId;

function refusalOf(operation: Update | Deletion, writer: Writer, isLooked: boolean, look: Look | undefined): SyncError | undefined {
  if (!isLooked) return undefined;
  const refused = writer.refuse(operation, look);
  if (refused) return refused;
  if (look?.state === 'gone') return refusal('gone', { code: 'EWS_ITEM_NOT_FOUND' });
  if (look?.state !== 'live') return refusal('unavailable', { code: 'EWS_NOT_LOOKED_AT' });
  const isStale = operation.op === 'delete' && operation.version !== '' && operation.version !== look.record.version;
  return isStale ? refusal('stale', { code: 'EWS_CHANGED_SINCE' }) : undefined;
}

/** Where clearing an address is refused, its parts are cleared instead, once. */
async function update(jobs: readonly Job<Update>[], send: ReturnType<Sender>): Promise<void> {
  const body = (settings: (job: Job<Update>) => Patch['settings']) => (these: readonly Job<Update>[]): string =>
    updateItems(these.map((job) => ({ id: job.itemId, version: job.version, element: job.writer.element, settings: settings(job) })));
  const outcomes = await send('UpdateItem', jobs, body(({ patch }) => patch.settings));
  const isRefused = (_: unknown, index: number): boolean => {
    const outcome = outcomes[index];
    return outcome !== undefined && 'error' in outcome && outcome.error.details.code === 'EWS_ERROR_INVALID_PROPERTY_DELETE';
  };
  const again = jobs.filter((job, index) => job.patch.fallback !== undefined && isRefused(job, index));
  settle(jobs.filter((job) => !again.includes(job)), outcomes.filter((_, index) => !again.includes(jobs[index] as Job<Update>)));
  if (again.length > 0) settle(again, await send('UpdateItem', again, body(({ patch }) => patch.fallback ?? patch.settings)));
}

/** A creation or change that happened is answered from a look at it (readBack); here with what its answer tells. */
function settle(jobs: readonly Job[], outcomes: readonly Outcome[]): void {
  jobs.forEach((job, index) => {
    const outcome = outcomes[index] ?? { error: refusal('unavailable', { code: 'EWS_NO_MESSAGE', isOutcomeUnknown: true }) };
    if ('error' in outcome) {
      job.answer = { ok: false, error: outcome.error };
      return;
    }
    const { operation, patch } = job;
    if (operation.op === 'create' && outcome.id === '')
      job.answer = { ok: false, error: refusal('unavailable', { code: 'EWS_NO_ID', isOutcomeUnknown: true }) };
    else job.answer = {
      ok: true, id: operation.op === 'create' ? outcome.id : idOf(operation), version: '',
      written: operation.op === 'delete' ? {} : only(operation.op === 'create' ? operation.fields : operation.patch, patch.fields), notes: patch.notes,
    };
  });
}

/** The server cuts and normalises, and its assistants write an event just after it was made: what stands there now is what counts. */
async function readBack(jobs: readonly Job[], writers: Readonly<Record<Kind, Writer>>): Promise<void> {
  for (const kind of KINDS) {
    const made = jobs.filter(({ operation, answer, patch }) =>
      kindOf(operation) === kind && operation.op !== 'delete' && answer?.ok === true && patch.settings.length > 0);
    if (made.length === 0) continue;
    const looks = await lookAfter(writers[kind], made.flatMap(({ answer }) => (answer?.ok ? answer.id : [])));
    for (const job of made) {
      const look = job.answer?.ok ? looks.get(job.answer.id) : undefined;
      if (look?.state === 'live') job.answer = shownResult(job, look.record);
    }
  }
}

/** What was written is written, whether or not it can be looked at. */
async function lookAfter(writer: Writer, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  try {
    return await writer.read(ids);
  } catch (error) {
    if (error instanceof SyncError) return new Map();
    throw error;
  }
}

function shownResult({ operation, patch }: Job, record: Seen): WriteResult {
  const asked = operation.op === 'create' ? operation.fields : operation.op === 'update' ? operation.patch : {};
  // A birthday typed in Outlook has been seen to stay although its deletion was answered as a success (ews-java-api#444).
  const stayed = patch.fields.filter((name) => asked[name] === null && record.fields[name] !== null && record.fields[name] !== undefined
    && name !== 'primaryEmail');
  return {
    ok: true, id: record.id, version: record.version, written: only(record.fields, patch.fields.filter((name) => !stayed.includes(name))),
    notes: [...patch.notes, ...stayed.map((name) => note(name, 'notHeld'))],
  };
}

/** One that the server could not hold is absent. */
function only(shown: Fields, fields: readonly FieldName[]): Fields {
  return Object.fromEntries(fields.flatMap((name) => (shown[name] === undefined ? [] : [[name, shown[name]]])));
}
