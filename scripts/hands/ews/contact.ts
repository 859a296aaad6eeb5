/** A contact as Exchange holds it: in the order of types.xsd on the way in, by the keys of its dictionaries on the way out. */
import type { PhysicalAddress } from '@microsoft/microsoft-graph-types';
import { element, kidOf, kidsOf, leaf, textOf, type Xml } from '../../../sandbox/ews/xml.ts';
import type { MailboxContact } from '../mailbox.ts';
import { idOf, setField, setPath } from './folder.ts';

/** Texts that are one element; in the order of the schema, which EmailAddresses and the other dictionaries interrupt. */
const BEFORE = { displayName: 'DisplayName', givenName: 'GivenName', middleName: 'MiddleName', nickName: 'Nickname', companyName: 'CompanyName' } as const;
const WORK = { department: 'Department', generation: 'Generation' } as const;
const AFTER = { jobTitle: 'JobTitle', manager: 'Manager', profession: 'Profession', spouseName: 'SpouseName', surname: 'Surname' } as const;
const TEXTS = { ...BEFORE, assistantName: 'AssistantName', ...WORK, ...AFTER } as const;
type TextName = keyof typeof TEXTS;

const ADDRESSES = { businessAddress: 'Business', homeAddress: 'Home', otherAddress: 'Other' } as const;
type AddressName = keyof typeof ADDRESSES;
const PARTS = { street: 'Street', city: 'City', state: 'State', countryOrRegion: 'CountryOrRegion', postalCode: 'PostalCode' } as const;
const EMAILS = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'];
const IMS = ['ImAddress1', 'ImAddress2', 'ImAddress3'];
const PHONES = { work: ['BusinessPhone', 'BusinessPhone2'], home: ['HomePhone', 'HomePhone2'], mobile: ['MobilePhone'] } as const;

/** PR_DISPLAY_NAME_PREFIX: the title of a person can be written in no other way. */
const TITLE = '<t:ExtendedFieldURI PropertyTag="0x3A45" PropertyType="String"/>';

/** What a contact is read with. */
export const CONTACT_PATHS = [
  ...Object.values(TEXTS).map((name) => `contacts:${name}`), 'contacts:EmailAddresses', 'contacts:PhysicalAddresses', 'contacts:PhoneNumbers',
  'contacts:Birthday', 'contacts:BusinessHomePage', 'contacts:ImAddresses', 'item:Body', 'item:Categories',
].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('') + TITLE;

export function contactXml(contact: MailboxContact): string {
  const texts = (names: Partial<Record<TextName, string>>): string => (
    (Object.keys(names) as TextName[]).map((name) => text(TEXTS[name], contact[name])).join(''));
  const phones = [
    ...entries(PHONES.work, contact.businessPhones), ...entries(PHONES.home, contact.homePhones),
    ...entries(PHONES.mobile, contact.mobilePhone ? [contact.mobilePhone] : []),
  ];
  return element('t:Contact', {}, [
    contact.personalNotes ? leaf('t:Body', contact.personalNotes, { BodyType: 'Text' }) : '',
    contact.categories?.length ? element('t:Categories', {}, contact.categories.map((one) => leaf('t:String', one)).join('')) : '',
    contact.title ? element('t:ExtendedProperty', {}, TITLE + leaf('t:Value', contact.title)) : '',
    texts(BEFORE),
    dictionary('EmailAddresses', entries(EMAILS, contact.emailAddresses?.flatMap(({ address }) => address ?? []))),
    dictionary('PhysicalAddresses', (Object.keys(ADDRESSES) as AddressName[]).map((name) => addressXml(ADDRESSES[name], contact[name]))),
    dictionary('PhoneNumbers', phones),
    text('AssistantName', contact.assistantName),
    text('Birthday', contact.birthday),
    // The schema takes an xs:anyURI.
    text('BusinessHomePage', contact.businessHomePage?.replace(/\s/g, encodeURIComponent)),
    texts(WORK),
    dictionary('ImAddresses', entries(IMS, contact.imAddresses)),
    texts(AFTER),
  ].join(''));
}

