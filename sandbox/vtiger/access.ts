/** A person's hands in the CRM, without HTTP: writes as the forms do, and the raw state. */
import type { CrmUser } from './accounts.ts';
import { convertLead } from './conversion.ts';
import { VtigerError } from './fault.ts';
import type { ModuleName } from './modules/catalog.ts';
import { changeRecord, createRecord, deleteRecord, findRow, findWritable, type Element, type Writer } from './records.ts';
import { showRow, type Shown } from './show.ts';
import { idOf, moduleFor, moduleOf, nowSeconds, ownerId, splitId, stamp, type Row, type World } from './world.ts';
import { liveRows } from './query.ts';

/** As retrieve shows it, with what no client sees. */
export interface RawRecord {
  readonly id: string;
  readonly module: ModuleName;
  readonly isDeleted: boolean;
  readonly isConverted: boolean;
  /** Ids; more than one only from the forms of the CRM. */
  readonly contacts: readonly string[];
  readonly fields: Shown;
}

/** Ids are the vendor's ("12x7"). A refusal is thrown as VtigerError. Fields left out of an add take what the forms propose. */
export interface Hands {
  readonly user: CrmUser;
  addContact(fields: Element): string;
  addLead(fields: Element): string;
  addAccount(fields: Element): string;
  /** `contacts`: several, as only the forms can. */
  addEvent(fields: Element, contacts?: readonly string[]): string;
  addTask(fields: Element): string;
  update(id: string, fields: Element): void;
  remove(id: string): void;
  reassign(id: string, owner: string): void;
  /** To a contact, and to an account where the lead names a company: the new ids by module. */
  convertLead(id: string): Readonly<Record<string, string>>;
  /** Deleted ones too; undefined for one that never was. */
  record(id: string): RawRecord | undefined;
  /** The live ones that this person sees. */
  all(module: ModuleName): RawRecord[];
}

export function handsOf(world: World, user: CrmUser): Hands {
  const writer: Writer = { world, user, isApi: false };
  const add = (name: ModuleName, fields: Element): string =>
    idOf(world, createRecord(writer, moduleFor(world, user, name), { assigned_user_id: ownerId(world, user.n), ...fields }));
  const raw = (row: Row): RawRecord => rawRecord(world, user, row);
  return {
    user,
    addContact: (fields) => add('Contacts', fields),
    addLead: (fields) => add('Leads', fields),
    addAccount: (fields) => add('Accounts', fields),
    addTask: (fields) => add('Calendar', { ...taskForm(world), ...fields }),
    addEvent: (fields, contacts = []) => {
      const id = add('Events', { ...eventForm(world), ...fields });
      const row = findRow(world, user, id);
      if (contacts.length > 0) world.rows.set(row.n, { ...row, contacts: contacts.map((one) => splitId(world, one)?.n ?? 0) });
      world.changed();
      return id;
    },
    update: (id, fields) => { changeRecord(writer, findWritable(world, user, id), fields); },
    remove: (id) => { deleteRecord(writer, findWritable(world, user, id)); },
    reassign: (id, owner) => { changeRecord(writer, findWritable(world, user, id), { assigned_user_id: owner }); },
    convertLead: (id) => convertByForm(writer, id),
    record: (id) => {
      const row = world.rows.get(splitId(world, id)?.n ?? 0);
      return row && raw(row);
    },
    all: (module) => liveRows(world, user, moduleFor(world, user, module)).map(raw),
  };
}

function rawRecord(world: World, user: CrmUser, row: Row): RawRecord {
  const contacts = row.contacts.flatMap((n) => { const one = world.rows.get(n); return one ? [idOf(world, one)] : []; });
  return {
    id: idOf(world, row), module: moduleOf(row), isDeleted: row.isDeleted, isConverted: row.isConverted, contacts,
    fields: showRow(world, user, row, 'retrieved'),
  };
}

function eventForm(world: World): Element {
  const [day, time] = stamp(nowSeconds(world)).split(' ');
  return {
    date_start: day, time_start: time, due_date: day, time_end: time, duration_hours: '0', duration_minutes: '0', activitytype: 'Meeting',
    eventstatus: 'Planned', visibility: world.settings.pageVisibility,
  };
}

function taskForm(world: World): Element {
  const [day, time] = stamp(nowSeconds(world)).split(' ');
  return { date_start: day, time_start: time, due_date: day, taskstatus: 'Not Started', activitytype: 'Task', visibility: world.settings.pageVisibility };
}

function convertByForm(writer: Writer, id: string): Readonly<Record<string, string>> {
  const lead = findRow(writer.world, writer.user, id);
  const company = lead.values['company'] ?? '';
  const entities = { Contacts: { create: true }, ...(company ? { Accounts: { create: true, accountname: company } } : {}) };
  const made = convertLead(writer, { leadId: id, assignedTo: ownerId(writer.world, lead.owner), entities });
  if (typeof made !== 'object' || made === null) throw new VtigerError('FAILED_TO_CREATE', 'Nothing was created');
  return { ...made } as Readonly<Record<string, string>>;
}
