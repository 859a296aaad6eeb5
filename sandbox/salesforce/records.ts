/** Creating, changing, deleting and merging records by the organization's rules; every way of writing ends here. */
import { orphanActivities } from './activities/links.ts';
import { rulesOf } from './activities/rules.ts';
import { toLongId } from './ids.ts';
import { duplicateFault } from './duplicates.ts';
import { fullName } from './computed.ts';
import { isUncommitted, nextId, nowStamp, find, store, typeOfId, type Org, type Person } from './org.ts';
import type { Catalog, ObjectType } from './objects/catalog.ts';
import type { Field } from './objects/field.ts';
import { Refusal, refuse, type Fault } from './refusal.ts';
import { canEdit, canRead } from './sharing.ts';
import { patched, type Row, type Value } from './table.ts';
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
  const row = complete(org, type, withValues('create', {
    ...defaultsOf(type), ...(type.access === 'owned' ? { OwnerId: by } : {}), Id: nextId(org, type.prefix), IsDeleted: false,
    CreatedDate: now, CreatedById: by, LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now,
  }, input), input, undefined);
  checkRow(writer, type, row, input);
  store(org, type.name, row, !writer.isApi);
  rulesOf(type.name).saved?.(org, row, undefined);
  return row.Id;
}

export function updateRecord(writer: Writer, type: ObjectType, id: string, input: Input): void {
  const { org } = writer;
  assertWritable(type, type.isUpdateable);
  const old = findForWrite(writer, type, id);
  throwAny(inputFaults(input, type, 'update'));
  const now = nowStamp(org);
  const by = writer.person?.id ?? String(old['OwnerId'] ?? old['CreatedById']);
  const stamps = { LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now };
  const row = complete(org, type, withValues('update', { ...old, ...stamps }, input), input, old);
  const changed = new Map([...input].filter(([field]) => (old[field.name] ?? null) !== (row[field.name] ?? null)));
  checkRow(writer, type, row, changed);
  store(org, type.name, row, !writer.isApi);
  rulesOf(type.name).saved?.(org, row, old);
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
      if (contact.IsDeleted) continue;
      store(org, 'Contact', { ...contact, IsDeleted: true, SystemModstamp: now }, !writer.isApi);
      orphanActivities(org, contact.Id);
    }
  }
  const by = writer.person?.id ?? String(row['OwnerId'] ?? row['CreatedById']);
  const gone = { ...row, IsDeleted: true, LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now };
  store(org, type.name, gone, !writer.isApi);
  rulesOf(type.name).removed?.(org, gone);
  // Activities are about contacts, leads and accounts, which are also what can be merged.
  if (type.isMergeable) orphanActivities(org, row.Id);
}

/** The row that a write is about; ids may have 15 or 18 characters. */
export function findForWrite(writer: Writer, type: ObjectType, id: string): Row {
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

function assertWritable(type: ObjectType, isWritable = type.isRecord): void {
  if (!isWritable) throw refuse(403, 'INSUFFICIENT_ACCESS_OR_READONLY', `insufficient access rights on object ${type.name}`);
}

const defaultsOf = (type: ObjectType): Readonly<Record<string, Value>> =>
  Object.fromEntries(type.fields.flatMap((field) => (field.defaultValue === undefined ? [] : [[field.name, field.defaultValue]])));

/** A blank leaves what cannot be blank: the owner, and on a create the defaults. */
function withValues(mode: 'create' | 'update', base: Row, input: Input): Row {
  const stays = (field: Field): boolean => field.name === 'OwnerId' || (mode === 'create' && field.defaultValue !== undefined);
  const sent = [...input].filter(([field, value]) => value !== null || !stays(field));
  return patched(base, Object.fromEntries(sent.map(([field, value]) => [field.name, value])));
}

function complete(org: Org, type: ObjectType, row: Row, input: Input, old: Row | undefined): Row {
  const sent = new Map([...input].map(([field, value]) => [field.name, value]));
  return rulesOf(type.name).complete?.({ org, row, old, names: [...sent.keys()], sent: (name) => sent.get(name) ?? undefined }) ?? row;
}

/** What looks at more than one value: references, the validation rule, unique keys, duplicates, locks. */
function checkRow(writer: Writer, type: ObjectType, row: Row, changed: Input): void {
  const { org, person } = writer;
  throwAny([...changed].flatMap(([field, value]) => (field.type === 'reference' && value !== null
    ? referenceFault(writer, field, String(value)) ?? [] : [])));
  throwAny([...validationFault(org, type, row), ...uniqueFaults(org, type, row, changed)]);
  const names = [...changed.keys()].map((field) => field.name);
  const duplicate = person && duplicateFault(org, type, row, names, person, writer.allowSave);
  if (duplicate) throw new Refusal(400, [duplicate]);
  takeLock(writer, row);
}

function referenceFault(writer: Writer, field: Field, id: string): Fault | undefined {
  const { org, person } = writer;
  const { name, label, referenceTo } = field;
  const fields = [name];
  const type = typeOfId(writer.catalog, id);
  const target = type && find(org, type.name, id);
  if (type && !referenceTo.includes(type.name)) {
    return { code: 'FIELD_INTEGRITY_EXCEPTION', message: `${label}: id value of incorrect type: ${id}`, fields };
  }
  if (!type || !target || target.IsDeleted) {
    return { code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] };
  }
  if (!canRead(org, type, target, person)) {
    const message = `insufficient access rights on cross-reference id: ${id}`;
    return { code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message, fields: [] };
  }
  if (type.name === 'Group' && target['Type'] !== 'Queue') {
    return { code: 'FIELD_INTEGRITY_EXCEPTION', message: `${label}: only a queue can be an owner: ${id}`, fields };
  }
  if (type.name === 'User' && org.people.get(id)?.isActive === false) {
    return { code: 'INACTIVE_OWNER_OR_USER', message: 'operation performed with inactive user', fields };
  }
  return undefined;
}

function validationFault(org: Org, type: ObjectType, row: Row): Fault[] {
  const rule = org.settings.validation;
  if (!rule || rule.object !== type.name) return [];
  const text = rule.field === 'Name' && type.name !== 'Account' ? fullName(row) : String(row[rule.field] ?? '');
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
