/** What a request says about properties: elements of an item -> changes, and changes -> the properties of an item. */
import { wrapped } from '../graph/html-body.ts';
import { emailKey, isEmailKey, withEmail, withoutEmail } from './emails.ts';
import type { EmailDeletion } from './emails.ts';
import { EwsError, notValid } from './fault.ts';
import type { Attendee, Body, Props, Value } from './mailbox.ts';
import { isPath, readPath } from './paths.ts';
import { ADDRESS_KEYS, ADDRESS_PARTS, EMAIL_KEYS, IM_KEYS, PHONE_KEYS, cannotSet, propertyByName } from './properties.ts';
import type { Property } from './properties.ts';
import { demandAttribute, demandKey, placeOf } from './schema.ts';
import type { ItemKind } from './schema.ts';
import { readRule } from './rules.ts';
import { inZone, isZone, readDateTime } from './times.ts';
import { kidOf, kidsOf, localName, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

export interface Change { readonly key: string; readonly value: Value; /** Of an e-mail address. */ readonly label?: string }

/** How the request is to be read. */
export interface Reading {
  /** Windows name, of TimeZoneContext. */
  readonly zone: string | undefined;
  readonly hasZones: boolean;
  readonly refusesEmpty: boolean;
}

/** One element of an item, which may hold several entries. */
export function readElement(kind: ItemKind, node: Xml, how: Reading): Change[] {
  const name = localName(node);
  if (name === 'ExtendedProperty') return [readExtended(node)];
  const property = propertyByName(kind, name);
  if (!property || property.isReadOnly) {
    if (placeOf(kind, name) < 0) throw notValid(`The element '${kind}' has invalid child element '${name}'.`);
    throw cannotSet(property?.uri ?? uriOf(kind, name));
  }
  if (property.kind === 'dictionary') return readDictionary(name, node);
  return [{ key: property.uri, value: readValue(property, node, how) }];
}

const CLASSES: Readonly<Record<ItemKind, string>> = {
  Contact: 'contacts', CalendarItem: 'calendar', Task: 'task', Message: 'message', DistributionList: 'distributionlist', MeetingRequest: 'meetingRequest',
};
const uriOf = (kind: ItemKind, name: string): string => `${placeOf('Message', name) >= 0 && kind !== 'Message' ? 'item' : CLASSES[kind]}:${name}`;

function readValue(property: Property, node: Xml, how: Reading): Value {
  const text = node.text.trim();
  switch (property.kind) {
    case 'text': return readText(node.text, how);
    case 'url': return demand(!/\s/.test(text), property, text) && readText(text, how);
    case 'boolean': return demand(/^(true|false|1|0)$/.test(text), property, text) && (text === '1' ? 'true' : text === '0' ? 'false' : text);
    case 'integer': return demand(/^[+-]?\d{1,10}$/.test(text), property, text) && text;
    case 'percent': return readPercent(text, property);
    case 'enum': return demand(property.values.includes(text), property, text) && text;
    case 'dateTime': return inZone(readDateTime(text, property.name), how.zone);
    case 'computed': return inZone(readDateTime(text, property.name), how.zone);
    case 'moment': return readDateTime(text, property.name);
    // Kept as midnight UTC: a time of another zone may fall on the day before (ecederstrand/exchangelib, tasks).
    case 'day': return inZone(readDateTime(text, property.name), how.zone).slice(0, 10);
    case 'strings': return kidsOf(node, 't:String').map((kid) => kid.text);
    case 'body': return readBody(node);
    case 'attendees': return kidsOf(node, 't:Attendee').map(readAttendee);
    case 'zone': return readZone(node, property, how);
    case 'recurrence': return readRule(node, property.uri.startsWith('task:'));
    case 'dictionary': throw new Error(`${property.name} is read by its entries`);
  }
}

function demand(isGood: boolean, { name, kind }: Property, text: string): true {
  if (isGood) return true;
  throw notValid(`The '${name}' element is invalid - The value '${text}' is invalid according to its datatype '${kind}'.`);
}

/** An empty text is stored as one, or refused: both are reported (Garethp/php-ews#35). */
function readText(text: string, { refusesEmpty }: Reading): string {
  if (text === '' && refusesEmpty) throw new EwsError('ErrorInvalidValueForProperty', 'The value of a property is empty; delete the property instead.');
  return text;
}

function readPercent(text: string, property: Property): string {
  const number = Number(text);
  demand(text !== '' && Number.isFinite(number), property, text);
  if (number < 0 || number > 100) throw new EwsError('ErrorInvalidValueForProperty', 'PercentComplete is between 0 and 100.');
  return String(number);
}

/** A fragment of HTML comes back as a document: bytes are not to be compared. */
function readBody(node: Xml): Body {
  const type = demandAttribute(node, 'BodyType', ['HTML', 'Text']);
  const text = node.text.replace(/\r\n|\r|\n/g, '\r\n');
  return { type, text: type === 'HTML' && text !== '' ? wrapped(text) : text };
}

function readAttendee(node: Xml): Attendee {
  const mailbox = kidOf(node, 't:Mailbox');
  const address = textOf(mailbox, 't:EmailAddress') ?? '';
  if (address === '') throw new EwsError('ErrorInvalidRecipients', 'At least one recipient is not valid.');
  return { address, name: textOf(mailbox, 't:Name') ?? address, response: 'Unknown' };
}

/** Schemas before Exchange2010 do not know it, and only Windows names are zones (mguessan/davmail#192, #419). */
function readZone(node: Xml, { uri }: Property, { hasZones }: Reading): string {
  const id = node.attrs['Id'] ?? '';
  if (!hasZones || !isZone(id)) throw cannotSet(uri);
  return id;
}

function readExtended(node: Xml): Change {
  const [uri, content] = node.kids;
  const isWhole = uri?.name === 't:ExtendedFieldURI' && content !== undefined && node.kids.length === 2;
  if (!isWhole) throw notValid("The element 'ExtendedProperty' needs ExtendedFieldURI and Value.");
  const path = readPath(uri);
  const isArray = path.key.endsWith('Array');
  if (content.name !== (isArray ? 't:Values' : 't:Value')) throw new EwsError('ErrorInvalidExtendedPropertyValue', 'The value does not fit the property type.');
  const texts = isArray ? kidsOf(content, 't:Value').map((kid) => kid.text) : [content.text];
  const form = FORMS[/(\w+?)(?:Array)?$/.exec(path.key)?.[1] ?? ''];
  if (form && !texts.every((text) => form.test(text))) {
    throw new EwsError('ErrorInvalidExtendedPropertyValue', 'The value does not fit the property type.', path.xml);
  }
  return { key: path.key, value: isArray ? texts : content.text };
}

/** Values of extended properties by PropertyType; a type that is not here takes any text. */
const FORMS: Readonly<Record<string, RegExp>> = {
  Integer: /^[+-]?\d{1,10}$/, Short: /^[+-]?\d{1,5}$/, Long: /^[+-]?\d{1,19}$/, Boolean: /^(true|false|1|0)$/i, Double: /^[+-]?[\d.]+(e[+-]?\d+)?$/i,
  Binary: /^[A-Za-z0-9+/]*={0,2}$/, SystemTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, CLSID: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

function readDictionary(name: string, node: Xml): Change[] {
  const entries = kidsOf(node, 't:Entry');
  if (entries.length !== node.kids.length || entries.length === 0) throw notValid(`The element '${name}' needs elements 'Entry'.`);
  switch (name) {
    case 'EmailAddresses': return entries.map((entry) => {
      const key = emailKey(demandKey(entry, EMAIL_KEYS));
      return { key, value: entry.text, label: entry.attrs['Name'] ?? entry.text };
    });
    case 'PhoneNumbers': return entries.map((entry) => ({ key: `contacts:PhoneNumber/${demandKey(entry, PHONE_KEYS)}`, value: entry.text }));
    case 'ImAddresses': return entries.map((entry) => ({ key: `contacts:ImAddress/${demandKey(entry, IM_KEYS)}`, value: entry.text }));
    default: return entries.flatMap(readAddress);
  }
}

function readAddress(entry: Xml): Change[] {
  const index = demandKey(entry, ADDRESS_KEYS);
  const given = entry.kids.map(localName);
  if (given.join() !== ADDRESS_PARTS.filter((part) => given.includes(part)).join()) throw notValid("The element 'Entry' has invalid child elements.");
  return entry.kids.map((kid) => ({ key: `contacts:PhysicalAddress:${localName(kid)}/${index}`, value: kid.text }));
}

export function withChange(props: Props, { key, value, label }: Change): Props {
  if (isEmailKey(key) && typeof value === 'string') return withEmail(props, key, { address: value, name: label ?? value });
  return { ...props, [key]: value };
}

export function withoutKey(props: Props, key: string, emails: EmailDeletion): Props {
  if (!isEmailKey(key)) return Object.fromEntries(Object.entries(props).filter(([name]) => name !== key));
  if (emails === 'refused') throw new EwsError('ErrorInvalidPropertyDelete', 'Delete action is invalid for property.');
  return withoutEmail(props, key, emails === 'whole');
}

/** The one property that an object within a change holds: a path beside it says which. */
export function demandOnly(node: Xml): Xml {
  const [only, ...more] = node.kids.filter((kid) => !isPath(kid));
  if (only && more.length === 0) return only;
  throw new EwsError('ErrorIncorrectUpdatePropertyCount', 'An object within a change description must contain one and only one property to modify.');
}
