import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, at, testWorld } from './test-client.ts';
import type { MailboxAccess } from './access.ts';
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

const BERLIN = 'W. Europe Standard Time';
/** Mondays at nine in Berlin, over both clock changes of 2026. */
const MONDAYS = {
  subject: 'Jour fixe', start: at('2026-03-23T09:00:00', BERLIN), end: at('2026-03-23T10:00:00', BERLIN),
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
    range: { type: 'numbered', numberOfOccurrences: 4, startDate: '2026-03-23' },
  },
};
const WINDOW = 'startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-05-01T00:00:00Z';

const startsOf = (rows: readonly Readonly<Record<string, unknown>>[]): string[] =>
  rows.map(({ start }) => (start as { dateTime: string }).dateTime.slice(0, 16));

async function occurrences(id: string): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await send('GET', `/me/events/${id}/instances?${WINDOW}`);
  expect(status).toBe(200);
  return body.value ?? [];
}

test('local time stays the same over a clock change, in UTC it moves', async () => {
  const id = mailbox.addEvent(MONDAYS);
  expect(startsOf(await occurrences(id))).toEqual(['2026-03-23T08:00', '2026-03-30T07:00', '2026-04-06T07:00', '2026-04-13T07:00']);
  const inUtc = mailbox.addEvent({ ...MONDAYS, start: at('2026-03-23T08:00:00'), end: at('2026-03-23T09:00:00') });
  expect(startsOf(await occurrences(inUtc))).toEqual(['2026-03-23T08:00', '2026-03-30T08:00', '2026-04-06T08:00', '2026-04-13T08:00']);
});

test('the master is in the list with its rule filled in, occurrences are in views only', async () => {
  const id = mailbox.addEvent(MONDAYS);
  const list = await send('GET', '/me/events');
  expect(list.body.value).toMatchObject([{
    id, type: 'seriesMaster', seriesMasterId: null, recurrence: {
      pattern: { type: 'weekly', interval: 1, month: 0, dayOfMonth: 0, daysOfWeek: ['monday'], firstDayOfWeek: 'sunday', index: 'first' },
      range: { type: 'numbered', startDate: '2026-03-23', endDate: '0001-01-01', recurrenceTimeZone: BERLIN, numberOfOccurrences: 4 },
    },
  }]);
  const view = await send('GET', `/me/calendarView?${WINDOW}`);
  expect(view.body.value).toHaveLength(4);
  expect(view.body.value?.[0]).toMatchObject({
    type: 'occurrence', seriesMasterId: id, subject: 'Jour fixe', recurrence: null, originalStart: '2026-03-23T08:00:00Z',
    iCalUId: list.body.value?.[0]?.['iCalUId'],
  });
  expect(mailbox.occurrences('2026-03-01', '2026-03-31')).toHaveLength(2);
  expect(mailbox.events()).toHaveLength(1);
});

test('an occurrence is read by its id, with either kind of id', async () => {
  const [first] = await occurrences(mailbox.addEvent(MONDAYS));
  const id = String(first?.['id']);
  expect((await send('GET', `/me/events/${id}`)).body).toMatchObject({ id, type: 'occurrence' });
  const mutable = await send('GET', `/me/events/${id}`, undefined, { prefer: '' });
  expect(mutable.body.id).not.toBe(id);
  expect((await send('GET', `/me/events/${String(mutable.body.id)}`)).body.id).toBe(id);
});

test('a changed occurrence becomes an exception under the same id, keeps its original start, and moves every version of the series', async () => {
  const master = mailbox.addEvent(MONDAYS);
  const [, second] = await occurrences(master);
  const id = String(second?.['id']);
  const changed = await send('PATCH', `/me/events/${id}`, { start: at('2026-04-01T11:00:00', BERLIN), end: at('2026-04-01T12:00:00', BERLIN) });
  expect(changed.body).toMatchObject({
    id, type: 'exception', subject: 'Jour fixe', originalStart: '2026-03-30T07:00:00Z', start: at('2026-04-01T09:00:00.0000000'), seriesMasterId: master,
  });
  const all = await occurrences(master);
  expect(startsOf(all)).toEqual(['2026-03-23T08:00', '2026-04-01T09:00', '2026-04-06T07:00', '2026-04-13T07:00']);
  expect(all[0]?.['changeKey']).not.toBe(second?.['changeKey']);
  await send('PATCH', `/me/events/${master}`, { subject: 'Weekly' });
  expect((await send('GET', `/me/events/${id}`)).body).toMatchObject({ subject: 'Weekly', type: 'exception' });
});

