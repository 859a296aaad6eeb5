/** SOAP to one Exchange server as one person: thin on purpose, and apart from the product, whose work the hands judge. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import tls, { type TLSSocket } from 'node:tls';
import { basic, find, ntlmAuthenticate, ntlmNegotiate, soap } from '../../../sandbox/ews/test-client.ts';
import { kidOf, parseXml, textOf, type Xml } from '../../../sandbox/ews/xml.ts';

export interface WireOptions {
  /** Of EWS itself: https://host/EWS/Exchange.asmx */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** SHA-256 of the server's own certificate (64 hexadecimal digits), where no authority vouches for it. */
  readonly pin?: string;
}

export interface Wire {
  /** Answers the response messages of an operation; throws a fault, and the first message that is an error. */
  call(body: string): Promise<readonly Xml[]>;
  /** The same without judging the messages. */
  ask(body: string): Promise<readonly Xml[]>;
  /** Requests so far: with a body, and those of a Windows sign-in without one. */
  readonly sent: { readonly calls: number; readonly handshakes: number };
  close(): void;
}

interface Reply { readonly status: number; readonly schemes: readonly string[]; readonly text: string; readonly certificate: Buffer | undefined }

const BUSY_TRIES = 5;
const BUSY_MS_MAX = 60_000;
const TIMEOUT_MS = 60_000;
/** References to characters that XML 1.0 has not, as the server writes them (OfficeDev/ews-managed-api#136). */
const ILLEGAL = /&#x(?:0?[0-8BCEF]|1[0-9A-F]|FFF[EF]);/gi;

/** What goes over one connection, counted. */
type Post = (body: string, authorization: string | undefined) => Promise<Reply>;

export function openWire(options: WireOptions): Wire {
  const { url, pin } = options;
  // One connection: a Windows sign-in holds for a connection.
  const agent = url.startsWith('https:') ? secureAgent(pin) : new http.Agent({ keepAlive: true, maxSockets: 1 });
  const sent = { calls: 0, handshakes: 0 };
  const send = signedIn(options, async (body, authorization) => {
    if (body === '') sent.handshakes += 1;
    else sent.calls += 1;
    return post(url, agent, body, authorization);
  });

  async function ask(body: string): Promise<readonly Xml[]> {
    for (let left = BUSY_TRIES; ; left -= 1) {
      const answer = readAnswer(url, await send(soap(cleaned(body))));
      if (!('busyMs' in answer)) return answer.messages;
      if (left === 0) throw new Error(`${url} stays busy`);
      await delay(Math.min(answer.busyMs, BUSY_MS_MAX));
    }
  }

  return {
    ask, sent,
    call: async (body) => {
      const messages = await ask(body);
      for (const message of messages) demandSuccess(message);
      return messages;
    },
    close: () => { agent.destroy(); },
  };
}

function post(url: string, agent: http.Agent, body: string, authorization: string | undefined): Promise<Reply> {
  const isSecure = url.startsWith('https:');
  const headers = {
    'content-type': 'text/xml; charset=utf-8', 'content-length': String(Buffer.byteLength(body)), ...(authorization ? { authorization } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, { method: 'POST', agent, headers, timeout: TIMEOUT_MS }, (answer) => {
      const chunks: Buffer[] = [];
      const certificate = isSecure ? (answer.socket as TLSSocket).getPeerCertificate().raw : undefined;
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const schemes = answer.rawHeaders.filter((_, n) => n % 2 === 1 && answer.rawHeaders[n - 1]?.toLowerCase() === 'www-authenticate');
        resolve({ status: answer.statusCode ?? 0, schemes, text: Buffer.concat(chunks).toString('utf8'), certificate });
      });
    });
    request.on('timeout', () => { request.destroy(new Error(`${url} did not answer within ${TIMEOUT_MS / 1000} s`)); });
    request.on('error', reject);
    request.end(body);
  });
}

