import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, at, round, testWorld } from './test-client.ts';
import type { MailboxAccess } from './access.ts';
import type { Send, TestWorld } from './test-client.ts';

const BEN = 'ben.carter@fabrikam.example';
let world: TestWorld;
let send: Send;
let mailbox: MailboxAccess;
let list: string;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
  mailbox = world.microsoft.mailbox(ANNA);
  list = `/me/todo/lists/${String(mailbox.taskLists()[0]?.['id'])}`;
});
afterEach(() => world.microsoft.close());

async function make(body: object = {}, by: Send = send, path = list): Promise<Record<string, unknown> & { readonly id: string }> {
  const { status, body: made } = await by('POST', `${path}/tasks`, { title: 'Call back', ...body });
  expect(status).toBe(201);
  return { ...made, id: String(made.id) };
}

test('two built-in lists exist, which can be neither renamed nor deleted', async () => {
  const { body } = await send('GET', '/me/todo/lists');
  expect(body.value?.map(({ wellknownListName }) => wellknownListName)).toEqual(['defaultList', 'flaggedEmails']);
  expect((await send('PATCH', list, { displayName: 'x' })).body.error?.code).toBe('invalidRequest');
  expect((await send('DELETE', list)).status).toBe(400);
});

test('a list is made, renamed and deleted with its tasks, and its delta tells so', async () => {
  const first = await round(send, '/me/todo/lists/delta');
  expect(first.rows).toHaveLength(2);
  const made = await send('POST', '/me/todo/lists', { displayName: 'Visits' });
  expect([made.status, made.body['wellknownListName']]).toEqual([201, 'none']);
  const path = `/me/todo/lists/${String(made.body.id)}`;
  await make({}, send, path);
  await send('PATCH', path, { displayName: 'Calls' });
  const second = await round(send, first.deltaLink);
  expect(second.rows).toMatchObject([{ id: made.body.id, displayName: 'Calls' }]);
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await round(send, second.deltaLink)).rows).toEqual([{ id: made.body.id, '@removed': { reason: 'deleted' } }]);
  expect(mailbox.tasks()).toEqual([]);
});

test('a task is created, read, changed and deleted', async () => {
  const made = await make({ importance: 'high', categories: ['Red'], body: { contentType: 'html', content: '<p>Soon</p>' } });
  expect(made).toMatchObject({
    title: 'Call back', status: 'notStarted', importance: 'high', categories: ['Red'], hasAttachments: false, isReminderOn: false,
    body: { contentType: 'html', content: expect.stringContaining('<p>Soon</p>') }, createdDateTime: expect.stringMatching(/\.\d{7}Z$/),
  });
  expect(made).not.toHaveProperty('changeKey');
  const changed = await send('PATCH', `${list}/tasks/${made.id}`, { status: 'waitingOnOthers' });
  expect(changed.body).toMatchObject({ id: made.id, status: 'waitingOnOthers', title: 'Call back' });
  expect(changed.body['@odata.etag']).not.toBe(made['@odata.etag']);
  const old = { 'if-match': String(made['@odata.etag']) };
  expect((await send('DELETE', `${list}/tasks/${made.id}`, undefined, old)).status).toBe(412);
  expect((await send('DELETE', `${list}/tasks/${made.id}`)).status).toBe(204);
  expect((await send('GET', `${list}/tasks/${made.id}`)).body.error?.code).toBe('ErrorItemNotFound');
});

test('a task is not found in another list', async () => {
  const { id } = await make();
  const other = mailbox.addTaskList('Other');
  expect((await send('GET', `/me/todo/lists/${other}/tasks/${id}`)).status).toBe(404);
});

