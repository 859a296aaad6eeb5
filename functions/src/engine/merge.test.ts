import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES, fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import { merge } from './merge.ts';
import type { Meeting, Merged } from './merge.ts';
import type { FieldName, Fields } from './record.ts';

const all = new Set(fieldNames('contact'));
const oneAddress = new Set(fieldNames('contact').filter((field) => field !== 'otherEmails'));

function merged(before: Fields, m: Fields, c: Fields, more: Partial<Meeting> = {}): Merged {
  return merge({
    shadow: { m: before, c: before }, m: { ...before, ...m }, c: { ...before, ...c }, rules: DEFAULT_RULES.contact, forms: createForms('DE'),
    mStamp: undefined, cStamp: undefined, holds: { m: all, c: all }, ...more,
  });
}

const zoe: Fields = {
  givenName: 'Zoë', familyName: 'Müller', jobTitle: 'Buyer', primaryEmail: 'zoe@acme.example', 'phones.mobile': '0171 5551234',
  company: 'Acme GmbH',
  'addresses.business': { street: 'Ritterstr. 5', city: 'Berlin', country: 'Germany' },
};

test('only what changed travels, as it was written', () => {
  expect(merged(zoe, { 'phones.mobile': '+49 171 5559999' }, { jobTitle: 'Head of Purchasing' }))
    .toEqual({ patchM: { jobTitle: 'Head of Purchasing' }, patchC: { 'phones.mobile': '+49 171 5559999' }, losers: [] });
});

test('both sides changing a field to the same value is no conflict and writes nothing', () => {
  expect(merged(zoe, { 'phones.mobile': '0171 5559999' }, { 'phones.mobile': '+49 171 5559999' }))
    .toEqual({ patchM: {}, patchC: {}, losers: [] });
});

test('a clearing travels like any other edit', () => {
  expect(merged(zoe, { jobTitle: null }, {}).patchC).toEqual({ jobTitle: null });
});

describe('when both sides changed a field to different values', () => {
  const at = Date.UTC(2026, 0, 5);
  test.each([
    ['the later stamp wins if the stamps are two minutes apart', at + 120_000, at, 'm', 'newerWins'],
    ['the CRM wins below two minutes', at + 119_999, at, 'c', 'sideWins'],
    ['the CRM wins when a stamp is missing', at, undefined, 'c', 'sideWins'],
  ] as const)('%s', (_name, mStamp, cStamp, winner, why) => {
    const { patchM, patchC, losers } = merged(zoe, { jobTitle: 'Mine' }, { jobTitle: 'Theirs' }, { mStamp, cStamp });
    expect([patchM, patchC]).toEqual(winner === 'm' ? [{}, { jobTitle: 'Mine' }] : [{ jobTitle: 'Theirs' }, {}]);
    expect(losers).toEqual([winner === 'm' ?
      { field: 'jobTitle', side: 'c', value: 'Theirs', why } : { field: 'jobTitle', side: 'm', value: 'Mine', why }]);
  });

  test('the company is the word of the CRM however late the mailbox changed it', () => {
    expect(merged(zoe, { company: 'Mine' }, { company: 'Theirs' }, { mStamp: at + 999_999, cStamp: at }).patchM)
      .toEqual({ company: 'Theirs' });
  });
});

test('sides that agreed to differ stay different until one of them is edited', () => {
  const shadow = { m: zoe, c: { ...zoe, jobTitle: 'Procurement' } };
  expect(merged(zoe, {}, { jobTitle: 'Procurement' }, { shadow })).toEqual({ patchM: {}, patchC: {}, losers: [] });
  expect(merged(zoe, { jobTitle: 'CEO' }, { jobTitle: 'Procurement' }, { shadow }).patchC).toEqual({ jobTitle: 'CEO' });
});

test('a cut text in the shadow of the lesser side never travels back', () => {
  const long = 'Vice President of Purchasing and Logistics, Northern Region';
  const shadow = { m: { ...zoe, jobTitle: long }, c: { ...zoe, jobTitle: long.slice(0, 40) } };
  expect(merged(zoe, { jobTitle: long }, { jobTitle: long.slice(0, 40) }, { shadow })).toEqual({ patchM: {}, patchC: {}, losers: [] });
});

test('an address travels whole, yet a cut street keeps the longer text of the target', () => {
  const street = 'Building 14, Aisle 3, behind the old customs house';
  const held = { street: street.slice(0, 40), city: 'Berlin', country: 'Germany' };
  const shadow = { m: { 'addresses.business': { ...held, street } }, c: { 'addresses.business': held } };
  const moved = { 'addresses.business': { ...held, city: 'Potsdam' } };
  expect(merged({}, shadow.m, moved, { shadow }).patchM).toEqual({ 'addresses.business': { street, city: 'Potsdam', country: 'Germany' } });
  const rewritten = { 'addresses.business': { city: 'Potsdam' } };
  expect(merged({}, shadow.m, rewritten, { shadow }).patchM).toEqual(rewritten);
});

