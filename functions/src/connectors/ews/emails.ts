/** The three addresses of a contact: slots on the wire, a first one and others in the canonical record. Pure. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName, Fields } from '../../engine/record.ts';
import { isUsableEmail, mergeEmails } from '../contact-emails.ts';
import { ADDRESS_SET } from './limits.ts';
import type { Setting } from './places.ts';
import { emailSetting, entriesOf, extended, extendedSetting } from './places.ts';
import type { XmlElement } from './soap.ts';

export interface EmailSlot {
  readonly address: string;
  /** Shown by Outlook; kept, never compared. */
  readonly name: string;
  /** "SMTP", or "EX" for an address of the server's own. */
  readonly routing?: string;
}

/** EmailAddress1 to EmailAddress3; null where there is none. */
export type EmailSlots = readonly (EmailSlot | null)[];

const KEYS = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'];
const EMAIL_FIELDS: readonly FieldName[] = ['primaryEmail', 'otherEmails'];

export function slotsOf(item: XmlElement): EmailSlots {
  const entries = entriesOf(item, 'EmailAddresses');
  return KEYS.map((key) => {
    const entry = entries.get(key);
    if (!entry?.text.trim()) return null;
    const { Name: name = '', RoutingType: routing } = entry.attributes;
    return { address: entry.text.trim(), name, ...(routing === undefined ? {} : { routing }) };
  });
}

/** An entry without an SMTP address says nothing; where only such entries stand, both fields are absent, not empty. */
export function emailFieldsOf(slots: EmailSlots): Fields {
  const all = slots.flatMap((slot) => slot ?? []);
  const [primary, ...others] = all.filter(isSmtp).map(({ address }) => address);
  if (primary === undefined && all.length > 0) return {};
  return { primaryEmail: primary ?? null, otherEmails: others.length > 0 ? others : null };
}

const isSmtp = ({ address, routing = 'SMTP' }: EmailSlot): boolean => routing.toUpperCase() === 'SMTP' && isUsableEmail(address);

interface EmailPatch {
  readonly settings: readonly Setting[];
  readonly fallback?: readonly Setting[];
  readonly notes: readonly CarryNote[];
  readonly fields: readonly FieldName[];
}

/** Undefined where no address is to be written. `before`: the slots as they were looked at; only those that differ are written. */
export function emailPatch(fields: Fields, current: Fields, before: EmailSlots | undefined, isUpdate: boolean): EmailPatch | undefined {
  if (!EMAIL_FIELDS.some((name) => fields[name] !== undefined)) return undefined;
  const old = (before ?? []).flatMap((slot) => slot ?? []);
  // Only what mergeEmails takes for unusable stays behind the others: an address of the server's own is told by its routing, too.
  const merged = mergeEmails(fields, current, old.map((slot) => (isSmtp(slot) ? slot : { ...slot, address: `/${slot.address}` })));
  const after = KEYS.map((_, index): EmailSlot | null => {
    const one = merged.emails[index];
    const kept = one && old.find((slot) => slot.address === one.address || `/${slot.address}` === one.address);
    return one ? kept ?? one : null;
  });
  const settings: Setting[] = [];
  const fallback: Setting[] = [];
  KEYS.forEach((key, index) => {
    const slot = after[index] ?? null;
    const had = before?.[index];
    if (slot ? had?.address === slot.address : had === null || !isUpdate) return;
    settings.push(emailSetting(key, slot), ...(slot ? [] : namedParts(index)));
    fallback.push(...(slot ? [emailSetting(key, slot)] : namedParts(index)));
  });
  const shown = emailFieldsOf(after);
  const isMoved = (name: FieldName): boolean => isUpdate && JSON.stringify(shown[name] ?? null) !== JSON.stringify(current[name] ?? null);
  const hasDeletion = settings.length !== fallback.length;
  return {
    settings, ...(hasDeletion ? { fallback } : {}), notes: merged.notes,
    fields: EMAIL_FIELDS.filter((name) => fields[name] !== undefined || isMoved(name)),
  };
}

/**
 * Outlook keeps an address as five named properties: display name, type, address, original display name, entry id (MS-OXPROPS
 * PidLidEmail1DisplayName 0x8080 to PidLidEmail1OriginalEntryId 0x8085; 0x10 further for each next one). Deleting the entry alone leaves the
 * name behind, or is refused (php-ews#157, ews-javascript-api#123).
 */
const namedParts = (index: number): readonly Setting[] =>
  ([[0x8080, 'String'], [0x8082, 'String'], [0x8083, 'String'], [0x8084, 'String'], [0x8085, 'Binary']] as const).map(([id, type]) =>
    extendedSetting(extended({ PropertySetId: ADDRESS_SET, PropertyId: String(id + index * 0x10), PropertyType: type }), null));
