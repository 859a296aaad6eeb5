/** Events against the stand-in: series, the rolling window, meetings, private ones, and what only Outlook does. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { allDay, dayAfter, timed } from '../../../test/contract/activity-samples.ts';
import { collect, live, lookAt, pages, writeOne } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import { recordedGraphWorlds } from '../../../test/worlds/graph.ts';
import type { GraphWorld } from '../../../test/worlds/graph.ts';
import { rawEvent } from '../../../test/worlds/graph-records.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { ChangePage, Family, Side } from '../../ports/side.ts';
import { KEY_PROPERTY } from './limits.ts';

const worlds = recordedGraphWorlds('graph-calendar', ['contact', 'event', 'task']);
afterAll(() => {
  worlds.flush();
});

let world: GraphWorld;
let side: Side;
let now: number;
beforeEach(async () => {
  world = await worlds.open();
  ({ side } = world);
  now = world.now();
});
afterEach(() => world.close());

const DAY_MS = 24 * 3600_000;
const LINK = '0123456789abcdefghijklmno1';
const mailbox = (): ReturnType<GraphWorld['microsoft']['mailbox']> => world.microsoft.mailbox(world.login);
const event = (id: string): Promise<Seen> => live(side, id, 'event');
const add = (fields: Fields, more: object = {}): string => mailbox().addEvent({ ...rawEvent(fields), ...more });

/** A series of an hour on several days in a row, in the zone of its owner. */
function addSeries(count: number, firstDay = 1, more: object = {}): string {
  const startDate = dayAfter(now, firstDay);
  const at = (hour: string): object => ({ dateTime: `${startDate}T${hour}:00:00`, timeZone: 'W. Europe Standard Time' });
  const recurrence = {
    pattern: { type: 'daily', interval: 1 }, range: { type: 'numbered', startDate, numberOfOccurrences: count, recurrenceTimeZone: 'W. Europe Standard Time' },
  };
  return mailbox().addEvent({ subject: 'Stand-up', start: at('09'), end: at('10'), recurrence, ...more });
}

const familiesOf = (all: readonly ChangePage[]): readonly Family[] => all.flatMap(({ families }) => families ?? []);
const occurrences = (): readonly string[] => mailbox().occurrences('2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z').map(({ id }) => String(id));

test('each occurrence of a series is a record of its own, the series is none', async () => {
  const master = addSeries(5);
  const { seen } = await collect(side);
  const records = [...seen.values()].filter(({ kind }) => kind === 'event');
  expect(records).toHaveLength(5);
  expect(seen.has(master)).toBe(false);
  expect(new Set(records.map(({ fields: { subject } }) => subject))).toEqual(new Set(['Stand-up']));
  expect(new Set(records.map(({ family }) => family))).toEqual(new Set([master]));
  expect(new Set(records.map(({ identity }) => identity)).size).toBe(5);
  expect((await lookAt(side, master, 'event')).state).toBe('hidden');
});

test('an occurrence is the same record in a page, in a look and in a search', async () => {
  addSeries(3);
  const { seen } = await collect(side);
  for (const shown of seen.values()) {
    const look = await event(shown.id);
    expect(look).toMatchObject({ identity: shown.identity, family: shown.family, fields: shown.fields });
    const found = await side.search('event', [{ emails: [], phones: [], subject: 'x', when: String(shown.fields.when) }]);
    expect(found.find(({ id }) => id === shown.id)?.identity).toBe(shown.identity);
  }
});

test('a moved occurrence keeps its identity and its series', async () => {
  addSeries(4);
  const first = await collect(side);
  const [, second = ''] = occurrences();
  mailbox().updateEvent(second, rawEvent({ when: timed(now, 2, 15), subject: 'Stand-up, later' }));
  const moved = (await collect(side, first.cursors)).seen.get(second);
  expect(moved).toMatchObject({ identity: first.seen.get(second)?.identity, family: first.seen.get(second)?.family });
  expect(moved?.fields).toMatchObject({ when: timed(now, 2, 15), subject: 'Stand-up, later' });
});

test('of a series of which an occurrence was deleted, the others are named', async () => {
  const master = addSeries(4);
  const { cursors } = await pages(side);
  const [gone = '', ...others] = occurrences();
  mailbox().removeEvent(gone);
  const { all } = await pages(side, cursors);
  const named = familiesOf(all).find(({ family }) => family === master);
  expect([...named?.ids ?? []].sort()).toEqual([...others].sort());
  expect((await lookAt(side, gone, 'event')).state).toBe('gone');
});

