import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, at, testWorld } from './test-client.ts';
import type { Answer, TestWorld } from './test-client.ts';

interface Post { readonly path: string; readonly value: readonly Readonly<Record<string, unknown>>[] }

let world: TestWorld;
let posts: Post[];
let status: number;
/** What the address answers to the handshake. */
let echo: (token: string) => { readonly status: number; readonly type: string; readonly text: string };
let listener: http.Server;
let address: string;

beforeEach(async () => {
  world = await testWorld();
  posts = [];
  status = 202;
  echo = (token) => ({ status: 200, type: 'text/plain', text: token });
  listener = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const token = url.searchParams.get('validationToken');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (token !== null) {
        const answer = echo(token);
        response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text);
        return;
      }
      const { value } = JSON.parse(Buffer.concat(chunks).toString()) as Pick<Post, 'value'>;
      posts.push({ path: url.pathname + url.search, value });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
});
afterEach(async () => {
  listener.closeAllConnections();
  await new Promise((resolve) => { listener.close(resolve); });
  await world.microsoft.close();
});

const inMinutes = (minutes: number): string => new Date(world.clock.now() + minutes * 60_000).toISOString();
const subscribe = (body: object = {}): Promise<Answer> => world.send('POST', '/subscriptions', {
  changeType: 'created,updated,deleted', notificationUrl: `${address}/bell?key=1`, resource: '/me/events', expirationDateTime: inMinutes(4230),
  clientState: 'secret', ...body,
});
const visit = { subject: 'Visit', start: at('2026-12-01T10:00:00'), end: at('2026-12-01T11:00:00') };
const told = (): unknown[] => posts.flatMap(({ value }) => value.map(({ changeType }) => changeType));

test('a subscription is made once the address gives the token back, and tells its clientState only then', async () => {
  const made = await subscribe({ lifecycleNotificationUrl: `${address}/life` });
  expect([made.status, made.body['clientState']]).toEqual([201, 'secret']);
  const read = await world.send('GET', `/subscriptions/${String(made.body.id)}`);
  expect(read.body).toMatchObject({ resource: '/me/events', clientState: null, lifecycleNotificationUrl: `${address}/life` });
  expect((await world.send('GET', '/subscriptions')).body.value).toHaveLength(1);
});

test.each([
  ['refuses', () => ({ status: 403, type: 'text/plain', text: '' }), '403'],
  ['answers HTML', (token: string) => ({ status: 200, type: 'text/html', text: token }), 'token'],
  ['leaves the token encoded', (token: string) => ({ status: 200, type: 'text/plain', text: encodeURIComponent(token) }), 'token'],
])('an address that %s is not subscribed', async (_, answer, message) => {
  echo = answer;
  const refused = await subscribe();
  expect([refused.status, refused.body.error?.code]).toEqual([400, 'ValidationError']);
  expect(refused.body.error?.message).toContain(message);
  expect((await world.send('GET', '/subscriptions')).body.value).toEqual([]);
});

test('the lifecycle address is validated as well', async () => {
  expect((await subscribe({ lifecycleNotificationUrl: 'http://localhost:1/life' })).body.error?.code).toBe('ValidationError');
});

test.each([
  ['too long a life', () => ({ expirationDateTime: inMinutes(4231) })], ['an expiry in the past', () => ({ expirationDateTime: inMinutes(-1) })],
  ['a foreign resource', () => ({ resource: '/me/messages' })], ['an unknown change', () => ({ changeType: 'moved' })],
  ['a clientState of 129 characters', () => ({ clientState: 'x'.repeat(129) })], ['plain HTTP', () => ({ notificationUrl: 'http://crm.example/bell' })],
  ['an unknown property', () => ({ state: 'x' })],
])('%s is refused with 400', async (_, body) => {
  expect((await subscribe(body())).status).toBe(400);
});

