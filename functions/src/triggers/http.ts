/** The one adapter between HTTP and the use cases: CORS, session, body, validation, errors. No route has a rule of its own. */
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { ROUTES, type ApiErrorBody, type RouteName } from '@concord/api';
import type { z } from 'zod';
import { SyncError } from '../engine/errors.ts';
import { checkSession, type SessionParts, type SessionRef } from '../app/auth/sessions.ts';
import { refusal } from '../app/refusal.ts';
import { withinInvocation } from '../outside/log.ts';
import { errorBody, statusOf } from './http-errors.ts';

/** The largest request of the API is a token of 8 KiB; whatever is larger is no request of the pane. */
export const BODY_BYTES_MAX = 64 * 1024;

export interface HttpParts extends SessionParts {
  readonly paneOrigins: readonly string[];
}

export interface Call<Body> {
  readonly body: Body;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The bearer token as sent, unchecked; for the routes that need no session. */
  readonly bearer?: string;
  /** Who calls, by the network: the last entry of x-forwarded-for is the platform's own and cannot be made up by the caller. */
  readonly address?: string;
}

export interface SignedInCall<Body> extends Call<Body>, SessionRef {}

/** Answers are JSON, `undefined` is an empty 204; a Redirect sends the window on, a PlainText is sent as it is. */
export interface Endpoint<NeedsSession extends boolean = boolean> {
  readonly needsSession: NeedsSession;
  readonly answer: (call: Call<unknown>, who: SessionRef | undefined) => Promise<unknown>;
  /** Absent: BODY_BYTES_MAX. */
  readonly bodyBytesMax?: number;
}

export class Redirect {
  readonly to: string;
  constructor(to: string) {
    this.to = to;
  }
}

export class PlainText {
  readonly status: number;
  readonly text: string;
  constructor(status: number, text: string) {
    this.status = status;
    this.text = text;
  }
}

/** A route for everybody. Without a schema the body is not read. */
export function open<Schema extends z.ZodType | null>(
  schema: Schema, work: (call: Call<Parsed<Schema>>) => Promise<unknown>,
): Endpoint<false> {
  return { needsSession: false, answer: async (call) => work({ ...call, body: validate(schema, call.body) }) };
}

/** A route for the person the session belongs to. */
export function signedIn<Schema extends z.ZodType | null>(
  schema: Schema, work: (call: SignedInCall<Parsed<Schema>>) => Promise<unknown>,
): Endpoint<true> {
  return {
    needsSession: true,
    answer: async (call, who) => {
      if (!who) throw refusal('NO_SESSION', 'Nobody is signed in.');
      return work({ ...call, ...who, body: validate(schema, call.body) });
    },
  };
}

type Parsed<Schema extends z.ZodType | null> = Schema extends z.ZodType<infer Value> ? Value : undefined;

export async function handle(
  parts: HttpParts, name: RouteName, endpoint: Endpoint, request: HttpRequest, context: InvocationContext,
): Promise<HttpResponseInit> {
  const headers = replyHeaders(parts, request, context);
  return withinInvocation(context, async () => {
    try {
      const bearer = /^Bearer ([\x21-\x7e]{1,400})$/.exec(request.headers.get('authorization') ?? '')?.[1];
      // The session comes before the body: a stranger's bytes are not even parsed.
      const who = endpoint.needsSession ? await session(parts, bearer) : undefined;
      const body = ROUTES[name].method === 'POST' ? await readBody(request, endpoint.bodyBytesMax) : undefined;
      const query = Object.fromEntries(request.query);
      const address = addressOf(request);
      const reply = await endpoint.answer({
        body, path: request.params, query, ...(bearer === undefined ? {} : { bearer }), ...(address === undefined ? {} : { address }),
      }, who);
      return success(reply, headers);
    } catch (error) {
      return failure(parts, name, error, headers);
    }
  });
}

function success(reply: unknown, headers: Record<string, string>): HttpResponseInit {
  if (reply === undefined) return { status: 204, headers };
  if (reply instanceof PlainText) {
    return { status: reply.status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: reply.text };
  }
  if (!(reply instanceof Redirect)) return { status: 200, headers, jsonBody: reply };
  return { status: 302, headers: { ...headers, 'location': reply.to, 'referrer-policy': 'no-referrer' } };
}

/** The browser's question before a call from another origin. Other origins get no permission, hence no call. */
export function preflight(parts: HttpParts, request: HttpRequest, context: InvocationContext): HttpResponseInit {
  return {
    status: 204,
    headers: {
      ...replyHeaders(parts, request, context),
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '7200',
    },
  };
}

function replyHeaders({ paneOrigins }: HttpParts, request: HttpRequest, { invocationId }: InvocationContext): Record<string, string> {
  const origin = request.headers.get('origin');
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': invocationId,
    'vary': 'origin',
    ...(origin !== null && paneOrigins.includes(origin)
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after, x-request-id' } : {}),
  };
}

/** Without the port, which is another one for each connection: `203.0.113.7:51230`, `[2001:db8::7]:51230`. */
function addressOf(request: HttpRequest): string | undefined {
  const last = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+)(?::\d+)?)$/i.exec(last) ?? [];
  return bracketed ?? plain ?? (/^[\da-f:.]+$/i.test(last) ? last : undefined);
}

async function session(parts: HttpParts, bearer: string | undefined): Promise<SessionRef> {
  if (bearer === undefined) throw refusal('NO_SESSION', 'Nobody is signed in.');
  return checkSession(parts, bearer);
}

/** A declared length is refused before the body is read. An empty body is an empty object. */
async function readBody(request: HttpRequest, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const text = await request.text();
  if (Buffer.byteLength(text) > bytesMax) throw tooLarge(bytesMax);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal('BAD_JSON', 'The request is not valid JSON.');
    throw error;
  }
}

function tooLarge(bytesMax: number): SyncError {
  return refusal('TOO_LARGE', `The request is larger than ${bytesMax / 1024} KiB.`);
}

/** Names the first field at fault; never its value. */
function validate<Schema extends z.ZodType | null>(schema: Schema, body: unknown): Parsed<Schema> {
  const result = schema?.safeParse(body);
  if (!result || result.success) return result?.data as Parsed<Schema>;
  const field = result.error.issues[0]?.path.join('.') ?? '';
  if (field === '') throw refusal('BAD_REQUEST', 'The request is not of the right shape.');
  throw refusal('BAD_REQUEST', `The field "${field}" is missing or not of the right shape.`, { field });
}

function failure({ log }: HttpParts, route: RouteName, error: unknown, headers: Record<string, string>): HttpResponseInit {
  const known = error instanceof SyncError ? error : undefined;
  const body: ApiErrorBody = errorBody(known);
  const status = statusOf(body);
  if (status >= 500) log.error('http.failed', { route, status, code: body.code, ...(known ? {} : placeOf(error)) });
  const retry = body.retryAfterSeconds === undefined ? {} : { 'retry-after': String(body.retryAfterSeconds) };
  return { status, headers: { ...headers, ...retry }, jsonBody: { error: body } };
}

/** Where an unforeseen error came from. Its message is left out: nobody knows what it quotes. */
function placeOf(error: unknown): { readonly error: string; readonly at?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))?.trim();
  return { error: error.name, ...(at ? { at } : {}) };
}