test.each([
  ['no title', { title: '' }], ['an unknown status', { status: 'done' }], ['a text body', { body: { contentType: 'text', content: 'x' } }],
  ['an unknown property', { subject: 'x' }], ['a read-only property', { createdDateTime: '2026-01-01T00:00:00Z' }],
  ['an unknown zone', { dueDateTime: at('2026-12-02T00:00:00', 'Nowhere') }], ['a rule without a due date', { recurrence: { pattern: {}, range: {} } }],
  ['a link without a name', { linkedResources: [{ externalId: '1' }] }],
])('%s is refused with 400', async (_, body) => {
  expect((await send('POST', `${list}/tasks`, { title: 'x', ...body })).status).toBe(400);
  expect(mailbox.tasks()).toEqual([]);
});

test('a due date comes back as the UTC instant of local midnight, whatever Prefer says: the day before for whoever takes the date', async () => {
  const made = await make({ dueDateTime: at('2026-12-02T00:00:00', 'Europe/Berlin'), startDateTime: at('2026-12-01T17:00:00', 'Europe/Berlin') });
  expect(made).toMatchObject({ dueDateTime: at('2026-12-01T23:00:00.0000000'), startDateTime: at('2026-11-30T23:00:00.0000000') });
  const read = await send('GET', `${list}/tasks/${made.id}`, undefined, { prefer: 'outlook.timezone="W. Europe Standard Time"' });
  expect(read.body['dueDateTime']).toEqual(at('2026-12-01T23:00:00.0000000'));
});

test('midnight in UTC is the day before for a mailbox in America', async () => {
  const ben = await world.as(BEN);
  const path = `/me/todo/lists/${String(world.microsoft.mailbox(BEN).taskLists()[0]?.['id'])}`;
  const made = await make({ dueDateTime: at('2026-12-02T00:00:00') }, ben, path);
  expect(made['dueDateTime']).toEqual(at('2026-12-01T08:00:00.0000000'));
});

test("a changed zone of the mailbox moves later days, not those of before, and is told in the mailbox's settings", async () => {
  const before = await make({ dueDateTime: at('2026-12-02T00:00:00', 'Europe/Berlin') });
  mailbox.setTimeZone('Pacific Standard Time');
  expect((await send('GET', '/me/mailboxSettings')).body['timeZone']).toBe('Pacific Standard Time');
  expect((await send('GET', `${list}/tasks/${before.id}`)).body['dueDateTime']).toEqual(at('2026-12-01T23:00:00.0000000'));
  const after = await make({ dueDateTime: at('2026-12-02T00:00:00', 'Pacific Standard Time') });
  expect(after['dueDateTime']).toEqual(at('2026-12-02T08:00:00.0000000'));
  expect(() => { mailbox.setTimeZone('Nowhere'); }).toThrow('Nowhere');
});

test('completion stamps the day, reopening takes it away', async () => {
  const { id } = await make();
  expect((await send('PATCH', `${list}/tasks/${id}`, { status: 'completed' })).body['completedDateTime']).toEqual(at('2026-11-22T23:00:00.0000000'));
  expect((await send('PATCH', `${list}/tasks/${id}`, { status: 'inProgress' })).body).not.toHaveProperty('completedDateTime');
});

test('completing a task that repeats makes a new one for the next day of the rule', async () => {
  const { id } = await make({
    dueDateTime: at('2026-12-02T00:00:00', 'Europe/Berlin'), linkedResources: [{ applicationName: 'Concord', externalId: '00T1' }],
    recurrence: { pattern: { type: 'daily', interval: 2 }, range: { type: 'numbered', numberOfOccurrences: 2, startDate: '2026-12-02' } },
  });
  await send('PATCH', `${list}/tasks/${id}`, { status: 'completed' });
  const [done, next] = mailbox.tasks();
  expect(done).toMatchObject({ id, status: 'completed' });
  expect(next).toMatchObject({
    status: 'notStarted', title: 'Call back', dueDateTime: at('2026-12-03T23:00:00.0000000'), linkedResources: [{ externalId: '00T1' }],
  });
  expect(next?.['id']).not.toBe(id);
  await send('PATCH', `${list}/tasks/${String(next?.['id'])}`, { status: 'completed' });
  expect(mailbox.tasks()).toHaveLength(2);
});