test('changes are told when somebody says so: creations twice, edits twice, with the state and an immutable id', async () => {
  const { body } = await subscribe();
  const mailbox = world.microsoft.mailbox(ANNA);
  const id = mailbox.addEvent(visit);
  expect(await world.microsoft.deliverNotifications()).toEqual({ sent: 2, refused: 0 });
  expect(posts[0]?.path).toBe('/bell?key=1');
  expect(posts[0]?.value).toMatchObject([
    { subscriptionId: body.id, clientState: 'secret', changeType: 'created', resourceData: { id }, tenantId: expect.any(String) }, { changeType: 'updated' },
  ]);
  mailbox.updateEvent(id, { subject: 'x' });
  await world.microsoft.deliverNotifications();
  mailbox.removeEvent(id);
  await world.microsoft.deliverNotifications();
  await world.microsoft.deliverNotifications();
  expect(told()).toEqual(['created', 'updated', 'updated', 'updated', 'deleted']);
});

test('several subscriptions of an address share a request; each gets only its resource and its changes', async () => {
  const list = String(world.microsoft.mailbox(ANNA).taskLists()[0]?.['id']);
  await subscribe({ resource: '/me/contacts', changeType: 'created' });
  await subscribe({ resource: `/me/todo/lists/${list}/tasks`, changeType: 'created' });
  world.microsoft.mailbox(ANNA).addContact({ surname: 'x' });
  world.microsoft.mailbox(ANNA).addTask({ title: 'x' });
  world.microsoft.mailbox(ANNA).addEvent(visit);
  await world.microsoft.deliverNotifications();
  expect(posts).toHaveLength(1);
  expect(posts[0]?.value.map(({ resource }) => String(resource).split('/')[2])).toEqual(['Contacts', 'todoTasks']);
});

test('what is not taken is sent again for four hours, then dropped', async () => {
  await subscribe({ changeType: 'created' });
  world.microsoft.mailbox(ANNA).addEvent(visit);
  status = 503;
  expect(await world.microsoft.deliverNotifications()).toEqual({ sent: 0, refused: 1 });
  world.clock.advance(3_600_000);
  await world.microsoft.deliverNotifications();
  world.clock.advance(3 * 3_600_000);
  await world.microsoft.deliverNotifications();
  status = 202;
  expect(await world.microsoft.deliverNotifications()).toEqual({ sent: 0, refused: 0 });
  expect(posts).toHaveLength(3);
});

test('a subscription is renewed, deleted, or ends by the clock without a word', async () => {
  const { body } = await subscribe();
  const path = `/subscriptions/${String(body.id)}`;
  world.clock.advance(50 * 60_000);
  expect((await world.send('PATCH', path, { expirationDateTime: inMinutes(60) })).status).toBe(200);
  expect((await world.send('PATCH', path, { lifecycleNotificationUrl: `${address}/life` })).status).toBe(400);
  world.clock.advance(61 * 60_000);
  const later = await world.as(ANNA);
  expect((await later('PATCH', path, { expirationDateTime: inMinutes(60) })).body.error?.code).toBe('ResourceNotFound');
  world.microsoft.mailbox(ANNA).addEvent(visit);
  expect(await world.microsoft.deliverNotifications()).toEqual({ sent: 0, refused: 0 });
});

test('lifecycle events go to their address; a removed subscription is gone, what was missed is not sent', async () => {
  const { body } = await subscribe({ lifecycleNotificationUrl: `${address}/life` });
  world.microsoft.mailbox(ANNA).addEvent(visit);
  world.microsoft.controls.lifecycle(ANNA, 'missed');
  await world.microsoft.deliverNotifications();
  expect(posts).toMatchObject([{ path: '/life', value: [{ lifecycleEvent: 'missed', subscriptionId: body.id, clientState: 'secret' }] }]);
  expect(posts[0]?.value[0]).not.toHaveProperty('resource');
  world.microsoft.controls.lifecycle(ANNA, 'subscriptionRemoved');
  await world.microsoft.deliverNotifications();
  expect((await world.send('DELETE', `/subscriptions/${String(body.id)}`)).status).toBe(404);
});

test('the scope of the resource is needed', async () => {
  const poor = await world.as('ben.carter@fabrikam.example', 'openid Contacts.Read');
  const body = { changeType: 'created', notificationUrl: `${address}/bell`, expirationDateTime: inMinutes(10) };
  expect((await poor('POST', '/subscriptions', { ...body, resource: '/me/events' })).body.error?.code).toBe('ErrorAccessDenied');
  expect((await poor('POST', '/subscriptions', { ...body, resource: '/me/contacts' })).status).toBe(201);
});
