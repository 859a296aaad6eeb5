import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchRecords } from './match.ts';
import type { MatchKeys } from './match-keys.ts';
import type { Match } from './match.ts';

// Few values for each key, so that every kind of clash comes up.
const keys = fc.record({
  emails: fc.uniqueArray(fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example', 'd@x.example', 'info@x.example',
    'noreply@x.example'), { maxLength: 2 }),
  phones: fc.uniqueArray(fc.constantFrom('+4930111', '+4930222', '+4930333'), { maxLength: 2 }),
  family: fc.constantFrom('', 'berg', 'otto'),
  given: fc.constantFrom('', 'ann', 'zoe'),
  company: fc.constantFrom('', 'acme'),
  birthYear: fc.constantFrom(undefined, '1981', '1990'),
  colleague: fc.constantFrom(undefined, undefined, 'Ben Example'),
  isLinked: fc.constantFrom(undefined, undefined, undefined, true as const),
  isPrivate: fc.constantFrom(undefined, undefined, undefined, true as const),
});

function people(prefix: string): fc.Arbitrary<MatchKeys[]> {
  return fc.array(keys, { maxLength: 7 }).map((list) => list.map((raw, index) => {
    const { birthYear, colleague, isLinked, isPrivate, ...rest } = raw;
    return {
      id: `${prefix}${index}`, version: '1', ...rest, ...(birthYear && { birthYear }), ...(prefix === 'c' && colleague && { colleague }),
      ...(isLinked && { isLinked }), ...(isPrivate && { isPrivate }),
    };
  }));
}

const worlds = fc.record({ mailbox: people('m'), crm: people('c') });

function idsOf(match: Match): string[] {
  if (match.outcome === 'link') return [match.m, match.c];
  return 'side' in match ? [match.id] : match.outcome === 'wait' ? [match.c] : [match.m];
}

test('the order of the records never changes an outcome', () => {
  const shuffled = worlds.chain((world) => fc.record({
    world: fc.constant(world),
    mailbox: fc.shuffledSubarray(world.mailbox, { minLength: world.mailbox.length }),
    crm: fc.shuffledSubarray(world.crm, { minLength: world.crm.length }),
  }));
  fc.assert(fc.property(shuffled, ({ world, mailbox, crm }) => {
    const turn = (list: readonly MatchKeys[]): MatchKeys[] =>
      list.map((person) => ({ ...person, emails: [...person.emails].reverse(), phones: [...person.phones].reverse() }));
    expect(matchRecords({ mailbox: turn(mailbox), crm: turn(crm) })).toEqual(matchRecords(world));
  }), { numRuns: 2_000 });
});

test('every open record has exactly one outcome, linked ones and records of colleagues none', () => {
  fc.assert(fc.property(worlds, ({ mailbox, crm }) => {
    const expected = [...mailbox, ...crm.filter((person) => person.colleague === undefined)].filter((person) => !person.isLinked);
    expect(matchRecords({ mailbox, crm }).flatMap(idsOf).sort()).toEqual(expected.map((person) => person.id).sort());
  }), { numRuns: 2_000 });
});

test('a link joins two open records of the user by a sign that both show and that nobody else shows', () => {
  fc.assert(fc.property(worlds, ({ mailbox, crm }) => {
    for (const match of matchRecords({ mailbox, crm })) {
      if (match.outcome !== 'link') continue;
      const m = mailbox.find((person) => person.id === match.m);
      const c = crm.find((person) => person.id === match.c);
      if (m === undefined || c === undefined) throw new Error('a link names known records');
      expect([m.isLinked, c.isLinked, m.isPrivate, c.isPrivate, c.colleague])
        .toEqual([undefined, undefined, undefined, undefined, undefined]);
      const key = match.why === 'sameEmail' ? 'emails' : 'phones';
      const signs = m[key].filter((sign) => c[key].includes(sign));
      const isUnique = (sign: string): boolean =>
        [mailbox, crm].every((side) => side.filter((one) => !one.isPrivate && one[key].includes(sign)).length === 1);
      expect(signs.some(isUnique)).toBe(true);
      if (match.why === 'samePhoneAndName') expect(m.family).toBe(c.family);
    }
  }), { numRuns: 2_000 });
});

test('whoever waits is named in a question, and a question names only open records', () => {
  fc.assert(fc.property(worlds, ({ mailbox, crm }) => {
    const matches = matchRecords({ mailbox, crm });
    const asks = matches.flatMap((match) => (match.outcome === 'ask' ? [match] : []));
    const linked = new Set(matches.flatMap((match) => (match.outcome === 'link' ? [match.c] : [])));
    for (const match of matches) {
      if (match.outcome === 'wait') expect(match.on.every((m) =>
        asks.some((ask) => ask.m === m && ask.candidates.includes(match.c)))).toBe(true);
    }
    for (const candidate of asks.flatMap((ask) => ask.candidates)) {
      expect(linked.has(candidate)).toBe(false);
      expect(crm.find((person) => person.id === candidate)?.isLinked).toBeUndefined();
    }
  }), { numRuns: 2_000 });
});

test('10,000 records of each side are matched in a few passes', () => {
  const side = (prefix: string): MatchKeys[] => Array.from({ length: 10_000 }, (_, index) => ({
    id: `${prefix}${index}`, version: '1', emails: index % 2 === 0 ? [`p${index}@x.example`] : ['desk@x.example'], phones: ['+4930111'],
    family: 'berg', given: index % 3 === 0 ? 'ann' : `n${index}`, company: 'acme',
  }));
  const matches = matchRecords({ mailbox: side('m'), crm: side('c') });
  expect(matches.filter((match) => match.outcome === 'link')).toHaveLength(5_000);
});
