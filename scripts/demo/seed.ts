/** Puts some of the mailbox's people into the CRM beforehand, spelled differently, as a CRM that others filled would have them. */
import type { CrmValues } from '../hands/crm.ts';
import type { MailboxContact } from '../hands/mailbox.ts';

export interface CrmSeed {
  readonly values: CrmValues;
  /** What the matching should make of it. */
  readonly expects: 'linked' | 'asked';
}

/** Every third person with a usable e-mail is known to the CRM already; every seventh without one by name only. */
export function crmSeed(contact: MailboxContact, index: number, isEmailUnique: boolean): CrmSeed | null {
  const email = contact.emailAddresses?.[0]?.address;
  const lastName = contact.surname;
  if (!lastName || index % 3 !== 0) return null;
  if (email && isEmailUnique) {
    return {
      expects: 'linked',
      values: {
        familyName: lastName.toLocaleUpperCase('en'), ...(contact.givenName ? { givenName: contact.givenName.slice(0, 40) } : {}),
        primaryEmail: email.replace(/@.*/, (domain) => domain.toUpperCase()), department: 'Known to the CRM first',
        ...otherwiseSpelled(contact.businessPhones?.[0]),
      },
    };
  }
  if (email || !contact.givenName) return null;
  return { expects: 'asked', values: { familyName: lastName, givenName: contact.givenName, jobTitle: 'Same name' } };
}

/** The same number with dots; what is no number is left out. */
function otherwiseSpelled(phone: string | undefined): CrmValues {
  return phone && /\d{7}/.test(phone.replace(/\D/g, '')) ? { 'phones.work': phone.replace(/[\s().-]+/g, '.') } : {};
}

/** Addresses that two people share say nothing about who is who. */
export function uniqueEmails(contacts: readonly MailboxContact[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const contact of contacts) {
    const addresses = new Set((contact.emailAddresses ?? []).map((entry) => (entry.address ?? '').toLowerCase()));
    for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count === 1).map(([address]) => address));
}