/** Asks without a password first: then the server says how it takes people in. Basic where it is offered, else a Windows sign-in. */
function signedIn({ url, user, password }: WireOptions, send: Post): (body: string) => Promise<Reply> {
  let scheme: 'none' | 'basic' | 'ntlm' = 'none';

  /** The three messages of MS-NLMP; the third carries the request. */
  async function byNtlm(body: string): Promise<Reply> {
    const negotiate = ntlmNegotiate();
    const first = await send('', `NTLM ${negotiate.toString('base64')}`);
    const challenge = first.schemes.map((one) => /^NTLM (.+)$/.exec(one)?.[1]).find(Boolean);
    if (!challenge) return first;
    const message = ntlmAuthenticate(negotiate, Buffer.from(challenge, 'base64'), { user, password }, first.certificate);
    return send(body, `NTLM ${message.toString('base64')}`);
  }

  return async (body) => {
    const reply = await send(body, scheme === 'basic' ? basic({ user, password }) : undefined);
    if (reply.status !== 401 || scheme === 'basic') return reply;
    const offers = (name: string): boolean => reply.schemes.some((one) => one.toLowerCase().startsWith(name));
    if (scheme === 'none') scheme = offers('basic') ? 'basic' : 'ntlm';
    if (scheme === 'basic') return send(body, basic({ user, password }));
    if (!offers('ntlm')) throw new Error(`${url} offers neither Basic nor NTLM, but ${reply.schemes.join(', ') || 'no way to sign in'}`);
    return byNtlm(body);
  };
}

/** Nothing is sent before the certificate has been looked at. */
function secureAgent(pin: string | undefined): https.Agent {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  if (pin === undefined) return agent;
  agent.createConnection = (options, whenDone): undefined => {
    // The pin takes the place of the authorities: a certificate that is not the one is refused below.
    const socket = tls.connect({ ...options as tls.ConnectionOptions, rejectUnauthorized: false });
    const fail = (error: Error): void => { whenDone?.(error, socket as Duplex); };
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      if (socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() === pin.toLowerCase()) whenDone?.(null, socket);
      else fail(new Error('the server shows another certificate than the pinned one'));
    });
    return undefined;
  };
  return agent;
}

function readAnswer(url: string, { status, text }: Reply): { readonly messages: readonly Xml[] } | { readonly busyMs: number } {
  if (status === 401) throw new Error(`${url} refused user and password (401)`);
  if (!text.trimStart().startsWith('<')) throw new Error(`${url} answered ${status} without SOAP`);
  const body = kidOf(parseXml(text.replace(ILLEGAL, '')), 's:Body');
  if (!body) throw new Error(`${url} answered ${status} without SOAP`);
  const fault = kidOf(body, 's:Fault');
  const messages = kidOf(body.kids[0], 'm:ResponseMessages')?.kids ?? [];
  const isBusy = fault ? JSON.stringify(fault).includes('ErrorServerBusy') : messages.some((one) => textOf(one, 'm:ResponseCode') === 'ErrorServerBusy');
  if (isBusy) return { busyMs: Number(/BackOffMilliseconds"[^>]*>(\d+)</.exec(text)?.[1] ?? BUSY_MS_MAX) };
  if (fault) throw new Error(`the server refused the request: ${fault.kids.map(({ text: words }) => words).join(' ')}`);
  return { messages };
}

/** The code stands first in the sentence: "ErrorItemNotFound: ...". */
export function demandSuccess(message: Xml): void {
  if (message.attrs['ResponseClass'] === 'Success') return;
  throw new Error(`${textOf(message, 'm:ResponseCode') ?? 'no code'}: ${textOf(message, 'm:MessageText') ?? ''}`);
}

/** A person cannot type them, and the server takes none. */
const cleaned = (xml: string): string => xml.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

/** The new id that a creation answers. */
export function idOfMade(message: Xml | undefined): string {
  const id = find(message, 't:ItemId')?.attrs['Id'];
  if (id === undefined) throw new Error('the server made something without an id');
  return id;
}
