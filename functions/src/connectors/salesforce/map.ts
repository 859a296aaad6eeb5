/** Salesforce Contact -> canonical fields (project), and the tables that the way back (carry.ts) shares. */
import { createHash } from 'node:crypto';
import type { Address, ContactField, FieldName, Fields, FieldValue, Instant, Seen } from '../../engine/record.ts';

/** Prose may be cut, an identifier never; a picklist takes its own words only. */
export type Carry = 'prose' | 'identifier' | 'email' | 'date' | 'picklist';

/** One canonical field, one column. Object Reference, Contact. */
export const SINGLES: Readonly<Partial<Record<ContactField, readonly [column: string, carry: Carry]>>> = {
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
};

/** Canonical address -> prefix of its five columns. */
export const ADDRESSES = { 'addresses.business': 'Mailing', 'addresses.other': 'Other' } as const;
type AddressField = keyof typeof ADDRESSES;

export const PARTS: readonly (readonly [part: keyof Address, suffix: string, carry: Carry])[] = [
  ['street', 'Street', 'prose'], ['city', 'City', 'prose'], ['region', 'State', 'prose'],
  ['postalCode', 'PostalCode', 'identifier'], ['country', 'Country', 'prose'],
];

export const singleFields = Object.keys(SINGLES) as readonly ContactField[];
export const addressFields = Object.keys(ADDRESSES) as readonly AddressField[];

/** Every column that we write. */
export const COLUMNS: readonly string[] = [
  ...Object.values(SINGLES).map(([column]) => column),
  'AccountId',
  ...addressFields.flatMap((field) => PARTS.map(([, suffix]) => ADDRESSES[field] + suffix)),
];

/** The canonical name of a column, for errors that name one; a column that is none of ours keeps its own name. */
export function canonicalField(column: string): string {
  if (column === 'AccountId') return 'company';
  const single = singleFields.find((field) => SINGLES[field]?.[0] === column);
  const address = addressFields.find((field) => PARTS.some(([, suffix]) => ADDRESSES[field] + suffix === column));
  return single ?? address ?? column;
}

/** The canonical fields that these columns hold. */
export function heldFields(columns: { has(column: string): boolean }): ReadonlySet<FieldName> {
  return new Set<FieldName>([
    ...singleFields.filter((field) => columns.has(SINGLES[field]?.[0] ?? '')),
    ...(columns.has('AccountId') ? ['company' as const] : []),
    ...addressFields.filter((field) => PARTS.some(([, suffix]) => columns.has(ADDRESSES[field] + suffix))),
  ]);
}

/** A row as a query answers it: only what was selected. */
export type Row = Readonly<Record<string, unknown>>;

/** The canonical fields of a row. A column that was not selected says nothing, a blank one is null. */
export function project(row: Row): Fields {
  const fields: { -readonly [Name in FieldName]?: FieldValue | null } = {};
  for (const field of singleFields) {
    const value = row[SINGLES[field]?.[0] ?? ''];
    if (value !== undefined) fields[field] = text(value);
  }
  const account = row['Account'];
  // An account that this user may not read keeps its id but shows no name: that says nothing about the company.
  if (row['AccountId'] === null) fields.company = null;
  else if (isRow(account)) fields.company = text(account['Name']);
  for (const field of addressFields) {
    const address = projectAddress(row, ADDRESSES[field]);
    if (address !== undefined) fields[field] = address;
  }
  return fields;
}

function projectAddress(row: Row, prefix: string): Address | null | undefined {
  const shown = PARTS.filter(([, suffix]) => row[prefix + suffix] !== undefined);
  if (shown.length === 0) return undefined;
  const parts = shown.flatMap(([part, suffix]) => {
    const value = text(row[prefix + suffix]);
    return value === null ? [] : [[part, part === 'street' ? value.replace(/\r\n?/g, '\n') : value] as const];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** A row with id, version, times and owner. `me` is the user's 18-character id. */
export function toSeen(row: Row, me: string): Seen {
  const owner = id18(String(row['OwnerId']));
  const ownerRow = row['Owner'];
  const [modifiedAt, createdAt] = [instant(row['LastModifiedDate']), instant(row['CreatedDate'])];
  const key = text(row['ConcordKey__c']);
  const fields = project(row);
  return {
    kind: 'contact',
    id: id18(String(row['Id'])),
    version: versionOf(row, fields),
    fields,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(key === null ? {} : { linkKey: key }),
    // The contact behind a person account is written through its account, so it is nobody's to sync: shown, never linked.
    owner: {
      id: owner,
      name: (isRow(ownerRow) ? text(ownerRow['Name']) : null) ?? owner,
      isUser: owner === me && row['IsPersonAccount'] !== true,
    },
  };
}

/** Stamps have the precision of seconds, so two edits can share one: the version also tells the content. */
function versionOf(row: Row, fields: Fields): string {
  const stamp = String(row['SystemModstamp']).replace(/\.000\+0000$/, 'Z');
  return `${stamp}~${createHash('sha1').update(JSON.stringify(fields)).digest('base64url').slice(0, 10)}`;
}

/** "2023-05-28T21:10:08.000+0000": the zone has no colon, which only some parsers take (airbyte#27146). */
export function instant(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(parsed) ? undefined : parsed;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

const CHECK_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form of an id: 15 case-sensitive characters and three that tell which of them are capitals. */
export function id18(id: string): string {
  if (id.length !== 15) return id;
  const capitals = (from: number): number =>
    [...id.slice(from, from + 5)].reduce((bits, letter, place) => bits + (/[A-Z]/.test(letter) ? 1 << place : 0), 0);
  return id + [0, 5, 10].map((from) => CHECK_LETTERS[capitals(from)]).join('');
}