test('a deleted occurrence is not found, the others stay, and the count of the rule does not grow', async () => {
  const master = mailbox.addEvent(MONDAYS);
  const id = String((await occurrences(master))[1]?.['id']);
  expect((await send('DELETE', `/me/events/${id}`)).status).toBe(204);
  const gone = await send('GET', `/me/events/${id}`);
  expect([gone.status, gone.body.error?.code]).toEqual([404, 'ErrorItemNotFound']);
  expect(startsOf(await occurrences(master))).toEqual(['2026-03-23T08:00', '2026-04-06T07:00', '2026-04-13T07:00']);
});

test('deviations of a series are told only to a $select of the master', async () => {
  const master = mailbox.addEvent(MONDAYS);
  const [first, second] = await occurrences(master);
  mailbox.removeEvent(String(first?.['id']));
  mailbox.updateEvent(String(second?.['id']), { subject: 'Special' });
  const asked = await send('GET', `/me/events/${master}?$select=cancelledOccurrences,exceptionOccurrences`);
  expect(asked.body).toMatchObject({ cancelledOccurrences: [`OID.${master}.2026-03-23`], exceptionOccurrences: [{ id: second?.['id'], subject: 'Special' }] });
  expect((await send('GET', `/me/events/${master}`)).body).not.toHaveProperty('cancelledOccurrences');
});

test.each([['onto the day of the next', '2026-04-06'], ['past the next', '2026-04-09'], ['onto the day before', '2026-03-23']])(
  'an occurrence moved %s is refused', async (_, date) => {
    const id = String((await occurrences(mailbox.addEvent(MONDAYS)))[1]?.['id']);
    const refused = await send('PATCH', `/me/events/${id}`, { start: at(`${date}T15:00:00`, BERLIN), end: at(`${date}T16:00:00`, BERLIN) });
    expect([refused.status, refused.body.error?.code]).toEqual([400, 'ErrorOccurrenceCrossingBoundary']);
  },
);

test('a change of the times or of the rule drops exceptions and deletions', async () => {
  const master = mailbox.addEvent(MONDAYS);
  const [first, second] = await occurrences(master);
  mailbox.removeEvent(String(first?.['id']));
  mailbox.updateEvent(String(second?.['id']), { subject: 'Special' });
  await send('PATCH', `/me/events/${master}`, { start: at('2026-03-23T14:00:00', BERLIN), end: at('2026-03-23T15:00:00', BERLIN) });
  const all = await occurrences(master);
  expect(startsOf(all)[0]).toBe('2026-03-23T13:00');
  expect(all.map(({ type }) => type)).toEqual(['occurrence', 'occurrence', 'occurrence', 'occurrence']);
});

test('a rule can be taken away and given', async () => {
  const master = mailbox.addEvent(MONDAYS);
  expect((await send('PATCH', `/me/events/${master}`, { recurrence: null })).body).toMatchObject({ type: 'singleInstance', recurrence: null });
  expect((await send('PATCH', `/me/events/${master}`, { recurrence: MONDAYS.recurrence })).body).toMatchObject({ type: 'seriesMaster' });
});

test('a series with attendees mails once for its change and once for each exception', async () => {
  const attendees = [{ emailAddress: { address: 'ben@fabrikam.example' } }];
  const master = mailbox.addEvent({ ...MONDAYS, attendees });
  mailbox.updateEvent(String((await occurrences(master))[1]?.['id']), { subject: 'Special' });
  await send('PATCH', `/me/events/${master}`, { subject: 'Weekly' });
  expect(world.microsoft.mailsSent.map(({ reason }) => reason)).toEqual(['event update', 'event update of an occurrence']);
  await send('DELETE', `/me/events/${String((await occurrences(master))[0]?.['id'])}`);
  expect(world.microsoft.mailsSent.at(-1)?.reason).toBe('event cancellation');
});

test('an all-day series falls on dates', async () => {
  const master = mailbox.addEvent({
    subject: 'Fair', isAllDay: true, start: at('2026-03-28T00:00:00', BERLIN), end: at('2026-03-29T00:00:00', BERLIN),
    recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'endDate', startDate: '2026-03-28', endDate: '2026-03-30' } },
  });
  expect(startsOf(await occurrences(master))).toEqual(['2026-03-28T00:00', '2026-03-29T00:00', '2026-03-30T00:00']);
});

test('the first occurrence is the first day of the rule', async () => {
  const master = mailbox.addEvent({
    ...MONDAYS, recurrence: { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] }, range: { type: 'noEnd', startDate: '2026-03-23' } },
  });
  expect((await send('GET', `/me/events/${master}`)).body).toMatchObject({
    start: at('2026-03-24T08:00:00.0000000'), end: at('2026-03-24T09:00:00.0000000'), recurrence: { range: { startDate: '2026-03-24' } },
  });
});
