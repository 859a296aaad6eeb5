/** Reads vCards of every generation into one shape. Kept libraries parse them: ical.js for 3.0 and 4.0, vcf and libqp for 2.1. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ICAL from 'ical.js';

const require = createRequire(import.meta.url);
// Both are CommonJS without types.
const vcf = require('vcf') as { parse(text: string): readonly { toJSON(): unknown }[] };
const libqp = require('libqp') as { decode(text: string): Buffer };

export interface CardProperty {
  /** Lower case, without its group: "tel", "x-ms-assistant". */
  readonly name: string;
  readonly group: string | null;
  /** Lower case; from TYPE parameters, and in 2.1 from bare words. `pref` counts as a type. */
  readonly types: ReadonlySet<string>;
  /** The parts of a structured value (N, ADR, ORG), or one value. */
  readonly parts: readonly string[];
}

export interface Card {
  /** "file.vcf#3": the third card of that file. */
  readonly source: string;
  readonly properties: readonly CardProperty[];
}

export interface CardFolder {
  readonly cards: readonly Card[];
  readonly skipped: readonly { readonly source: string; readonly reason: 'unreadable' | 'noCard' }[];
}

/** Every card of a file, or of a folder's files. Only what no parser can read is skipped. */
export function readCards(place: string): CardFolder {
  const files = statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(vcf|vcard)$/i.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)).sort()
    : [place];
  const cards: Card[] = [];
  const skipped: { source: string; reason: 'unreadable' | 'noCard' }[] = [];
  for (const file of files) {
    const texts = splitCards(decodeFile(readFileSync(file)));
    if (texts.length === 0) skipped.push({ source: path.basename(file), reason: 'noCard' });
    texts.forEach((text, index) => {
      const source = `${path.basename(file)}#${index + 1}`;
      const properties = parseCard(text);
      if (properties) cards.push({ source, properties });
      else skipped.push({ source, reason: 'unreadable' });
    });
  }
  return { cards, skipped };
}

/** UTF-8, else Latin-1: old exports come in the machine's own code page. A byte-order mark is dropped. */
function decodeFile(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function splitCards(text: string): string[] {
  const unix = text.replace(/\r\n?/g, '\n');
  return [...unix.matchAll(/^[ \t]*BEGIN:VCARD[ \t]*\n[\s\S]*?^[ \t]*END:VCARD[ \t]*$/gim)].map(([card]) => card.trim());
}

function parseCard(text: string): readonly CardProperty[] | null {
  const isOld = /^VERSION:2\.1/im.test(text);
  const parsers = isOld ? [parseOld, parseNew] : [parseNew, parseOld];
  for (const parse of parsers) {
    try {
      return parse(text);
    } catch (error) {
      // The other generation's parser is tried: real cards often claim a version that they do not keep to.
      if (!(error instanceof Error)) throw error;
    }
  }
  return null;
}

function parseNew(text: string): CardProperty[] {
  const parsed = ICAL.parse(text.replace(/\n/g, '\r\n')) as [string, unknown[]] | [string, unknown[]][];
  return properties(Array.isArray(parsed[0]) ? parsed[0][1] as unknown[] : parsed[1] as unknown[]);
}

function parseOld(text: string): CardProperty[] {
  const [card] = vcf.parse(joinSoftBreaks(text).replace(/\n/g, '\r\n'));
  if (!card) throw new Error('no card');
  const [, list] = card.toJSON() as [string, unknown[]];
  return properties(list);
}

/** A quoted-printable value goes on in the next line after "=" at its end, without the leading blank that folding has. */
function joinSoftBreaks(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const last = lines.at(-1);
    if (last?.endsWith('=') && /ENCODING=QUOTED-PRINTABLE/i.test(last.split(':')[0] ?? '')) lines[lines.length - 1] = last.slice(0, -1) + line;
    else lines.push(line);
  }
  return lines.join('\n');
}

/** jCard (RFC 7095): [name, parameters, type, value...]. Both parsers give it. */
function properties(list: readonly unknown[]): CardProperty[] {
  return list.map((entry) => {
    const [rawName, parameters, , ...values] = entry as [string, Record<string, unknown>, string, ...unknown[]];
    const dotted = rawName.split('.');
    // vcf writes "xMsAssistant" where ical.js and the card itself have "x-ms-assistant".
    const name = (dotted.at(-1) ?? '').replace(/(?<=[a-z])([A-Z])/g, '-$1').toLowerCase().replace('ab-label', 'ablabel');
    const group = dotted.length > 1 ? dotted[0] ?? null : typeof parameters['group'] === 'string' ? parameters['group'] : null;
    return { name, group, types: typesOf(parameters), parts: values.flatMap((value) => partsOf(value, parameters)) };
  });
}

function typesOf(parameters: Record<string, unknown>): ReadonlySet<string> {
  const types = [parameters['type'] ?? []].flat().flatMap((type) => String(type).toLowerCase().split(','));
  return new Set(parameters['pref'] === undefined ? types : [...types, 'pref']);
}

function partsOf(value: unknown, parameters: Record<string, unknown>): string[] {
  if (Array.isArray(value)) return value.map((part) => (Array.isArray(part) ? part.join(' ') : text(part, parameters)));
  return [text(value, parameters)];
}

function text(value: unknown, parameters: Record<string, unknown>): string {
  const raw = String(value ?? '');
  const isQuoted = String(parameters['encoding'] ?? '').toUpperCase() === 'QUOTED-PRINTABLE';
  const charset = String(parameters['charset'] ?? 'utf-8');
  const plain = isQuoted ? new TextDecoder(charset).decode(libqp.decode(raw)) : raw;
  return plain.replace(/\\n/gi, '\n').replace(/\\([,;:\\])/g, '$1').replace(/\r\n?/g, '\n').trim();
}
