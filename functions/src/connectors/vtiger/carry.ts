/** Canonical fields -> columns: what fits is sent, prose is cut, the rest stays where it is and is noted. Pure. */
import { cutAtGrapheme } from '../cut-text.ts';
import type { CarryNote, CarryReason } from '../../engine/link.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue } from '../../engine/record.ts';
import type { FieldShape, ModuleShape } from './describe.ts';
import type { Carry, Column } from './map.ts';

export interface Carried {
  /** Column -> value to send; '' clears. */
  readonly columns: Readonly<Record<string, string>>;
  /** The same in canonical words, as the service will show it. */
  readonly written: Fields;
  readonly notes: readonly CarryNote[];
}

/** What was carried so far. */
export interface Bag {
  readonly shape: ModuleShape;
  readonly columns: Record<string, string>;
  readonly written: FieldsDraft;
  readonly notes: CarryNote[];
}

export const emptyBag = (shape: ModuleShape): Bag => ({ shape, columns: {}, written: {}, notes: [] });

/** Hands each field that is not absent to `one`. */
export function eachField(fields: Fields, one: (name: FieldName, value: FieldValue | null) => void): void {
  for (const name of Object.keys(fields) as FieldName[]) {
    const value = fields[name];
    if (value !== undefined) one(name, value);
  }
}

/** One text, one column. */
export function carrySingle(name: FieldName, [column, how, length]: Column, value: FieldValue | null, bag: Bag): void {
  const shape = bag.shape.fields.get(column);
  if (!shape) return note(bag, name, 'accessDenied');
  if (value === null) return clear(name, column, shape, bag);
  const fitted = typeof value === 'string' ? fit(value, how, length, shape) : { reason: 'notHeld' as const };
  if ('reason' in fitted) return note(bag, name, fitted.reason);
  bag.columns[column] = fitted.text;
  bag.written[name] = fitted.text;
  noteLoss(bag, name, fitted);
}

/** The service refuses to empty what is mandatory. */
function clear(name: FieldName, column: string, { isMandatory }: FieldShape, bag: Bag): void {
  if (isMandatory) return note(bag, name, 'noText');
  bag.columns[column] = '';
  bag.written[name] = null;
}

interface Fit { readonly text: string; readonly isCut: boolean; readonly isStripped: boolean }
export type Fitted = Fit | { readonly reason: CarryReason };

const CONTROL = /[\p{Cc}\u200b\ufeff]/gu;
/** The server's connection knows three bytes a character: of everything beyond, question marks arrive. What joined such signs goes with them. */
const BEYOND = /[\u{10000}-\u{10ffff}][\u200d\ufe0f]*/gu;
const ADDRESS_OF_MAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

/** A text as the service can hold it, but for its length. */
export const carriedText = (raw: string): string => raw.replace(/\r\n?/g, '\n')
  .replace(CONTROL, (letter) => (letter === '\n' ? letter : '')).replace(BEYOND, '').replace(/ {2,}/g, ' ').trim();

/** `length` in characters. */
export function fit(raw: string, how: Carry, length: number, { choices }: Pick<FieldShape, 'choices'>): Fitted {
  const isStripped = BEYOND.test(raw);
  BEYOND.lastIndex = 0;
  const lines = isStripped ? carriedText(raw) : raw.replace(/\r\n?/g, '\n').replace(CONTROL, (letter) => (letter === '\n' ? letter : '')).trim();
  const text = how === 'lines' ? lines : lines.replace(/\n+/g, ' ');
  if (text === '') return { reason: isStripped ? 'notHeld' : 'noText' };
  if (how === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) return { reason: text.startsWith('--') ? 'noYear' : 'noText' };
  if (how === 'email' && !ADDRESS_OF_MAIL.test(text)) return { reason: 'notAnAddress' };
  if (how === 'picklist' && choices) {
    const choice = choices.get(text.toLowerCase());
    return choice === undefined ? { reason: 'notInPicklist' } : { text: choice, isCut: false, isStripped: false };
  }
  // An identifier without its signs would be another one.
  if (isStripped && how !== 'prose' && how !== 'lines') return { reason: 'notHeld' };
  if (text.length <= length) return { text, isCut: false, isStripped };
  if (how !== 'prose' && how !== 'lines') return { reason: 'tooLong' };
  const cut = cutAtGrapheme(text, length);
  return cut === '' ? { reason: 'tooLong' } : { text: cut, isCut: true, isStripped };
}

export function noteLoss(bag: Bag, field: FieldName, { isCut, isStripped }: Fit): void {
  if (isStripped) bag.notes.push({ field, what: 'shortened', reason: 'notHeld' });
  if (isCut) bag.notes.push({ field, what: 'shortened', reason: 'tooLong' });
}

export function note(bag: Bag, field: FieldName, reason: CarryReason): void {
  if (!bag.notes.some((known) => known.field === field && known.reason === reason)) bag.notes.push({ field, what: 'notCarried', reason });
}
