/** The contact resource: which properties exist, what they accept, how a body becomes stored fields. */
import { GraphError, badBody } from './reply.ts';

export interface EmailAddress { readonly name: string; readonly address: string }
export type PostalAddress = Readonly<Partial<Record<(typeof ADDRESS_PARTS)[number], string>>>;
export interface ExtendedProperty { readonly id: string; readonly value: string }

/** What is stored of a contact; a property that was never set or was cleared is absent. */
export interface ContactFields {
  readonly texts: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly emailAddresses: readonly EmailAddress[];
  readonly addresses: Readonly<Record<string, PostalAddress>>;
  /** Date-time in UTC. */
  readonly birthday?: string | undefined;
  readonly extended: readonly ExtendedProperty[];
}

export const ADDRESS_PARTS = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'] as const;
export const TEXTS = [
  'assistantName', 'businessHomePage', 'companyName', 'department', 'displayName', 'fileAs', 'generation', 'givenName', 'initials',
  'jobTitle', 'manager', 'middleName', 'mobilePhone', 'nickName', 'officeLocation', 'personalNotes', 'profession', 'spouseName',
  'surname', 'title', 'yomiCompanyName', 'yomiGivenName', 'yomiSurname',
] as const;
export const LISTS = ['businessPhones', 'categories', 'children', 'homePhones', 'imAddresses'] as const;
export const ADDRESSES = ['businessAddress', 'homeAddress', 'otherAddress'] as const;
const READ_ONLY = ['id', 'changeKey', 'createdDateTime', 'lastModifiedDateTime', 'parentFolderId', 'photo'];
/** Names that $select may hold. */
export const CONTACT_PROPERTIES: ReadonlySet<string> = new Set([
  ...TEXTS, ...LISTS, ...ADDRESSES, ...READ_ONLY, 'birthday', 'emailAddresses',
]);

/** microsoft-graph-docs-contrib#560 for the first two; homePhones by analogy [unconfirmed]. */
const LIMITS: ReadonlyMap<string, number> = new Map([['emailAddresses', 3], ['businessPhones', 2], ['homePhones', 2]]);
const NAME_PARTS = ['givenName', 'middleName', 'surname', 'generation'];
const DATE_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)$/;

export const NO_FIELDS: ContactFields = { texts: {}, lists: {}, emailAddresses: [], addresses: {}, extended: [] };

/**
 * The fields after a POST (`before` is NO_FIELDS) or a PATCH. A collection replaces the whole collection; an address is a complex
 * value, of which only the parts sent are changed (OData 4.01 part 1, 11.4.9.3) [unconfirmed for Outlook]; null clears.
 */
export function applyBody(before: ContactFields, body: unknown): ContactFields {
  if (!isObject(body)) {
    throw badBody('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  }
  const texts = { ...before.texts };
  const lists = { ...before.lists };
  const addresses = { ...before.addresses };
  let { emailAddresses, extended, birthday } = before;
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('@odata.')) continue;
    if (isOneOf(TEXTS, name)) setText(texts, name, value);
    else if (isOneOf(LISTS, name)) lists[name] = readList(name, value).map((entry) => readText(name, entry) ?? '');
    else if (isOneOf(ADDRESSES, name)) addresses[name] = readAddress(name, value, addresses[name]);
    else if (name === 'emailAddresses') emailAddresses = readEmails(value, before.emailAddresses);
    else if (name === 'birthday') birthday = readBirthday(value);
    else if (name === 'singleValueExtendedProperties') extended = readExtended(value, extended);
    else if (READ_ONLY.includes(name)) throw readOnlyProperty(name);
    else throw unknownProperty(name, 'microsoft.graph.contact');
  }
  regenerate(before, texts, body);
  return { texts, lists, emailAddresses, addresses, extended, ...(birthday === undefined ? {} : { birthday }) };
}

/** displayName follows the name parts unless it was sent with them; fileAs follows while nobody chose one [unconfirmed]. */
function regenerate(before: ContactFields, texts: Record<string, string>, body: Readonly<Record<string, unknown>>): void {
  if (!NAME_PARTS.some((part) => texts[part] !== before.texts[part])) return;
  if (!('displayName' in body)) setText(texts, 'displayName', compose(texts));
  const isGenerated = (before.texts['fileAs'] ?? '') === fileAs(before.texts);
  if (!('fileAs' in body) && isGenerated) setText(texts, 'fileAs', fileAs(texts));
}

const compose = (texts: Readonly<Record<string, string>>): string => NAME_PARTS.map((part) => texts[part]).filter(Boolean).join(' ');
const fileAs = (texts: Readonly<Record<string, string>>): string =>
  [texts['surname'], [texts['givenName'], texts['middleName']].filter(Boolean).join(' ')].filter(Boolean).join(', ');

