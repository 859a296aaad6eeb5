/** Collections, composite and batch: limits, results in order, references, all or nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, BEN, codeOf, idOf, queryPath, resultsOf, startWorld, type Client, type Reply, type World } from './world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const contact = (fields: object): object => ({ attributes: { type: 'Contact' }, ...fields });
const collection = (method: string, records: readonly object[], allOrNone = false, headers = {}): Promise<Reply> =>
  client(method, '/composite/sobjects', { allOrNone, records }, headers);
const count = (): number => world.crm.org().contacts().length;

interface PartAnswer {
  readonly httpStatusCode: number;
  readonly referenceId: string;
  readonly body: unknown;
  readonly httpHeaders: unknown;
}
const composite = async (parts: readonly object[], allOrNone = false): Promise<readonly PartAnswer[]> =>
  ((await client('POST', '/composite', { allOrNone, compositeRequest: parts })).body as { compositeResponse: PartAnswer[] })
    .compositeResponse;
const part = (referenceId: string, method: string, path: string, body?: unknown): object =>
  ({ referenceId, method, url: `/services/data/v67.0${path}`, ...(body === undefined ? {} : { body }) });
const codes = (answers: readonly PartAnswer[]): string[] =>
  answers.map(({ httpStatusCode, body }) => `${httpStatusCode} ${(body as { errorCode?: string }[] | null)?.[0]?.errorCode ?? ''}`.trim());

describe('collections', () => {
  test('each record has its own result, in order, with statusCode and without an id on failure', async () => {
    const reply = await collection('POST',
      [contact({ LastName: 'a' }), contact({ FirstName: 'b' }), contact({ LastName: 'c', Email: 'bad' })]);
    expect(reply.status).toBe(200);
    expect(resultsOf(reply)).toEqual([
      { id: expect.stringMatching(/^003\w{15}$/), success: true, errors: [] },
      { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [LastName]',
        fields: ['LastName'] }] },
      { success: false, errors: [expect.objectContaining({ statusCode: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] })] },
    ]);
    expect(count()).toBe(1);
  });

  test('all or none takes everything back', async () => {
    const results = resultsOf(await collection('POST', [contact({ LastName: 'a' }), contact({})], true));
    expect(results.map(({ errors }) => errors[0]?.statusCode)).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    expect(count()).toBe(0);
  });

  test('updates and deletes tell gone, foreign and unknown records apart', async () => {
    const org = world.crm.org();
    const account = org.insert('Account', { Name: 'Fabrikam' }, BEN);
    const ids = [org.insert('Contact', { LastName: 'a' }, ANNA), org.insert('Contact', { LastName: 'b' }, ANNA),
      org.insert('Contact', { LastName: 'c', AccountId: account }, BEN), '003000000000001AAA'];
    org.remove('Contact', ids[1] ?? '');
    const expected = [undefined, 'ENTITY_IS_DELETED', 'INSUFFICIENT_ACCESS_OR_READONLY', 'INVALID_CROSS_REFERENCE_KEY'];
    const updated = resultsOf(await collection('PATCH', ids.map((id) => contact({ id, Title: 'x' }))));
    expect(updated.map(({ errors }) => errors[0]?.statusCode)).toEqual(expected);
    const deleted = resultsOf(await client('DELETE', `/composite/sobjects?ids=${ids.join()}`));
    expect(deleted.map(({ errors }) => errors[0]?.statusCode)).toEqual(expected);
    expect(deleted[0]?.id).toBe(ids[0]);
  });

  test('the whole call fails on unknown fields, missing types, twice the same id, and more than 200 records', async () => {
    const id = world.crm.org().insert('Contact', { LastName: 'a' }, ANNA);
    expect(codeOf(await collection('POST', [contact({ LastName: 'a' }), contact({ LastName: 'b', Nope: 1 })]))).toBe('INVALID_FIELD');
    expect(codeOf(await collection('POST', [{ LastName: 'a' }]))).toBe('INVALID_INPUT');
    expect(codeOf(await collection('PATCH', [contact({ id }), contact({ id: id.slice(0, 15) })]))).toBe('DUPLICATE_VALUE');
    expect(codeOf(await collection('PATCH', [contact({ LastName: 'a' })]))).toBe('MISSING_ARGUMENT');
    expect(codeOf(await collection('POST', [contact({ id, LastName: 'a' })]))).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
    expect(codeOf(await collection('POST', []))).toBe('INVALID_INPUT');
    expect(codeOf(await collection('POST', Array.from({ length: 201 }, () => contact({ LastName: 'a' }))))).toBe('EXCEEDED_ID_LIMIT');
    expect(count()).toBe(1);
  });

  test('objects must stand together: eleven runs of types are too many', async () => {
    const mixed = Array.from({ length: 11 }, (_, place) =>
      (place % 2 ? contact({ LastName: 'a' }) : { attributes: { type: 'Account' }, Name: 'a' }));
    expect(codeOf(await collection('POST', mixed))).toBe('INVALID_INPUT');
    expect(resultsOf(await collection('POST', mixed.slice(1))).every(({ success }) => success)).toBe(true);
  });

  test('reading many answers null for what is missing, foreign or deleted', async () => {
    const org = world.crm.org();
    const ids = [org.insert('Contact', { LastName: 'a' }, ANNA), '003000000000001AAA', org.insert('Contact', { LastName: 'b' }, BEN),
      org.insert('Contact', { LastName: 'c' }, ANNA)];
    org.remove('Contact', ids[3] ?? '');
    const expected = [expect.objectContaining({ Id: ids[0], LastName: 'a' }), null, null, null];
    expect((await client('POST', '/composite/sobjects/Contact', { ids, fields: ['Id', 'LastName'] })).body).toEqual(expected);
    expect((await client('GET', `/composite/sobjects/Contact?ids=${ids.join()}&fields=Id,LastName`)).body).toEqual(expected);
    const many = { ids: Array.from({ length: 2001 }, () => ids[0]), fields: ['Id'] };
    expect(codeOf(await client('POST', '/composite/sobjects/Contact', many))).toBe('EXCEEDED_ID_LIMIT');
    expect(codeOf(await client('POST', '/composite/sobjects/Contact', { ids: ['x'], fields: ['Id'] }))).toBe('MALFORMED_ID');
    expect((await client('POST', '/composite/sobjects/Contact', { ids, fields: ['Nope'] })).status).toBe(400);
  });

  test('an upsert by key creates once and updates after', async () => {
    world.crm.org().change({ keyField: true });
    const records = [contact({ ConcordKey__c: 'k1', LastName: 'a' }), contact({ ConcordKey__c: 'k2', LastName: 'b' })];
    const upsert = async (): Promise<readonly object[]> =>
      resultsOf(await client('PATCH', '/composite/sobjects/Contact/ConcordKey__c', { records }));
    expect(await upsert()).toMatchObject([{ success: true, created: true }, { success: true, created: true }]);
    expect(await upsert()).toMatchObject([{ success: true, created: false }, { success: true, created: false }]);
    expect(count()).toBe(2);
    const twice = await collection('POST', [contact({ LastName: 'a', ConcordKey__c: 'k1' })]);
    expect(resultsOf(twice)[0]?.errors[0]?.statusCode).toBe('DUPLICATE_VALUE');
  });

  test('a duplicate is told with its matches, and saved with the header', async () => {
    world.crm.org().insert('Contact', { LastName: 'a', Email: 'a@example.com' }, ANNA);
    world.crm.org().change({ duplicateRule: 'alert' });
    const records = [contact({ LastName: 'b', Email: 'a@example.com' })];
    expect(resultsOf(await collection('POST', records))[0]).toMatchObject({ success: false,
      errors: [{ statusCode: 'DUPLICATES_DETECTED', fields: [] }] });
    expect(resultsOf(await collection('POST', records, false,
      { 'sforce-duplicate-rule-header': 'allowSave=true' }))[0]?.success).toBe(true);
  });
});

describe('composite', () => {
  test('later parts use what earlier ones answered', async () => {
    const answers = await composite([
      part('acc', 'POST', '/sobjects/Account', { Name: 'Fabrikam' }),
      part('con', 'POST', '/sobjects/Contact', { LastName: 'a', AccountId: '@{acc.id}' }),
      part('look', 'GET', '/sobjects/Contact/@{con.id}?fields=Id,AccountId'),
      part('find', 'GET', "/query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='@{acc.id}'"),
      part('more', 'PATCH', '/sobjects/Account/@{find.records[0].Id}', { Site: 'Ulm' }),
    ]);
    expect(codes(answers)).toEqual(['201', '201', '200', '200', '204']);
    expect(answers[2]?.body).toMatchObject({ AccountId: idOf({ body: answers[0]?.body } as Reply) });
    expect(answers[4]).toMatchObject({ referenceId: 'more', body: null });
    expect(answers[0]?.httpHeaders).toMatchObject({ Location: expect.stringContaining('/sobjects/Account/001') });
  });

  test('a failed part fails those that refer to it and leaves the others', async () => {
    const answers = await composite([
      part('bad', 'POST', '/sobjects/Account', {}),
      part('child', 'POST', '/sobjects/Contact', { LastName: 'a', AccountId: '@{bad.id}' }),
      part('free', 'POST', '/sobjects/Contact', { LastName: 'b' }),
    ]);
    expect(codes(answers)).toEqual(['400 REQUIRED_FIELD_MISSING', '400 PROCESSING_HALTED', '201']);
    expect(count()).toBe(1);
  });

  test('all or none halts the innocents and keeps nothing', async () => {
    const answers = await composite([
      part('good', 'POST', '/sobjects/Contact', { LastName: 'b' }), part('bad', 'POST', '/sobjects/Contact', {}),
      part('later', 'POST', '/sobjects/Contact', { LastName: 'c' }),
    ], true);
    expect(codes(answers)).toEqual(['400 PROCESSING_HALTED', '400 REQUIRED_FIELD_MISSING', '400 PROCESSING_HALTED']);
    expect(count()).toBe(0);
  });

  test('25 parts, five of them queries or collections, no name twice', async () => {
    const refused = async (parts: readonly object[]): Promise<string> =>
      codeOf(await client('POST', '/composite', { compositeRequest: parts }));
    const look = (number: number): object => part(`r${number}`, 'GET', '/limits');
    const ask = (number: number): object => part(`q${number}`, 'GET', queryPath('SELECT COUNT() FROM Contact'));
    expect(codes(await composite([0, 1, 2, 3, 4].map(ask)))).toEqual(Array(5).fill('200'));
    expect(await refused([0, 1, 2, 3, 4, 5].map(ask))).toBe('LIMIT_EXCEEDED');
    expect(await refused(Array.from({ length: 26 }, (_, place) => look(place)))).toBe('LIMIT_EXCEEDED');
    expect(await refused([look(1), look(1)])).toBe('INVALID_INPUT');
    expect(await refused([part('no-dash', 'GET', '/limits')])).toBe('INVALID_INPUT');
  });

  test('a composite counts as one call, and passes its headers to the parts', async () => {
    world.crm.org().insert('Contact', { LastName: 'a', Email: 'a@example.com' }, ANNA);
    world.crm.org().change({ duplicateRule: 'alert' });
    const body = { compositeRequest: [part('a', 'POST', '/composite/sobjects',
      { records: [contact({ LastName: 'b', Email: 'a@example.com' })] }), part('b', 'GET', '/limits')] };
    const reply = await client('POST', '/composite', body, { 'sforce-duplicate-rule-header': 'allowSave=true' });
    expect(reply.headers.get('sforce-limit-info')).toBe('api-usage=1/100000');
    expect(count()).toBe(2);
  });

  test('a batch runs independent parts and can halt', async () => {
    const batchRequests = [{ method: 'GET', url: 'v67.0/limits' }, { method: 'GET', url: 'v67.0/sobjects/Nope' },
      { method: 'GET', url: 'v67.0/limits' }];
    const run = async (haltOnError: boolean): Promise<unknown> =>
      (await client('POST', '/composite/batch', { batchRequests, haltOnError })).body;
    expect(await run(false)).toMatchObject({ hasErrors: true, results: [{ statusCode: 200 }, { statusCode: 404 }, { statusCode: 200 }] });
    expect(await run(true)).toMatchObject({ hasErrors: true, results: [{ statusCode: 200 }, { statusCode: 404 }, { statusCode: 412 }] });
  });
});