test('occurrences that one round named are not taken for named in the next one of the same run', async () => {
  const master = addSeries(4);
  let { cursors } = await pages(side);
  for (const left of [3, 2]) {
    mailbox().removeEvent(occurrences()[0] ?? '');
    const next = await pages(side, cursors);
    ({ cursors } = next);
    expect(familiesOf(next.all).find(({ family }) => family === master)?.ids).toHaveLength(left);
  }
});

test('of a deleted series no occurrence is named', async () => {
  const master = addSeries(3);
  const { cursors } = await pages(side);
  const [one = ''] = occurrences();
  mailbox().removeEvent(master);
  const { all } = await pages(side, cursors);
  expect(familiesOf(all).find(({ family }) => family === master)?.ids).toEqual([]);
  expect((await lookAt(side, one, 'event')).state).toBe('gone');
});

test('an update of an occurrence changes that one, a deletion takes that one', async () => {
  addSeries(3);
  const [first = '', second = '', third = ''] = occurrences();
  await writeOne(side, { op: 'update', kind: 'event', current: await event(first), patch: { location: 'Room 7' } });
  await writeOne(side, { op: 'delete', kind: 'event', id: second, version: (await event(second)).version });
  expect((await event(first)).fields.location).toBe('Room 7');
  expect((await event(third)).fields.location).toBeNull();
  expect((await lookAt(side, second, 'event')).state).toBe('gone');
});

test('a series itself is never changed or deleted, whoever asks', async () => {
  const master = addSeries(3);
  const [result] = await side.write([{ op: 'delete', kind: 'event', id: master, version: '' }]);
  expect(result?.ok === false && result.error.details.code).toBe('GRAPH_SERIES');
  expect(mailbox().events()).toHaveLength(1);
});

test('an event beyond the window is outside, one at its edge is not', async () => {
  const { window } = scopeAround(now);
  const days = (at: number): number => Math.round((at - now) / DAY_MS);
  expect((await event(add({ subject: 'Later', when: timed(now, days(window.to) + 3, 9) }))).isOutside).toBe(true);
  expect((await event(add({ subject: 'Earlier', when: timed(now, days(window.from) - 3, 9) }))).isOutside).toBe(true);
  expect((await event(add({ subject: 'Inside', when: allDay(now, 4, 2) }))).isOutside).toBeUndefined();
});

test('a changed event outside the window is told as removed, and looks live', async () => {
  const far = add({ subject: 'Far', when: timed(now, 300, 9) });
  const { cursors } = await collect(side);
  mailbox().updateEvent(far, { subject: 'Farther' });
  await collect(side, cursors);
  expect(await lookAt(side, far, 'event')).toMatchObject({ state: 'live', record: { isOutside: true } });
});

test('what was called off is gone, what was declined is hidden, and a page tells both as removed', async () => {
  const organizer = { emailAddress: { address: 'zoe@acme.example', name: 'Zoë' } };
  const when = timed(now, 4, 9);
  const off = add({ subject: 'Off', when }, { organizer });
  const declined = add({ subject: 'Declined', when }, { organizer });
  const accepted = add({ subject: 'Accepted', when }, { organizer, responseStatus: { response: 'accepted', time: '0001-01-01T00:00:00Z' } });
  const first = await collect(side);
  mailbox().updateEvent(off, { isCancelled: true });
  mailbox().updateEvent(declined, { responseStatus: { response: 'declined', time: '0001-01-01T00:00:00Z' } });
  const { removed } = await collect(side, first.cursors);
  expect([...removed].sort()).toEqual(expect.arrayContaining([off, declined].sort()));
  expect([(await lookAt(side, off, 'event')).state, (await lookAt(side, declined, 'event')).state]).toEqual(['gone', 'hidden']);
  expect(await event(accepted)).toMatchObject({ meeting: 'attendee', fields: { attendees: ['zoe@acme.example'] } });
  const found = await side.search('event', [{ emails: [], phones: [], when }]);
  expect(found.map(({ id }) => id)).toEqual([accepted]);
});

test('what is not normal is private, on a page and in a look', async () => {
  for (const sensitivity of ['personal', 'private', 'confidential']) {
    const id = add({ subject: sensitivity, when: timed(now, 3, 9) }, { sensitivity });
    expect((await event(id)).isPrivate).toBe(true);
    expect((await collect(side)).seen.get(id)?.isPrivate).toBe(true);
  }
});

