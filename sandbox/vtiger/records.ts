/** Creating, changing and deleting records by the server's rules; every way of writing ends here. */
import type { CrmUser } from './accounts.ts';
import { RestrictedFile, VtigerError, denied, missing } from './fault.ts';
import { NEVER_SET, type Field } from './modules/field.ts';
import type { Module } from './modules/catalog.ts';
import { durationOf, storedValue } from './values.ts';
import { canRead, canWrite, idOf, isOwner, moduleFor, moduleOf, nextNumber, nowSeconds, splitId, stamp, type Row, type World } from './world.ts';

export interface Writer {
  readonly world: World;
  readonly user: CrmUser;
  /** False: a person at the forms of the CRM. */
  readonly isApi: boolean;
}

export type Element = Readonly<Record<string, unknown>>;
/** What a client sent, ready for the row. Undefined: not sent. */
interface Change { readonly values: Readonly<Record<string, string>>; readonly owner: number | undefined; readonly contact: number | undefined }

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

export function createRecord(writer: Writer, module: Module, element: Element): Row {
  const { world, user } = writer;
  if (!module.table) throw denied();
  demandMandatory(module, element, true);
  const change = readElement(writer, module, element);
  demandUnique(world, module, change.values, 0);
  const number = module.number ? { [module.number[0]]: `${module.number[1]}${nextNumber(world, module.name)}` } : {};
  const now = nowSeconds(world);
  const values = { ...change.values, ...number };
  return store(writer, {
    n: nextNumber(world, 'record'), table: module.table, values: module.table === 'Activities' ? { ...values, ...durationOf(values) } : values,
    owner: change.owner ?? user.n, contacts: change.contact ? [change.contact] : [], created: now, modified: now, modifiedBy: user.n,
    source: writer.isApi ? 'WEBSERVICE' : 'CRM', isDeleted: false, isConverted: false,
  });
}

/** `isWhole`: update, which wants every mandatory field and yet leaves alone what was not sent. A change of nothing moves modifiedtime too. */
export function changeRecord(writer: Writer, row: Row, element: Element, isWhole = false): Row {
  const { world, user } = writer;
  const module = moduleFor(world, user, moduleOf(row));
  demandMandatory(module, element, isWhole);
  const change = readElement(writer, module, element);
  demandUnique(world, module, change.values, row.n);
  const values = { ...row.values, ...change.values };
  // Several contacts come from the CRM's own form, and the API does not get at them.
  const isFixed = writer.isApi && row.contacts.length > 1;
  const contacts = change.contact === undefined || isFixed ? row.contacts : change.contact === 0 ? [] : [change.contact];
  return store(writer, {
    ...row, values: row.table === 'Activities' ? { ...values, ...durationOf(values) } : values, owner: change.owner ?? row.owner, contacts,
    modified: nowSeconds(world), modifiedBy: user.n,
  });
}

export function deleteRecord({ world, user }: Writer, row: Row): void {
  world.rows.set(row.n, { ...row, isDeleted: true, modified: nowSeconds(world), modifiedBy: user.n });
  world.changed();
}

/** The row behind an id; what was deleted and what never was are refused alike, to admins too. */
export function findRow(world: World, user: CrmUser, id: string): Row {
  const named = splitId(world, id);
  const row = named && world.rows.get(named.n);
  if (!named?.module || !row || row.isDeleted) throw denied();
  if (named.module !== moduleOf(row)) throw new VtigerError('INVALID_ID_ATTRIBUTE', 'Id specified is incorrect');
  if (!canRead(world, user, row)) throw new VtigerError('ACCESS_DENIED', 'Permission to read given object is denied');
  return row;
}

/** The row behind an id, for a write of this person. */
export function findWritable(world: World, user: CrmUser, id: string): Row {
  const row = findRow(world, user, id);
  if (!canWrite(world, user, row)) throw denied();
  return row;
}

function demandMandatory(module: Module, element: Element, isWhole: boolean): void {
  for (const { name, isMandatory } of module.fields) {
    if (isMandatory && (isWhole || name in element) && isEmpty(element[name])) throw missing(name);
  }
}

/** Unknown fields and those that nobody may set are dropped without a word. */
function readElement(writer: Writer, module: Module, element: Element): Change {
  const values: Record<string, string> = {};
  let owner: number | undefined;
  let contact: number | undefined;
  for (const field of module.fields) {
    if (!(field.name in element) || !field.isEditable || NEVER_SET.has(field.name)) continue;
    const value = element[field.name];
    if (field.type === 'owner') owner = readOwner(writer.world, String(value ?? ''));
    else if (field.type !== 'reference') values[field.name] = storedValue(field, value, writer.user);
    else if (module.table === 'Activities' && field.name === 'contact_id') contact = readReference(writer.world, field, value);
    else values[field.name] = String(readReference(writer.world, field, value) || '');
  }
  return { values, owner, contact };
}

/** "19x5", "20x2", or the bare number. That nobody has the number is found only after the record is written. */
function readOwner(world: World, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const named = splitId(world, text);
  if (named?.module !== 'Users' && named?.module !== 'Groups') throw badReference('assigned_user_id');
  return named.n;
}

/** 0: empty, which is also what becomes of a record that is not there. Of "12x7;12x8" the first is read. */
function readReference(world: World, field: Field, value: unknown): number {
  const [first = ''] = String(value ?? '').split(';');
  if (first === '') return 0;
  const named = splitId(world, first);
  if (!named?.module || !field.refersTo.includes(named.module)) throw badReference(field.name);
  const row = world.rows.get(named.n);
  return row && !row.isDeleted && moduleOf(row) === named.module ? row.n : 0;
}

const badReference = (name: string): VtigerError => new VtigerError('REFERENCE_INVALID', `Invalid reference specified for ${name}`);

/** A duplicate is refused with the number 0 for a code, and the record it doubles is not named. Case does not count [unconfirmed]. */
function demandUnique(world: World, module: Module, values: Readonly<Record<string, string>>, self: number): void {
  for (const { name } of module.fields) {
    const value = values[name]?.toLowerCase() ?? '';
    if (value === '' || !world.settings.unique.includes(`${module.name}.${name}`)) continue;
    const isTaken = [...world.rows.values()].some((row) =>
      row.n !== self && !row.isDeleted && moduleOf(row) === module.name && row.values[name]?.toLowerCase() === value);
    if (isTaken) throw new VtigerError(0, 'Duplicate(s) detected!');
  }
}

/** Workflows of a fresh install that mail somebody whenever a record with the box ticked is saved [unconfirmed for each save]. */
const MAILING_BOXES = ['sendnotification', 'notify_owner', 'portal'] as const;

function store(writer: Writer, row: Row): Row {
  const { world } = writer;
  world.rows.set(row.n, row);
  for (const because of writer.isApi ? MAILING_BOXES : []) {
    if (row.values[because] === '1') world.mailsSent.push({ at: stamp(nowSeconds(world)), id: idOf(world, row), because });
  }
  world.changed();
  if (!isOwner(world, row.owner)) throw new RestrictedFile();
  return row;
}
