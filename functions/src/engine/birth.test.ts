import { expect, test } from 'vitest';
import { birthFields, requiredFill } from './birth.ts';
import { DEFAULT_RULES, fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import type { Fields, Seen } from './record.ts';

const holds = new Set(fieldNames('contact').filter((field) => field !== 'otherEmails' && field !== 'addresses.home'));
const forms = createForms('DE');

function seen(fields: Fields): Seen {
  return { kind: 'contact', id: 'm1', version: '1', fields };
}

test('a creation writes what the target holds and leaves blanks out', () => {
  const { fields, fills } = birthFields(seen({
    givenName: 'Zoë', familyName: 'Müller', jobTitle: null, department: ' ', otherEmails: ['zm@home.example'],
    'addresses.home': { city: 'Berlin' },
  }), { side: 'c', holds }, DEFAULT_RULES.contact, forms);
  expect(fields).toEqual({ givenName: 'Zoë', familyName: 'Müller' });
  expect(fills).toEqual([]);
});

test.each([
  [{ givenName: 'Zoë', company: 'Acme' }, 'Zoë'],
  [{ company: 'Acme', primaryEmail: 'zoe@acme.example' }, 'Acme'],
  [{ primaryEmail: 'zoe@acme.example' }, 'zoe'],
  [{ 'phones.mobile': '0171 5551234' }, '0171 5551234'],
])('without a family name the CRM gets the fill of %o', (fields, fill) => {
  expect(birthFields(seen({ familyName: null, ...fields }), { side: 'c', holds }, DEFAULT_RULES.contact, forms))
    .toEqual({ fields: { ...fields, familyName: fill }, fills: ['familyName'] });
});

test('a mailbox needs no fill', () => {
  expect(birthFields(seen({ givenName: 'Zoë', familyName: null }), { side: 'm', holds }, DEFAULT_RULES.contact, forms))
    .toEqual({ fields: { givenName: 'Zoë' }, fills: [] });
});

test('a card with nothing the target holds yields nothing, not even a fill', () => {
  expect(birthFields(seen({ otherEmails: ['zm@home.example'] }), { side: 'c', holds }, DEFAULT_RULES.contact, forms)).toEqual({ fields: {}, fills: [] });
  expect(requiredFill({ givenName: ' ' })).toBeUndefined();
});

test('what is no value of its field stays behind, and a value of another shape is carried by nobody', () => {
  const born = (fields: Fields) => birthFields(seen(fields), { side: 'c', holds }, DEFAULT_RULES.contact, forms);
  expect(born({ familyName: 'Müller', primaryEmail: '/o=Contoso/cn=mueller' })).toEqual({ fields: { familyName: 'Müller' }, fills: [] });
  expect(() => born({ familyName: 'Müller', jobTitle: ['a list'] })).toThrow('jobTitle is a text');
});
