import { HttpRequest, InvocationContext, type HttpRequestInit } from '@azure/functions';
import { ApiError, ROUTES, type RouteName } from '@concord/api';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { SyncError } from '../engine/errors.ts';
import { claimSignIn, signInWorld, START, type SignInWorld } from '../../test/sign-in-world.ts';
import { signInRoutes } from './http-sign-in.ts';
import { BODY_BYTES_MAX, handle, open, preflight, Redirect, signedIn, type Endpoint } from './http.ts';

let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

interface Sent {
  readonly headers?: Record<string, string>; readonly body?: string; readonly declared?: number; readonly params?: Record<string, string>;
}

function request(name: RouteName, { headers = {}, body, declared, params }: Sent): HttpRequest {
  const length = declared ?? (body === undefined ? 0 : Buffer.byteLength(body));
  const init: HttpRequestInit = {
    method: ROUTES[name].method, url: `https://api.concord.example/api/${ROUTES[name].path}?after=x`,
    headers: { 'content-length': String(length), ...headers },
    ...(body === undefined ? {} : { body: { string: body } }), ...(params ? { params } : {}),
  };
  return new HttpRequest(init);
}

async function send(name: RouteName, endpoint: Endpoint, sent: Sent = {}) {
  const context = new InvocationContext({ invocationId: 'invocation-1', functionName: name, logHandler: () => undefined });
  const reply = await handle(world, name, endpoint, request(name, sent), context);
  const error = ApiError.safeParse(reply.jsonBody);
  const headers = reply.headers as Record<string, string>;
  return { status: reply.status, body: reply.jsonBody as unknown, error: error.success ? error.data.error : undefined, headers };
}

const echo = open(
  z.object({ choice: z.string().max(5), nested: z.object({ n: z.number() }).optional() }), ({ body }) => Promise.resolve(body),
);
const who = signedIn(null, ({ userId, session }) => Promise.resolve({ userId, hasSession: session !== '' }));

test('a good request is answered with what the use case says, never from a cache', async () => {
  const reply = await send('startSignIn', echo, { body: '{"choice":"a"}' });
  expect(reply).toMatchObject(
    { status: 200, body: { choice: 'a' }, headers: { 'cache-control': 'no-store', 'x-request-id': 'invocation-1' } },
  );
});

test('nothing to say is an empty 204; a redirect carries no referrer', async () => {
  expect((await send('pause', open(null, () => Promise.resolve(undefined)))).status).toBe(204);
  const reply = await send(
    'oauthCallback', open(null, () => Promise.resolve(new Redirect('https://pane.concord.example/dialog.html#a=b'))),
  );
  expect(reply).toMatchObject(
    { status: 302, headers: { 'location': 'https://pane.concord.example/dialog.html#a=b', 'referrer-policy': 'no-referrer' } },
  );
});

test('malformed JSON is BAD_JSON, and the reply quotes nothing of it', async () => {
  const reply = await send('startSignIn', echo, { body: '{"choice":"secret-value"' });
  expect(reply).toMatchObject({ status: 400, error: { kind: 'invalid', code: 'BAD_JSON' } });
  expect(JSON.stringify(reply.body)).not.toContain('secret-value');
});

test('a body over 64 KiB is refused by its declared length, unread, and by its true length', async () => {
  expect((await send('startSignIn', echo, { body: '{}', declared: BODY_BYTES_MAX + 1 })).error?.code).toBe('TOO_LARGE');
  const large = JSON.stringify({ choice: 'a', more: 'ä'.repeat(BODY_BYTES_MAX / 2) });
  expect(await send('startSignIn', echo, { body: large, declared: 10 })).toMatchObject({ status: 413, error: { code: 'TOO_LARGE' } });
});

test('a body of the wrong shape names the field and not its value', async () => {
  const reply = await send('startSignIn', echo, { body: '{"choice":"a","nested":{"n":"secret-value"}}' });
  expect(reply).toMatchObject({ status: 400, error: { code: 'BAD_REQUEST', field: 'nested.n' } });
  expect(JSON.stringify(reply.body)).not.toContain('secret-value');
  for (const body of ['', '[]', 'null', '"text"', '7']) {
    expect((await send('startSignIn', echo, { body })).error?.code, body).toBe('BAD_REQUEST');
  }
});

test('without a session, or with a made-up or expired one, a route that needs it answers 401 and says which', async () => {
  const { access } = await claimSignIn(world);
  expect(await send('me', who)).toMatchObject({ status: 401, error: { kind: 'credentialsRejected', code: 'NO_SESSION' } });
  for (const authorization of ['Bearer nonsense', `Basic ${access}`, `bearer ${access}`, `Bearer  ${access}`, `Bearer ${access} x`]) {
    expect((await send('me', who, { headers: { authorization } })).error?.code, authorization).toBe('NO_SESSION');
  }
  world.clock.advance(3_600_000);
  expect((await send('me', who, { headers: { authorization: `Bearer ${access}` } })).error?.code).toBe('SESSION_EXPIRED');
});

test('with a session the use case learns who asks', async () => {
  const { access, userId } = await claimSignIn(world);
  const reply = await send('me', who, { headers: { authorization: `Bearer ${access}` } });
  expect(reply).toMatchObject({ status: 200, body: { userId, hasSession: true } });
});

