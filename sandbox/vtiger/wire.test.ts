import { expect, test } from 'vitest';
import { START_SECONDS, clientOf, testCrm, type Record } from './test-client.ts';

/** The answers of a running 8.4.0 to the same calls in the same order, by hand; what is not named is empty there too. */
const NOW = '2026-11-22 10:55:48';
const STAMPS = { assigned_user_id: '19x1', createdtime: NOW, modifiedtime: NOW, modifiedby: '19x1', source: 'WEBSERVICE' } as const;

const ACCOUNT = [
  'accountname account_no phone website fax tickersymbol otherphone account_id email1 employees email2 ownership rating industry siccode accounttype',
  'annual_revenue emailoptout notify_owner assigned_user_id createdtime modifiedtime modifiedby isconvertedfromlead source starred tags bill_street',
  'ship_street bill_city ship_city bill_state ship_state bill_code ship_code bill_country ship_country bill_pobox ship_pobox description id label',
].join(' ').split(' ');
const CONTACT = [
  'salutationtype firstname contact_no phone lastname mobile account_id homephone leadsource otherphone title fax department birthday email contact_id',
  'assistant secondaryemail assistantphone donotcall emailoptout assigned_user_id reference notify_owner createdtime modifiedtime modifiedby',
  'isconvertedfromlead source starred tags portal support_start_date support_end_date mailingstreet otherstreet mailingcity othercity mailingstate',
  'otherstate mailingzip otherzip mailingcountry othercountry mailingpobox otherpobox description imagename id label',
].join(' ').split(' ');
const LEAD = [
  'salutationtype firstname lead_no phone lastname mobile company fax designation email leadsource website industry leadstatus annualrevenue rating',
  'noofemployees assigned_user_id secondaryemail createdtime modifiedtime modifiedby emailoptout source starred tags lane code city country state pobox',
  'description id label',
].join(' ').split(' ');
const EVENT = [
  'subject assigned_user_id date_start time_start due_date time_end recurringtype duration_hours duration_minutes parent_id eventstatus sendnotification',
  'activitytype location createdtime modifiedtime taskpriority notime visibility modifiedby description reminder_time contact_id source starred tags id label',
].join(' ').split(' ');
const TASK = [
  'subject assigned_user_id date_start time_start time_end due_date parent_id contact_id taskstatus eventstatus taskpriority sendnotification createdtime',
  'modifiedtime activitytype visibility description duration_hours duration_minutes location reminder_time recurringtype notime modifiedby source starred',
  'tags id label',
].join(' ').split(' ');

/** A whole row: the named fields, and "" for the rest. */
const row = (names: readonly string[], given: Record): Record => ({ ...Object.fromEntries(names.map((name) => [name, ''])), ...given });

const contact = row(CONTACT, {
  ...STAMPS, firstname: 'Ann', contact_no: 'CON1', phone: '+1 555 0100', lastname: 'Lee', mobile: '+1 555 0101', account_id: '11x2', birthday: '1980-02-29',
  email: 'ann.lee@example.test', contact_id: null, donotcall: '0', emailoptout: '0', reference: '0', notify_owner: '0', isconvertedfromlead: '0',
  starred: '0', portal: '0', mailingstreet: '1 Main St', mailingcity: 'Springfield', id: '12x3', label: 'Ann Lee',
});
const account = row(ACCOUNT, {
  ...STAMPS, accountname: 'Acme Ltd', account_no: 'ACC1', account_id: null, employees: '0', annual_revenue: '0.00000000', emailoptout: '0', notify_owner: '0',
  isconvertedfromlead: '0', starred: '0', id: '11x2', label: 'Acme Ltd',
});
const lead = row(LEAD, {
  ...STAMPS, firstname: 'Leo', lead_no: 'LEA1', lastname: 'Lead', company: 'LeadCo', email: 'leo@example.test', annualrevenue: '0.00000000',
  noofemployees: '0', emailoptout: '0', starred: '0', id: '10x4', label: 'Leo Lead',
});
const EVENT_SENT = {
  subject: 'Demo', assigned_user_id: '19x1', date_start: '2026-12-01', time_start: '15:00:00', due_date: '2026-12-01', time_end: '16:30:00',
  duration_hours: '1', duration_minutes: '30', activitytype: 'Meeting', eventstatus: 'Planned', visibility: 'Public', contact_id: '12x3', parent_id: '11x2',
  location: 'HQ',
} as const;
const event = row(EVENT, { ...STAMPS, ...EVENT_SENT, sendnotification: '0', notime: '0', reminder_time: '0', starred: '0', id: '18x5', label: 'Demo' });
const TASK_SENT = {
  subject: 'Call back', assigned_user_id: '19x1', date_start: '2026-12-01', time_start: '15:00:00', due_date: '2026-12-02', taskstatus: 'Not Started',
  taskpriority: 'High', activitytype: 'Task', contact_id: '12x3',
} as const;
/** The recorded duration (761 hours) follows from the caller's date format and is not played. */
const task = row(TASK, {
  ...STAMPS, ...TASK_SENT, sendnotification: '0', notime: '0', starred: '0', duration_hours: '33', duration_minutes: '0', id: '9x6', label: 'Call back',
});
const CONTACT_SENT = {
  firstname: 'Ann', lastname: 'Lee', email: 'ann.lee@example.test', phone: '+1 555 0100', mobile: '+1 555 0101', birthday: '1980-02-29',
  account_id: '11x2', mailingstreet: '1 Main St', mailingcity: 'Springfield', assigned_user_id: '19x1',
} as const;

