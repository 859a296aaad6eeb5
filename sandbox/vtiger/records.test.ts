import { afterEach, expect, test } from 'vitest';
import { testCrm, type TestCrm } from './test-client.ts';
import type { VtigerOptions } from './server.ts';

const open: TestCrm[] = [];
afterEach(async () => { for (const one of open.splice(0)) await one.close(); });

async function start(settings: VtigerOptions['settings'] = {}): Promise<TestCrm> {
  const made = await testCrm({ settings });
  open.push(made);
  return made;
}
const LEE = { lastname: 'Lee', assigned_user_id: '19x1' } as const;
const idOf = ({ id }: { readonly [name: string]: string | null }): string => id ?? '';

test('unknown fields and those nobody sets are dropped without a word', async () => {
  const { client } = await start();
  const admin = await client();
  const sent = { ...LEE, nonsense: 'x', contact_no: 'MINE', createdtime: '2000-01-01 00:00:00', modifiedby: '19x5', source: 'CRM' };
  const made = await admin.create('Contacts', sent);
  expect(made).toMatchObject({ contact_no: 'CON1', createdtime: '2026-11-22 10:55:48', modifiedby: '19x1', source: 'WEBSERVICE' });
  expect('nonsense' in made).toBe(false);
});

test('"" and null clear a field, but not a mandatory one', async () => {
  const { client } = await start();
  const admin = await client();
  const id = idOf(await admin.create('Contacts', { ...LEE, title: 'CTO', phone: '1' }));
  expect(await admin.revise({ id, title: '', phone: null })).toMatchObject({ title: '', phone: '' });
  const answer = await admin.raw('POST', 'revise', { element: JSON.stringify({ id, lastname: '' }) });
  expect(answer.text).toContain('{"message":"lastname does not have a value","code":"MANDATORY_FIELDS_MISSING"}');
});

test('update wants every mandatory field and yet keeps what it was not sent', async () => {
  const { client } = await start();
  const admin = await client();
  const id = idOf(await admin.create('Contacts', { ...LEE, title: 'CTO' }));
  expect(await admin.post('update', { element: JSON.stringify({ id, ...LEE, phone: '1' }) })).toMatchObject({ title: 'CTO', phone: '1' });
});

test('a revise that changes nothing moves the time of modification', async () => {
  const { client, clock } = await start();
  const admin = await client();
  const id = idOf(await admin.create('Contacts', { ...LEE, title: 'CTO' }));
  clock.advance(5000);
  expect(await admin.revise({ id, title: 'CTO' })).toMatchObject({ createdtime: '2026-11-22 10:55:48', modifiedtime: '2026-11-22 10:55:53' });
});

test('long text is cut, an emoji becomes two question marks, and what is no picklist value or address is kept', async () => {
  const { client } = await start();
  const admin = await client();
  const made = await admin.create('Contacts', {
    ...LEE, title: 't'.repeat(60), phone: '5'.repeat(60), firstname: 'Zoë \u{1F600}', leadsource: 'Nowhere', email: 'not-an-email',
  });
  expect(made).toMatchObject({ title: 't'.repeat(50), phone: '5'.repeat(50), firstname: 'Zoë ??', leadsource: 'Nowhere', email: 'not-an-email' });
});

test('numbers are read as far as they go, and few words are true', async () => {
  const { client } = await start();
  const admin = await client();
  const made = await admin.create('Leads', { ...LEE, annualrevenue: '1,234.5', noofemployees: '12 people' });
  expect(made).toMatchObject({ annualrevenue: '1.00000000', noofemployees: '12' });
  const truth: unknown[] = [];
  for (const sent of ['1', 1, 'on', true, 'true', 'yes', '0', false]) truth.push((await admin.create('Contacts', { ...LEE, donotcall: sent }))['donotcall']);
  expect(truth).toEqual(['1', '1', '1', '1', '0', '0', '0', '0']);
});

test('a date is yyyy-mm-dd; any other form is emptied or read by the person\'s own format', async () => {
  const { client } = await start();
  const read = async (login: string): Promise<unknown[]> => {
    const one = await client(login);
    const seen: unknown[] = [];
    for (const birthday of ['1981-12-25', '03-04-1981', '12-25-1981', '04/03/1981', '1981-12-25T00:00:00Z', '1981-02-30']) {
      seen.push((await one.create('Contacts', { ...LEE, birthday }))['birthday']);
    }
    return seen;
  };
  expect(await read('admin')).toEqual(['1981-12-25', '', '', '', '', '']);
  for (const login of ['anna.weber', 'mia.schmidt']) expect(await read(login)).toEqual(['1981-12-25', '1981-04-03', '', '', '', '']);
});

