/** The server's half of NTLMv2 (MS-NLMP): its challenge, and the judgement of what a client answers. Only here: NTLMv1 and LM are refused. */
/// <reference path="./js-md4.d.ts" />
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import md4 from 'js-md4';

const SIGNATURE = Buffer.from('NTLMSSP\0');
const FLAG = {
  unicode: 0x1, requestTarget: 0x4, sign: 0x10, ntlm: 0x200, alwaysSign: 0x8000, domainTarget: 0x10000, extendedSecurity: 0x80000,
  targetInfo: 0x800000, version: 0x2000000, strong128: 0x20000000, keyExchange: 0x40000000, strong56: 0x80000000,
} as const;
const AV = { end: 0, computer: 1, domain: 2, dnsComputer: 3, dnsDomain: 4, flags: 6, timestamp: 7, channelBindings: 10 } as const;
const HAS_MIC = 0x2;
const MIC_AT = 72;
const EPOCH_1601_MS = 11_644_473_600_000n;
/** MaxLifetime of MS-NLMP 3.1.1.1: a challenge older than 36 hours is refused. */
const MAX_LIFETIME_MS = 36 * 3_600_000;

/** Between the second and the third message, on one connection. */
export interface Handshake { readonly negotiate: Buffer; readonly challenge: Buffer; readonly serverChallenge: Buffer }

/** What a third message says, before it is judged. */
export interface Claim { readonly domain: string; readonly user: string; readonly message: Buffer }

export type Verdict = 'ok' | 'wrongPassword' | 'notNtlmV2' | 'badMic' | 'badChannelBinding' | 'noChannelBinding' | 'stale';

/** Which of the three messages it is; undefined for anything else. */
export function messageType(message: Buffer): number | undefined {
  return message.length >= 12 && message.subarray(0, 8).equals(SIGNATURE) ? message.readUInt32LE(8) : undefined;
}

