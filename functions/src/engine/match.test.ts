import { describe, expect, test } from 'vitest';
import { createForms } from './forms.ts';
import { matchKeys } from './match-keys.ts';
import { matchRecords } from './match.ts';
import type { MatchKeys } from './match-keys.ts';
import type { Match } from './match.ts';
import type { Fields, Owner, Seen } from './record.ts';

const forms = createForms('DE');

function person(id: string, fields: Fields, more: Partial<Seen> = {}): MatchKeys {
  return matchKeys({ kind: 'contact', id, version: '1', fields, ...more }, forms);
}

const colleague: Owner = { id: 'u2', name: 'Ben Example', isUser: false };
const zoe = { givenName: 'Zoë', familyName: 'Müller', company: 'Acme GmbH', primaryEmail: 'zoe@acme.example',
  'phones.mobile': '0171 5551234' };
const other = { givenName: 'Ann', familyName: 'Berg', primaryEmail: 'ann@berg.example' };

/** Every outcome by the id of the record it is about. */
function outcomes(mailbox: MatchKeys[], crm: MatchKeys[]): Record<string, Match> {
  const idOf = (match: Match): string => ('side' in match ? match.id : match.outcome === 'wait' ? match.c : match.m);
  return Object.fromEntries(matchRecords({ mailbox, crm }).map((match) => [idOf(match), match]));
}

test('keys are small, normal and in the order of the card', () => {
  expect(person('m1', { ...zoe, otherEmails: ['ZM@home.example', 'zoe@acme.example'], 'phones.work': '12345', birthday: '1981-04-03' },
    { isPrivate: true })).toEqual({
    id: 'm1', version: '1', emails: ['zoe@acme.example', 'zm@home.example'], phones: ['+491715551234'], family: 'muller', given: 'zoe',
    company: 'acme',
    birthYear: '1981', isPrivate: true,
  });
  expect(person('c1', { birthday: '--04-03' }, { owner: colleague })).toEqual({
    id: 'c1', version: '1', emails: [], phones: [], family: '', given: '', company: '', colleague: 'Ben Example',
  });
});

describe('linked without a question', () => {
  test('one address, once on each side, whichever place it has on the card', () => {
    const mailbox = [person('m1', { ...zoe, primaryEmail: 'zm@home.example', otherEmails: ['Zoe@Acme.example'] })];
    expect(matchRecords({ mailbox, crm: [person('c1', { familyName: 'Mueller', primaryEmail: 'zoe@acme.example' })] }))
      .toEqual([{ outcome: 'link', m: 'm1', c: 'c1', why: 'sameEmail' }]);
  });

  test('one phone number and the family name', () => {
    const crm = [person('c1', { givenName: 'Z.', familyName: 'MÜLLER', 'phones.work': '+49 171 5551234' })];
    expect(matchRecords({ mailbox: [person('m1', zoe)], crm })).toEqual([{ outcome: 'link', m: 'm1', c: 'c1', why: 'samePhoneAndName' }]);
  });

  test('the address goes before the phone number', () => {
    const crm = [person('c1', { familyName: 'Müller', 'phones.mobile': '0171 5551234' }),
      person('c2', { familyName: 'Müller', primaryEmail: 'zoe@acme.example' })];
    expect(outcomes([person('m1', zoe)], crm)).toEqual({
      m1: { outcome: 'link', m: 'm1', c: 'c2', why: 'sameEmail' }, c1: { outcome: 'create', side: 'c', id: 'c1' },
    });
  });
});

