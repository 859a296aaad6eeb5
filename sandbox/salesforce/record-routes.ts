/** /sobjects: single records by id or external id, describes, what changed and what was deleted. */
import { askerFor, objectBody, typeNamed, writerOf, wrongMethod, type Answer, type Call } from './call.ts';
import { deletedIds, updatedIds } from './changes.ts';
import { describeObject, describeSummary } from './describe.ts';
import { readField } from './computed.ts';
import { toLongId } from './ids.ts';
import type { ObjectType } from './objects/catalog.ts';
import type { Field } from './objects/field.ts';
import { find } from './org.ts';
import { createRecord, deleteRecord, updateRecord } from './records.ts';
import { notFound, refuse } from './refusal.ts';
import { canRead } from './sharing.ts';
import { bind, valueAt } from './soql/bind.ts';
import { attributesOf, type Shown } from './soql/run.ts';
import { fromStamp } from './stamps.ts';
import type { Row } from './table.ts';
import { readInput } from './values.ts';

/** `path` begins after "sobjects". */
export function recordRoute(call: Call, path: readonly string[]): Answer {
  const [name, key, value] = path;
  if (name === undefined) return { status: 200, body: globalDescribe(call) };
  const type = typeNamed(call, name);
  if (key === undefined) return objectRoute(call, type);
  if (value !== undefined) return externalRoute(call, type, key, value);
  if (key === 'describe') return readOnly(call, () => describeObject(type, call.version));
  if (key === 'updated') return readOnly(call, () => updatedIds(call, type));
  if (key === 'deleted') return readOnly(call, () => deletedIds(call, type));
  return idRoute(call, type, key);
}

function readOnly(call: Call, work: () => unknown): Answer {
  if (call.method !== 'GET') throw wrongMethod(call, 'HEAD,GET');
  return { status: 200, body: work() };
}

const globalDescribe = (call: Call): unknown => ({
  encoding: 'UTF-8', maxBatchSize: 200, sobjects: [...call.catalog.values()].map((type) => describeSummary(type, call.version)),
});

function objectRoute(call: Call, type: ObjectType): Answer {
  if (call.method === 'GET') return { status: 200, body: { objectDescribe: describeSummary(type, call.version), recentItems: [] } };
  if (call.method !== 'POST') throw wrongMethod(call, 'HEAD,GET,POST');
  const id = createRecord(writerOf(call), type, readInput(type, objectBody(call.body)));
  return created(call, type, id);
}

function created(call: Call, type: ObjectType, id: string, extra: object = {}): Answer {
  const headers = { location: `/services/data/${call.version}/sobjects/${type.name}/${id}` };
  return { status: 201, headers, body: { id, success: true, errors: [], ...extra } };
}

function idRoute(call: Call, type: ObjectType, id: string): Answer {
  const long = toLongId(id);
  if (!long || !long.startsWith(type.prefix)) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${id}`);
  }
  if (call.method === 'GET') return { status: 200, body: showRecord(call, type, readable(call, type, long), call.query.get('fields')) };
  if (call.method !== 'PATCH' && call.method !== 'DELETE') throw wrongMethod(call, 'DELETE,GET,HEAD,PATCH');
  const row = find(call.org, type.name, long);
  if (!row || !canRead(call.org, type, row, call.person)) throw notFound();
  assertUnmodified(call, row);
  if (call.method === 'DELETE') deleteRecord(writerOf(call), type, long);
  else updateRecord(writerOf(call), type, long, readInput(type, objectBody(call.body)));
  return { status: 204 };
}

/** Deleted and invisible records read alike: not found. */
function readable(call: Call, type: ObjectType, id: string): Row {
  const row = find(call.org, type.name, id);
  if (!row || row.IsDeleted || !canRead(call.org, type, row, call.person)) throw notFound();
  return row;
}

/** `fields` is a comma list with parents; without it the answer has every field of the record. */
export function showRecord(call: Call, type: ObjectType, row: Row, fields: string | null): Shown {
  const shown: Shown = { attributes: attributesOf(type, row, call.version) };
  if (fields === null) {
    for (const field of type.fields) shown[field.name] = readField(call.org, type, row, field);
    return shown;
  }
  for (const text of new Set(fields.split(',').map((name) => name.trim()).filter(Boolean))) {
    const field = type.byName.get(text.toLowerCase());
    if (field) shown[field.name] = readField(call.org, type, row, field);
    else shown[text.split('.')[0] ?? ''] = parentPart(call, type, row, text);
  }
  return { ...shown, Id: row.Id };
}

function parentPart(call: Call, type: ObjectType, row: Row, text: string): unknown {
  const asker = askerFor(call);
  const query = { text, object: { text: type.name, at: 0 }, alias: undefined, scope: undefined, select: [], where: undefined,
    orderBy: [], limit: undefined, offset: undefined };
  const bound = bind(asker, query, type, { text, at: 0 });
  return { [bound.field.name]: valueAt(call.org, bound, row) };
}

/** The only conflict guard that the service has, as coarse as its seconds. */
function assertUnmodified(call: Call, row: Row): void {
  const since = Date.parse(call.headers['if-unmodified-since'] ?? '');
  if (Number.isNaN(since) || (fromStamp(String(row['LastModifiedDate'])) ?? 0) <= since) return;
  throw refuse(412, 'PRECONDITION_FAILED', 'The record was modified after the time of If-Unmodified-Since');
}

function externalRoute(call: Call, type: ObjectType, name: string, value: string): Answer {
  const field = type.byName.get(name.toLowerCase());
  if (!field || !(field.externalId || field.idLookup) || field.type === 'id') {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  }
  const rows = byKey(call, type, field, value);
  if (rows.length > 1) {
    return { status: 300, body: rows.map((row) => `/services/data/${call.version}/sobjects/${type.name}/${row.Id}`) };
  }
  const [row] = rows;
  if (call.method === 'PATCH') return upsert(call, type, field, value, row);
  if (!row) throw notFound();
  return idRoute(call, type, row.Id);
}

function upsert(call: Call, type: ObjectType, field: Field, value: string, row: Row | undefined): Answer {
  const raw = objectBody(call.body);
  if (Object.keys(raw).some((name) => [field.name.toLowerCase(), 'id'].includes(name.toLowerCase()))) {
    throw refuse(400, 'INVALID_FIELD', `The ${field.name} field should not be specified in the sobject data.`, [field.name]);
  }
  const input = readInput(type, raw);
  if (row) {
    updateRecord(writerOf(call), type, row.Id, input);
    return { status: 200, body: { id: row.Id, success: true, errors: [], created: false } };
  }
  const id = createRecord(writerOf(call), type, new Map([...input, [field, value]]));
  return created(call, type, id, { created: true });
}

export function byKey(call: Call, type: ObjectType, field: Field, value: string): Row[] {
  const table = call.org.tables[type.name];
  const near = table.equal(field.name, value)
    ?? [...table.rows()].filter((row) => String(row[field.name] ?? '').toLowerCase() === value.toLowerCase());
  return [...near].filter((row) => !row.IsDeleted && find(call.org, type.name, row.Id) === row
    && canRead(call.org, type, row, call.person));
}
