/**
 * The one way to the service: jsforce's Connection over a transport of ours, which closes the traps of the package's own:
 * endless and blocking retries, tokens sent along redirects, a 30 minute timeout, a proxy taken from the environment, and an
 * uncaught exception when a body breaks off halfway (its stream has no error listener).
 */
import { PassThrough } from 'node:stream';
import { answerError, isSessionExpired, networkError, notJsonError, problem, type RawAnswer } from './errors.ts';
import { allowedOrigin, type Hosts } from './hosts.ts';
import { API_VERSION, CALL_TIMEOUT, USAGE_WARNING } from './limits.ts';
import type { Connection } from 'jsforce/lib/connection.js';
import type { Access, AccessToken } from '../../ports/connector.ts';
import type { Clock, Log } from '../../ports/world.ts';

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** Sends once: no retry, no redirect followed, one deadline for headers and body together. Rejects as fetch does. */
export async function exchange(request: RawRequest): Promise<RawAnswer> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: { ...request.headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(request.timeoutMs),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version ("/query?q=..."), or a whole path that the service named ("/services/data/..."). */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A POST that only reads: a composite of queries. */
  readonly isRead?: true;
}

export interface Reply {
  readonly body: unknown;
  /** The service's clock when it answered, in epoch milliseconds; absent without a Date header. */
  readonly serverNow?: number;
}

export interface Client {
  /** Throws SyncError only. A 401 renews the token once and asks again. */
  call(call: Call): Promise<Reply>;
}

interface ClientParts {
  readonly access: Access;
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly log?: Log;
}

/** Loaded on first use: the package takes longer to load than all the rest of the backend. */
const loadSdk = () => import('jsforce/lib/connection.js');
let sdk: ReturnType<typeof loadSdk> | undefined;

/** A client for one user's connection; one run makes one. */
export function createClient({ access, hosts, clock, log }: ClientParts): Client {
  let current: { readonly token: AccessToken; readonly connection: Connection } | undefined;
  const watchUsage = createUsageWatch(log);

  async function connect(token: AccessToken): Promise<Connection> {
    if (current?.token.value === token.value && current.token.endpoint === token.endpoint) return current.connection;
    const instanceUrl = allowedOrigin(token.endpoint, hosts);
    const { Connection } = await (sdk ??= loadSdk());
    // No refreshFn, no refresh token, no client id: with any of them the package refreshes by itself, for ever on a lasting 401.
    const connection = new Connection({
      instanceUrl, accessToken: token.value, version: API_VERSION, maxRequest: 1, callOptions: { client: 'Concord' },
    });
    current = { token, connection };
    return connection;
  }

  async function ask(call: Call, token: AccessToken): Promise<{ readonly answer: RawAnswer; readonly body: unknown }> {
    const connection = await connect(token);
    const transport = singleTransport();
    try {
      const body = await connection.request({
        method: call.method,
        url: call.path,
        headers: {
          accept: 'application/json', ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      }, { transport });
      return { answer: transport.answer(), body };
    } catch (error) {
      const answer = transport.lastAnswer();
      if (answer === undefined) throw networkError(error, isWrite(call));
      return { answer, body: undefined };
    }
  }

  return {
    async call(call) {
      const token = await access.token();
      let { answer, body } = await ask(call, token);
      if (isSessionExpired(answer)) ({ answer, body } = await ask(call, await access.renew(token)));
      watchUsage(answer);
      if (answer.status >= 300) throw answerError(answer, clock.now(), isWrite(call));
      if (typeof body !== 'object' || body === null) throw notJsonError(answer, isWrite(call));
      const date = Date.parse(answer.headers['date'] ?? '');
      return { body, ...(Number.isNaN(date) ? {} : { serverNow: date }) };
    },
  };
}

/** The service refuses at the end of its pool by itself; until then a nearly empty one is only worth a warning, once a run. */
function createUsageWatch(log: Log | undefined): (answer: RawAnswer) => void {
  let hasWarned = false;
  return ({ headers }) => {
    const usage = /api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '');
    const [used, limit] = [Number(usage?.[1] ?? 0), Number(usage?.[2] ?? 0)];
    if (hasWarned || limit === 0 || used < limit * USAGE_WARNING) return;
    hasWarned = true;
    log?.warn('salesforce.calls.nearlyUsedUp', { used, limit });
  };
}

/** What writes may have been done although its answer is lost. */
const isWrite = (call: Call): boolean => call.method !== 'GET' && call.isRead !== true;

interface SingleTransport {
  httpRequest(request: TransportRequest): Promise<TransportAnswer> & { stream(): PassThrough };
  /** Of the request just made; asserts that there was one. */
  answer(): RawAnswer;
  lastAnswer(): RawAnswer | undefined;
}

interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

interface TransportAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What jsforce's HttpApi asks of a transport, for one request; keeps the answer as it came. */
function singleTransport(): SingleTransport {
  let last: RawAnswer | undefined;
  const send = async ({ method, url, headers, body }: TransportRequest): Promise<TransportAnswer> => {
    // fetch counts the body itself.
    const { 'content-length': _, ...kept } = headers ?? {};
    last = await exchange({ method, url, headers: kept, timeoutMs: CALL_TIMEOUT, ...(typeof body === 'string' ? { body } : {}) });
    return { statusCode: last.status, headers: { ...last.headers }, body: last.text };
  };
  return {
    httpRequest: (request) => Object.assign(send(request), { stream: () => new PassThrough() }),
    answer: () => {
      if (!last) throw problem('bug', 'NO_ANSWER', 'A request ended without an answer');
      return last;
    },
    lastAnswer: () => last,
  };
}
