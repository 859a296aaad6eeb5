/** The one place that talks to Graph: single requests, and batches one after the other (at most 4 requests may run per mailbox). */
import { randomUUID } from 'node:crypto';
import type { Client, Context, Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import type { Instant } from '../../engine/record.ts';
import type { Access, AccessToken } from '../../ports/connector.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import type { Clock } from '../../ports/world.ts';
import type { Reply } from './errors.ts';
import { errorOf, refusal } from './errors.ts';
import type { Outcome } from './batch.ts';
import { headersOf, runBatches } from './batch.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { CALL_TIMEOUT_MS } from './limits.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the version ("/me/contacts"), or a whole link that the service gave: it is followed unchanged. */
  readonly url: string;
  readonly body?: JsonObject;
  /** Version for If-Match, as an ETag. */
  readonly ifMatch?: string;
  /** What is asked for beside immutable ids and the size of pages, in the header's own words. */
  readonly prefer?: string;
  /** A POST that changes nothing: a batch of reading requests. */
  readonly isRead?: boolean;
}

export interface GraphClient {
  /** True for a link to the API that the tokens are for, and for one of ours that is relative to it; no token ever goes elsewhere. */
  isOwnLink(link: string): Promise<boolean>;
  /** The answer, whatever its status; throws where there is none that can be read, and for a refused sign-in. */
  send(request: Request): Promise<Reply>;
  /** Outcomes in the order of the requests. Never throws: what is known of the requests sent before a failure is kept. None is sent after `until`. */
  batch(requests: readonly Request[], until?: Instant): Promise<readonly Outcome[]>;
}

export function graphClient(access: Access, clock: Clock): GraphClient {
  const send = async (request: Request): Promise<Reply> => {
    const token = await access.token();
    const client = await (sdk ??= loadSdk());
    const first = await exchange(client, request, token, clock);
    if (first.status !== 401) return first;
    const second = await exchange(client, request, await access.renew(token), clock);
    if (second.status === 401) throw errorOf(second, 'call');
    return second;
  };
  return {
    send,
    isOwnLink: async (link) => relativeLink(link, (await access.token()).endpoint) !== undefined,
    batch: (requests, until = Infinity) =>
      runBatches(requests, {
        send,
        until,
        relative: async (url) => {
          const link = relativeLink(url, (await access.token()).endpoint);
          if (link === undefined) throw refusal('bug', { code: 'GRAPH_FOREIGN_LINK' });
          return link;
        },
        now: () => clock.now(),
        renew: async () => {
          await access.renew(await access.token());
        },
      }),
  };
}

/** A batch takes links that are relative to the version (learn.microsoft.com/graph/json-batching); what is behind it stays to the letter. */
function relativeLink(link: string, endpoint: string): string | undefined {
  if (link.startsWith('/')) return link;
  return link.startsWith(`${endpoint}/`) ? link.slice(endpoint.length) : undefined;
}

let sdk: Promise<Client> | undefined;

/** The SDK without its retrying and redirecting middleware: nothing may sleep in a run, and no token may follow a redirect. */
async function loadSdk(): Promise<Client> {
  const { Client: SdkClient } = await import('@microsoft/microsoft-graph-client');
  return SdkClient.initWithMiddleware({ middleware: sender, defaultVersion: 'v1.0' });
}

/** What one request tells the middleware, by the SDK's own way of passing options. */
class Exchange {
  readonly url: string;
  readonly token: string;
  failure: unknown;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }
}

/** The exact URL replaces the one that the SDK has taken apart and put together again: links are opaque. */
const sender: Middleware = {
  async execute(context: Context): Promise<void> {
    const ours = context.middlewareControl?.getMiddlewareOptions(Exchange);
    if (!(ours instanceof Exchange)) throw new Error('a Graph request was made past client.ts');
    const { headers, ...options } = context.options ?? {};
    try {
      context.response = await fetch(ours.url, {
        ...options,
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
        headers: { ...headers, authorization: `Bearer ${ours.token}`, 'client-request-id': randomUUID() },
      });
    } catch (error) {
      ours.failure = error;
      throw error;
    }
  },
};

async function exchange(client: Client, request: Request, token: AccessToken, clock: Clock): Promise<Reply> {
  const url = absolute(request.url, token.endpoint);
  const isWrite = request.method !== 'GET' && !request.isRead;
  const ours = new Exchange(url, token.value);
  const call = client.api('/').headers(headersOf(request)).responseType(RAW).middlewareOptions([ours]);
  let response: Response;
  let text: string;
  try {
    response = (await (request.method === 'GET' ? call.get() : call.post(request.body))) as Response;
    text = await response.text();
  } catch (error) {
    throw refusal('unavailable', { code: 'GRAPH_NO_ANSWER', cause: ours.failure ?? error, ...(isWrite ? { isOutcomeUnknown: true } : {}) });
  }
  return replyOf(response, text, clock, isWrite);
}

/** ResponseType.RAW, whose module must not be loaded before the first call. */
const RAW = 'raw' as ResponseType;

function absolute(url: string, endpoint: string): string {
  if (url.startsWith('/')) return endpoint + url;
  if (new URL(url).origin === new URL(endpoint).origin) return url;
  throw refusal('bug', { code: 'GRAPH_FOREIGN_LINK' });
}

/** A proxy's HTML, an empty success, broken JSON: no answer of the service, whatever the status says. */
function replyOf(response: Response, text: string, clock: Clock, isWrite: boolean): Reply {
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), clock.now());
  const reply: Reply = {
    status,
    body: parse(text),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(/\bclaims=/.test(response.headers.get('www-authenticate') ?? '') ? { hasClaimsChallenge: true } : {}),
  };
  if (status >= 200 && status < 300 && status !== 204 && !isObject(reply.body)) {
    throw refusal('unavailable', {
      code: text.trim() ? 'GRAPH_NOT_JSON' : 'GRAPH_EMPTY_ANSWER',
      ...(isWrite ? { isOutcomeUnknown: true } : {}),
    });
  }
  return reply;
}

/** Undefined for what is not JSON: the caller judges by the status then. */
function parse(text: string): Json | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One request of the sign-in library, with the bounds of all others. Header names are lower case; `json` is undefined for other bodies. */
export async function exchangeText(
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ readonly status: number; readonly headers: Record<string, string>; readonly json: Json | undefined }> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
    return { status: response.status, headers: Object.fromEntries(response.headers), json: parse(await response.text()) };
  } catch (error) {
    throw refusal('unavailable', { code: 'GRAPH_SIGN_IN_NO_ANSWER', cause: error });
  }
}