function setText(texts: Record<string, string>, name: string, value: unknown): void {
  const text = readText(name, value);
  if (text) texts[name] = text;
  else delete texts[name];
}

function readText(name: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  throw badBody(`Cannot convert the literal of the property '${name}' to the expected type 'Edm.String'.`);
}

function readList(name: string, value: unknown): readonly unknown[] {
  const type = name === 'emailAddresses' ? 'Collection(microsoft.graph.emailAddress)' : 'Collection(Edm.String)';
  if (value === null) {
    const expected = `'${type}[Nullable=False]'`;
    throw badBody(
      `A null value was found for the property named '${name}', which has the expected type ${expected}. `
      + `The expected type ${expected} does not allow null values.`,
    );
  }
  if (!Array.isArray(value)) {
    throw badBody(`When trying to read a collection for the property '${name}', a node of another type was found. Expected: '${type}'.`);
  }
  const limit = LIMITS.get(name);
  if (limit !== undefined && value.length > limit) {
    const shown = name.charAt(0).toUpperCase() + name.slice(1);
    throw new GraphError(
      400, 'ErrorInvalidArgument',
      `The multi value property ${shown} has ${value.length} entries, that exceeds the max allowed value of ${limit}.`,
    );
  }
  return value;
}

/** The name of the first address keeps its old value (microsoft-graph-docs#507); a missing name becomes the address [unconfirmed]. */
function readEmails(value: unknown, before: readonly EmailAddress[]): EmailAddress[] {
  return readList('emailAddresses', value).map((entry, index) => {
    if (!isObject(entry)) throw badBody("An entry of 'emailAddresses' is not of the expected type 'microsoft.graph.emailAddress'.");
    const unknown = Object.keys(entry).find((key) => key !== 'name' && key !== 'address' && !key.startsWith('@odata.'));
    if (unknown !== undefined) throw unknownProperty(unknown, 'microsoft.graph.emailAddress');
    const address = readText('address', entry['address'] ?? null) ?? '';
    const kept = index === 0 ? before[0]?.name : undefined;
    return { name: kept ?? readText('name', entry['name'] ?? null) ?? address, address };
  });
}

function readAddress(name: string, value: unknown, before: PostalAddress | undefined): PostalAddress {
  if (value === null) return {};
  if (!isObject(value)) throw badBody(`The property '${name}' is not of the expected type 'microsoft.graph.physicalAddress'.`);
  const parts: Record<string, string> = { ...before };
  for (const [part, text] of Object.entries(value)) {
    if (part.startsWith('@odata.')) continue;
    if (!isOneOf(ADDRESS_PARTS, part)) throw unknownProperty(part, 'microsoft.graph.physicalAddress');
    setText(parts, part, text);
  }
  return parts;
}

function readBirthday(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string' || !DATE_TIME.test(value) || Number.isNaN(Date.parse(value))) {
    throw badBody(`Cannot convert the literal '${String(value)}' to the expected type 'Edm.DateTimeOffset'.`);
  }
  return new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Properties that are not named keep their value; the GUID of an id has no case, its name does. */
function readExtended(value: unknown, before: readonly ExtendedProperty[]): ExtendedProperty[] {
  const merged = new Map(before.map((property) => [property.id, property]));
  for (const entry of readList('singleValueExtendedProperties', value)) {
    if (!isObject(entry) || typeof entry['id'] !== 'string' || typeof entry['value'] !== 'string') {
      throw badBody("An entry of 'singleValueExtendedProperties' needs an id and a value.");
    }
    const id = canonicalPropertyId(entry['id']);
    if (!id) throw new GraphError(400, 'ErrorInvalidPropertyId', `Property id '${entry['id']}' is not in a valid format.`);
    merged.set(id, { id, value: entry['value'] });
  }
  return [...merged.values()];
}

/** "String {guid} Name X" or "String {guid} Id 0x8nnn" or a tag; undefined when it is none of these. */
export function canonicalPropertyId(id: string): string | undefined {
  const named = /^(\w+)\s+\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s+(Name\s+\S.*|Id\s+0x[0-9a-f]+)$/i.exec(id.trim());
  if (named) return `${named[1]} {${named[2]?.toLowerCase()}} ${named[3]}`;
  return /^\w+ 0x[0-9a-f]{1,4}$/i.test(id.trim()) ? id.trim() : undefined;
}

const unknownProperty = (name: string, type: string): GraphError =>
  badBody(
    `The property '${name}' does not exist on type '${type}'. `
    + 'Make sure to only use property names that are defined by the type or mark the type as open type.',
  );
const readOnlyProperty = (name: string): GraphError =>
  new GraphError(400, 'ErrorInvalidPropertySet', `Set action is invalid for property '${name}'.`);

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return names.some((known) => known === name);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
