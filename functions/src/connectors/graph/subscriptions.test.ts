/** Against the stand-in, which checks the address, keeps the rules of life and state, and calls when it is told to. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { recordedGraphWorlds, type GraphWorld } from '../../../test/worlds/graph.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Notice, NoticeDesk, NoticeFlow, Subscribed } from '../../ports/connector.ts';

const KINDS = ['contact', 'event', 'task'] as const;
const STATE = `${'0'.repeat(26)}.${'s'.repeat(43)}`;

const worlds = recordedGraphWorlds('graph-subscriptions', KINDS);
afterAll(() => { worlds.flush(); });

let world: GraphWorld;
let flow: NoticeFlow;
let desk: NoticeDesk;
let listener: http.Server;
let address: string;
let heard: Notice[];
let isDeaf: boolean;

beforeEach(async () => {
  world = await worlds.open();
  if (!world.connector.notices) throw new Error('this vendor has notices');
  flow = world.connector.notices;
  desk = flow.open(world.access);
  heard = [];
  isDeaf = false;
  listener = http.createServer((request, response) => {
    const words = flow.handshake(Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (isDeaf) { response.writeHead(403).end(); return; }
      if (words !== undefined) { response.writeHead(200, { 'content-type': 'text/plain' }).end(words); return; }
      heard.push(...flow.read(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/notify/graph`;
});
afterEach(async () => {
  listener.closeAllConnections();
  await new Promise((resolve) => { listener.close(resolve); });
  await world.close();
});

const subscribed = (answer: Subscribed | SyncError | 'gone' | undefined): Subscribed => {
  if (answer === undefined || answer === 'gone' || answer instanceof SyncError) throw new Error(`expected a subscription, got ${String(answer)}`);
  return answer;
};
const subscribe = async (): Promise<readonly Subscribed[]> => {
  const topics = await desk.topics(KINDS);
  return (await desk.subscribe(topics.map((topic) => ({ topic, address, state: STATE })))).map(subscribed);
};

test('contacts, events and the tasks of each list are asked for, in one call beside that for the lists', async () => {
  expect(await desk.topics(['contact', 'event'])).toEqual(['/me/contacts', '/me/events']);
  expect(await desk.topics(['task'])).toEqual([expect.stringMatching(/^\/me\/todo\/lists\/[^/]+\/tasks$/)]);
  const before = world.calls();
  const made = await subscribe();
  expect(world.calls() - before).toBe(2);
  expect(new Set(made.map(({ id }) => id)).size).toBe(3);
  const life = made.map(({ expiresAt }) => expiresAt - world.clock.now());
  expect(Math.min(...life)).toBeGreaterThan(69 * 3_600_000);
  expect(Math.max(...life)).toBeLessThanOrEqual(4_230 * 60_000);
});

test('at most ten lists are watched, so that a mailbox of many lists leaves room for other apps', async () => {
  for (let number = 0; number < 14; number += 1) world.microsoft.mailbox(world.login).addTaskList(`List ${number}`);
  expect(await desk.topics(['task'])).toHaveLength(10);
});

test('a change arrives with our state and the id of its subscription', async () => {
  const [contacts] = await subscribe();
  await world.addRecord({ familyName: 'Albers' });
  await world.microsoft.deliverNotifications();
  expect(heard.length).toBeGreaterThan(0);
  expect(new Set(heard.map((notice) => JSON.stringify(notice)))).toEqual(
    new Set([JSON.stringify({ subscription: contacts?.id, state: STATE, what: 'changed' })]));
});

test.each([
  ['reauthorizationRequired', 'expiring'], ['subscriptionRemoved', 'ended'], ['missed', 'changed'],
] as const)('the lifecycle event %s is heard as "%s"', async (event, what) => {
  await subscribe();
  world.microsoft.controls.lifecycle(world.login, event);
  await world.microsoft.deliverNotifications();
  // Tasks have no such events.
  expect(heard.map((notice) => notice.what)).toEqual([what, what]);
});

test('a renewal gives a new life, and one that ran out or never was is gone', async () => {
  const made = await subscribe();
  world.clock.advance(35 * 3_600_000);
  const [renewed] = await desk.renew([made[0]?.id ?? '']);
  expect(subscribed(renewed).expiresAt).toBeGreaterThan((made[0]?.expiresAt ?? 0) + 34 * 3_600_000);
  expect(await desk.renew(['nobody'])).toEqual(['gone']);
  world.clock.advance(40 * 3_600_000);
  expect((await desk.renew(made.map(({ id }) => id))).map((answer) => answer === 'gone')).toEqual([false, true, true]);
});

test('an address that does not answer the check is an answer of its own, with a code and no word of the service', async () => {
  isDeaf = true;
  const [answer] = await desk.subscribe([{ topic: '/me/contacts', address, state: STATE }]);
  expect(answer).toBeInstanceOf(SyncError);
  expect(answer).toMatchObject({ details: { code: 'GRAPH_VALIDATION_ERROR' } });
  expect((answer as SyncError).message).not.toContain('403');
});

test('what is cancelled is told no more, and cancelling it again is no error', async () => {
  const ids = (await subscribe()).map(({ id }) => id);
  await desk.cancel(ids);
  await desk.cancel(ids);
  await world.addRecord({ familyName: 'Albers' });
  expect(await world.microsoft.deliverNotifications()).toEqual({ sent: 0, refused: 0 });
});

test('the words of the check come back as they are; markup, control signs and floods do not', () => {
  const token = 'Validation: Testing client application reachability for subscription Request-Id: 7a4f+x/Q==';
  expect(flow.handshake({ validationToken: token })).toBe(token);
  for (const bad of ['<script>alert(1)</script>', 'a\r\nset-cookie: x', '', 'x'.repeat(1_025), 'ü']) {
    expect(flow.handshake({ validationToken: bad }), bad).toBeUndefined();
  }
  expect(flow.handshake({ other: token })).toBeUndefined();
});

test.each([
  ['nothing', undefined], ['a text', 'x'], ['no list', { value: {} }], ['other things', { value: [null, 7, [], {}, { subscriptionId: 's' }] }],
  ['a state that is too long', { value: [{ subscriptionId: 's', clientState: 'x'.repeat(129) }] }],
  ['an id of another type', { value: [{ subscriptionId: 7, clientState: 'x' }] }],
])('a call with %s holds no notice', (_, body) => {
  expect(flow.read(body)).toEqual([]);
});

test('an unknown lifecycle word counts as a change, and a flood is cut', () => {
  const item = { subscriptionId: 's', clientState: 'x', lifecycleEvent: 'constructor' };
  expect(flow.read({ value: [item] })).toEqual([{ subscription: 's', state: 'x', what: 'changed' }]);
  expect(flow.read({ value: Array.from({ length: 5_000 }, () => item) })).toHaveLength(1_000);
});