test('links come with the creation or later, are read on request only, and leave delta alone', async () => {
  const made = await make({ linkedResources: [{ applicationName: 'Concord', externalId: '00T1', displayName: 'Task', webUrl: 'https://crm.example/00T1' }] });
  expect(made['linkedResources']).toMatchObject([{ id: expect.any(String), externalId: '00T1' }]);
  const first = await round(send, `${list}/tasks/delta`);
  expect(first.rows[0]).not.toHaveProperty('linkedResources');
  const added = await send('POST', `${list}/tasks/${made.id}/linkedResources`, { applicationName: 'Concord', externalId: '00T2' });
  expect(added.status).toBe(201);
  await send('PATCH', `${list}/tasks/${made.id}/linkedResources/${String(added.body.id)}`, { externalId: '00T3' });
  const read = await send('GET', `${list}/tasks?$expand=linkedResources`);
  expect(read.body.value?.[0]?.['linkedResources']).toMatchObject([{ externalId: '00T1' }, { externalId: '00T3' }]);
  expect((await round(send, first.deltaLink)).rows).toEqual([]);
  await send('DELETE', `${list}/tasks/${made.id}/linkedResources/${String(added.body.id)}`);
  expect((await send('GET', `${list}/tasks/${made.id}/linkedResources`)).body.value).toHaveLength(1);
});

test('delta of a list tells additions, changes and removals of that list', async () => {
  const { id } = await make();
  const gone = await make({ title: 'Gone' });
  const first = await round(send, `${list}/tasks/delta?$select=title`);
  expect(first.rows).toEqual([expect.objectContaining({ id, title: 'Call back' }), expect.objectContaining({ id: gone.id })]);
  mailbox.updateTask(id, { title: 'Call again' });
  mailbox.removeTask(gone.id);
  mailbox.addTask({ title: 'Elsewhere' }, mailbox.addTaskList('Other'));
  const second = await round(send, first.deltaLink);
  expect(second.rows).toEqual([{ '@odata.etag': expect.any(String), id, title: 'Call again' }, { id: gone.id, '@removed': { reason: 'deleted' } }]);
  world.microsoft.controls.expireDeltaTokens(ANNA);
  expect((await send('GET', second.deltaLink)).status).toBe(410);
});

test('flagged mails are in their own list, into which no task can be written', async () => {
  const flagged = mailbox.flagMail('Offer');
  const path = `/me/todo/lists/${String(mailbox.taskLists()[1]?.['id'])}`;
  expect((await send('GET', `${path}/tasks`)).body.value).toMatchObject([{ id: flagged, title: 'Offer' }]);
  expect((await send('POST', `${path}/tasks`, { title: 'x' })).status).toBe(400);
});

test('a list of tasks pages and refuses filters', async () => {
  for (const title of ['a', 'b', 'c']) mailbox.addTask({ title });
  const first = await send('GET', `${list}/tasks?$top=2&$select=title`);
  expect(first.body.value?.map(({ title }) => title)).toEqual(['a', 'b']);
  expect((await send('GET', String(first.body['@odata.nextLink']))).body.value).toHaveLength(1);
  expect((await send('GET', `${list}/tasks?$filter=title eq 'a'`)).status).toBe(400);
});

test('ids of tasks are mutable ones, whatever Prefer says', async () => {
  const { id } = await make();
  expect((await send('GET', `${list}/tasks/${id}`, undefined, { prefer: '' })).body.id).toBe(id);
});

test('without the scope To Do answers 403', async () => {
  const poor = await world.as(BEN, 'openid Calendars.ReadWrite');
  expect((await poor('GET', '/me/todo/lists')).body.error?.code).toBe('ErrorAccessDenied');
  const reader = await world.as('mia.schmidt@contoso.example', 'openid Tasks.Read');
  expect((await reader('GET', '/me/todo/lists')).status).toBe(200);
  expect((await reader('POST', '/me/todo/lists', { displayName: 'x' })).status).toBe(403);
});