describe('asked', () => {
  test.each([
    ['the same full name at the same company', { ...zoe, primaryEmail: null, 'phones.mobile': null, company: 'ACME' }, 'sameName'],
    ['other names at one address', { givenName: 'Carl', familyName: 'Otto', primaryEmail: 'zoe@acme.example' }, 'differentNames'],
    ['another year of birth at one address', { ...zoe, 'phones.mobile': null, birthday: '1950-01-01' }, 'differentBirthdays'],
    ['another given name at one number: two of one family', { givenName: 'Carl', familyName: 'Müller', 'phones.work': '0171 5551234' },
      'differentNames'],
  ] as const)('%s', (_name, fields, reason) => {
    expect(matchRecords({ mailbox: [person('m1', { ...zoe, birthday: '1981-04-03' })], crm: [person('c1', fields)] })).toEqual([
      { outcome: 'ask', m: 'm1', reason, candidates: ['c1'] }, { outcome: 'wait', c: 'c1', on: ['m1'] },
    ]);
  });

  test('two records of one side at one address; both wait for the answer', () => {
    expect(outcomes([person('m1', zoe)], [person('c1', zoe), person('c2', { familyName: 'Z.', primaryEmail: 'zoe@acme.example' })]))
      .toEqual({
      m1: { outcome: 'ask', m: 'm1', reason: 'severalCandidates', candidates: ['c1', 'c2'] },
      c1: { outcome: 'wait', c: 'c1', on: ['m1'] }, c2: { outcome: 'wait', c: 'c2', on: ['m1'] },
    });
  });

  test('two cards in the mailbox for one person of the CRM', () => {
    expect(outcomes([person('m1', zoe), person('m2', zoe)], [person('c1', zoe)])).toMatchObject({
      m1: { outcome: 'ask', candidates: ['c1'] }, m2: { outcome: 'ask', candidates: ['c1'] }, c1: { outcome: 'wait', on: ['m1', 'm2'] },
    });
  });

  test('two addresses of one card that lead to two people', () => {
    const crm = [person('c1', { familyName: 'Müller', primaryEmail: 'zoe@acme.example' }),
      person('c2', { familyName: 'Müller', primaryEmail: 'zm@home.example' })];
    expect(outcomes([person('m1', { ...zoe, otherEmails: ['zm@home.example'] })], crm))
      .toMatchObject({ m1: { outcome: 'ask', candidates: ['c1', 'c2'] } });
  });

  test('an equal name at a shared address', () => {
    const shared = { ...zoe, 'phones.mobile': null, company: null, primaryEmail: 'info@acme.example' };
    expect(outcomes([person('m1', shared)], [person('c1', { ...shared, company: 'Other' })]))
      .toMatchObject({ m1: { outcome: 'ask', reason: 'sharedAddress', candidates: ['c1'] } });
  });

  test('a record in question is not linked by a weaker sign meanwhile', () => {
    const mailbox = [person('m1', { ...other, primaryEmail: 'zoe@acme.example' }), person('m2', { ...zoe, primaryEmail: null })];
    expect(outcomes(mailbox, [person('c1', zoe)]))
      .toMatchObject({ m1: { outcome: 'ask' }, m2: { outcome: 'ask', candidates: ['c1'] }, c1: { on: ['m1', 'm2'] } });
  });

  test("the user's own record is offered before a colleague's", () => {
    expect(outcomes([person('m1', zoe)], [person('c1', zoe, { owner: colleague }), person('c2', zoe)]))
      .toMatchObject({ m1: { outcome: 'ask', candidates: ['c2', 'c1'] }, c2: { outcome: 'wait' } });
  });
});

describe('created', () => {
  test.each([
    ['a shared address proves nothing alone', { primaryEmail: 'info@acme.example' }, { primaryEmail: 'info@acme.example' }],
    ['a shared address with a tag neither', { primaryEmail: 'sales+de@acme.example' }, { primaryEmail: 'sales+de@acme.example' }],
    ['a short number is no key', { familyName: 'Müller', 'phones.work': '123456' }, { familyName: 'Müller', 'phones.work': '123456' }],
    ['a number without a name is none', { 'phones.work': '030 1234567' }, { familyName: 'Müller', 'phones.work': '030 1234567' }],
    ['the same name at another company', { ...zoe, primaryEmail: null, 'phones.mobile': null },
      { givenName: 'Zoë', familyName: 'Müller', company: 'Other' }],
  ])('%s', (_name, m, c) => {
    expect(matchRecords({ mailbox: [person('m1', m)], crm: [person('c1', c)] })).toEqual([
      { outcome: 'create', side: 'm', id: 'm1' }, { outcome: 'create', side: 'c', id: 'c1' },
    ]);
  });

  test('a third person at an address that two others share', () => {
    const at = (givenName: string, familyName: string): Fields => ({ givenName, familyName, primaryEmail: 'desk@acme.example' });
    expect(outcomes([person('m1', at('Zoë', 'Müller'))], [person('c1', at('Ann', 'Berg')), person('c2', at('Carl', 'Otto'))]))
      .toMatchObject({ m1: { outcome: 'create' }, c1: { outcome: 'create' }, c2: { outcome: 'create' } });
  });

  test('a switchboard number on three people joins nobody', () => {
    const at = (id: string): MatchKeys => person(id, { familyName: 'Müller', 'phones.work': '030 1234567' });
    expect(outcomes([at('m1')], [at('c1'), at('c2'), at('c3')])).toMatchObject({ m1: { outcome: 'create' }, c1: { outcome: 'create' } });
  });
});

