import { describe, expect, test } from 'vitest';
import { fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import { CREATION_YOUNG_MS, foldIntent, intentOf, newerSides, resolveCreation, shadowsOfCreation } from './intent.ts';
import type { CreateIntent, UpdateIntent } from './intent.ts';
import type { Fields, Seen } from './record.ts';

const forms = createForms('DE');
const zoe: Fields = { givenName: 'Zoë', familyName: 'Müller', primaryEmail: 'zoe@acme.example' };
const creation: CreateIntent = { op: 'create', side: 'c', payload: zoe, source: { id: 'm1', version: '1' }, startedAt: 1_000, epoch: 3 };

function seen(id: string, fields: Fields, version = '1'): Seen {
  return { kind: 'contact', id, version, fields };
}

describe('a creation of unknown outcome', () => {
  const young = creation.startedAt + CREATION_YOUNG_MS;
  const twin = seen('c2', { ...zoe, jobTitle: 'edited since' });

  test('found by key: adopted, whatever became of its fields', () => {
    const record = seen('c1', { familyName: 'Renamed' });
    expect(resolveCreation(creation, { found: [record], isByKey: true }, forms, young + 1)).toEqual({ outcome: 'adopt', record });
  });

  test('without a key: one record with equal key fields is adopted', () => {
    const found = [seen('c1', { ...zoe, givenName: 'Ann' }), twin];
    expect(resolveCreation(creation, { found, isByKey: false }, forms, young)).toEqual({ outcome: 'adopt', record: twin });
  });

  test('without a key: several are asked about', () => {
    const found = [twin, seen('c1', zoe)];
    expect(resolveCreation(creation, { found, isByKey: false }, forms, young))
      .toEqual({ outcome: 'ask', reason: 'severalOwnCreations', candidates: ['c1', 'c2'] });
  });

  test.each([true, false])('not found (by key: %s): it waits ten minutes for a late call, then is made again', (isByKey) => {
    const found = isByKey ? [] : [seen('c1', { familyName: 'Berg' })];
    expect(resolveCreation(creation, { found, isByKey }, forms, young)).toEqual({ outcome: 'wait', until: young });
    expect(resolveCreation(creation, { found, isByKey }, forms, young + 1)).toEqual({ outcome: 'create' });
  });

  const since = (id: string, fields: Fields): Seen => ({ ...seen(id, fields), createdAt: creation.startedAt + 1 });

  test('without a key: what was made since and edited in a key field is asked about', () => {
    expect(resolveCreation(creation, { found: [since('c1', { ...zoe, givenName: 'Zoe-Marie' })], isByKey: false }, forms, young + 1))
      .toEqual({ outcome: 'ask', reason: 'severalOwnCreations', candidates: ['c1'] });
  });

  test('without a key: a text that the target has cut is still known again', () => {
    const subject = 'Quarterly review of the northern accounts with everybody';
    const meeting = { kind: 'event', fields: { subject: subject.slice(0, 40), when: '2026-06-15T16:15:00Z/2026-06-15T17:15:00Z' } } as const;
    const payload: Fields = { subject, when: '2026-06-15T10:30:00Z/2026-06-15T11:30:00Z' };
    expect(resolveCreation({ ...creation, payload }, { found: [{ ...since('c1', {}), ...meeting }], isByKey: false }, forms, young + 1))
      .toEqual({ outcome: 'ask', reason: 'severalOwnCreations', candidates: ['c1'] });
  });

  test.each([
    ['only the given name', since('c1', { givenName: 'Zoë', familyName: 'Berg', primaryEmail: 'z.berg@other.example' })],
    ['all but a key field', since('c1', {
      givenName: 'Ann', familyName: 'Berg', primaryEmail: 'ann@other.example', company: 'Acme', webPage: 'https://acme.example',
    })],
    ['enough, but was there before', { ...since('c1', { ...zoe, givenName: 'Ann' }), createdAt: creation.startedAt - 1 }],
  ])('without a key: a stranger that shares %s holds no creation up', (_what, stranger) => {
    const payload: Fields = { ...zoe, company: 'Acme', webPage: 'https://acme.example' };
    expect(resolveCreation({ ...creation, payload }, { found: [stranger], isByKey: false }, forms, young + 1)).toEqual({ outcome: 'create' });
  });

  test('without a key: a malformed record of somebody else holds no creation up', () => {
    const stranger = since('c1', { familyName: 'Berg', jobTitle: ['a list'] });
    expect(resolveCreation({ ...creation, payload: { ...zoe, jobTitle: 'Buyer' } }, { found: [stranger], isByKey: false }, forms, young + 1))
      .toEqual({ outcome: 'create' });
  });

  test('a family name the service has cut is still known again', () => {
    const long = 'Wolfeschlegelsteinhausenbergerdorff-Wasserstein';
    const record = seen('c1', { ...zoe, familyName: long.slice(0, 40) });
    expect(resolveCreation({ ...creation, payload: { ...zoe, familyName: long } }, { found: [record], isByKey: false }, forms, young))
      .toMatchObject({ outcome: 'adopt' });
  });
});

describe('the shadows of a creation that was found again', () => {
  const holds = { m: new Set(fieldNames('contact')),
    c: new Set(['givenName', 'familyName', 'primaryEmail', 'jobTitle', 'prefix', 'company'] as const) };

  test('both are the frozen payload, so what was edited since still travels', () => {
    const shadow = shadowsOfCreation(creation, seen('c1', { ...zoe, givenName: 'Edited' }), holds, forms);
    expect(shadow.m).toMatchObject(zoe);
    expect(shadow.c).toEqual({ ...zoe, jobTitle: null, prefix: null, company: null });
  });

  test('a fill stays blank in the shadow of the source', () => {
    const shadow = shadowsOfCreation({ ...creation, payload: { ...zoe, familyName: 'Zoë' }, fills: ['familyName'] }, seen('c1', zoe),
      holds, forms);
    expect([shadow.m.familyName, shadow.c.familyName]).toEqual([null, 'Zoë']);
  });

  test('what the target could not hold is not taken for an edit', () => {
    const jobTitle = 'Vice President of Purchasing and Logistics, Northern Region';
    const payload = { ...zoe, jobTitle, prefix: 'Countess', company: 'Acme GmbH' };
    const found = seen('c1', { ...zoe, jobTitle: jobTitle.slice(0, 40), prefix: null, company: 'ACME' });
    expect(shadowsOfCreation({ ...creation, payload }, found, holds, forms).c)
      .toMatchObject({ jobTitle: jobTitle.slice(0, 40), prefix: null, company: 'ACME' });
  });
});

describe('an update of unknown outcome', () => {
  const long = 'Vice President of Purchasing and Logistics, Northern Region';
  const intent = (field: string, before: Fields, patch: Fields, base: Fields): UpdateIntent => {
    expect(Object.keys(patch)).toEqual([field]);
    return { op: 'update', patch: { c: patch }, before: { c: before }, base: { c: base }, basedOn: { m: '1', c: '1' }, startedAt: 0,
      epoch: 1 };
  };
  const before = { jobTitle: 'Buyer' };
  const shadow = { m: before, c: before };

  test('that is not found changes nothing, not even the object', () => {
    const lost = intent('jobTitle', before, { jobTitle: 'CEO' }, { jobTitle: 'CEO' });
    expect(foldIntent(shadow, lost, { m: seen('m1', { jobTitle: 'CEO' }), c: seen('c1', before) }, forms)).toBe(shadow);
    expect(foldIntent(shadow, lost, { m: undefined, c: undefined }, forms)).toBe(shadow);
  });

  test('that landed cut is common ground, each side in its own form', () => {
    const lost = intent('jobTitle', before, { jobTitle: long }, { jobTitle: long });
    expect(foldIntent(shadow, lost, { m: undefined, c: seen('c1', { jobTitle: long.slice(0, 40) }, '2') }, forms))
      .toEqual({ m: { jobTitle: long }, c: { jobTitle: long.slice(0, 40) } });
  });

  test('that only extends what already stood there has not landed while the record is unmoved', () => {
    const stands = { jobTitle: long.slice(0, 40) };
    const lost = intent('jobTitle', stands, { jobTitle: long }, { jobTitle: long });
    const was = { m: stands, c: stands };
    expect(foldIntent(was, lost, { m: undefined, c: seen('c1', stands, '2') }, forms)).toBe(was);
  });

  test('that wrote a fill leaves the source blank', () => {
    const lost = intent('familyName', { familyName: 'Müller' }, { familyName: 'Zoë' }, { familyName: null });
    expect(foldIntent({ m: zoe, c: zoe }, lost, { m: undefined, c: seen('c1', { familyName: 'Zoë' }, '2') }, forms))
      .toEqual({ m: { ...zoe, familyName: null }, c: { ...zoe, familyName: 'Zoë' } });
  });

  test('that filled a blank at a first meeting, and was written over before it was recorded: the edit travels', () => {
    const fill = intent('jobTitle', { jobTitle: null }, { jobTitle: 'CEO' }, { jobTitle: 'CEO' });
    const open = { m: zoe, c: zoe };
    const records = { m: seen('m1', { ...zoe, jobTitle: 'CEO' }), c: seen('c1', { ...zoe, jobTitle: 'Chair' }, '3') };
    expect(foldIntent(open, fill, records, forms)).toEqual({ m: { ...zoe, jobTitle: 'CEO' }, c: { ...zoe, jobTitle: null } });
    // Still blank: it may not have landed, and is filled again.
    expect(foldIntent(open, fill, { ...records, c: seen('c1', { ...zoe, jobTitle: null }, '3') }, forms)).toBe(open);
  });

  test('that settled a conflict, and was written over before it was recorded: what was written over it is the newer value', () => {
    const lost = intent('jobTitle', { jobTitle: 'loser' }, { jobTitle: 'winner' }, { jobTitle: 'winner' });
    const m = seen('m1', { jobTitle: 'winner' });
    const newer = (there: string, here = m): unknown[] => [...newerSides(lost, { m: here, c: seen('c1', { jobTitle: there }, '3') }, forms)];
    expect(newer('written over it')).toEqual([['jobTitle', 'c']]);
    // It never landed: what was decided stands, or a second crash would let the stamps decide anew.
    expect(newer('loser')).toEqual([['jobTitle', 'm']]);
    expect(newer('loser', seen('m1', { jobTitle: 'written again' }))).toEqual([['jobTitle', 'm']]);
    expect(newer('winner')).toEqual([]);
    // Both were written since: stamps decide, as in any conflict.
    expect(newer('written over it', seen('m1', { jobTitle: 'written again' }))).toEqual([]);
  });

  test('that wrote a set, and was changed since: what may not have arrived still travels', () => {
    const lost = intent('otherEmails', { otherEmails: [] }, { otherEmails: ['ours@x.example'] }, { otherEmails: ['ours@x.example'] });
    const c = seen('c1', { otherEmails: ['news@x.example'] }, '2');
    const was = { m: { otherEmails: [] }, c: { otherEmails: [] } };
    expect(foldIntent(was, lost, { m: undefined, c }, forms)).toBe(was);
    expect(foldIntent({ m: {}, c: {} }, lost, { m: undefined, c }, forms)).toEqual({ m: { otherEmails: null }, c: { otherEmails: [] } });
  });

  test("that wrote a set agrees on its own additions and removals only: the target's own news still travels", () => {
    const was = { otherEmails: ['old@x.example'] };
    const lost = intent('otherEmails', { otherEmails: ['old@x.example', 'news@x.example'] },
      { otherEmails: ['news@x.example', 'ours@x.example'] }, { otherEmails: ['ours@x.example'] });
    expect(foldIntent({ m: was, c: was }, lost,
      { m: undefined, c: seen('c1', { otherEmails: ['news@x.example', 'ours@x.example'] }, '2') }, forms))
      .toEqual({ m: { otherEmails: ['ours@x.example'] }, c: { otherEmails: ['ours@x.example'] } });
  });
});

test('an intent holds the patch, what it replaces and what it rests on, and exists only for a write', () => {
  const [m, c] = [seen('m1', { ...zoe, jobTitle: 'CEO' }, '7'), seen('c1', { ...zoe, jobTitle: 'Buyer' }, '8')];
  expect(intentOf({ do: 'patch', m, c, patchM: {}, patchC: { jobTitle: 'CEO' }, losers: [] }, 5, 2)).toEqual({
    op: 'update', patch: { m: {}, c: { jobTitle: 'CEO' } }, before: { m: {}, c: { jobTitle: 'Buyer' } },
    base: { m: {}, c: { jobTitle: 'CEO' } },
    basedOn: { m: '7', c: '8' }, startedAt: 5, epoch: 2,
  });
  expect(intentOf({ do: 'patch', m, c, patchM: {}, patchC: {}, losers: [] }, 5, 2)).toBeUndefined();
  expect(intentOf({ do: 'create', side: 'c', fields: zoe, fills: ['familyName'], source: m }, 5, 2)).toEqual({
    op: 'create', side: 'c', payload: zoe, fills: ['familyName'], source: { id: 'm1', version: '7' }, startedAt: 5, epoch: 2,
  });
});
