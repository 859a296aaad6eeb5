/** Operations -> columns to send, with all that has to be looked up first: columns, accounts of companies, people of addresses. */
import { companyKey } from '../../engine/forms.ts';
import { carryEvent, type CarriedEvent } from './carry-event.ts';
import { carryPerson } from './carry-person.ts';
import { carryTask } from './carry-task.ts';
import { problem } from './errors.ts';
import { objectOfId, objectsOf, type ObjectName, type ObjectSpec } from './objects.ts';
import { peopleByAddress, type Person } from './people.ts';
import { withShapes, type SideParts } from './records.ts';
import { id18, idOf, isId, KEY_FIELD } from './row.ts';
import { packed, quote } from './soql.ts';
import { rowsTogether } from './together.ts';
import type { SyncError } from '../../engine/errors.ts';
import type { Fields } from '../../engine/record.ts';
import type { Operation } from '../../ports/side.ts';
import type { Accounts } from './accounts.ts';
import type { ObjectShape } from './describe.ts';

export interface WriteParts extends SideParts {
  readonly accounts: Accounts;
}

/** An operation ready to be sent, and its place in the caller's list. */
export interface Prepared {
  readonly place: number;
  readonly operation: Operation;
  readonly shape: ObjectShape;
  readonly carried: CarriedEvent;
}

export interface Refused {
  readonly place: number;
  readonly error: SyncError;
}

/** What was looked up for all operations of one call. */
interface Found {
  readonly shapes: Partial<Readonly<Record<ObjectName, ObjectShape>>>;
  readonly people: ReadonlyMap<string, Person>;
  readonly accounts: Accounts;
  /** Events that others are invited to. */
  readonly meetings: ReadonlySet<string>;
}

export async function prepareAll(parts: WriteParts, operations: readonly Operation[]): Promise<readonly (Prepared | Refused)[]> {
  const specs = operations.map(specOf);
  const names = [...new Set(specs.flatMap((spec) => spec?.name ?? []))];
  return withShapes(parts, names, async (shapes) => {
    await parts.accounts.load(operations.flatMap((operation, place) => (specs[place]?.name === 'Contact' ? companyOf(operation) : [])));
    const people = await peopleByAddress(parts, operations.flatMap(addressesOf));
    const found: Found = { shapes, people, accounts: parts.accounts, meetings: await meetingsAmong(parts, operations, shapes) };
    return operations.map((operation, place) => prepare(place, operation, specs[place], found));
  });
}

/** Updates bring a look that tells; a deletion brings an id only. */
async function meetingsAmong(parts: WriteParts, operations: readonly Operation[], shapes: Found['shapes']): Promise<ReadonlySet<string>> {
  const updated = operations.flatMap((one) => (one.op === 'update' && one.current.meeting ? [one.current.id] : []));
  const deleted = operations.flatMap((one) => (one.op === 'delete' && one.kind === 'event' && isId(one.id) ? [one.id] : []));
  if (deleted.length === 0 || shapes.Event?.select.includes('IsGroupEvent') !== true) return new Set(updated);
  const queries = packed(deleted, quote, ',', (list) => `SELECT Id FROM Event WHERE IsGroupEvent = true AND Id IN (${list})`);
  const rows = await rowsTogether(parts.client, parts.clock, 'query', queries);
  return new Set([...updated, ...rows.map(idOf)]);
}

/** New people are contacts; an existing record tells its object by its id. */
function specOf(operation: Operation): ObjectSpec | undefined {
  return operation.op === 'create' ? objectsOf(operation.kind)[0] : objectOfId(recordId(operation));
}

export function recordId(operation: Operation): string {
  if (operation.op === 'create') return '';
  return operation.op === 'update' ? operation.current.id : operation.id;
}

function fieldsOf(operation: Operation): Fields {
  return operation.op === 'create' ? operation.fields : operation.op === 'update' ? operation.patch : {};
}

function companyOf(operation: Operation): readonly string[] {
  const { company } = fieldsOf(operation);
  return typeof company === 'string' ? [company] : [];
}

function addressesOf(operation: Operation): readonly string[] {
  const { attendees } = fieldsOf(operation);
  return Array.isArray(attendees) ? attendees as readonly string[] : [];
}

function prepare(place: number, operation: Operation, spec: ObjectSpec | undefined, found: Found): Prepared | Refused {
  const shape = spec && found.shapes[spec.name];
  if (!shape) return { place, error: problem('gone', 'MALFORMED_ID', 'Salesforce does not know this record') };
  if (shape.select.length === 0) {
    return { place, error: problem('denied', 'INVALID_TYPE', 'This kind of record is not visible to you in Salesforce: ask your administrator') };
  }
  if (found.meetings.has(id18(recordId(operation)))) {
    return { place, error: problem('invalid', 'HAS_INVITEES', 'Others are invited to this event in Salesforce and could be mailed: change it there') };
  }
  const carried = operation.op === 'delete' ? NOTHING : carry(operation, shape, found);
  // A creation leaves blanks out, and bears our key where the organization can hold one.
  if (operation.op !== 'create') return { place, operation, shape, carried };
  const columns = Object.fromEntries(Object.entries(carried.columns).filter(([, value]) => value !== null));
  const all = shape.hasKey ? { ...columns, [KEY_FIELD]: operation.linkId } : columns;
  return { place, operation, shape, carried: { ...carried, columns: all } };
}

const NOTHING: CarriedEvent = { columns: {}, written: {}, notes: [], add: [], drop: [] };

function carry(operation: Exclude<Operation, { op: 'delete' }>, shape: ObjectShape, { people, accounts }: Found): CarriedEvent {
  const current = operation.op === 'update' ? operation.current : undefined;
  switch (shape.name) {
    case 'Event': return carryEvent(fieldsOf(operation), shape, (address) => people.get(address.trim().toLowerCase()), current);
    case 'Task': return { ...NOTHING, ...carryTask(fieldsOf(operation), shape, current) };
    case 'Lead': return { ...NOTHING, ...carryPerson(fieldsOf(operation), shape, () => 'none') };
    case 'Contact': {
      const fields = operation.op === 'update' ? withMeantClears(operation) : operation.fields;
      const carried = { ...NOTHING, ...carryPerson(fields, shape, accounts.find) };
      if (fields === fieldsOf(operation)) return carried;
      return { ...carried, notes: [...carried.notes, { field: 'company', what: 'notCarried', reason: 'noSingleAccount' }] };
    }
    default: return shape.name satisfies never;
  }
}

/** Clearing the company's text clears the account only if the text named that account. */
function withMeantClears({ patch, current, agreed }: Extract<Operation, { op: 'update' }>): Fields {
  if (patch.company !== null || agreed?.company === undefined) return patch;
  const [named, linked] = [agreed.company, current.fields.company].map((name) => (typeof name === 'string' ? companyKey(name) : ''));
  if (named === linked) return patch;
  const { company: _, ...rest } = patch;
  return rest;
}