test('the body of an online meeting is read without its join links and never written', async () => {
  const id = add({ subject: 'Call', when: timed(now, 3, 9), body: 'Agenda' }, { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' });
  const stored = mailbox().event(id)['body'];
  const current = await event(id);
  expect(current.fields.body).toBe('Agenda');
  const result = await writeOne(side, { op: 'update', kind: 'event', current, patch: { body: 'Other', subject: 'Call Zoë' } });
  expect(result.notes.map(({ field }) => field)).toEqual(['body']);
  expect(mailbox().event(id)).toMatchObject({ subject: 'Call Zoë', isOnlineMeeting: true, body: stored });
});

test('a body too long to be carried stays where it is and is named', async () => {
  const id = add({ subject: 'Minutes', when: timed(now, 3, 9), body: 'word '.repeat(2000) });
  const { left, fields } = await event(id);
  expect(left).toEqual(['body']);
  expect(fields).not.toHaveProperty('body');
});

test('a creation carries our key twice, no guests, and the zone of the mailbox', async () => {
  const fields: Fields = { subject: 'Demo', when: timed(now, 3, 14), attendees: ['zoe@acme.example'] };
  const { id } = await writeOne(side, { op: 'create', kind: 'event', linkId: LINK, fields });
  expect(mailbox().event(id)).toMatchObject({
    transactionId: LINK, attendees: [], originalStartTimeZone: 'W. Europe Standard Time',
    singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: LINK }],
  });
});

test('a creation that is sent twice makes one event', async () => {
  const operation = { op: 'create', kind: 'event', linkId: LINK, fields: { subject: 'Demo', when: timed(now, 3, 14) } } as const;
  await side.write([operation]);
  await side.write([operation]);
  expect(mailbox().events()).toHaveLength(1);
});

test('a time is written in the zone that the event was made in', async () => {
  const tokyo = (hour: string): object => ({ dateTime: `${dayAfter(now, 3)}T${hour}:00:00`, timeZone: 'Tokyo Standard Time' });
  const id = mailbox().addEvent({ subject: 'Tokyo', start: tokyo('09'), end: tokyo('10') });
  const result = await writeOne(side, { op: 'update', kind: 'event', current: await event(id), patch: { when: timed(now, 3, 2) } });
  expect(result.written).toEqual({ when: timed(now, 3, 2) });
  expect((await event(id)).fields.when).toBe(timed(now, 3, 2));
});

test('guests who were invited after the look are seen before anything is written', async () => {
  const id = add({ subject: 'Alone', when: timed(now, 3, 9) });
  const current = await event(id);
  mailbox().updateEvent(id, { attendees: [{ type: 'required', emailAddress: { address: 'zoe@acme.example', name: 'Zoë' } }] });
  const [result] = await side.write([{ op: 'update', kind: 'event', current: { ...current, version: '' }, patch: { subject: 'Moved' } }]);
  expect(result?.ok === false && result.error.details.code).toBe('GRAPH_GUESTS');
  expect(mailbox().event(id)['subject']).toBe('Alone');
  expect(world.microsoft.mailsSent).toEqual([]);
});

test('a room that was invited keeps an event from being written, and is no guest', async () => {
  const room = { type: 'resource', emailAddress: { address: 'room4@acme.example', name: 'Room 4' } };
  const id = add({ subject: 'Room', when: timed(now, 3, 9) }, { attendees: [room] });
  expect(await event(id)).toMatchObject({ meeting: 'organizer', fields: { attendees: null } });
});

test('of several streams whose tokens the service has forgotten, each is named', async () => {
  const { cursors } = await collect(side);
  world.microsoft.controls.expireDeltaTokens(world.login);
  const page = await side.changes(cursors);
  expect([...page.lost].sort()).toEqual(Object.keys(cursors).sort());
  expect(page.cursors).toEqual({});
});

test('a cursor of another shape or of another world is lost, and no token is sent there', async () => {
  const link = 'https://graph.elsewhere.example/v1.0/me/calendarView/delta?$deltatoken=x';
  for (const calendar of [link, '{', '{"v":9}', JSON.stringify({ v: 1, from: 1, to: 2, link })]) {
    const page = await world.connector.open(world.access, world.grant.account, scopeAround(now, ['event'])).changes({ calendar });
    expect(page).toEqual({ changes: [], cursors: {}, hasMore: false, lost: ['calendar'] });
  }
});
