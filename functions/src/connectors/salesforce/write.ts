/** Creates, updates and deletes in collections of 200; each record succeeds or fails by itself (allOrNone is false). */
import { SyncError } from '../../engine/errors.ts';
import { companyKey } from '../../engine/forms.ts';
import { carry, type Carried } from './carry.ts';
import { contactShape, KEY_FIELD, type ContactShape } from './describe.ts';
import { faultError, faultOf, notJsonError, problem } from './errors.ts';
import { COLLECTION_MAX } from './limits.ts';
import { id18 } from './map.ts';
import { contactsByKey, type ReadParts } from './read.ts';
import type { Fields } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import type { Accounts } from './accounts.ts';
import type { Reply } from './client.ts';

interface WriteParts extends ReadParts {
  readonly accounts: Accounts;
}

/** An operation ready to be sent, and its place in the caller's list. */
interface Prepared {
  readonly place: number;
  readonly operation: Operation;
  readonly carried: Carried;
}

/** Throws only before anything was sent; from then on every failure is an answer. */
export async function writeContacts(parts: WriteParts, operations: readonly Operation[]): Promise<readonly WriteResult[]> {
  if (operations.length === 0) return [];
  const shape = await contactShape(parts.client, parts.shapes, parts.owner, parts.clock);
  await parts.accounts.load(operations.flatMap(companyOf));
  const results: WriteResult[] = [];
  const prepared = operations.map((operation, place) => ({ place, operation, carried: prepare(operation, shape, parts.accounts) }));
  const sent = prepared.filter((one) => !isIdle(one));
  for (const one of prepared) if (isIdle(one)) results[one.place] = success(one, idOf(one.operation));
  let stop: SyncError | undefined;
  for (const chunk of chunks(sent)) {
    if (stop) for (const { place } of chunk) results[place] = { ok: false, error: stop };
    else stop = await sendChunk(parts, shape, chunk, results);
  }
  return results;
}

function companyOf(operation: Operation): string[] {
  const fields = operation.op === 'create' ? operation.fields : operation.op === 'update' ? operation.patch : {};
  return typeof fields.company === 'string' ? [fields.company] : [];
}

function prepare(operation: Operation, shape: ContactShape, accounts: Accounts): Carried {
  if (operation.op === 'delete') return { columns: {}, written: {}, notes: [] };
  const fields = operation.op === 'create' ? operation.fields : withMeantClears(operation);
  const carried = carry(fields, shape, accounts.find);
  if (operation.op === 'update') {
    if (fields === operation.patch) return carried;
    return { ...carried, notes: [...carried.notes, { field: 'company', what: 'notCarried', reason: 'noSingleAccount' }] };
  }
  // A creation leaves blanks out, and bears our key where the organization can hold one.
  const columns = Object.fromEntries(Object.entries(carried.columns).filter(([, value]) => value !== null));
  return { ...carried, columns: shape.hasKey ? { ...columns, [KEY_FIELD]: operation.linkId } : columns };
}

/** Clearing the company's text clears the account only if the text named that account. */
function withMeantClears({ patch, current, agreed }: Extract<Operation, { op: 'update' }>): Fields {
  if (patch.company !== null || agreed?.company === undefined) return patch;
  const [named, linked] = [agreed.company, current.fields.company].map((name) => (typeof name === 'string' ? companyKey(name) : ''));
  if (named === linked) return patch;
  const { company: _, ...rest } = patch;
  return rest;
}

const isIdle = ({ operation, carried }: Prepared): boolean => operation.op === 'update' && Object.keys(carried.columns).length === 0;

function idOf(operation: Operation): string {
  if (operation.op === 'create') return '';
  return operation.op === 'update' ? operation.current.id : operation.id;
}

/** Neighbours of one verb, at most 200, no id twice (the service refuses that); order is kept. */
function chunks(sent: readonly Prepared[]): Prepared[][] {
  const all: Prepared[][] = [];
  let ids = new Set<string>();
  for (const one of sent) {
    const chunk = all.at(-1);
    const id = idOf(one.operation);
    if (chunk && chunk[0]?.operation.op === one.operation.op && chunk.length < COLLECTION_MAX && !ids.has(id)) chunk.push(one);
    else {
      all.push([one]);
      ids = new Set();
    }
    if (id !== '') ids.add(id);
  }
  return all;
}