test("a stranger's body is not even parsed", async () => {
  const endpoint = signedIn(z.object({ until: z.number() }), () => Promise.resolve(undefined));
  expect((await send('pause', endpoint, { body: 'not json' })).error?.code).toBe('NO_SESSION');
});

test.each([
  ['credentialsRejected', 409], ['denied', 403], ['unavailable', 503], ['throttled', 429], ['gone', 410],
  ['stale', 409], ['duplicate', 409], ['invalid', 422], ['quota', 429], ['bug', 500],
] as const)("a vendor's %s is %i, never the 401 that would sign the person out", async (kind, status) => {
  const endpoint = open(null, () => Promise.reject(new SyncError(kind, 'A sentence.', { code: 'VENDOR_CODE', retryAfterMs: 1_500 })));
  expect(await send('forms', endpoint)).toMatchObject(
    { status, error: { kind, code: 'VENDOR_CODE', retryAfterSeconds: 2 }, headers: { 'retry-after': '2' } },
  );
});

test('an unforeseen error is answered and logged without its message', async () => {
  const endpoint = open(null, () => Promise.reject(new TypeError('cannot read anna@contoso.example')));
  const reply = await send('forms', endpoint);
  expect(reply).toMatchObject({ status: 500, error: { kind: 'bug', code: 'INTERNAL' } });
  expect(world.log.lines).toMatchObject([{ level: 'error', event: 'http.failed', facts: { route: 'forms', error: 'TypeError' } }]);
  expect(JSON.stringify([reply, world.log.lines])).not.toContain('anna@');
});

test("the pane's origin may read replies; another origin and a tool without one get no permission", async () => {
  const endpoint = open(null, () => Promise.resolve({}));
  const allowed = async (origin?: string) => (
    (await send('forms', endpoint, { headers: origin ? { origin } : {} })).headers['access-control-allow-origin']);
  expect(await allowed('https://pane.concord.example')).toBe('https://pane.concord.example');
  for (const origin of ['https://evil.example', 'https://pane.concord.example.evil.example', 'http://pane.concord.example', 'null']) {
    expect(await allowed(origin), origin).toBeUndefined();
  }
  expect(await allowed()).toBeUndefined();
});

test('a preflight from the pane names methods and headers; from elsewhere it grants nothing', () => {
  const ask = (origin: string) => preflight(
    world, new HttpRequest({ method: 'OPTIONS', url: 'https://api.concord.example/api/me', headers: { origin } }),
    new InvocationContext({ invocationId: 'x', functionName: 'http-preflight', logHandler: () => undefined }),
  );
  expect(ask('https://pane.concord.example')).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': 'https://pane.concord.example', 'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type', 'vary': 'origin',
    },
  });
  expect(ask('https://evil.example').headers).not.toHaveProperty('access-control-allow-origin');
});

test('an error reply can be read by the pane too', async () => {
  const reply = await send('me', who, { headers: { origin: 'https://pane.concord.example' } });
  expect(reply.headers['access-control-allow-origin']).toBe('https://pane.concord.example');
});

test('path and query reach the use case, and the clock of the world is the only one', async () => {
  const endpoint = open(null, ({ path, query }) => Promise.resolve({ path, query, now: world.clock.now() }));
  expect((await send('run', endpoint, { params: { id: 'abc' } })).body).toEqual({ path: { id: 'abc' }, query: { after: 'x' }, now: START });
});

test.each([
  ['203.0.113.7:51230', '203.0.113.7'], ['10.0.0.1, 203.0.113.7', '203.0.113.7'], ['[2001:db8::7]:51230', '2001:db8::7'],
  ['2001:db8::7', '2001:db8::7'], ['nobody', undefined], ['', undefined],
])('who calls is told by the last entry that the platform appends: "%s"', async (forwarded, address) => {
  const endpoint = open(null, (call) => Promise.resolve({ address: call.address }));
  expect((await send('forms', endpoint, { headers: { 'x-forwarded-for': forwarded } })).body).toEqual({ address });
});

test('a sign-in that fails, foreseen or not, says and logs nothing of what was typed', async () => {
  const body = JSON.stringify({ system: 'typed-c', choice: 'server', values: { login: 'anna', password: 'secret-value' } });
  const { connectCrm } = signInRoutes(world);
  world.typedCrm.next.connect = new SyncError('unavailable', 'No answer.', { code: 'SERVER_UNREACHABLE', host: 'crm.example', field: 'url' });
  const reply = await send('connectCrm', connectCrm, { body });
  expect(reply).toMatchObject({ status: 503, error: { code: 'SERVER_UNREACHABLE', host: 'crm.example', field: 'url' } });
  const broken = await send('connectCrm', open(null, () => Promise.reject(new TypeError('secret-value'))), { body });
  const good = await send('connectCrm', { ...connectCrm }, { body: body.replace('"login"', '"nobody"') });
  expect(good.error).toMatchObject({ code: 'BAD_REQUEST', field: 'values' });
  expect(JSON.stringify([reply, broken, good, world.log.lines])).not.toContain('secret-value');
});
