/** Compares the raw state of both stand-ins field by field, with a small table of its own: nothing here knows the product. */
import type { Contact, PhysicalAddress } from '@microsoft/microsoft-graph-types';

/** A row of the CRM as it lies in its table; `Account.Name` is looked up by the caller. */
export type CrmContact = Readonly<Record<string, unknown>>;
export type MailboxContact = Contact;

interface FieldPair {
  readonly field: string;
  readonly mailbox: (contact: MailboxContact) => string | null | undefined;
  readonly crm: (contact: CrmContact) => unknown;
  readonly form?: (text: string) => string;
}

const column = (name: string) => (contact: CrmContact): unknown => contact[name];
const digits = (text: string): string => text.replace(/^\+1(?=\d{10}$)/, '').replace(/[^\d+a-z]/gi, '').toLowerCase() || text.trim();
const lower = (text: string): string => text.trim().toLowerCase();

function addressPairs(field: string, pick: (contact: MailboxContact) => PhysicalAddress | null | undefined, prefix: string): FieldPair[] {
  const parts: readonly (readonly [keyof PhysicalAddress, string])[] = [
    ['street', 'Street'], ['city', 'City'], ['state', 'State'], ['postalCode', 'PostalCode'], ['countryOrRegion', 'Country'],
  ];
  return parts.map(([part, name]) => ({ field: `${field}.${part}`, mailbox: (contact) => pick(contact)?.[part], crm: column(`${prefix}${name}`) }));
}

const FIELDS: readonly FieldPair[] = [
  { field: 'prefix', mailbox: (contact) => contact.title, crm: column('Salutation') },
  { field: 'givenName', mailbox: (contact) => contact.givenName, crm: column('FirstName') },
  { field: 'familyName', mailbox: (contact) => contact.surname, crm: column('LastName') },
  { field: 'company', mailbox: (contact) => contact.companyName, crm: column('Account.Name') },
  { field: 'jobTitle', mailbox: (contact) => contact.jobTitle, crm: column('Title') },
  { field: 'department', mailbox: (contact) => contact.department, crm: column('Department') },
  { field: 'assistantName', mailbox: (contact) => contact.assistantName, crm: column('AssistantName') },
  { field: 'primaryEmail', mailbox: (contact) => contact.emailAddresses?.[0]?.address, crm: column('Email'), form: lower },
  { field: 'phones.work', mailbox: (contact) => contact.businessPhones?.[0], crm: column('Phone'), form: digits },
  { field: 'phones.mobile', mailbox: (contact) => contact.mobilePhone, crm: column('MobilePhone'), form: digits },
  { field: 'phones.home', mailbox: (contact) => contact.homePhones?.[0], crm: column('HomePhone'), form: digits },
  { field: 'birthday', mailbox: (contact) => contact.birthday?.slice(0, 10), crm: column('Birthdate') },
  ...addressPairs('addresses.business', (contact) => contact.businessAddress, 'Mailing'),
  ...addressPairs('addresses.other', (contact) => contact.otherAddress, 'Other'),
];

/** What the mailbox shows and the CRM's contact has no column for: left where it is, and listed. */
const MAILBOX_ONLY: readonly (readonly [string, (contact: MailboxContact) => unknown])[] = [
  ['middleName', (contact) => contact.middleName], ['suffix', (contact) => contact.generation],
  ['otherEmails', (contact) => contact.emailAddresses?.[1]], ['phones.work2', (contact) => contact.businessPhones?.[1]],
  ['phones.home2', (contact) => contact.homePhones?.[1]], ['addresses.home', (contact) => Object.keys(contact.homeAddress ?? {})[0]],
  ['webPage', (contact) => contact.businessHomePage], ['imAddresses', (contact) => contact.imAddresses?.[0]],
  ['nickName', (contact) => contact.nickName], ['personalNotes', (contact) => contact.personalNotes],
  ['profession', (contact) => contact.profession], ['manager', (contact) => contact.manager], ['spouseName', (contact) => contact.spouseName],
];

export interface FieldState {
  readonly field: string;
  readonly mailbox: string | null;
  readonly crm: string | null;
  readonly isEqual: boolean;
}

/** Every field of the table for one pair; blank on both sides counts as equal. */
export function compareFields(mailbox: MailboxContact, crm: CrmContact): readonly FieldState[] {
  return FIELDS.map((pair) => {
    const [a, b] = [plain(pair.mailbox(mailbox)), plain(pair.crm(crm))];
    const form = pair.form ?? ((text: string) => text);
    return { field: pair.field, mailbox: a, crm: b, isEqual: a === null || b === null ? a === b : form(a) === form(b) };
  });
}

export function mailboxOnly(contact: MailboxContact): readonly string[] {
  return MAILBOX_ONLY.filter(([, pick]) => plain(pick(contact)) !== null).map(([field]) => field);
}

/** Line ends, outer blanks and runs of blanks are nobody's edit. */
function plain(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).normalize('NFC').replace(/\r\n?/g, '\n')
    .split('\n').map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim()).filter((line) => line !== '').join('\n');
  return text === '' ? null : text;
}
