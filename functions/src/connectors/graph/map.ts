/** Graph contact <-> canonical contact: `project` reads, `patchOf` writes. Pure; texts, names, e-mails, birthdays have their own files. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName, Fields, FieldValue, Seen } from '../../engine/record.ts';
import { birthdayOf, birthdayText } from '../birthday.ts';
import { isUsableEmail, mergeEmails } from '../contact-emails.ts';
import type { ContactEmail } from '../contact-emails.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { KEY_PROPERTY, SENSITIVITY_PROPERTY } from './limits.ts';
import { nameFor } from '../contact-name.ts';
import type { Patch } from './patch.ts';
import { note } from '../notes.ts';
import { cleanLine } from '../clean-text.ts';
import { addressOf, textOf, textsOf, vendorAddress } from './texts.ts';

/** learn.microsoft.com/graph/api/resources/contact, checked 2026-08. `title` is the form of address, not the job. */
const TEXTS: readonly (readonly [FieldName, string])[] = [
  ['prefix', 'title'],
  ['givenName', 'givenName'],
  ['middleName', 'middleName'],
  ['familyName', 'surname'],
  ['suffix', 'generation'],
  ['company', 'companyName'],
  ['jobTitle', 'jobTitle'],
  ['department', 'department'],
  ['assistantName', 'assistantName'],
  ['phones.mobile', 'mobilePhone'],
  ['webPage', 'businessHomePage'],
];
const PHONE_LISTS: readonly (readonly [string, readonly FieldName[]])[] = [
  ['businessPhones', ['phones.work', 'phones.work2']],
  ['homePhones', ['phones.home', 'phones.home2']],
];
const ADDRESSES: readonly (readonly [FieldName, string])[] = [
  ['addresses.business', 'businessAddress'],
  ['addresses.home', 'homeAddress'],
  ['addresses.other', 'otherAddress'],
];
const EMAIL_FIELDS: readonly FieldName[] = ['primaryEmail', 'otherEmails'];
const NAME_FIELDS: readonly FieldName[] = ['prefix', 'givenName', 'middleName', 'familyName', 'suffix', 'company'];

/** Held by Outlook, carried nowhere: property -> the name a person is told. Anniversaries and a photo cannot be seen here at all. */
const LEFT: readonly (readonly [string, string])[] = [
  ['imAddresses', 'imAddresses'],
  ['nickName', 'nickName'],
  ['personalNotes', 'notes'],
  ['spouseName', 'spouse'],
  ['children', 'children'],
  ['manager', 'manager'],
  ['profession', 'profession'],
  ['officeLocation', 'office'],
  ['initials', 'initials'],
  ['categories', 'categories'],
];

export const HELD_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>([
  ...TEXTS.map(([field]) => field),
  ...PHONE_LISTS.flatMap(([, fields]) => fields),
  ...ADDRESSES.map(([field]) => field),
  ...EMAIL_FIELDS,
  'birthday',
]);

const MAPPED = [
  ...TEXTS.map(([, name]) => name),
  ...PHONE_LISTS.map(([name]) => name),
  ...ADDRESSES.map(([, name]) => name),
  'emailAddresses',
  'birthday',
];

/** What every reading request selects. The LEFT ones are fetched only to say that they are there; their texts are dropped at once. */
export const SELECT: readonly string[] = [
  ...MAPPED,
  'displayName',
  'changeKey',
  'parentFolderId',
  'createdDateTime',
  'lastModifiedDateTime',
  ...LEFT.map(([name]) => name),
];

/** What `Seen.memo` holds: the parts of a contact that a rebuilt collection or a new name must not lose. */
interface Memo {
  readonly displayName: string;
  readonly emails: readonly ContactEmail[];
  /** Phones beyond the slots we know, by property. */
  readonly morePhones: Readonly<Record<string, readonly string[]>>;
}

