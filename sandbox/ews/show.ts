/** An item as XML: the properties that were asked for and are set, in the order of the schema. What is not set is absent, not empty. */
import { htmlOfText, htmlToText } from '../graph/html-body.ts';
import { classOf, computed } from './computed.ts';
import type { View } from './computed.ts';
import { emailKey, emailOf } from './emails.ts';
import type { Attendee, Body, Props, Rule, Value } from './mailbox.ts';
import { ADDRESS_KEYS, ADDRESS_PARTS, EMAIL_KEYS, IM_KEYS, PHONE_KEYS, propertyOf } from './properties.ts';
import type { Property } from './properties.ts';
import { ruleXml } from './rules.ts';
import { placeOf } from './schema.ts';
import { wantedOf } from './shapes.ts';
import type { Shape, Wanted } from './shapes.ts';
import { showInstant } from './times.ts';
import { element, leaf } from './xml.ts';

/** GetItem shows everything; lists and sync leave out what is expensive (learn.microsoft.com, properties and FindItem). */
export type Purpose = 'get' | 'find' | 'sync';
const CUT = 512;
const ONLY_BY_GET = new Set([
  'item:TextBody', 'calendar:FirstOccurrence', 'calendar:LastOccurrence', 'calendar:ModifiedOccurrences', 'calendar:DeletedOccurrences',
]);

export function showItem(view: View, shape: Shape, purpose: Purpose): string {
  const { kind } = view.target.item;
  const shown = new Map<string, string[]>();
  const add = (name: string, xml: string | undefined): void => {
    if (xml !== undefined) shown.set(name, [...shown.get(name) ?? [], xml]);
  };
  for (const wanted of wantedOf(kind, shape, view.hasZones)) addWanted(view, wanted, shape, purpose, add);
  const parts = [...shown].sort(([left], [right]) => placeOf(kind, left) - placeOf(kind, right));
  return element(`t:${kind}`, {}, parts.map(([name, xml]) => assembled(name, [...new Set(xml)])).join(''));
}

/** Entries of one dictionary that were asked one by one come in one element; several parts of an address in one entry. */
function assembled(name: string, xml: readonly string[]): string {
  if (name === 'PhoneNumbers' || name === 'EmailAddresses' || name === 'ImAddresses') return element(`t:${name}`, {}, xml.join(''));
  if (name !== 'PhysicalAddresses') return name === 'ExtendedProperty' ? xml.join('') : xml[0] ?? '';
  const entries = ADDRESS_KEYS.map((key) => [key, ADDRESS_PARTS.flatMap((part) => xml.filter((one) => one.startsWith(`${key} <t:${part}>`)))] as const);
  return element('t:PhysicalAddresses', {}, entries.filter(([, parts]) => parts.length > 0)
    .map(([key, parts]) => element('t:Entry', { Key: key }, parts.map((one) => one.slice(key.length + 1)).join(''))).join(''));
}

function addWanted(view: View, { uri, path }: Wanted, shape: Shape, purpose: Purpose, add: (name: string, xml: string | undefined) => void): void {
  const { props, item } = view.target;
  if (path?.kind === 'extended') return add('ExtendedProperty', extendedXml(path.xml, props[path.key]));
  if (path?.kind === 'indexed') return add(dictionaryOf(uri), entryXml(props, path.key));
  const property = propertyOf(item.kind, uri);
  if (!property) return;
  if (property.kind === 'dictionary') {
    const entries = keysOf(property.name).flatMap((key) => entryXml(props, key) ?? []);
    // Lists show no more of it than the first entry [unconfirmed which].
    for (const entry of purpose === 'get' ? entries : entries.slice(0, 1)) add(property.name, entry);
    return;
  }
  if (purpose !== 'get' && (property.kind === 'attendees' || property.kind === 'recurrence' || ONLY_BY_GET.has(uri))) return;
  if (purpose === 'sync' && property.kind === 'body') return;
  add(property.name, propertyXml(view, property, shape, purpose));
}

