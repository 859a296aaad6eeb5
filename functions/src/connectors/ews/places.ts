/** Properties of items: the names by which requests call them, and the elements that carry their values. Pure. */
import type { XmlElement } from './soap.ts';
import type { XmlNode } from './xml.ts';
import { child, childText, children, el } from './xml.ts';

/** FieldURI, IndexedFieldURI (one entry of a dictionary) or ExtendedFieldURI. */
export type Place =
  | { readonly uri: string; readonly index?: string }
  | { readonly extended: Readonly<Record<string, string>> };

export const field = (uri: string): Place => ({ uri });
export const extended = (attributes: Readonly<Record<string, string>>): Place => ({ extended: attributes });

export function pathOf(place: Place): XmlNode {
  if ('extended' in place) return el('t:ExtendedFieldURI', place.extended);
  return place.index === undefined ? el('t:FieldURI', { FieldURI: place.uri }) : el('t:IndexedFieldURI', { FieldURI: place.uri, FieldIndex: place.index });
}

/** One property to write: the element that an item carries it in, or null to clear it (an empty element is refused or stored as one). */
export interface Setting {
  readonly place: Place;
  readonly node: XmlNode | null;
}

const localName = (uri: string): string => uri.slice(uri.lastIndexOf(':') + 1);

export const textSetting = (uri: string, value: string | null): Setting =>
  ({ place: { uri }, node: value === null ? null : el(`t:${localName(uri)}`, {}, value) });

export const bodySetting = (value: string | null): Setting =>
  ({ place: { uri: 'item:Body' }, node: value === null ? null : el('t:Body', { BodyType: 'Text' }, value) });

export const zoneSetting = (uri: string, name: string): Setting => ({ place: { uri }, node: el(`t:${localName(uri)}`, { Id: name }) });

/** `Key` is case-sensitive (ews-managed-api#160). */
export const phoneSetting = (index: string, value: string | null): Setting => ({
  place: { uri: 'contacts:PhoneNumber', index }, node: value === null ? null : el('t:PhoneNumbers', {}, el('t:Entry', { Key: index }, value)),
});

export const emailSetting = (index: string, entry: { readonly address: string; readonly name: string; readonly routing?: string } | null): Setting => ({
  place: { uri: 'contacts:EmailAddress', index },
  node: entry && el('t:EmailAddresses', {}, el('t:Entry', { Key: index, Name: entry.name || undefined, RoutingType: entry.routing }, entry.address)),
});

/** There is no name for a whole address (php-ews#35): each part is a property. */
export const addressSetting = (index: string, part: string, value: string | null): Setting => ({
  place: { uri: `contacts:PhysicalAddress:${part}`, index },
  node: value === null ? null : el('t:PhysicalAddresses', {}, el('t:Entry', { Key: index }, el(`t:${part}`, {}, value))),
});

export const extendedSetting = (place: Place, value: string | null): Setting =>
  ({ place, node: value === null ? null : el('t:ExtendedProperty', {}, pathOf(place), el('t:Value', {}, value)) });

/** The order in which the schema wants what we write (types.xsd: ItemType, then the class's own). */
const ORDER = [
  'Subject', 'Body', 'Importance', 'ExtendedProperty',
  'FileAs', 'DisplayName', 'GivenName', 'MiddleName', 'CompanyName', 'EmailAddresses', 'PhysicalAddresses', 'PhoneNumbers', 'AssistantName', 'Birthday',
  'BusinessHomePage', 'Department', 'Generation', 'JobTitle', 'Surname',
  'Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location', 'StartTimeZone', 'EndTimeZone',
  'DueDate', 'StartDate', 'Status',
].map((name) => `t:${name}`);
const ADDRESS_ORDER = ['t:Street', 't:City', 't:State', 't:CountryOrRegion', 't:PostalCode'];

/** A new item with everything that is set. `name`: "t:Contact". */
export function itemOf(name: string, settings: readonly Setting[]): XmlNode {
  const nodes = settings.flatMap(({ node }) => node ?? []);
  const whole = nodes.filter(({ name: one }) => one === 't:ExtendedProperty' || nodes.filter((other) => other.name === one).length === 1);
  const dictionaries = [...new Set(nodes.filter((node) => !whole.includes(node)).map((node) => node.name))]
    .map((one) => el(one, {}, ...merged(nodes.filter((node) => node.name === one))));
  return el(name, {}, ...[...whole, ...dictionaries].sort((left, right) => ORDER.indexOf(left.name) - ORDER.indexOf(right.name)));
}

/** Entries of one dictionary; the parts of one address stand in one entry. */
function merged(dictionaries: readonly XmlNode[]): readonly XmlNode[] {
  const entries = dictionaries.flatMap(({ content }) => content.filter(isNode));
  const keys = [...new Set(entries.map(({ attributes }) => attributes['Key']))];
  return keys.map((key) => {
    const same = entries.filter(({ attributes }) => attributes['Key'] === key);
    const [first] = same;
    if (!first || same.length === 1) return first ?? el('t:Entry');
    const parts = same.flatMap(({ content }) => content.filter(isNode));
    return el('t:Entry', first.attributes, ...parts.sort((left, right) => ADDRESS_ORDER.indexOf(left.name) - ADDRESS_ORDER.indexOf(right.name)));
  });
}

const isNode = (part: XmlNode | string | undefined): part is XmlNode => typeof part === 'object';

/** The text of an extended property that was asked for; undefined where it is not set. */
export function extendedText(item: XmlElement, place: Place): string | undefined {
  if (!('extended' in place)) return undefined;
  const wanted = Object.entries(place.extended);
  const found = children(item, 'ExtendedProperty').find((one) => {
    const shown = child(one, 'ExtendedFieldURI')?.attributes ?? {};
    return wanted.every(([name, value]) => shown[name]?.toLowerCase() === value.toLowerCase());
  });
  return childText(found, 'Value');
}

/** The entries of a dictionary by their keys. */
export const entriesOf = (item: XmlElement, dictionary: string): ReadonlyMap<string, XmlElement> =>
  new Map(children(child(item, dictionary), 'Entry').map((entry) => [entry.attributes['Key'] ?? '', entry]));