/** `zone`: the mailbox's IANA zone, for birthdays that some program stored as a local midnight. */
export function project(contact: JsonObject, zone: string | undefined): Seen {
  const key = extendedValue(contact, KEY_PROPERTY);
  const left = leftOf(contact);
  const modifiedAt = instantOf(contact['lastModifiedDateTime']);
  const createdAt = instantOf(contact['createdDateTime']);
  return {
    kind: 'contact',
    id: stringOf(contact['id']) ?? '',
    version: versionOf(contact),
    fields: fieldsOf(contact, zone),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(key ? { linkKey: key.toLowerCase() } : {}),
    ...(isPrivate(contact) ? { isPrivate: true } : {}),
    ...(left.length > 0 ? { left } : {}),
    memo: memoOf(contact),
  };
}

/** A page of changes may hold only some properties of an item: then it is a hint, not a look. */
export const isWhole = (contact: JsonObject): boolean => MAPPED.every((name) => contact[name] !== undefined) && versionOf(contact) !== '';

/** The change key, or what the ETag holds of it: both change with every change. */
export const versionOf = (contact: JsonObject): string =>
  stringOf(contact['changeKey']) ?? /^W\/"(.*)"$/.exec(stringOf(contact['@odata.etag']) ?? '')?.[1] ?? '';

export const etagOf = (version: string): string => `W/"${version}"`;

/** Sensitivity 1 personal, 2 private, 3 confidential: none of them leaves the mailbox. */
export function isPrivate(contact: JsonObject): boolean {
  const value = extendedValue(contact, SENSITIVITY_PROPERTY);
  return value !== undefined && value !== '0';
}

export function extendedValue(contact: JsonObject, id: string): string | undefined {
  const found = listOf(contact['singleValueExtendedProperties']).find(
    (entry) => isObject(entry) && stringOf(entry['id'])?.toLowerCase() === id.toLowerCase(),
  );
  return isObject(found) ? stringOf(found['value']) : undefined;
}

export function fieldsOf(contact: JsonObject, zone: string | undefined): Fields {
  const fields: Partial<Record<FieldName, FieldValue | null>> = {};
  for (const [field, name] of TEXTS) {
    const value = contact[name];
    if (value !== undefined) fields[field] = textOf(value);
  }
  for (const [name, slots] of PHONE_LISTS) {
    if (contact[name] === undefined) continue;
    const phones = textsOf(contact[name]);
    slots.forEach((slot, index) => {
      fields[slot] = phones[index] ?? null;
    });
  }
  for (const [field, name] of ADDRESSES) {
    const value = contact[name];
    if (value !== undefined) fields[field] = addressOf(value);
  }
  if (contact['birthday'] !== undefined) fields.birthday = birthdayOf(stringOf(contact['birthday']), zone);
  return { ...fields, ...emailFieldsOf(contact) };
}

/** An entry without an SMTP address says nothing; where only such entries stand, both fields are absent, not empty. */
function emailFieldsOf(contact: JsonObject): Fields {
  if (contact['emailAddresses'] === undefined) return {};
  const all = emailsOf(contact);
  const [primary, ...others] = all.map(({ address }) => address).filter(isUsableEmail);
  if (primary === undefined && all.some(({ address }) => address)) return {};
  return { primaryEmail: primary ?? null, otherEmails: others.length > 0 ? others : null };
}

/** The request that writes `fields`; `current` is null for a creation. Properties of fields that are not named are not sent. */
export function patchOf(fields: Fields, current: Seen | null): Patch {
  const body: Record<string, Json> = {};
  const notes: CarryNote[] = [];
  const written = new Set<FieldName>();
  const has = (field: FieldName): boolean => fields[field] !== undefined;
  for (const field of Object.keys(fields) as FieldName[]) if (has(field) && !HELD_FIELDS.has(field)) notes.push(note(field, 'notHeld'));
  for (const [field, name] of TEXTS) {
    if (!has(field)) continue;
    body[name] = cleanLine(fields[field]);
    written.add(field);
  }
  for (const [name, slots] of PHONE_LISTS) {
    if (!slots.some(has)) continue;
    body[name] = rebuildPhones(name, slots, fields, current);
    for (const slot of slots) if (has(slot) || moves(body[name], slots, slot, current)) written.add(slot);
  }
  for (const [field, name] of ADDRESSES) {
    if (!has(field)) continue;
    body[name] = vendorAddress(fields[field]);
    written.add(field);
  }
  if (has('birthday')) {
    const day = birthdayText(fields.birthday);
    if (day === undefined) notes.push(note('birthday', 'noYear'));
    else {
      body['birthday'] = day;
      written.add('birthday');
    }
  }
  if (EMAIL_FIELDS.some(has)) addEmails(fields, current, body, notes, written);
  if (!current || NAME_FIELDS.some(has)) body['displayName'] = nameFor(fields, current?.fields, memoIn(current)?.displayName);
  return { body, notes, fields: [...written] };
}

