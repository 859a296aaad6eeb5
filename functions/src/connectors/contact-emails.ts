/** The e-mail collection of a contact: one primary and others, positions only on the wire. Pure. */
import type { CarryNote } from '../engine/link.ts';
import type { Fields } from '../engine/record.ts';
import { note } from './notes.ts';

/** Outlook's cards hold no more, and greater numbers are refused (microsoft-graph-docs-contrib#560). */
const EMAILS_PER_CONTACT = 3;

export interface ContactEmail {
  /** Shown by Outlook; kept as it is, never compared (microsoft-graph-docs#507, #19265). */
  readonly name: string;
  readonly address: string;
}

/** Exchange's internal addresses ("/o=...") and broken texts are no e-mail addresses. */
export const isUsableEmail = (address: string): boolean => address.includes('@') && !address.startsWith('/');

/**
 * The whole collection after the patch. A new primary that stood among the others trades places with the old one, so that
 * nothing is lost; names and entries without an SMTP address stay; beyond three, the last ones are noted and left out.
 */
export function mergeEmails(patch: Fields, current: Fields, before: readonly ContactEmail[]): { emails: ContactEmail[]; notes: CarryNote[] } {
  const notes: CarryNote[] = [];
  const old = addressIn(current.primaryEmail);
  const primary = patch.primaryEmail === undefined ? old : checked(addressIn(patch.primaryEmail), 'primaryEmail', notes);
  let others = addressesIn(patch.otherEmails === undefined ? current.otherEmails : patch.otherEmails);
  if (patch.otherEmails === undefined && old && primary && !isSame(old, primary))
    others = others.map((address) => (isSame(address, primary) ? old : address));
  const wanted = distinct([...(primary ? [primary] : []), ...others.flatMap((address) => checked(address, 'otherEmails', notes) ?? [])]);
  if (wanted.length > EMAILS_PER_CONTACT) notes.push(note('otherEmails', 'tooMany'));
  const held = wanted
    .slice(0, EMAILS_PER_CONTACT)
    .map((address) => ({ name: before.find((entry) => isSame(entry.address, address))?.name ?? '', address }));
  const unusable = before.filter(({ address }) => address && !isUsableEmail(address));
  return { emails: [...held, ...unusable].slice(0, EMAILS_PER_CONTACT), notes };
}

function checked(address: string | undefined, field: string, notes: CarryNote[]): string | undefined {
  if (address === undefined || isUsableEmail(address)) return address;
  notes.push(note(field, 'notAnAddress'));
  return undefined;
}

const addressIn = (value: Fields['primaryEmail']): string | undefined =>
  typeof value === 'string' && value.trim() ? value.trim() : undefined;
const addressesIn = (value: Fields['otherEmails']): readonly string[] =>
  (Array.isArray(value) ? (value as readonly string[]) : []).flatMap((entry) => addressIn(entry) ?? []);
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const distinct = (addresses: readonly string[]): string[] =>
  addresses.filter((address, index) => addresses.findIndex((other) => isSame(other, address)) === index);
