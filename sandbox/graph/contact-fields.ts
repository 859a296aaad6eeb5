/** The contact resource: which properties exist, what they accept, how a body becomes stored fields. */
import { isOneOf, readExtended, readInstant, readList, readMembers, readObject, readOnlyProperty, readText, unknownProperty } from './body.ts';
import type { ExtendedProperty } from './body.ts';
import { GraphError } from './reply.ts';

export interface EmailAddress { readonly name: string; readonly address: string }
export type PostalAddress = Readonly<Partial<Record<(typeof ADDRESS_PARTS)[number], string>>>;

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
export const NO_FIELDS: ContactFields = { texts: {}, lists: {}, emailAddresses: [], addresses: {}, extended: [] };

/**
 * The fields after a POST (`before` is NO_FIELDS) or a PATCH. A collection replaces the whole collection; an address is a complex
 * value, of which only the parts sent are changed (OData 4.01 part 1, 11.4.9.3) [unconfirmed for Outlook]; null clears.
 */
export function applyBody(before: ContactFields, body: unknown): ContactFields {
  const texts = { ...before.texts };
  const lists = { ...before.lists };
  const addresses = { ...before.addresses };
  let { emailAddresses, extended, birthday } = before;
  for (const [name, value] of Object.entries(readObject(body))) {
    if (name.startsWith('@odata.')) continue;
    if (isOneOf(TEXTS, name)) setText(texts, name, value);
    else if (isOneOf(LISTS, name)) lists[name] = readLimited(name, 'Edm.String', value).map((entry) => readText(name, entry) ?? '');
    else if (isOneOf(ADDRESSES, name)) addresses[name] = readAddress(name, value, addresses[name]);
    else if (name === 'emailAddresses') emailAddresses = readEmails(value, before.emailAddresses);
    else if (name === 'birthday') birthday = value === null ? undefined : readInstant(value);
    else if (name === 'singleValueExtendedProperties') extended = readExtended(value, extended);
    else if (READ_ONLY.includes(name)) throw readOnlyProperty(name);
    else throw unknownProperty(name, 'microsoft.graph.contact');
  }
  regenerate(before, texts, readObject(body));
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

/** The name of the first address keeps its old value (microsoft-graph-docs#507); a missing name becomes the address [unconfirmed]. */
function readEmails(value: unknown, before: readonly EmailAddress[]): EmailAddress[] {
  return readLimited('emailAddresses', 'microsoft.graph.emailAddress', value).map((entry, index) => {
    const given = readMembers('emailAddresses', 'microsoft.graph.emailAddress', ['name', 'address'], entry);
    const address = readText('address', given['address'] ?? null) ?? '';
    const kept = index === 0 ? before[0]?.name : undefined;
    return { name: kept ?? readText('name', given['name'] ?? null) ?? address, address };
  });
}

function readAddress(name: string, value: unknown, before: PostalAddress | undefined): PostalAddress {
  if (value === null) return {};
  const parts: Record<string, string> = { ...before };
  for (const [part, text] of Object.entries(readMembers(name, 'microsoft.graph.physicalAddress', ADDRESS_PARTS, value))) {
    setText(parts, part, text);
  }
  return parts;
}

/** microsoft-graph-docs-contrib#560 gives the wording. */
function readLimited(name: string, type: string, value: unknown): readonly unknown[] {
  const entries = readList(name, type, value);
  const limit = LIMITS.get(name);
  if (limit === undefined || entries.length <= limit) return entries;
  const shown = name.charAt(0).toUpperCase() + name.slice(1);
  throw new GraphError(
    400, 'ErrorInvalidArgument',
    `The multi value property ${shown} has ${entries.length} entries, that exceeds the max allowed value of ${limit}.`,
  );
}
