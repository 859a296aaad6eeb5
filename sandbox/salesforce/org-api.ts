/** The organization for programs of the sandbox: raw rows, and writes as an administrator's, without HTTP. */
import { readField, type Address } from './computed.ts';
import { convertLead, type Converted } from './conversion.ts';
import { mergeRecords } from './merging.ts';
import type { ObjectName, ObjectType } from './objects/catalog.ts';
import { catalogFor, find, nextId, store, type Org, type Person } from './org.ts';
import { createRecord, deleteRecord, updateRecord, type Writer } from './records.ts';
import { insertSamples } from './samples.ts';
import { seedTaskStatuses } from './seed.ts';
import type { OrgSettings } from './settings.ts';
import type { Sessions } from './sign-in/sessions.ts';
import { readInput } from './values.ts';

/** Every field of the describe, blanks as null. */
export interface RawRecord {
  readonly Id: string;
  readonly [field: string]: string | number | boolean | null | Address;
}

export type RecordName = 'Contact' | 'Account' | 'Lead' | 'Event' | 'EventRelation' | 'Task' | 'TaskRelation';
export type MergeableName = 'Contact' | 'Account' | 'Lead';
export type RecordFields = Readonly<Record<string, unknown>>;

export interface Series { readonly patternId: string; readonly occurrenceIds: readonly string[] }

export interface SalesforceOrg {
  readonly id: string;
  people(): readonly Person[];
  /** All rows that have surfaced, whoever owns them; those of the recycle bin only when asked for. */
  contacts(withBin?: boolean): readonly RawRecord[];
  accounts(withBin?: boolean): readonly RawRecord[];
  leads(withBin?: boolean): readonly RawRecord[];
  /** Copies of invited users (IsChild) too, and archived ones. */
  events(withBin?: boolean): readonly RawRecord[];
  eventRelations(withBin?: boolean): readonly RawRecord[];
  tasks(withBin?: boolean): readonly RawRecord[];
  /** Empty where Shared Activities is off. */
  taskRelations(withBin?: boolean): readonly RawRecord[];
  /** Saves by the same rules of values, past sharing and duplicate rules; answers the id. Owner: the first user, if not told. */
  insert(type: RecordName, fields: RecordFields, ownerUsername?: string): string;
  /** `byUsername`: who does it, with that person's rights; else the system itself in the owner's name. */
  update(type: RecordName, id: string, fields: RecordFields, byUsername?: string): void;
  remove(type: RecordName, id: string, byUsername?: string): void;
  /** The same as `remove`. */
  delete(type: RecordName, id: string, byUsername?: string): void;
  /** Merges two contacts, or with an object's name one or two records of it into another. */
  merge(winnerId: string, loserId: string): void;
  merge(type: MergeableName, winnerId: string, loserIds: readonly string[]): void;
  /** Makes a contact and an account (or takes the given one) out of a lead. */
  convertLead(id: string, accountId?: string): Converted;
  /** A classic series: a pattern row and one row for each start (a time for events, a day for tasks). */
  addSeries(type: 'Event' | 'Task', fields: RecordFields, starts: readonly string[], ownerUsername?: string): Series;
  /** How many invitations writes asked for; no sync may ever raise it. */
  mailsSent(): number;
  settings(): OrgSettings;
  change(patch: Partial<OrgSettings>): void;
  /** Changes a user's rights; a user switched off loses sessions and grants' use at once. */
  setPerson(username: string, patch: Partial<Pick<Person, 'isActive' | 'hasApi' | 'isAdmin'>>): void;
  /** The next `count` record writes of the API find their row locked. */
  lockRows(count: number): void;
  /** Ends all access tokens, or with a username all grants of that user. */
  endSessions(username?: string): void;
  /** Adds a handful of invented customers to an organization without any. */
  addSamples(): void;
}

