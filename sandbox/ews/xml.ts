/** Reading and writing XML: requests become trees whose names carry the usual prefixes whatever the client chose; replies are texts. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface Xml {
  /** t:Subject, m:GetItem, s:Envelope; a foreign name is {uri}local. */
  readonly name: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly kids: readonly Xml[];
  readonly text: string;
}

/** The text is no XML that a server would read; `message` says why. */
export class BadXml extends Error {
  override readonly name = 'BadXml';
}

const PREFIXES: Readonly<Record<string, string>> = {
  'http://schemas.xmlsoap.org/soap/envelope/': 's',
  'http://schemas.microsoft.com/exchange/services/2006/types': 't',
  'http://schemas.microsoft.com/exchange/services/2006/messages': 'm',
  'http://schemas.microsoft.com/exchange/2010/Autodiscover': 'a',
  'http://www.w3.org/2005/08/addressing': 'w',
  'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006': 'o',
};
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const SUSPECT = /[\p{Cc}\ufffe\uffff]/gu;
/** XML 1.0, production Char, turned round. */
const isIllegal = (char: string): boolean => char >= '\ufffe' || (char < ' ' && !'\t\n\r'.includes(char));
const ATTRIBUTES = ':@';
const TEXT = '#text';
const DEPTH = 60;

type Parsed = Readonly<Record<string, readonly Parsed[] | string | Readonly<Record<string, string>>>>;
type Scope = Readonly<Record<string, string>>;

const parser = new XMLParser({
  preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false,
  processEntities: false, ignoreDeclaration: true, ignorePiTags: true,
});

/** The root element. Document types are refused, as .NET does; so no entity can be declared. */
export function parseXml(text: string): Xml {
  if (/<!DOCTYPE/i.test(text)) throw new BadXml('For security reasons DTD is prohibited in this XML document.');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new BadXml(verdict.err.msg);
  const [root] = (parser.parse(text) as readonly Parsed[]).filter((node) => !(TEXT in node));
  if (!root) throw new BadXml('Root element is missing.');
  return convert(root, {}, 0);
}

function convert(node: Parsed, outer: Scope, depth: number): Xml {
  if (depth > DEPTH) throw new BadXml('The maximum nesting depth has been exceeded.');
  const raw = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  const given = (node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>;
  const scope: Record<string, string> = { ...outer };
  const attrs: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (key === 'xmlns') scope[''] = value;
    else if (key.startsWith('xmlns:')) scope[key.slice(6)] = value;
    else attrs[key] = decode(value);
  }
  const content = (node[raw] ?? []) as readonly Parsed[];
  const kids = content.filter((kid) => !(TEXT in kid)).map((kid) => convert(kid, scope, depth + 1));
  const text = content.map((kid) => (TEXT in kid ? decode(String(kid[TEXT])) : '')).join('');
  return { name: resolve(raw, scope), attrs, kids, text };
}

function resolve(raw: string, scope: Scope): string {
  const [local = '', prefix = ''] = raw.split(':').reverse();
  const uri = scope[prefix];
  if (prefix && uri === undefined) throw new BadXml(`'${prefix}' is an undeclared prefix.`);
  const known = PREFIXES[uri ?? ''];
  return known ? `${known}:${local}` : `{${uri ?? ''}}${local}`;
}

function decode(text: string): string {
  const plain = text.replace(/&([^;&]*);/g, (_whole, name: string) => {
    const code = /^#x([0-9a-f]+)$/i.exec(name)?.[1];
    const decimal = /^#(\d+)$/.exec(name)?.[1];
    if (code) return String.fromCodePoint(Number.parseInt(code, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    const known = ENTITIES[name];
    if (known === undefined) throw new BadXml(`Reference to undeclared entity '${name}'.`);
    return known;
  });
  const illegal = plain.match(SUSPECT)?.find(isIllegal);
  // 0xFFFF and control characters end in HTTP 500 (OfficeDev/ews-java-api#233).
  if (illegal) throw new BadXml(`'0x${hexOf(illegal)}' is an invalid character.`);
  return plain;
}

/** The local name without its prefix. */
export const localName = ({ name }: Xml): string => name.replace(/^.*[:}]/, '');
export const kidOf = (node: Xml | undefined, name: string): Xml | undefined => node?.kids.find((kid) => kid.name === name);
export const kidsOf = (node: Xml | undefined, name: string): readonly Xml[] => node?.kids.filter((kid) => kid.name === name) ?? [];
export const textOf = (node: Xml | undefined, name: string): string | undefined => kidOf(node, name)?.text;

/** Control characters go out as references that XML 1.0 forbids, as the real server writes them (OfficeDev/ews-managed-api#136). */
export const escapeXml = (text: string): string => text
  .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/\r/g, '&#xD;')
  .replace(SUSPECT, (char) => (isIllegal(char) ? `&#x${hexOf(char)};` : char));

/** Whether a text of escapeXml holds one of these. */
export const hasIllegalReference = (xml: string): boolean => /&#x(?!D;)[\dA-F]+;/.test(xml);

const hexOf = (char: string): string => char.charCodeAt(0).toString(16).toUpperCase();

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `content` is XML already; use `leaf` for texts. */
export function element(name: string, attrs: Attributes, content = ''): string {
  const words = Object.entries(attrs).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(String(value))}"`)).join('');
  return content === '' ? `<${name}${words}/>` : `<${name}${words}>${content}</${name}>`;
}

export const leaf = (name: string, text: string | number | boolean, attrs: Attributes = {}): string => element(name, attrs, escapeXml(String(text)));