/** As sync lists it: without label, with null for empty dates. */
function listed(full: Record, changes: Record): Record {
  const { label, ...rest } = { ...full, ...changes };
  expect(label).toBeDefined();
  return rest;
}

test('a session of the API answers as the recorded server did', async () => {
  const { crm, client, close } = await testCrm({ suite: 'wire' });
  const guest = clientOf(crm, '');
  const { token, ...times } = await guest.get<{ token: string }>('getchallenge', { username: 'admin' });
  expect([token.length > 0, times]).toEqual([true, { serverTime: START_SECONDS, expireTime: START_SECONDS + 300 }]);
  expect(await guest.raw('POST', 'login', { username: 'admin', accessKey: 'x' })).toEqual({
    status: 200, type: 'application/json', text: '{"success":false,"error":{"message":"Invalid username or password","code":"INVALID_USER_CREDENTIALS"}}',
  });
  expect((await guest.raw('GET', 'getchallenge', { username: 'nobody' })).text).toContain('{"message":"username does not exists","code":"ACCESS_DENIED"}');
  expect((await guest.raw('GET', 'listtypes')).text).toContain('{"message":"Authencation required","code":"AUTHENTICATION_REQUIRED"}');
  const dead = clientOf(crm, 'deadbeef');
  expect((await dead.raw('GET', 'listtypes')).text).toContain('{"message":"Session Identifier provided is Invalid","code":"INVALID_SESSIONID"}');
  const admin = await client();
  await admin.get('listtypes');
  for (const name of ['Contacts', 'Leads', 'Accounts', 'Events', 'Calendar', 'Users', 'Groups']) await admin.get('describe', { elementType: name });
  expect(await admin.create('Accounts', { accountname: 'Acme Ltd', assigned_user_id: '19x1' })).toEqual(account);
  expect(await admin.create('Contacts', CONTACT_SENT)).toEqual(contact);
  const bare = await admin.raw('POST', 'create', { elementType: 'Contacts', element: '{"firstname":"Ann","assigned_user_id":"19x1"}' });
  expect(bare.text).toContain('{"message":"lastname does not have a value","code":"MANDATORY_FIELDS_MISSING"}');
  expect(await admin.retrieve('12x3')).toEqual(contact);
  expect(await admin.revise({ id: '12x3', title: 'CTO' })).toEqual({ ...contact, title: 'CTO' });
  expect(await admin.refused('POST', 'update', { element: '{"id":"12x3","title":"CEO"}' })).toBe('MANDATORY_FIELDS_MISSING');
  const leo = { firstname: 'Leo', lastname: 'Lead', company: 'LeadCo', email: 'leo@example.test', assigned_user_id: '19x1' };
  expect(await admin.create('Leads', leo)).toEqual(lead);
  expect(await admin.create('Events', EVENT_SENT)).toEqual(event);
  expect(await admin.create('Calendar', TASK_SENT)).toEqual(task);
  const where = 'where modifiedtime >= \'2026-01-01 00:00:00\' order by id limit 0,100';
  expect(await admin.query(`select id,firstname,lastname,email,modifiedtime from Contacts ${where};`))
    .toEqual([{ id: '12x3', firstname: 'Ann', lastname: 'Lee', email: 'ann.lee@example.test', modifiedtime: NOW }]);
  expect(await admin.query('select * from Groups;')).toEqual([
    { id: '20x2', groupname: 'Team Selling', description: 'Group Related to Sales' },
    { id: '20x3', groupname: 'Marketing Group', description: 'Group Related to Marketing Activities' },
    { id: '20x4', groupname: 'Support Group', description: 'Group Related to providing Support to Customers' },
  ]);
  expect(await admin.query('select id,subject,time_start,contact_id from Events;'))
    .toEqual([{ id: '18x5', subject: 'Demo', time_start: '15:00:00', contact_id: '12x3' }]);
  expect(await admin.query('select id,subject,due_date from Calendar;')).toEqual([{ id: '9x6', subject: 'Call back', due_date: '2026-12-02' }]);
  const since = (elementType: string): Promise<unknown> => admin.get('sync', { modifiedTime: '1', elementType, syncType: 'application' });
  const rowListed = listed(contact, { title: 'CTO', support_start_date: null, support_end_date: null });
  expect(await since('Contacts')).toEqual({ updated: [rowListed], deleted: [], more: false, lastModifiedTime: START_SECONDS });
  expect(await since('Events')).toEqual({ updated: [listed(event, {})], deleted: [], more: false, lastModifiedTime: START_SECONDS });
  expect((await admin.raw('GET', 'retrieve', { id: '12x99999' })).text)
    .toContain('{"message":"Permission to perform the operation is denied","code":"ACCESS_DENIED"}');
  expect((await admin.raw('GET', 'retrieve', { id: '11x3' })).text).toContain('{"message":"Id specified is incorrect","code":"INVALID_ID_ATTRIBUTE"}');
  expect(await admin.get('retrieve_related', { id: '11x2', relatedType: 'Contacts', relatedLabel: 'Contacts' })).toEqual([rowListed]);
  expect(await admin.post('mobile.fetchmodulefilters', { module: 'Contacts' })).toEqual({
    filters: {
      Mine: [{ id: '8', name: 'Contacts Address', default: false }, { id: '9', name: 'Todays Birthday', default: false }],
      Shared: [{ id: '7', name: 'All', default: false }], Others: [{ id: '7', name: 'All', default: false }],
    },
    moduleLabel: 'Contacts',
  });
  expect(await admin.post('delete', { id: '12x3' })).toEqual({ status: 'successful' });
  expect(await admin.refused('GET', 'retrieve', { id: '12x3' })).toBe('ACCESS_DENIED');
  expect(await admin.refused('POST', 'delete', { id: '12x3' })).toBe('ACCESS_DENIED');
  expect(await since('Contacts')).toEqual({ updated: [], deleted: ['12x3'], more: false, lastModifiedTime: START_SECONDS });
  crm.controls.sync('unmodified');
  expect(await admin.raw('GET', 'sync', { modifiedTime: '1', elementType: 'Contacts', syncType: 'application' }))
    .toEqual({ status: 500, type: 'text/html; charset=UTF-8', text: '' });
  expect(await admin.post('logout')).toEqual({ message: 'successfull' });
  await close();
});

test('what was wrong on purpose is refused as the recorded server did', async () => {
  const { client, close } = await testCrm();
  const admin = await client();
  const wrongType = { elementType: 'Contacts', element: '{"lastname":"Lee","account_id":"12x1","assigned_user_id":"19x1"}' };
  expect((await admin.raw('POST', 'create', wrongType)).text).toContain('{"message":"Invalid reference specified for account_id","code":"REFERENCE_INVALID"}');
  expect((await admin.raw('GET', 'query', { query: 'select id from Contacts' })).text).toContain(
    '{"message":"Syntax Error on line 1: token \'Contacts\' Unexpected End of Input(0), expected one of: SEMICOLON","code":"QUERY_SYNTAX_ERROR"}');
  expect((await admin.raw('GET', 'query', { query: 'select id from Contacts where nosuch=1;' })).text)
    .toContain('{"message":"Permission to access nosuch attribute denied.","code":"ACCESS_DENIED"}');
  expect(await admin.query('select count(*) from Contacts;')).toEqual([]);
  expect((await admin.raw('GET', 'sync', { modifiedTime: '0', elementType: 'Contacts', syncType: 'application' })).status).toBe(500);
  await close();
});
