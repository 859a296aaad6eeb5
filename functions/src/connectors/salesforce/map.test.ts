/** Both directions of the field table, with what does not fit. Lengths are those of the Contact describe. */
import { expect, test } from 'vitest';
import { cutAtGrapheme } from '../cut-text.ts';
import type { FoundAccount } from '../company-names.ts';
import { carryPerson as carry } from './carry-person.ts';
import { canonicalField, heldBy } from './columns.ts';
import { project, toSeen } from './map.ts';
import { OBJECTS } from './objects.ts';
import { id18, instant } from './row.ts';
import type { FieldShape, ObjectShape } from './describe.ts';
import row from './fixtures/contact-row.json' with { type: 'json' };

const LENGTHS: Readonly<Record<string, number>> = {
  FirstName: 40, LastName: 80, Title: 128, Department: 80, AssistantName: 40, Email: 80, Phone: 40, MobilePhone: 40, HomePhone: 40,
  OtherPhone: 40,
  Fax: 40, AssistantPhone: 40, Birthdate: 0, AccountId: 18, MailingStreet: 255, MailingCity: 40, MailingState: 80, MailingPostalCode: 20,
  MailingCountry: 80, OtherStreet: 255, OtherCity: 40, OtherState: 80, OtherPostalCode: 20, OtherCountry: 80,
};
const SALUTATIONS = new Map([['mr.', 'Mr.'], ['dr.', 'Dr.']]);

function shape(changes: Readonly<Record<string, FieldShape | undefined>> = {}): ObjectShape {
  const fields = new Map<string, FieldShape>(Object.entries(LENGTHS).map(([name, length]) => [name, { length }]));
  fields.set('Salutation', { length: 40, choices: SALUTATIONS });
  for (const [name, field] of Object.entries(changes)) if (field) fields.set(name, field); else fields.delete(name);
  return { name: 'Contact', fields, select: [], looked: [], hasKey: false, describedAt: 0 };
}

