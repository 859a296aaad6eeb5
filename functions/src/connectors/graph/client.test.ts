/** The wire: what goes out, and what is made of answers that no Graph would give. A small real server plays them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { AccessToken } from '../../ports/connector.ts';
import { graphClient } from './client.ts';
import type { GraphClient, Request } from './client.ts';
import type { Reply } from './errors.ts';
import { kindOf } from './errors.ts';

interface Asked {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}
type Answer = (
  asked: Asked,
  count: number,
) => { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

let close: (() => void) | undefined;
afterEach(() => close?.());

async function serve(answer: Answer): Promise<{ client: GraphClient; asked: Asked[]; origin: string }> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const one: Asked = { url: request.url ?? '', headers: request.headers, body };
      asked.push(one);
      const { status, headers, body: content } = answer(one, asked.length);
      response.writeHead(status, headers).end(typeof content === 'string' ? content : JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let number = 1;
  const token = (): AccessToken => ({ value: `token-${number}`, endpoint: `${origin}/v1.0` });
  const client = graphClient(
    {
      token: () => Promise.resolve(token()),
      renew: () => {
        number += 1;
        return Promise.resolve(token());
      },
    },
    { now: () => 0 },
  );
  return { client, asked, origin };
}

const GET: Request = { method: 'GET', url: '/me/contacts' };
interface Part {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
}
const partsOf = (asked: Asked): readonly Part[] => (JSON.parse(asked.body) as { requests: Part[] }).requests;
/** Answers each part by what `status` says about its URL. */
const batch = (
  asked: Asked,
  part: (one: Part) => { status: number; headers?: Record<string, string>; body?: unknown },
): { status: number; body: unknown } => ({
  status: 200,
  body: {
    responses: partsOf(asked)
      .map((one) => ({ id: one.id, ...part(one) }))
      .reverse(),
  },
});

test('every request asks for immutable ids and carries its own correlation id; parts of a batch ask too', async () => {
  const { client, asked } = await serve((one) =>
    one.url.endsWith('$batch') ? batch(one, () => ({ status: 200, body: {} })) : { status: 200, body: {} },
  );
  await client.send(GET);
  await client.batch([GET, GET]);
  expect(asked.map((one) => one.headers.prefer)).toEqual(Array(2).fill('IdType="ImmutableId", odata.maxpagesize=100'));
  expect(new Set(asked.map((one) => one.headers['client-request-id']))).toHaveLength(2);
  expect(asked[0]?.headers.authorization).toBe('Bearer token-1');
  expect(partsOf(asked[1] ?? { url: '', headers: {}, body: '' }).map((part) => part.headers['prefer'])).toEqual(
    Array(2).fill('IdType="ImmutableId", odata.maxpagesize=100'),
  );
});

test('a redirect is not followed, and a link to another host gets no token', async () => {
  const { client, asked } = await serve(() => ({ status: 302, headers: { location: 'http://elsewhere.example/' }, body: '' }));
  const reply = await client.send(GET);
  expect([reply.status, kindOf(reply, 'call')]).toEqual([302, 'unavailable']);
  await expect(client.send({ method: 'GET', url: 'http://elsewhere.example/v1.0/me' })).rejects.toMatchObject({ kind: 'bug' });
  expect(asked).toHaveLength(1);
});

test.each<[string, string | undefined]>([
  ['<html>', 'GRAPH_NOT_JSON'],
  ['{"value":', 'GRAPH_NOT_JSON'],
  ['', 'GRAPH_EMPTY_ANSWER'],
  ['"text"', 'GRAPH_NOT_JSON'],
])('a success whose body is %j is no answer', async (body, code) => {
  const { client } = await serve(() => ({ status: 200, body }));
  await expect(client.send(GET)).rejects.toMatchObject({ kind: 'unavailable', details: { code } });
});

test('a refused token is renewed once and the request repeated, a batch part’s as well', async () => {
  const { client, asked } = await serve((one) => {
    const isOld = one.headers.authorization !== 'Bearer token-2';
    if (one.url.endsWith('$batch')) return batch(one, ({ url }) => ({ status: isOld && url === '/late' ? 401 : 200, body: {} }));
    return { status: isOld ? 401 : 200, body: {} };
  });
  const outcomes = await client.batch([
    { method: 'GET', url: '/early' },
    { method: 'GET', url: '/late' },
  ]);
  expect(outcomes).toMatchObject([{ reply: { status: 200 } }, { reply: { status: 200 } }]);
  expect(asked.map((one) => partsOf(one).map((part) => part.url))).toEqual([['/early', '/late'], ['/late']]);
  expect((await client.send(GET)).status).toBe(200);
});

