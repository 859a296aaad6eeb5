/** People: a record of Contacts -> canonical fields, and the table that the way back (carry-person.ts) and leads (map-lead.ts) share. */
import { linesOf, mayMail, seenOf, text, type Row, type RowView } from './row.ts';
import type { Address, ContactField, FieldName, Fields, FieldsDraft, Seen } from '../../engine/record.ts';

/** Prose may be cut, in one line or several; an identifier never; a picklist takes its own words where it has a list. */
export type Carry = 'prose' | 'lines' | 'identifier' | 'email' | 'date' | 'picklist';

/** `length` in characters: `title` and phones were observed, the others are read in public database dumps; describe tells none. */
export type Column = readonly [column: string, carry: Carry, length: number];

export type AddressField = 'addresses.business' | 'addresses.home' | 'addresses.other';
type AddressColumns = Readonly<Record<keyof Address, Column>>;

/** Where one module keeps a person's fields. */
export interface PersonTable {
  readonly singles: Readonly<Partial<Record<ContactField, Column>>>;
  readonly addresses: Readonly<Partial<Record<AddressField, AddressColumns>>>;
  /** True: the company is a reference to an account. */
  readonly hasAccount: boolean;
}

const PHONE = 50;
const EMAIL = 100;

export const CONTACT: PersonTable = {
  singles: {
    'prefix': ['salutationtype', 'picklist', 200],
    'givenName': ['firstname', 'prose', 40],
    'familyName': ['lastname', 'prose', 80],
    'jobTitle': ['title', 'prose', 50],
    'department': ['department', 'prose', 30],
    'assistantName': ['assistant', 'prose', 30],
    'primaryEmail': ['email', 'email', EMAIL],
    'phones.work': ['phone', 'identifier', PHONE],
    'phones.mobile': ['mobile', 'identifier', PHONE],
    'phones.home': ['homephone', 'identifier', PHONE],
    'phones.other': ['otherphone', 'identifier', PHONE],
    'phones.workFax': ['fax', 'identifier', PHONE],
    'phones.assistant': ['assistantphone', 'identifier', PHONE],
    'birthday': ['birthday', 'date', 10],
  },
  addresses: {
    'addresses.business': {
      street: ['mailingstreet', 'lines', 250], city: ['mailingcity', 'prose', 40], region: ['mailingstate', 'prose', 30],
      postalCode: ['mailingzip', 'identifier', 30], country: ['mailingcountry', 'prose', 40],
    },
    'addresses.other': {
      street: ['otherstreet', 'lines', 250], city: ['othercity', 'prose', 40], region: ['otherstate', 'prose', 50],
      postalCode: ['otherzip', 'identifier', 30], country: ['othercountry', 'prose', 30],
    },
  },
  hasAccount: true,
};

/** The set of further addresses has one place. */
export const SECOND_EMAIL: Column = ['secondaryemail', 'email', EMAIL];
export const ACCOUNT = 'account_id';

export const PARTS: readonly (keyof Address)[] = ['street', 'city', 'region', 'postalCode', 'country'];

const singlesOf = ({ singles }: PersonTable): readonly (readonly [field: ContactField, column: Column])[] =>
  Object.entries(singles).map(([field, column]) => [field as ContactField, column]);

const addressesOf = ({ addresses }: PersonTable): readonly (readonly [field: AddressField, columns: AddressColumns])[] =>
  Object.entries(addresses).map(([field, columns]) => [field as AddressField, columns]);

/** The canonical field of each column of a person. */
export const personColumns = (table: PersonTable): ReadonlyMap<string, FieldName> => new Map<string, FieldName>([
  ...singlesOf(table).map(([field, [column]]) => [column, field] as const),
  [SECOND_EMAIL[0], 'otherEmails'],
  ...(table.hasAccount ? [[ACCOUNT, 'company'] as const] : []),
  ...addressesOf(table).flatMap(([field, columns]) => PARTS.map((part) => [columns[part][0], field] as const)),
]);

/** Names of accounts by id, as far as this user may read them. */
export type AccountNames = ReadonlyMap<string, string>;

/** The canonical fields of a row. A column that is not there says nothing, a blank one is null. */
export function project(row: Row, table: PersonTable, accounts: AccountNames): Fields {
  const fields: FieldsDraft = {};
  for (const [field, [column]] of singlesOf(table)) if (row[column] !== undefined) fields[field] = text(row[column]);
  if (fields.birthday?.toString().startsWith('0000')) fields.birthday = null;
  const second = row[SECOND_EMAIL[0]];
  if (second !== undefined) fields.otherEmails = text(second) === null ? null : [String(second)];
  if (table.hasAccount && row[ACCOUNT] !== undefined) {
    const id = text(row[ACCOUNT]);
    const name = id === null ? null : accounts.get(id);
    // An account that this user may not read shows no name: that says nothing about the company.
    if (name !== undefined) fields.company = name;
  }
  for (const [field, columns] of addressesOf(table)) {
    const address = projectAddress(row, columns);
    if (address !== undefined) fields[field] = address;
  }
  return fields;
}

function projectAddress(row: Row, columns: AddressColumns): Address | null | undefined {
  const shown = PARTS.filter((part) => row[columns[part][0]] !== undefined);
  if (shown.length === 0) return undefined;
  const parts = shown.flatMap((part) => {
    const value = (part === 'street' ? linesOf : text)(row[columns[part][0]]);
    return value === null ? [] : [[part, value] as const];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}

export const contactSeen = (row: Row, accounts: AccountNames, view: RowView): Seen =>
  seenOf('contact', row, project(row, CONTACT, accounts), view, { memo: { mayMail: mayMail(row) } });
