/** Creating, changing, deleting and merging records by the organization's rules; every way of writing ends here. */
import { toLongId } from './ids.ts';
import { duplicateFault } from './duplicates.ts';
import { fullName } from './computed.ts';
import { isUncommitted, nextId, nowStamp, find, store, typeOfId, type Org, type Person } from './org.ts';
import type { Catalog, ObjectType } from './objects/catalog.ts';
import { Refusal, refuse, type Fault } from './refusal.ts';
import { canEdit, canRead } from './sharing.ts';
import type { Row, Value } from './table.ts';
import { inputFaults, type Input } from './values.ts';

/** Who writes, and how. */
export interface Writer {
  readonly org: Org;
  readonly catalog: Catalog;
  /** Undefined: the system, which owns everything and meets no duplicate rule. */
  readonly person: Person | undefined;
  /** Save although a duplicate rule alerts. */
  readonly allowSave: boolean;
  /** False for people at the page and for seeds, whose changes may surface late and meet no lock. */
  readonly isApi: boolean;
}

export function createRecord(writer: Writer, type: ObjectType, input: Input, ownerId?: string): string {
  const { org } = writer;
  assertWritable(type);
  throwAny(inputFaults(input, type, 'create'));
  const by = ownerId ?? writer.person?.id ?? [...org.people.keys()][0] ?? '';
  const now = nowStamp(org);
  const row = withValues({
    Id: nextId(org, type.prefix), IsDeleted: false, OwnerId: by,
    CreatedDate: now, CreatedById: by, LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now,
  }, input);
  checkRow(writer, type, row, input);
  store(org, type.name, row, !writer.isApi);
  return row.Id;
}

export function updateRecord(writer: Writer, type: ObjectType, id: string, input: Input): void {
  const { org } = writer;
  assertWritable(type);
  const old = findForWrite(writer, type, id);
  throwAny(inputFaults(input, type, 'update'));
  const now = nowStamp(org);
  const by = writer.person?.id ?? String(old['OwnerId']);
  const row = withValues({ ...old, LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now }, input);
  const changed = new Map([...input].filter(([field]) => (old[field.name] ?? null) !== (row[field.name] ?? null)));
  checkRow(writer, type, row, changed);
  store(org, type.name, row, !writer.isApi);
}

/** Moves a record to the recycle bin; an account takes its contacts with it. */
export function deleteRecord(writer: Writer, type: ObjectType, id: string): void {
  const { org } = writer;
  assertWritable(type);
  const row = findForWrite(writer, type, id);
  takeLock(writer, row);
  const now = nowStamp(org);
  if (type.name === 'Account') {
    for (const contact of org.tables.Contact.equal('AccountId', row.Id) ?? []) {
      if (!contact.IsDeleted) store(org, 'Contact', { ...contact, IsDeleted: true, SystemModstamp: now }, !writer.isApi);
    }
  }
  store(org, type.name, { ...row, IsDeleted: true, LastModifiedDate: now, SystemModstamp: now }, !writer.isApi);
}

/** The loser goes to the bin and points at the winner, whose own values stay. */
export function mergeContacts(writer: Writer, type: ObjectType, winnerId: string, loserId: string): void {
  const winner = findForWrite(writer, type, winnerId);
  const loser = findForWrite(writer, type, loserId);
  if (winner.Id === loser.Id) throw refuse(400, 'INVALID_OPERATION', 'a record cannot be merged with itself');
  const now = nowStamp(writer.org);
  store(writer.org, 'Contact', { ...loser, IsDeleted: true, MasterRecordId: winner.Id, SystemModstamp: now }, !writer.isApi);
  store(writer.org, 'Contact', { ...winner, LastModifiedDate: now, SystemModstamp: now }, !writer.isApi);
}

