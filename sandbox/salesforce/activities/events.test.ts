/** Events over HTTP: when they are, what they need, who sees them, what becomes of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, BEN, faultOf, idOf, MAYA, pageOf, queryPath, resultsOf, startWorld, type Client, type Reply, type World } from '../world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const create = (fields: object): Promise<Reply> => client('POST', '/sobjects/Event', fields);
const made = async (fields: object): Promise<string> => idOf(await create(fields));
const read = async (id: string): Promise<object> => (await client('GET', `/sobjects/Event/${id}`)).body as object;
const patch = (id: string, fields: object): Promise<Reply> => client('PATCH', `/sobjects/Event/${id}`, fields);
const TIMED = { Subject: 'Meeting', StartDateTime: '2026-12-01T14:00:00Z', EndDateTime: '2026-12-01T15:30:00Z' };
const ALL_DAY = { IsAllDayEvent: true, StartDateTime: '2026-12-01T00:00:00Z', EndDateTime: '2026-12-03T00:00:00Z' };

describe('times', () => {
  test('a timed event tells the same time in all its fields', async () => {
    const id = await made(TIMED);
    expect(await read(id)).toMatchObject({
      attributes: { type: 'Event' }, Subject: 'Meeting', StartDateTime: '2026-12-01T14:00:00.000+0000', EndDateTime: '2026-12-01T15:30:00.000+0000',
      ActivityDateTime: '2026-12-01T14:00:00.000+0000', ActivityDate: '2026-12-01', EndDate: '2026-12-01', DurationInMinutes: 90,
      IsAllDayEvent: false, ShowAs: 'Busy', IsPrivate: false, IsChild: false, IsGroupEvent: false, GroupEventType: '0', EventSubtype: 'Event',
      IsRecurrence: false, IsRecurrence2: false, IsArchived: false, IsReminderSet: false, OwnerId: world.crm.org().people()[0]?.id,
    });
  });

  test('a duration stands in for an end, and the older start field for the start', async () => {
    expect(await read(await made({ ActivityDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 })))
      .toMatchObject({ StartDateTime: '2026-12-01T14:00:00.000+0000', EndDateTime: '2026-12-01T14:30:00.000+0000', Subject: null });
  });

  test('an all-day event means dates: times are dropped, and its last day is inclusive', async () => {
    const id = await made({ ...ALL_DAY, StartDateTime: '2026-12-01T22:30:00Z' });
    expect(await read(id)).toMatchObject({ StartDateTime: '2026-12-01T00:00:00.000+0000', EndDateTime: '2026-12-03T00:00:00.000+0000',
      DurationInMinutes: 3 * 1440, ActivityDate: '2026-12-01', EndDate: '2026-12-03', ActivityDateTime: null });
    expect(await read(await made({ IsAllDayEvent: true, ActivityDate: '2026-12-01' })))
      .toMatchObject({ EndDateTime: '2026-12-01T00:00:00.000+0000', DurationInMinutes: 1440 });
  });

  test.each([
    [{ StartDateTime: '2026-12-01T14:00:00Z' }, '400 REQUIRED_FIELD_MISSING DurationInMinutes'],
    [{ DurationInMinutes: 30 }, '400 REQUIRED_FIELD_MISSING ActivityDateTime'],
    [{ Subject: 'x' }, '400 REQUIRED_FIELD_MISSING ActivityDateTime'],
    [{ IsAllDayEvent: true }, '400 REQUIRED_FIELD_MISSING ActivityDate'],
    [{ ...TIMED, DurationInMinutes: 60 }, '400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes'],
    [{ ...TIMED, ActivityDateTime: '2026-12-01T13:00:00Z' }, '400 FIELD_INTEGRITY_EXCEPTION ActivityDateTime'],
    [{ ...TIMED, ActivityDate: '2026-12-02' }, '400 FIELD_INTEGRITY_EXCEPTION ActivityDate'],
    [{ ...TIMED, EndDateTime: '2026-12-01T13:59:00Z' }, '400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes'],
    [{ ...TIMED, EndDateTime: '2026-12-15T14:01:00Z' }, '400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes'],
    [{ ...ALL_DAY, EndDateTime: '2026-11-30T00:00:00Z' }, '400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes'],
    [{ ...ALL_DAY, EndDateTime: null, DurationInMinutes: 60 }, '400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes'],
    [{ ...TIMED, EndDate: '2026-12-01' }, '400 INVALID_FIELD_FOR_INSERT_UPDATE EndDate'],
    [{ ...TIMED, IsChild: true }, '400 INVALID_FIELD_FOR_INSERT_UPDATE IsChild'],
    [{ ...TIMED, Subject: 'x'.repeat(256) }, '400 STRING_TOO_LONG Subject'],
    [{ ...TIMED, Location: 'x'.repeat(256) }, '400 STRING_TOO_LONG Location'],
    [{ ...TIMED, Description: 'x'.repeat(32_001) }, '400 STRING_TOO_LONG Description'],
    [{ ...TIMED, ShowAs: 'Tentative' }, '400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST ShowAs'],
    [{ ...TIMED, IsReminderSet: true }, '400 FIELD_INTEGRITY_EXCEPTION ReminderDateTime'],
    [{ ...TIMED, IsRecurrence: true }, '400 FIELD_INTEGRITY_EXCEPTION IsRecurrence'],
    [{ ...TIMED, Recurrence2PatternText: 'FREQ=DAILY' }, '400 FIELD_INTEGRITY_EXCEPTION Recurrence2PatternText'],
    [{ ...TIMED, WhoId: '003000000000001AAA' }, '400 INVALID_CROSS_REFERENCE_KEY'],
    [{ ...TIMED, ConcordKey__c: 'k' }, '400 INVALID_FIELD'],
  ])('%j is refused with %s', async (fields, expected) => { expect(faultOf(await create(fields))).toBe(expected); });

  test('an event of exactly fourteen days is taken, and of a day where multiday events are off', async () => {
    expect((await create({ ...TIMED, EndDateTime: '2026-12-15T14:00:00Z' })).status).toBe(201);
    world.crm.org().change({ multidayEvents: false });
    expect((await create({ ...TIMED, DurationInMinutes: 1440, EndDateTime: null })).status).toBe(201);
    expect(faultOf(await create({ ...TIMED, EndDateTime: '2026-12-02T14:01:00Z' }))).toBe('400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes');
    expect(faultOf(await create(ALL_DAY))).toBe('400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes');
  });

  test('a moved start keeps the length, a moved end changes it, and both may move at once', async () => {
    const id = await made(TIMED);
    await patch(id, { StartDateTime: '2026-12-02T08:00:00Z' });
    expect(await read(id)).toMatchObject({ EndDateTime: '2026-12-02T09:30:00.000+0000', ActivityDate: '2026-12-02', DurationInMinutes: 90 });
    await patch(id, { EndDateTime: '2026-12-02T08:15:00Z' });
    expect(await read(id)).toMatchObject({ DurationInMinutes: 15, StartDateTime: '2026-12-02T08:00:00.000+0000' });
    await patch(id, { StartDateTime: '2026-12-05T10:00:00Z', EndDateTime: '2026-12-05T11:00:00Z' });
    expect(await read(id)).toMatchObject({ DurationInMinutes: 60, EndDate: '2026-12-05' });
    expect(faultOf(await patch(id, { EndDateTime: '2026-12-05T09:00:00Z' }))).toBe('400 FIELD_INTEGRITY_EXCEPTION DurationInMinutes');
  });

  test('a timed event becomes an all-day one and back', async () => {
    const id = await made(TIMED);
    await patch(id, { IsAllDayEvent: true });
    expect(await read(id)).toMatchObject({ DurationInMinutes: 1440, StartDateTime: '2026-12-01T00:00:00.000+0000', ActivityDateTime: null });
    await patch(id, { IsAllDayEvent: false, StartDateTime: '2026-12-01T09:00:00Z', EndDateTime: '2026-12-01T10:00:00Z' });
    expect(await read(id)).toMatchObject({ DurationInMinutes: 60, ActivityDateTime: '2026-12-01T09:00:00.000+0000' });
  });

  test('a change of the subject leaves the seconds of the end alone', async () => {
    const id = await made({ StartDateTime: '2026-12-01T14:00:00Z', EndDateTime: '2026-12-01T14:10:30Z' });
    await patch(id, { Subject: 'y', ShowAs: 'Free' });
    expect(await read(id)).toMatchObject({ EndDateTime: '2026-12-01T14:10:30.000+0000', DurationInMinutes: 10, ShowAs: 'Free' });
    await patch(id, { ShowAs: null });
    expect(await read(id)).toMatchObject({ ShowAs: null });
  });
});

describe('people', () => {
  test('the account follows from the related account, else from the contact', async () => {
    const org = world.crm.org();
    const [one, other] = [org.insert('Account', { Name: 'a' }, ANNA), org.insert('Account', { Name: 'b' }, ANNA)];
    const WhoId = org.insert('Contact', { LastName: 'x', AccountId: one }, ANNA);
    const id = await made({ ...TIMED, WhoId });
    expect(await read(id)).toMatchObject({ AccountId: one });
    await patch(id, { WhatId: other });
    expect(await read(id)).toMatchObject({ AccountId: other, WhoId });
    await patch(id, { WhoId: null, WhatId: null });
    expect(await read(id)).toMatchObject({ AccountId: null, WhoId: null });
  });

  test('a lead excludes everything else, an account is no person, and a converted lead is refused', async () => {
    const org = world.crm.org();
    const lead = org.insert('Lead', { LastName: 'x', Company: 'y' }, ANNA);
    const account = org.insert('Account', { Name: 'a' }, ANNA);
    expect(faultOf(await create({ ...TIMED, WhoId: lead, WhatId: account }))).toBe('400 FIELD_INTEGRITY_EXCEPTION WhatId');
    expect(faultOf(await create({ ...TIMED, WhoId: account }))).toBe('400 FIELD_INTEGRITY_EXCEPTION WhoId');
    const id = await made({ ...TIMED, WhoId: lead });
    const { contactId } = org.convertLead(lead);
    expect(await read(id)).toMatchObject({ WhoId: contactId });
    expect(faultOf(await create({ ...TIMED, WhoId: lead }))).toBe('400 CANNOT_UPDATE_CONVERTED_LEAD');
  });
});

describe('sharing', () => {
  test('the events of others are not there, save for administrators', async () => {
    const id = world.crm.org().insert('Event', TIMED, BEN);
    expect(faultOf(await client('GET', `/sobjects/Event/${id}`))).toBe('404 NOT_FOUND');
    expect(faultOf(await patch(id, { Subject: 'x' }))).toBe('404 NOT_FOUND');
    expect(pageOf(await client('GET', queryPath('SELECT Id FROM Event'))).totalSize).toBe(0);
    const admin = world.as(await world.signIn(MAYA));
    expect(pageOf(await admin('GET', queryPath('SELECT Id FROM Event'))).totalSize).toBe(1);
  });

  test('controlled by parent shows what is about a readable contact, never what is private', async () => {
    const org = world.crm.org();
    org.change({ activityAccess: 'controlledByParent' });
    const AccountId = org.insert('Account', { Name: 'a' }, BEN);
    const WhoId = org.insert('Contact', { LastName: 'x', AccountId }, BEN);
    const open = org.insert('Event', { ...TIMED, WhoId }, BEN);
    org.insert('Event', { ...TIMED, WhoId, IsPrivate: true }, BEN);
    org.insert('Event', TIMED, BEN);
    expect(pageOf(await client('GET', queryPath('SELECT Id FROM Event'))).records.map(({ Id }) => Id)).toEqual([open]);
    expect(faultOf(await patch(open, { Subject: 'x' }))).toBe('403 INSUFFICIENT_ACCESS_OR_READONLY');
    org.change({ orgWideDefault: 'edit' });
    expect((await patch(open, { Subject: 'x' })).status).toBe(204);
  });
});

describe('batches and deletion', () => {
  test('collections write events and tasks in one call, each with its own result', async () => {
    const [event, task] = [{ attributes: { type: 'Event' } }, { attributes: { type: 'Task' } }];
    const records = [{ ...event, ...TIMED }, { ...event, Subject: 'x' }, { ...task, Subject: 'y' }];
    const results = resultsOf(await client('POST', '/composite/sobjects', { allOrNone: false, records }));
    expect(results.map(({ success, errors }) => (success ? 'saved' : errors[0]?.statusCode))).toEqual(['saved', 'REQUIRED_FIELD_MISSING', 'saved']);
    expect([world.crm.org().events().length, world.crm.org().tasks().length]).toEqual([1, 1]);
  });

  test('all or none takes the event back with the task', async () => {
    const records = [{ attributes: { type: 'Event' }, ...TIMED }, { attributes: { type: 'Task' }, Status: 'x'.repeat(256) }];
    await client('POST', '/composite/sobjects', { allOrNone: true, records });
    expect(world.crm.org().events()).toEqual([]);
  });

  test('a deleted event is seen by queryAll only', async () => {
    const id = await made(TIMED);
    expect((await client('DELETE', `/sobjects/Event/${id}`)).status).toBe(204);
    expect(pageOf(await client('GET', queryPath('SELECT Id FROM Event'))).totalSize).toBe(0);
    const { records } = pageOf(await client('GET', queryPath('SELECT Id, IsDeleted FROM Event', 'queryAll')));
    expect(records[0]).toMatchObject({ Id: id, IsDeleted: true });
    expect(faultOf(await patch(id, { Subject: 'x' }))).toBe('404 ENTITY_IS_DELETED');
  });

  test('the activities of a deleted contact stay, without it', async () => {
    const org = world.crm.org();
    const WhoId = org.insert('Contact', { LastName: 'x' }, ANNA);
    const id = await made({ ...TIMED, WhoId });
    world.clock.advance(60_000);
    org.remove('Contact', WhoId);
    expect(await read(id)).toMatchObject({
      WhoId: null, SystemModstamp: '2026-11-23T10:01:00.000+0000', LastModifiedDate: '2026-11-23T10:00:00.000+0000' });
  });

  test('an organization may delete them with the contact instead', async () => {
    const org = world.crm.org();
    org.change({ orphanedActivities: 'deleted' });
    const WhoId = org.insert('Contact', { LastName: 'x' }, ANNA);
    const id = await made({ ...TIMED, WhoId });
    org.delete('Contact', WhoId);
    expect(faultOf(await client('GET', `/sobjects/Event/${id}`))).toBe('404 NOT_FOUND');
  });

  test('an event that ended a year ago is archived: queryAll still finds it', async () => {
    const id = await made({ ...TIMED, StartDateTime: '2025-11-20T14:00:00Z', EndDateTime: '2025-11-20T15:00:00Z' });
    expect(pageOf(await client('GET', queryPath('SELECT Id FROM Event'))).totalSize).toBe(0);
    const { records } = pageOf(await client('GET', queryPath('SELECT Id, IsArchived FROM Event', 'queryAll')));
    expect(records[0]).toMatchObject({ Id: id, IsArchived: true });
  });
});

test('a series has a pattern row and one row for each occurrence', () => {
  const org = world.crm.org();
  const starts = ['2026-12-01T09:00:00Z', '2026-12-02T09:00:00Z'];
  const { patternId, occurrenceIds } = org.addSeries('Event', { Subject: 'Daily', DurationInMinutes: 30 }, starts, ANNA);
  const rows = org.events();
  expect(rows.find(({ Id }) => Id === patternId)).toMatchObject({ IsRecurrence: true, RecurrenceType: 'RecursDaily' });
  expect(rows.filter((row) => row['IsRecurrence'] === false).map(({ Id, RecurrenceActivityId }) => [Id, RecurrenceActivityId]))
    .toEqual(occurrenceIds.map((id) => [id, patternId]));
});

test('the key field is there for events, tasks and leads where the organization has it', async () => {
  world.crm.org().change({ keyField: true });
  const path = '/sobjects/Event/ConcordKey__c/k1';
  expect((await client('PATCH', path, TIMED)).body).toMatchObject({ created: true });
  expect((await client('PATCH', path, { Subject: 'again' })).body).toMatchObject({ created: false });
  expect(faultOf(await create({ ...TIMED, ConcordKey__c: 'K1' }))).toBe('400 DUPLICATE_VALUE');
  expect((await client('PATCH', '/sobjects/Task/ConcordKey__c/k1', { Subject: 'x' })).body).toMatchObject({ created: true });
  expect((await client('PATCH', '/sobjects/Lead/ConcordKey__c/k1', { LastName: 'x', Company: 'y' })).body).toMatchObject({ created: true });
});
