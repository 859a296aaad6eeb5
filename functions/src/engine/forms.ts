/** Normal forms: what counts as the same value. The normal form is compared, the raw text is written. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { assert } from './assert.ts';
import { FIELDS } from './fields.ts';
import { asciiDomain } from './idna.ts';
import { formatWhen, parseWhen } from './when.ts';
import type { Form } from './fields.ts';
import type { Address, FieldName, Fields, FieldValue } from './record.ts';

/** The region of the user's phone numbers and a bounded memory of parsed ones. Make one for each run. */
export interface Forms {
  readonly region: string;
  readonly phones: Map<string, string>;
  /** Stands for a long text where the store keeps no more than that (LONG_TEXT). */
  readonly digest: Digest;
}

/** A text -> "#" and what only this text yields. Given from outside: the engine knows no cryptography. */
export type Digest = (text: string) => string;

/** Characters above which a shadow keeps a digest instead of the text. */
export const LONG_TEXT = 1_000;

/** Parsing a number costs about a hundred times a lookup; a run of 5,000 contacts has fewer numbers than this. */
const PHONES_MAX = 20_000;

/** `region`: two-letter country of the mailbox, for phone numbers without a prefix; an unknown one only parses numbers with a prefix. */
export function createForms(region: string, digest: Digest = (text) => text): Forms {
  return { region: region.toUpperCase(), phones: new Map(), digest };
}

/** The normal form of a field's raw value, or null when it is blank in any shape. */
export function normalForm(field: FieldName, value: FieldValue | null, forms: Forms): string | null {
  if (value === null) return null;
  const { form, merge } = FIELDS[field];
  if (merge === 'group') {
    assert(isAddress(value), `${field} is a group`);
    return addressForm(value);
  }
  if (merge === 'set') {
    assert(isList(value), `${field} is a set`);
    return setMembers(value, form, forms).join('\n') || null;
  }
  assert(typeof value === 'string', `${field} is a text`);
  return singleForm(form, value, forms) || null;
}

/** True when two raw values are no edit of each other ("0171 5551234" and "+49 171 5551234" for a user in Germany). */
export function sameValue(field: FieldName, a: FieldValue | null, b: FieldValue | null, forms: Forms): boolean {
  if (a === b) return true;
  return normalForm(field, a, forms) === normalForm(field, b, forms);
}

/** True for null and every shape that means blank: '', white space, [], {}, a group of blanks, the zero GUID, a date of year 1. */
export function isEmpty(value: FieldValue | null): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return isBlankText(value);
  if (isList(value)) return value.every(isBlankText);
  return addressForm(value) === null;
}

/**
 * What a side says about a field: undefined when it says nothing. Text that is no value of its form (an e-mail without @, a
 * directory name) says nothing either, so it neither travels nor clears the other side.
 */
export function shown(field: FieldName, fields: Fields, forms: Forms): FieldValue | null | undefined {
  const value = fields[field];
  if (value === undefined || isEmpty(value)) return value === undefined ? undefined : null;
  return normalForm(field, value, forms) === null ? undefined : value;
}

/** The normal form of one member of a set field, '' when blank. */
export function memberForm(field: FieldName, member: string, forms: Forms): string {
  return singleForm(FIELDS[field].form, member, forms);
}

/** The members of a set: normal form -> raw text, in the side's own order. */
export function membersOf(field: FieldName, value: FieldValue | null, forms: Forms): Map<string, string> {
  if (value === null) return new Map();
  assert(isList(value), `${field} is a set`);
  const entries = value.map((member) => [memberForm(field, member, forms), member] as const);
  return new Map(entries.filter(([form]) => form !== ''));
}

