/** The fields of a person that both sides may hold, with the place of each in the mailbox's contact: a small table that nothing of the product knows. */
import type { PhysicalAddress } from '@microsoft/microsoft-graph-types';
import type { CrmValues } from './crm.ts';
import type { MailboxContact } from './mailbox.ts';

export interface PersonField {
  readonly field: string;
  readonly mailbox: (contact: MailboxContact) => string | null | undefined;
  /** Under which spellings are equal. */
  readonly form?: (text: string) => string;
}

const digits = (text: string): string => text.replace(/^\+1(?=\d{10}$)/, '').replace(/[^\d+a-z]/gi, '').toLowerCase() || text.trim();
const lower = (text: string): string => text.trim().toLowerCase();

function addressFields(field: string, pick: (contact: MailboxContact) => PhysicalAddress | null | undefined): PersonField[] {
  const parts = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'] as const;
  return parts.map((part) => ({ field: `${field}.${part}`, mailbox: (contact) => pick(contact)?.[part] }));
}

export const PERSON_FIELDS: readonly PersonField[] = [
  { field: 'prefix', mailbox: (contact) => contact.title },
  { field: 'givenName', mailbox: (contact) => contact.givenName },
  { field: 'familyName', mailbox: (contact) => contact.surname },
  { field: 'company', mailbox: (contact) => contact.companyName },
  { field: 'jobTitle', mailbox: (contact) => contact.jobTitle },
  { field: 'department', mailbox: (contact) => contact.department },
  { field: 'assistantName', mailbox: (contact) => contact.assistantName },
  { field: 'primaryEmail', mailbox: (contact) => contact.emailAddresses?.[0]?.address, form: lower },
  { field: 'phones.work', mailbox: (contact) => contact.businessPhones?.[0], form: digits },
  { field: 'phones.mobile', mailbox: (contact) => contact.mobilePhone, form: digits },
  { field: 'phones.home', mailbox: (contact) => contact.homePhones?.[0], form: digits },
  { field: 'birthday', mailbox: (contact) => contact.birthday?.slice(0, 10) },
  ...addressFields('addresses.business', (contact) => contact.businessAddress),
  ...addressFields('addresses.other', (contact) => contact.otherAddress),
];

/** The same person as a CRM's contact; blanks are left out. */
export function crmValues(contact: MailboxContact): CrmValues {
  return Object.fromEntries(PERSON_FIELDS.flatMap(({ field, mailbox }) => {
    const value = mailbox(contact);
    return value ? [[field, value]] : [];
  }));
}