const ACME: FoundAccount = { id: '001000000000001AAA', name: 'Acme GmbH' };
const none = (): FoundAccount => 'none';
const ZOE = {
  'prefix': 'Dr.', 'givenName': 'Zoë', 'familyName': 'Müller', 'company': 'ACME', 'jobTitle': 'Head of Purchasing',
  'primaryEmail': 'zoe@acme.example',
  'otherEmails': ['zm@home.example'], 'phones.work': '+49 30 1234567', 'phones.mobile': '0171 5551234',
  'addresses.business': { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', postalCode: '10969', country: 'Germany' },
  'birthday': '1981-04-03',
} as const;

test('a contact goes out in the vendor\'s columns, the company as a reference, a second address of mail not at all', () => {
  const { columns, written, notes } = carry(ZOE, shape(), () => ACME);
  expect(columns).toEqual({
    Salutation: 'Dr.', FirstName: 'Zoë', LastName: 'Müller', AccountId: '001000000000001AAA', Title: 'Head of Purchasing',
    Email: 'zoe@acme.example',
    Phone: '+49 30 1234567', MobilePhone: '0171 5551234', MailingStreet: 'Ritterstr. 5\r\nAufgang B', MailingCity: 'Berlin',
    MailingState: null,
    MailingPostalCode: '10969', MailingCountry: 'Germany', Birthdate: '1981-04-03',
  });
  const { otherEmails: _, ...carried } = ZOE;
  expect(written).toEqual({ ...carried, company: 'Acme GmbH' });
  expect(notes).toEqual([{ field: 'otherEmails', what: 'notCarried', reason: 'notHeld' }]);
});

test('an edit sends its own columns and no other', () => {
  expect(carry({ 'phones.mobile': '+49 171 5559999' }, shape(), none).columns).toEqual({ MobilePhone: '+49 171 5559999' });
});

test('a row comes in with blanks as null, street lines joined by LF, and columns that were not selected absent', () => {
  expect(project(row)).toEqual({
    'prefix': 'Dr.', 'givenName': 'Zoë', 'familyName': 'Müller', 'company': 'Acme GmbH', 'jobTitle': 'Head of Purchasing',
    'department': null,
    'primaryEmail': 'zoe@acme.example', 'phones.work': '+49 30 1234567', 'phones.mobile': '0171 5551234',
    'addresses.business': { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', postalCode: '10969', country: 'Germany' },
    'addresses.other': null, 'birthday': '1981-04-03',
  });
});

test('an account that the user may not read says nothing about the company', () => {
  expect(project({ AccountId: '001000000000001AAA', Account: null })).toEqual({});
  expect(project({ AccountId: null, Account: null })).toEqual({ company: null });
});

test('a record shows owner, times and a version that also moves when two edits share a second', () => {
  const seen = toSeen(row, '005000000000001AAA');
  expect(seen).toMatchObject({ id: row.Id, owner: { name: 'Anna Weber', isUser: true }, modifiedAt: Date.UTC(2026, 10, 2, 8, 0, 5) });
  const edited = toSeen({ ...row, Title: 'Buyer' }, '005000000000001AAA');
  expect(edited.version).not.toBe(seen.version);
  expect(toSeen({ ...row }, '005000000000001AAA').version).toBe(seen.version);
  expect(toSeen(row, '005000000000002AAA').owner?.isUser).toBe(false);
  expect(toSeen({ ...row, IsPersonAccount: true }, '005000000000001AAA').owner?.isUser).toBe(false);
});

test('prose is cut between graphemes and noted as shortened', () => {
  const family = '👨‍👩‍👧‍👦';
  expect(cutAtGrapheme(`ab${family}`, 2 + family.length)).toBe(`ab${family}`);
  expect(cutAtGrapheme(`ab${family}`, 1 + family.length)).toBe('ab');
  expect(cutAtGrapheme('zoe\u0308', 3)).toBe('zo');
  const { columns, written, notes } = carry({ jobTitle: `${'x'.repeat(126)}${family}` }, shape(), none);
  expect(columns['Title']).toBe('x'.repeat(126));
  expect(written.jobTitle).toBe('x'.repeat(126));
  expect(notes).toEqual([{ field: 'jobTitle', what: 'shortened', reason: 'tooLong' }]);
});

test.each([
  ['primaryEmail', `${'a'.repeat(80)}@acme.example`, 'tooLong'], ['primaryEmail', 'no address', 'notAnAddress'],
  ['phones.work', '1'.repeat(41), 'tooLong'], ['prefix', 'Baroness', 'notInPicklist'], ['birthday', '--04-03', 'noYear'],
  ['company', 'Unknown Ltd', 'noSingleAccount'],
  ['webPage', 'https://acme.example', 'notHeld'], ['phones.work2', '+49 30 1', 'notHeld'],
] as const)('%s %s is not carried: %s', (field, value, reason) => {
  const { columns, written, notes } = carry({ [field]: value }, shape(), none);
  expect([columns, written, notes]).toEqual([{}, {}, [{ field, what: 'notCarried', reason }]]);
});

test('a postal code that is too long stays behind while the rest of the address goes', () => {
  const { columns, written, notes } = carry({ 'addresses.other': { city: 'Berlin', postalCode: '1'.repeat(21) } }, shape(), none);
  expect(columns).toEqual({ OtherStreet: null, OtherCity: 'Berlin', OtherState: null, OtherPostalCode: null, OtherCountry: null });
  expect(written).toEqual({ 'addresses.other': { city: 'Berlin' } });
  expect(notes).toEqual([{ field: 'addresses.other', what: 'notCarried', reason: 'tooLong' }]);
});

test('where countries are a picklist, its labels are written and other texts are not', () => {
  const picklists = shape({ MailingCountry: { length: 80, choices: new Map([['de', 'Germany'], ['germany', 'Germany']]) } });
  const known = carry({ 'addresses.business': { country: 'germany' } }, picklists, none);
  expect(known.written).toEqual({ 'addresses.business': { country: 'Germany' } });
  const unknown = carry({ 'addresses.business': { city: 'Berlin', country: 'Deutschland' } }, picklists, none);
  expect(unknown.written).toEqual({ 'addresses.business': { city: 'Berlin' } });
  expect(unknown.notes).toEqual([{ field: 'addresses.business', what: 'notCarried', reason: 'notInPicklist' }]);
});

test('clearing a single field, a group and the company sends nulls', () => {
  const { columns, written } = carry({ 'jobTitle': null, 'addresses.other': null, 'company': null }, shape(), none);
  expect(columns).toEqual({ Title: null, OtherStreet: null, OtherCity: null, OtherState: null, OtherPostalCode: null, OtherCountry: null,
    AccountId: null });
  expect(written).toEqual({ 'jobTitle': null, 'addresses.other': null, 'company': null });
});

test('a hidden column is not written, and its field is not held', () => {
  const hidden = shape({ Birthdate: undefined });
  const { notes } = carry({ birthday: '1981-04-03' }, hidden, none);
  expect(notes).toEqual([{ field: 'birthday', what: 'notCarried', reason: 'accessDenied' }]);
  expect(heldBy('Contact', hidden.fields).has('birthday')).toBe(false);
  expect(heldBy('Contact', hidden.fields).has('company')).toBe(true);
});

test('every column has a canonical name, for errors that name one', () => {
  expect(Object.values(OBJECTS).flatMap(({ columns }) => columns).filter((column) => canonicalField(column) === column)).toEqual([]);
  expect(canonicalField('Region__c')).toBe('Region__c');
});

test('times come with a zone without a colon, and ids in two lengths', () => {
  expect(instant('2023-05-28T21:10:08.000+0000')).toBe(Date.UTC(2023, 4, 28, 21, 10, 8));
  expect(instant('2023-05-28T21:10:08.000+0200')).toBe(Date.UTC(2023, 4, 28, 19, 10, 8));
  expect(id18('001A0000006Vm9r')).toBe('001A0000006Vm9rIAC');
  expect(id18('001A0000006Vm9rIAC')).toBe('001A0000006Vm9rIAC');
});
