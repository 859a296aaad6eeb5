/** Leads, their conversion, and merges of contacts, leads and accounts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, BEN, faultOf, idOf, pageOf, queryPath, startWorld, type Client, type Reply, type World } from './world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const create = (fields: object): Promise<Reply> => client('POST', '/sobjects/Lead', fields);
const TIMED = { StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 };

test('a lead needs a last name and a company, and begins with the first status', async () => {
  expect(faultOf(await create({ LastName: 'x' }))).toBe('400 REQUIRED_FIELD_MISSING Company');
  expect(faultOf(await create({ Company: 'x' }))).toBe('400 REQUIRED_FIELD_MISSING LastName');
  const id = idOf(await create({ FirstName: 'Ada', LastName: 'Berg', Company: 'x', City: 'Ulm', Email: 'Ada@Example.com' }));
  expect((await client('GET', `/sobjects/Lead/${id}`)).body).toMatchObject({ Name: 'Ada Berg', Status: 'Open - Not Contacted', IsConverted: false,
    Address: { city: 'Ulm', street: null }, Email: 'ada@example.com', ConvertedContactId: null });
  expect(faultOf(await client('PATCH', `/sobjects/Lead/${id}`, { Company: null }))).toBe('400 REQUIRED_FIELD_MISSING Company');
  expect(faultOf(await client('PATCH', `/sobjects/Lead/${id}`, { ConvertedContactId: id }))).toBe('400 INVALID_FIELD_FOR_INSERT_UPDATE ConvertedContactId');
  expect(faultOf(await create({ LastName: 'x', Company: 'y', MailingCity: 'Ulm' }))).toBe('400 INVALID_FIELD');
});

describe('conversion', () => {
  test('makes a contact and an account of the same owner, and the lead stays', async () => {
    const org = world.crm.org();
    const lead = org.insert('Lead', { FirstName: 'Ada', LastName: 'Berg', Company: 'Boats', Email: 'a@example.com', City: 'Ulm' }, BEN);
    const { contactId, accountId } = org.convertLead(lead);
    const ben = org.people().find(({ username }) => username === BEN)?.id;
    expect(org.contacts()).toMatchObject([{ Id: contactId, Name: 'Ada Berg', AccountId: accountId, MailingCity: 'Ulm', Email: 'a@example.com', OwnerId: ben }]);
    expect(org.accounts()).toMatchObject([{ Id: accountId, Name: 'Boats', BillingCity: 'Ulm' }]);
    expect(org.leads()).toMatchObject([{ Id: lead, IsConverted: true, ConvertedContactId: contactId, ConvertedAccountId: accountId,
      ConvertedDate: '2026-11-23', Status: 'Closed - Converted', IsDeleted: false }]);
  });

  test('a converted lead is read and never written again', async () => {
    const org = world.crm.org();
    const id = org.insert('Lead', { LastName: 'Berg', Company: 'Boats' }, ANNA);
    org.convertLead(id);
    const { records } = pageOf(await client('GET', queryPath('SELECT Id, ConvertedContact.LastName FROM Lead WHERE IsConverted = true')));
    expect(records).toMatchObject([{ Id: id, ConvertedContact: { LastName: 'Berg' } }]);
    const refused = await client('PATCH', '/composite/sobjects', { records: [{ attributes: { type: 'Lead' }, id, Title: 'x' }] });
    expect(refused.body).toEqual([{ success: false,
      errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD', message: 'cannot reference converted lead', fields: [] }] }]);
    expect(() => org.convertLead(id)).toThrow('CANNOT_UPDATE_CONVERTED_LEAD');
  });

  test('joins an account that is there, and moves activities and invitations to the contact', () => {
    const org = world.crm.org();
    const account = org.insert('Account', { Name: 'Boats' }, ANNA);
    const id = org.insert('Lead', { LastName: 'Berg', Company: 'Boats' }, ANNA);
    const event = org.insert('Event', { ...TIMED, WhoId: id }, ANNA);
    const task = org.insert('Task', { WhoId: id }, ANNA);
    org.insert('EventRelation', { EventId: event, RelationId: id, IsInvitee: true });
    const { contactId, accountId } = org.convertLead(id, account);
    expect(accountId).toBe(account);
    expect(org.events()).toMatchObject([{ Id: event, WhoId: contactId, AccountId: account }]);
    expect(org.tasks()).toMatchObject([{ Id: task, WhoId: contactId }]);
    expect(org.eventRelations()).toMatchObject([{ RelationId: contactId }]);
  });

  test('leaves nothing behind when the contact is refused', () => {
    const org = world.crm.org();
    const id = org.insert('Lead', { LastName: 'Berg', Company: 'Boats', Title: 'Intern' }, ANNA);
    org.change({ validation: { object: 'Contact', field: 'Title', contains: 'intern', message: 'Interns stay out.' } });
    expect(() => org.convertLead(id)).toThrow('Interns stay out.');
    expect([org.accounts(), org.leads()[0]?.['IsConverted']]).toEqual([[], false]);
  });
});

describe('merges', () => {
  test.each(['Contact', 'Lead'] as const)('the losers of a %s merge point at the winner in the bin, and their activities move', async (type) => {
    const org = world.crm.org();
    const [winner = '', one = '', two = ''] = ['a', 'b', 'c'].map((Title) =>
      org.insert(type, { LastName: 'x', Title, ...(type === 'Lead' ? { Company: 'y' } : {}) }, ANNA));
    const event = org.insert('Event', { ...TIMED, WhoId: one }, ANNA);
    const task = org.insert('Task', { WhoId: two }, ANNA);
    world.clock.advance(60_000);
    org.merge(type, winner, [one, two]);
    const { records } = pageOf(await client('GET', queryPath(`SELECT Id, MasterRecordId FROM ${type} WHERE IsDeleted = true ORDER BY Id`, 'queryAll')));
    expect(records).toMatchObject([{ Id: one, MasterRecordId: winner }, { Id: two, MasterRecordId: winner }]);
    expect(pageOf(await client('GET', queryPath(`SELECT Id, Title FROM ${type}`))).records).toMatchObject([{ Id: winner, Title: 'a' }]);
    expect(org.events()).toMatchObject([{ Id: event, WhoId: winner, SystemModstamp: '2026-11-23T10:01:00.000+0000' }]);
    expect(org.tasks()).toMatchObject([{ Id: task, WhoId: winner }]);
    expect(faultOf(await client('PATCH', `/sobjects/${type}/${one}`, { Title: 'x' }))).toBe('404 ENTITY_IS_DELETED');
  });

  test('merged accounts bring their contacts and activities together', () => {
    const org = world.crm.org();
    const [winner = '', loser = ''] = ['a', 'b'].map((Name) => org.insert('Account', { Name }, ANNA));
    const contact = org.insert('Contact', { LastName: 'x', AccountId: loser }, ANNA);
    org.insert('Task', { WhatId: loser }, ANNA);
    org.merge('Account', winner, [loser]);
    expect(org.contacts()).toMatchObject([{ Id: contact, AccountId: winner }]);
    expect(org.tasks()).toMatchObject([{ WhatId: winner, AccountId: winner }]);
  });

  test('three records are merged at most, none with itself, and no converted lead', () => {
    const org = world.crm.org();
    const ids = ['a', 'b', 'c', 'd'].map((LastName) => org.insert('Lead', { LastName, Company: 'y' }, ANNA));
    const [first = '', second = ''] = ids;
    expect(() => { org.merge('Lead', first, ids.slice(1)); }).toThrow('INVALID_OPERATION');
    expect(() => { org.merge('Lead', first, [first]); }).toThrow('INVALID_OPERATION');
    org.convertLead(second);
    expect(() => { org.merge('Lead', first, [second]); }).toThrow('CANNOT_UPDATE_CONVERTED_LEAD');
    expect(org.leads(true).filter((row) => row.IsDeleted)).toEqual([]);
  });
});
