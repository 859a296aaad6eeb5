/** Ids as Exchange makes them: long, base64 with its + and /, opaque, and such that two of them may differ in nothing but the case of a letter. */
import { createHash } from 'node:crypto';

/** a follows A: neighbours differ in case only (OfficeDev/ews-managed-api#186). */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((letter) => [letter.toUpperCase(), letter]).join('');
const DIGITS = 6;
const ITEM = 'AAMkAD';
const FOLDER = 'AQMkAD';

/** What stands for the mailbox in each of its ids: 24 letters. */
export const mailboxTag = (seed: string): string => {
  const digest = createHash('sha256').update(seed).digest();
  return [...digest.subarray(0, 24)].map((byte) => LETTERS[byte % 52]).join('');
};

export function spell(number: number): string {
  let text = '';
  for (let left = number, n = 0; n < DIGITS; n += 1, left = Math.floor(left / 52)) text = (LETTERS[left % 52] ?? 'A') + text;
  return text;
}

const unspell = (text: string): number => [...text].reduce((sum, letter) => sum * 52 + LETTERS.indexOf(letter), 0);

/** What an id says: the item, and of an occurrence its day and whether it has become an exception. */
export interface Named { readonly n: number; readonly day?: number; readonly isException: boolean }

/** Days are numbers since 1970; those before it have no ids. */
export function itemId(tag: string, n: number, day?: number, isException = false): string {
  const tail = day === undefined ? 'AAAAAAAA' : `${isException ? 'E' : 'O'}A${spell(day)}`;
  return `${ITEM}${tag}Rg+AAAD${spell(n)}${tail}Bw/AAABEAAAAAAENA`;
}

const SHAPE = /^AAMkAD([A-Za-z]{24})Rg\+AAAD([A-Za-z]{6})(AAAAAAAA|[EO]A[A-Za-z]{6})Bw\/AAABEAAAAAAENA$/;

/** Undefined for an id of another mailbox; null for what is no id at all. */
export function readItemId(tag: string, id: string): Named | undefined | null {
  const [, owner, n = '', tail = ''] = SHAPE.exec(id) ?? [];
  if (owner === undefined) return null;
  if (owner !== tag) return undefined;
  return tail === 'AAAAAAAA' ? { n: unspell(n), isException: false } : { n: unspell(n), day: unspell(tail.slice(2)), isException: tail.startsWith('E') };
}

export const folderId = (tag: string, n: number): string => `${FOLDER}${tag}Lg+/AAA${spell(n)}AAAAAAAAA`;

export function readFolderId(tag: string, id: string): number | undefined | null {
  const [, owner, n = ''] = /^AQMkAD([A-Za-z]{24})Lg\+\/AAA([A-Za-z]{6})AAAAAAAAA$/.exec(id) ?? [];
  if (owner === undefined) return null;
  return owner === tag ? unspell(n) : undefined;
}

/** Differs with every write. */
export const changeKey = (seq: number): string => `DwAAABYA+/B${spell(seq)}AAA`;
