/** Contact of Exchange <-> canonical contact: `project` reads, `contactPatch` writes. Pure; addresses of mail have a file of their own. */
import type { CarryNote } from '../../engine/link.ts';
import type { Address, FieldName, Fields, FieldsDraft, FieldValue, Seen } from '../../engine/record.ts';
import { birthdayOf, birthdayText } from '../birthday.ts';
import { cleanLine, cleanLines } from '../clean-text.ts';
import { nameFor } from '../contact-name.ts';
import { note } from '../notes.ts';
import { emailFieldsOf, emailPatch, slotsOf } from './emails.ts';
import type { EmailSlots } from './emails.ts';
import { KEY, PREFIX } from './limits.ts';
import type { Patch } from './patch.ts';
import type { Place, Setting } from './places.ts';
import { addressSetting, entriesOf, extendedSetting, extendedText, field, phoneSetting, textSetting } from './places.ts';
import { COMMON, idOf, isPrivate, keyOf, leftOf, stampsOf, textIn, versionOf } from './seen.ts';
import type { XmlElement } from './soap.ts';
import { child, childText } from './xml.ts';

/** fields.md 2.1; the element has the name behind the colon. */
const TEXTS: readonly (readonly [FieldName, string])[] = [
  ['givenName', 'contacts:GivenName'],
  ['middleName', 'contacts:MiddleName'],
  ['familyName', 'contacts:Surname'],
  ['suffix', 'contacts:Generation'],
  ['company', 'contacts:CompanyName'],
  ['jobTitle', 'contacts:JobTitle'],
  ['department', 'contacts:Department'],
  ['assistantName', 'contacts:AssistantName'],
  ['webPage', 'contacts:BusinessHomePage'],
];
const PHONES: readonly (readonly [FieldName, string])[] = [
  ['phones.work', 'BusinessPhone'],
  ['phones.work2', 'BusinessPhone2'],
  ['phones.mobile', 'MobilePhone'],
  ['phones.home', 'HomePhone'],
  ['phones.home2', 'HomePhone2'],
  ['phones.other', 'OtherTelephone'],
  ['phones.workFax', 'BusinessFax'],
  ['phones.assistant', 'AssistantPhone'],
];
const ADDRESSES: readonly (readonly [FieldName, string])[] = [['addresses.business', 'Business'], ['addresses.home', 'Home'], ['addresses.other', 'Other']];
const PARTS: readonly (readonly [keyof Address, string])[] = [
  ['street', 'Street'], ['city', 'City'], ['region', 'State'], ['country', 'CountryOrRegion'], ['postalCode', 'PostalCode'],
];
const NAME_FIELDS: readonly FieldName[] = ['prefix', 'givenName', 'middleName', 'familyName', 'suffix', 'company'];

export const HELD_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>([
  'prefix', ...[...TEXTS, ...PHONES, ...ADDRESSES].map(([name]) => name), 'primaryEmail', 'otherEmails', 'birthday',
]);

/** Held by Outlook and carried nowhere: property -> the name that a person is told. Their texts are dropped at once. */
const LEFT: readonly (readonly [string, string])[] = [
  ['contacts:Nickname', 'nickName'], ['contacts:SpouseName', 'spouse'], ['contacts:Children', 'children'], ['contacts:Manager', 'manager'],
  ['contacts:Profession', 'profession'], ['contacts:OfficeLocation', 'office'], ['contacts:Initials', 'initials'],
  ['contacts:WeddingAnniversary', 'anniversary'], ['contacts:ImAddresses', 'imAddresses'],
];

/** What every look asks for. */
export const CONTACT_PLACES: readonly Place[] = [
  ...COMMON, PREFIX,
  ...['contacts:CompleteName', 'contacts:DisplayName', 'contacts:FileAs', 'contacts:EmailAddresses', 'contacts:PhysicalAddresses',
    'contacts:PhoneNumbers', 'contacts:Birthday', 'contacts:HasPicture'].map(field),
  ...[...TEXTS, ...LEFT.map(([uri, name]) => [name, uri] as const)].map(([, uri]) => field(uri)),
];

const local = (uri: string): string => uri.slice(uri.indexOf(':') + 1);

/** What `Seen.memo` holds: what a rebuilt collection or a new name must not lose. */
interface Memo {
  readonly displayName: string;
  readonly fileAs: string;
  readonly emails: EmailSlots;
}

/** `zone`: the mailbox's IANA zone, for birthdays that some program stored as a local midnight. */
export function project(item: XmlElement, zone: string): Seen {
  const key = keyOf(item);
  const left = leftIn(item);
  const memo: Memo = { displayName: childText(item, 'DisplayName') ?? '', fileAs: childText(item, 'FileAs') ?? '', emails: slotsOf(item) };
  return {
    kind: 'contact', id: idOf(item), version: versionOf(item), fields: contactFields(item, zone), ...stampsOf(item),
    ...(key ? { linkKey: key } : {}), ...(isPrivate(item) ? { isPrivate: true } : {}), ...(left.length > 0 ? { left } : {}), memo,
  };
}

