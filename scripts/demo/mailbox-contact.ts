/** One vCard as a mailbox contact, in the shape of the mailbox's own API, and the list of what that shape cannot hold. */
import type { PhysicalAddress } from '@microsoft/microsoft-graph-types';
import type { MailboxContact } from '../hands/mailbox.ts';
import type { Card, CardProperty } from './cards.ts';

export type NotCarriedReason = 'notHeld' | 'tooMany' | 'notAnAddress' | 'noYear' | 'noDate' | 'tooLong';

export interface ImportedContact {
  readonly source: string;
  readonly contact: MailboxContact;
  readonly notCarried: readonly { readonly field: string; readonly reason: NotCarriedReason }[];
}

type Left = { field: string; reason: NotCarriedReason }[];

/** Housekeeping of the card itself, not data of the person. */
const STRUCTURE = new Set(['version', 'prodid', 'rev', 'uid', 'begin', 'end', 'source', 'kind', 'mailer', 'label', 'x-ablabel', 'x-abadr']);
const LIMITS = { emails: 3, phones: 2 } as const;

export function mailboxContact(card: Card): ImportedContact {
  const left: Left = [];
  const one = (name: string): CardProperty | undefined => card.properties.find((property) => property.name === name);
  const contact: MailboxContact = {
    ...names(one('n'), one('fn')),
    ...work(card, left),
    ...emails(card, left),
    ...phones(card, left),
    ...addresses(card, left),
    ...rest(card, left),
  };
  const notes = card.properties.filter(({ name }) => name === 'note').map(({ parts }) => parts.join(', '));
  if (notes.length > 0) contact.personalNotes = notes.join('\n');
  return { source: card.source, contact, notCarried: left };
}

function names(n: CardProperty | undefined, fn: CardProperty | undefined): MailboxContact {
  const [surname, givenName, middleName, title, generation] = n?.parts ?? [];
  return defined({ surname, givenName, middleName, title, generation, displayName: fn?.parts[0] });
}

function work(card: Card, left: Left): MailboxContact {
  const [org, ...otherOrgs] = card.properties.filter(({ name }) => name === 'org');
  const [title, ...otherTitles] = card.properties.filter(({ name }) => name === 'title');
  otherOrgs.forEach(() => left.push({ field: 'org', reason: 'tooMany' }));
  otherTitles.forEach(() => left.push({ field: 'title', reason: 'tooMany' }));
  const [company, department] = (org?.parts.length === 1 ? org.parts[0]?.split(';') : org?.parts) ?? [];
  return defined({ companyName: company, department, jobTitle: title?.parts[0] });
}

function emails(card: Card, left: Left): MailboxContact {
  const all = card.properties.filter(({ name }) => name === 'email').sort((a, b) => Number(b.types.has('pref')) - Number(a.types.has('pref')));
  const addresses = [...new Set(all.flatMap(({ parts }) => {
    const address = parts[0] ?? '';
    if (/^[^\s@]+@[^\s@]+$/.test(address)) return [address];
    left.push({ field: 'email', reason: 'notAnAddress' });
    return [];
  }))];
  addresses.slice(LIMITS.emails).forEach(() => left.push({ field: 'email', reason: 'tooMany' }));
  return addresses.length > 0 ? { emailAddresses: addresses.slice(0, LIMITS.emails).map((address) => ({ address })) } : {};
}

function phones(card: Card, left: Left): MailboxContact {
  const slots = { business: [] as string[], home: [] as string[], mobile: [] as string[] };
  for (const property of card.properties.filter(({ name }) => name === 'tel')) {
    const number = (property.parts[0] ?? '').replace(/^tel:/i, '').replace(/;ext=(\d+)/i, ' ext. $1');
    const label = property.group && card.properties.some((other) => other.name === 'x-ablabel' && other.group === property.group);
    const { types } = property;
    const slot = types.has('fax') || types.has('pager') || label ? null : types.has('cell') ? 'mobile' : types.has('home') ? 'home' : 'business';
    if (number === '') continue;
    if (!slot) left.push({ field: 'tel', reason: 'notHeld' });
    else if (slots[slot].length >= (slot === 'mobile' ? 1 : LIMITS.phones)) left.push({ field: 'tel', reason: 'tooMany' });
    else slots[slot].push(number);
  }
  return {
    ...(slots.business.length > 0 ? { businessPhones: slots.business } : {}),
    ...(slots.home.length > 0 ? { homePhones: slots.home } : {}),
    ...(slots.mobile[0] ? { mobilePhone: slots.mobile[0] } : {}),
  };
}

function addresses(card: Card, left: Left): MailboxContact {
  const contact: { businessAddress?: PhysicalAddress; homeAddress?: PhysicalAddress; otherAddress?: PhysicalAddress } = {};
  for (const { types, parts } of card.properties.filter(({ name }) => name === 'adr')) {
    const [box, extended, street, city, state, postalCode, countryOrRegion] = parts;
    const lines = [box && `PO Box ${box}`, extended, street].filter((line) => line).join('\r\n').replace(/(?<!\r)\n/g, '\r\n');
    const address = defined({ street: lines, city, state, postalCode, countryOrRegion }) as PhysicalAddress;
    if (Object.keys(address).length === 0) continue;
    const wanted = types.has('work') ? 'businessAddress' : types.has('home') ? 'homeAddress' : 'otherAddress';
    const slot = contact[wanted] ? 'otherAddress' : wanted;
    if (contact[slot]) left.push({ field: 'adr', reason: 'tooMany' });
    else contact[slot] = address;
  }
  return contact;
}

function rest(card: Card, left: Left): MailboxContact {
  const contact: MailboxContact = {};
  const handled = new Set(['n', 'fn', 'org', 'title', 'email', 'tel', 'adr', 'note']);
  for (const { name, parts, types } of card.properties) {
    const value = parts.join(', ').trim();
    if (handled.has(name) || STRUCTURE.has(name) || value === '') continue;
    if (name === 'bday') birthday(value, contact, left);
    else if (name === 'url' && !contact.businessHomePage) contact.businessHomePage = value;
    else if (name === 'nickname' && !contact.nickName) contact.nickName = value;
    else if (name === 'role' && !contact.profession) contact.profession = value;
    else if (name === 'x-ms-assistant') contact.assistantName = value;
    else if (name === 'x-ms-manager') contact.manager = value;
    else if (name === 'categories') contact.categories = value.split(/\s*,\s*/);
    else if (name === 'impp' || name === 'x-ms-imaddress' || name === 'x-icq') contact.imAddresses = [...contact.imAddresses ?? [], value];
    else left.push({ field: name, reason: types.has('pref') || name === 'url' ? 'tooMany' : 'notHeld' });
  }
  return contact;
}

function birthday(value: string, contact: MailboxContact, left: Left): void {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(value) ?? [];
  if (year && month && day) contact.birthday ??= `${year}-${month}-${day}T11:59:00Z`;
  else left.push({ field: 'bday', reason: value.startsWith('--') ? 'noYear' : 'noDate' });
}

function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value.trim() !== '')) as { [K in keyof T]?: string };
}
