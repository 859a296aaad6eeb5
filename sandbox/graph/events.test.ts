import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, CRM_ID, at, testWorld } from './test-client.ts';
import type { Send, TestWorld } from './test-client.ts';

let world: TestWorld;
let send: Send;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
});
afterEach(() => world.microsoft.close());

const HOUR = { start: at('2026-12-01T15:00:00', 'Europe/Berlin'), end: at('2026-12-01T16:30:00', 'W. Europe Standard Time') };
const BEN = { emailAddress: { address: 'ben@fabrikam.example', name: 'Ben' }, type: 'required' };
const HOST = { emailAddress: BEN.emailAddress };

async function make(body: object = {}): Promise<Record<string, unknown> & { readonly id: string }> {
  const { status, body: made } = await send('POST', '/me/events', { subject: 'Visit', ...HOUR, ...body });
  expect(status).toBe(201);
  return { ...made, id: String(made.id) };
}

test('a creation answers 201 with the whole event, times in UTC', async () => {
  const made = await make();
  expect(made).toMatchObject({
    subject: 'Visit', type: 'singleInstance', seriesMasterId: null, recurrence: null, isAllDay: false, isOrganizer: true, isCancelled: false,
    start: at('2026-12-01T14:00:00.0000000'), end: at('2026-12-01T15:30:00.0000000'), showAs: 'busy', sensitivity: 'normal',
    originalStartTimeZone: 'Europe/Berlin', originalEndTimeZone: 'W. Europe Standard Time', attendees: [], locations: [],
    organizer: { emailAddress: { name: 'Anna Weber', address: ANNA } }, responseStatus: { response: 'organizer' },
    iCalUId: expect.stringMatching(/^0400/), '@odata.etag': `W/"${String(made['changeKey'])}"`,
  });
  expect(made).not.toHaveProperty('cancelledOccurrences');
});

test('the same route exists below the calendar, which is found by its id', async () => {
  const calendar = await send('GET', '/me/calendar');
  expect(calendar.body).toMatchObject({ name: 'Calendar', isDefaultCalendar: true, canEdit: true, owner: { address: ANNA } });
  const made = await send('POST', `/me/calendars/${String(calendar.body.id)}/events`, { subject: 'There', ...HOUR });
  expect((await send('GET', `/me/events/${String(made.body.id)}`)).body['subject']).toBe('There');
  expect((await send('GET', '/me/calendars')).body.value?.map(({ id }) => id)).toEqual([calendar.body.id]);
  expect((await send('GET', '/me/calendars/AQMkX/events')).status).toBe(404);
});