test('nothing is written to a side that does not hold or does not show the field', () => {
  const lead = new Set<FieldName>(['familyName']);
  expect(merged(zoe, { jobTitle: 'CEO' }, {}, { holds: { m: all, c: lead } }).patchC).toEqual({});
  expect(merged({}, { jobTitle: 'CEO' }, {}, { shadow: { m: { jobTitle: 'Buyer' }, c: { jobTitle: 'Buyer' } } }).patchC).toEqual({});
});

test('a field new to the link only fills a blank', () => {
  const shadow = { m: { jobTitle: 'Buyer' }, c: {} };
  expect(merged({}, { jobTitle: 'Buyer' }, { jobTitle: null }, { shadow }).patchC).toEqual({ jobTitle: 'Buyer' });
  expect(merged({}, { jobTitle: 'Buyer' }, { jobTitle: 'CEO' }, { shadow })).toEqual({ patchM: {}, patchC: {}, losers: [] });
});

test('a family name cleared in the mailbox becomes a fill in the CRM, which refuses a blank', () => {
  expect(merged(zoe, { familyName: null }, {}).patchC).toEqual({ familyName: 'Zoë' });
});

test('text that is no address neither travels nor clears the other side', () => {
  expect(merged(zoe, { primaryEmail: '/o=Acme/cn=zoe' }, {})).toEqual({ patchM: {}, patchC: {}, losers: [] });
});

describe('other addresses', () => {
  const before: Fields = { primaryEmail: 'a@x.example', otherEmails: ['b@x.example', 'd@x.example'] };

  test('additions and removals of both sides are combined, in the order of each side', () => {
    const { patchM, patchC } = merged(before, { otherEmails: ['d@x.example', 'm@x.example'] },
      { otherEmails: ['c@x.example', 'b@x.example', 'd@x.example'] });
    expect(patchM).toEqual({ otherEmails: ['d@x.example', 'm@x.example', 'c@x.example'] });
    expect(patchC).toEqual({ otherEmails: ['c@x.example', 'd@x.example', 'm@x.example'] });
  });

  test('another order is no edit', () => {
    expect(merged(before, { otherEmails: ['d@x.example', 'B@x.example'] }, {})).toEqual({ patchM: {}, patchC: {}, losers: [] });
  });

  test('an addition beats a removal of the same address', () => {
    const shadow = { m: before, c: { ...before, otherEmails: ['d@x.example'] } };
    const { patchM, patchC } = merged(before, { otherEmails: ['d@x.example'] }, { otherEmails: ['d@x.example', 'b@x.example'] }, { shadow });
    expect([patchM, patchC]).toEqual([{ otherEmails: ['d@x.example', 'b@x.example'] }, {}]);
  });

  test('what is the main address of the target already is not added once more', () => {
    const shadow = { m: before, c: { ...before, primaryEmail: 'main@x.example' } };
    const added = { otherEmails: ['b@x.example', 'd@x.example', 'Main@x.example'] };
    expect(merged(before, added, { primaryEmail: 'main@x.example' }, { shadow }).patchC).toEqual({});
  });

  test('swapping the first two in the mailbox is one edit for a CRM that holds one address', () => {
    const swapped = { primaryEmail: 'b@x.example', otherEmails: ['a@x.example', 'd@x.example'] };
    expect(merged(before, swapped, {}, { holds: { m: all, c: oneAddress } }))
      .toEqual({ patchM: {}, patchC: { primaryEmail: 'b@x.example' }, losers: [] });
  });

  test('when the CRM chooses one of the others as its only address, the two swap in the mailbox and none is lost', () => {
    const c = { primaryEmail: 'D@x.example' };
    expect(merged(before, {}, c, { holds: { m: all, c: oneAddress } }).patchM)
      .toEqual({ primaryEmail: 'D@x.example', otherEmails: ['b@x.example', 'a@x.example'] });
  });

  test('a CRM that holds several addresses itself says which of them stay', () => {
    expect(merged(before, {}, { primaryEmail: 'b@x.example', otherEmails: ['d@x.example'] }).patchM)
      .toEqual({ primaryEmail: 'b@x.example', otherEmails: ['d@x.example'] });
  });

  test('the swap also keeps a main address that lost a conflict', () => {
    const { patchM, losers } = merged(before, { primaryEmail: 'new@x.example' }, { primaryEmail: 'b@x.example' },
      { holds: { m: all, c: oneAddress } });
    expect(patchM).toEqual({ primaryEmail: 'b@x.example', otherEmails: ['new@x.example', 'd@x.example'] });
    expect(losers.map((loser) => loser.value)).toEqual(['new@x.example']);
  });
});
