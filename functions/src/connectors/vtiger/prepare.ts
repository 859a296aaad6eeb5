/** Operations -> columns to send, with all that has to be looked up first: shapes, accounts of companies, contacts of addresses. */
import { companyKey } from '../../engine/forms.ts';
import { localTime } from '../local-time.ts';
import { carryEvent } from './carry-event.ts';
import { carryPerson } from './carry-person.ts';
import { carryTask } from './carry-task.ts';
import { shapesOf, type ModuleShape } from './describe.ts';
import { problem } from './errors.ts';
import { isId, modulesOf, prefixOf, type ModuleName } from './modules.ts';
import { peopleByAddress, type Person } from './people.ts';
import { mayMail, memoOf } from './row.ts';
import { idOf, inLists, rowsOf } from './vtql.ts';
import type { SyncError } from '../../engine/errors.ts';
import type { Fields } from '../../engine/record.ts';
import type { Operation } from '../../ports/side.ts';
import type { Accounts } from './accounts.ts';
import type { Carried } from './carry.ts';
import type { SideParts } from './records.ts';

export interface WriteParts extends SideParts {
  readonly accounts: Accounts;
}

/** An operation ready to be sent, and its place in the caller's list. */
export interface Prepared {
  readonly place: number;
  readonly operation: Operation;
  readonly shape: ModuleShape;
  readonly carried: Carried;
}

export interface Refused {
  readonly place: number;
  readonly error: SyncError;
}

/** What was looked up for all operations of one call. */
interface Found {
  readonly people: ReadonlyMap<string, Person>;
  readonly accounts: Accounts;
  /** Activities that could mail somebody when they are touched. */
  readonly mailing: ReadonlySet<string>;
}

export async function prepareAll(parts: WriteParts, operations: readonly Operation[]): Promise<readonly (Prepared | Refused)[]> {
  const names = [...new Set(operations.flatMap(({ kind }) => modulesOf(kind).map(({ name }) => name)))];
  const all = await shapesOf(parts, names);
  const shapes = operations.map((operation) => shapeFor(operation, all));
  await parts.accounts.load(operations.flatMap((operation, place) => (shapes[place]?.name === 'Contacts' ? companyOf(operation) : [])));
  const people = await peopleByAddress(parts, operations.flatMap(addressesOf));
  const found: Found = { people, accounts: parts.accounts, mailing: await mailingAmong(parts, operations, shapes) };
  return operations.map((operation, place) => prepare(parts, place, operation, shapes[place], found));
}

/** New people are contacts; an existing record tells its module by its id. */
function shapeFor(operation: Operation, all: Readonly<Record<ModuleName, ModuleShape>>): ModuleShape | undefined {
  const shapes = modulesOf(operation.kind).map(({ name }) => all[name]);
  return operation.op === 'create' ? shapes[0] : shapes.find(({ isSeen, prefix }) => isSeen && prefix === prefixOf(recordId(operation)));
}

export function recordId(operation: Operation): string {
  if (operation.op === 'create') return '';
  return operation.op === 'update' ? operation.current.id : operation.id;
}

/** Updates bring a look that tells; a deletion brings an id only. */
async function mailingAmong(
  parts: WriteParts, operations: readonly Operation[], shapes: readonly (ModuleShape | undefined)[],
): Promise<ReadonlySet<string>> {
  const found = new Set(operations.flatMap((one) => (one.op === 'update' && (memoOf(one.current).mayMail || one.current.meeting) ? [one.current.id] : [])));
  for (const name of ['Events', 'Calendar'] as const) {
    const deleted = operations.flatMap((one, place) => (one.op === 'delete' && shapes[place]?.name === name && isId(one.id) ? [one.id] : []));
    const hasBox = shapes.some((shape) => shape?.name === name && shape.fields.has('sendnotification'));
    if (deleted.length === 0 || !hasBox) continue;
    const rows = await rowsOf(parts.client, inLists('id', deleted).map((list) => ({ module: name, where: [list], columns: ['sendnotification'] })));
    for (const row of rows) if (mayMail(row)) found.add(idOf(row));
  }
  return found;
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

function prepare(parts: WriteParts, place: number, operation: Operation, shape: ModuleShape | undefined, found: Found): Prepared | Refused {
  if (!shape || (operation.op !== 'create' && !isId(recordId(operation)))) {
    return { place, error: problem('gone', 'INVALID_ID_ATTRIBUTE', 'vTiger does not know this record') };
  }
  if (!shape.isSeen || (operation.op === 'create' && !shape.canCreate)) {
    return { place, error: problem('denied', 'MODULE_DENIED', 'You may not make this kind of record in vTiger: ask your administrator') };
  }
  if (found.mailing.has(recordId(operation))) {
    return {
      place,
      error: problem('invalid', 'MAY_MAIL', 'vTiger would mail somebody when this record is saved: change it there, or untick the notification'),
    };
  }
  const carried = operation.op === 'delete' ? NOTHING : carry(parts, operation, shape, found);
  if (operation.op !== 'create') return { place, operation, shape, carried };
  // A creation leaves blanks out; the owner is the one who signed in, whose id the service itself told.
  const columns = Object.fromEntries(Object.entries(carried.columns).filter(([, value]) => value !== ''));
  return { place, operation, shape, carried: { ...carried, columns: { ...columns, assigned_user_id: parts.me } } };
}

const NOTHING: Carried = { columns: {}, written: {}, notes: [] };

function carry({ zone, clock }: WriteParts, operation: Exclude<Operation, { op: 'delete' }>, shape: ModuleShape, { people, accounts }: Found): Carried {
  const current = operation.op === 'update' ? operation.current : undefined;
  const parts = { shape, zone, ...(current ? { current } : {}) };
  switch (shape.name) {
    case 'Events': return carryEvent(fieldsOf(operation), parts, (address) => people.get(address.trim().toLowerCase()));
    case 'Calendar': return carryTask(fieldsOf(operation), parts, localTime(clock.now(), zone).slice(0, 10));
    case 'Leads': return carryPerson(fieldsOf(operation), shape, () => 'none', current?.fields);
    case 'Contacts': {
      const fields = operation.op === 'update' ? withMeantClears(operation) : operation.fields;
      const carried = carryPerson(fields, shape, accounts.find, current?.fields);
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
