/** Canonical fields -> columns: what fits is sent, prose is cut, the rest stays where it is and is noted. Pure. */
import { cutAtGrapheme } from '../cut-text.ts';
import type { CarryNote, CarryReason } from '../../engine/link.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue } from '../../engine/record.ts';
import type { FieldShape, ObjectShape } from './describe.ts';
import type { Carry } from './map.ts';

export type ColumnValue = string | boolean | null;

export interface Carried {
  /** Column -> value to send; null clears. */
  readonly columns: Readonly<Record<string, ColumnValue>>;
  /** The same in canonical words, as the service will show it. */
  readonly written: Fields;
  readonly notes: readonly CarryNote[];
}

/** What was carried so far. */
export interface Bag {
  readonly shape: ObjectShape;
  readonly columns: Record<string, ColumnValue>;
  readonly written: FieldsDraft;
  readonly notes: CarryNote[];
}

export const emptyBag = (shape: ObjectShape): Bag => ({ shape, columns: {}, written: {}, notes: [] });

/** Hands each field that is not absent to `one`. */
export function eachField(fields: Fields, one: (name: FieldName, value: FieldValue | null) => void): void {
  for (const name of Object.keys(fields) as FieldName[]) {
    const value = fields[name];
    if (value !== undefined) one(name, value);
  }
}

/** One text, one column. */
export function carrySingle(name: FieldName, column: string, how: Carry, value: FieldValue | null, bag: Bag): void {
  const shape = bag.shape.fields.get(column);
  if (!shape) return note(bag, name, 'accessDenied');
  if (value === null) {
    bag.columns[column] = null;
    bag.written[name] = null;
    return;
  }
  const fitted = typeof value === 'string' ? fit(how === 'lines' ? withLineEnds(value) : value, how, shape) : { reason: 'notHeld' as const };
  if ('reason' in fitted) return note(bag, name, fitted.reason);
  bag.columns[column] = fitted.text;
  bag.written[name] = how === 'lines' ? fitted.text.replace(/\r\n/g, '\n') : fitted.text;
  if (fitted.isCut) bag.notes.push({ field: name, what: 'shortened', reason: 'tooLong' });
}

/** Line ends on the wire are CR LF, as the service's own pages send them [unconfirmed]; both forms are read. */
export const withLineEnds = (text: string): string => text.replace(/\r?\n/g, '\r\n');

export type Fitted = { readonly text: string; readonly isCut: boolean } | { readonly reason: CarryReason };

const CONTROL = /[\p{Cc}\u200b\ufeff]/gu;
const ADDRESS_OF_MAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

export function fit(raw: string, how: Carry, { length, choices }: FieldShape): Fitted {
  const text = raw.replace(CONTROL, (letter) => (letter === '\n' || letter === '\r' ? letter : '')).trim();
  if (how === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) return { reason: text.startsWith('--') ? 'noYear' : 'noText' };
  if (how === 'email' && !ADDRESS_OF_MAIL.test(text)) return { reason: 'notAnAddress' };
  if (choices || how === 'picklist') {
    const choice = choices?.get(text.toLowerCase());
    return choice === undefined ? { reason: 'notInPicklist' } : { text: choice, isCut: false };
  }
  if (length === 0 || text.length <= length) return { text, isCut: false };
  if (how !== 'prose' && how !== 'lines') return { reason: 'tooLong' };
  const cut = cutAtGrapheme(text, length);
  return cut === '' ? { reason: 'tooLong' } : { text: cut, isCut: true };
}

export function note(bag: Bag, field: FieldName, reason: CarryReason): void {
  if (!bag.notes.some((known) => known.field === field && known.reason === reason)) bag.notes.push({ field, what: 'notCarried', reason });
}