test('times are read in the zone that Prefer asks for, and an unknown zone is refused before anything is written', async () => {
  const { id } = await make();
  const read = await send('GET', `/me/events/${id}`, undefined, { prefer: 'IdType="ImmutableId", outlook.timezone="Pacific Standard Time"' });
  expect(read.body['start']).toEqual(at('2026-12-01T06:00:00.0000000', 'Pacific Standard Time'));
  expect(read.headers.get('preference-applied')).toContain('outlook.timezone="Pacific Standard Time"');
  const refused = await send('POST', '/me/events', { subject: 'x', ...HOUR }, { prefer: 'outlook.timezone="Nowhere"' });
  expect([refused.status, refused.body.error?.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  expect(world.microsoft.mailbox(ANNA).events()).toHaveLength(1);
});

test.each(['Greenwich Mean Time', '', 'tzone://Microsoft/Custom', 'Europe/Vienna', 'Mars/Olympus'])(
  'the zone name "%s" is not accepted', async (zone) => {
    const refused = await send('POST', '/me/events', { subject: 'x', start: at('2026-12-01T15:00:00', zone), end: HOUR.end });
    expect([refused.status, refused.body.error?.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  },
);

test.each([
  ['an end before the start', { end: at('2026-12-01T13:00:00') }, 'ErrorCalendarEndDateIsEarlierThanStartDate'],
  ['no end', { end: undefined }, 'ErrorPropertyValidationFailure'],
  ['a day that does not exist', { start: at('2026-02-30T13:00:00') }, 'ErrorInvalidRequest'],
  ['an offset in dateTime', { start: at('2026-12-01T13:00:00Z') }, 'ErrorInvalidRequest'],
  ['an all-day event that does not start at midnight', { isAllDay: true }, 'ErrorPropertyValidationFailure'],
  ['an unknown property', { titel: 'x' }, 'RequestBodyRead'],
  ['an unknown member of a location', { location: { name: 'x' } }, 'RequestBodyRead'],
  ['an unknown showAs', { showAs: 'away' }, 'RequestBodyRead'],
  ['a read-only property', { iCalUId: 'x' }, 'ErrorInvalidPropertySet'],
  ['somebody else as organizer', { organizer: HOST }, 'ErrorInvalidPropertySet'],
  ['null for a collection', { categories: null }, 'RequestBodyRead'],
  ['a text for a flag', { isReminderOn: 'yes' }, 'RequestBodyRead'],
  ['an attendee without an address', { attendees: [{ emailAddress: { name: 'x' } }] }, 'ErrorInvalidRecipients'],
  ['501 attendees', { attendees: Array.from({ length: 501 }, () => BEN) }, 'ErrorTooManyRecipients'],
])('%s is refused with 400, nothing is written and nobody is mailed', async (_, body, code) => {
  const refused = await send('POST', '/me/events', { subject: 'x', ...HOUR, ...body });
  expect([refused.status, refused.body.error?.code]).toEqual([400, code]);
  expect(world.microsoft.mailbox(ANNA).events()).toEqual([]);
  expect(world.microsoft.mailsSent).toEqual([]);
});

test('an all-day event shows its midnights in any zone and ends exclusively', async () => {
  const { id } = await make({ isAllDay: true, start: at('2026-12-01T00:00:00', 'Europe/Berlin'), end: at('2026-12-03T00:00:00', 'Europe/Berlin') });
  const read = await send('GET', `/me/events/${id}`, undefined, { prefer: 'outlook.timezone="Tokyo Standard Time"' });
  expect(read.body).toMatchObject({
    isAllDay: true, start: at('2026-12-01T00:00:00.0000000', 'Tokyo Standard Time'), end: at('2026-12-03T00:00:00.0000000', 'Tokyo Standard Time'),
  });
  expect((await send('GET', `/me/events/${id}`)).body['start']).toEqual(at('2026-12-01T00:00:00.0000000'));
  // The hidden instant is what a view compares: 30 November, 23:00 in UTC.
  const early = await send('GET', '/me/calendarView?startDateTime=2026-11-30T22:00:00Z&endDateTime=2026-11-30T23:30:00Z');
  expect(early.body.value).toHaveLength(1);
});

test('a change answers 200 and leaves what was not sent; zone names of the creation stay', async () => {
  const made = await make({ location: { displayName: 'Room 1' }, categories: ['Red'] });
  const changed = await send('PATCH', `/me/events/${made.id}`, {
    start: at('2026-12-02T08:00:00', 'Pacific Standard Time'), end: at('2026-12-02T09:00:00', 'Pacific Standard Time'), showAs: 'tentative',
  });
  expect(changed.body).toMatchObject({
    id: made.id, subject: 'Visit', categories: ['Red'], showAs: 'tentative', start: at('2026-12-02T16:00:00.0000000'),
    location: { displayName: 'Room 1', locationType: 'default' }, locations: [{ displayName: 'Room 1' }], originalStartTimeZone: 'Europe/Berlin',
  });
  expect(changed.body['changeKey']).not.toBe(made['changeKey']);
  expect((await send('PATCH', `/me/events/${made.id}`, { location: null })).body).toMatchObject({ location: { displayName: '' }, locations: [] });
});

test.each(['PATCH', 'DELETE'])('%s with an old etag answers 412 and changes nothing', async (method) => {
  const made = await make();
  const bodyOf = (subject: string): unknown => (method === 'PATCH' ? { subject } : undefined);
  await send('PATCH', `/me/events/${made.id}`, { subject: 'Newer' });
  const refused = await send(method, `/me/events/${made.id}`, bodyOf('Lost'), { 'if-match': String(made['@odata.etag']) });
  expect([refused.status, refused.body.error?.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  const now = await send('GET', `/me/events/${made.id}`);
  expect(now.body['subject']).toBe('Newer');
  const good = await send(method, `/me/events/${made.id}`, bodyOf('x'), { 'if-match': String(now.body['@odata.etag']) });
  expect(good.status).toBe(method === 'PATCH' ? 200 : 204);
});

test('a deleted event is not found, and its id finds nothing among the contacts', async () => {
  const { id } = await make();
  expect((await send('GET', `/me/contacts/${id}`)).status).toBe(404);
  const gone = await send('DELETE', `/me/events/${id}`);
  expect([gone.status, gone.body]).toEqual([204, {}]);
  expect((await send('GET', `/me/events/${id}`)).body.error?.code).toBe('ErrorItemNotFound');
});

test('ids are mutable ones unless Prefer asks', async () => {
  const { id } = await make();
  const plain = await send('GET', `/me/events/${id}`, undefined, { prefer: '' });
  expect(plain.body.id).not.toBe(id);
  expect((await send('GET', `/me/events/${String(plain.body.id)}`)).body.id).toBe(id);
});

test('a transactionId sent again gives the same event, for another event it is refused, also after a deletion', async () => {
  const first = await make({ transactionId: 'link-1/1' });
  const again = await make({ transactionId: 'link-1/1' });
  expect(again.id).toBe(first.id);
  const other = await send('POST', '/me/events', { subject: 'Other', ...HOUR, transactionId: 'link-1/1' });
  expect([other.status, other.body.error?.code]).toEqual([400, 'ErrorDuplicateTransactionId']);
  expect((await send('PATCH', `/me/events/${first.id}`, { transactionId: 'link-1/2' })).body.error?.code).toBe('ErrorInvalidPropertySet');
  await send('DELETE', `/me/events/${first.id}`);
  const late = await send('POST', '/me/events', { subject: 'Visit', ...HOUR, transactionId: 'link-1/1' });
  expect(late.body.error?.code).toBe('ErrorDuplicateTransactionId');
  expect(world.microsoft.mailbox(ANNA).events()).toHaveLength(0);
});

test('attendees are mailed by creation, by any change and by deletion; without attendees nobody is', async () => {
  const quiet = await make();
  await send('PATCH', `/me/events/${quiet.id}`, { subject: 'Quiet' });
  await send('DELETE', `/me/events/${quiet.id}`);
  expect(world.microsoft.mailsSent).toEqual([]);
  const { id } = await make({ attendees: [BEN], responseRequested: false });
  await send('PATCH', `/me/events/${id}`, { categories: ['Red'] });
  await send('DELETE', `/me/events/${id}`);
  expect(world.microsoft.mailsSent.map(({ reason, recipients }) => [reason, recipients])).toEqual([
    ['event invitation', 1], ['event update', 1], ['event cancellation', 1],
  ]);
});

test('adding attendees mails, and so does taking away the last one', async () => {
  const { id } = await make();
  await send('PATCH', `/me/events/${id}`, { attendees: [BEN] });
  await send('PATCH', `/me/events/${id}`, { attendees: [] });
  expect(world.microsoft.mailsSent).toHaveLength(2);
});

test('what a person does by hand is not counted as mailed by the application', () => {
  const mailbox = world.microsoft.mailbox(ANNA);
  const id = mailbox.addEvent({ subject: 'Own', ...HOUR, attendees: [BEN] });
  mailbox.updateEvent(id, { subject: 'Own 2' });
  mailbox.removeEvent(id);
  expect(world.microsoft.mailsSent).toEqual([]);
});

test("an attendee's copy refuses what belongs to the organizer, takes personal fields, and its deletion mails nobody", async () => {
  const attendees = [{ emailAddress: { address: ANNA } }];
  const id = world.microsoft.mailbox(ANNA).addEvent({ subject: 'Theirs', ...HOUR, organizer: HOST, attendees });
  const read = await send('GET', `/me/events/${id}`);
  expect(read.body).toMatchObject({ isOrganizer: false, organizer: HOST, responseStatus: { response: 'notResponded' } });
  for (const body of [{ subject: 'Mine' }, { start: HOUR.start }, { location: { displayName: 'x' } }]) {
    expect((await send('PATCH', `/me/events/${id}`, body)).body.error?.code).toBe('ErrorCalendarIsNotOrganizer');
  }
  expect((await send('PATCH', `/me/events/${id}`, { showAs: 'free', categories: ['Red'] })).body).toMatchObject({ subject: 'Theirs', showAs: 'free' });
  await send('DELETE', `/me/events/${id}`);
  expect(world.microsoft.mailsSent).toEqual([]);
});

test("an attendee's change can also be overwritten instead of refused", async () => {
  world.microsoft.world.settings.attendeeEdits = 'overwritten';
  const id = world.microsoft.mailbox(ANNA).addEvent({ subject: 'Theirs', ...HOUR, organizer: HOST });
  const answer = await send('PATCH', `/me/events/${id}`, { subject: 'Mine', showAs: 'free' });
  expect([answer.status, answer.body['subject'], answer.body['showAs']]).toEqual([200, 'Theirs', 'free']);
});

test('an organizer cancels: the copy stays and says so', async () => {
  const mailbox = world.microsoft.mailbox(ANNA);
  const id = mailbox.addEvent({ subject: 'Theirs', ...HOUR, organizer: HOST });
  mailbox.updateEvent(id, { isCancelled: true, responseStatus: { response: 'accepted' } });
  expect((await send('GET', `/me/events/${id}`)).body).toMatchObject({ isCancelled: true, responseStatus: { response: 'accepted' } });
});

test('a body is kept as HTML and read as text on request', async () => {
  const { id } = await make({ body: { contentType: 'text', content: 'One & two\nthree' } });
  const html = await send('GET', `/me/events/${id}`);
  expect(html.body['body']).toMatchObject({ contentType: 'html', content: expect.stringContaining('One &amp; two<br>') });
  expect(html.body['bodyPreview']).toBe('One & two\r\nthree');
  const text = await send('GET', `/me/events/${id}`, undefined, { prefer: 'outlook.body-content-type="text"' });
  expect(text.body['body']).toEqual({ contentType: 'text', content: 'One & two\r\nthree' });
});

test('a body written without the link ends an online meeting, a body with it does not', async () => {
  const made = await make({ isOnlineMeeting: true, body: { contentType: 'html', content: '<p>Agenda</p>' } });
  expect(made).toMatchObject({
    isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness', onlineMeeting: { joinUrl: expect.stringContaining('https://') },
  });
  const { content } = made['body'] as { content: string };
  const body = { contentType: 'html', content: content.replace('Agenda', 'New agenda') };
  const kept = await send('PATCH', `/me/events/${made.id}`, { body, isOnlineMeeting: false });
  expect(kept.body['isOnlineMeeting']).toBe(true);
  const lost = await send('PATCH', `/me/events/${made.id}`, { body: { contentType: 'html', content: '<p>New agenda</p>' } });
  expect(lost.body).toMatchObject({ isOnlineMeeting: false, onlineMeeting: null });
});

test('a list holds single events and masters, pages, and is filtered as documented', async () => {
  const { id } = await make({ subject: "O'Hara and son", singleValueExtendedProperties: [{ id: CRM_ID, value: '00U1' }] });
  await make({ subject: 'Later', start: at('2026-12-05T10:00:00'), end: at('2026-12-05T11:00:00') });
  const find = async (filter: string): Promise<unknown[]> => {
    const { status, body } = await send('GET', `/me/events?$filter=${encodeURIComponent(filter)}`);
    return status === 200 ? (body.value ?? []).map(({ subject }) => subject) : [status, body.error?.code];
  };
  expect(await find("subject eq 'o''hara AND son'")).toEqual(["O'Hara and son"]);
  expect(await find("start/dateTime ge '2026-12-02T00:00' and start/dateTime lt '2026-12-06'")).toEqual(['Later']);
  expect(await find("end/dateTime le '2026-12-01T15:30:00Z'")).toEqual(["O'Hara and son"]);
  expect(await find(`singleValueExtendedProperties/any(ep: ep/id eq '${CRM_ID}' and ep/value eq '00u1')`)).toEqual(["O'Hara and son"]);
  expect(await find(`iCalUId eq '${String((await send('GET', `/me/events/${id}`)).body['iCalUId'])}'`)).toEqual(["O'Hara and son"]);
  expect(await find("location/displayName eq 'x'")).toEqual([400, 'ErrorInvalidUrlQueryFilter']);
  const page = await send('GET', '/me/events?$top=1&$select=subject&$count=true');
  expect(page.body).toMatchObject({ '@odata.count': 2, value: [{ subject: "O'Hara and son" }] });
  expect(Object.keys(page.body.value?.[0] ?? {})).toEqual(['@odata.etag', 'id', 'subject']);
  expect((await send('GET', String(page.body['@odata.nextLink']))).body.value).toMatchObject([{ subject: 'Later' }]);
  const expanded = await send('GET', `/me/events/${id}?$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${CRM_ID}')`)}`);
  expect(expanded.body['singleValueExtendedProperties']).toEqual([{ id: CRM_ID, value: '00U1' }]);
});

test('without the scope every route of the calendar answers 403, with the reading one writes do', async () => {
  const poor = await world.as('ben.carter@fabrikam.example', 'openid Contacts.ReadWrite');
  const view = '/me/calendarView?startDateTime=2026-12-01&endDateTime=2026-12-02';
  for (const path of ['/me/events', '/me/calendar', '/me/calendars', view, view.replace('?', '/delta?')]) {
    expect((await poor('GET', path)).body.error?.code).toBe('ErrorAccessDenied');
  }
  const reader = await world.as('mia.schmidt@contoso.example', 'openid Calendars.Read');
  expect((await reader('GET', '/me/events')).status).toBe(200);
  expect((await reader('POST', '/me/events', { subject: 'x', ...HOUR })).status).toBe(403);
});

test('events are written in a batch, each part with its own preferences', async () => {
  const part = (id: string, prefer: string): object => ({
    id, method: 'POST', url: '/me/events', headers: { 'Content-Type': 'application/json', Prefer: prefer }, body: { subject: id, ...HOUR },
  });
  const { body } = await send('POST', '/$batch', { requests: [part('a', 'outlook.timezone="Tokyo Standard Time"'), part('b', '')] });
  const startOf = (id: string): unknown => body.responses?.find((response) => response.id === id)?.body?.['start'];
  expect(startOf('a')).toEqual(at('2026-12-01T23:00:00.0000000', 'Tokyo Standard Time'));
  expect(startOf('b')).toEqual(at('2026-12-01T14:00:00.0000000'));
});
