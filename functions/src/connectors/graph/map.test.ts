import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Fields, Seen } from '../../engine/record.ts';
import { ianaZone, windowsZone, WORLD_ZONES } from '../windows-zones.ts';
import { birthdayOf, birthdayText } from '../birthday.ts';
import { mergeEmails } from '../contact-emails.ts';
import type { JsonObject } from './json.ts';
import { canonicalNameIn, fieldsOf, patchOf, project } from './map.ts';
import { nameFor } from '../contact-name.ts';

const CONTACT = JSON.parse(readFileSync(new URL('fixtures/contact.json', import.meta.url), 'utf8')) as JsonObject;

describe('a contact is read', () => {
  const seen = project(CONTACT, 'Europe/Berlin');

  test('with its fields in our words, blanks as null', () => {
    expect(seen.fields).toEqual({
      prefix: 'Dr.',
      givenName: 'Zoë',
      middleName: null,
      familyName: 'Müller',
      suffix: null,
      company: 'Acme GmbH',
      jobTitle: 'Head of Purchasing',
      department: null,
      assistantName: null,
      'phones.mobile': '0171 5551234',
      'phones.work': '+49 30 1234567',
      'phones.work2': null,
      'phones.home': '+49 30 1',
      'phones.home2': '+49 30 2',
      webPage: null,
      birthday: '1981-04-03',
      'addresses.business': { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', postalCode: '10969', country: 'Germany' },
      'addresses.home': null,
      'addresses.other': null,
      primaryEmail: 'zoe@acme.example',
      otherEmails: ['zm@home.example'],
    });
  });

  test('with version, stamps, key and privacy', () => {
    expect(seen).toMatchObject({
      kind: 'contact',
      id: 'AAkALgAAAAAAHYQDEapmEc2byACqAC_EWg0A',
      version: 'EQAAABYAAAD4',
      linkKey: 'abc',
      isPrivate: true,
      createdAt: Date.UTC(2026, 0, 5, 9),
      modifiedAt: Date.UTC(2026, 2, 5, 9, 30),
      left: ['manager', 'categories', 'morePhones'],
    });
  });

  test('and what the reply does not name is absent, not blank', () => {
    expect(fieldsOf({ id: 'A', surname: 'Roth' }, undefined)).toEqual({ familyName: 'Roth' });
  });

  test('and addresses that are no e-mail addresses say nothing', () => {
    expect(fieldsOf({ emailAddresses: [{ address: '/o=ExchangeLabs/cn=roth' }] }, undefined)).toEqual({});
    expect(fieldsOf({ emailAddresses: [] }, undefined)).toEqual({ primaryEmail: null, otherEmails: null });
  });
});

describe('a contact is written', () => {
  const current = project(CONTACT, undefined);

  test('with the changed field alone', () => {
    expect(patchOf({ 'phones.mobile': '+49 171 5559999' }, current).body).toEqual({ mobilePhone: '+49 171 5559999' });
  });

  test('and keeps, in a rebuilt collection, what our fields do not show', () => {
    expect(patchOf({ 'phones.home': '+49 30 9' }, current).body).toEqual({ homePhones: ['+49 30 9', '+49 30 2', '+49 30 3'] });
    expect(patchOf({ primaryEmail: 'new@acme.example' }, current).body).toEqual({
      emailAddresses: [
        { address: 'new@acme.example' },
        { name: 'zm@home.example', address: 'zm@home.example' },
        { name: 'Zoë', address: '/o=ExchangeLabs/ou=Group/cn=Recipients/cn=zoe' },
      ],
    });
  });

  test('from canonical fields alone when the look came from elsewhere', () => {
    const { memo, ...bare } = current;
    expect(memo).toBeDefined();
    expect(patchOf({ otherEmails: null }, bare satisfies Seen).body).toEqual({ emailAddresses: [{ address: 'zoe@acme.example' }] });
  });

  test('clearing with null for a text and an empty list for a collection', () => {
    expect(
      patchOf(
        { jobTitle: null, primaryEmail: null, otherEmails: null, 'phones.work': null, birthday: null, 'addresses.business': null },
        project({ id: 'A' }, undefined),
      ).body,
    ).toEqual({
      jobTitle: null,
      emailAddresses: [],
      businessPhones: [],
      birthday: null,
      businessAddress: { street: null, city: null, state: null, postalCode: null, countryOrRegion: null },
    });
  });

  test('without control characters, and a line stays one line', () => {
    expect(patchOf({ jobTitle: ' Head\u0007 of\r\nsales ' }, current).body).toEqual({ jobTitle: 'Head of sales' });
  });

  test('and a birthday without a year stays where it is', () => {
    expect(patchOf({ birthday: '--04-03' }, current)).toMatchObject({ body: {}, notes: [{ field: 'birthday', reason: 'noYear' }] });
  });
});

test.each<[string, Fields, Fields, { emails: string[]; notes: string[] }]>([
  [
    'a fourth address is left out',
    { otherEmails: ['b@x.example', 'c@x.example', 'd@x.example'] },
    { primaryEmail: 'a@x.example' },
    { emails: ['a@x.example', 'b@x.example', 'c@x.example'], notes: ['otherEmails tooMany'] },
  ],
  [
    'the same address in two cases is one',
    { otherEmails: ['A@x.example', 'b@x.example'] },
    { primaryEmail: 'a@x.example' },
    { emails: ['a@x.example', 'b@x.example'], notes: [] },
  ],
  [
    'a primary from among the others swaps',
    { primaryEmail: 'c@x.example' },
    { primaryEmail: 'a@x.example', otherEmails: ['b@x.example', 'c@x.example'] },
    { emails: ['c@x.example', 'b@x.example', 'a@x.example'], notes: [] },
  ],
  [
    'a primary that is cleared lets the next move up',
    { primaryEmail: null },
    { primaryEmail: 'a@x.example', otherEmails: ['b@x.example'] },
    { emails: ['b@x.example'], notes: [] },
  ],
  ['a text that is no address is noted', { primaryEmail: 'call me' }, {}, { emails: [], notes: ['primaryEmail notAnAddress'] }],
])('%s', (_, patch, current, expected) => {
  const { emails, notes } = mergeEmails(patch, current, []);
  expect({ emails: emails.map(({ address }) => address), notes: notes.map((note) => `${note.field} ${note.reason}`) }).toEqual(expected);
});

test.each<[string, Fields, string | undefined, string | null]>([
  ['given family', { familyName: 'Kurz' }, 'Ada Lang', 'Ada Kurz'],
  ['family given', { familyName: 'Kurz' }, 'Lang Ada', 'Kurz Ada'],
  ['family, given', { givenName: 'Eva' }, 'Lang, Ada', 'Lang, Eva'],
  ['her own text', { familyName: 'Kurz' }, 'Ada the Great', 'Ada the Great'],
  ['unknown', { familyName: 'Kurz' }, undefined, 'Ada Kurz'],
  ['a name without its parts', { givenName: null, familyName: null, company: 'Acme' }, 'Ada Lang', 'Acme'],
])('a display name that was %s goes on being that', (_, patch, old, expected) => {
  expect(nameFor(patch, { givenName: 'Ada', familyName: 'Lang' }, old)).toBe(expected);
});

test('a contact that was named by its company takes the person’s name once it has one', () => {
  expect(nameFor({ familyName: 'Lang' }, { company: 'Acme' }, 'Acme')).toBe('Lang');
});

test.each([
  ['1981-04-03T11:59:00Z', 'America/Los_Angeles', '1981-04-03'],
  ['1981-04-03T00:00:00Z', 'America/Los_Angeles', '1981-04-03'],
  ['1981-04-02T22:00:00Z', 'Europe/Berlin', '1981-04-03'],
  ['1981-04-03T07:00:00Z', 'America/Los_Angeles', '1981-04-03'],
  ['1981-04-02T15:00:00Z', 'Asia/Tokyo', '1981-04-03'],
  ['0001-01-01T00:00:00Z', undefined, null],
  ['never', undefined, null],
  [undefined, undefined, null],
])('a birthday %s in %s is %s', (value, zone, expected) => {
  expect(birthdayOf(value, zone)).toBe(expected);
  if (expected) expect(birthdayText(expected)).toBe(`${expected}T11:59:00Z`);
});

test('the field that a refusal names is told in our words, and nothing else of it', () => {
  expect(canonicalNameIn('The multi value property BusinessPhones has 3 entries.')).toBe('phones.work');
  expect(canonicalNameIn('Something about Zoë Müller.')).toBeUndefined();
});

test('Windows zones become IANA zones that this machine knows', () => {
  expect(ianaZone('W. Europe Standard Time')).toBe('Europe/Berlin');
  expect(ianaZone('europe standard time')).toBeUndefined();
  expect(ianaZone('Asia/Kolkata')).toBe('Asia/Kolkata');
  expect(ianaZone('tzone://Microsoft/Custom')).toBeUndefined();
  expect(ianaZone('Nowhere/Atall')).toBeUndefined();
  expect(WORLD_ZONES.length).toBeGreaterThan(130);
});

test('what is written for a zone of this machine can be read again', () => {
  const unlisted = Intl.supportedValuesOf('timeZone').filter((zone) => ianaZone(windowsZone(zone) ?? '') === undefined);
  // CLDR has no Windows name for a station that keeps two zones a year.
  expect(unlisted).toEqual(['Antarctica/Troll']);
});

test('every zone has a Windows name, aliases too', () => {
  expect(windowsZone('Europe/Vienna')).toBe('W. Europe Standard Time');
  expect(windowsZone('Asia/Kolkata')).toBe('India Standard Time');
  expect(windowsZone('Europe/Kyiv')).toBe('FLE Standard Time');
  expect(windowsZone('Etc/UTC')).toBe('UTC');
  expect(windowsZone('Nowhere/Atall')).toBeUndefined();
});
