/** Creates, updates and deletes, one request a record and a few at a time: the service has no batches. */
import { SyncError } from '../../engine/errors.ts';
import { forgetShapes } from './describe.ts';
import { hasCode, problem } from './errors.ts';
import { prepareAll, recordId, type Prepared, type WriteParts } from './prepare.ts';
import { isRow, type Row } from './row.ts';
import { atOnce } from './together.ts';
import { withWhatWasKept } from './kept.ts';
import { allRows, idOf, quote } from './vtql.ts';
import { notSent, type Operation, type WriteResult } from '../../ports/side.ts';
import type { Instant } from '../../engine/record.ts';

/** Throws only before anything was sent; from then on every failure is an answer. */
export async function writeRecords(parts: WriteParts, operations: readonly Operation[], until: Instant = Infinity): Promise<readonly WriteResult[]> {
  if (operations.length === 0) return [];
  const results: WriteResult[] = [];
  const lanes = new Map<string, Prepared[]>();
  for (const one of await prepareAll(parts, operations)) {
    if ('error' in one) results[one.place] = { ok: false, error: one.error };
    else if (isIdle(one)) results[one.place] = success(one, recordId(one.operation));
    else {
      // What is done to one record keeps its order.
      const lane = recordId(one.operation) || `new ${one.place}`;
      lanes.set(lane, [...lanes.get(lane) ?? [], one]);
    }
  }
  let stop: SyncError | undefined;
  await atOnce([...lanes.values()], async (lane) => {
    for (const one of lane) {
      const over = stop ?? (parts.clock.now() > until ? notSent() : undefined);
      const result: WriteResult = over ? { ok: false, error: over } : await send(parts, one);
      results[one.place] = result;
      if (!over && !result.ok && ENDING.has(result.error.kind)) stop ??= untried(result.error);
    }
  });
  return results;
}

/** A save that changes nothing would move modifiedtime. */
const isIdle = ({ operation, carried }: Prepared): boolean => operation.op === 'update' && Object.keys(carried.columns).length === 0;

/** After these, further requests would only meet the same. */
const ENDING: ReadonlySet<SyncError['kind']> = new Set(['throttled', 'unavailable', 'credentialsRejected', 'quota']);

/** What is not sent any more has certainly not happened. */
function untried({ kind, message, details: { isOutcomeUnknown: _, ...details } }: SyncError): SyncError {
  return new SyncError(kind, message, details);
}

async function send(parts: WriteParts, one: Prepared): Promise<WriteResult> {
  try {
    const answer = await call(parts, one);
    if (one.operation.op === 'delete') return success(one, recordId(one.operation));
    return success({ ...one, carried: withWhatWasKept(one.carried, answer) }, idOf(answer));
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    if (hasCode(error, 'FIELD_DENIED', 'MANDATORY_FIELDS_MISSING')) forgetShapes(parts, [one.shape.name]);
    return { ok: false, error: hasCode(error, 'DUPLICATE') ? await withCandidates(parts, one, error) : error };
  }
}

async function call({ client }: WriteParts, { operation, shape, carried: { columns } }: Prepared): Promise<Row> {
  if (operation.op === 'delete') {
    await client.call('delete', { id: operation.id });
    return {};
  }
  const answer = operation.op === 'create'
    ? await client.call('create', { elementType: shape.name, element: JSON.stringify(columns) })
    : await client.call('revise', { element: JSON.stringify({ id: operation.current.id, ...columns }) });
  if (isRow(answer) && typeof answer['id'] === 'string') return answer;
  throw problem('unavailable', 'BAD_RECORD', 'vTiger saved a record and answered something else: it is looked up', { isOutcomeUnknown: true });
}

/** The version is what a look says: an answer shows some values otherwise than later reads do. */
const success = ({ carried: { written, notes } }: Prepared, id: string): WriteResult => ({ ok: true, id, version: '', written, notes });

/** The refusal does not name the record that it doubles: those that hold the same value where it must be unique. */
async function withCandidates(parts: WriteParts, { shape, carried: { columns }, operation }: Prepared, error: SyncError): Promise<SyncError> {
  try {
    const unique = [...shape.fields].flatMap(([column, { isUnique }]) => (isUnique && columns[column] ? [`${column} = ${quote(columns[column])}`] : []));
    const rows = await atOnce(unique, (condition) => allRows(parts.client, { module: shape.name, where: [condition], columns: ['id'] }));
    const candidates = [...new Set(rows.flat().map(idOf))].filter((id) => id !== recordId(operation)).slice(0, 10);
    return candidates.length === 0 ? error : new SyncError('duplicate', error.message, { ...error.details, candidates });
  } catch (failure) {
    if (failure instanceof SyncError) return error;
    throw failure;
  }
}
