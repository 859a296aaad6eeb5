/** Who is invited, whom an activity is about, and what is counted as mail. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, BEN, faultOf, idOf, pageOf, queryPath, startWorld, type Client, type Reply, type World } from '../world-for-tests.ts';

let world: World;
let client: Client;
let eventId: string;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
  eventId = world.crm.org().insert('Event', { Subject: 'Meeting', StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 }, ANNA);
});
afterEach(() => world.stop());

const userId = (login: string): string => world.crm.org().people().find(({ username }) => username === login)?.id ?? '';
const relate = (fields: object): Promise<Reply> => client('POST', '/sobjects/EventRelation', { EventId: eventId, ...fields });
const find = async (soql: string, as = client): Promise<readonly object[]> => pageOf(await as('GET', queryPath(soql))).records;

describe('invitees', () => {
  test('an invited colleague gets a copy, which says that it is one', async () => {
    const ben = world.as(await world.signIn(BEN));
    expect(await find('SELECT Id FROM Event', ben)).toEqual([]);
    await relate({ RelationId: userId(BEN), IsInvitee: true });
    expect(await find('SELECT Subject, IsChild, IsGroupEvent, OwnerId FROM Event WHERE IsChild = true', ben))
      .toMatchObject([{ Subject: 'Meeting', IsChild: true, IsGroupEvent: true, OwnerId: userId(BEN) }]);
    expect(await find('SELECT IsChild, IsGroupEvent, GroupEventType FROM Event')).toMatchObject([{ IsChild: false, IsGroupEvent: true, GroupEventType: '1' }]);
    const fields = 'EventId, RelationId, IsInvitee, IsParent, IsWhat, Status, Relation.Type';
    expect(await find(`SELECT ${fields} FROM EventRelation WHERE EventId IN ('${eventId}')`, ben))
      .toMatchObject([{ EventId: eventId, RelationId: userId(BEN), IsInvitee: true, IsParent: false, IsWhat: false, Status: 'New',
        Relation: { Type: 'User' } }]);
  });

  test('every invitation is counted as a mail, whoever is invited; nothing else is', async () => {
    const org = world.crm.org();
    const contact = org.insert('Contact', { LastName: 'x' }, ANNA);
    await client('PATCH', `/sobjects/Event/${eventId}`, { WhoId: contact, Subject: 'y' });
    expect(org.mailsSent()).toBe(0);
    await relate({ RelationId: contact });
    expect(org.mailsSent()).toBe(1);
    await relate({ RelationId: userId(BEN), IsInvitee: true });
    expect(org.mailsSent()).toBe(2);
  });

  test('a copy follows its event, is closed to changes but for its reminder, and goes with the invitation', async () => {
    const relation = idOf(await relate({ RelationId: userId(BEN), IsInvitee: true }));
    await client('PATCH', `/sobjects/Event/${eventId}`, { Subject: 'Moved', StartDateTime: '2026-12-02T14:00:00Z' });
    const copy = (): Readonly<Record<string, unknown>> | undefined => world.crm.org().events().find((row) => row['IsChild']);
    expect(copy()).toMatchObject({ Subject: 'Moved', EndDateTime: '2026-12-02T14:30:00.000+0000' });
    const ben = world.as(await world.signIn(BEN));
    const path = `/sobjects/Event/${String(copy()?.['Id'])}`;
    expect(faultOf(await ben('PATCH', path, { Subject: 'Mine' }))).toBe('400 FIELD_INTEGRITY_EXCEPTION Subject');
    expect((await ben('PATCH', path, { IsReminderSet: true, ReminderDateTime: '2026-12-02T13:45:00Z' })).status).toBe(204);
    expect((await client('DELETE', `/sobjects/EventRelation/${relation}`)).status).toBe(204);
    expect(copy()).toBeUndefined();
    expect(await find('SELECT IsGroupEvent FROM Event')).toMatchObject([{ IsGroupEvent: false }]);
  });

  test('a deleted event takes copies and relations along', async () => {
    await relate({ RelationId: userId(BEN), IsInvitee: true });
    await client('DELETE', `/sobjects/Event/${eventId}`);
    expect([world.crm.org().events(), world.crm.org().eventRelations()]).toEqual([[], []]);
    expect(world.crm.org().events(true)).toHaveLength(2);
  });

  test('relations are refused for copies, twice, without an event, by changing it, and to strangers', async () => {
    const relation = idOf(await relate({ RelationId: userId(BEN), IsInvitee: true }));
    const child = world.crm.org().events().find((row) => row['IsChild'])?.Id;
    expect(faultOf(await relate({ RelationId: userId(BEN) }))).toBe('400 DUPLICATE_VALUE');
    expect(faultOf(await relate({ EventId: undefined, RelationId: userId(BEN) }))).toBe('400 REQUIRED_FIELD_MISSING EventId');
    expect(faultOf(await client('PATCH', `/sobjects/EventRelation/${relation}`, { EventId: eventId }))).toBe('400 INVALID_FIELD_FOR_INSERT_UPDATE EventId');
    expect((await client('PATCH', `/sobjects/EventRelation/${relation}`, { Status: 'Accepted' })).status).toBe(204);
    expect(faultOf(await relate({ RelationId: userId(ANNA), Status: 'Perhaps' }))).toBe('400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST Status');
    const foreign = world.crm.org().insert('Event', { StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 }, BEN);
    expect(faultOf(await relate({ EventId: foreign, RelationId: userId(BEN) }))).toBe('400 INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
    const ben = world.as(await world.signIn(BEN));
    expect(faultOf(await ben('POST', '/sobjects/EventRelation', { EventId: child, RelationId: userId(ANNA) }))).toBe('400 FIELD_INTEGRITY_EXCEPTION EventId');
  });
});

describe('Shared Activities', () => {
  test('without it there are no parents and no TaskRelation', async () => {
    const contact = world.crm.org().insert('Contact', { LastName: 'x' }, ANNA);
    await client('PATCH', `/sobjects/Event/${eventId}`, { WhoId: contact });
    expect(world.crm.org().eventRelations()).toEqual([]);
    expect(faultOf(await relate({ RelationId: contact, IsParent: true }))).toBe('400 FIELD_INTEGRITY_EXCEPTION IsParent');
    expect(faultOf(await client('GET', '/sobjects/TaskRelation/describe'))).toBe('404 NOT_FOUND');
  });

  test('with it who and what are relations too, several people may be, and the first is WhoId', async () => {
    const org = world.crm.org();
    org.change({ sharedActivities: true });
    const account = org.insert('Account', { Name: 'a' }, ANNA);
    const [one, two] = ['x', 'y'].map((LastName) => org.insert('Contact', { LastName, AccountId: account }, ANNA));
    await client('PATCH', `/sobjects/Event/${eventId}`, { WhoId: one, WhatId: account });
    const second = await relate({ RelationId: two, IsParent: true });
    expect(second.status).toBe(201);
    const rows = await find('SELECT RelationId, IsParent, IsWhat, IsInvitee FROM EventRelation ORDER BY Id');
    expect(rows).toMatchObject([{ RelationId: one, IsParent: true, IsWhat: false }, { RelationId: account, IsWhat: true },
      { RelationId: two, IsParent: true, IsWhat: false, IsInvitee: false }]);
    await client('DELETE', `/sobjects/EventRelation/${String(org.eventRelations().find((row) => row['RelationId'] === one)?.Id)}`);
    expect(org.events()[0]).toMatchObject({ WhoId: two });
    expect(org.mailsSent()).toBe(0);
  });

  test('fifty contacts are the most, a lead stands alone, and a user is no parent', async () => {
    const org = world.crm.org();
    org.change({ sharedActivities: true });
    const lead = org.insert('Lead', { LastName: 'x', Company: 'y' }, ANNA);
    const add = (RelationId: string): string => org.insert('EventRelation', { EventId: eventId, RelationId, IsParent: true });
    for (let place = 0; place < 50; place += 1) add(org.insert('Contact', { LastName: `c${place}` }, ANNA));
    const more = org.insert('Contact', { LastName: 'more' }, ANNA);
    expect(faultOf(await relate({ RelationId: more, IsParent: true }))).toBe('400 FIELD_INTEGRITY_EXCEPTION RelationId');
    expect(faultOf(await relate({ RelationId: lead, IsParent: true }))).toBe('400 FIELD_INTEGRITY_EXCEPTION RelationId');
    expect(faultOf(await relate({ RelationId: userId(BEN), IsParent: true }))).toBe('400 FIELD_INTEGRITY_EXCEPTION IsParent');
    const TaskId = org.insert('Task', { WhoId: lead }, ANNA);
    expect(faultOf(await client('POST', '/sobjects/TaskRelation', { TaskId, RelationId: more }))).toBe('400 FIELD_INTEGRITY_EXCEPTION RelationId');
  });

  test('relations of tasks are made and deleted, not changed', async () => {
    const org = world.crm.org();
    org.change({ sharedActivities: true });
    const contact = org.insert('Contact', { LastName: 'x' }, ANNA);
    const TaskId = org.insert('Task', { Subject: 'x' }, ANNA);
    const id = idOf(await client('POST', '/sobjects/TaskRelation', { TaskId, RelationId: contact }));
    expect(org.tasks()[0]).toMatchObject({ WhoId: contact });
    expect(faultOf(await client('PATCH', `/sobjects/TaskRelation/${id}`, { IsWhat: true }))).toMatch(/^403 INSUFFICIENT_ACCESS_OR_READONLY/);
    await client('DELETE', `/sobjects/TaskRelation/${id}`);
    expect(org.tasks()[0]).toMatchObject({ WhoId: null });
  });
});
