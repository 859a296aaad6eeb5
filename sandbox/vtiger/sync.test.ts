import { afterEach, beforeEach, expect, test } from 'vitest';
import { START_SECONDS, testCrm, type Client, type Record, type TestCrm } from './test-client.ts';

interface Synced {
  readonly updated: readonly Record[];
  readonly deleted: readonly string[];
  readonly more: boolean;
  readonly lastModifiedTime: number | string;
}

let world: TestCrm;
let admin: Client;
beforeEach(async () => {
  world = await testCrm();
  admin = await world.client();
});
afterEach(() => world.close());

const hands = (login = 'admin'): ReturnType<TestCrm['crm']['crm']> => world.crm.crm(login);
const sync = (one: Client, since: number | string, syncType = 'application', elementType = 'Contacts'): Promise<Synced> =>
  one.get('sync', { modifiedTime: String(since), elementType, syncType });
const ids = ({ updated }: Synced): unknown[] => updated.map(({ id }) => id);

test('on an unmodified install every sync is HTTP 500 with an empty body, until the third parameter is registered', async () => {
  world.crm.controls.sync('unmodified');
  const ask = (): ReturnType<Client['raw']> => admin.raw('GET', 'sync', { modifiedTime: '1', elementType: 'Contacts', syncType: 'application' });
  expect(await ask()).toEqual({ status: 500, type: 'text/html; charset=UTF-8', text: '' });
  world.crm.controls.sync('registered');
  expect((await ask()).status).toBe(200);
});

test('a start of 0, none, a date or no module is HTTP 500; milliseconds bring everything', async () => {
  hands().addContact({ lastname: 'Old' });
  for (const modifiedTime of ['0', '', '2026-11-22 10:00:00']) {
    expect((await admin.raw('GET', 'sync', { modifiedTime, elementType: 'Contacts', syncType: 'application' })).status).toBe(500);
  }
  expect((await admin.raw('GET', 'sync', { modifiedTime: '1', syncType: 'application' })).status).toBe(500);
  expect((await admin.raw('POST', 'sync', { modifiedTime: '1', elementType: 'Contacts' })).status).toBe(500);
  expect(ids(await sync(admin, START_SECONDS + 10))).toEqual([]);
  expect(ids(await sync(admin, (START_SECONDS + 10) * 1000))).toEqual(['12x2']);
});

test('the cursor is strict at the grain of a second: what changes in its second after the read is never told', async () => {
  hands().addContact({ lastname: 'First' });
  const { lastModifiedTime } = await sync(admin, 1);
  expect(lastModifiedTime).toBe(START_SECONDS);
  hands().addContact({ lastname: 'Same second' });
  expect(await sync(admin, lastModifiedTime)).toEqual({ updated: [], deleted: [], more: false, lastModifiedTime });
  expect(ids(await sync(admin, Number(lastModifiedTime) - 2))).toEqual(['12x2', '12x3']);
});

test('a page takes whole seconds, so one of more than a hundred records comes at once', async () => {
  for (let n = 0; n < 113; n += 1) hands().addContact({ lastname: `a${n}` });
  world.clock.advance(1000);
  for (let n = 0; n < 3; n += 1) hands().addContact({ lastname: `b${n}` });
  const first = await sync(admin, 1);
  expect([first.updated.length, first.more, first.lastModifiedTime]).toEqual([113, true, START_SECONDS]);
  const second = await sync(admin, first.lastModifiedTime);
  expect([second.updated.length, second.more, second.lastModifiedTime]).toEqual([3, false, START_SECONDS + 1]);
});

test('deleted records come as ids, converted leads among them, though retrieve still finds those', async () => {
  const contact = hands().addContact({ lastname: 'Gone' });
  const lead = hands().addLead({ lastname: 'Turned', company: 'Co' });
  hands().remove(contact);
  const made = hands().convertLead(lead);
  const contacts = await sync(admin, 1);
  expect([contacts.deleted, ids(contacts)]).toEqual([[contact], [made['Contacts']]]);
  expect(await sync(admin, 1, 'application', 'Leads')).toMatchObject({ updated: [], deleted: [lead] });
  expect(await admin.retrieve(lead)).toMatchObject({ lastname: 'Turned' });
});

test('user means own records, userandgroup those of groups too, application is for admins', async () => {
  const anna = await world.client('anna.weber');
  const [mine, ours] = [hands('anna.weber').addContact({ lastname: 'Mine' }), hands().addContact({ lastname: 'Ours', assigned_user_id: '20x2' })];
  const theirs = hands('mia.schmidt').addContact({ lastname: 'Theirs' });
  expect(ids(await sync(anna, 1, 'user'))).toEqual([mine]);
  expect(ids(await sync(anna, 1, 'mispelt'))).toEqual([mine]);
  expect(ids(await anna.get('sync', { modifiedTime: '1', elementType: 'Contacts' }))).toEqual([mine]);
  expect(ids(await sync(anna, 1, 'userandgroup'))).toEqual([mine, ours]);
  expect(ids(await sync(admin, 1))).toEqual([mine, ours, theirs]);
  expect(await anna.refused('GET', 'sync', { modifiedTime: '1', elementType: 'Contacts', syncType: 'application' })).toBe('ACCESS_DENIED');
  world.crm.controls.sync('userOnly');
  expect(ids(await sync(anna, 1, 'userandgroup'))).toEqual([mine]);
});

test('a record that is handed to somebody else leaves without a word', async () => {
  const anna = await world.client('anna.weber');
  const id = hands('anna.weber').addContact({ lastname: 'Moved' });
  world.clock.advance(5000);
  hands('anna.weber').reassign(id, '19x6');
  expect(await sync(anna, START_SECONDS, 'user')).toEqual({ updated: [], deleted: [], more: false, lastModifiedTime: START_SECONDS });
});

test('rows have no label and null for empty dates and references, where retrieve says ""', async () => {
  const id = hands().addEvent({ subject: 'Demo' });
  const [row] = (await sync(admin, 1, 'application', 'Events')).updated;
  expect([row?.['contact_id'], row?.['parent_id'], 'label' in (row ?? {})]).toEqual([null, null, false]);
  expect(await admin.retrieve(id)).toMatchObject({ contact_id: '', parent_id: '', label: 'Demo' });
});

test('users never come, and their cursor is text; groups are denied', async () => {
  expect(await sync(admin, 7, 'application', 'Users')).toEqual({ updated: [], deleted: [], more: false, lastModifiedTime: '7' });
  expect(await admin.refused('GET', 'sync', { modifiedTime: '7', elementType: 'Groups', syncType: 'application' })).toBe('ACCESS_DENIED');
});
