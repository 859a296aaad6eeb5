/** XML in and out: requests are built as trees and never as pasted text; replies are read with every door shut that a stranger could use. */
import type { XMLParser } from 'fast-xml-parser';
import { SyncError } from '../../engine/errors.ts';
import type { XmlElement } from './soap.ts';

export interface XmlNode {
  /** With its prefix: "t:Subject". */
  readonly name: string;
  readonly attributes: Attributes;
  readonly content: readonly Content[];
}

/** Absent values are left out. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Content = XmlNode | string | undefined;

/** Absent children are left out; a text stands as it is and is escaped by `render`. */
export const el = (name: string, attributes: Attributes = {}, ...content: readonly Content[]): XmlNode => ({ name, attributes, content });

export function render({ name, attributes, content }: XmlNode): string {
  const words = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escape(String(value))}"`)).join('');
  const inner = content.map((part) => (part === undefined ? '' : typeof part === 'string' ? escape(part) : render(part))).join('');
  return inner === '' ? `<${name}${words}/>` : `<${name}${words}>${inner}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
const escape = (text: string): string => clean(text).replace(/[&<>"\r]/g, (char) => ESCAPES[char] ?? char);

/** What XML 1.0 cannot hold (production Char). A server answers 500 to it (ews-java-api#233), and sends it itself (ews-managed-api#136). */
const SUSPECT = /[\p{Cc}\ufffe\uffff]/gu;
const isIllegal = (char: string): boolean => char >= '\ufffe' || (char < ' ' && !'\t\n\r'.includes(char));
const clean = (text: string): string => text.replace(SUSPECT, (char) => (isIllegal(char) ? '' : char)).toWellFormed();

/** Far beyond what any answer has; a bomb of nested elements ends here. */
const DEPTH_MAX = 64;
const ATTRIBUTES = ':@';
const TEXT = '#text';
const RAW = '#cdata';

type Parsed = Readonly<Record<string, readonly Parsed[] | string | Readonly<Record<string, string>>>>;

interface Reader {
  readonly parser: XMLParser;
  readonly validate: (text: string) => true | object;
}

let reader: Promise<Reader> | undefined;

/** Numbers stay texts: the library's defaults make 49301 of "0049301". It expands nothing: references are read below. */
async function loadReader(): Promise<Reader> {
  const { XMLParser: Parser, XMLValidator } = await import('fast-xml-parser');
  const parser = new Parser({
    preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', removeNSPrefix: true, parseTagValue: false, parseAttributeValue: false,
    trimValues: false, processEntities: false, ignoreDeclaration: true, ignorePiTags: true, cdataPropName: RAW, maxNestedTags: DEPTH_MAX,
  });
  return { parser, validate: (text) => XMLValidator.validate(text) };
}

/**
 * The root element. Throws SyncError `unavailable`: EWS_XML_UNSAFE for a document type (so no entity can be declared and none fetched) or a
 * nesting beyond all answers, EWS_XML_BROKEN for what is cut off or no XML. The caller bounds the size.
 */
export async function parseXml(text: string): Promise<XmlElement> {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw unsafe();
  const { parser, validate } = await (reader ??= loadReader());
  if (validate(text) !== true) throw broken();
  const roots = parse(parser, text).filter((node) => !(TEXT in node));
  const [root] = roots;
  if (!root || roots.length > 1) throw broken();
  return convert(root, 0);
}

function parse(parser: XMLParser, text: string): readonly Parsed[] {
  try {
    return parser.parse(text) as readonly Parsed[];
  } catch (error) {
    throw /nested/i.test(String(error)) ? unsafe(error) : broken(error);
  }
}

const unsafe = (cause?: unknown): SyncError =>
  new SyncError('unavailable', 'The server sent XML that is not read for safety (EWS_XML_UNSAFE).', { code: 'EWS_XML_UNSAFE', cause });
const broken = (cause?: unknown): SyncError =>
  new SyncError('unavailable', 'The server sent XML that is cut off or broken (EWS_XML_BROKEN).', { code: 'EWS_XML_BROKEN', cause });

function convert(node: Parsed, depth: number): XmlElement {
  if (depth > DEPTH_MAX) throw unsafe();
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  const content = (node[name] ?? []) as readonly Parsed[];
  return {
    name,
    attributes: attributesOf((node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>),
    children: content.filter((part) => !(TEXT in part) && !(RAW in part)).map((part) => convert(part, depth + 1)),
    text: content.map(textIn).join(''),
  };
}

const attributesOf = (given: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key, decode(value)]));

function textIn(part: Parsed): string {
  if (TEXT in part) return decode(String(part[TEXT]));
  const raw = part[RAW];
  return Array.isArray(raw) ? clean(raw.map((piece: Parsed) => String(piece[TEXT])).join('')) : '';
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five names and the numbers that XML knows by itself; a number that XML forbids is left out. */
function decode(text: string): string {
  const plain = text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_whole, hex?: string, decimal?: string, name = '') => {
    if (hex ?? decimal) return charOf(hex ? Number.parseInt(hex, 16) : Number(decimal));
    const known = ENTITIES[String(name)];
    if (known === undefined) throw broken();
    return known;
  });
  return clean(plain);
}

const charOf = (code: number): string => (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '' : String.fromCodePoint(code));

/** Readers of what `parseXml` gave; each takes an absent element for an empty one. */
export const child = (element: XmlElement | undefined, name: string): XmlElement | undefined => element?.children.find((one) => one.name === name);
export const children = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  (element?.children ?? []).filter((one) => one.name === name);
export const childText = (element: XmlElement | undefined, name: string): string | undefined => child(element, name)?.text;
/** The element at the end of a path of names. */
export const at = (element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined =>
  path.reduce<XmlElement | undefined>((here, name) => child(here, name), element);
