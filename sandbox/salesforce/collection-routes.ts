/** /composite/sobjects: up to 200 records a call, each with its own result, in order. */
import { isObject, objectBody, typeNamed, writerOf, wrongMethod, type Answer, type Call } from './call.ts';
import { byKey, showRecord } from './record-routes.ts';
import { toLongId } from './ids.ts';
import type { ObjectType } from './objects/catalog.ts';
import type { Field } from './objects/field.ts';
import { find, transact, typeOfId } from './org.ts';
import { createRecord, deleteRecord, updateRecord } from './records.ts';
import { failedResult, notFound, Refusal, refuse } from './refusal.ts';
import { canRead } from './sharing.ts';
import { readInput, type Input } from './values.ts';

const RECORDS_MAX = 200;
const READ_MAX = 2000;
const TYPE_RUNS_MAX = 10;

type Work = () => Readonly<Record<string, unknown>>;

export function collectionRoute(call: Call, path: readonly string[]): Answer {
  const [name, key] = path;
  if (name !== undefined && key !== undefined) return upsertCollection(call, typeNamed(call, name), key);
  if (name !== undefined) return readCollection(call, typeNamed(call, name));
  if (call.method === 'DELETE') return deleteCollection(call);
  if (call.method !== 'POST' && call.method !== 'PATCH') throw wrongMethod(call, 'DELETE,GET,HEAD,PATCH,POST');
  const isCreate = call.method === 'POST';
  const writer = writerOf(call);
  const sent = recordsOf(call).map((record) => readRecord(call, record, !isCreate));
  if (!isCreate) refuseTwice(sent.map(({ id }) => toLongId(id) ?? id));
  const work = sent.map(({ type, id, input }): Work => () => {
    if (isCreate) return { id: createRecord(writer, type, input) };
    updateRecord(writer, type, id, input);
    return { id: toLongId(id) };
  });
  return runAll(call, work, objectBody(call.body)['allOrNone'] === true);
}

interface Sent { readonly type: ObjectType; readonly id: string; readonly input: Input }

