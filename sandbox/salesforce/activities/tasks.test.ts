/** Tasks over HTTP: defaults, statuses that an administrator names, queues. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BEN, faultOf, idOf, pageOf, queryPath, startWorld, type Client, type Reply, type World } from '../world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const create = (fields: object): Promise<Reply> => client('POST', '/sobjects/Task', fields);
const read = async (id: string): Promise<object> => (await client('GET', `/sobjects/Task/${id}`)).body as object;
const patch = (id: string, fields: object): Promise<Reply> => client('PATCH', `/sobjects/Task/${id}`, fields);

test('a task needs nothing: status, priority and subtype have defaults', async () => {
  expect(await read(idOf(await create({})))).toMatchObject({
    attributes: { type: 'Task' }, Subject: null, Status: 'Not Started', Priority: 'Normal', TaskSubtype: 'Task', IsClosed: false, IsHighPriority: false,
    ActivityDate: null, CompletedDateTime: null, IsRecurrence: false, OwnerId: world.crm.org().people()[0]?.id,
  });
});

test('a task is completed and reopened by its status, and the completion keeps its time', async () => {
  const id = idOf(await create({ Subject: 'x', ActivityDate: '2026-12-02', Status: 'Completed', Priority: 'High' }));
  const completed = { IsClosed: true, CompletedDateTime: '2026-11-23T10:00:00.000+0000' };
  expect(await read(id)).toMatchObject({ ...completed, IsHighPriority: true, ActivityDate: '2026-12-02' });
  world.clock.advance(60_000);
  await patch(id, { Subject: 'y' });
  expect(await read(id)).toMatchObject(completed);
  await patch(id, { Status: 'In Progress' });
  expect(await read(id)).toMatchObject({ IsClosed: false, CompletedDateTime: null });
});

test.each([
  [{ IsClosed: true }, '400 INVALID_FIELD_FOR_INSERT_UPDATE IsClosed'],
  [{ CompletedDateTime: '2026-01-01T00:00:00Z' }, '400 INVALID_FIELD_FOR_INSERT_UPDATE CompletedDateTime'],
  [{ IsHighPriority: true }, '400 INVALID_FIELD_FOR_INSERT_UPDATE IsHighPriority'],
  [{ ActivityDate: 'tomorrow' }, '400 JSON_PARSER_ERROR'],
  [{ Subject: 'x'.repeat(256) }, '400 STRING_TOO_LONG Subject'],
  [{ TaskSubtype: 'Fax' }, '400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST TaskSubtype'],
  [{ IsReminderSet: true }, '400 FIELD_INTEGRITY_EXCEPTION ReminderDateTime'],
  [{ IsRecurrence: true }, '400 FIELD_INTEGRITY_EXCEPTION IsRecurrence'],
  [{ CallType: 'Inbound' }, '400 INVALID_FIELD'],
  [{ IsPrivate: true }, '400 INVALID_FIELD'],
])('%j is refused with %s', async (fields, expected) => { expect(faultOf(await create(fields))).toBe(expected); });

test('the subtype cannot be changed, and status and priority cannot be blanked', async () => {
  const id = idOf(await create({ Subject: 'x' }));
  expect(faultOf(await patch(id, { TaskSubtype: 'Email' }))).toBe('400 INVALID_FIELD_FOR_INSERT_UPDATE TaskSubtype');
  expect(faultOf(await patch(id, { Status: null }))).toBe('400 REQUIRED_FIELD_MISSING Status');
  expect(faultOf(await patch(id, { Priority: '' }))).toBe('400 REQUIRED_FIELD_MISSING Priority');
  expect((await patch(id, { Status: 'Somewhere else' })).status).toBe(204);
  expect(await read(id)).toMatchObject({ Status: 'Somewhere else', IsClosed: false });
});

test('an administrator names the statuses: TaskStatus and the describe tell them', async () => {
  world.crm.org().change({ taskStatuses: [
    { name: 'Open', label: 'Offen', isClosed: false, isDefault: true }, { name: 'Done', label: 'Erledigt', isClosed: true, isDefault: false },
  ] });
  const { records } = pageOf(await client('GET', queryPath('SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder')));
  expect(records).toMatchObject([{ ApiName: 'Open', MasterLabel: 'Offen', IsDefault: true }, { ApiName: 'Done', IsClosed: true }]);
  const { fields } = (await client('GET', '/sobjects/Task/describe')).body as { fields: { name: string; picklistValues: object[]; defaultValue: unknown }[] };
  expect(fields.find(({ name }) => name === 'Status')).toMatchObject({
    defaultValue: 'Open', picklistValues: [{ value: 'Open', defaultValue: true }, { value: 'Done' }] });
  const id = idOf(await create({ Subject: 'x' }));
  await patch(id, { Status: 'Done' });
  expect(await read(id)).toMatchObject({ IsClosed: true });
  expect(faultOf(await client('POST', '/sobjects/TaskStatus', { ApiName: 'x' }))).toMatch(/^403 INSUFFICIENT_ACCESS/);
});

test('a queue may own a task, which its members then see', async () => {
  const [queue] = pageOf(await client('GET', queryPath("SELECT Id, Type FROM Group WHERE Type = 'Queue'"))).records;
  const OwnerId = String(queue?.['Id']);
  const id = idOf(await create({ Subject: 'x', OwnerId }));
  const { records } = pageOf(await client('GET', queryPath(`SELECT Owner.Type, Owner.Name FROM Task WHERE Id = '${id}'`)));
  expect(records[0]).toMatchObject({ Owner: {
    Type: 'Queue', Name: 'Inside Sales', attributes: { type: 'Name', url: `/services/data/v67.0/sobjects/Group/${OwnerId}` } } });
  const ben = world.as(await world.signIn(BEN));
  expect((await ben('PATCH', `/sobjects/Task/${id}`, { Status: 'In Progress' })).status).toBe(204);
  const timed = { StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 };
  expect(faultOf(await client('POST', '/sobjects/Event', { ...timed, OwnerId }))).toBe('400 FIELD_INTEGRITY_EXCEPTION OwnerId');
});

test('the tasks of others are not there, and inactive people own none', async () => {
  const org = world.crm.org();
  const id = org.insert('Task', { Subject: 'x' }, BEN);
  expect(faultOf(await client('GET', `/sobjects/Task/${id}`))).toBe('404 NOT_FOUND');
  const OwnerId = org.people().find((person) => !person.isActive)?.id;
  expect(faultOf(await create({ Subject: 'x', OwnerId }))).toBe('400 INACTIVE_OWNER_OR_USER OwnerId');
});

test('a task closed and due a year ago is archived, an open one is not', async () => {
  const org = world.crm.org();
  org.insert('Task', { Subject: 'closed', Status: 'Completed', ActivityDate: '2025-11-20' }, ANNA);
  org.insert('Task', { Subject: 'open', ActivityDate: '2025-11-20' }, ANNA);
  const subjects = async (area?: string): Promise<unknown[]> =>
    pageOf(await client('GET', queryPath('SELECT Subject FROM Task ORDER BY Subject', area))).records.map(({ Subject }) => Subject);
  expect(await subjects()).toEqual(['open']);
  expect(await subjects('queryAll')).toEqual(['closed', 'open']);
});
