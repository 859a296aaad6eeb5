/** Creates, updates and deletes in collections of 200; each record succeeds or fails by itself (allOrNone is false). */
import { SyncError } from '../../engine/errors.ts';
import { entriesOf, faultsOf, type Entry } from './collection.ts';
import { forgetShapes } from './describe.ts';
import { faultError, problem } from './errors.ts';
import { COLLECTION_MAX } from './limits.ts';
import { prepareAll, recordId, type Prepared, type WriteParts } from './prepare.ts';
import { recordsByKey } from './recall.ts';
import { writeRelations } from './relations.ts';
import { id18 } from './row.ts';
import { notSent, type Operation, type WriteResult } from '../../ports/side.ts';
import type { Instant } from '../../engine/record.ts';
import type { Reply } from './client.ts';

/** Throws only before anything was sent; from then on every failure is an answer. */
export async function writeRecords(parts: WriteParts, operations: readonly Operation[], until: Instant = Infinity): Promise<readonly WriteResult[]> {
  if (operations.length === 0) return [];
  const results: WriteResult[] = [];
  const prepared: Prepared[] = [];
  for (const one of await prepareAll(parts, operations)) {
    if ('error' in one) results[one.place] = { ok: false, error: one.error }; else prepared.push(one);
  }
  for (const one of prepared) if (isIdle(one)) results[one.place] = success(one, recordId(one.operation));
  let stop: SyncError | undefined;
  for (const chunk of chunks(prepared.filter((one) => !isIdle(one)))) {
    if (parts.clock.now() > until) stop ??= notSent();
    if (stop) for (const { place } of chunk) results[place] = { ok: false, error: stop };
    else stop = await sendChunk(parts, chunk, results);
  }
  await writeRelations(parts, prepared, results, until);
  return results;
}

const isIdle = ({ operation, carried }: Prepared): boolean => operation.op === 'update' && Object.keys(carried.columns).length === 0;

/** One object and one verb each, at most 200, no id twice (the service refuses that). What is done to one record keeps its order. */
function chunks(sent: readonly Prepared[]): readonly (readonly Prepared[])[] {
  const all: { readonly key: string; readonly ids: Set<string>; readonly chunk: Prepared[] }[] = [];
  for (const one of sent) {
    const [key, id] = [`${one.shape.name} ${one.operation.op}`, recordId(one.operation)];
    const after = id === '' ? -1 : all.findLastIndex(({ ids }) => ids.has(id));
    const open = all.find((each, index) => index > after && each.key === key && each.chunk.length < COLLECTION_MAX);
    const target = open ?? { key, ids: new Set<string>(), chunk: [] };
    if (!open) all.push(target);
    target.chunk.push(one);
    target.ids.add(id);
  }
  return all.map(({ chunk }) => chunk);
}

/** Fills in the results of one chunk. Answers the error that makes further calls pointless, if there was one. */
async function sendChunk(parts: WriteParts, chunk: readonly Prepared[], results: WriteResult[]): Promise<SyncError | undefined> {
  const names = chunk.slice(0, 1).map(({ shape }) => shape.name);
  try {
    const entries = entriesOf(await call(parts, chunk), chunk.length);
    chunk.forEach((one, index) => { results[one.place] = resultOf(one, entries[index]); });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    // A column that was hidden since it was described fails the whole call: the next try describes anew.
    const isDrift = error.details.code === 'SF_INVALID_FIELD';
    if (isDrift) forgetShapes(parts, names);
    const answer = isDrift ? new SyncError('stale', error.message, error.details) : error;
    for (const { place } of chunk) results[place] = { ok: false, error: answer };
    // The chunks that follow were not sent: whatever the outcome of this one is, theirs is known.
    return new SyncError(answer.kind, answer.message, { ...answer.details, isOutcomeUnknown: false, cause: error });
  }
  await settleKnownKeys(parts, chunk, results);
  if (chunk.some(({ place }) => errorCode(results[place]) === 'SF_INVALID_FIELD_FOR_INSERT_UPDATE')) forgetShapes(parts, names);
  return undefined;
}

/** Assignment rules run on every save unless they are told not to; they would hand a lead to somebody else, and mail them. */
const NO_ASSIGNMENT = { 'sforce-auto-assign': 'FALSE' };

function call({ client }: WriteParts, chunk: readonly Prepared[]): Promise<Reply> {
  const [first] = chunk;
  const verb = first?.operation.op;
  if (verb === 'delete') {
    const ids = chunk.map(({ operation }) => recordId(operation)).join(',');
    return client.call({ method: 'DELETE', path: `/composite/sobjects?ids=${ids}&allOrNone=false` });
  }
  const records = chunk.map(({ operation, shape, carried }) => ({
    attributes: { type: shape.name }, ...(operation.op === 'update' ? { id: operation.current.id } : {}), ...carried.columns,
  }));
  return client.call({
    method: verb === 'create' ? 'POST' : 'PATCH', path: '/composite/sobjects', body: { allOrNone: false, records },
    ...(first?.shape.name === 'Lead' ? { headers: NO_ASSIGNMENT } : {}),
  });
}

function resultOf(one: Prepared, entry: Entry | undefined): WriteResult {
  if (entry?.success === true) return success(one, typeof entry.id === 'string' ? id18(entry.id) : recordId(one.operation));
  const [fault] = entry ? faultsOf(entry) : [];
  if (fault) return { ok: false, error: faultError(fault) };
  return { ok: false, error: problem('invalid', 'REFUSED', 'Salesforce refused this record without a reason') };
}

/** Collections do not tell the new stamp, so the version is left open. */
const success = ({ carried: { written, notes } }: Prepared, id: string): WriteResult => ({ ok: true, id, version: '', written, notes });

const errorCode = (result: WriteResult | undefined): string | undefined => (result && !result.ok ? result.error.details.code : undefined);

/** An insert refused because our key exists already was done by an earlier try whose answer got lost: adopt its record. */
async function settleKnownKeys(parts: WriteParts, chunk: readonly Prepared[], results: WriteResult[]): Promise<void> {
  const again = chunk.filter(({ operation, shape, place }) =>
    operation.op === 'create' && shape.hasKey && errorCode(results[place]) === 'SF_DUPLICATE_VALUE');
  const [first] = again;
  if (!first) return;
  try {
    const keys = again.flatMap(({ operation }) => (operation.op === 'create' ? [operation.linkId] : []));
    const found = await recordsByKey(parts, first.shape, keys);
    for (const one of again) {
      const made = found.find((seen) => one.operation.op === 'create' && seen.linkKey === one.operation.linkId);
      if (made) results[one.place] = success(one, made.id);
    }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    // Not found out: the creation stays of unknown outcome, and recall settles it.
    const open = new SyncError('unavailable', error.message, { ...error.details, isOutcomeUnknown: true, cause: error });
    for (const { place } of again) results[place] = { ok: false, error: open };
  }
}