export function createOrgApi(org: Org, sessions: Sessions): SalesforceOrg {
  const writer = (byUsername?: string): Writer => ({
    org, catalog: catalogFor(org, undefined), person: byUsername === undefined ? undefined : personNamed(byUsername), allowSave: true, isApi: false,
  });
  const typeOf = (name: ObjectName): ObjectType => {
    const type = catalogFor(org, undefined).get(name.toLowerCase());
    if (!type) throw new Error(`the organization has no object ${name}`);
    return type;
  };
  const personNamed = (username: string): Person => {
    const person = [...org.people.values()].find((one) => one.username === username);
    if (!person) throw new Error(`the organization has no user ${username}`);
    return person;
  };
  const raw = (name: RecordName, withBin = false): RawRecord[] => rawRows(org, typeOf(name), withBin);
  const insert = (name: RecordName, fields: RecordFields, ownerUsername?: string): string =>
    createRecord(writer(), typeOf(name), readInput(typeOf(name), fields), ownerUsername && personNamed(ownerUsername).id);
  const remove = (name: RecordName, id: string, byUsername?: string): void => { deleteRecord(writer(byUsername), typeOf(name), id); };

  return {
    id: org.id,
    people: () => [...org.people.values()],
    contacts: (withBin) => raw('Contact', withBin),
    accounts: (withBin) => raw('Account', withBin),
    leads: (withBin) => raw('Lead', withBin),
    events: (withBin) => raw('Event', withBin),
    eventRelations: (withBin) => raw('EventRelation', withBin),
    tasks: (withBin) => raw('Task', withBin),
    taskRelations: (withBin) => (org.settings.sharedActivities ? raw('TaskRelation', withBin) : []),
    insert,
    update: (name, id, fields, byUsername) => { updateRecord(writer(byUsername), typeOf(name), id, readInput(typeOf(name), fields)); },
    remove,
    delete: remove,
    merge: (first: string, second: string, losers?: readonly string[]) => {
      if (losers) mergeRecords(writer(), typeOf(first as MergeableName), second, losers);
      else mergeRecords(writer(), typeOf('Contact'), first, [second]);
    },
    convertLead: (id, accountId) => convertLead(writer(), id, accountId),
    addSeries: (name, fields, starts, owner) => makeSeries(org, name, starts.map((start) =>
      insert(name, { ...fields, [name === 'Event' ? 'StartDateTime' : 'ActivityDate']: start }, owner))),
    mailsSent: () => org.mailsSent,
    settings: () => org.settings,
    change: (patch) => { changeSettings(org, patch); },
    setPerson: (username, patch) => { changePerson(org, personNamed(username), patch); },
    lockRows: (count) => { org.locks = count; },
    endSessions: (username) => {
      if (username === undefined) sessions.expireSessions(); else sessions.revokeUser(personNamed(username).id);
    },
    addSamples: () => { insertSamples({ insert, contacts: () => raw('Contact') }, org.clock.now()); },
  };
}

function changeSettings(org: Org, patch: Partial<OrgSettings>): void {
  org.settings = { ...org.settings, ...patch };
  seedTaskStatuses(org);
  org.changed();
}

/** The first row becomes the pattern, as a copy of the first occurrence; the service's own ids of a series are not known. */
function makeSeries(org: Org, name: 'Event' | 'Task', occurrenceIds: readonly string[]): Series {
  const first = org.tables[name].get(occurrenceIds[0] ?? '');
  if (!first) throw new Error('a series needs one start at least');
  const patternId = nextId(org, name === 'Event' ? '00U' : '00T');
  store(org, name, { ...first, Id: patternId, IsRecurrence: true, RecurrenceActivityId: patternId, RecurrenceType: 'RecursDaily', RecurrenceInterval: 1 });
  for (const id of occurrenceIds) {
    const row = org.tables[name].get(id);
    if (row) store(org, name, { ...row, RecurrenceActivityId: patternId });
  }
  return { patternId, occurrenceIds };
}

function rawRows(org: Org, type: ObjectType, withBin: boolean): RawRecord[] {
  return [...org.tables[type.name].rows()].flatMap((stored) => {
    const row = find(org, type.name, stored.Id);
    if (!row || (row.IsDeleted && !withBin)) return [];
    return [{ ...Object.fromEntries(type.fields.map((field) => [field.name, readField(org, type, row, field)])), Id: row.Id }];
  });
}

function changePerson(org: Org, person: Person, patch: Partial<Person>): void {
  org.people.set(person.id, { ...person, ...patch });
  const row = org.tables.User.get(person.id);
  if (row && patch.isActive !== undefined) org.tables.User.put({ ...row, IsActive: patch.isActive });
  org.changed();
}
