/** The traps of the package and of the network: each was met by somebody in production. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createClient, exchange, type Client } from './client.ts';
import { SyncError } from '../../engine/errors.ts';
import { networkError } from './errors.ts';
import type { AccessToken } from '../../ports/connector.ts';
import type { Log } from '../../ports/world.ts';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Local { readonly origin: string; readonly requests: http.IncomingMessage[] }

async function serve(handler: (request: http.IncomingMessage, response: http.ServerResponse, count: number) => void): Promise<Local> {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    request.resume();
    handler(request, response, requests.length);
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, requests };
}

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };
const answer = (status: number, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  (_: http.IncomingMessage, response: http.ServerResponse): void => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

interface Renewals { readonly client: Client; readonly refused: AccessToken[] }

function clientOf(origin: string, log?: Log, extra: readonly string[] = [origin]): Renewals {
  const refused: AccessToken[] = [];
  const access = {
    token: () => Promise.resolve({ value: 'first', endpoint: origin }),
    renew: (token: AccessToken) => {
      refused.push(token);
      return Promise.resolve({ value: 'second', endpoint: origin });
    },
  };
  const hosts = { production: origin, sandbox: origin, extra: new Set(extra) };
  return { client: createClient({ access, hosts, clock: { now: () => 0 }, ...(log ? { log } : {}) }), refused };
}

async function failure(call: Promise<unknown>): Promise<SyncError> {
  const error: unknown = await call.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof SyncError) return error;
  throw new Error('expected a SyncError', { cause: error });
}

const READ = { method: 'GET', path: '/limits' } as const;
const WRITE = { method: 'POST', path: '/composite/sobjects', body: { records: [] } } as const;

test('a call goes to the pinned version with the token, and answers the body with the service\'s clock', async () => {
  const local = await serve(answer(200, { ok: true }, { ...JSON_TYPE, date: 'Mon, 02 Nov 2026 08:00:00 GMT' }));
  const reply = await clientOf(local.origin).client.call(WRITE);
  expect(reply).toEqual({ body: { ok: true }, serverNow: Date.UTC(2026, 10, 2, 8) });
  expect(local.requests[0]?.url).toBe('/services/data/v67.0/composite/sobjects');
  expect(local.requests[0]?.headers).toMatchObject({ 'authorization': 'Bearer first', 'content-type': 'application/json',
    'sforce-call-options': 'client=Concord' });
});

test('a redirect is not followed, so the token never reaches the other host', async () => {
  const other = await serve(answer(200, {}));
  const local = await serve(answer(302, '', { location: `${other.origin}/services/data/v67.0/limits` }));
  const error = await failure(clientOf(local.origin).client.call(READ));
  expect(error).toMatchObject({ kind: 'unavailable', details: { code: 'SF_REDIRECTED' } });
  expect(other.requests).toHaveLength(0);
});

test('a service that answers 401 to the new token too is asked twice and no more', async () => {
  const local = await serve(answer(401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }]));
  const { client, refused } = clientOf(local.origin);
  const error = await failure(client.call(READ));
  expect(error).toMatchObject({ kind: 'credentialsRejected', details: { code: 'SF_INVALID_SESSION_ID' } });
  expect(local.requests.map((request) => request.headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  expect(refused.map((token) => token.value)).toEqual(['first']);
});

test('a 401 that says the app is not allowed is not renewed', async () => {
  const local = await serve(answer(401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Connected app is not attached to Agent' }]));
  const { client, refused } = clientOf(local.origin);
  expect(await failure(client.call(READ))).toMatchObject({ kind: 'denied', details: { code: 'SF_APP_NOT_ATTACHED' } });
  expect(refused).toEqual([]);
});

test('a busy or broken service is asked once: nothing blocks a run with retries', async () => {
  for (const status of [420, 429, 500, 502, 503, 504]) {
    const local = await serve(answer(status, ''));
    await failure(clientOf(local.origin).client.call(READ));
    expect(local.requests).toHaveLength(1);
  }
});

test('a page of HTML is never taken for an answer, whatever its status', async () => {
  const page = '<html><body>Scheduled maintenance</body></html>';
  for (const status of [200, 500, 503]) {
    const local = await serve(answer(status, page, { 'content-type': 'text/html' }));
    const error = await failure(clientOf(local.origin).client.call(READ));
    expect(error.kind).toBe('unavailable');
    expect(error.message).not.toContain('maintenance');
  }
});

test('JSON that breaks off and an empty body are unavailable, and leave a write open', async () => {
  for (const [body, code] of [['{"records":[', 'SF_NOT_JSON'], ['', 'SF_EMPTY_ANSWER']] as const) {
    const local = await serve(answer(200, body));
    const error = await failure(clientOf(local.origin).client.call(WRITE));
    expect(error).toMatchObject({ kind: 'unavailable', details: { code, isOutcomeUnknown: true } });
  }
});

test('a body that breaks off halfway is an error of this call, not of the process', async () => {
  const local = await serve((_, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
    response.write('{"records":', () => response.destroy());
  });
  const error = await failure(clientOf(local.origin).client.call(WRITE));
  expect(error).toMatchObject({ kind: 'unavailable', details: { code: 'SF_NETWORK', isOutcomeUnknown: true } });
});

test('a deadline ends a call that never answers, and one whose body never ends', async () => {
  const silent = await serve(() => undefined);
  const endless = await serve((_, response) => {
    response.writeHead(200, JSON_TYPE);
    response.write('{');
  });
  for (const { origin } of [silent, endless]) {
    const reason: unknown = await exchange({ method: 'GET', url: origin, timeoutMs: 40 }).then(() => undefined, (error: unknown) => error);
    expect(networkError(reason, true)).toMatchObject({ kind: 'unavailable', details: { code: 'SF_TIMEOUT', isOutcomeUnknown: true } });
  }
});

test('a refused connection says that nothing was written', async () => {
  const local = await serve(answer(200, {}));
  servers.splice(0).forEach((server) => server.close());
  const error = await failure(clientOf(local.origin).client.call(WRITE));
  expect(error.kind).toBe('unavailable');
  expect(error.details.isOutcomeUnknown).toBeUndefined();
});

test('an address that is not the vendor\'s gets no token', async () => {
  const local = await serve(answer(200, {}));
  const error = await failure(clientOf(local.origin, undefined, []).client.call(READ));
  expect(error).toMatchObject({ kind: 'denied', details: { code: 'SF_FOREIGN_HOST' } });
  expect(local.requests).toHaveLength(0);
});

test('a proxy in the environment is not used behind the operator\'s back', async () => {
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = 'http://localhost:9';
  try {
    const local = await serve(answer(200, { ok: true }));
    await clientOf(local.origin).client.call(READ);
    expect(local.requests).toHaveLength(1);
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});

test('calls that are nearly used up are warned of once, in numbers', async () => {
  const local = await serve(answer(200, {}, { ...JSON_TYPE, 'sforce-limit-info': 'api-usage=12001/15000' }));
  const warnings: unknown[] = [];
  const log = { info: () => undefined, error: () => undefined,
    warn: (event: string, facts?: unknown) => { warnings.push([event, facts]); } };
  const { client } = clientOf(local.origin, log);
  await client.call(READ);
  await client.call(READ);
  expect(warnings).toEqual([['salesforce.calls.nearlyUsedUp', { used: 12001, limit: 15000 }]]);
});
