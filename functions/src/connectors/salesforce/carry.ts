/** Canonical fields -> columns: what fits is sent, prose is cut, the rest stays where it is and is noted. Pure. */
import { ADDRESSES, addressFields, PARTS, SINGLES, singleFields, type Carry } from './map.ts';
import type { CarryNote, CarryReason } from '../../engine/link.ts';
import type { Address, FieldName, Fields, FieldValue } from '../../engine/record.ts';
import type { ContactShape, FieldShape } from './describe.ts';

/** An account of exactly one accessible record, or why there is none. */
export type FoundAccount = { readonly id: string; readonly name: string } | 'none' | 'several';

export interface Carried {
  /** Column -> value to send; null clears. */
  readonly columns: Readonly<Record<string, string | null>>;
  /** The same in canonical words, as the service will show it. */
  readonly written: Fields;
  readonly notes: readonly CarryNote[];
}

interface Bag {
  readonly shape: ContactShape;
  readonly columns: Record<string, string | null>;
  readonly written: { -readonly [Name in FieldName]?: FieldValue | null };
  readonly notes: CarryNote[];
}

/** What of `fields` can be written. `accountOf` answers for the company's name. */
export function carry(fields: Fields, shape: ContactShape, accountOf: (name: string) => FoundAccount): Carried {
  const bag: Bag = { shape, columns: {}, written: {}, notes: [] };
  for (const name of Object.keys(fields) as FieldName[]) {
    const value = fields[name];
    if (value !== undefined) carryField(name, value, bag, accountOf);
  }
  return bag;
}

function carryField(name: FieldName, value: FieldValue | null, bag: Bag, accountOf: (name: string) => FoundAccount): void {
  const single = singleFields.find((field) => field === name);
  const address = addressFields.find((field) => field === name);
  if (name === 'company') carryCompany(value, bag, accountOf);
  else if (address !== undefined) carryAddress(address, value, bag);
  else if (single !== undefined) carrySingle(single, value, bag);
  else if (value !== null) note(bag, name, 'notHeld');
}

function carrySingle(name: FieldName & keyof typeof SINGLES, value: FieldValue | null, bag: Bag): void {
  const [column, how] = SINGLES[name] ?? ['', 'prose'];
  const shape = bag.shape.fields.get(column);
  if (!shape) return note(bag, name, 'accessDenied');
  if (value === null) {
    bag.columns[column] = null;
    bag.written[name] = null;
    return;
  }
  const fitted = typeof value === 'string' ? fit(value, how, shape) : { reason: 'notHeld' as const };
  if ('reason' in fitted) return note(bag, name, fitted.reason);
  bag.columns[column] = fitted.text;
  bag.written[name] = fitted.text;
  if (fitted.isCut) bag.notes.push({ field: name, what: 'shortened', reason: 'tooLong' });
}

/** One group: blank parts are cleared, so that two addresses are never mixed. */
function carryAddress(name: keyof typeof ADDRESSES, value: FieldValue | null, bag: Bag): void {
  const address = (value ?? {}) as Address;
  const parts = PARTS.filter(([, suffix]) => bag.shape.fields.has(ADDRESSES[name] + suffix));
  if (parts.length === 0) return note(bag, name, 'accessDenied');
  const written: Record<string, string> = {};
  for (const [part, suffix, how] of parts) {
    const column = ADDRESSES[name] + suffix;
    const shape = bag.shape.fields.get(column) ?? { length: 0 };
    const raw = address[part] ?? '';
    // Line ends on the wire are CR LF, as the service's own pages send them [unconfirmed]; both forms are read.
    const fitted = raw.trim() === '' ? undefined : fit(part === 'street' ? raw.replace(/\r?\n/g, '\r\n') : raw, how, shape);
    if (fitted && 'reason' in fitted) note(bag, name, fitted.reason);
    else if (fitted?.isCut) bag.notes.push({ field: name, what: 'shortened', reason: 'tooLong' });
    const fits = fitted && 'text' in fitted ? fitted.text : null;
    bag.columns[column] = fits;
    if (fits !== null) written[part] = part === 'street' ? fits.replace(/\r\n/g, '\n') : fits;
  }
  for (const [part] of PARTS) {
    const isHeld = parts.some(([held]) => held === part);
    if (!isHeld && (address[part] ?? '').trim() !== '') note(bag, name, 'accessDenied');
  }
  bag.written[name] = Object.keys(written).length === 0 ? null : written;
}

function carryCompany(value: FieldValue | null, bag: Bag, accountOf: (name: string) => FoundAccount): void {
  if (!bag.shape.fields.has('AccountId')) return note(bag, 'company', 'accessDenied');
  if (value === null) {
    bag.columns['AccountId'] = null;
    bag.written.company = null;
    return;
  }
  const account = typeof value === 'string' ? accountOf(value) : 'none';
  if (typeof account === 'string') return note(bag, 'company', 'noSingleAccount');
  bag.columns['AccountId'] = account.id;
  // Only the reference is stored: what a look shows is the account's own spelling.
  bag.written.company = account.name;
}

type Fitted = { readonly text: string; readonly isCut: boolean } | { readonly reason: CarryReason };

const CONTROL = /[\p{Cc}\u200b\ufeff]/gu;
const ADDRESS_OF_MAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

function fit(raw: string, how: Carry, { length, choices }: FieldShape): Fitted {
  const text = raw.replace(CONTROL, (letter) => (letter === '\n' || letter === '\r' ? letter : '')).trim();
  if (how === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) return { reason: text.startsWith('--') ? 'noYear' : 'noText' };
  if (how === 'email' && !ADDRESS_OF_MAIL.test(text)) return { reason: 'notAnAddress' };
  if (choices || how === 'picklist') {
    const choice = choices?.get(text.toLowerCase());
    return choice === undefined ? { reason: 'notInPicklist' } : { text: choice, isCut: false };
  }
  if (length === 0 || text.length <= length) return { text, isCut: false };
  if (how !== 'prose') return { reason: 'tooLong' };
  const cut = cutAtGrapheme(text, length);
  return cut === '' ? { reason: 'tooLong' } : { text: cut, isCut: true };
}

/** The longest beginning of whole graphemes within `length` UTF-16 units, without a blank at its end. */
export function cutAtGrapheme(text: string, length: number): string {
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    if (index + segment.length > length) break;
    end = index + segment.length;
  }
  return text.slice(0, end).trimEnd();
}

function note(bag: Bag, field: FieldName, reason: CarryReason): void {
  if (!bag.notes.some((known) => known.field === field && known.reason === reason)) bag.notes.push({ field, what: 'notCarried', reason });
}
