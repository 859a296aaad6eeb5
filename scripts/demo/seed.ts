/** Puts some of the mailbox's people into the CRM beforehand, spelled differently, as a CRM that others filled would have them. */
import type { MailboxContact } from './compare.ts';

export interface CrmSeed {
  readonly fields: Readonly<Record<string, string>>;
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
      fields: {
        LastName: lastName.toLocaleUpperCase('en'), ...(contact.givenName ? { FirstName: contact.givenName.slice(0, 40) } : {}),
        Email: email.replace(/@.*/, (domain) => domain.toUpperCase()), Department: 'Known to the CRM first',
        ...otherwiseSpelled(contact.businessPhones?.[0]),
      },
    };
  }
  if (email || !contact.givenName) return null;
  return { expects: 'asked', fields: { LastName: lastName, FirstName: contact.givenName, Title: 'Same name' } };
}

/** The same number with dots; what is no number is left out. */
function otherwiseSpelled(phone: string | undefined): { Phone?: string } {
  return phone && /\d{7}/.test(phone.replace(/\D/g, '')) ? { Phone: phone.replace(/[\s().-]+/g, '.') } : {};
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
