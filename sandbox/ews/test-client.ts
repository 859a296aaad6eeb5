/** What the tests of this folder share: a server without surprises, and a client with a small NTLM of its own, apart from the server's. */
/// <reference path="./js-md4.d.ts" />
import { X509Certificate, createHash, createHmac, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import md4 from 'js-md4';
import { movableClock } from '../clock.ts';
import type { MovableClock } from '../clock.ts';
import { suiteRecorder } from '../recorder.ts';
import type { FileRecorder } from '../recorder.ts';
import { rc4 } from './ntlm.ts';
import { startExchange } from './server.ts';
import type { Exchange, ExchangeOptions } from './server.ts';
import { kidOf, kidsOf, parseXml, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

export const ANNA = { user: 'CONTOSO\\anna.weber', password: 'Exchange-2026' } as const;
/** The server answers plainly unless a test switches its oddities on. */
export const PLAIN = { emptyPages: 0, repeats: 0, assistants: 0 } as const;

export interface HttpAnswer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly schemes: readonly string[]; readonly text: string }
export interface HttpCall {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: http.Agent;
}

/** Trusts this server's certificate and nothing else. */
export function send(exchange: Exchange, { url, method = 'POST', headers = {}, body = '', agent }: HttpCall): Promise<HttpAnswer> {
  const isSecure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    // Without an agent each request has a connection of its own.
    const options = { method, headers: { 'content-length': String(Buffer.byteLength(body)), ...headers }, agent: agent ?? false, ca: exchange.certificate };
    const request = (isSecure ? https : http).request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const schemes = answer.rawHeaders.flatMap((word, n) => (n % 2 === 1 && answer.rawHeaders[n - 1]?.toLowerCase() === 'www-authenticate' ? [word] : []));
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, schemes, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const basic = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export const agentOf = (exchange: Exchange): https.Agent => new https.Agent({ keepAlive: true, maxSockets: 1, ca: exchange.certificate });

/** What a careless or an honest NTLM client does. */
export interface NtlmOptions {
  readonly user: string;
  readonly password: string;
  readonly binding?: 'right' | 'wrong' | 'none';
  readonly mic?: 'right' | 'wrong' | 'none';
  readonly hasKeyExchange?: boolean;
}

const FLAGS = 0xa2088205;
const KEY_EXCHANGE = 0x40000000;

/** The first message; `isExchanging` asks for a session key of the client's own. */
export function ntlmNegotiate(isExchanging = false): Buffer {
  const message = Buffer.alloc(40);
  message.write('NTLMSSP\0', 'latin1');
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE((FLAGS | (isExchanging ? KEY_EXCHANGE : 0)) >>> 0, 12);
  return message;
}

const hmac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest();

function avPair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** The third message of MS-NLMP 3.1.5.1.2; `certificate` is the server's as this connection saw it (DER). */
export function ntlmAuthenticate(negotiate: Buffer, challenge: Buffer, options: NtlmOptions, certificate: Buffer | undefined): Buffer {
  const [domain = '', user = ''] = options.user.includes('\\') ? options.user.split('\\') : ['', options.user];
  const targetInfo = challenge.subarray(challenge.readUInt32LE(44), challenge.readUInt32LE(44) + challenge.readUInt16LE(40));
  const hash = hmac(Buffer.from(md4.arrayBuffer(Buffer.from(options.password, 'utf16le'))), Buffer.from(user.toUpperCase() + domain, 'utf16le'));
  const hasMic = (options.mic ?? 'right') !== 'none';
  const stamp = targetInfo.subarray(targetInfo.indexOf(Buffer.from([7, 0, 8, 0])) + 4).subarray(0, 8);
  const pairs = Buffer.concat([
    targetInfo.subarray(0, -4), ...(hasMic ? [avPair(6, Buffer.from([2, 0, 0, 0]))] : []),
    ...bindingPair(options.binding ?? 'right', certificate), Buffer.alloc(4),
  ]);
  const temp = Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), stamp, randomBytes(8), Buffer.alloc(4), pairs, Buffer.alloc(4)]);
  const proof = hmac(hash, challenge.subarray(24, 32), temp);
  const base = hmac(hash, proof);
  const own = options.hasKeyExchange ? randomBytes(16) : undefined;
  const fields = [
    Buffer.alloc(24), Buffer.concat([proof, temp]), Buffer.from(domain, 'utf16le'), Buffer.from(user, 'utf16le'), Buffer.from('PC', 'utf16le'),
    own ? rc4(base, own) : Buffer.alloc(0),
  ];
  const head = Buffer.alloc(88);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(3, 8);
  let at = head.length;
  fields.forEach((field, n) => {
    head.writeUInt16LE(field.length, 12 + n * 8);
    head.writeUInt16LE(field.length, 14 + n * 8);
    head.writeUInt32LE(at, 16 + n * 8);
    at += field.length;
  });
  head.writeUInt32LE((FLAGS | (own ? KEY_EXCHANGE : 0)) >>> 0, 60);
  const message = Buffer.concat([head, ...fields]);
  if (hasMic) (options.mic === 'wrong' ? randomBytes(16) : hmac(own ?? base, negotiate, challenge, message)).copy(message, 72);
  return message;
}

function bindingPair(binding: 'right' | 'wrong' | 'none', certificate: Buffer | undefined): Buffer[] {
  if (binding === 'none' || !certificate) return [];
  const head = Buffer.alloc(20);
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash('sha256').update(certificate).digest()]);
  head.writeUInt32LE(data.length, 16);
  return [avPair(10, binding === 'wrong' ? randomBytes(16) : createHash('md5').update(Buffer.concat([head, data])).digest())];
}