test('the answer to a write differs from later reads for entities and scripts, and the label is HTML', async () => {
  const { client } = await start();
  const admin = await client();
  const sent = { firstname: 'Zoë', lastname: 'O\'Brien & Co', title: 'A &amp; B', description: '<script>x</script> & < > " \'' };
  const made = await admin.create('Contacts', { ...LEE, ...sent });
  expect(made).toMatchObject({ ...sent, title: 'A & B', label: 'Zo&euml; O&#039;Brien &amp; Co' });
  expect(await admin.retrieve(idOf(made))).toMatchObject({ ...sent, description: '&lt;script&gt;x&lt;/script&gt; & < > " \'' });
});

test('a reference to the wrong module is refused, one to a record that is not there is stored empty', async () => {
  const { client } = await start();
  const admin = await client();
  const company = idOf(await admin.create('Accounts', { accountname: 'Acme', assigned_user_id: '19x1' }));
  const contact = await admin.create('Contacts', { ...LEE, account_id: company });
  expect(contact['account_id']).toBe(company);
  expect((await admin.create('Contacts', { ...LEE, account_id: '11x999' }))['account_id']).toBeNull();
  expect(await admin.refused('POST', 'revise', { element: JSON.stringify({ id: contact['id'], account_id: contact['id'] }) })).toBe('REFERENCE_INVALID');
  await admin.post('delete', { id: company });
  expect((await admin.retrieve(idOf(contact)))['account_id']).toBeNull();
});

test('an owner is a user, a group or a bare number; with nobody\'s id the record is written and the answer is no JSON', async () => {
  const { crm, client } = await start();
  const admin = await client();
  expect((await admin.create('Contacts', { lastname: 'A', assigned_user_id: '20x2' }))['assigned_user_id']).toBe('20x2');
  expect((await admin.create('Contacts', { lastname: 'B', assigned_user_id: '5' }))['assigned_user_id']).toBe('19x5');
  const lost = await admin.raw('POST', 'create', { elementType: 'Contacts', element: '{"lastname":"Orphan","assigned_user_id":"19x77"}' });
  expect(lost).toEqual({ status: 200, type: 'text/html; charset=UTF-8', text: 'Sorry! Attempt to access restricted file.' });
  expect(crm.crm('admin').all('Contacts').at(-1)?.fields).toMatchObject({ lastname: 'Orphan', assigned_user_id: '19x77' });
});

test('bad JSON is an internal error, and ids are told apart by what is wrong with them', async () => {
  const { client } = await start();
  const admin = await client();
  const id = idOf(await admin.create('Contacts', LEE));
  expect(await admin.refused('POST', 'create', { elementType: 'Contacts', element: '{lastname' })).toBe('INTERNAL_SERVER_ERROR');
  expect(await admin.refused('GET', 'retrieve', { id: id.replace('12x', '11x') })).toBe('INVALID_ID_ATTRIBUTE');
  expect(await admin.refused('GET', 'retrieve', { id: id.replace('12x', '77x') })).toBe('ACCESS_DENIED');
  expect(await admin.refused('GET', 'retrieve', { id: 'garbage' })).toBe('ACCESS_DENIED');
  expect(await admin.refused('POST', 'create', { elementType: 'Nonsense', element: '{}' })).toBe('ACCESS_DENIED');
});

test('what is gone and what never was are refused alike for each operation, to admins too', async () => {
  const { client } = await start();
  const admin = await client();
  const id = idOf(await admin.create('Contacts', LEE));
  await admin.post('delete', { id });
  for (const one of [id, '12x999']) {
    expect(await admin.refused('GET', 'retrieve', { id: one })).toBe('ACCESS_DENIED');
    expect(await admin.refused('POST', 'delete', { id: one })).toBe('ACCESS_DENIED');
    expect(await admin.refused('POST', 'revise', { element: JSON.stringify({ id: one, title: 'x' }) })).toBe('ACCESS_DENIED');
    expect(await admin.refused('POST', 'update', { element: JSON.stringify({ id: one, ...LEE }) })).toBe('ACCESS_DENIED');
  }
});

