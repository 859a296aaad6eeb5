import { expect, test } from 'vitest';
import { createForms } from './forms.ts';
import { changedFields, isSilent } from './observe.ts';

const forms = createForms('DE');
const shadow = { givenName: 'Zoë', familyName: 'Müller', 'phones.mobile': '0171 5551234', jobTitle: null } as const;

test('our own write coming back in another spelling is silence', () => {
  expect(isSilent(shadow, { ...shadow, 'phones.mobile': '+49 171 5551234' }, forms)).toBe(true);
});

test('a field the side does not show never differs', () => {
  expect(isSilent(shadow, { familyName: 'Müller' }, forms)).toBe(true);
});

test('clearing a field is a change, blank in another shape is not', () => {
  expect(changedFields(shadow, { ...shadow, familyName: null, jobTitle: ' ' }, forms)).toEqual(['familyName']);
});

test('a field the side begins to hold counts once it is not blank', () => {
  expect(isSilent(shadow, { department: null }, forms)).toBe(true);
  expect(changedFields(shadow, { department: 'Sales' }, forms)).toEqual(['department']);
});

test('a directory name in place of an address says nothing', () => {
  expect(isSilent({ primaryEmail: 'zoe@acme.example' }, { primaryEmail: '/o=Acme/cn=zoe' }, forms)).toBe(true);
});

test('changes are told in reading order', () => {
  expect(changedFields(shadow, { jobTitle: 'Buyer', givenName: 'Zoe' }, forms)).toEqual(['givenName', 'jobTitle']);
});
