import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, CRM_ID, PLAIN_DELTA, at, round, testWorld } from './test-client.ts';
import type { MailboxAccess, RawEvent } from './access.ts';
import type { Send, TestWorld } from './test-client.ts';

let world: TestWorld;
let send: Send;
let mailbox: MailboxAccess;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
  mailbox = world.microsoft.mailbox(ANNA);
});
afterEach(() => world.microsoft.close());

const WINDOW = 'startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-15T00:00:00Z';
const VIEW = `/me/calendarView?${WINDOW}`;
const DELTA = `/me/calendarView/delta?${WINDOW}`;
const on = (date: string, subject = date): RawEvent => ({ subject, start: at(`${date}T10:00:00`), end: at(`${date}T11:00:00`) });
const weekly = (date: string, weekday: string): RawEvent => ({
  ...on(date, 'Series'), recurrence: { pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday] }, range: { type: 'noEnd', startDate: date } },
});
const size = (n: number) => ({ prefer: `IdType="ImmutableId", odata.maxpagesize=${n}` });
const removed = (id: string): object => ({ id, '@removed': { reason: 'deleted' } });

test('a view needs both ends, which Prefer does not move, and refuses what it cannot read', async () => {
  mailbox.addEvent(on('2026-12-01'));
  for (const query of ['', '?startDateTime=2026-12-01', '?startDateTime=2026-12-01&endDateTime=soon', '?startDateTime=2026-12-02&endDateTime=2026-12-01']) {
    for (const path of ['/me/calendarView', '/me/calendarView/delta']) expect((await send('GET', path + query)).body.error?.code).toBe('ErrorInvalidParameter');
  }
  const long = await send('GET', '/me/calendarView?startDateTime=2020-01-01&endDateTime=2026-12-01');
  expect(long.body.error?.code).toBe('ErrorCalendarViewRangeTooBig');
  const tokyo = { prefer: 'outlook.timezone="Tokyo Standard Time"' };
  const early = '/me/calendarView?startDateTime=2026-12-01T00:00:00&endDateTime=2026-12-01T09:00:00';
  expect((await send('GET', early, undefined, tokyo)).body.value).toEqual([]);
  const offset = `/me/calendarView?${new URLSearchParams({ startDateTime: '2026-12-01T12:30:00+02:00', endDateTime: '2026-12-01T13:00:00+02:00' })}`;
  expect((await send('GET', offset, undefined, tokyo)).body.value).toHaveLength(1);
});

test('a view pages by $top and $skip in order of time; what touches the window is in it', async () => {
  for (const date of ['2026-12-03', '2026-12-01', '2026-12-02']) mailbox.addEvent(on(date));
  mailbox.addEvent({ subject: 'over', start: at('2026-11-30T22:00:00'), end: at('2026-12-01T01:00:00') });
  mailbox.addEvent({ subject: 'before', start: at('2026-11-30T22:00:00'), end: at('2026-12-01T00:00:00') });
  mailbox.addEvent({ subject: 'behind', start: at('2026-12-15T00:00:00'), end: at('2026-12-15T01:00:00') });
  const first = await send('GET', `${VIEW}&$top=3&$select=subject,createdDateTime`);
  expect(first.body.value?.map(({ subject }) => subject)).toEqual(['over', '2026-12-01', '2026-12-02']);
  expect(first.body.value?.[0]).not.toHaveProperty('createdDateTime');
  const second = await send('GET', String(first.body['@odata.nextLink']));
  expect(second.body.value?.map(({ subject }) => subject)).toEqual(['2026-12-03']);
});

test('an extended property cannot be filtered or read in a view', async () => {
  mailbox.addEvent({ ...on('2026-12-01'), singleValueExtendedProperties: [{ id: CRM_ID, value: '1' }] });
  const filter = `singleValueExtendedProperties/any(ep: ep/id eq '${CRM_ID}' and ep/value eq '1')`;
  expect((await send('GET', `${VIEW}&$filter=${encodeURIComponent(filter)}`)).status).toBe(500);
  const expand = `singleValueExtendedProperties($filter=id eq '${CRM_ID}')`;
  expect((await send('GET', `${VIEW}&$expand=${encodeURIComponent(expand)}`)).body.value?.[0]).not.toHaveProperty('singleValueExtendedProperties');
});

