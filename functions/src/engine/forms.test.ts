import { describe, expect, test } from 'vitest';
import { companyKey, createForms, isEmpty, isLesser, keyText, normalForm, sameValue } from './forms.ts';
import { asciiDomain } from './idna.ts';

const forms = createForms('DE');

describe('the same value in another spelling is no edit', () => {
  test.each([
    ['phones.mobile', '0171 5551234', '+49 171 5551234'],
    ['phones.mobile', '+49 (0)171 5551234', '0049 171 555 12 34'],
    ['phones.work', '030 1234567 ext. 12', '+49 30 1234567;ext=12'],
    ['primaryEmail', 'Zoe@ACME.example', 'mailto:zoe@acme.example'],
    ['primaryEmail', 'zoe@müller.example', 'ZOE@xn--mller-kva.example'],
    ['webPage', 'HTTP://Acme.example:80/', 'acme.example'],
    ['webPage', 'https://acme.example:443/Shop', 'https://ACME.example/Shop'],
    ['familyName', ' M\u00fcller\u00a0 Berg ', 'Mu\u0308ller Berg'],
    ['birthday', '1981-04-03', ' 1981-04-03 '],
    ['addresses.business', { street: 'Ritterstr. 5\r\n\r\nAufgang B ', city: 'Berlin' },
      { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', region: '' }],
    ['otherEmails', ['b@x.example', 'A@x.example', 'a@x.example'], ['a@x.example', 'b@x.example']],
  ] as const)('%s: %o and %o', (field, a, b) => {
    expect(sameValue(field, a, b, forms)).toBe(true);
  });
});

describe('a real edit is seen', () => {
  test.each([
    ['familyName', 'McDonald', 'Mcdonald'],
    ['phones.work', '030 1234567', '030 1234567 ext. 12'],
    ['primaryEmail', 'zoe+a@acme.example', 'zoe@acme.example'],
    ['webPage', 'http://acme.example', 'https://acme.example'],
    ['webPage', 'acme.example/a', 'acme.example/A'],
    ['birthday', '1981-04-03', '--04-03'],
    ['addresses.home', { city: 'Berlin' }, { region: 'Berlin' }],
    ['phones.work', 'ask reception', 'ask the porter'],
    ['otherEmails', ['a@x.example'], ['a@x.example', 'b@x.example']],
  ] as const)('%s: %o and %o', (field, a, b) => {
    expect(sameValue(field, a, b, forms)).toBe(false);
  });
});

test.each([
  [null], [''], [' \u00a0\n'], [[]], [{}], [['', ' ']], [{ street: ' \n', city: '' }], ['00000000-0000-0000-0000-000000000000'],
  ['0001-01-01T00:00:00Z'], ['tzone://Microsoft/Custom'],
])('%o is blank', (value) => {
  expect(isEmpty(value)).toBe(true);
});

test('an address with one part and a text of figures are not blank', () => {
  expect(isEmpty({ country: 'Germany' })).toBe(false);
  expect(isEmpty('0')).toBe(false);
});

test('every blank shape has no normal form', () => {
  expect(normalForm('otherEmails', [' '], forms)).toBeNull();
  expect(normalForm('addresses.other', { city: ' ' }, forms)).toBeNull();
  expect(normalForm('birthday', '0001-01-01', forms)).toBeNull();
  expect(normalForm('primaryEmail', '/o=Acme/cn=zoe', forms)).toBeNull();
});

test('a phone number keeps its meaning when the region is unknown or the text is no number', () => {
  const nowhere = createForms('ZZ');
  expect(normalForm('phones.work', '+49 30 1234567', nowhere)).toBe('+49301234567');
  expect(normalForm('phones.work', '030 1234567', nowhere)).toBe('0301234567');
  expect(normalForm('phones.work', ' ask  reception ', nowhere)).toBe('ask reception');
});

test('the memory of parsed numbers stays bounded', () => {
  const many = createForms('DE');
  for (let index = 0; index < 20_050; index++) many.phones.set(`known ${index}`, '1');
  expect(normalForm('phones.work', '030 1234567', many)).toBe('+49301234567');
  expect(many.phones.size).toBe(1);
});

test.each([
  ["O'Brien-Müßig", 'obrien mussig'], ['  ŁÓDŹ ', 'lodz'], ['Ångström, Søren', 'angstrom soren'], ['...', ''], ['Straße', 'strasse'],
  ['STRASSE', 'strasse'],
])('the key text of %o is %o', (text, key) => {
  expect(keyText(text)).toBe(key);
});

test.each([
  ['Acme GmbH & Co. KG', 'acme'], ['ACME, Inc.', 'acme'], ['Acme S.A.', 'acme'], ['Co', 'co'], ['AG Consulting', 'ag consulting'],
])('the company key of %o is %o', (text, key) => {
  expect(companyKey(text)).toBe(key);
});

test('a cut text, a partial address and an account spelt otherwise are lesser forms of the same value', () => {
  const title = 'Vice President of Purchasing and Logistics, Northern Region';
  expect(isLesser('jobTitle', title.slice(0, 40), title, forms)).toBe(true);
  expect(isLesser('jobTitle', 'Vice President', title, forms)).toBe(false);
  expect(isLesser('phones.work', '+493012345678901234567890123456', '+4930123456789012345678901234567', forms)).toBe(false);
  expect(isLesser('addresses.business', { city: 'Berlin' }, { city: 'Berlin', country: 'Germania' }, forms)).toBe(true);
  expect(isLesser('addresses.business', { city: 'Bern' }, { city: 'Berlin', country: 'Germania' }, forms)).toBe(false);
  expect(isLesser('otherEmails', ['a@x.example'], ['b@x.example', 'A@x.example'], forms)).toBe(true);
  expect(isLesser('company', 'ACME', 'Acme GmbH', forms)).toBe(true);
  expect(isLesser('jobTitle', null, title, forms)).toBe(false);
});

// RFC 3492 section 7.1 (B) and (L), as domain labels.
test.each([
  ['他们为什么不说中文.example', 'xn--ihqwcrb4cv8a8dqg056pqjye.example'],
  ['3年B組金八先生.example', 'xn--3b-ww4c5e180e575a65lsy2b.example'],
  ['Plain.Example', 'plain.example'],
])('the domain %s is sent as %s', (domain, ascii) => {
  expect(asciiDomain(domain)).toBe(ascii);
});