describe('neither linked nor made', () => {
  test("a colleague's record is shown, and the record itself has no outcome", () => {
    expect(matchRecords({ mailbox: [person('m1', zoe)],
      crm: [person('c1', zoe, { owner: colleague }), person('c2', other, { owner: colleague })] }))
      .toEqual([{ outcome: 'colleague', m: 'm1', c: 'c1', owner: 'Ben Example' }]);
  });

  test('several records of colleagues leave nothing to decide', () => {
    const crm = [person('c2', zoe, { owner: colleague }), person('c1', zoe, { owner: colleague })];
    expect(matchRecords({ mailbox: [person('m1', zoe)], crm })).toEqual([{ outcome: 'colleague', m: 'm1', c: 'c1', owner: 'Ben Example' }]);
  });

  test('private records, machines, the own card and people of the own organization', () => {
    const mailbox = [
      person('m1', zoe, { isPrivate: true }), person('m2', { primaryEmail: 'No-Reply@shop.example' }),
      person('m3', { primaryEmail: 'me@mine.example' }),
      person('m4', { primaryEmail: 'ben@mine-too.example' }),
    ];
    expect(matchRecords({ mailbox, crm: [person('c1', zoe)], ownAddresses: ['me@mine.example'], internalDomains: ['mine-too.example'] }))
      .toEqual([
      { outcome: 'skip', side: 'm', id: 'm1', reason: 'private' }, { outcome: 'skip', side: 'm', id: 'm2', reason: 'noReply' },
      { outcome: 'skip', side: 'm', id: 'm3', reason: 'ownAddress' }, { outcome: 'skip', side: 'm', id: 'm4', reason: 'ownAddress' },
      { outcome: 'create', side: 'c', id: 'c1' },
    ]);
  });

  test('the own card is linked all the same where the CRM has it', () => {
    expect(matchRecords({ mailbox: [person('m1', zoe)], crm: [person('c1', zoe)], ownAddresses: ['zoe@acme.example'] })[0])
      .toMatchObject({ outcome: 'link' });
  });
});

test('linked records make an address shared, yet are no candidates and have no outcome', () => {
  const linked = { ...person('m9', zoe), isLinked: true } as const;
  expect(outcomes([person('m1', { ...zoe, 'phones.mobile': null }), linked],
    [person('c1', { ...other, primaryEmail: 'zoe@acme.example' })]))
    .toEqual({ m1: { outcome: 'create', side: 'm', id: 'm1' }, c1: { outcome: 'create', side: 'c', id: 'c1' } });
  expect(matchRecords({ mailbox: [person('m1', zoe)], crm: [{ ...person('c1', zoe), isLinked: true }] }))
    .toEqual([{ outcome: 'create', side: 'm', id: 'm1' }]);
});

describe('a prospect', () => {
  const lead = (id: string): MatchKeys => person(id, zoe, { isProspect: true });

  test('who is a contact too is not matched and not made: the contact is meant', () => {
    expect(matchRecords({ mailbox: [person('m1', zoe)], crm: [lead('c0'), person('c1', zoe)] })).toEqual([
      { outcome: 'link', m: 'm1', c: 'c1', why: 'sameEmail' }, { outcome: 'skip', side: 'c', id: 'c0', reason: 'alsoContact' },
    ]);
  });

  test('whose address stands on a linked card is not made a second card', () => {
    expect(matchRecords({ mailbox: [{ ...person('m1', zoe), isLinked: true }], crm: [lead('c0')] }))
      .toEqual([{ outcome: 'skip', side: 'c', id: 'c0', reason: 'alsoContact' }]);
  });

  test('alone is a person like any other', () => {
    expect(matchRecords({ mailbox: [person('m1', zoe)], crm: [lead('c0')] })).toEqual([{ outcome: 'link', m: 'm1', c: 'c0', why: 'sameEmail' }]);
  });
});

test("the admin's list makes an address or a local part shared", () => {
  const mailbox = [person('m1', { primaryEmail: 'front@acme.example' }), person('m2', { primaryEmail: 'zoe@acme.example' })];
  const crm = [person('c1', { primaryEmail: 'front@acme.example' }), person('c2', { primaryEmail: 'zoe@acme.example' })];
  expect(matchRecords({ mailbox, crm, sharedAddresses: ['front', 'zoe@acme.example'] }).every((match) => match.outcome === 'create'))
    .toBe(true);
});

test('many namesakes give ten candidates', () => {
  const crm = Array.from({ length: 30 }, (_, index) =>
    person(`c${index + 10}`, { givenName: 'Zoë', familyName: 'Müller', company: 'Acme' }));
  const match = outcomes([person('m1', { ...zoe, primaryEmail: null })], crm)['m1'];
  expect(match?.outcome === 'ask' && match.candidates.length).toBe(10);
});