test.each(['$select=subject', '$filter=x', '$expand=x', '$orderby=x', '$top=3'])('delta refuses %s', async (option) => {
  const refused = await send('GET', `${DELTA}&${option}`);
  expect([refused.status, refused.body.error?.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
});

test('the first round of delta lists what is in the window and nothing else', async () => {
  const inside = mailbox.addEvent(on('2026-12-02'));
  mailbox.addEvent(on('2027-01-01'));
  const { rows } = await round(send, DELTA);
  expect(rows).toMatchObject([{ id: inside, subject: '2026-12-02', type: 'singleInstance' }]);
});

test('later rounds tell changes; what lies outside the window comes as removed, even when it was just added or changed', async () => {
  const inside = mailbox.addEvent(on('2026-12-02'));
  const leaving = mailbox.addEvent(on('2026-12-03'));
  const outside = mailbox.addEvent(on('2027-01-01'));
  const first = await round(send, DELTA);
  mailbox.updateEvent(inside, { subject: 'Changed' });
  mailbox.updateEvent(leaving, { start: at('2027-02-03T10:00:00'), end: at('2027-02-03T11:00:00') });
  mailbox.updateEvent(outside, { subject: 'x' });
  const added = mailbox.addEvent(on('2027-03-03'));
  const second = await round(send, first.deltaLink);
  expect(second.rows).toEqual([expect.objectContaining({ id: inside, subject: 'Changed' }), removed(leaving), removed(outside), removed(added)]);
  expect((await send('GET', `/me/events/${leaving}`)).status).toBe(200);
  mailbox.removeEvent(inside);
  const third = await round(send, second.deltaLink);
  expect(third.rows).toEqual([removed(inside)]);
  expect((await round(send, third.deltaLink)).rows).toEqual([]);
});

test('what was created and deleted between two calls is never told', async () => {
  const { deltaLink } = await round(send, DELTA);
  mailbox.removeEvent(mailbox.addEvent(on('2026-12-02')));
  expect((await round(send, deltaLink)).rows).toEqual([]);
});

test('a series comes with its master and exceptions whole and its occurrences bare', async () => {
  const master = mailbox.addEvent(weekly('2026-11-04', 'wednesday'));
  const [first] = mailbox.occurrences('2026-12-01', '2026-12-05');
  mailbox.updateEvent(String(first?.['id']), { subject: 'Special' });
  const { rows } = await round(send, DELTA);
  expect(rows.map(({ type }) => type)).toEqual(['exception', 'occurrence', 'seriesMaster']);
  expect(rows[0]).toMatchObject({ id: first?.['id'], subject: 'Special', seriesMasterId: master, originalStart: '2026-12-02T10:00:00Z' });
  expect(Object.keys(rows[1] ?? {}).sort()).toEqual(['@odata.etag', 'end', 'id', 'seriesMasterId', 'start', 'type']);
  expect(rows[2]).toMatchObject({ id: master, subject: 'Series', recurrence: { range: { type: 'noEnd' } } });
});

test('a touched series is told again as a whole on one page; a deleted occurrence is just missing', async () => {
  mailbox.addEvent(weekly('2026-11-04', 'wednesday'));
  mailbox.addEvent(on('2026-12-02'));
  const first = await round(send, DELTA, size(1));
  expect(first.pages.map(({ value }) => value?.length)).toEqual([3, 1]);
  const [gone, kept] = mailbox.occurrences('2026-12-01', '2026-12-15').filter(({ type }) => type === 'occurrence');
  mailbox.removeEvent(String(gone?.['id']));
  const second = await round(send, first.deltaLink, size(1));
  expect(second.pages).toHaveLength(1);
  expect(second.rows.map(({ id }) => id)).toEqual([kept?.['id'], kept?.['seriesMasterId']]);
  expect((await send('GET', `/me/events/${String(gone?.['id'])}`)).status).toBe(404);
});

test('a series that is deleted or leaves the window is told by its master', async () => {
  const master = mailbox.addEvent(weekly('2026-11-04', 'wednesday'));
  const first = await round(send, DELTA);
  mailbox.removeEvent(master);
  expect((await round(send, first.deltaLink)).rows).toEqual([removed(master)]);
});

test('the window stays in the token: a new one cannot be asked for with an old link', async () => {
  const { deltaLink } = await round(send, DELTA);
  expect((await send('GET', `${deltaLink}&${WINDOW}`)).status).toBe(400);
  world.clock.advance(20 * 86_400_000);
  const later = await world.as(ANNA);
  const id = mailbox.addEvent(on('2026-12-03'));
  expect((await round(later, deltaLink)).rows).toMatchObject([{ id }]);
});

test('pages are as large as asked for, may be empty, repeat and replay, and tell everything in the end', async () => {
  Object.assign(world.microsoft.world.settings.delta, { emptyPages: 1, repeats: 1, replays: 0 });
  const all = ['2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05'].map((date) => mailbox.addEvent(on(date)));
  const { pages, rows, deltaLink } = await round(send, DELTA, size(2));
  expect(pages.filter(({ value }) => value?.length === 0)).toHaveLength(2);
  expect(rows.length).toBe(6);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(all));
  Object.assign(world.microsoft.world.settings.delta, { ...PLAIN_DELTA, replays: 1 });
  const added = mailbox.addEvent(on('2026-12-06'));
  expect((await round(send, deltaLink)).rows.map(({ id }) => id)).toEqual([all[3], added]);
});

test('a token that was forgotten answers 410 with a place to start again', async () => {
  const { deltaLink } = await round(send, DELTA);
  world.microsoft.controls.expireDeltaTokens(ANNA);
  const answer = await send('GET', deltaLink);
  expect([answer.status, answer.body.error?.code]).toEqual([410, 'SyncStateNotFound']);
  expect(answer.headers.get('location')).toMatch(/calendarView\/delta\?\$deltatoken=$/);
});

test('delta of contacts and of the calendar do not take each other\'s links', async () => {
  const { deltaLink } = await round(send, DELTA);
  const token = deltaLink.split('=').at(-1) ?? '';
  expect((await send('GET', `/me/contactFolders/contacts/contacts/delta?$deltatoken=${token}`)).status).toBe(400);
});
