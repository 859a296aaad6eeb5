import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeEach, expect, test } from 'vitest';
import { noticeWorld, type NoticeWorld } from './notice-world.ts';
import { signInWorld } from './sign-in-world.ts';
import { USER } from './sim/mailbox.ts';
import type { ApiServices } from '../src/app/api.ts';
import { createGraphConnector } from '../src/connectors/graph/index.ts';
import { noticeRoutes } from '../src/triggers/http-notices.ts';
import { handle } from '../src/triggers/http.ts';

let all: NoticeWorld;
let api: ApiServices;

/** The real vendor's words over a user whose subscriptions were made in memory. */
beforeEach(async () => {
  all = await noticeWorld();
  all.world.m.add({ familyName: 'Albers' });
  await all.run();
  all.world.clock.advance(3_600_000);
  const real = createGraphConnector({ MICROSOFT_CLIENT_ID: 'x', MICROSOFT_CLIENT_SECRET: 'x' }, { clock: all.world.clock }).notices;
  const connectors = all.services.connectors.map((connector) => (connector.id === 'mail' && real ? { ...connector, notices: real } : connector));
  api = { ...signInWorld(), ...all.services, connectors };
});

async function send(body: string, query = '', system = 'mail') {
  const request = new HttpRequest({
    method: 'POST', url: `https://concord.example.com/api/notify/${system}${query}`, params: { system }, query: Object.fromEntries(new URLSearchParams(query)),
    headers: { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' }, ...(body ? { body: { string: body } } : {}),
  });
  const context = new InvocationContext({ invocationId: 'invocation-1', functionName: 'notify', logHandler: () => undefined });
  const reply = await handle(api, 'notify', noticeRoutes(api).notify, request, context);
  return { status: reply.status, body: reply.body as unknown, json: reply.jsonBody as unknown, headers: reply.headers as Record<string, string> };
}
const item = (more: object = {}): object => {
  const { subscription, state } = all.notice('/contact');
  return { subscriptionId: subscription, clientState: state, changeType: 'updated', resource: 'Users/1/Contacts/1', ...more };
};

test('the check is answered with the decoded token, as text that no browser takes for a page', async () => {
  const token = 'Validation: Testing client application reachability for subscription Request-Id: a+b/c==';
  const reply = await send('', `?validationToken=${encodeURIComponent(token)}`);
  expect(reply).toMatchObject({ status: 200, body: token, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } });
});

test.each(['<img src=x>', 'x'.repeat(2_000), 'a\nb'])('a token like %j is given back to nobody', async (token) => {
  const reply = await send('', `?validationToken=${encodeURIComponent(token)}&more=${encodeURIComponent(token)}`);
  expect(reply).toMatchObject({ status: 202, body: '' });
});

test('genuine notices, forged ones and unknown ones are all answered 202 with nothing in it', async () => {
  expect(await send(JSON.stringify({ value: [item({ clientState: `${USER}.${'A'.repeat(43)}` })] }))).toMatchObject({ status: 202, body: '' });
  expect(await send(JSON.stringify({ value: [item({ subscriptionId: 'unknown' })] }))).toMatchObject({ status: 202, body: '' });
  expect(await send('{}')).toMatchObject({ status: 202, body: '' });
  expect(all.sent).toEqual([]);
  expect(await send(JSON.stringify({ value: [item(), item({ changeType: 'created' })] }))).toMatchObject({ status: 202, body: '' });
  expect(all.sent).toHaveLength(1);
});

test('what no vendor sends is refused: broken JSON, a flood, a system that calls nobody', async () => {
  expect((await send('{"value":[')).status).toBe(400);
  expect((await send(JSON.stringify({ value: 'x'.repeat(256 * 1024) }))).status).toBe(413);
  expect((await send('{}', '', 'crm')).status).toBe(404);
});

test('a call of two hundred notices fits', async () => {
  const many = JSON.stringify({ value: Array.from({ length: 200 }, () => item({ resource: 'x'.repeat(500) })) });
  expect(Buffer.byteLength(many)).toBeGreaterThan(64 * 1024);
  expect((await send(many)).status).toBe(202);
  expect(all.sent).toHaveLength(1);
});

test('no line of the log holds a secret or a state', async () => {
  await send(JSON.stringify({ value: [item(), item({ clientState: `${USER}.${'A'.repeat(43)}` })] }));
  const { state } = all.notice('/contact');
  expect(JSON.stringify(all.log.lines)).not.toContain(state.split('.')[1]);
});
