import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, DELTA, round, testWorld } from './test-client.ts';
import type { TestWorld } from './test-client.ts';

let world: TestWorld;
beforeEach(async () => { world = await testWorld({ hasSamples: true }); });
afterEach(() => world.microsoft.close());

const get = async (path: string): Promise<string> => (await fetch(world.microsoft.origin + path)).text();
const post = (path: string, form: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(world.microsoft.origin + path, { method: 'POST', body: new URLSearchParams({ user: ANNA, ...form }), redirect: 'manual' });

/** What a browser would send back untouched. */
function formOf(page: string): Record<string, string> {
  const inputs = [
    ...page.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g), ...page.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</g),
  ];
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value.replaceAll('&#39;', "'").replaceAll('&amp;', '&')]));
}

test('the page shows the contacts of the account chosen', async () => {
  const page = await get(`/?user=${ANNA}`);
  expect(page).toContain('Contacts of Anna Weber');
  expect(page.match(/data-testid="contact-row"/g)).toHaveLength(6);
  expect(page).toContain('lena.fischer@northwind.example');
  expect(await get(`/?user=${ANNA}&q=wingtip`)).toContain('1 contacts');
});

test('a contact added, edited and deleted by hand is seen by delta', async () => {
  const first = await round(world.send, DELTA);
  const saved = await post('/contacts/save', {
    id: '', givenName: 'Ida', surname: "O'Hara", 'emailAddresses.0': 'ida@x.example', 'businessPhones.1': '+1 2', birthday: '1990-02-03',
    'homeAddress.street': 'Line 1\r\nLine 2', categories: 'Red, Blue',
  });
  expect(saved.status).toBe(303);
  const second = await round(world.send, first.deltaLink);
  expect(second.rows).toHaveLength(1);
  expect(second.rows[0]).toMatchObject({
    displayName: "Ida O'Hara", emailAddresses: [{ address: 'ida@x.example' }], businessPhones: ['+1 2'], birthday: '1990-02-03T11:59:00Z',
    homeAddress: { street: 'Line 1\nLine 2' }, categories: ['Red', 'Blue'],
  });
  const id = String(second.rows[0]?.['id']);

  const form = formOf(await get(`/contacts/edit?${new URLSearchParams({ user: ANNA, id })}`));
  expect((await post('/contacts/save', { ...form, surname: 'Hart' })).status).toBe(303);
  const third = await round(world.send, second.deltaLink);
  expect(third.rows[0]).toMatchObject({
    id, displayName: 'Ida Hart', homeAddress: { street: 'Line 1\nLine 2' }, birthday: '1990-02-03T11:59:00Z',
  });

  await post('/contacts/delete', { id });
  expect((await round(world.send, third.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
});

test('every field of the form has a label and survives a save that changes nothing', async () => {
  const [contact] = world.microsoft.mailbox(ANNA).contacts();
  const id = String(contact?.['id']);
  const page = await get(`/contacts/edit?${new URLSearchParams({ user: ANNA, id })}`);
  const fields = [...page.matchAll(/data-testid="field-([^"]*)"/g)].map(([, name = '']) => name);
  expect(fields.length).toBeGreaterThan(45);
  for (const name of fields) expect(page).toContain(`<label for="${name}">`);
  await post('/contacts/save', formOf(page));
  const { changeKey, '@odata.etag': etag, ...after } = world.microsoft.mailbox(ANNA).contact(id);
  expect([changeKey, etag]).not.toContain(contact?.['changeKey']);
  expect(contact).toMatchObject(after);
});

test('a refusal is shown above the form with what was typed', async () => {
  const refused = await post('/contacts/save', { id: '', surname: '<b>', birthday: 'soon' });
  expect(refused.status).toBe(400);
  const page = await refused.text();
  expect(page).toContain('data-testid="refusal"');
  expect(page).toContain('value="&lt;b&gt;"');
});

test('the buttons make trouble', async () => {
  await post('/trouble', { what: 'busy', count: '1' });
  expect((await fetch(`${world.microsoft.origin}/v1.0/me`)).status).toBe(503);
  await post('/trouble', { what: 'throttle', count: '1' });
  expect((await world.send('GET', '/me')).status).toBe(429);
  const { deltaLink } = await round(world.send, DELTA);
  await post('/trouble', { what: 'expire-delta' });
  expect((await world.send('GET', deltaLink)).status).toBe(410);
  await post('/trouble', { what: 'expire-access' });
  expect((await world.send('GET', '/me')).status).toBe(401);
});

test('the doors for the sandbox answer programs of other origins', async () => {
  const messages = await fetch(`${world.microsoft.origin}/_sandbox/messages?user=${ANNA}`);
  expect(messages.headers.get('access-control-allow-origin')).toBe('*');
  expect((await messages.json() as { value: unknown[] }).value).toHaveLength(5);
  const control = await fetch(`${world.microsoft.origin}/_sandbox/controls`, {
    method: 'POST', body: JSON.stringify({ action: 'expireAccessTokens', user: ANNA }),
  });
  expect(control.status).toBe(200);
  expect((await world.send('GET', '/me')).status).toBe(401);
});

test('an event added, edited and deleted by hand is seen by delta; the times typed are those of the mailbox', async () => {
  const view = '/me/calendarView/delta?startDateTime=2026-11-20&endDateTime=2026-12-20';
  const first = await round(world.send, view);
  const event = { id: '', subject: 'Visit', location: 'Room 1', start: '2026-12-01T10:00', end: '2026-12-01T11:30', showAs: 'oof', sensitivity: 'normal' };
  expect((await post('/events/save', { ...event, body: 'One\r\nTwo', repeats: 'never' })).status).toBe(303);
  const second = await round(world.send, first.deltaLink);
  expect(second.rows).toMatchObject([{
    subject: 'Visit', location: { displayName: 'Room 1' }, start: { dateTime: '2026-12-01T09:00:00.0000000' }, showAs: 'oof', bodyPreview: 'One\r\nTwo',
  }]);
  const id = String(second.rows[0]?.['id']);
  expect(await get(`/events?user=${ANNA}`)).toContain('Tuesday 2026-12-01 10:00 to 11:30');
  const page = await get(`/events/edit?${new URLSearchParams({ user: ANNA, id })}`);
  expect(page).toContain('<option value="oof" selected>');
  // A browser leaves out a box that is not ticked.
  const { isAllDay, ...form } = formOf(page);
  expect(isAllDay).toBe('yes');
  expect((await post('/events/save', { ...event, ...form, subject: 'Call' })).status).toBe(303);
  const third = await round(world.send, second.deltaLink);
  expect(third.rows).toMatchObject([{ id, subject: 'Call', bodyPreview: 'One\r\nTwo', start: { dateTime: '2026-12-01T09:00:00.0000000' } }]);
  await post('/events/delete', { id });
  expect((await round(world.send, third.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  expect(world.microsoft.mailsSent).toEqual([]);
});

test('a series made by hand is listed by occurrence, and one occurrence is deleted alone', async () => {
  const series = { id: '', subject: 'Fair', start: '2026-12-01T00:00', end: '2026-12-01T00:00', isAllDay: 'yes', showAs: 'free', sensitivity: 'normal' };
  expect((await post('/events/save', { ...series, repeats: 'weekly', times: '3' })).status).toBe(303);
  const page = await get(`/events?user=${ANNA}`);
  expect(page.match(/data-testid="event-row"/g)).toHaveLength(3);
  expect(page).toContain('2026-12-08, all day');
  const [, second] = world.microsoft.mailbox(ANNA).occurrences('2026-12-01', '2026-12-31');
  await post('/events/delete', { id: String(second?.['id']) });
  expect((await get(`/events?user=${ANNA}`)).match(/data-testid="event-row"/g)).toHaveLength(2);
});

test('a refused event is shown with what was typed', async () => {
  const event = { id: '', subject: '<b>', start: '2026-12-01T10:00', end: '2026-12-01T09:00', showAs: 'busy', sensitivity: 'normal' };
  const refused = await post('/events/save', event);
  expect(refused.status).toBe(400);
  const page = await refused.text();
  expect(page).toContain('cannot end before it starts');
  expect(page).toContain('value="&lt;b&gt;"');
});

test('a task added, edited and deleted by hand is seen by delta', async () => {
  const delta = `/me/todo/lists/${String(world.microsoft.mailbox(ANNA).taskLists()[0]?.['id'])}/tasks/delta`;
  const first = await round(world.send, delta);
  const task = { id: '', title: 'Call back', due: '2026-12-02', status: 'notStarted', importance: 'high', body: 'One' };
  expect((await post('/tasks/save', task)).status).toBe(303);
  const second = await round(world.send, first.deltaLink);
  expect(second.rows).toMatchObject([{ title: 'Call back', importance: 'high', dueDateTime: { dateTime: '2026-12-01T23:00:00.0000000' } }]);
  const id = String(second.rows[0]?.['id']);
  expect(await get(`/tasks?user=${ANNA}`)).toContain('2026-12-02');
  const form = formOf(await get(`/tasks/edit?${new URLSearchParams({ user: ANNA, id })}`));
  expect(form).toMatchObject({ title: 'Call back', due: '2026-12-02', body: 'One' });
  await post('/tasks/save', { ...form, status: 'completed', importance: 'high' });
  const third = await round(world.send, second.deltaLink);
  expect(third.rows).toMatchObject([{ id, status: 'completed', title: 'Call back' }]);
  await post('/tasks/delete', { id });
  expect((await round(world.send, third.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  expect((await post('/tasks/save', { ...task, title: '' })).status).toBe(400);
});
