import { afterEach, beforeEach, expect, test } from 'vitest';
import { testCrm, type Client, type TestCrm } from './test-client.ts';

let world: TestCrm;
let admin: Client;
beforeEach(async () => {
  world = await testCrm();
  admin = await world.client();
});
afterEach(() => world.close());

const EVENT = {
  subject: 'Demo', date_start: '2026-12-01', time_start: '15:00:00', due_date: '2026-12-01', time_end: '16:30:00', duration_hours: '0',
  eventstatus: 'Planned', activitytype: 'Meeting', assigned_user_id: '19x1',
} as const;
const TASK = {
  subject: 'Call', date_start: '2026-12-02', time_start: '01:00:00', due_date: '2026-12-01', taskstatus: 'Not Started', assigned_user_id: '19x1',
} as const;
const element = (value: object): string => JSON.stringify(value);
const event = (more: object = {}): ReturnType<Client['create']> => admin.create('Events', { ...EVENT, ...more });

test('a Calendar record without the type Task is an event from then on, under another id', async () => {
  const made = await admin.create('Calendar', TASK);
  expect(await admin.query('select id from Calendar;')).toEqual([]);
  expect(await admin.query('select id,activitytype from Events;')).toEqual([{ id: '18x2', activitytype: '' }]);
  expect(await admin.retrieve('18x2')).toMatchObject({ subject: 'Call' });
  expect(made['id']).toBe('9x2');
  expect(await admin.refused('GET', 'retrieve', { id: '9x2' })).toBe('INVALID_ID_ATTRIBUTE');
});

test('a task\'s due date is a bare day and may lie before its start in UTC', async () => {
  const made = await admin.create('Calendar', { ...TASK, activitytype: 'Task' });
  expect(made).toMatchObject({ id: '9x2', date_start: '2026-12-02', time_start: '01:00:00', due_date: '2026-12-01', time_end: '' });
});

test('durations follow from the four fields, yet the hours must be sent; an end before the start is accepted', async () => {
  expect(await event()).toMatchObject({ duration_hours: '1', duration_minutes: '30' });
  expect(await admin.refused('POST', 'create', { elementType: 'Events', element: element({ ...EVENT, duration_hours: '' }) })).toBe('MANDATORY_FIELDS_MISSING');
  expect(await event({ due_date: '2026-11-30' })).toMatchObject({ due_date: '2026-11-30' });
  expect(await admin.revise({ id: '18x2', time_end: '18:15:00' })).toMatchObject({ duration_hours: '3', duration_minutes: '15' });
});

test('times are kept as sent, a date with a time in them is an internal error', async () => {
  for (const time of ['15:00', '3:00 PM', '15:00:00Z']) expect((await event({ time_start: time }))['time_start']).toBe(time);
  expect(await admin.refused('POST', 'create', { elementType: 'Events', element: element({ ...EVENT, time_start: '2026-12-01T15:00:00Z' }) }))
    .toBe('INTERNAL_SERVER_ERROR');
});

test('what the server keeps without meaning: no time, repetition, reminders, any type', async () => {
  expect(await event({ notime: '1', recurringtype: 'Daily', reminder_time: '30', activitytype: 'Lunch', subject: 's'.repeat(300) }))
    .toMatchObject({ notime: '1', recurringtype: 'Daily', reminder_time: '1', activitytype: 'Lunch', subject: 's'.repeat(255) });
  expect(await admin.query('select id from Events;')).toHaveLength(1);
});

test('an event names one contact: of several the first, and those of the CRM\'s own form are out of reach', async () => {
  const hands = world.crm.crm('admin');
  const [ann, ben] = [hands.addContact({ lastname: 'Ann' }), hands.addContact({ lastname: 'Ben' })];
  const single = await event({ contact_id: `${ann};${ben}` });
  expect(single['contact_id']).toBe(ann);
  expect((await admin.revise({ id: single['id'], contact_id: ben }))['contact_id']).toBe(ben);
  const both = hands.addEvent({ subject: 'Both' }, [ann, ben]);
  expect((await admin.retrieve(both))['contact_id']).toBe(ann);
  expect(await admin.query('select contact_id from Events where subject=\'Both\';')).toEqual([{ id: both, contact_id: ben }]);
  expect((await admin.revise({ id: both, contact_id: ben }))['contact_id']).toBe(ann);
  expect(hands.record(both)?.contacts).toEqual([ann, ben]);
});

test('what an event is about is an organization or a lead, no contact', async () => {
  const hands = world.crm.crm('admin');
  const [account, contact] = [hands.addAccount({ accountname: 'Acme' }), hands.addContact({ lastname: 'Ann' })];
  expect((await event({ parent_id: account }))['parent_id']).toBe(account);
  expect(await admin.refused('POST', 'create', { elementType: 'Events', element: element({ ...EVENT, parent_id: contact }) })).toBe('REFERENCE_INVALID');
  expect((await event({ contact_id: '12x999' }))['contact_id']).toBe('');
});

test('events are private unless Public: the API leaves them private, the form of the CRM does not', async () => {
  const mia = await world.client('mia.schmidt');
  const anna = await world.client('anna.weber');
  const own = { ...EVENT, assigned_user_id: '19x5' };
  const hidden = (await anna.create('Events', own))['id'] ?? '';
  const shown = (await anna.create('Events', { ...own, visibility: 'Public' }))['id'] ?? '';
  const typed = world.crm.crm('anna.weber').addEvent({ subject: 'Typed' });
  expect((await mia.raw('GET', 'retrieve', { id: hidden })).text).toContain('{"message":"Permission to read given object is denied","code":"ACCESS_DENIED"}');
  expect(await mia.retrieve(shown)).toMatchObject({ visibility: 'Public' });
  expect(await mia.retrieve(typed)).toMatchObject({ visibility: 'Public' });
  expect(await admin.retrieve(hidden)).toMatchObject({ visibility: '' });
  expect(await mia.refused('POST', 'revise', { element: element({ id: shown, location: 'x' }) })).toBe('ACCESS_DENIED');
  expect(await mia.refused('POST', 'delete', { id: shown })).toBe('ACCESS_DENIED');
  expect(() => { world.crm.crm('mia.schmidt').update(shown, { location: 'x' }); }).toThrow('denied');
});

test('a notification that the API leaves ticked counts as a mail with each write', async () => {
  const id = (await event({ sendnotification: '1' }))['id'];
  await admin.revise({ id, location: 'x' });
  expect(world.crm.mailsSent.map(({ because }) => because)).toEqual(['sendnotification', 'sendnotification']);
});
