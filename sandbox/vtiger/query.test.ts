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
const refusal = (query: string): Promise<string | number> => admin.refused('GET', 'query', { query });
const names = async (where: string): Promise<unknown[]> =>
  (await admin.query(`select lastname from Contacts where ${where} order by id;`)).map((one) => one['lastname']);

test('what the language lacks is a syntax error: no semicolon, parentheses, not, is null, <>, aliases, two orders, words behind the end', async () => {
  const wrong = [
    'select id from Contacts', 'select id from Contacts where (lastname=\'a\');', 'select id from Contacts where not lastname=\'a\';',
    'select id from Contacts where lastname is null;', 'select id from Contacts where lastname <> \'a\';', 'select id as x from Contacts;',
    'select id from Contacts order by lastname, firstname;', 'select id from Contacts; select id from Leads;', 'select id from Contacts where lastname=a;',
    'select id from Contacts limit -1;', 'update Contacts;',
  ];
  for (const query of wrong) expect([query, await refusal(query)]).toEqual([query, 'QUERY_SYNTAX_ERROR']);
});

test('dots and empty references are internal errors, unknown fields and modules are denied', async () => {
  expect(await refusal('select Contacts.lastname from Contacts;')).toBe('INTERNAL_SERVER_ERROR');
  expect(await refusal('select id from Contacts where account_id.accountname=\'a\';')).toBe('INTERNAL_SERVER_ERROR');
  expect(await refusal('select id from Contacts where account_id=\'\';')).toBe('INTERNAL_SERVER_ERROR');
  expect(await refusal('select nosuch from Contacts;')).toBe('ACCESS_DENIED');
  expect(await refusal('select id from Contacts order by nosuch;')).toBe('ACCESS_DENIED');
  expect(await refusal('select id from CustomView;')).toBe('ACCESS_DENIED');
  expect(await refusal('')).toBe('ACCESS_DENIED');
});

test('quotes are doubled, backslashes are halved and break a quote, = and like take any case', async () => {
  for (const lastname of ['O\'Neil', 'a\\b', 'Müller', 'Muller']) hands().addContact({ lastname });
  expect(await names('lastname = \'o\'\'neil\'')).toEqual(['O\'Neil']);
  expect(await refusal('select id from Contacts where lastname = \'O\\\'Neil\';')).toBe('QUERY_SYNTAX_ERROR');
  expect(await names('lastname = \'a\\\\b\'')).toEqual(['a\\b']);
  expect(await names('lastname = \'a\\b\'')).toEqual([]);
  expect(await names('lastname like \'MÜL%\'')).toEqual(['Müller']);
  expect(await names('lastname like \'m_ller\'')).toEqual(['Müller', 'Muller']);
  expect(await names('lastname in (\'muller\', \'nobody\')')).toEqual(['Muller']);
  expect(await names('lastname != \'muller\'')).toEqual(['O\'Neil', 'a\\b', 'Müller']);
});

test('conditions are joined by and before or, and id is always among what is selected', async () => {
  for (const [firstname, lastname] of [['A', 'x'], ['B', 'x'], ['B', 'y']] as const) hands().addContact({ firstname, lastname });
  expect(await admin.query('select firstname from Contacts where lastname = \'y\' or firstname = \'A\' and lastname = \'x\' order by id;'))
    .toEqual([{ id: '12x2', firstname: 'A' }, { id: '12x4', firstname: 'B' }]);
  expect(await admin.query('select * from Contacts where id = \'12x3\';')).toMatchObject([{ id: '12x3', firstname: 'B', account_id: null, birthday: null }]);
});

test('a query answers 100 rows at most, whatever the limit, and nothing behind the end', async () => {
  for (let n = 0; n < 103; n += 1) hands().addContact({ lastname: `c${n}` });
  expect(await admin.query('select id from Contacts;')).toHaveLength(100);
  expect(await admin.query('select id from Contacts limit 500;')).toHaveLength(100);
  expect(await admin.query('select id from Contacts order by id limit 100,100;')).toEqual([{ id: '12x102' }, { id: '12x103' }, { id: '12x104' }]);
  expect(await admin.query('select id from Contacts order by id limit 200,100;')).toEqual([]);
});

test('pages by offset over one second of modifiedtime repeat some records and never show others; pages by id show each once', async () => {
  for (let n = 0; n < 162; n += 1) hands().addContact({ lastname: `c${n}` });
  const ids = async (query: string): Promise<(string | null | undefined)[]> => (await admin.query(query)).map(({ id }) => id);
  const first = await ids('select id from Contacts order by modifiedtime limit 0,100;');
  const second = await ids('select id from Contacts order by modifiedtime limit 100,100;');
  expect([first.length, second.length]).toEqual([100, 62]);
  expect(new Set([...first, ...second]).size).toBeLessThan(162);
  const seen = await ids('select id from Contacts order by id limit 100;');
  seen.push(...await ids(`select id from Contacts where id > '${seen.at(-1)}' order by id limit 100;`));
  expect([seen.length, new Set(seen).size]).toEqual([162, 162]);
});

test('modifiedtime is compared in UTC for people of any zone', async () => {
  hands().addContact({ lastname: 'Now' });
  for (const login of ['admin', 'anna.weber', 'mia.schmidt']) {
    const one = await world.client(login);
    const since = (time: string): Promise<readonly object[]> => one.query(`select id from Contacts where modifiedtime >= '${time}';`);
    expect([(await since('2026-11-22 10:55:48')).length, (await since('2026-11-22 10:55:49')).length]).toEqual([1, 0]);
  }
});

test('events and tasks are apart, and deleted and converted records are not returned', async () => {
  hands().addEvent({ subject: 'Demo' });
  hands().addTask({ subject: 'Call' });
  hands().remove(hands().addContact({ lastname: 'Gone' }));
  hands().convertLead(hands().addLead({ lastname: 'Turned', company: 'Co' }));
  expect(await admin.query('select subject from Events;')).toEqual([{ id: '18x2', subject: 'Demo' }]);
  expect(await admin.query('select subject from Calendar;')).toEqual([{ id: '9x3', subject: 'Call' }]);
  expect(await names('id > \'12x1\'')).toEqual(['Turned']);
  expect(await admin.query('select id from Leads;')).toEqual([]);
});

test('owners, references and numbers are compared by what they are', async () => {
  const company = hands().addAccount({ accountname: 'Acme', employees: '9' });
  hands().addAccount({ accountname: 'Big', employees: '10' });
  hands().addContact({ lastname: 'In', account_id: company, assigned_user_id: '19x5' });
  hands().addContact({ lastname: 'Out' });
  expect(await names(`account_id = '${company}'`)).toEqual(['In']);
  expect(await names('assigned_user_id = \'19x5\'')).toEqual(['In']);
  expect(await names('account_id = \'12x2\'')).toEqual([]);
  expect(await admin.query('select accountname from Accounts where employees > 9;')).toEqual([{ id: '11x3', accountname: 'Big' }]);
});