/** Both e-mail fields share one collection; the one not asked for counts as written when its own value moves. */
function addEmails(fields: Fields, current: Seen | null, body: Record<string, Json>, notes: CarryNote[], written: Set<FieldName>): void {
  const merged = mergeEmails(fields, current?.fields ?? {}, memoIn(current)?.emails ?? []);
  body['emailAddresses'] = merged.emails.map(({ name, address }) => (name ? { name, address } : { address }));
  notes.push(...merged.notes);
  const after = emailFieldsOf(body);
  for (const field of EMAIL_FIELDS) {
    if (fields[field] !== undefined || (current && !isSame(after[field], current.fields[field]))) written.add(field);
  }
}

function rebuildPhones(name: string, slots: readonly FieldName[], fields: Fields, current: Seen | null): Json {
  const phones = slots.map((slot) => cleanLine(fields[slot] === undefined ? current?.fields[slot] : fields[slot]));
  return [...phones.filter((phone) => phone !== null), ...(memoIn(current)?.morePhones[name] ?? [])];
}

/** True when the rebuilt list puts another number into a slot that nobody asked to change (clearing the first lets the second move up). */
function moves(list: Json | undefined, slots: readonly FieldName[], slot: FieldName, current: Seen | null): boolean {
  return current !== null && !isSame(textsOf(list)[slots.indexOf(slot)] ?? null, current.fields[slot]);
}

const isSame = (one: FieldValue | null | undefined, other: FieldValue | null | undefined): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The canonical name of the mapped property that a refusal names; the rest of its words is never looked at. */
export function canonicalNameIn(message: string): string | undefined {
  const names: (readonly [string, string])[] = [
    ...TEXTS.map(([field, name]) => [name, field] as const),
    ...PHONE_LISTS.map(([name, slots]) => [name, slots[0] ?? name] as const),
    ...ADDRESSES.map(([field, name]) => [name, field] as const),
    ['emailAddresses', 'otherEmails'],
    ['birthday', 'birthday'],
  ];
  return names.find(([name]) => new RegExp(`\\b${name}\\b`, 'i').test(message))?.[1];
}

const emailsOf = (contact: JsonObject): readonly ContactEmail[] =>
  listOf(contact['emailAddresses'])
    .filter(isObject)
    .map((entry) => ({ name: stringOf(entry['name']) ?? '', address: stringOf(entry['address']) ?? '' }));

function memoOf(contact: JsonObject): Memo {
  const morePhones = Object.fromEntries(PHONE_LISTS.map(([name, slots]) => [name, textsOf(contact[name]).slice(slots.length)]));
  return { displayName: stringOf(contact['displayName']) ?? '', emails: emailsOf(contact), morePhones };
}

/** Undefined when the look was not made by this connector: names and rests are then rebuilt from the canonical fields alone. */
function memoIn(current: Seen | null): Memo | undefined {
  const memo = current?.memo as Partial<Memo> | undefined;
  return memo?.emails && memo.morePhones
    ? { displayName: memo.displayName ?? '', emails: memo.emails, morePhones: memo.morePhones }
    : undefined;
}

function leftOf(contact: JsonObject): readonly string[] {
  const held = LEFT.filter(([name]) => textOf(contact[name] ?? null) !== null || textsOf(contact[name]).length > 0).map(
    ([, label]) => label,
  );
  const hasMorePhones = PHONE_LISTS.some(([name, slots]) => textsOf(contact[name]).length > slots.length);
  return hasMorePhones ? [...held, 'morePhones'] : held;
}

export function instantOf(value: Json | undefined): number | undefined {
  const at = Date.parse(stringOf(value) ?? '');
  return Number.isNaN(at) ? undefined : at;
}