/** The row that a write is about; ids may have 15 or 18 characters. */
function findForWrite(writer: Writer, type: ObjectType, id: string): Row {
  const { org, person } = writer;
  const long = toLongId(id);
  if (!long || !long.startsWith(type.prefix)) throw refuse(400, 'MALFORMED_ID', `bad id ${id}`);
  // Somebody's open transaction holds the row.
  if (writer.isApi && isUncommitted(org, long)) throw lockRefusal(long);
  const row = writer.isApi ? find(org, type.name, long) : org.tables[type.name].get(long);
  if (!row || !canRead(org, type, row, person)) throw refuse(404, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  if (row.IsDeleted) throw refuse(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  if (!canEdit(org, type, row, person)) throw refuse(403, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
  return row;
}

function assertWritable(type: ObjectType): void {
  if (!type.isRecord) throw refuse(403, 'INSUFFICIENT_ACCESS_OR_READONLY', `insufficient access rights on object ${type.name}`);
}

function withValues(base: Row, input: Input): Row {
  const row: Record<string, Value> = { ...base };
  for (const [field, value] of input) {
    if (value !== null) row[field.name] = value;
    else if (field.name !== 'OwnerId') delete row[field.name];
  }
  return { ...row, Id: base.Id, IsDeleted: base.IsDeleted, SystemModstamp: base.SystemModstamp };
}

/** What looks at more than one value: references, the validation rule, unique keys, duplicates, locks. */
function checkRow(writer: Writer, type: ObjectType, row: Row, changed: Input): void {
  const { org, person } = writer;
  throwAny([...changed].flatMap(([field, value]) => (field.type === 'reference' && value !== null
    ? referenceFault(writer, field.name, field.label, field.referenceTo ?? '', String(value)) ?? [] : [])));
  throwAny([...validationFault(org, type, row), ...uniqueFaults(org, type, row, changed)]);
  const names = [...changed.keys()].map((field) => field.name);
  const duplicate = person && duplicateFault(org, type, row, names, person, writer.allowSave);
  if (duplicate) throw new Refusal(400, [duplicate]);
  takeLock(writer, row);
}

function referenceFault(writer: Writer, name: string, label: string, to: string, id: string): Fault | undefined {
  const { org, person } = writer;
  const fields = [name];
  const type = typeOfId(writer.catalog, id);
  const target = type && find(org, type.name, id);
  if (type && type.name !== to) {
    return { code: 'FIELD_INTEGRITY_EXCEPTION', message: `${label}: id value of incorrect type: ${id}`, fields };
  }
  if (!type || !target || target.IsDeleted) {
    return { code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] };
  }
  if (!canRead(org, type, target, person)) {
    const message = `insufficient access rights on cross-reference id: ${id}`;
    return { code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message, fields: [] };
  }
  if (type.name === 'User' && org.people.get(id)?.isActive === false) {
    return { code: 'INACTIVE_OWNER_OR_USER', message: 'operation performed with inactive user', fields };
  }
  return undefined;
}

function validationFault(org: Org, type: ObjectType, row: Row): Fault[] {
  const rule = org.settings.validation;
  if (!rule || rule.object !== type.name) return [];
  const text = rule.field === 'Name' && type.name === 'Contact' ? fullName(row) : String(row[rule.field] ?? '');
  if (!text.toLowerCase().includes(rule.contains.toLowerCase())) return [];
  return [{ code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: rule.message, fields: [rule.field] }];
}

function uniqueFaults(org: Org, type: ObjectType, row: Row, changed: Input): Fault[] {
  return [...changed].flatMap(([field, value]) => {
    if (!field.unique || value === null) return [];
    const other = [...org.tables[type.name].equal(field.name, value) ?? []].find((one) => one.Id !== row.Id && !one.IsDeleted);
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${other?.Id ?? ''}`;
    return other ? [{ code: 'DUPLICATE_VALUE', message, fields: [] }] : [];
  });
}

function takeLock(writer: Writer, row: Row): void {
  if (!writer.isApi || writer.org.locks === 0) return;
  writer.org.locks -= 1;
  throw lockRefusal(row.Id);
}

const lockRefusal = (id: string): Refusal =>
  refuse(400, 'UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${id}`, []);

function throwAny(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new Refusal(400, faults);
}