describe('in a batch', () => {
  const writing: Request = { method: 'POST', url: '/me/contacts', body: { surname: 'Roth' } };

  test('what is throttled without a time to wait is asked once more, and only that', async () => {
    const { client, asked } = await serve((one, count) =>
      batch(one, ({ url }) => ({ status: count === 1 && url === '/b' ? 429 : 200, body: {} })),
    );
    const outcomes = await client.batch([
      { ...GET, url: '/a' },
      { ...GET, url: '/b' },
    ]);
    expect(outcomes).toMatchObject([{ reply: { status: 200 } }, { reply: { status: 200 } }]);
    expect(asked.map((one) => partsOf(one).map((part) => part.url))).toEqual([['/a', '/b'], ['/b']]);
  });

  test('a write that met a failing server is not repeated: it may have happened', async () => {
    const { client, asked } = await serve((one) => batch(one, () => ({ status: 503, body: { error: { code: 'ConcurrentItemSave' } } })));
    expect(await client.batch([writing])).toMatchObject([{ reply: { status: 503 } }]);
    expect(asked).toHaveLength(1);
  });

  test('the longest time to wait counts for all, and no further batch goes out', async () => {
    const { client, asked } = await serve((one) =>
      batch(one, ({ id }) => ({ status: 429, headers: { 'Retry-After': id === '3' ? '9.5' : '2' }, body: {} })),
    );
    const outcomes = await client.batch(Array.from({ length: 25 }, () => writing));
    expect(asked).toHaveLength(1);
    expect(
      new Set(outcomes.map((outcome) => ('reply' in outcome ? outcome.reply.retryAfterMs : outcome.error.details.retryAfterMs))),
    ).toEqual(new Set([9500]));
    expect(outcomes.slice(20)).toMatchObject(Array(5).fill({ error: { kind: 'throttled' } }));
  });

  test('a part that nobody answered is of unknown outcome when it was a write', async () => {
    const { client } = await serve(() => ({ status: 200, body: { responses: [] } }));
    const [read, write] = await client.batch([GET, writing]);
    expect(read).toMatchObject({ error: { kind: 'unavailable', details: { code: 'GRAPH_PART_MISSING' } } });
    expect(write).toMatchObject({ error: { details: { isOutcomeUnknown: true } } });
  });

  test('after a failure of the service the batches not sent share its reason, with a known outcome: nothing happened', async () => {
    const { client, asked } = await serve(() => ({ status: 503, body: '' }));
    const outcomes = await client.batch(Array.from({ length: 21 }, () => writing));
    expect(asked).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ error: { kind: 'unavailable', details: { isOutcomeUnknown: true } } });
    expect(outcomes[20]).toMatchObject({ error: { kind: 'unavailable', details: { isOutcomeUnknown: false } } });
  });
});

test.each<[Partial<Reply> & { code?: string }, string, string]>([
  [{ status: 400 }, 'invalid', 'bug'],
  [{ status: 400, code: 'ErrorInvalidArgument' }, 'invalid', 'bug'],
  [{ status: 401 }, 'credentialsRejected', 'credentialsRejected'],
  [{ status: 403, code: 'ErrorAccessDenied' }, 'denied', 'denied'],
  [{ status: 403, code: '' }, 'denied', 'denied'],
  [{ status: 403, code: 'insufficient_claims' }, 'credentialsRejected', 'credentialsRejected'],
  [{ status: 403, hasClaimsChallenge: true }, 'credentialsRejected', 'credentialsRejected'],
  [{ status: 404, code: 'ErrorItemNotFound' }, 'gone', 'gone'],
  [{ status: 404, code: 'mailboxnotenabledforrestapi' }, 'unavailable', 'unavailable'],
  [{ status: 404, code: 'ResourceNotFound' }, 'unavailable', 'unavailable'],
  [{ status: 409 }, 'stale', 'stale'],
  [{ status: 412, code: 'ErrorIrresolvableConflict' }, 'stale', 'stale'],
  [{ status: 413 }, 'invalid', 'bug'],
  [{ status: 424 }, 'invalid', 'bug'],
  [{ status: 429 }, 'throttled', 'throttled'],
  [{ status: 503, code: 'activityLimitReached' }, 'throttled', 'throttled'],
  [{ status: 509 }, 'throttled', 'throttled'],
  [{ status: 500, code: 'ErrorInternalServerTransientError' }, 'unavailable', 'unavailable'],
  [{ status: 504 }, 'unavailable', 'unavailable'],
  [{ status: 507 }, 'quota', 'quota'],
  [{ status: 403, code: 'ErrorQuotaExceeded' }, 'quota', 'quota'],
])('a refusal %j is %s for a record and %s for a call', ({ code, ...reply }, forRecord, forCall) => {
  const full: Reply = {
    status: 0,
    body: code === undefined ? undefined : { error: { code: 'generalException', innerError: { code } } },
    ...reply,
  };
  expect([kindOf(full, 'record'), kindOf(full, 'call')]).toEqual([forRecord, forCall]);
});
