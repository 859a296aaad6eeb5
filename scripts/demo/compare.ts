/** Compares the raw state of both sides field by field; nothing here knows the product. */
import type { CrmValues } from '../hands/crm.ts';
import type { MailboxContact } from '../hands/mailbox.ts';
import { PERSON_FIELDS } from '../hands/person.ts';

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

/** Every field of the table that this CRM has a column for; blank on both sides counts as equal. */
export function compareFields(mailbox: MailboxContact, crm: CrmValues): readonly FieldState[] {
  return PERSON_FIELDS.filter(({ field }) => crm[field] !== undefined).map((one) => {
    const [a, b] = [plain(one.mailbox(mailbox)), plain(crm[one.field])];
    const form = one.form ?? ((text: string) => text);
    return { field: one.field, mailbox: a, crm: b, isEqual: a === null || b === null ? a === b : form(a) === form(b) };
  });
}

/** What of the contact stays in the mailbox because this CRM has nowhere to put it. */
export function mailboxOnly(contact: MailboxContact, crm: CrmValues): readonly string[] {
  const lacking = PERSON_FIELDS.filter(({ field }) => crm[field] === undefined).map(({ field, mailbox }) => [field, mailbox] as const);
  return [...lacking, ...MAILBOX_ONLY].filter(([field, pick]) => crm[field] === undefined && plain(pick(contact)) !== null).map(([field]) => field);
}

/** Line ends, outer blanks and runs of blanks are nobody's edit. */
function plain(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).normalize('NFC').replace(/\r\n?/g, '\n')
    .split('\n').map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim()).filter((line) => line !== '').join('\n');
  return text === '' ? null : text;
}
