/** The organization for programs of the sandbox: raw rows, and writes as an administrator's, without HTTP. */
import { readField, type Address } from './computed.ts';
import type { ObjectName, ObjectType } from './objects/catalog.ts';
import { catalogFor, find, type Org, type Person } from './org.ts';
import { createRecord, deleteRecord, mergeContacts, updateRecord, type Writer } from './records.ts';
import { SAMPLE_CONTACTS } from './seed.ts';
import type { OrgSettings } from './settings.ts';
import type { Sessions } from './sign-in/sessions.ts';
import { readInput } from './values.ts';

/** Every field of the describe, blanks as null. */
export interface RawRecord {
  readonly Id: string;
  readonly [field: string]: string | number | boolean | null | Address;
}

export type RecordName = 'Contact' | 'Account';
export type RecordFields = Readonly<Record<string, unknown>>;

export interface SalesforceOrg {
  readonly id: string;
  people(): readonly Person[];
  /** All rows that have surfaced, whoever owns them; those of the recycle bin only when asked for. */
  contacts(withBin?: boolean): readonly RawRecord[];
  accounts(withBin?: boolean): readonly RawRecord[];
  /** Saves by the same rules of values, past sharing and duplicate rules; answers the id. Owner: the first user, if not told. */
  insert(type: RecordName, fields: RecordFields, ownerUsername?: string): string;
  update(type: RecordName, id: string, fields: RecordFields): void;
  remove(type: RecordName, id: string): void;
  merge(winnerId: string, loserId: string): void;
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
  const writer = (): Writer => ({ org, catalog: catalogFor(org, undefined), person: undefined, allowSave: true, isApi: false });
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

  return {
    id: org.id,
    people: () => [...org.people.values()],
    contacts: (withBin) => raw('Contact', withBin),
    accounts: (withBin) => raw('Account', withBin),
    insert,
    update: (name, id, fields) => { updateRecord(writer(), typeOf(name), id, readInput(typeOf(name), fields)); },
    remove: (name, id) => { deleteRecord(writer(), typeOf(name), id); },
    merge: (winnerId, loserId) => { mergeContacts(writer(), typeOf('Contact'), winnerId, loserId); },
    settings: () => org.settings,
    change: (patch) => { org.settings = { ...org.settings, ...patch }; org.changed(); },
    setPerson: (username, patch) => { changePerson(org, personNamed(username), patch); },
    lockRows: (count) => { org.locks = count; },
    endSessions: (username) => {
      if (username === undefined) sessions.expireSessions(); else sessions.revokeUser(personNamed(username).id);
    },
    addSamples: () => { insertSamples(insert); },
  };
}

function rawRows(org: Org, type: ObjectType, withBin: boolean): RawRecord[] {
  return [...org.tables[type.name].rows()].flatMap((stored) => {
    const row = find(org, type.name, stored.Id);
    if (!row || (row.IsDeleted && !withBin)) return [];
    return [{ ...Object.fromEntries(type.fields.map((field) => [field.name, readField(type, row, field)])), Id: row.Id }];
  });
}

function changePerson(org: Org, person: Person, patch: Partial<Person>): void {
  org.people.set(person.id, { ...person, ...patch });
  const row = org.tables.User.get(person.id);
  if (row && patch.isActive !== undefined) org.tables.User.put({ ...row, IsActive: patch.isActive });
  org.changed();
}

function insertSamples(insert: SalesforceOrg['insert']): void {
  const accounts = new Map<string, string>();
  for (const { account, owner, fields } of SAMPLE_CONTACTS) {
    const id = accounts.get(account) ?? insert('Account', { Name: account }, owner);
    accounts.set(account, id);
    insert('Contact', { ...fields, AccountId: id }, owner);
  }
}