function propertyXml(view: View, property: Property, shape: Shape, purpose: Purpose): string | undefined {
  const name = `t:${property.name}`;
  if (property.isReadOnly || property.kind === 'computed') return computed(view, property.uri);
  if (property.uri === 'calendar:Recurrence' && view.target.day !== undefined) return undefined;
  if (property.uri === 'item:ItemClass') return leaf(name, classOf(view.target));
  const value = view.target.props[property.uri];
  if (value === undefined) return defaultXml(property);
  switch (property.kind) {
    case 'strings': return element(name, {}, (value as readonly string[]).map((text) => leaf('t:String', text)).join(''));
    case 'body': return bodyXml(value as Body, shape.body, purpose);
    case 'attendees': return (value as readonly Attendee[]).length === 0 ? undefined
      : element(name, {}, (value as readonly Attendee[]).map(attendeeXml).join(''));
    case 'zone': return element(name, { Id: String(value) });
    case 'recurrence': return element(name, {}, ruleXml(value as Rule));
    case 'dateTime': case 'moment': return leaf(name, showInstant(String(value), view.zone));
    case 'day': return leaf(name, showInstant(`${String(value)}T00:00:00Z`, view.zone));
    default: return leaf(name, String(value));
  }
}

/** What every item has, set or not. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'item:Sensitivity': 'Normal', 'item:Importance': 'Normal', 'item:ReminderIsSet': 'false', 'task:Status': 'NotStarted', 'task:PercentComplete': '0',
  'calendar:IsAllDayEvent': 'false', 'calendar:LegacyFreeBusyStatus': 'Busy', 'calendar:IsResponseRequested': 'true', 'item:Culture': 'en-US',
  'calendar:AllowNewTimeProposal': 'true', 'message:IsRead': 'true',
};
const defaultXml = ({ uri, name }: Property): string | undefined => (DEFAULTS[uri] === undefined ? undefined : leaf(`t:${name}`, DEFAULTS[uri]));

function bodyXml({ type, text }: Body, asked: Shape['body'], purpose: Purpose): string {
  const shown = asked === 'Best' ? type : asked;
  const content = shown === type ? text : shown === 'HTML' ? htmlOfText(text) : `${htmlToText(text)}\r\n`;
  return leaf('t:Body', purpose === 'find' ? content.slice(0, CUT) : content, { BodyType: shown });
}

const attendeeXml = ({ name, address, response }: Attendee): string => element('t:Attendee', {}, element('t:Mailbox', {},
  `${leaf('t:Name', name)}${leaf('t:EmailAddress', address)}${leaf('t:RoutingType', 'SMTP')}`) + leaf('t:ResponseType', response));

function extendedXml(path: string, value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  const content = Array.isArray(value) ? element('t:Values', {}, value.map((one) => leaf('t:Value', String(one))).join('')) : leaf('t:Value', String(value));
  return element('t:ExtendedProperty', {}, path + content);
}

const dictionaryOf = (uri: string): string => (uri.startsWith('contacts:PhysicalAddress') ? 'PhysicalAddresses'
  : uri === 'contacts:PhoneNumber' ? 'PhoneNumbers' : uri === 'contacts:ImAddress' ? 'ImAddresses' : 'EmailAddresses');

function keysOf(dictionary: string): string[] {
  switch (dictionary) {
    case 'EmailAddresses': return EMAIL_KEYS.map(emailKey);
    case 'PhoneNumbers': return PHONE_KEYS.map((key) => `contacts:PhoneNumber/${key}`);
    case 'ImAddresses': return IM_KEYS.map((key) => `contacts:ImAddress/${key}`);
    default: return ADDRESS_KEYS.flatMap((key) => ADDRESS_PARTS.map((part) => `contacts:PhysicalAddress:${part}/${key}`));
  }
}

/** A part of an address carries its key in front, see `assembled`. */
function entryXml(props: Props, key: string): string | undefined {
  const [uri = '', index = ''] = key.split('/');
  if (uri === 'contacts:EmailAddress') {
    const email = emailOf(props, key);
    return email && leaf('t:Entry', email.address, { Key: index, Name: email.name, RoutingType: 'SMTP', MailboxType: 'OneOff' });
  }
  const value = props[key];
  if (value === undefined) return undefined;
  const part = /^contacts:PhysicalAddress:(\w+)$/.exec(uri)?.[1];
  return part ? `${index} ${leaf(`t:${part}`, String(value))}` : leaf('t:Entry', String(value), { Key: index });
}