/** For matching only: case folded, punctuation and diacritics gone, single blanks. '' when nothing is left. */
export function keyText(text: string): string {
  // Upper case first folds what lower case leaves apart (ß and SS).
  const folded = text.normalize('NFKD').replace(/\p{M}+/gu, '').toUpperCase().toLowerCase();
  const plain = folded.replace(/[øłđðþæœ]/g, (letter) => WITHOUT_MARK[letter] ?? letter);
  // A point or an apostrophe sits inside a word (S.A., O'Brien), all other punctuation between words.
  return plain.replace(/[.'’`´]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** Letters that Unicode does not decompose although they are a letter with a mark. */
const WITHOUT_MARK: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe' };

/** keyText without trailing legal forms (inc, ltd, gmbh ...); never empties a name that is nothing else. */
export function companyKey(text: string): string {
  const words = keyText(text).split(' ');
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}

const LEGAL_FORMS: ReadonlySet<string> = new Set([
  'inc', 'incorporated', 'corp', 'corporation', 'co', 'company', 'llc', 'llp', 'lp', 'ltd', 'limited', 'plc', 'pty', 'pte', 'gmbh', 'mbh',
  'ug', 'ag', 'kg', 'kgaa', 'ohg', 'gbr', 'ev', 'eg', 'se', 'sa', 'sas', 'sarl', 'srl', 'spa', 'sl', 'slu', 'bv', 'nv', 'vof', 'oy', 'oyj',
  'ab', 'as', 'asa', 'aps', 'kk', 'kft', 'zrt', 'sro', 'doo', 'dd', 'ltda', 'lda', 'sp', 'zoo',
]);

/** Prose shorter than this was not cut: no side's limit for prose is lower. */
const CUT_LENGTH_MIN = 30;

/**
 * True when `held` is what a side that holds less made of `meant`: cut prose, blank or cut address parts, only some members
 * of a set, a company under the account's own spelling. Blank is not: a caller must decide whether blank means "not carried".
 */
export function isLesser(field: FieldName, held: FieldValue | null, meant: FieldValue | null, forms: Forms): boolean {
  if (held === null || meant === null || isEmpty(held)) return false;
  const { form, merge } = FIELDS[field];
  if (isAddress(held) && isAddress(meant)) return ADDRESS_PARTS.every((part) => isLesserPart(part, held[part], meant[part]));
  if (merge === 'set' && isList(held) && isList(meant)) {
    const whole = new Set(setMembers(meant, form, forms));
    return setMembers(held, form, forms).every((member) => whole.has(member));
  }
  if (typeof held !== 'string' || typeof meant !== 'string') return false;
  if (field === 'company') return companyKey(held) === companyKey(meant);
  return form === 'text' && isCut(textForm(held), textForm(meant));
}

/** True when `short` is `long` cut at some length: only prose is ever cut. */
export function isCut(short: string, long: string): boolean {
  return short.length >= CUT_LENGTH_MIN && short.length < long.length && long.startsWith(short);
}

function isLesserPart(part: AddressPart, held: string | undefined, meant: string | undefined): boolean {
  const [shorter, longer] = [partForm(part, held), partForm(part, meant)];
  return shorter === '' || shorter === longer || isCut(shorter, longer);
}

export type AddressPart = keyof Address;
export const ADDRESS_PARTS: readonly AddressPart[] = ['street', 'city', 'region', 'postalCode', 'country'];

/** The normal form of one part of an address, '' when blank. */
export function partForm(part: AddressPart, value: string | undefined): string {
  if (value === undefined) return '';
  return part === 'street' ? linesForm(value) : textForm(value);
}

export function isAddress(value: FieldValue): value is Address {
  return typeof value === 'object' && !isList(value);
}

export function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}

function addressForm(address: Address): string | null {
  const parts = ADDRESS_PARTS.map((part) => partForm(part, address[part]));
  return parts.some((part) => part !== '') ? parts.join('\u001f') : null;
}

function setMembers(members: readonly string[], form: Form, forms: Forms): string[] {
  const normal = members.map((member) => singleForm(form, member, forms)).filter((member) => member !== '');
  return [...new Set(normal)].sort();
}

function singleForm(form: Form, raw: string, forms: Forms): string {
  if (isBlankText(raw)) return '';
  assert(form !== 'address', 'an address is a group and has no form as one text');
  switch (form) {
    case 'text': return textForm(raw);
    case 'lines': return longForm(linesForm(raw), forms);
    case 'word': return textForm(raw);
    case 'when': return whenForm(raw);
    case 'email': return emailForm(raw);
    case 'phone': return phoneForm(raw, forms);
    case 'url': return urlForm(raw);
    case 'date': return textForm(raw);
    default: return form satisfies never;
  }
}

/** Some services send these where nothing was entered; a zone link is their word for "no zone". */
const BLANK_WORDS = /^(?:00000000-0000-0000-0000-000000000000|0001-\d\d-\d\d.*|tzone:\/\/.*)$/;

function isBlankText(raw: string): boolean {
  const trimmed = raw.trim();
  return trimmed === '' || BLANK_WORDS.test(trimmed) || textForm(trimmed) === '';
}

const PLAIN_TEXT = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

function textForm(raw: string): string {
  if (PLAIN_TEXT.test(raw)) return raw;
  // Control and invisible characters go, all blanks (a line feed included) become one; case stays: McDonald is not Mcdonald.
  return raw.normalize('NFC').replace(/[\s\u00a0\u202f\u2007]+/g, ' ').replace(/[\p{Cc}\u200b\ufeff]/gu, '').replace(/ +/g, ' ').trim();
}

function linesForm(raw: string): string {
  return raw.split(/\r\n?|\n/).map(textForm).filter((line) => line !== '').join('\n');
}

/** A stored digest stands for itself. */
function longForm(text: string, forms: Forms): string {
  return text.length > LONG_TEXT ? forms.digest(text) : text;
}

/** What ends before it starts says nothing. */
function whenForm(raw: string): string {
  const when = parseWhen(raw);
  return when === undefined ? '' : formatWhen(when);
}

function emailForm(raw: string): string {
  const bare = raw.replace(/\s+/g, '').replace(/^mailto:/i, '').replace(/[<>]/g, '');
  const at = bare.lastIndexOf('@');
  // A directory name (/o=...) is no address.
  if (at < 1 || bare.startsWith('/')) return '';
  return `${bare.slice(0, at).normalize('NFC').toLowerCase()}@${asciiDomain(bare.slice(at + 1))}`;
}

function phoneForm(raw: string, forms: Forms): string {
  const known = forms.phones.get(raw);
  if (known !== undefined) return known;
  const form = parsePhone(raw, forms.region);
  if (forms.phones.size >= PHONES_MAX) forms.phones.clear();
  forms.phones.set(raw, form);
  return form;
}

function parsePhone(raw: string, region: string): string {
  const country = isSupportedCountry(region) ? { defaultCountry: region } : {};
  const parsed = parsePhoneNumberFromString(raw, { ...country, extract: false });
  if (parsed !== undefined) return parsed.number + (parsed.ext === undefined ? '' : `;ext=${parsed.ext}`);
  const digits = raw.replace(/\D+/g, '');
  // Not even digits ("ask reception"): still what a person wrote.
  if (digits === '') return textForm(raw);
  return (/^\s*\+/.test(raw) ? '+' : '') + digits;
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

function urlForm(raw: string): string {
  const text = textForm(raw);
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)(.*)$/i.exec(text);
  assert(parts !== null, 'every text splits into scheme, host and rest');
  const scheme = (parts[1] ?? 'http').toLowerCase();
  const host = asciiDomain(parts[2] ?? '');
  const port = DEFAULT_PORT[scheme];
  const rest = parts[3] ?? '';
  return `${scheme}://${port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host}${rest === '/' ? '' : rest}`;
}
