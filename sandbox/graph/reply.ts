/** One call to Graph, alone or as a part of a batch, and how Graph words its answers. */
import { randomUUID } from 'node:crypto';
import type { User } from '../identity/accounts.ts';
import type { StandInReply } from '../server.ts';

/** A request after sign-in was checked. `path` is decoded and without the version: ['me', 'contacts', id]. */
export interface Call {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
  /** First part of every link in an answer, such as http://localhost:4303 */
  readonly origin: string;
  readonly caller: Caller;
}

export interface Caller {
  readonly user: User;
  readonly scopes: ReadonlySet<string>;
}

/** Thrown anywhere below a route; becomes {error: {code, message, innerError}}. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function errorReply(error: GraphError, now: number, clientRequestId?: string): StandInReply {
  const ids = { 'request-id': randomUUID(), 'client-request-id': clientRequestId ?? randomUUID() };
  const innerError = { date: new Date(now).toISOString().slice(0, 19), ...ids };
  const body = { error: { code: error.code, message: error.message, innerError } };
  return { status: error.status, headers: { ...error.headers, ...ids }, body };
}

/** The headers that a good answer carries: correlation ids and which preferences were honoured. */
export function successHeaders(call: Call): Record<string, string> {
  const requestId = randomUUID();
  const applied = [
    ...(wantsImmutableIds(call) ? ['IdType="ImmutableId"'] : []),
    ...(preferredZone(call) === undefined ? [] : [`outlook.timezone="${preferredZone(call)}"`]),
    ...(preferredText(call) ? ['outlook.body-content-type="text"'] : []),
    ...(preferredPageSize(call) === undefined ? [] : [`odata.maxpagesize=${preferredPageSize(call)}`]),
  ];
  return {
    'cache-control': 'private',
    'request-id': requestId,
    'client-request-id': call.headers['client-request-id'] ?? requestId,
    'odata-version': '4.0',
    ...(applied.length > 0 ? { 'preference-applied': applied.join(', ') } : {}),
  };
}

/** Per request and per part of a batch: without it the ids are the ones that change when an item moves. */
export const wantsImmutableIds = (call: Call): boolean => /IdType\s*=\s*"?ImmutableId"?/i.test(call.headers['prefer'] ?? '');

export function preferredPageSize(call: Call): number | undefined {
  const found = /odata\.maxpagesize\s*=\s*(\d+)/i.exec(call.headers['prefer'] ?? '');
  return found ? Number(found[1]) : undefined;
}

/** The zone in which event times are wanted; the name is not checked here. */
export const preferredZone = (call: Call): string | undefined => /outlook\.timezone\s*=\s*"([^"]*)"/i.exec(call.headers['prefer'] ?? '')?.[1];

export const preferredText = (call: Call): boolean => /outlook\.body-content-type\s*=\s*"text"/i.test(call.headers['prefer'] ?? '');

/** Throws 403 unless the token holds one of the scopes. */
export function demandScope(call: Call, ...scopes: readonly string[]): void {
  if (scopes.some((scope) => call.caller.scopes.has(scope))) return;
  throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

export const notFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

/** What the OData layer says to a path it has no resource for. */
export const noSuchSegment = (segment: string): GraphError =>
  new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);

export const badBody = (message: string): GraphError => new GraphError(400, 'RequestBodyRead', message);

/** Seconds only: Outlook's stamps carry no fraction. */
export const stamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

/** Also for the relative URL of a part. A broken percent-encoding is a bad request, not a crash. */
export function splitPath(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) throw noSuchSegment(path);
    throw error;
  }
}

export const wrongVerb = (): GraphError =>
  new GraphError(405, 'UnknownError', 'Specified HTTP method is not allowed for the request target.');

export const ok = (call: Call, status: number, body: Readonly<Record<string, unknown>>): StandInReply =>
  ({ status, headers: successHeaders(call), body });
export const noContent = (call: Call): StandInReply => ({ status: 204, headers: successHeaders(call) });

export const contextOf = (call: Call, entity: string): string => `${call.origin}/v1.0/$metadata#users('${call.caller.user.id}')/${entity}`;

/** Lists page by $skip, so a change in between shifts the pages. */
export function nextLink(call: Call, top: number, skip: number): string {
  const url = new URL(`${call.origin}/v1.0/${call.path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of call.query) url.searchParams.set(name, value);
  url.searchParams.set('$top', String(top));
  url.searchParams.set('$skip', String(skip + top));
  return url.href;
}