/** Fills in the results of one chunk. Answers the error that makes further calls pointless, if there was one. */
async function sendChunk(
  parts: WriteParts, shape: ContactShape, chunk: readonly Prepared[], results: WriteResult[],
): Promise<SyncError | undefined> {
  try {
    const entries = entriesOf(await call(parts, chunk), chunk.length);
    chunk.forEach((one, index) => { results[one.place] = resultOf(one, entries[index]); });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    // A column that was hidden since it was described fails the whole call: the next try describes anew.
    const isDrift = error.details.code === 'SF_INVALID_FIELD';
    if (isDrift) parts.shapes.forget(parts.owner);
    const answer = isDrift ? new SyncError('stale', error.message, error.details) : error;
    for (const { place } of chunk) results[place] = { ok: false, error: answer };
    // The chunks that follow were not sent: whatever the outcome of this one is, theirs is known.
    return new SyncError(answer.kind, answer.message, { ...answer.details, isOutcomeUnknown: false, cause: error });
  }
  await settleKnownKeys(parts, shape, chunk, results);
  if (chunk.some(({ place }) => errorCode(results[place]) === 'SF_INVALID_FIELD_FOR_INSERT_UPDATE')) parts.shapes.forget(parts.owner);
  return undefined;
}

function call({ client }: WriteParts, chunk: readonly Prepared[]): Promise<Reply> {
  const verb = chunk[0]?.operation.op;
  if (verb === 'delete') {
    const ids = chunk.map(({ operation }) => idOf(operation)).join(',');
    return client.call({ method: 'DELETE', path: `/composite/sobjects?ids=${ids}&allOrNone=false` });
  }
  const records = chunk.map(({ operation, carried }) => ({
    attributes: { type: 'Contact' }, ...(operation.op === 'update' ? { id: operation.current.id } : {}), ...carried.columns,
  }));
  return client.call({ method: verb === 'create' ? 'POST' : 'PATCH', path: '/composite/sobjects', body: { allOrNone: false, records } });
}

interface Entry { readonly id?: unknown; readonly success?: unknown; readonly errors?: unknown }

function entriesOf({ body }: Reply, count: number): readonly Entry[] {
  if (!Array.isArray(body) || body.length !== count) throw notJsonError({ status: 200, headers: {}, text: JSON.stringify(body) }, true);
  return body.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? entry : {}));
}

function resultOf(one: Prepared, entry: Entry | undefined): WriteResult {
  if (entry?.success === true) return success(one, typeof entry.id === 'string' ? id18(entry.id) : idOf(one.operation));
  const [fault] = Array.isArray(entry?.errors) ? entry.errors.flatMap((each: unknown) => faultOf(each) ?? []) : [];
  if (fault) return { ok: false, error: faultError(fault) };
  return { ok: false, error: problem('invalid', 'REFUSED', 'Salesforce refused this contact without a reason') };
}

/** Collections do not tell the new stamp, so the version is left open. */
const success = ({ carried: { written, notes } }: Prepared, id: string): WriteResult => ({ ok: true, id, version: '', written, notes });

const errorCode = (result: WriteResult | undefined): string | undefined => (result && !result.ok ? result.error.details.code : undefined);

/** An insert refused because our key exists already was done by an earlier try whose answer got lost: adopt its record. */
async function settleKnownKeys(parts: WriteParts, shape: ContactShape, chunk: readonly Prepared[], results: WriteResult[]): Promise<void> {
  const isKnown = ({ operation, place }: Prepared): boolean =>
    operation.op === 'create' && errorCode(results[place]) === 'SF_DUPLICATE_VALUE';
  const again = shape.hasKey ? chunk.filter(isKnown) : [];
  if (again.length === 0) return;
  try {
    const keys = again.flatMap(({ operation }) => (operation.op === 'create' ? [operation.linkId] : []));
    const found = await contactsByKey(parts, shape, keys);
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
