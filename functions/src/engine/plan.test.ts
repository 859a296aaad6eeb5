import { describe, expect, test } from 'vitest';
import { SyncError } from './errors.ts';
import { DEFAULT_RULES, fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import { plan } from './plan.ts';
import type { Intent, Link, Todo } from './link.ts';
import type { Action, Situation } from './plan.ts';
import type { Fields, Look, Seen } from './record.ts';

const all = new Set(fieldNames('contact'));
const zoe: Fields = { givenName: 'Zoë', familyName: 'Müller', jobTitle: 'Buyer' };
const edited: Fields = { ...zoe, jobTitle: 'CEO' };

function seen(id: string, fields: Fields, more: Partial<Seen> = {}): Seen {
  return { kind: 'contact', id, version: '1', fields, ...more };
}

function live(id: string, fields: Fields, more: Partial<Seen> = {}): Look {
  return { state: 'live', record: seen(id, fields, more) };
}

const todo: Todo = { linkId: 'k', kind: 'contact', seen: {}, reason: 'delta', nextTry: 0 };
const link: Link = {
  id: 'k', kind: 'contact', m: { id: 'm1', version: '1' }, c: { id: 'c1', version: '1' }, shadow: { m: zoe, c: zoe }, status: 'live',
  agreedAt: 0, epoch: 1,
};

function decide(more: Partial<Situation>): Action {
  return plan({
    link: undefined, todo, m: undefined, c: undefined, rules: DEFAULT_RULES.contact, forms: createForms('DE'), holds: { m: all, c: all }, now: 0,
    ...more,
  });
}

test('what a person wrote over the outcome of a conflict, before a crashed run recorded it, beats that outcome', () => {
  const job = (jobTitle: string): Fields => ({ ...zoe, jobTitle });
  const intent: Intent = {
    op: 'update', patch: { m: { jobTitle: 'from the CRM' }, c: {} }, before: { m: { jobTitle: 'lost' }, c: {} },
    base: { m: { jobTitle: 'from the CRM' }, c: {} }, basedOn: { m: '1', c: '1' }, startedAt: 0, epoch: 1,
  };
  // The stamps are too near to tell anything: without the intent the CRM's side would win.
  expect(decide({ link, todo: { ...todo, intent }, m: live('m1', job('written over it')), c: live('c1', job('from the CRM')) })).toMatchObject({
    do: 'patch', patchM: {}, patchC: { jobTitle: 'written over it' }, losers: [{ field: 'jobTitle', side: 'c', value: 'from the CRM', why: 'newerWins' }],
  });
});

test('a word about a held field does not bring back what a person cleared after our own write of unknown outcome (R10)', () => {
  const intent: Intent = {
    op: 'update', patch: { m: { department: 'Sales' }, c: {} }, before: { m: { department: null }, c: {} },
    base: { m: { department: 'Sales' }, c: {} }, basedOn: { m: '1', c: '1' }, startedAt: 0, epoch: 1,
  };
  const [inM, inC] = [live('m1', { ...zoe, department: 'Sales', jobTitle: null }), live('c1', { ...zoe, department: null })];
  expect(decide({ link: { ...link, shadow: { m: { ...zoe, department: null }, c: { ...zoe, department: null } } },
    todo: { ...todo, intent, wish: { do: 'keep' } }, m: inM, c: inC })).toMatchObject({
    do: 'patch', patchM: {}, patchC: {}, foldedShadow: { m: { department: 'Sales' }, c: { department: 'Sales' } }, why: 'keptByUser',
  });
});

describe('a live link', () => {
  const looks: Readonly<Record<string, Look>> = {
    same: live('x', zoe), edited: live('x', edited), gone: { state: 'gone' }, hidden: { state: 'hidden' }, unknown: { state: 'unknown' },
    moved: { state: 'moved', to: 'm9' },
  };
  test.each([
    ['same', 'same', { do: 'drop' }],
    ['edited', 'same', { do: 'patch', patchM: {}, patchC: { jobTitle: 'CEO' }, losers: [] }],
    ['same', 'edited', { do: 'patch', patchM: { jobTitle: 'CEO' }, patchC: {}, losers: [] }],
    // Both sides made the same edit: nothing to write, but the new agreement is recorded.
    ['edited', 'edited', { do: 'patch', patchM: {}, patchC: {}, losers: [] }],
    ['same', 'gone', { do: 'unlink', why: 'deletedThere' }],
    ['gone', 'same', { do: 'unlink', why: 'deletedThere' }],
    ['edited', 'gone', { do: 'unlink', why: 'deletedThereKept' }],
    ['gone', 'edited', { do: 'unlink', why: 'deletedThereKept' }],
    ['gone', 'gone', { do: 'dead' }],
    ['hidden', 'edited', { do: 'unlink', why: 'lostAccess' }],
    ['same', 'hidden', { do: 'unlink', why: 'lostAccess' }],
    ['hidden', 'gone', { do: 'unlink', why: 'lostAccess' }],
    ['unknown', 'gone', { do: 'wait' }],
    ['gone', 'unknown', { do: 'wait' }],
    ['moved', 'same', { do: 'repoint', side: 'm', to: 'm9' }],
  ])('mailbox %s, CRM %s', (m, c, action) => {
    expect(decide({ link, m: looks[m], c: looks[c] })).toMatchObject(action);
  });

  test('a record made private or handed to a colleague leaves the pair, edited or not', () => {
    expect(decide({ link, m: live('m1', edited, { isPrivate: true }), c: live('c1', zoe) })).toEqual({ do: 'unlink', why: 'private' });
    const owner = { id: 'u2', name: 'Ben Example', isUser: false };
    expect(decide({ link, m: live('m1', edited), c: live('c1', zoe, { owner }) })).toEqual({ do: 'unlink', why: 'colleague' });
  });

  test('a write whose reply was lost is no edit of the target, so a newer edit of the source still travels', () => {
    const intent = {
      op: 'update', patch: { c: { jobTitle: 'CEO' } }, before: { c: { jobTitle: 'Buyer' } }, base: { c: { jobTitle: 'CEO' } },
      basedOn: { m: '1', c: '1' },
      startedAt: 0, epoch: 1,
    } as const;
    const action = decide({ link, todo: { ...todo, intent }, m: live('m1', { ...zoe, jobTitle: 'Chair' }),
      c: live('c1', edited, { version: '2' }) });
    expect(action).toMatchObject({ do: 'patch', patchM: {}, patchC: { jobTitle: 'Chair' }, losers: [],
      foldedShadow: { m: edited, c: edited } });
    // Nothing newer: only the agreement is left to record.
    expect(decide({ link, todo: { ...todo, intent }, m: live('m1', edited), c: live('c1', edited) }))
      .toMatchObject({ do: 'patch', patchM: {}, patchC: {} });
  });

  test('planning without a look at a side is a bug, not a decision', () => {
    expect(() => decide({ link, m: live('m1', zoe) })).toThrow(SyncError);
  });
});

describe('a link that was taken apart', () => {
  test('edits do nothing', () => {
    expect(decide({ link: { ...link, status: 'unlinked' }, m: live('m1', edited), c: live('c1', zoe) })).toEqual({ do: 'drop' });
  });

  test('restoring both records of a tombstone links them again, restoring one keeps it as it is', () => {
    const dead: Link = { ...link, status: 'dead' };
    expect(decide({ link: dead, m: live('m1', zoe), c: live('c1', zoe) })).toMatchObject({ do: 'link', why: 'firstMeeting' });
    expect(decide({ link: dead, m: live('m1', zoe), c: { state: 'gone' } })).toEqual({ do: 'unlink', why: 'deletedThereKept' });
    expect(decide({ link: dead, m: { state: 'gone' }, c: { state: 'gone' } })).toEqual({ do: 'drop' });
    expect(decide({ link: dead, m: { state: 'unknown' }, c: { state: 'gone' } })).toEqual({ do: 'wait' });
  });
});

describe('a record without a link', () => {
  const m = live('m1', zoe);
  test.each([
    [{ outcome: 'create', side: 'm', id: 'm1' }, { do: 'create', side: 'c', fields: zoe, fills: [] }],
    [{ outcome: 'ask', m: 'm1', reason: 'sameName', candidates: ['c1'] }, { do: 'ask', reason: 'sameName', candidates: ['c1'] }],
    [{ outcome: 'colleague', m: 'm1', c: 'c1', owner: 'Ben Example' }, { do: 'skip', why: 'colleague', owner: 'Ben Example' }],
    [{ outcome: 'skip', side: 'm', id: 'm1', reason: 'noReply' }, { do: 'skip', why: 'noReply' }],
    [{ outcome: 'wait', c: 'c1', on: ['m1'] }, { do: 'wait' }],
    [{ outcome: 'link', m: 'm1', c: 'c1', why: 'sameEmail' }, { do: 'wait' }],
  ] as const)('matched as %o', (match, action) => {
    expect(decide({ m, match })).toMatchObject(action);
  });

  test('made in the mailbox when it is in the CRM', () => {
    expect(decide({ c: live('c1', zoe), match: { outcome: 'create', side: 'c', id: 'c1' } }))
      .toMatchObject({ do: 'create', side: 'm', source: { id: 'c1' } });
  });

  test('a card with nothing the other side holds is skipped', () => {
    const match = { outcome: 'create', side: 'm', id: 'm1' } as const;
    expect(decide({ m: live('m1', { jobTitle: null }), match })).toEqual({ do: 'skip', why: 'blank' });
  });

  test('matched with a record: blanks are filled, differences kept', () => {
    const match = { outcome: 'link', m: 'm1', c: 'c1', why: 'sameEmail' } as const;
    expect(decide({ m, c: live('c1', { ...edited, department: 'Sales' }), match }))
      .toMatchObject({ do: 'link', why: 'sameEmail', patchM: {}, kept: ['jobTitle'] });
  });

  test('the answer decides: same links, different creates, none waits', () => {
    const ask = { reason: 'sameName', candidates: ['c1'] } as const;
    const same = { ...todo, ask: { ...ask, answer: { verdict: 'same', candidate: 'c1' } } } as const;
    const different = { ...todo, ask: { ...ask, answer: { verdict: 'different' } } } as const;
    expect(decide({ todo: same, m, c: live('c1', zoe) })).toMatchObject({ do: 'link', why: 'answeredSame' });
    expect(decide({ todo: different, m })).toMatchObject({ do: 'create', side: 'c' });
    expect(decide({ todo: different, m, c: live('c1', zoe) })).toMatchObject({ do: 'create', side: 'c' });
    expect(decide({ todo: { ...todo, ask }, m })).toEqual({ do: 'wait' });
    const owner = { id: 'u2', name: 'Ben Example', isUser: false };
    expect(decide({ todo: same, m, c: live('c1', zoe, { owner }) })).toEqual({ do: 'skip', why: 'colleague', owner: 'Ben Example' });
  });

  test("a record that bears another link's key is that link's counterpart, never a birth", () => {
    const match = { outcome: 'create', side: 'c', id: 'c1' } as const;
    expect(decide({ c: live('c1', zoe, { linkKey: 'other' }), match })).toMatchObject({ do: 'adopt', side: 'c', linkId: 'other' });
    expect(decide({ c: live('c1', zoe, { linkKey: 'k' }), match })).toMatchObject({ do: 'create' });
    expect(decide({ m, c: live('c1', zoe, { linkKey: 'k' }) })).toMatchObject({ do: 'link', why: 'adopted' });
  });

  test('private records stay where they are, unknown ones wait, vanished ones are forgotten', () => {
    expect(decide({ m: live('m1', zoe, { isPrivate: true }) })).toEqual({ do: 'skip', why: 'private' });
    expect(decide({ m: { state: 'unknown' } })).toEqual({ do: 'wait' });
    expect(decide({ m: { state: 'gone' } })).toEqual({ do: 'drop' });
  });

  test('a record without a match is spoken for by the answer about another one, and waits; an unresolved creation is never planned', () => {
    expect(decide({ m })).toEqual({ do: 'wait' });
    const intent = { op: 'create', side: 'c', payload: zoe, source: { id: 'm1', version: '1' }, startedAt: 0, epoch: 1 } as const;
    expect(() => decide({ m, todo: { ...todo, intent } })).toThrow('the creation of k is resolved');
  });
});
