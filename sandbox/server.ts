/** What every stand-in shares: a real HTTP server with recording, call counts and injected faults. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { MovableClock } from './clock.ts';

export interface StandInRequest {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The same for all requests of one TCP connection, for services that sign in a connection. */
  readonly connection?: object;
}

export interface StandInReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that come several times, once a value. */
  readonly repeatedHeaders?: Readonly<Record<string, readonly string[]>>;
  /** An object is sent as JSON; a string as it is (give its content-type). */
  readonly body?: unknown;
  /** Nothing that a contract of the service could judge, so it is recorded as no answer. */
  readonly isForeign?: boolean;
}

/** One exchange as contracts/check reads it; bodies are raw here, the recorder parses and redacts. */
export type Recorder = (service: string, at: number, request: StandInRequest, reply: StandInReply | null) => void;

/** A fault for the next `count` calls that match `route` ("POST /v1.0/$batch", "* /services/data/*", * = anything). */
export interface Fault {
  readonly route: string;
  readonly count: number;
  /** Only requests whose body holds this text. */
  readonly bodyHolds?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Real milliseconds to wait first; for looking at progress by hand. */
  readonly delayMs?: number;
  /** The request is served (and committed), but the connection dies before the reply. */
  readonly dropReply?: boolean;
  /** The connection dies before the request is served. */
  readonly dropRequest?: boolean;
}

export interface StandInOptions {
  /** graph, salesforce, identity... : the name in recordings and in call counts. */
  readonly service: string;
  readonly port: number;
  readonly clock: MovableClock;
  readonly recorder?: Recorder;
  /** The vendor's API: counted, recorded, open to faults. */
  readonly api: (request: StandInRequest) => StandInReply | Promise<StandInReply>;
  /** Which requests are the vendor's API; the rest are pages for people. */
  readonly isApi: (path: string) => boolean;
  readonly page: (request: StandInRequest) => StandInReply | Promise<StandInReply>;
  /** The service whose name a request is counted and recorded under, where one server plays two. */
  readonly serviceOf?: (path: string, request: StandInRequest) => string;
  /** PEM texts: the server speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Where one service listens in two places, they count and fail together. */
  readonly twin?: Pick<StandInServer, 'calls' | 'faults'>;
}

export interface StandInServer {
  readonly origin: string;
  readonly port: number;
  /** Calls served so far, by service. */
  readonly calls: Map<string, number>;
  readonly faults: OpenFault[];
  addFault(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const BODY_LIMIT = 16 * 1024 * 1024;

/** Starts the server on 127.0.0.1 (port 0 = any) and answers once it listens. */
export async function serveStandIn(options: StandInOptions): Promise<StandInServer> {
  const calls = options.twin?.calls ?? new Map<string, number>();
  const faults = options.twin?.faults ?? [];
  const take = (incoming: http.IncomingMessage, outgoing: http.ServerResponse): void => {
    serveOne(incoming, outgoing).catch((error: unknown) => {
      console.error(`${options.service} stand-in:`, error);
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(String(error));
    });
  };
  const server = options.tls ? https.createServer({ ...options.tls }, take) : http.createServer(take);

  async function serveOne(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const request = await readRequest(incoming, options.tls ? 'https' : 'http');
    const path = request.url.pathname;
    if (path === '/_sandbox/faults') return sendReply(outgoing, controlFaults(faults, request));
    if (path === '/_sandbox/calls') return sendReply(outgoing, { status: 200, body: Object.fromEntries(calls) });
    if (!options.isApi(path)) return sendReply(outgoing, await options.page(request));
    const service = options.serviceOf?.(path, request) ?? options.service;
    calls.set(service, (calls.get(service) ?? 0) + 1);
    const fault = takeFault(faults, request);
    if (fault?.delayMs) await delay(fault.delayMs);
    if (fault?.dropRequest) return drop(outgoing, () => options.recorder?.(service, options.clock.now(), request, null));
    const reply = fault?.status === undefined ? await options.api(request) : faultReply(fault);
    if (fault?.dropReply) return drop(outgoing, () => options.recorder?.(service, options.clock.now(), request, null));
    options.recorder?.(service, options.clock.now(), request, reply.isForeign ? null : reply);
    sendReply(outgoing, reply, new Date(options.clock.now()).toUTCString());
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls ? 'https' : 'http'}://localhost:${port}`,
    port,
    calls,
    faults,
    addFault: (fault) => { faults.push({ fault, left: fault.count }); },
    clearFaults: () => { faults.length = 0; },
    close: () => new Promise((resolve, reject) => {
      server.close((error) => { if (error) reject(error); else resolve(); });
      server.closeAllConnections();
    }),
  };
}

export interface OpenFault { readonly fault: Fault; left: number }

function takeFault(faults: readonly OpenFault[], request: StandInRequest): Fault | undefined {
  const found = faults.find(({ fault, left }) => left > 0 && matches(fault.route, request) && request.body.includes(fault.bodyHolds ?? ''));
  if (!found) return undefined;
  found.left -= 1;
  return found.fault;
}

function controlFaults(faults: OpenFault[], request: StandInRequest): StandInReply {
  if (request.method === 'DELETE') faults.length = 0;
  if (request.method === 'POST') {
    const fault = JSON.parse(request.body) as Fault;
    faults.push({ fault, left: fault.count });
  }
  return { status: 200, body: faults.map(({ fault, left }) => ({ ...fault, left })) };
}

function matches(route: string, request: StandInRequest): boolean {
  const [method = '*', pattern = '*'] = route.split(' ');
  if (method !== '*' && method !== request.method) return false;
  const expression = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`).test(request.url.pathname);
}

function faultReply(fault: Fault): StandInReply {
  return { status: fault.status ?? 500, headers: fault.headers ?? {}, body: fault.body ?? '' };
}

function drop(outgoing: http.ServerResponse, record: () => void): void {
  record();
  outgoing.destroy();
}

async function readRequest(incoming: http.IncomingMessage, protocol: string): Promise<StandInRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('request body over 16 MiB');
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value ?? '';
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `${protocol}://${incoming.headers.host ?? 'localhost'}`),
    headers,
    connection: incoming.socket,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function sendReply(outgoing: http.ServerResponse, reply: StandInReply, date?: string): void {
  const isText = typeof reply.body === 'string' || reply.body === undefined;
  const payload = Buffer.isBuffer(reply.body) ? reply.body : isText ? String(reply.body ?? '') : JSON.stringify(reply.body);
  const type = isText || Buffer.isBuffer(reply.body) ? {} : { 'content-type': 'application/json; charset=utf-8' };
  outgoing.writeHead(reply.status, { ...type, ...(date ? { date } : {}), ...reply.headers, ...mutable(reply.repeatedHeaders) });
  outgoing.end(payload);
}

const mutable = (headers: StandInReply['repeatedHeaders']): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, values]) => [name, [...values]]));