export function contactFields(item: XmlElement, zone: string): Fields {
  const fields: FieldsDraft = {};
  for (const [name, uri] of TEXTS) fields[name] = textIn(item, local(uri));
  const phones = entriesOf(item, 'PhoneNumbers');
  for (const [name, key] of PHONES) fields[name] = phones.get(key)?.text.trim() ? phones.get(key)?.text ?? null : null;
  const addresses = entriesOf(item, 'PhysicalAddresses');
  for (const [name, key] of ADDRESSES) fields[name] = addressOf(addresses.get(key));
  fields.prefix = extendedText(item, PREFIX)?.trim() ? extendedText(item, PREFIX) ?? null : textIn(child(item, 'CompleteName'), 'Title');
  fields.birthday = birthdayOf(childText(item, 'Birthday'), zone);
  return { ...fields, ...emailFieldsOf(slotsOf(item)) };
}

function addressOf(entry: XmlElement | undefined): Address | null {
  const parts = PARTS.flatMap(([part, name]) => {
    const text = textIn(entry, name);
    return text === null ? [] : [[part, text.replace(/\r\n?/g, '\n')] as const];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : null;
}

function leftIn(item: XmlElement): readonly string[] {
  const others = [...entriesOf(item, 'PhoneNumbers').keys()].filter((key) => !PHONES.some(([, known]) => known === key));
  return [
    ...LEFT.filter(([uri]) => child(item, local(uri)) !== undefined).map(([, label]) => label),
    ...(textIn(item, 'Body') === null ? [] : ['notes']), ...(childText(item, 'HasPicture') === 'true' ? ['photo'] : []),
    ...(others.length > 0 ? ['morePhones'] : []), ...leftOf(item),
  ];
}

/** The properties that write `fields`; `current` is null for a creation. Properties of fields that are not named are not touched. */
export function contactPatch(fields: Fields, current: Seen | null): Patch {
  const settings: Setting[] = [];
  const notes: CarryNote[] = [];
  const written = new Set<FieldName>();
  const write = (name: FieldName, make: (value: FieldValue | null) => readonly Setting[]): void => {
    const value = fields[name];
    if (value === undefined) return;
    settings.push(...make(value));
    written.add(name);
  };
  for (const name of Object.keys(fields) as FieldName[]) if (fields[name] !== undefined && !HELD_FIELDS.has(name)) notes.push(note(name, 'notHeld'));
  for (const [name, uri] of TEXTS) write(name, (value) => [textSetting(uri, name === 'webPage' ? addressOfPage(cleanLine(value)) : cleanLine(value))]);
  for (const [name, key] of PHONES) write(name, (value) => [phoneSetting(key, cleanLine(value))]);
  for (const [name, key] of ADDRESSES) write(name, (value) => addressSettings(key, value));
  write('prefix', (value) => [extendedSetting(PREFIX, cleanLine(value))]);
  if (fields.birthday !== undefined) {
    const day = birthdayText(fields.birthday);
    if (day === undefined) notes.push(note('birthday', 'noYear'));
    else write('birthday', () => [textSetting('contacts:Birthday', day)]);
  }
  settings.push(...nameSettings(fields, current));
  const emails = emailPatch(fields, current?.fields ?? {}, memoIn(current)?.emails, current !== null);
  if (!emails) return { settings, notes, fields: [...written] };
  for (const name of emails.fields) written.add(name);
  const whole = { notes: [...notes, ...emails.notes], fields: [...written] };
  const all = { ...whole, settings: [...settings, ...emails.settings] };
  return emails.fallback ? { ...all, fallback: [...settings, ...emails.fallback] } : all;
}

/** xs:anyURI bears no blanks. */
const addressOfPage = (text: string | null): string | null => text && text.replace(/\s/g, (blank) => encodeURIComponent(blank));

/** An address is one value: parts that it does not have are cleared. */
function addressSettings(key: string, value: FieldValue | null): readonly Setting[] {
  const address: Address = typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Address : {};
  return PARTS.map(([part, name]) => addressSetting(key, name, part === 'street' ? cleanLines(address.street) : cleanLine(address[part])));
}

/** Neither the name that is shown nor the one that the card is filed under follows the name's parts by itself (ews.md section 5). */
function nameSettings(fields: Fields, current: Seen | null): readonly Setting[] {
  if (current && !NAME_FIELDS.some((name) => fields[name] !== undefined)) return [];
  const memo = memoIn(current);
  return ([['contacts:FileAs', 'fileAs', 'filed'], ['contacts:DisplayName', 'displayName', 'shown']] as const).flatMap(([uri, part, use]) => {
    const name = cleanLine(nameFor(fields, current?.fields, memo?.[part], use));
    return name === (memo?.[part] || null) ? [] : [textSetting(uri, name)];
  });
}

/** Undefined when the look was not made by this connector: names and addresses are then rebuilt from the canonical fields alone. */
function memoIn(current: Seen | null): Memo | undefined {
  const memo = current?.memo as Partial<Memo> | undefined;
  return memo?.emails ? { displayName: memo.displayName ?? '', fileAs: memo.fileAs ?? '', emails: memo.emails } : undefined;
}

/** Our key, written on creation. */
export const keySetting = (linkId: string): Setting => extendedSetting(KEY, linkId);