function readRecord(call: Call, record: Readonly<Record<string, unknown>>, needsId: boolean, fixed?: ObjectType): Sent {
  const { attributes } = record;
  const named = isObject(attributes) && typeof attributes['type'] === 'string' ? attributes['type'] : undefined;
  if (named === undefined) throw refuse(400, 'INVALID_INPUT', 'attributes.type is required for every record');
  const type = call.catalog.get(named.toLowerCase());
  if (!type) throw refuse(400, 'INVALID_TYPE', `sObject type '${named}' is not supported.`);
  if (fixed && fixed !== type) throw refuse(400, 'INVALID_INPUT', `attributes.type must be ${fixed.name}`);
  const idKey = Object.keys(record).find((key) => key.toLowerCase() === 'id');
  const id = idKey === undefined ? '' : String(record[idKey]);
  if (needsId && id === '') throw refuse(400, 'MISSING_ARGUMENT', 'Id not specified in an update call');
  if (!needsId && id !== '') throw refuse(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
  return { type, id, input: readInput(type, record, true) };
}

function recordsOf(call: Call): Readonly<Record<string, unknown>>[] {
  const { records, allOrNone } = objectBody(call.body);
  if (!Array.isArray(records) || !records.every(isObject)) throw refuse(400, 'INVALID_INPUT', 'records is required, an array of objects');
  if (allOrNone !== undefined && typeof allOrNone !== 'boolean') throw refuse(400, 'JSON_PARSER_ERROR', 'allOrNone must be a boolean');
  assertCount(records.length);
  const types = records.map((record: Readonly<Record<string, unknown>>) => JSON.stringify(record['attributes']));
  const runs = types.filter((type, place) => type !== types[place - 1]).length;
  if (runs > TYPE_RUNS_MAX) {
    throw refuse(400, 'INVALID_INPUT', `records of one type must stand together: at most ${TYPE_RUNS_MAX} runs of types`);
  }
  return records;
}

function assertCount(count: number): void {
  if (count === 0) throw refuse(400, 'INVALID_INPUT', 'at least one record is required');
  if (count <= RECORDS_MAX) return;
  throw refuse(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${RECORDS_MAX} records into this call`);
}

function refuseTwice(ids: readonly string[]): void {
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw refuse(400, 'DUPLICATE_VALUE', `duplicate id in list: ${twice}`);
}

function deleteCollection(call: Call): Answer {
  const ids = (call.query.get('ids') ?? '').split(',').filter(Boolean);
  assertCount(ids.length);
  refuseTwice(ids.map((id) => toLongId(id) ?? id));
  const work = ids.map((id): Work => () => {
    const long = toLongId(id);
    const type = long && typeOfId(call.catalog, long);
    if (!long || !type) throw refuse(400, 'MALFORMED_ID', `bad id ${id}`);
    deleteRecord(writerOf(call), type, long);
    return { id: long };
  });
  return runAll(call, work, call.query.get('allOrNone') === 'true');
}

function upsertCollection(call: Call, type: ObjectType, name: string): Answer {
  if (call.method !== 'PATCH') throw wrongMethod(call, 'PATCH');
  const key = type.byName.get(name.toLowerCase());
  if (!key || !(key.externalId || key.idLookup) || key.type === 'id') {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  }
  const sent = recordsOf(call).map((record) => readRecord(call, record, false, type));
  return runAll(call, sent.map(({ input }): Work => () => upsertOne(call, type, key, input)), objectBody(call.body)['allOrNone'] === true);
}

function upsertOne(call: Call, type: ObjectType, key: Field, input: Input): Readonly<Record<string, unknown>> {
  const value = input.get(key);
  if (typeof value !== 'string') throw refuse(400, 'MISSING_ARGUMENT', `${key.name} not specified`);
  const rows = byKey(call, type, key, value);
  const [row] = rows;
  if (rows.length > 1) throw refuse(400, 'DUPLICATE_EXTERNAL_ID', `${key.name}: more than one record found for external id field`);
  if (!row) return { id: createRecord(writerOf(call), type, input), created: true };
  updateRecord(writerOf(call), type, row.Id, new Map([...input].filter(([field]) => field !== key)));
  return { id: row.Id, created: false };
}

/** One result a record; under allOrNone one failure takes all of them back. */
function runAll(call: Call, work: readonly Work[], allOrNone: boolean): Answer {
  const body = transact(call.org, () => {
    const results = work.map(runOne);
    const isKept = !allOrNone || results.every((result) => !(result instanceof Refusal));
    const shown = results.map((result) => {
      if (result instanceof Refusal) return failedResult(result);
      return isKept ? { ...result, success: true, errors: [] } : failedResult(ROLLED_BACK);
    });
    return { keep: isKept, result: shown };
  });
  return { status: 200, body };
}

const ROLLED_BACK = refuse(400, 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header');

function runOne(work: Work): Readonly<Record<string, unknown>> | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Up to 2,000 records by POST, about 800 by GET; a missing or invisible one is null. */
function readCollection(call: Call, type: ObjectType): Answer {
  if (call.method !== 'GET' && call.method !== 'POST') throw wrongMethod(call, 'GET,HEAD,POST');
  const sent = call.method === 'GET' ? undefined : objectBody(call.body);
  const ids = sent ? sent['ids'] : call.query.get('ids')?.split(',');
  const fields = sent ? sent['fields'] : call.query.get('fields')?.split(',');
  if (!isTexts(ids) || !isTexts(fields)) throw refuse(400, 'MISSING_ARGUMENT', 'ids and fields are required');
  if (ids.length > READ_MAX) throw refuse(400, 'EXCEEDED_ID_LIMIT', `cannot read more than ${READ_MAX} records`);
  const body = ids.map((id) => {
    const long = toLongId(id);
    if (!long || !long.startsWith(type.prefix)) throw refuse(400, 'MALFORMED_ID', `malformed id ${id}`);
    const row = find(call.org, type.name, long);
    return row && !row.IsDeleted && canRead(call.org, type, row, call.person) ? showRecord(call, type, row, fields.join(',')) : null;
  });
  return { status: 200, body };
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
