import { afterEach, beforeEach, expect, test } from 'vitest';
import { testCrm, type Client, type TestCrm } from './test-client.ts';

let world: TestCrm;
let admin: Client;
beforeEach(async () => {
  world = await testCrm();
  admin = await world.client();
});
afterEach(() => world.close());

const hands = (): ReturnType<TestCrm['crm']['crm']> => world.crm.crm('admin');
const convert = (client: Client, element: object): Promise<unknown> => client.post('convertlead', { element: JSON.stringify(element) });

test('a lead becomes a contact of a new organization, and its meetings go with it', async () => {
  const lead = hands().addLead({ firstname: 'Leo', lastname: 'Lead', company: 'LeadCo', designation: 'CTO', city: 'Ulm', annualrevenue: '5' });
  const meeting = hands().addEvent({ subject: 'Demo', parent_id: lead });
  const entities = { Accounts: { create: true, accountname: 'LeadCo' }, Contacts: { create: true, lastname: 'Lead' } };
  const made = await convert(admin, { leadId: lead, assignedTo: '19x5', entities }) as { Accounts: string; Contacts: string };
  expect(await admin.retrieve(made.Contacts)).toMatchObject({
    firstname: 'Leo', title: 'CTO', mailingcity: 'Ulm', account_id: made.Accounts, isconvertedfromlead: '1', assigned_user_id: '19x5',
  });
  expect(await admin.retrieve(made.Accounts)).toMatchObject({ accountname: 'LeadCo', bill_city: 'Ulm', annual_revenue: '5.00000000' });
  expect(await admin.retrieve(meeting)).toMatchObject({ parent_id: made.Accounts, contact_id: made.Contacts });
  expect(await admin.refused('POST', 'convertlead', { element: JSON.stringify({ leadId: lead, entities }) })).toBe('LEAD_ALREADY_CONVERTED');
});

test('a conversion takes the organization of that name, fills what is missing with question marks, and makes nothing when asked for nothing', async () => {
  const account = hands().addAccount({ accountname: 'LeadCo' });
  const lead = hands().addLead({ lastname: 'Lead', company: '' });
  expect(await convert(admin, { leadId: lead, entities: {} })).toBeNull();
  expect(await admin.retrieve(lead)).toMatchObject({ lastname: 'Lead' });
  expect(await convert(admin, { leadId: lead, entities: { Accounts: { create: true, accountname: 'LeadCo' } } })).toEqual({ Accounts: account });
  const other = hands().addLead({ lastname: 'Other', company: '' });
  const made = await convert(admin, { leadId: other, entities: { Accounts: { create: true } } }) as { Accounts: string };
  expect(await admin.retrieve(made.Accounts)).toMatchObject({ accountname: '????' });
});

test('relations are named by module and label, and one module has several labels', async () => {
  const account = hands().addAccount({ accountname: 'Acme' });
  const contact = hands().addContact({ lastname: 'Ann', account_id: account });
  hands().addEvent({ subject: 'Soon', contact_id: contact });
  hands().addTask({ subject: 'Done', contact_id: contact, taskstatus: 'Completed' });
  expect(await admin.get('relatedtypes', { elementType: 'Accounts' })).toMatchObject({
    types: ['Contacts', 'Calendar', 'Calendar'], information: { 'Activities': { name: 'Calendar' }, 'Activity History': { name: 'Calendar' } },
  });
  expect(await admin.get('relatedtypes', { elementType: 'Events' })).toMatchObject({ types: [] });
  const related = (id: string, relatedType: string, relatedLabel: string): Promise<unknown> => admin.get('retrieve_related', { id, relatedType, relatedLabel });
  expect(await related(account, 'Contacts', 'Contacts')).toMatchObject([{ id: contact }]);
  expect(await related(contact, 'Calendar', 'Activities')).toMatchObject([{ subject: 'Soon' }]);
  expect(await related(contact, 'Calendar', 'Activity History')).toMatchObject([{ subject: 'Done' }]);
  expect(await admin.refused('GET', 'retrieve_related', { id: account, relatedType: 'Contacts', relatedLabel: 'Activities' })).toBe('ACCESS_DENIED');
});

test('related records come without a cap, query_related is unknown, add_related says yes and stores nothing', async () => {
  const account = hands().addAccount({ accountname: 'Acme' });
  for (let n = 0; n < 130; n += 1) hands().addContact({ lastname: `c${n}`, account_id: account });
  expect(await admin.get('retrieve_related', { id: account, relatedType: 'Contacts', relatedLabel: 'Contacts' })).toHaveLength(130);
  expect(await admin.refused('GET', 'query_related', { id: account, query: 'select * from Contacts;', relatedLabel: 'Contacts' })).toBe('UNKOWN_ENTITY');
  const event = hands().addEvent({ subject: 'Demo' });
  expect(await admin.post('add_related', { sourceRecordId: event, relatedRecordId: '12x3' })).toEqual({ message: 'successfull' });
  expect((await admin.retrieve(event))['contact_id']).toBe('');
});

interface Listed { readonly records: readonly { readonly id: string; readonly label: string }[]; readonly moreRecords: boolean }
const listed = (client: Client, elements: object): Promise<Listed> => client.post('mobile.listmodulerecords', { elements: JSON.stringify(elements) });

test('filters are told by the mobile operations: own and shared ones, twenty bare ids a page', async () => {
  for (let n = 0; n < 23; n += 1) hands().addContact({ lastname: `c${n}`, mailingcity: n < 21 ? 'Ulm' : 'Bonn' });
  const id = world.crm.controls.addFilter({ module: 'Contacts', name: 'Ulm', owner: 5, isShared: false, where: 'mailingcity = \'Ulm\'' });
  const anna = await world.client('anna.weber');
  const { filters } = await anna.post<{ filters: { Mine: object[] } }>('mobile.fetchmodulefilters', { module: 'Contacts' });
  expect(filters.Mine).toEqual([{ id, name: 'Ulm', default: false }]);
  const first = await listed(anna, { module: 'Contacts', filterid: id, page: 1 });
  expect([first.records.length, first.records[0]?.id, first.moreRecords]).toEqual([20, '2', true]);
  const second = await listed(anna, { module: 'Contacts', filterid: id, page: 2 });
  expect([second.records.map(({ label }) => label), second.moreRecords]).toEqual([['c20'], false]);
});

test('a filter that is unknown or somebody else\'s is the default one without a word', async () => {
  for (let n = 0; n < 3; n += 1) hands().addContact({ lastname: `c${n}`, birthday: n === 0 ? '2026-11-22' : '' });
  expect((await listed(admin, { module: 'Contacts', filterid: '9', page: 1 })).records).toHaveLength(1);
  expect((await listed(admin, { module: 'Contacts', filterid: '777', page: 1 })).records).toHaveLength(3);
  const anna = await world.client('anna.weber');
  expect((await listed(anna, { module: 'Contacts', filterid: '9', page: 1 })).records).toHaveLength(3);
  const { filters } = await anna.post<{ filters: { Shared: { name: string }[] } }>('mobile.fetchmodulefilters');
  expect(filters.Shared).toHaveLength(3);
  expect(await anna.refused('POST', 'mobile.fetchmodulefilters', { module: 'Nonsense' })).toBe('ACCESS_DENIED');
});