export function challengeFor(negotiate: Buffer, netbios: string, dns: string, now: number): Handshake {
  const serverChallenge = randomBytes(8);
  const asked = negotiate.readUInt32LE(12);
  const flags = (asked & (FLAG.sign | FLAG.strong128 | FLAG.keyExchange | FLAG.strong56)) | FLAG.unicode | FLAG.requestTarget | FLAG.ntlm
    | FLAG.alwaysSign | FLAG.domainTarget | FLAG.extendedSecurity | FLAG.targetInfo | FLAG.version;
  const target = utf16(netbios);
  const info = Buffer.concat([
    pair(AV.domain, utf16(netbios)), pair(AV.computer, utf16('EX01')), pair(AV.dnsDomain, utf16(dns)), pair(AV.dnsComputer, utf16(`ex01.${dns}`)),
    pair(AV.timestamp, fileTime(now)), pair(AV.end, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(56);
  SIGNATURE.copy(head);
  head.writeUInt32LE(2, 8);
  writeField(head, 12, target.length, 56);
  head.writeUInt32LE(flags >>> 0, 20);
  serverChallenge.copy(head, 24);
  writeField(head, 40, info.length, 56 + target.length);
  Buffer.from([10, 0, 0x63, 0x45, 0, 0, 0, 15]).copy(head, 48);
  return { negotiate, serverChallenge, challenge: Buffer.concat([head, target, info]) };
}

/** Undefined when the message is cut short or not in Unicode. */
export function readClaim(message: Buffer): Claim | undefined {
  if (messageType(message) !== 3 || message.length < 64 || !(message.readUInt32LE(60) & FLAG.unicode)) return undefined;
  const [domain, user] = [field(message, 28), field(message, 36)];
  return domain && user ? { domain: domain.toString('utf16le'), user: user.toString('utf16le'), message } : undefined;
}

/** How the server wants the TLS channel to be bound; `token` is what a client on this very channel must send. */
export interface Binding { readonly token: Buffer | undefined; readonly isRequired: boolean }

/** MD5 over gss_channel_bindings_struct without addresses (RFC 2744, RFC 5929). */
export function bindingToken(endPoint: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), endPoint]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

export function judge(handshake: Handshake, claim: Claim, password: string, binding: Binding, now: number): Verdict {
  const response = field(claim.message, 20);
  if (!response || response.length < 16 + 28 || response[16] !== 1 || response[17] !== 1) return 'notNtlmV2';
  const [proof, temp] = [response.subarray(0, 16), response.subarray(16)];
  const hash = hmac(Buffer.from(md4.arrayBuffer(utf16(password))), utf16(claim.user.toUpperCase() + claim.domain));
  if (!timingSafeEqual(proof, hmac(hash, handshake.serverChallenge, temp))) return 'wrongPassword';
  const sent = Number(temp.readBigUInt64LE(8) / 10_000n - EPOCH_1601_MS);
  if (Math.abs(sent - now) > MAX_LIFETIME_MS) return 'stale';
  const pairs = readPairs(temp.subarray(28));
  if (!pairs) return 'notNtlmV2';
  if (((pairs.get(AV.flags)?.readUInt32LE(0) ?? 0) & HAS_MIC) && !hasGoodMic(handshake, claim.message, hmac(hash, proof))) return 'badMic';
  return judgeBinding(pairs.get(AV.channelBindings), binding);
}

/** All zeros means that the client does not bind (MS-NLMP 2.2.2.1). */
function judgeBinding(sent: Buffer | undefined, { token, isRequired }: Binding): Verdict {
  if (!token) return 'ok';
  if (!sent || sent.every((byte) => byte === 0)) return isRequired ? 'noChannelBinding' : 'ok';
  return sent.equals(token) ? 'ok' : 'badChannelBinding';
}

/** The code covers all three messages, so nobody between can have taken anything out of them. */
function hasGoodMic({ negotiate, challenge }: Handshake, message: Buffer, sessionKey: Buffer): boolean {
  if (message.length < MIC_AT + 16) return false;
  const encrypted = field(message, 52);
  const isExchanged = (message.readUInt32LE(60) & FLAG.keyExchange) !== 0;
  if (isExchanged && encrypted?.length !== 16) return false;
  const key = isExchanged && encrypted ? rc4(sessionKey, encrypted) : sessionKey;
  const blank = Buffer.from(message);
  blank.fill(0, MIC_AT, MIC_AT + 16);
  return timingSafeEqual(hmac(key, negotiate, challenge, blank), message.subarray(MIC_AT, MIC_AT + 16));
}

/** OpenSSL 3 has it only in its legacy provider, which Node does not load. */
export function rc4(key: Buffer, data: Buffer): Buffer {
  const box = Uint8Array.from({ length: 256 }, (_, n) => n);
  const at = (n: number): number => box[n] ?? 0;
  const swap = (a: number, b: number): void => { [box[a], box[b]] = [at(b), at(a)]; };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + at(i)) & 255;
    swap(i, j);
    return byte ^ at((at(i) + at(j)) & 255);
  }));
}

const hmac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest();
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(now) + EPOCH_1601_MS) * 10_000n);
  return bytes;
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function readPairs(bytes: Buffer): Map<number, Buffer> | undefined {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const [id, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    if (id === AV.end) return pairs;
    if (at + 4 + length > bytes.length) return undefined;
    pairs.set(id, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

function writeField(bytes: Buffer, at: number, length: number, offset: number): void {
  bytes.writeUInt16LE(length, at);
  bytes.writeUInt16LE(length, at + 2);
  bytes.writeUInt32LE(offset, at + 4);
}

function field(message: Buffer, at: number): Buffer | undefined {
  const [length, offset] = [message.readUInt16LE(at), message.readUInt32LE(at + 4)];
  return offset + length <= message.length ? message.subarray(offset, offset + length) : undefined;
}
