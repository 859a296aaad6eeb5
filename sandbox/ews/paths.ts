/** The names of properties in requests: FieldURI, IndexedFieldURI and ExtendedFieldURI, each with the key under which its value is kept. */
import { EwsError, notValid } from './fault.ts';
import { ADDRESS_KEYS, EMAIL_KEYS, IM_KEYS, PHONE_KEYS } from './properties.ts';
import { isFieldUri } from './schema.ts';
import { element, localName } from './xml.ts';
import type { Xml } from './xml.ts';

export interface Path {
  readonly kind: 'field' | 'indexed' | 'extended';
  /** Where the value lies in an item: "contacts:JobTitle", "contacts:PhoneNumber/MobilePhone", "ext:{set}/N:CrmRecordId/String". */
  readonly key: string;
  /** Of a field or of the dictionary. */
  readonly uri: string;
  readonly index: string;
  /** As it was asked, to be said again in the answer. */
  readonly xml: string;
}

const DISTINGUISHED: Readonly<Record<string, string>> = {
  Meeting: '6ed8da90-450b-101b-98da-00aa003f1305', Appointment: '00062002-0000-0000-c000-000000000046', Common: '00062008-0000-0000-c000-000000000046',
  PublicStrings: '00020329-0000-0000-c000-000000000046', Address: '00062004-0000-0000-c000-000000000046',
  InternetHeaders: '00020386-0000-0000-c000-000000000046', CalendarAssistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
  UnifiedMessaging: '4442858e-a9e3-4e80-b900-317a210cc15b', Task: '00062003-0000-0000-c000-000000000046', Sharing: '00062040-0000-0000-c000-000000000046',
};
const TYPES = new Set([
  'ApplicationTime', 'Binary', 'BinaryArray', 'Boolean', 'CLSID', 'Currency', 'Double', 'Float', 'Integer', 'IntegerArray', 'Long', 'Short', 'SystemTime',
  'String', 'StringArray',
]);
const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const FIRST_NAMED_TAG = 0x8000;
const INDEXES: Readonly<Record<string, readonly string[]>> = {
  'contacts:EmailAddress': EMAIL_KEYS, 'contacts:ImAddress': IM_KEYS, 'contacts:PhoneNumber': PHONE_KEYS,
  'contacts:PhysicalAddress:Street': ADDRESS_KEYS, 'contacts:PhysicalAddress:City': ADDRESS_KEYS, 'contacts:PhysicalAddress:State': ADDRESS_KEYS,
  'contacts:PhysicalAddress:CountryOrRegion': ADDRESS_KEYS, 'contacts:PhysicalAddress:PostalCode': ADDRESS_KEYS,
};

export const isPath = ({ name }: Xml): boolean => ['t:FieldURI', 't:IndexedFieldURI', 't:ExtendedFieldURI'].includes(name);

export function readPath(node: Xml): Path {
  const xml = element(node.name, node.attrs);
  if (node.name === 't:ExtendedFieldURI') return { kind: 'extended', key: extendedKey(node), uri: '', index: '', xml };
  const uri = node.attrs['FieldURI'] ?? '';
  if (node.name === 't:FieldURI') {
    if (!isFieldUri(uri)) throw notValid(`The 'FieldURI' attribute is invalid - The value '${uri}' is invalid.`);
    return { kind: 'field', key: uri, uri, index: '', xml };
  }
  const index = node.attrs['FieldIndex'] ?? '';
  if (node.name !== 't:IndexedFieldURI') throw notValid(`The element '${localName(node)}' is no path.`);
  if (!INDEXES[uri]) throw notValid(`The 'FieldURI' attribute is invalid - The value '${uri}' is invalid.`);
  // The schema takes any index; the server knows its own [unconfirmed which code it gives].
  if (!INDEXES[uri]?.includes(index)) throw new EwsError('ErrorInvalidPropertyRequest', 'The property index is not known.', xml);
  return { kind: 'indexed', key: `${uri}/${index}`, uri, index, xml };
}

/** Set, name and type must match to the letter: another type is another property. */
function extendedKey({ attrs }: Xml): string {
  const { PropertyType: type = '', PropertyTag: tag, PropertySetId: set, DistinguishedPropertySetId: known, PropertyName: name, PropertyId: id } = attrs;
  if (!TYPES.has(type)) throw notValid(`The 'PropertyType' attribute is invalid - The value '${type}' is invalid.`);
  if (tag !== undefined) {
    if (set ?? known ?? name ?? id) throw badExtended('PropertyTag stands alone.');
    const number = Number(tag);
    if (!Number.isInteger(number)) throw notValid(`The 'PropertyTag' attribute is invalid - The value '${tag}' is invalid.`);
    // Such tags differ from mailbox to mailbox (learn.microsoft.com, ExtendedFieldURI).
    if (number >= FIRST_NAMED_TAG) throw new EwsError('ErrorNoPropertyTagForCustomProperties', 'The tag belongs to the range of custom properties.');
    return `tag:${number}/${type}`;
  }
  const guid = (set ?? DISTINGUISHED[known ?? ''])?.toLowerCase();
  if (set !== undefined && known !== undefined) throw badExtended('Only one property set can be named.');
  if (!guid || !GUID.test(guid)) throw badExtended('The property set is missing or not known.');
  if ((name === undefined) === (id === undefined)) throw badExtended('Either PropertyName or PropertyId is needed.');
  return name === undefined ? namedKey(guid, Number(id), type) : `ext:${guid}/N:${name}/${type}`;
}

export const namedKey = (set: string, id: number, type: string): string => `ext:${set}/I:${id}/${type}`;
export const ADDRESS_SET = '00062004-0000-0000-c000-000000000046';

const badExtended = (message: string): EwsError => new EwsError('ErrorInvalidExtendedProperty', message);