test('a duplicate of a unique field is refused with the number 0, on create and on revise, and describe says which field it is', async () => {
  const { crm, client } = await start();
  const admin = await client();
  await admin.create('Contacts', { ...LEE, email: 'lee@x.example' });
  const other = idOf(await admin.create('Contacts', { ...LEE, email: 'lee@x.example' }));
  crm.controls.unique(['Contacts.email']);
  const twice = await admin.raw('POST', 'create', { elementType: 'Contacts', element: JSON.stringify({ ...LEE, email: 'LEE@x.example' }) });
  expect(twice.text).toBe('{"success":false,"error":{"message":"Duplicate(s) detected!","code":0}}');
  await admin.revise({ id: other, email: 'other@x.example' });
  expect(await admin.refused('POST', 'revise', { element: JSON.stringify({ id: other, email: 'lee@x.example' }) })).toBe(0);
  expect(await admin.get('describe', { elementType: 'Contacts' })).toMatchObject({
    allowDuplicates: false, fields: expect.arrayContaining([expect.objectContaining({ name: 'email', isunique: true })]) as unknown,
  });
});

test('organizations of one name are refused on a fresh install', async () => {
  const { client } = await start();
  const admin = await client();
  const acme = { accountname: 'Acme', assigned_user_id: '19x1' };
  await admin.create('Accounts', acme);
  expect(await admin.refused('POST', 'create', { elementType: 'Accounts', element: JSON.stringify(acme) })).toBe(0);
});

test('customers are open to all, or to owners and their groups where an admin says so', async () => {
  const { crm, client } = await start();
  const [admin, anna, mia] = [await client(), await client('anna.weber'), await client('mia.schmidt')];
  const id = idOf(await anna.create('Contacts', { lastname: 'Mine', assigned_user_id: '19x5' }));
  const shared = idOf(await anna.create('Contacts', { lastname: 'Ours', assigned_user_id: '20x2' }));
  expect(await mia.revise({ id, title: 'x' })).toMatchObject({ modifiedby: '19x6' });
  crm.controls.set({ sharing: 'private' });
  const answer = await mia.raw('GET', 'retrieve', { id });
  expect(answer.text).toContain('{"message":"Permission to read given object is denied","code":"ACCESS_DENIED"}');
  expect(await mia.query('select id from Contacts;')).toEqual([{ id: shared }]);
  expect(await admin.query('select id from Contacts;')).toHaveLength(2);
});

test('other people are for admins, oneself and groups for everybody', async () => {
  const { client } = await start();
  const [admin, anna] = [await client(), await client('anna.weber')];
  expect(await admin.retrieve('19x6')).toMatchObject({ user_name: 'mia.schmidt', date_format: 'yyyy-mm-dd' });
  expect(await anna.retrieve('19x5')).toMatchObject({ user_name: 'anna.weber' });
  expect(await anna.refused('GET', 'retrieve', { id: '19x6' })).toBe('ACCESS_DENIED');
  expect(await anna.refused('GET', 'query', { query: 'select * from Users;' })).toBe('ACCESS_DENIED');
  expect(await admin.query('select user_name from Users where is_admin=\'off\';')).toHaveLength(2);
  expect(await admin.refused('GET', 'query', { query: 'select accesskey from Users;' })).toBe('ACCESS_DENIED');
  expect(await anna.retrieve('20x2')).toMatchObject({ groupname: 'Team Selling' });
});

test('each write of the API that leaves a mailing box ticked counts as a mail, a person\'s own does not', async () => {
  const { crm, client } = await start();
  const admin = await client();
  crm.crm('admin').addContact({ lastname: 'Quiet', portal: '1' });
  expect(crm.mailsSent).toEqual([]);
  const id = idOf(await admin.create('Contacts', { ...LEE, notify_owner: '1' }));
  await admin.revise({ id, title: 'x' });
  await admin.revise({ id, notify_owner: '0' });
  expect(crm.mailsSent.map(({ because }) => because)).toEqual(['notify_owner', 'notify_owner']);
  expect(crm.mailsSent[0]).toEqual({ at: '2026-11-22 10:55:48', id, because: 'notify_owner' });
});
