/** People: Salesforce Contact -> canonical fields, and the table that the way back (carry-person.ts) and leads (map-lead.ts) share. */
import { isRow, linesOf, seenOf, text, type Row } from './row.ts';
import type { Address, ContactField, FieldName, Fields, FieldsDraft, Seen } from '../../engine/record.ts';

/** Prose may be cut, in one line or several; an identifier never; a picklist takes its own words only. */
export type Carry = 'prose' | 'lines' | 'identifier' | 'email' | 'date' | 'picklist';

export type AddressField = 'addresses.business' | 'addresses.home' | 'addresses.other';

/** Where one object keeps a person's fields. */
export interface PersonTable {
  /** One canonical field, one column. */
  readonly singles: Readonly<Partial<Record<ContactField, readonly [column: string, carry: Carry]>>>;
  /** Canonical address -> prefix of its five columns. */
  readonly addresses: Readonly<Partial<Record<AddressField, string>>>;
  /** True: the company is a reference to an account. */
  readonly hasAccount: boolean;
}

/** Object Reference, Contact. */
export const CONTACT: PersonTable = {
  singles: {
    'prefix': ['Salutation', 'picklist'],
    'givenName': ['FirstName', 'prose'],
    'middleName': ['MiddleName', 'prose'],
    'familyName': ['LastName', 'prose'],
    'suffix': ['Suffix', 'prose'],
    'jobTitle': ['Title', 'prose'],
    'department': ['Department', 'prose'],
    'assistantName': ['AssistantName', 'prose'],
    'primaryEmail': ['Email', 'email'],
    'phones.work': ['Phone', 'identifier'],
    'phones.mobile': ['MobilePhone', 'identifier'],
    'phones.home': ['HomePhone', 'identifier'],
    'phones.other': ['OtherPhone', 'identifier'],
    'phones.workFax': ['Fax', 'identifier'],
    'phones.assistant': ['AssistantPhone', 'identifier'],
    'birthday': ['Birthdate', 'date'],
  },
  addresses: { 'addresses.business': 'Mailing', 'addresses.other': 'Other' },
  hasAccount: true,
};

export const PARTS: readonly (readonly [part: keyof Address, suffix: string, carry: Carry])[] = [
  ['street', 'Street', 'prose'], ['city', 'City', 'prose'], ['region', 'State', 'prose'],
  ['postalCode', 'PostalCode', 'identifier'], ['country', 'Country', 'prose'],
];

export const singlesOf = ({ singles }: PersonTable): readonly (readonly [field: ContactField, column: string, carry: Carry])[] =>
  Object.entries(singles).map(([field, [column, carry]]) => [field as ContactField, column, carry]);

export const addressesOf = ({ addresses }: PersonTable): readonly (readonly [field: AddressField, prefix: string])[] =>
  Object.entries(addresses).map(([field, prefix]) => [field as AddressField, prefix]);

/** Every column of a person that we write. */
export const columnsOf = (table: PersonTable): readonly string[] => [
  ...singlesOf(table).map(([, column]) => column),
  ...(table.hasAccount ? ['AccountId'] : []),
  ...addressesOf(table).flatMap(([, prefix]) => PARTS.map(([, suffix]) => prefix + suffix)),
];

/** The canonical name of a person's column; undefined for one that is none of ours. */
export function personField(table: PersonTable, column: string): FieldName | undefined {
  if (table.hasAccount && column === 'AccountId') return 'company';
  const single = singlesOf(table).find(([, own]) => own === column);
  const address = addressesOf(table).find(([, prefix]) => PARTS.some(([, suffix]) => prefix + suffix === column));
  return single?.[0] ?? address?.[0];
}

/** The canonical fields that these columns hold. */
export function heldFields(table: PersonTable, columns: { has(column: string): boolean }): ReadonlySet<FieldName> {
  return new Set(columnsOf(table).filter((column) => columns.has(column)).flatMap((column) => personField(table, column) ?? []));
}

/** The canonical fields of a row. A column that was not selected says nothing, a blank one is null. */
export function project(row: Row, table: PersonTable = CONTACT): Fields {
  const fields: FieldsDraft = {};
  for (const [field, column] of singlesOf(table)) if (row[column] !== undefined) fields[field] = text(row[column]);
  const account = row['Account'];
  // An account that this user may not read keeps its id but shows no name: that says nothing about the company.
  if (table.hasAccount && row['AccountId'] === null) fields.company = null;
  else if (table.hasAccount && isRow(account)) fields.company = text(account['Name']);
  for (const [field, prefix] of addressesOf(table)) {
    const address = projectAddress(row, prefix);
    if (address !== undefined) fields[field] = address;
  }
  return fields;
}

function projectAddress(row: Row, prefix: string): Address | null | undefined {
  const shown = PARTS.filter(([, suffix]) => row[prefix + suffix] !== undefined);
  if (shown.length === 0) return undefined;
  const parts = shown.flatMap(([part, suffix]) => {
    const value = part === 'street' ? linesOf(row[prefix + suffix]) : text(row[prefix + suffix]);
    return value === null ? [] : [[part, value] as const];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}

/** `me` is the user's 18-character id. */
export const toSeen = (row: Row, me: string): Seen => seenOf('contact', row, project(row), me);
