/** The form of one contact: every field that Graph has, and the way back from the form to a body for the API. */
import type { User } from '../identity/accounts.ts';
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import type { StandInReply } from '../server.ts';
import type { RawContact } from './access.ts';
import { ADDRESSES, ADDRESS_PARTS } from './contact-fields.ts';
import { area, box } from './form-fields.ts';

const TEXT_GROUPS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ['Name', [['title', 'Title'], ['givenName', 'First name'], ['middleName', 'Middle name'], ['surname', 'Last name'],
    ['generation', 'Suffix'], ['displayName', 'Display name'], ['fileAs', 'File as'], ['nickName', 'Nickname'], ['initials', 'Initials']]],
  ['Work', [['companyName', 'Company'], ['jobTitle', 'Job title'], ['department', 'Department'], ['officeLocation', 'Office'],
    ['profession', 'Profession'], ['manager', 'Manager'], ['assistantName', 'Assistant'], ['businessHomePage', 'Web page']]],
  ['Private', [['spouseName', 'Spouse']]],
];
/** Name, label, and how many boxes; a list without a number is one box with commas. */
const LIST_FIELDS: readonly (readonly [string, string, number | undefined])[] = [
  ['businessPhones', 'Business phone', 2], ['homePhones', 'Home phone', 2], ['imAddresses', 'IM address', 3],
  ['categories', 'Categories, with commas', undefined], ['children', 'Children, with commas', undefined],
];
const EMAILS = 3;
const ADDRESS_LABELS = { businessAddress: 'Business address', homeAddress: 'Home address', otherAddress: 'Other address' } as const;
const PART_LABELS = {
  street: 'Street', city: 'City', state: 'State or province', postalCode: 'Postal code', countryOrRegion: 'Country or region',
} as const;

export function contactForm(user: User, contact: RawContact | undefined, refusal?: string): StandInReply {
  const id = typeof contact?.['id'] === 'string' ? contact['id'] : '';
  const title = id ? 'Edit contact' : 'New contact';
  const groups = TEXT_GROUPS.map(([legend, fields]) =>
    group(legend, fields.map(([name, label]) => box(name, label, textOf(contact, name)))));
  const addresses = ADDRESSES.map((name) => group(ADDRESS_LABELS[name], addressBoxes(name, addressOf(contact, name))));
  const notes = group('Notes', [area('personalNotes', 'Notes', textOf(contact, 'personalNotes'))]);
  const alert = refusal ? `<p class="error" role="alert" data-testid="refusal">${escapeHtml(refusal)}</p>` : '';
  return pageReply(title, `<h1>${title}</h1>${alert}
<form method="post" action="/contacts/save">${hiddenField('user', user.login)}${hiddenField('id', id)}
${groups.join('')}${group('Reach', reachBoxes(contact))}${addresses.join('')}${notes}
<div class="actions"><a class="button" href="/?user=${encodeURIComponent(user.login)}">Cancel</a>
<button class="primary" data-testid="save">Save</button></div></form>`, refusal ? 400 : 200);
}

function reachBoxes(contact: RawContact | undefined): string[] {
  const emails = emailsOf(contact);
  const lists = LIST_FIELDS.flatMap(([name, label, boxes]) => {
    const entries = listOf(contact, name);
    if (boxes === undefined) return [box(name, label, entries.join(', '))];
    return numbered(boxes, (n) => box(`${name}.${n}`, `${label} ${n + 1}`, entries[n]));
  });
  return [
    ...numbered(EMAILS, (n) => box(`emailAddresses.${n}`, `E-mail ${n + 1}`, emails[n], 'email')),
    box('mobilePhone', 'Mobile phone', textOf(contact, 'mobilePhone')),
    ...lists,
    box('birthday', 'Birthday', textOf(contact, 'birthday').slice(0, 10), 'date'),
  ];
}

const addressBoxes = (name: string, parts: Readonly<Record<string, string>>): string[] =>
  ADDRESS_PARTS.map((part) => (part === 'street' ? area : box)(`${name}.${part}`, PART_LABELS[part], parts[part]));

const numbered = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** The properties in which the form differs from the contact; all that are filled when it is a new one. */
export function bodyOfForm(form: URLSearchParams, before: RawContact | undefined): RawContact {
  const body: Record<string, unknown> = {};
  const put = (name: string, now: unknown, then: unknown): void => { if (JSON.stringify(now) !== JSON.stringify(then)) body[name] = now; };
  const texts = [...TEXT_GROUPS.flatMap(([, fields]) => fields.map(([name]) => name)), 'mobilePhone', 'personalNotes'];
  for (const name of texts) put(name, typed(form, name) || null, textOf(before, name) || null);
  for (const [name, , boxes] of LIST_FIELDS) {
    const entries = boxes === undefined
      ? typed(form, name).split(',').map((entry) => entry.trim()).filter(Boolean)
      : numbered(boxes, (n) => typed(form, `${name}.${n}`)).filter(Boolean);
    put(name, entries, listOf(before, name));
  }
  const emails = numbered(EMAILS, (n) => typed(form, `emailAddresses.${n}`)).filter(Boolean);
  if (JSON.stringify(emails) !== JSON.stringify(emailsOf(before))) body['emailAddresses'] = emails.map((address) => ({ address }));
  for (const name of ADDRESSES) {
    const parts = Object.fromEntries(ADDRESS_PARTS.map((part) => [part, typed(form, `${name}.${part}`) || null]));
    put(name, parts, Object.fromEntries(ADDRESS_PARTS.map((part) => [part, addressOf(before, name)[part] ?? null])));
  }
  const day = typed(form, 'birthday');
  // Outlook itself keeps a birthday at about noon UTC, so that it is the same day nearly everywhere.
  if (day !== textOf(before, 'birthday').slice(0, 10)) body['birthday'] = day ? `${day}T11:59:00Z` : null;
  return body;
}

/** A browser sends line breaks as CR LF; comparing needs one form. */
const typed = (form: URLSearchParams, name: string): string => (form.get(name) ?? '').replaceAll('\r\n', '\n').trim();
const textOf = (contact: RawContact | undefined, name: string): string => String(contact?.[name] ?? '').replaceAll('\r\n', '\n');
const listOf = (contact: RawContact | undefined, name: string): readonly string[] => (contact?.[name] ?? []) as readonly string[];
function emailsOf(contact: RawContact | undefined): string[] {
  return ((contact?.['emailAddresses'] ?? []) as readonly { address: string }[]).map(({ address }) => address);
}
function addressOf(contact: RawContact | undefined, name: string): Readonly<Record<string, string>> {
  const parts = Object.entries((contact?.[name] ?? {}) as Readonly<Record<string, string | null>>);
  return Object.fromEntries(parts.flatMap(([part, text]) => text === null ? [] : [[part, text.replaceAll('\r\n', '\n')]]));
}

const group = (legend: string, boxes: readonly string[]): string =>
  `<fieldset><legend>${legend}</legend><div class="grid">${boxes.join('')}</div></fieldset>`;
