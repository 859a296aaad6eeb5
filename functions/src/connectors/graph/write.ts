/** Creations with our key, patches of changed fields, deletions: in batches, one answer for each operation. */
import type { SyncError } from '../../engine/errors.ts';
import type { FieldName, Fields, Instant, Kind } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import { errorOf, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { etagOf } from './map.ts';
import type { Patch } from './patch.ts';

export type Creation = Extract<Operation, { op: 'create' }>;
export type Update = Extract<Operation, { op: 'update' }>;

/** What is peculiar to one kind of records. */
export interface Writer {
  /** Looks that must be taken before anything of these is sent; the answers name the operations that are refused. */
  check?(operations: readonly Operation[]): Promise<ReadonlyMap<Operation, SyncError>>;
  /** The request of a creation without its body. Throws SyncError when there is no place for it. */
  place(operation: Creation): Promise<Request>;
  createPatch(operation: Creation): Patch;
  updatePatch(operation: Update): Patch;
  /** The request of an existing record, without method and body; undefined for an id that cannot exist. */
  path(id: string): string | undefined;
  /** The canonical fields that an answer shows. */
  fieldsOf(shown: JsonObject): Fields;
  /** Our id of the record that a creation made; undefined when the answer does not tell. */
  idOf(shown: JsonObject, request: Request): string | undefined;
  versionOf(shown: JsonObject): string;
  readonly prefer?: string;
}

/** One operation as it will go out; `answer` where nothing of it is sent. */
interface Prepared {
  readonly operation: Operation;
  readonly writer: Writer;
  readonly patch: Patch;
  readonly request?: Request;
  readonly answer?: WriteResult;
}

export async function writeAll(
  operations: readonly Operation[],
  client: GraphClient,
  writers: Readonly<Record<Kind, Writer>>,
  until?: Instant,
): Promise<readonly WriteResult[]> {
  const refused = await checkAll(operations, writers);
  const prepared: Prepared[] = [];
  for (const operation of operations) {
    const error = refused.get(operation);
    const writer = writers[kindOf(operation)];
    prepared.push(error ? { operation, writer, patch: NO_PATCH, answer: { ok: false, error } } : await prepare(operation, writer));
  }
  const outcomes = await client.batch(prepared.flatMap(({ request }) => request ?? []), until);
  let at = 0;
  return prepared.map((one) => one.answer ?? resultOf(one, outcomes[at++]));
}

const kindOf = (operation: Operation): Kind => (operation.op === 'update' ? operation.current.kind : operation.kind);

async function checkAll(operations: readonly Operation[], writers: Readonly<Record<Kind, Writer>>): Promise<ReadonlyMap<Operation, SyncError>> {
  const refused = new Map<Operation, SyncError>();
  for (const kind of new Set(operations.map(kindOf)))
    for (const [operation, error] of await writers[kind].check?.(operations.filter((one) => kindOf(one) === kind)) ?? []) refused.set(operation, error);
  return refused;
}

const NO_PATCH: Patch = { body: {}, notes: [], fields: [] };

async function prepare(operation: Operation, writer: Writer): Promise<Prepared> {
  const prefer = writer.prefer === undefined ? {} : { prefer: writer.prefer };
  if (operation.op === 'create') {
    const patch = writer.createPatch(operation);
    return { operation, writer, patch, request: { ...await writer.place(operation), body: patch.body, ...prefer } };
  }
  const [id, version] = operation.op === 'update' ? [operation.current.id, operation.current.version] : [operation.id, operation.version];
  const url = writer.path(id);
  if (url === undefined) return { operation, writer, patch: NO_PATCH, answer: { ok: false, error: refusal('gone', { code: 'GRAPH_NOT_AN_ID' }) } };
  if (operation.op === 'delete') return { operation, writer, patch: NO_PATCH, request: { method: 'DELETE', url, ...match(version) } };
  const patch = writer.updatePatch(operation);
  if (Object.keys(patch.body).length > 0)
    return { operation, writer, patch, request: { method: 'PATCH', url, body: patch.body, ...match(version), ...prefer } };
  return { operation, writer, patch, answer: { ok: true, id, version, written: {}, notes: patch.notes } };
}

/**
 * Documented for DELETE; whether Outlook heeds it on PATCH is [unconfirmed], and a service that does not is no worse off. A version
 * that is only a time of change (map-task.ts) is no ETag.
 */
const match = (version: string): { ifMatch?: string } => (version && !/^\d{4}-\d\d-\d\dT/.test(version) ? { ifMatch: etagOf(version) } : {});

function resultOf({ operation, writer, patch, request }: Prepared, outcome: Outcome | undefined): WriteResult {
  if (!outcome || !request) return { ok: false, error: refusal('bug', { code: 'GRAPH_NO_OUTCOME' }) };
  if ('error' in outcome) return { ok: false, error: outcome.error };
  const { reply } = outcome;
  if (reply.status < 200 || reply.status >= 300) return { ok: false, error: errorOf(reply, 'record', true) };
  if (operation.op === 'delete') return { ok: true, id: operation.id, version: '', written: {}, notes: [] };
  const shown = isObject(reply.body) ? reply.body : undefined;
  const id = operation.op === 'update' ? operation.current.id : shown && writer.idOf(shown, request);
  // A creation without an id has happened, but nobody knows where: recall finds it by its key.
  if (!id) return { ok: false, error: refusal('unavailable', { code: 'GRAPH_NO_ID', isOutcomeUnknown: true }) };
  const echo = writer.fieldsOf(shown ?? patch.body);
  return { ok: true, id, version: shown ? writer.versionOf(shown) : '', written: only(echo, patch.fields), notes: patch.notes };
}

/** What the server shows of the fields written; one that it could not hold is absent. */
function only(shown: Fields, fields: readonly FieldName[]): Fields {
  return Object.fromEntries(fields.flatMap((field) => (shown[field] === undefined ? [] : [[field, shown[field]]])));
}