/** One change a property. Only texts and the mobile telephone: nobody here edits more of a contact. */
export function contactChanges(patch: MailboxContact): readonly string[] {
  return Object.entries(patch as Readonly<Record<string, unknown>>).map(([name, value]) => {
    if (typeof value !== 'string' || value === '') throw new Error(`the hand cannot set ${name} to ${JSON.stringify(value)}`);
    if (name === 'mobilePhone') {
      return setPath('Contact', '<t:IndexedFieldURI FieldURI="contacts:PhoneNumber" FieldIndex="MobilePhone"/>',
        dictionary('PhoneNumbers', entries(PHONES.mobile, [value])));
    }
    const property = (TEXTS as Readonly<Record<string, string | undefined>>)[name];
    if (property === undefined) throw new Error(`the hand cannot set ${name}`);
    return setField('Contact', `contacts:${property}`, text(property, value));
  });
}

/** In the words of Graph; what is not set is left out. */
export function readContact(item: Xml): MailboxContact {
  const texts = Object.entries(TEXTS).map(([name, property]) => [name, textOf(item, `t:${property}`)] as const);
  const addresses = Object.entries(ADDRESSES).map(([name, key]) => [name, readAddress(item, key)] as const);
  const [business, home] = [found(item, 'PhoneNumbers', PHONES.work), found(item, 'PhoneNumbers', PHONES.home)];
  const mobile = found(item, 'PhoneNumbers', PHONES.mobile)[0];
  const whole = {
    ...Object.fromEntries(texts), ...Object.fromEntries(addresses), title: titleOf(item), mobilePhone: mobile,
    personalNotes: textOf(item, 't:Body')?.trim(), birthday: textOf(item, 't:Birthday'), businessHomePage: textOf(item, 't:BusinessHomePage'),
    emailAddresses: found(item, 'EmailAddresses', EMAILS).map((address) => ({ address })), businessPhones: business, homePhones: home,
    imAddresses: found(item, 'ImAddresses', IMS), categories: kidsOf(kidOf(item, 't:Categories'), 't:String').map(({ text: name }) => name),
  };
  const set = Object.entries(whole).filter(([, value]) => value !== undefined && value !== '');
  return { ...Object.fromEntries(set) as MailboxContact, id: idOf(item) };
}

const text = (name: string, value: string | null | undefined): string => (value ? leaf(`t:${name}`, value) : '');

function entries(keys: readonly string[], values: readonly (string | null | undefined)[] | null | undefined): string[] {
  return (values ?? []).flatMap((value, place) => {
    const key = keys[place];
    return value && key ? [leaf('t:Entry', value, { Key: key })] : [];
  });
}

function dictionary(name: string, list: readonly string[]): string {
  const content = list.join('');
  return content === '' ? '' : element(`t:${name}`, {}, content);
}

function addressXml(key: string, address: PhysicalAddress | null | undefined): string {
  const parts = (Object.keys(PARTS) as (keyof typeof PARTS)[]).map((part) => text(PARTS[part], address?.[part])).join('');
  return parts === '' ? '' : element('t:Entry', { Key: key }, parts);
}

const entryOf = (item: Xml, name: string, key: string): Xml | undefined =>
  kidsOf(kidOf(item, `t:${name}`), 't:Entry').find(({ attrs }) => attrs['Key'] === key);

function found(item: Xml, name: string, keys: readonly string[]): string[] {
  return keys.flatMap((key) => entryOf(item, name, key)?.text || []);
}

function readAddress(item: Xml, key: string): PhysicalAddress | undefined {
  const entry = entryOf(item, 'PhysicalAddresses', key);
  const parts = Object.entries(PARTS).flatMap(([part, name]) => {
    const value = textOf(entry, `t:${name}`);
    return value ? [[part, value] as const] : [];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function titleOf(item: Xml): string | undefined {
  const property = kidsOf(item, 't:ExtendedProperty').find((one) => /^0x3a45$|^14917$/i.test(kidOf(one, 't:ExtendedFieldURI')?.attrs['PropertyTag'] ?? ''));
  return textOf(property, 't:Value');
}
