/** SOQL: what it finds, how it sorts, what it refuses, and its pages. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, BEN, codeOf, pageOf, queryPath, startWorld, type Client, type Reply, type World } from './world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld({ withSamples: true });
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const names = async (soql: string, area?: string): Promise<unknown[]> =>
  pageOf(await client('GET', queryPath(soql, area))).records.map((record) => record['LastName'] ?? record['Name']);
const refused = async (soql: string): Promise<string> => {
  const reply: Reply = await client('GET', queryPath(soql));
  return `${reply.status} ${codeOf(reply)}`;
};

describe('conditions', () => {
  test.each([
    ["LastName = 'ford'", ['Ford']],
    ["LastName != 'Ford' AND MailingCountry = 'spain'", ['Raman']],
    ["Title = null AND LastName LIKE 'P%'", ['Petrova']],
    ["LastName IN ('Ford', 'Núñez')", ['Ford', 'Núñez']],
    ["LastName NOT IN ('Ford','Maurer','Núñez','Raman')", ['Petrova']],
    ["(LastName LIKE '_ord' OR LastName LIKE '%ñez') AND Email != null", ['Ford', 'Núñez']],
    ["NOT (LastName > 'm')", ['Ford']],
    ["LastName >= 'P' AND LastName < 'Q'", ['Petrova']],
    ['Birthdate <= 1984-03-07', ['Petrova']],
    ['IsDeleted = false AND Birthdate != null', ['Petrova']],
    ['SystemModstamp >= 2026-11-23T10:00:00Z AND SystemModstamp <= 2026-11-23T11:00:00.000+01:00 AND Title = \'Logistics\'', ['Raman']],
    ['CreatedDate = TODAY AND Department != null', ['Petrova']],
    ["Account.Name = 'wingtip toys'", ['Petrova']],
    ["Owner.Username = 'ben.keller@contoso.example'", ['Raman']],
  ])('%s', async (where, expected) => {
    expect(await names(`SELECT LastName FROM Contact WHERE ${where} ORDER BY LastName`)).toEqual(expected);
  });

  test('quotes and backslashes are escaped, and wildcards can be meant literally', async () => {
    world.crm.org().insert('Contact', { LastName: "O'Brien\\50%_x" });
    expect(await names("SELECT LastName FROM Contact WHERE LastName = 'O\\'Brien\\\\50%_x'")).toEqual(["O'Brien\\50%_x"]);
    expect(await names("SELECT LastName FROM Contact WHERE LastName LIKE '%50\\%\\_x'")).toEqual(["O'Brien\\50%_x"]);
    expect(await names("SELECT LastName FROM Contact WHERE LastName LIKE '%5\\%%'")).toEqual([]);
  });

  test('ids are compared in both lengths and by case', async () => {
    const id = world.crm.org().contacts()[0]?.Id ?? '';
    expect(pageOf(await client('GET', queryPath(`SELECT Id FROM Contact WHERE Id = '${id.slice(0, 15)}'`))).records[0]?.['Id']).toBe(id);
    expect(await refused("SELECT Id FROM Contact WHERE Id = 'x'")).toBe('400 INVALID_QUERY_FILTER_OPERATOR');
  });
});

describe('answers', () => {
  test('parents are nested objects with attributes, and null where there is none', async () => {
    world.crm.org().insert('Contact', { LastName: 'Alone' });
    const fields = 'LastName, Account.Name, Account.Owner.Name, Owner.Name';
    const soql = `SELECT ${fields} FROM Contact WHERE LastName IN ('Alone','Ford') ORDER BY LastName`;
    const { records } = pageOf(await client('GET', queryPath(soql)));
    expect(records[0]).toMatchObject({ Account: null, Owner: { attributes: { type: 'User' }, Name: 'Anna Weber' } });
    expect(records[1]).toMatchObject({
      attributes: { type: 'Contact', url: expect.stringMatching(/^\/services\/data\/v67\.0\/sobjects\/Contact\/003\w{15}$/) },
      Account: { attributes: { type: 'Account' }, Name: 'Fabrikam Tools', Owner: { Name: 'Anna Weber' } },
    });
  });

  test('order is without case, blanks first, and may be reversed or put last', async () => {
    world.crm.org().insert('Contact', { LastName: 'ahlers' });
    expect(await names('SELECT LastName FROM Contact ORDER BY LastName DESC LIMIT 2')).toEqual(['Raman', 'Petrova']);
    expect((await names('SELECT LastName FROM Contact ORDER BY Email'))[0]).toBe('ahlers');
    expect((await names('SELECT LastName FROM Contact ORDER BY Email NULLS LAST')).at(-1)).toBe('ahlers');
    expect(await names('SELECT LastName FROM Contact ORDER BY LastName LIMIT 2 OFFSET 1')).toEqual(['Ford', 'Maurer']);
  });

  test('COUNT() has a size and no records, COUNT(Id) one record', async () => {
    expect(pageOf(await client('GET', queryPath('SELECT COUNT() FROM Contact')))).toEqual({ totalSize: 5, done: true, records: [] });
    expect(pageOf(await client('GET',
      queryPath('select count(Id) from Contact'))).records).toEqual([{ attributes: { type: 'AggregateResult' }, expr0: 5 }]);
  });

  test('the scope "mine" leaves out what a colleague owns', async () => {
    const mine = await names('SELECT LastName FROM Contact USING SCOPE mine ORDER BY LastName');
    expect(mine).toEqual(['Ford', 'Maurer', 'Núñez', 'Petrova']);
  });

  test('deleted rows are seen by queryAll only', async () => {
    const id = world.crm.org().contacts()[0]?.Id ?? '';
    world.crm.org().remove('Contact', id);
    expect(await names(`SELECT LastName FROM Contact WHERE Id = '${id}'`)).toEqual([]);
    expect(await names(`SELECT LastName FROM Contact WHERE Id = '${id}' AND IsDeleted = true`, 'queryAll')).toEqual(['Ford']);
    world.clock.advance(15 * 86_400_000 + 1000);
    client = world.as(await world.signIn());
    expect(await names(`SELECT LastName FROM Contact WHERE Id = '${id}'`, 'queryAll')).toEqual([]);
  });

  test('FIELDS(ALL) wants a limit of 200', async () => {
    expect(await refused('SELECT FIELDS(ALL) FROM Contact')).toBe('400 MALFORMED_QUERY');
    const { records } = pageOf(await client('GET', queryPath('SELECT FIELDS(ALL) FROM Contact LIMIT 200')));
    expect(records[0]).toMatchObject({ Name: 'Thomas Ford', MailingAddress: { city: 'Berlin', street: null }, IsEmailBounced: false });
  });
});

describe('refusals', () => {
  test.each([
    ['SELECT Nope FROM Contact', '400 INVALID_FIELD'],
    ['SELECT Nope.Name FROM Contact', '400 INVALID_FIELD'],
    ['SELECT Id FROM Nope', '400 INVALID_TYPE'],
    ["SELECT Id FROM Contact WHERE Description = 'x'", '400 INVALID_FIELD'],
    ['SELECT Id FROM Contact ORDER BY Description', '400 INVALID_FIELD'],
    ["SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01T00:00:00Z'", '400 INVALID_FIELD'],
    ['SELECT Id FROM Contact WHERE LastName = Ford', '400 MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE LastName = 'a' AND Title = 'b' OR Email = null", '400 MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE LastName = 'a", '400 MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE LastName NOT LIKE 'a'", '400 MALFORMED_QUERY'],
    ['SELECT Id FROM Contact WHERE SystemModstamp > 2026-01-01T00:00:00 0000', '400 MALFORMED_QUERY'],
    ['SELECT Id FROM Contact LIMIT', '400 MALFORMED_QUERY'],
    ['SELECT Id FROM Contact OFFSET 2001', '400 NUMBER_OUTSIDE_VALID_RANGE'],
    ["SELECT Id FROM Contact WHERE Birthdate LIKE '19%'", '400 INVALID_QUERY_FILTER_OPERATOR'],
  ])('%s', async (soql, expected) => { expect(await refused(soql)).toBe(expected); });

  test('a field hidden from the user makes the query fail, and describe leaves it out', async () => {
    world.crm.org().change({ hiddenFields: ['Contact.Birthdate'] });
    expect(await refused('SELECT Id, Birthdate FROM Contact')).toBe('400 INVALID_FIELD');
    const { fields } = (await client('GET', '/sobjects/Contact/describe')).body as { fields: { name: string }[] };
    expect(fields.map(({ name }) => name)).not.toContain('Birthdate');
  });
});

describe('pages', () => {
  const add = (count: number): void => {
    for (let number = 0; number < count; number += 1) world.crm.org().insert('Contact', { LastName: `Row ${number}` }, ANNA);
  };

  test('batchSize and wide rows make pages smaller, and nextRecordsUrl leads through all of them', async () => {
    add(445);
    const first = pageOf(await client('GET', queryPath('SELECT Id FROM Contact ORDER BY Id'), undefined,
      { 'sforce-query-options': 'batchSize=200' }));
    expect([first.totalSize, first.done, first.records.length]).toEqual([450, false, 200]);
    const second = pageOf(await client('GET', first.nextRecordsUrl ?? ''));
    expect([second.done, second.records.length]).toEqual([true, 250]);
    expect(new Set([...first.records, ...second.records].map((record) => record['Id'])).size).toBe(450);
    expect(pageOf(await client('GET', queryPath('SELECT Id, Description FROM Contact'))).records).toHaveLength(250);
  });

  test('a locator dies after two days, and is nobody else\'s', async () => {
    world.crm.org().change({ pageRows: 2, sessionMinutes: 100_000 });
    const { nextRecordsUrl = '' } = pageOf(await client('GET', queryPath('SELECT Id FROM Contact')));
    const other = world.as(await world.signIn(BEN));
    expect(codeOf(await other('GET', nextRecordsUrl))).toBe('INVALID_QUERY_LOCATOR');
    expect((await client('GET', nextRecordsUrl)).status).toBe(200);
    world.clock.advance(48 * 3_600_000);
    expect(codeOf(await client('GET', nextRecordsUrl))).toBe('INVALID_QUERY_LOCATOR');
  });

  test('the oldest locator is closed when an eleventh is opened', async () => {
    world.crm.org().change({ pageRows: 2 });
    const open = async (): Promise<string> => pageOf(await client('GET', queryPath('SELECT Id FROM Contact'))).nextRecordsUrl ?? '';
    const first = await open();
    for (let more = 0; more < 10; more += 1) await open();
    expect(codeOf(await client('GET', first))).toBe('INVALID_QUERY_LOCATOR');
  });

  test('the cursor condition finds every row of one second once, in order', async () => {
    add(30);
    const id = pageOf(await client('GET',
      queryPath('SELECT Id FROM Contact ORDER BY SystemModstamp, Id LIMIT 1 OFFSET 9'))).records[0]?.['Id'];
    const stamp = '2026-11-23T10:00:00.000Z';
    const where = `(SystemModstamp = ${stamp} AND Id > '${String(id)}') OR SystemModstamp > ${stamp}`;
    const soql = `SELECT Id, SystemModstamp FROM Contact WHERE ${where} ORDER BY SystemModstamp, Id`;
    const rest = pageOf(await client('GET', queryPath(soql)));
    expect(rest.totalSize).toBe(25);
    expect(rest.records[0]?.['SystemModstamp']).toBe('2026-11-23T10:00:00.000+0000');
  });
});