/** The whole handshake on one connection of `agent`, with `body` in the last request. */
export async function sendByNtlm(exchange: Exchange, options: NtlmOptions, call: HttpCall & { readonly agent: http.Agent }): Promise<HttpAnswer> {
  const negotiate = ntlmNegotiate(options.hasKeyExchange);
  const first = await send(exchange, { ...call, body: '', headers: { ...call.headers, authorization: `NTLM ${negotiate.toString('base64')}` } });
  const token = first.schemes.map((scheme) => /^NTLM (.+)$/.exec(scheme)?.[1]).find(Boolean);
  if (!token) return first;
  const socket = Object.values(call.agent.freeSockets).flat()[0] as TLSSocket | undefined;
  const certificate = call.url.startsWith('https:') ? socket?.getPeerCertificate().raw ?? new X509Certificate(exchange.certificate).raw : undefined;
  const message = ntlmAuthenticate(negotiate, Buffer.from(token, 'base64'), options, certificate);
  return send(exchange, { ...call, headers: { ...call.headers, authorization: `NTLM ${message.toString('base64')}` } });
}

const NAMESPACES = ['s="http://schemas.xmlsoap.org/soap/envelope/', 't="http://schemas.microsoft.com/exchange/services/2006/types',
  'm="http://schemas.microsoft.com/exchange/services/2006/messages'].map((one) => ` xmlns:${one}"`).join('');

export const soap = (body: string, header = '<t:RequestServerVersion Version="Exchange2013_SP1"/>'): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope${NAMESPACES}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

/** One answer as tests read it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The messages of the answer, or the fault. */
  readonly messages: readonly Xml[];
  /** Response codes in order; of a fault its one code. */
  readonly codes: readonly string[];
}

export interface CallOptions {
  readonly header?: string;
  readonly as?: { readonly user: string; readonly password: string };
  /** The person asked for invitations: the contract's project rule lets them pass then. */
  readonly invites?: boolean;
}

export interface TestExchange {
  readonly exchange: Exchange;
  readonly clock: MovableClock;
  /** Signed in as Anna by Basic; `body` is the operation. */
  readonly ews: (body: string, options?: CallOptions) => Promise<Answer>;
  close(): Promise<void>;
}

/** `suite` names the recording for the contract check. */
export async function testExchange(options: Partial<ExchangeOptions> & { readonly suite?: string } = {}): Promise<TestExchange> {
  const clock = options.clock ?? movableClock(Date.UTC(2026, 10, 23, 9));
  const recorder: FileRecorder | null = options.suite ? suiteRecorder(options.suite) : null;
  const exchange = await startExchange({
    port: 0, pagePort: 0, clock, ...options, ...(recorder ? { recorder: recorder.record } : {}),
    // At once: a test that wants requests to meet holds them itself.
    settings: {
      serviceTime: () => Promise.resolve(), ...options.settings, odd: { ...PLAIN, ...options.settings?.odd },
      signIn: { schemes: ['NTLM', 'Basic'], ...options.settings?.signIn },
    },
  });
  return {
    exchange, clock,
    ews: async (body, { header, as = ANNA, invites = false } = {}) => {
      const headers = { authorization: basic(as), 'content-type': 'text/xml; charset=utf-8', ...(invites ? { 'x-concord-invites': 'yes' } : {}) };
      return readAnswer(await send(exchange, { url: exchange.ewsUrl, headers, body: soap(body, header) }));
    },
    close: async () => {
      await exchange.close();
      recorder?.flush();
    },
  };
}

function readAnswer({ status, text }: HttpAnswer): Answer {
  if (!text.startsWith('<?xml')) return { status, text, messages: [], codes: [] };
  const body = kidOf(parseXml(text), 's:Body');
  const messages = kidOf(body?.kids[0], 'm:ResponseMessages')?.kids ?? kidsOf(body, 's:Fault');
  const fault = /a:(Error\w+)</.exec(text)?.[1];
  return { status, text, messages, codes: fault ? [fault] : messages.map((message) => textOf(message, 'm:ResponseCode') ?? '') };
}

export const named = (folder: string): string => `<t:DistinguishedFolderId Id="${folder}"/>`;
export const itemNode = (id: string, key?: string): string => `<t:ItemId Id="${id}"${key ? ` ChangeKey="${key}"` : ''}/>`;
export const fieldNode = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;

export const idOnly = (extra = ''): string =>
  `<t:BaseShape>IdOnly</t:BaseShape>${extra ? `<t:AdditionalProperties>${extra}</t:AdditionalProperties>` : ''}`;

/** `ids` are nodes, `extra` paths. */
export const getItem = (ids: string, extra = ''): string =>
  `<m:GetItem><m:ItemShape>${idOnly(extra)}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`;

export const getFolder = (...folders: readonly string[]): string =>
  `<m:GetFolder><m:FolderShape>${idOnly()}</m:FolderShape><m:FolderIds>${folders.map(named).join('')}</m:FolderIds></m:GetFolder>`;

/** The first node of a name anywhere below. */
export function find(node: Xml | undefined, name: string): Xml | undefined {
  for (const kid of node?.kids ?? []) {
    const found = kid.name === name ? kid : find(kid, name);
    if (found) return found;
  }
  return undefined;
}

export const idOf = (answer: Answer, n = 0): { readonly id: string; readonly key: string } => {
  const node = find(answer.messages[n], 't:ItemId');
  return { id: node?.attrs['Id'] ?? '', key: node?.attrs['ChangeKey'] ?? '' };
};
