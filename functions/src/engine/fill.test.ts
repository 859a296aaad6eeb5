import { expect, test } from 'vitest';
import { DEFAULT_RULES, fieldNames } from './fields.ts';
import { fillBlanks } from './fill.ts';
import { createForms } from './forms.ts';
import type { Fields } from './record.ts';

const all = new Set(fieldNames('contact'));
const fill = (m: Fields, c: Fields) => fillBlanks(m, c, { m: all, c: all }, DEFAULT_RULES.contact, createForms('DE'));

test('blanks are filled on both sides, different values stay and are listed', () => {
  expect(fill(
    { givenName: 'Zoë', familyName: 'Müller', jobTitle: 'Buyer', 'phones.mobile': null, birthday: '1981-04-03' },
    { givenName: 'Zoë', familyName: 'Mueller', jobTitle: null, 'phones.mobile': '0171 5551234', birthday: null },
  )).toEqual({ patchM: { 'phones.mobile': '0171 5551234' }, patchC: { jobTitle: 'Buyer', birthday: '1981-04-03' }, kept: ['familyName'] });
});

test('an address is blank only when all of it is: no address mixes two sides', () => {
  expect(fill({ 'addresses.business': { city: 'Berlin' } }, { 'addresses.business': { street: 'Ritterstr. 5' } }))
    .toEqual({ patchM: {}, patchC: {}, kept: ['addresses.business'] });
  expect(fill({ 'addresses.business': { city: ' ' } }, { 'addresses.business': { street: 'Ritterstr. 5' } }).patchM)
    .toEqual({ 'addresses.business': { street: 'Ritterstr. 5' } });
});

test('the same value in another spelling is neither filled nor kept', () => {
  expect(fill({ 'phones.work': '030 1234567' }, { 'phones.work': '+49 30 1234567' })).toEqual({ patchM: {}, patchC: {}, kept: [] });
});

test('a field one side does not show is left alone', () => {
  expect(fill({ department: 'Sales' }, {})).toEqual({ patchM: {}, patchC: {}, kept: [] });
});

test("the target's main address is not added once more among its others", () => {
  expect(fill({ primaryEmail: 'a@x.example', otherEmails: null },
    { primaryEmail: 'b@x.example', otherEmails: ['A@x.example', 'd@x.example'] }).patchM)
    .toEqual({ otherEmails: ['d@x.example'] });
  expect(fill({ primaryEmail: 'a@x.example', otherEmails: null }, { primaryEmail: 'b@x.example', otherEmails: ['a@x.example'] }).patchM)
    .toEqual({});
});
