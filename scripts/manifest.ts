/** The add-in manifest: the copies made from it for one address, and the rules that its schema cannot know. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { ROOT } from './run.ts';

/** Stands in manifest.xml for the address of the pane. */
const PLACEHOLDER = 'https://concord.example';
/** Its own id, so that the local add-in and the live one can be installed side by side. */
const DEVELOPMENT_ID = '8f1d5a52-6f0a-4c3c-9c2b-0a4f6a0b7d22';
const RESID_LIMIT = 32;
const SURFACES = ['MessageReadCommandSurface', 'MessageComposeCommandSurface', 'AppointmentOrganizerCommandSurface', 'AppointmentAttendeeCommandSurface'];

export function readManifest(): string {
  return readFileSync(path.join(ROOT, 'manifest.xml'), 'utf8');
}

/** The manifest for a pane at this origin. Outlook itself wants https, even for a local pane. */
export function manifestFor(xml: string, origin: string, isDevelopment: boolean): string {
  const at = new URL(origin);
  if (at.protocol !== 'https:' || at.pathname !== '/') throw new Error(`"${origin}" cannot be the pane's address: give https://host without a path.`);
  const moved = xml.replaceAll(PLACEHOLDER, at.origin);
  if (!isDevelopment) return moved;
  return moved.replace(/<Id>[^<]*<\/Id>/, `<Id>${DEVELOPMENT_ID}</Id>`).replaceAll('DefaultValue="Concord"', 'DefaultValue="Concord (local)"');
}

type Node = { readonly [name: string]: unknown };

/** What breaks a rule of Office that the XML schema cannot express; empty when all is well. */
export function manifestFindings(xml: string): readonly string[] {
  const parser = new XMLParser({
    ignoreAttributes: false, attributeNamePrefix: '@', isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && name !== 'OfficeApp',
  });
  const root = parser.parse(xml) as Node;
  const app = root['OfficeApp'] as Node;
  const outer = first(app['VersionOverrides']);
  const inner = first(outer?.['VersionOverrides']);
  const findings: string[] = [];
  if (!outer || outer['@xsi:type'] !== 'VersionOverridesV1_0') findings.push('VersionOverrides V1_0 is missing');
  if (!inner || inner['@xsi:type'] !== 'VersionOverridesV1_1') findings.push('VersionOverrides V1_1 is not nested in V1_0');
  for (const [name, overrides] of [['V1_0', outer], ['V1_1', inner]] as const) if (overrides) findings.push(...overrideFindings(name, overrides));
  findings.push(...addressFindings(app), ...iconFindings(xml));
  if (xml.includes('SupportsPinning')) findings.push('SupportsPinning is listed although the pane shows nothing about the open mail');
  if (!/^\d+(\.\d+){2,3}$/.test(String(first(app['Version']) ?? ''))) findings.push('Version must have three or four numbers');
  return findings;
}

function overrideFindings(name: string, overrides: Node): string[] {
  const own: Node = { ...overrides, VersionOverrides: undefined };
  const findings: string[] = [];
  const defined = new Set(collect(own, '@id').filter(({ path: place }) => place.includes('Resources')).map(({ value }) => value));
  const used = collect(own, '@resid').map(({ value }) => value);
  for (const id of used) if (!defined.has(id)) findings.push(`${name}: resid "${id}" is not among the resources`);
  for (const id of defined) {
    if (!used.includes(id)) findings.push(`${name}: resource "${id}" is used by nothing`);
    if (id.length > RESID_LIMIT) findings.push(`${name}: resid "${id}" is over ${RESID_LIMIT} characters`);
  }
  const controls = collect(own, '@id').filter(({ path: place }) => !place.includes('Resources') && !place.endsWith('OfficeTab')).map(({ value }) => value);
  const twice = controls.find((id, index) => controls.indexOf(id) !== index);
  if (twice) findings.push(`${name}: the id "${twice}" stands twice`);
  const surfaces = collect(own, '@xsi:type').map(({ value }) => value);
  for (const surface of SURFACES) if (!surfaces.includes(surface)) findings.push(`${name}: ${surface} is missing`);
  return findings;
}

function addressFindings(app: Node): string[] {
  return collect(app, '@DefaultValue').map(({ value }) => value)
    .filter((value) => /^[a-z]+:\/\//i.test(value) && !value.startsWith('https://'))
    .map((value) => `${value} is not https`);
}

/** The sizes that the store and Outlook ask for: 64 and 128 in the base manifest, 16, 32 and 80 on buttons. */
function iconFindings(xml: string): string[] {
  return [...xml.matchAll(/icons\/icon-(\d+)\.png/g)].flatMap(([, size]) => {
    const file = path.join(ROOT, 'addin/public/icons', `icon-${size}.png`);
    const width = readFileSync(file).readUInt32BE(16);
    return width === Number(size) ? [] : [`icon-${size}.png is ${width} pixels wide`];
  });
}

function first(value: unknown): Node | undefined {
  return (Array.isArray(value) ? value[0] : value) as Node | undefined;
}

function collect(node: unknown, attribute: string, place = ''): { value: string; path: string }[] {
  if (Array.isArray(node)) return node.flatMap((item) => collect(item, attribute, place));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, inner]) => (
    name === attribute ? [{ value: String(inner), path: place }] : collect(inner, attribute, `${place}/${name}`)));
}
