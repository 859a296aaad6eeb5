/**
 * One keep-alive connection at a time to one address that the guard has checked: follows no redirect, verifies each certificate, bounds time
 * and size, and tells connections apart, because some services sign in a connection and not a request. It sleeps and retries never. Load it on first
 * use: node:tls, node:http and node:zlib cost a start 20 ms.
 */
import http from 'node:http';
import net from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import tls from 'node:tls';
import { createGunzip } from 'node:zlib';
import { SyncError } from '../engine/errors.ts';
import type { CheckedAddress } from './address-guard.ts';
import type { Connection, Line, LineLimits, LineReply, LineRequest } from './line.ts';
import { LineError } from './line.ts';
import type { Pins } from './pinned-certificates.ts';

/** Shorter than the two minutes after which IIS ends a silent connection, so that a request seldom meets a dying one. */
const IDLE_MS = 30_000;

export function guardedLine({ url, lookup }: CheckedAddress, pins: Pins, limits: LineLimits): Line {
  const agent = new LineAgent(url, lookup, pins(url.hostname));
  let connection: SocketConnection | undefined;
  return {
    send: async (request, on) => {
      const exchange: Exchange = { url, agent, limits, on, wasSent: false, reached: (socket) => {
        if (connection?.socket !== socket) connection = new SocketConnection(socket, agent.certificateOf(socket));
        return connection;
      } };
      try {
        return await exchangeOnce(exchange, request);
      } catch (error) {
        throw failureOf(error, exchange.wasSent);
      }
    },
    close: () => { agent.destroy(); },
  };
}

class SocketConnection implements Connection {
  readonly socket: net.Socket;
  readonly certificate: Buffer | undefined;

  constructor(socket: net.Socket, certificate: Buffer | undefined) {
    this.socket = socket;
    this.certificate = certificate;
  }

  isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }
}

type Given = (error: Error | null, socket: Duplex) => void;

/** Gives a request its socket only when that is connected and its certificate is good: nothing is said before. */
class LineAgent extends http.Agent {
  readonly #connect: () => net.Socket;
  readonly #pins: readonly string[];
  /** Read once, when TLS is up: a later question finds no certificate (seen on Node 24.21). */
  readonly #certificates = new WeakMap<net.Socket, Buffer>();

  constructor(url: URL, lookup: net.LookupFunction, pins: readonly string[]) {
    super({ keepAlive: true, maxSockets: 1, timeout: IDLE_MS });
    this.#pins = pins;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isSecure = url.protocol === 'https:';
    const options = { host, port: Number(url.port || (isSecure ? 443 : 80)), lookup };
    // A pinned certificate is compared below and needs no authority; for all others the usual ones decide.
    this.#connect = () => (isSecure
      ? tls.connect({ ...options, ...(net.isIP(host) ? {} : { servername: host }), rejectUnauthorized: pins.length === 0 })
      : net.connect(options));
  }

  override createConnection(_options: unknown, given: Given = () => undefined): undefined {
    const socket = this.#connect();
    const failed = (error: Error): void => { given(error, socket); };
    socket.once('error', failed);
    socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', () => {
      socket.off('error', failed);
      if (!(socket instanceof tls.TLSSocket) || this.#isGood(socket)) return given(null, socket);
      socket.destroy();
      given(new LineError('certificate', false), socket);
    });
  }

  #isGood(socket: tls.TLSSocket): boolean {
    const certificate = socket.getPeerX509Certificate();
    if (certificate) this.#certificates.set(socket, certificate.raw);
    return this.#pins.length === 0 ? socket.authorized : this.#pins.includes(certificate?.fingerprint256 ?? '');
  }

  certificateOf(socket: net.Socket): Buffer | undefined {
    return this.#certificates.get(socket);
  }
}

interface Exchange {
  readonly url: URL;
  readonly agent: http.Agent;
  readonly limits: LineLimits;
  readonly on: Connection | undefined;
  wasSent: boolean;
  reached(socket: net.Socket): SocketConnection;
}

function exchangeOnce(exchange: Exchange, { method, headers, body, query }: LineRequest): Promise<LineReply> {
  const { url, agent, limits, on } = exchange;
  const signal = AbortSignal.timeout(limits.timeoutMs);
  return new Promise((resolve, reject) => {
    const request = http.request({
      agent, method, host: url.hostname, path: url.pathname + (query === undefined ? url.search : `?${query}`), signal,
      headers: { 'host': url.host, 'accept-encoding': 'gzip', 'content-length': String(Buffer.byteLength(body)), ...headers },
    });
    let connection: SocketConnection | undefined;
    request.once('socket', (socket: net.Socket) => {
      connection = exchange.reached(socket);
      if (on && on !== connection) request.destroy(new LineError('moved', false));
      else exchange.wasSent = true;
    });
    request.once('error', (error) => { reject(signal.aborted ? timedOut(exchange) : error); });
    request.once('response', (response) => {
      readText(response, limits.maxBytes).then((text) => {
        if (connection) resolve({ status: response.statusCode ?? 0, headers: response.headers, challenges: challengesOf(response), text, connection });
      }).catch((error: unknown) => {
        request.destroy();
        reject(signal.aborted ? timedOut(exchange) : error as Error);
      });
    });
    request.end(body);
  });
}

const timedOut = ({ wasSent }: Exchange): LineError => new LineError('timeout', wasSent);

function challengesOf({ rawHeaders }: http.IncomingMessage): readonly string[] {
  return rawHeaders.flatMap((word, n) => (n % 2 === 1 && rawHeaders[n - 1]?.toLowerCase() === 'www-authenticate' ? [word] : []));
}

/** Counts what comes, and what it becomes: a small answer may unfold into a huge one. */
async function readText(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw new LineError('tooLarge', true);
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'gzip' && encoding !== 'identity') throw new LineError('unreadable', true);
  if (encoding === 'identity') return (await collect(response, maxBytes)).toString('utf8');
  const unpacked = createGunzip();
  response.once('error', (error) => { unpacked.destroy(error); });
  return (await collect(response.pipe(unpacked), maxBytes)).toString('utf8');
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new LineError('tooLarge', true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'ENETDOWN'];
const UNKNOWN = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL'];
/** Codes of OpenSSL's chain check and of Node's check of the name (nodejs.org/api/tls.html, X509 certificate error codes). */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH/;
const TLS = /^(EPROTO$|ERR_SSL)/;

function failureOf(error: unknown, wasSent: boolean): Error {
  if (error instanceof LineError || error instanceof SyncError) return error;
  const code = codeOf(error);
  if (UNREACHABLE.includes(code)) return new LineError('unreachable', false, error);
  if (UNKNOWN.includes(code)) return new LineError('unknownHost', false, error);
  if (TLS.test(code)) return new LineError('tls', wasSent, error);
  if (CERTIFICATE.test(code)) return new LineError('certificate', false, error);
  if (/^Z_|^ERR_.*ZLIB/.test(code)) return new LineError('unreadable', wasSent, error);
  return new LineError('lost', wasSent, error);
}

/** Of a name with several addresses Node tells all their failures in one. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
