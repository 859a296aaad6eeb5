import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, testWorld } from './test-client.ts';
import type { Answer, Send, TestWorld } from './test-client.ts';

const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

let world: TestWorld;
let send: Send;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
});
afterEach(() => world.microsoft.close());

interface PartInput {
  readonly id: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: object;
  readonly body?: unknown;
  readonly dependsOn?: readonly string[];
}
const batch = (...requests: readonly PartInput[]): Promise<Answer> =>
  send('POST', '/$batch', { requests: requests.map((part) => ({ method: 'GET', url: '/me/contacts', ...part })) });
const create = (id: string, surname: string): PartInput =>
  ({ id, method: 'POST', url: '/me/contacts', headers: { ...JSON_TYPE, ...IMMUTABLE }, body: { surname } });
const many = (count: number): PartInput[] => Array.from({ length: count }, (_, n) => ({ id: String(n) }));
const byId = ({ body }: Answer) => new Map(body.responses?.map((part) => [part.id, part]));

test('a batch answers 200 whatever its parts answer, in an order of its own', async () => {
  const answer = await batch(create('a', 'One'), { id: 'b', url: '/me/contacts/nothing' }, {
    id: 'c', method: 'DELETE', url: '/me/contacts/nothing',
  });
  expect(answer.status).toBe(200);
  expect(answer.body.responses?.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  const parts = byId(answer);
  expect(parts.get('a')).toMatchObject({ status: 201, body: { surname: 'One' } });
  expect(parts.get('b')).toMatchObject({ status: 404, body: { error: { code: 'ErrorItemNotFound' } } });
});

test('preferences count per part, not for the batch', async () => {
  const made = byId(await batch(create('a', 'One'))).get('a')?.body?.id;
  const parts = byId(
    await batch({ id: 'with', url: `/me/contacts/${made}`, headers: IMMUTABLE }, { id: 'without', url: `/me/contacts/${made}` })
  );
  expect(parts.get('with')?.body?.id).toBe(made);
  expect(parts.get('without')?.body?.id).not.toBe(made);
});

test('a delta link works as a part', async () => {
  world.microsoft.mailbox(ANNA).addContact({ surname: 'One' });
  const first = byId(await batch({ id: '1', url: '/me/contactFolders/contacts/contacts/delta', headers: IMMUTABLE })).get('1');
  const link = new URL(String(first?.body?.['@odata.deltaLink']));
  const second = byId(await batch({ id: '1', url: link.pathname.replace('/v1.0', '') + link.search, headers: IMMUTABLE })).get('1');
  expect(second).toMatchObject({ status: 200, body: { value: [] } });
});

test.each([
  ['21 parts', many(21)],
  ['no part', []],
  ['an id twice', [{ id: '1' }, { id: '1' }]],
  ['no id', [{ id: '' }]],
  ['an absolute url', [{ id: '1', url: 'https://graph.microsoft.com/v1.0/me' }]],
  ['a version in a url', [{ id: '1', url: '/v1.0/me' }]],
  ['a body without a content type', [{ id: '1', method: 'POST', url: '/me/contacts', body: {} }]],
  ['a dependency on itself', [{ id: '1', dependsOn: ['1'] }]],
  ['a dependency on nothing', [{ id: '1' }, { id: '2', dependsOn: ['9'] }]],
  ['half of the parts in series', [{ id: '1' }, { id: '2', dependsOn: ['1'] }, { id: '3' }]],
])('a batch with %s is refused as a whole', async (_, requests) => {
  const answer = await batch(...requests);
  expect([answer.status, answer.body.error?.code]).toEqual([400, 'BadRequest']);
});

test('twenty parts are served', async () => {
  const answer = await batch(...Array.from({ length: 20 }, (_, n) => create(String(n), `S${n}`)));
  expect(answer.body.responses?.every(({ status }) => status === 201)).toBe(true);
  expect(world.microsoft.mailbox(ANNA).contacts()).toHaveLength(20);
});

test('parts in series: a failure answers 424 to all behind it', async () => {
  const parts = byId(
    await batch({ id: '1', url: '/me/contacts/nothing' }, { ...create('2', 'Two'), dependsOn: ['1'] }, {
      ...create('3', 'Three'), dependsOn: ['2'],
    })
  );
  expect([...parts.values()].map(({ id, status }) => [id, status]).sort()).toEqual([['1', 404], ['2', 424], ['3', 424]]);
  expect(world.microsoft.mailbox(ANNA).contacts()).toEqual([]);
});

test('all parts may depend on one, wherever it stands', async () => {
  const parts = byId(
    await batch({ ...create('1', 'One'), dependsOn: ['3'] }, { ...create('2', 'Two'), dependsOn: ['3'] }, create('3', 'Three'))
  );
  expect([...parts.values()].map(({ status }) => status)).toEqual([201, 201, 201]);
});

test('batches do not nest', async () => {
  const parts = byId(await batch({ id: '1', method: 'POST', url: '/$batch', headers: JSON_TYPE, body: { requests: [] } }));
  expect(parts.get('1')?.status).toBe(400);
});

test('throttled parts answer 429 with a Retry-After of their own inside a batch that answers 200', async () => {
  world.microsoft.controls.throttle({ throttled: 2, retryAfter: '7.5' });
  const answer = await batch(...many(3));
  expect(answer.status).toBe(200);
  const refused = answer.body.responses?.filter(({ status }) => status === 429) ?? [];
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({ headers: { 'Retry-After': '7.5' }, body: { error: { code: 'ApplicationThrottled' } } });
  expect(byId(await batch(...many(3))).get('0')?.status).toBe(200);
});

test('a narrow batch runs four parts and refuses the rest, once', async () => {
  world.microsoft.controls.throttle({ narrowBatches: 1 });
  const statuses = (await batch(...many(20))).body.responses?.map(({ status }) => status) ?? [];
  expect(statuses.filter((status) => status === 200)).toHaveLength(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(16);
  expect((await batch(...many(20))).body.responses?.every(({ status }) => status === 200)).toBe(true);
});
