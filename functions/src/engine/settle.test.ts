import { expect, test } from 'vitest';
import { fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import { settleAdopt, settleCreate, settleDead, settleLink, settleRepoint, settleUnlink, settleUpdate } from './settle.ts';
import type { Link } from './link.ts';
import type { Action } from './plan.ts';
import type { FieldName, Fields, Seen } from './record.ts';
import type { Stamp, Written } from './settle.ts';

const lesser = new Set<FieldName>(['prefix', 'givenName', 'familyName', 'jobTitle', 'company', 'primaryEmail', 'phones.mobile']);
const stamp: Stamp = { holds: { m: new Set(fieldNames('contact')), c: lesser }, forms: createForms('DE'), now: 9, epoch: 4 };
const zoe: Fields = { givenName: 'Zoë', familyName: 'Müller', jobTitle: 'Buyer', primaryEmail: 'zoe@acme.example' };
const link: Link = {
  id: 'k', kind: 'contact', m: { id: 'm1', version: '1' }, c: { id: 'c1', version: '1' }, shadow: { m: zoe, c: zoe }, status: 'live',
  agreedAt: 0, epoch: 1,
};

function seen(id: string, fields: Fields, more: Partial<Seen> = {}): Seen {
  return { kind: 'contact', id, version: '2', fields, ...more };
}

function wrote(id: string, written: Fields, notes: Written['notes'] = []): Written {
  return { id, version: '3', written, notes };
}

function patch(m: Fields, c: Fields, patchM: Fields, patchC: Fields): Extract<Action, { do: 'patch' }> {
  return { do: 'patch', m: seen('m1', m), c: seen('c1', c), patchM, patchC, losers: [] };
}

test('a patch settles both shadows, each in the form its own side shows', () => {
  const action = patch({ ...zoe, 'phones.mobile': '0171 5559999' }, { ...zoe, 'phones.mobile': null }, {},
    { 'phones.mobile': '0171 5559999' });
  const settled = settleUpdate(link, action, { c: wrote('c1', { 'phones.mobile': '+49 171 5559999' }) }, stamp);
  expect(settled.todo).toBe('done');
  expect(settled.link).toEqual({
    ...link, m: { id: 'm1', version: '2' }, c: { id: 'c1', version: '3' }, agreedAt: 9, epoch: 4,
    turns: { 'phones.mobile': { at: 9, to: 'c', turns: 0, returns: 0, c: '+491715559999' } },
    shadow: { m: { ...zoe, 'phones.mobile': '0171 5559999' }, c: { ...zoe, 'phones.mobile': '+49 171 5559999' } },
  });
  expect(settled.journal).toEqual([{
    linkId: 'k', kind: 'contact', action: 'update', side: 'c', why: 'changedHere', notes: [],
    fields: [{ field: 'phones.mobile', before: null, after: '+49 171 5559999' }],
  }]);
});

test('a clearing is journaled with what stood there', () => {
  const settled = settleUpdate(link, patch({ ...zoe, jobTitle: null }, zoe, {}, { jobTitle: null }),
    { c: wrote('c1', { jobTitle: null }) }, stamp);
  expect(settled.journal[0]?.fields).toEqual([{ field: 'jobTitle', before: 'Buyer', after: null }]);
  expect(settled.link.shadow.c.jobTitle).toBeNull();
});

test('a field the reply shows changed, though we did not write it, stays dirty', () => {
  const action = patch({ ...zoe, jobTitle: 'CEO' }, zoe, {}, { jobTitle: 'CEO' });
  const settled = settleUpdate(link, action, { c: wrote('c1', { jobTitle: 'CEO', givenName: 'Edited meanwhile' }) }, stamp);
  expect(settled.todo).toBe('again');
  expect(settled.link.shadow.c).toEqual({ ...zoe, jobTitle: 'CEO' });
});

test('a write that failed leaves its fields dirty on both sides and settles the others', () => {
  const action = patch({ ...zoe, jobTitle: 'CEO' }, { ...zoe, givenName: 'Zoe' }, { givenName: 'Zoe' }, { jobTitle: 'CEO' });
  const settled = settleUpdate(link, action, { m: wrote('m1', { givenName: 'Zoe' }) }, stamp);
  expect(settled.todo).toBe('again');
  expect(settled.link.shadow).toEqual({ m: { ...zoe, givenName: 'Zoe' }, c: { ...zoe, givenName: 'Zoe' } });
  expect(settled.journal.map((entry) => entry.side)).toEqual(['m']);
});

test('what the target could not carry is noted and not tried again', () => {
  const note = { field: 'prefix', what: 'notCarried', reason: 'notInPicklist' } as const;
  const action = patch({ ...zoe, prefix: 'Countess' }, { ...zoe, prefix: null }, {}, { prefix: 'Countess' });
  const settled = settleUpdate(link, action, { c: wrote('c1', {}, [note]) }, stamp);
  expect(settled).toMatchObject({ todo: 'done', link: { shadow: { m: { prefix: 'Countess' }, c: { prefix: null } } } });
  expect(settled.journal).toEqual([{ linkId: 'k', kind: 'contact', action: 'skip', side: 'c', why: 'changedHere', fields: [],
    notes: [note] }]);
});

test('an edit of a field the other side has no place for is listed once and remembered', () => {
  const settled = settleUpdate(link, patch({ ...zoe, 'phones.home': '030 1234567' }, zoe, {}, {}), {}, stamp);
  expect(settled.journal).toEqual([{
    linkId: 'k', kind: 'contact', action: 'skip', why: 'changedHere', fields: [],
    notes: [{ field: 'phones.home', what: 'notCarried', reason: 'notHeld' }],
  }]);
  expect(settleUpdate(settled.link, patch({ ...zoe, 'phones.home': '030 1234567' }, zoe, {}, {}), {}, stamp).journal).toEqual([]);
});

test('a field one look was silent about keeps its last agreement', () => {
  const { jobTitle: _, ...silent } = zoe;
  const settled = settleUpdate(link, patch({ ...zoe, jobTitle: 'CEO' }, silent, {}, {}), {}, stamp);
  expect([settled.link.shadow.m.jobTitle, settled.link.shadow.c.jobTitle]).toEqual(['Buyer', 'Buyer']);
});

test('a lost conflict is journaled under its own rule with the value that lost', () => {
  const action = { ...patch({ ...zoe, jobTitle: 'Mine' }, { ...zoe, jobTitle: 'Theirs' }, { jobTitle: 'Theirs' }, {}),
    losers: [{ field: 'jobTitle', side: 'm', value: 'Mine', why: 'newerWins' }] } as const;
  expect(settleUpdate(link, action, { m: wrote('m1', { jobTitle: 'Theirs' }) }, stamp).journal)
    .toMatchObject([{ side: 'm', why: 'newerWins', fields: [{ field: 'jobTitle', before: 'Mine', after: 'Theirs' }] }]);
});

test('a creation remembers what the target now holds, blanks and cuts included, and waits for one later look', () => {
  const source = seen('m1', { ...zoe, company: null, 'phones.home': '030 1234567' }, { left: ['photo'] });
  const note = { field: 'jobTitle', what: 'shortened', reason: 'tooLong' } as const;
  const settled = settleCreate('k', { do: 'create', side: 'c', fields: zoe, fills: [], source },
    wrote('c1', { ...zoe, jobTitle: 'Buy', company: 'Set by the server' }, [note]), stamp);
  expect(settled.todo).toBe('confirm');
  expect(settled.link).toEqual({
    id: 'k', kind: 'contact', status: 'live', agreedAt: 9, epoch: 4, m: { id: 'm1', version: '2' }, c: { id: 'c1', version: '3' },
    shadow: { m: source.fields, c: { ...zoe, jobTitle: 'Buy', company: null, prefix: null, 'phones.mobile': null } },
  });
  expect(settled.journal).toMatchObject([{
    action: 'insert', side: 'c', why: 'newRecord',
    notes: [note, { field: 'phones.home', what: 'notCarried', reason: 'notHeld' },
      { field: 'photo', what: 'notCarried', reason: 'notHeld' }],
  }]);
});

test('a fill stands in the shadow of the target only', () => {
  const source = seen('m1', { givenName: 'Zoë', familyName: null });
  const fields = { givenName: 'Zoë', familyName: 'Zoë' };
  const { shadow } = settleCreate('k', { do: 'create', side: 'c', fields, fills: ['familyName'], source }, wrote('c1', fields), stamp).link;
  expect([shadow.m.familyName, shadow.c.familyName]).toEqual([null, 'Zoë']);
});

test('a first meeting keeps differences as shadows; a fill not written yet has none and is due', () => {
  const action: Extract<Action, { do: 'link' }> = {
    do: 'link', m: seen('m1', zoe), c: seen('c1', { ...zoe, familyName: 'Mueller', jobTitle: null }), patchM: {},
    patchC: { jobTitle: 'Buyer' }, kept: ['familyName'], why: 'sameEmail',
  };
  const before = settleLink('k', action, {}, stamp);
  expect(before.todo).toBe('again');
  expect([before.link.shadow.m, before.link.shadow.c]).toEqual([
    { givenName: 'Zoë', familyName: 'Müller', primaryEmail: 'zoe@acme.example' },
    { givenName: 'Zoë', familyName: 'Mueller', primaryEmail: 'zoe@acme.example' },
  ]);
  const after = settleLink('k', action, { c: wrote('c1', { jobTitle: 'Buyer' }) }, stamp);
  expect(after.link.shadow.c.jobTitle).toBe('Buyer');
  expect(after.journal).toMatchObject([{ action: 'link', why: 'sameEmail' }, { action: 'update', side: 'c', why: 'firstMeeting' }]);
});

test('a creation found again is a link to be looked at once more', () => {
  const intent = { op: 'create', side: 'c', payload: zoe, source: { id: 'm1', version: '2' }, startedAt: 1, epoch: 3 } as const;
  const settled = settleAdopt('k', 'contact', intent, seen('c1', zoe), stamp);
  expect(settled).toMatchObject({ todo: 'again', link: { status: 'live', m: { id: 'm1' }, c: { id: 'c1' } },
    journal: [{ action: 'insert', side: 'c', why: 'adopted' }] });
});

test('endings keep both shadows and say why', () => {
  expect(settleUnlink(link, 'deletedThereKept', stamp))
    .toMatchObject({ todo: 'done', link: { status: 'unlinked', shadow: link.shadow },
      journal: [{ action: 'unlink', why: 'deletedThereKept' }] });
  expect(settleDead(link, stamp)).toMatchObject({ todo: 'done', link: { status: 'dead' }, journal: [{ why: 'bothGone' }] });
  expect(settleRepoint(link, 'c', 'c9', stamp))
    .toMatchObject({ todo: 'again', link: { status: 'live', c: { id: 'c9', version: '' } }, journal: [{ why: 'merged' }] });
});
