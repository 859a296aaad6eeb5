/** The HTTP front of the local host: routes, keys, bodies and empty answers as the real host treats them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegisteredFunction, Registry } from './core-module.ts';
import { invoke, payload, type AppHookData, type HostLog } from './invoke.ts';

interface Route {
  readonly registered: RegisteredFunction;
  readonly binding: string;
  readonly methods: readonly string[];
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
  readonly authLevel: string;
}

export interface HttpFront {
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpFrontOptions {
  readonly registry: Registry;
  readonly routePrefix: string;
  readonly port: number;
  /** The key that functions of level `function` and `admin` want in `x-functions-key` or `code`. */
  readonly functionKey: string;
  readonly appHookData: AppHookData;
  readonly log: HostLog;
}

export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const routes = [...options.registry.functions.values()].flatMap((registered) => routeOf(registered, options.routePrefix));
  // The host prefers literal segments to parameters.
  routes.sort((a, b) => b.literals - a.literals);
  const server = http.createServer((request, reply) => {
    serve(request, reply).catch((error: unknown) => {
      // A thrown error is a bare 500 in Azure: no text of ours reaches the caller.
      options.log('error', 'http', error instanceof Error ? error.stack ?? error.message : String(error));
      if (!reply.headersSent) reply.writeHead(500);
      reply.end();
    });
  });

  async function serve(request: http.IncomingMessage, reply: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const found = findRoute(routes, request.method ?? 'GET', url.pathname);
    if (!found) { reply.writeHead(404).end(); return; }
    const key = request.headers['x-functions-key'] ?? url.searchParams.get('code');
    if (found.route.authLevel !== 'anonymous' && key !== options.functionKey) { reply.writeHead(401).end(); return; }
    const body = await readBody(request);
    const response = await invoke(options.registry, found.route.registered, {
      inputData: [{ name: found.route.binding, data: { http: rpcRequest(request, url, found.params, body) } }],
    }, options.appHookData, options.log);
    const answer = response.returnValue?.http;
    if (!answer) { reply.writeHead(204).end(); return; }
    reply.writeHead(Number(answer.statusCode ?? 200), answer.headers);
    reply.end(payload(answer.body));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve, reject) => {
      server.close((error) => { if (error) reject(error); else resolve(); });
      server.closeAllConnections();
    }),
  };
}

function routeOf(registered: RegisteredFunction, prefix: string): Route[] {
  const trigger = Object.entries(registered.metadata.bindings).find(([, binding]) => binding.type === 'httpTrigger');
  if (!trigger) return [];
  const [binding, options] = trigger;
  const route = String(options['route'] ?? registered.metadata.name);
  const segments = [prefix, ...route.split('/')].filter((part) => part !== '');
  const names: string[] = [];
  const pattern = segments.map((segment) => {
    const name = /^\{\*?(\w+)(?::\w+)?\??\}$/.exec(segment)?.[1];
    if (!name) return segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    names.push(name);
    return segment.startsWith('{*') ? '(.+)' : '([^/]+)';
  }).join('/');
  const methods = (options['methods'] as readonly string[] | undefined) ?? ['GET', 'POST'];
  return [{
    registered, binding, names,
    methods: methods.map((method) => method.toUpperCase()),
    pattern: new RegExp(`^/${pattern}/?$`, 'i'),
    literals: segments.length * 10 - names.length,
    authLevel: String(options['authLevel'] ?? 'anonymous'),
  }];
}

function findRoute(routes: readonly Route[], method: string, path: string): { route: Route; params: Record<string, string> } | null {
  for (const route of routes) {
    const match = route.methods.includes(method) ? route.pattern.exec(path) : null;
    if (!match) continue;
    const params: Record<string, string> = {};
    route.names.forEach((name, index) => { params[name] = decodeURIComponent(match[index + 1] ?? ''); });
    return { route, params };
  }
  return null;
}

/** The real host copies a body only when it has a length: a chunked upload arrives empty. */
async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const hasLength = Number(request.headers['content-length'] ?? 0) > 0;
  const isBodiless = request.method === 'GET' || request.method === 'HEAD';
  return hasLength && !isBodiless ? Buffer.concat(chunks) : Buffer.alloc(0);
}

function rpcRequest(request: http.IncomingMessage, url: URL, params: Record<string, string>, body: Buffer): Record<string, unknown> {
  const headers: Record<string, { value: string }> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    // Connection headers are the host's own business; fetch's Request refuses some of them.
    if (name === 'connection' || name === 'transfer-encoding' || name === 'upgrade' || name === 'expect') continue;
    headers[name.toLowerCase()] = { value: Array.isArray(value) ? value.join(', ') : value ?? '' };
  }
  const nullable = (values: Record<string, string>): Record<string, { value: string }> => Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value }]),
  );
  return {
    method: request.method, url: url.href, nullableHeaders: headers, nullableParams: nullable(params),
    nullableQuery: nullable(Object.fromEntries(url.searchParams)), ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}
