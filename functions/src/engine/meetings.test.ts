import { expect, test } from 'vitest';
import { birthFields } from './birth.ts';
import { DEFAULT_RULES, fieldNames } from './fields.ts';
import { createForms } from './forms.ts';
import { plan, type Action, type Situation } from './plan.ts';
import { settleUpdate, type Stamp } from './settle.ts';
import type { Link, Todo } from './link.ts';
import type { Fields, Look, Seen } from './record.ts';

const all = new Set(fieldNames('event'));
const holds = { m: all, c: all };
const forms = createForms('DE');
const demo: Fields = {
  subject: 'Demo', when: '2026-12-01T14:00:00Z/2026-12-01T15:00:00Z', location: 'HQ', showAs: 'busy', attendees: ['zoe@acme.example'], body: null,
};
const moved: Fields = { ...demo, when: '2026-12-01T16:00:00Z/2026-12-01T17:00:00Z' };
const todo: Todo = { linkId: 'k', kind: 'event', seen: {}, reason: 'delta', nextTry: 0 };
const link: Link = {
  id: 'k', kind: 'event', m: { id: 'm1', version: '1' }, c: { id: 'c1', version: '1' }, shadow: { m: demo, c: demo }, status: 'live', agreedAt: 0, epoch: 1,
};
const stamp: Stamp = { holds, forms, now: 9, epoch: 1 };

const live = (id: string, fields: Fields, more: Partial<Seen> = {}): Look => ({ state: 'live', record: { kind: 'event', id, version: '2', fields, ...more } });

function decide(m: Look, c: Look, more: Partial<Situation> = {}): Action {
  return plan({ link, todo, m, c, rules: DEFAULT_RULES.event, forms, holds, now: 0, ...more });
}

test.each(['organizer', 'attendee'] as const)('nothing is written to an event with guests (%s): the CRM\'s edit stays there and is told once', (meeting) => {
  const action = decide(live('m1', demo, { meeting }), live('c1', moved));
  expect(action).toMatchObject({ do: 'patch', patchM: {}, patchC: {} });
  if (action.do !== 'patch') throw new Error('it is a patch');
  const settled = settleUpdate(link, action, {}, stamp);
  expect(settled.journal).toEqual([
    { linkId: 'k', kind: 'event', action: 'skip', why: 'changedHere', fields: [], notes: [{ field: 'when', what: 'notCarried', reason: 'guests' }] },
  ]);
  expect(plan({ link: settled.link, todo, m: live('m1', demo, { meeting }), c: live('c1', moved), rules: DEFAULT_RULES.event, forms, holds, now: 0 }))
    .toEqual({ do: 'drop' });
});

test('a meeting that its organizer moves in the mailbox moves in the CRM', () => {
  expect(decide(live('m1', moved, { meeting: 'organizer' }), live('c1', demo))).toMatchObject({ do: 'patch', patchM: {}, patchC: { when: moved.when } });
});

test('an event without guests travels both ways', () => {
  expect(decide(live('m1', demo), live('c1', moved))).toMatchObject({ do: 'patch', patchM: { when: moved.when }, patchC: {} });
});

test('guests and texts of the CRM never travel into the mailbox by an edit', () => {
  const action = decide(live('m1', demo), live('c1', { ...demo, attendees: ['a@b.example'], body: 'Written in the CRM' }));
  expect(action).toMatchObject({ do: 'patch', patchM: {}, patchC: {} });
});

test('an event that is made in the mailbox brings its text, and never its guests', () => {
  const source: Seen = { kind: 'event', id: 'c1', version: '1', fields: { ...demo, body: 'Agenda' } };
  expect(birthFields(source, { side: 'm', holds: all }, DEFAULT_RULES.event, forms).fields).toEqual({
    subject: 'Demo', when: demo.when, location: 'HQ', showAs: 'busy', body: 'Agenda',
  });
});

test('the same instants in another notation are no edit', () => {
  expect(decide(live('m1', { ...demo, when: '2026-12-01T14:00:00.0000000Z/2026-12-01T15:00Z' }), live('c1', demo))).toEqual({ do: 'drop' });
});

test('an event that ends before it starts says nothing of its time', () => {
  const wrong = { ...demo, when: '2026-12-01T16:00:00Z/2026-12-01T15:00:00Z' };
  expect(decide(live('m1', wrong), live('c1', demo))).toEqual({ do: 'drop' });
});

test('a blank in an event with guests cannot be taken back there, and still does not travel when the user wants the value back', () => {
  const blanked = live('m1', { ...demo, location: null }, { meeting: 'organizer' });
  const wished = { ...todo, wish: { do: 'restore' } } as const;
  expect(decide(blanked, live('c1', demo), { todo: wished })).toMatchObject({ do: 'patch', patchM: {}, patchC: {}, why: 'keptByUser' });
  expect(decide(live('m1', { ...demo, location: null }), live('c1', demo), { todo: wished }))
    .toMatchObject({ do: 'patch', patchM: { location: 'HQ' }, patchC: {}, why: 'restored' });
});
