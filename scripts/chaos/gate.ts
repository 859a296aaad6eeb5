/** Stands between the host and a service. Passes everything on, and at one chosen request lets the host die at one chosen point of it. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Call, Service } from './calls.ts';

/** How far the request gets before the host is dead. */
export type Stage = 'unsent' | 'unanswered' | 'halfAnswered' | 'answered';

export interface Fate {
  readonly stage: Stage;
  /** Kills the host now. */
  strike(): void;
}

export interface Watch {
  /** A whole request has arrived; answers a fate for the one over which the host dies. */
  arrived(call: Call): Fate | null;
  /** The service has carried a request out, whoever is still there to hear of it. */
  served(call: Call, reply: Reply): void;
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Gate {
  readonly port: number;
  /** Requests that are still being carried out. */
  pending(): number;
  close(): Promise<void>;
}

/** Where the service listens; with a certificate (PEM) it speaks TLS, though never to the host: a gate has to read what it passes on. */
export interface Target { readonly port: number; readonly certificate?: string }

export async function startGate(service: Service, target: Target, watch: Watch): Promise<Gate> {
  // A connection each: one that is kept may be closed by the service just when it is used again.
  const agent = target.certificate === undefined ? new http.Agent({ keepAlive: false }) : new https.Agent({ keepAlive: false, ca: target.certificate });
  let port = 0;
  let pending = 0;

  async function pass(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const call: Call = { service, method: incoming.method ?? 'GET', path: incoming.url ?? '/', body: body.toString('utf8') };
    const fate = watch.arrived(call);
    if (fate?.stage === 'unsent') return die(fate, outgoing);
    const reply = rewritten(await forward(agent, target, incoming, body), target.port, port);
    watch.served(call, reply);
    if (fate?.stage === 'unanswered') return die(fate, outgoing);
    // A HEAD's answer names a length without having a body.
    const length = call.method === 'HEAD' ? {} : { 'content-length': reply.body.length };
    outgoing.writeHead(reply.status, { ...reply.headers, ...length });
    if (fate?.stage === 'halfAnswered') outgoing.write(reply.body.subarray(0, reply.body.length / 2), () => die(fate, outgoing));
    else outgoing.end(reply.body, () => fate?.strike());
  }

  const server = http.createServer((incoming, outgoing) => {
    pending += 1;
    pass(incoming, outgoing)
      .catch((error: unknown) => {
        // The host died while it was sending: such a request never came to be one.
        if (!incoming.complete) return;
        process.stderr.write(`${service}: ${String(error)}\n`);
        outgoing.destroy();
      })
      .finally(() => { pending -= 1; });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  return {
    port, pending: () => pending,
    close: () => new Promise((resolve, reject) => {
      agent.destroy();
      server.close((error) => { if (error) reject(error); else resolve(); });
      server.closeAllConnections();
    }),
  };
}

function die(fate: Fate, outgoing: http.ServerResponse): void {
  fate.strike();
  outgoing.destroy();
}

function forward(agent: http.Agent, { port, certificate }: Target, incoming: http.IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const request = (certificate === undefined ? http : https).request({ agent, host: '127.0.0.1', port, method, path: url, headers });
    request.once('error', reject);
    request.once('response', (answer) => {
      readAll(answer).then((bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }), reject);
    });
    request.end(body);
  });
}

/** A service tells its own address in tokens and redirects: the host must stay in front of the gate. */
function rewritten({ status, headers, body }: Reply, from: number, to: number): Reply {
  const [old, own] = [`localhost:${from}`, `localhost:${to}`];
  const { 'transfer-encoding': _chunks, ...rest } = headers;
  const { location } = rest;
  return {
    status, headers: location === undefined ? rest : { ...rest, location: location.replaceAll(old, own) },
    body: body.includes(old) ? Buffer.from(body.toString('utf8').replaceAll(old, own)) : body,
  };
}

async function readAll(stream: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
