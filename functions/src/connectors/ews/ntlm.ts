/**
 * The client's half of the Windows sign-in (MS-NLMP): NTLMv2 alone, with a code over all three messages and bound to the TLS channel, which
 * Extended Protection demands and no package on npm does (knowledge of 2026-11). Pure but for its own random challenge.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { md4 } from './md4.ts';

const SIGNATURE = Buffer.from('NTLMSSP\0');
/** NTLMSSP_NEGOTIATE_... of MS-NLMP 2.2.2.5. No key is exchanged: nothing is signed or sealed with it over HTTP. */
const FLAGS = {
  unicode: 0x1, requestTarget: 0x4, ntlm: 0x200, alwaysSign: 0x8000, extendedSecurity: 0x80000, targetInfo: 0x800000, version: 0x2000000, strong128: 0x20000000,
  strong56: 0x80000000,
} as const;
const ASKED = Object.values(FLAGS).reduce((sum, flag) => sum + flag, 0);
/** MsvAv... of MS-NLMP 2.2.2.1. */
const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;
const HAS_MIC = 0x2;
const MIC_AT = 72;
const EPOCH_1601_MS = 11_644_473_600_000n;

/** The first message; it says nothing about who is calling. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(ASKED, 12);
  // Both names are left out, but their offsets point behind the head as Windows writes them.
  message.writeUInt32LE(40, 20);
  message.writeUInt32LE(40, 28);
  return message;
}

export interface Answer {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  /** DOMAIN\user, user@domain, or a name alone. */
  readonly login: string;
  readonly password: string;
  /** Of the server, as typed or found: the name of the service is part of what is signed. */
  readonly host: string;
  /** The server's certificate (DER) of this very connection; absent: not bound to it. */
  readonly certificate: Buffer | undefined;
  /** Used where the challenge carries no time. */
  readonly now: number;
}

/** The third message; undefined when the challenge is none that NTLMv2 can answer. */
export function authenticateMessage(answer: Answer): Buffer | undefined {
  const challenge = readChallenge(answer.challenge);
  if (!challenge) return undefined;
  const { domain, user } = splitLogin(answer.login);
  const key = responseKey(user, domain, answer.password);
  const stamp = sized(challenge.pairs.get(AV.timestamp), 8) ?? fileTime(answer.now);
  const blob = clientBlob(stamp, randomBytes(8), pairsBytes(answeredPairs(challenge.pairs, answer)));
  const proof = proofOf(key, challenge.serverChallenge, blob);
  const message = layOut(challenge.flags, [Buffer.alloc(24), Buffer.concat([proof, blob]), utf16(domain), utf16(user), Buffer.alloc(0), Buffer.alloc(0)]);
  hmac(sessionKey(key, proof), answer.negotiate, answer.challenge, message).copy(message, MIC_AT);
  return message;
}

/** NTOWFv2 (MS-NLMP 3.3.2). */
export const responseKey = (user: string, domain: string, password: string): Buffer =>
  hmac(md4(utf16(password)), utf16(user.toUpperCase() + domain));
/** NTProofStr. */
export const proofOf = (key: Buffer, serverChallenge: Buffer, blob: Buffer): Buffer => hmac(key, serverChallenge, blob);
/** SessionBaseKey, which is the key of the code too where none is exchanged. */
export const sessionKey = (key: Buffer, proof: Buffer): Buffer => hmac(key, proof);

/** NTLMv2_CLIENT_CHALLENGE (MS-NLMP 2.2.2.7). */
export const clientBlob = (stamp: Buffer, clientChallenge: Buffer, pairs: Buffer): Buffer =>
  Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), stamp, clientChallenge, Buffer.alloc(4), pairs, Buffer.alloc(4)]);

/** A name with @ goes whole, without a domain. */
export function splitLogin(login: string): { readonly domain: string; readonly user: string } {
  const at = login.indexOf('\\');
  return at < 0 ? { domain: '', user: login } : { domain: login.slice(0, at), user: login.slice(at + 1) };
}

/** MD5 over gss_channel_bindings_struct without addresses (RFC 2744; RFC 5929, tls-server-end-point). */
export function channelBinding(certificate: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(endPointHash(certificate)).update(certificate).digest()]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

/** Algorithms that end a certificate with SHA-384 or SHA-512; for the older ones and all others RFC 5929 takes SHA-256. In DER. */
const LONGER_HASHES: readonly (readonly [hash: string, oids: readonly string[]])[] = [
  ['sha384', ['06092a864886f70d01010c', '06082a8648ce3d040303', '0609608648016503040202']],
  ['sha512', ['06092a864886f70d01010d', '06082a8648ce3d040304', '0609608648016503040203']],
];

function endPointHash(certificate: Buffer): string {
  const algorithm = signatureAlgorithm(certificate).toString('hex');
  return LONGER_HASHES.find(([, oids]) => oids.some((oid) => algorithm.includes(oid)))?.[0] ?? 'sha256';
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } (RFC 5280). */
function signatureAlgorithm(certificate: Buffer): Buffer {
  const content = elementAt(certificate, 0).start;
  const algorithm = elementAt(certificate, elementAt(certificate, content).end);
  return certificate.subarray(algorithm.start, algorithm.end);
}

function elementAt(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(at + 1);
  const more = first & 0x80 ? first & 0x7f : 0;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  return { start: at + 2 + more, end: at + 2 + more + length };
}

interface Challenge { readonly flags: number; readonly serverChallenge: Buffer; readonly pairs: ReadonlyMap<number, Buffer> }

function readChallenge(message: Buffer): Challenge | undefined {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE) || message.readUInt32LE(8) !== 2) return undefined;
  const flags = message.readUInt32LE(20);
  const [length, offset] = [message.readUInt16LE(40), message.readUInt32LE(44)];
  if (!(flags & FLAGS.unicode) || offset + length > message.length) return undefined;
  const pairs = readPairs(message.subarray(offset, offset + length));
  return pairs && { flags, serverChallenge: message.subarray(24, 32), pairs };
}

function readPairs(bytes: Buffer): ReadonlyMap<number, Buffer> | undefined {
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

/** What the server told, and what a client adds to it (MS-NLMP 3.1.5.1.2). */
function answeredPairs(told: ReadonlyMap<number, Buffer>, { host, certificate }: Answer): ReadonlyMap<number, Buffer> {
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(((sized(told.get(AV.flags), 4)?.readUInt32LE(0) ?? 0) | HAS_MIC) >>> 0);
  const binding = certificate ? channelBinding(certificate) : Buffer.alloc(16);
  return new Map([...told, [AV.flags, flags], [AV.channelBindings, binding], [AV.targetName, utf16(`HTTP/${host}`)]]);
}

function pairsBytes(pairs: ReadonlyMap<number, Buffer>): Buffer {
  return Buffer.concat([...pairs, [AV.end, Buffer.alloc(0)] as const].map(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  }));
}

/** AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3): a head with room for version and code, then the fields in the order in which the head names them. */
function layOut(flags: number, fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(MIC_AT + 16);
  SIGNATURE.copy(head);
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  fields.forEach((field, n) => {
    head.writeUInt16LE(field.length, 12 + n * 8);
    head.writeUInt16LE(field.length, 14 + n * 8);
    head.writeUInt32LE(offset, 16 + n * 8);
    offset += field.length;
  });
  head.writeUInt32LE((flags & ASKED) >>> 0, 60);
  return Buffer.concat([head, ...fields]);
}

/** A stranger's pair may have any length. */
const sized = (value: Buffer | undefined, length: number): Buffer | undefined => (value?.length === length ? value : undefined);

function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(now) + EPOCH_1601_MS) * 10_000n);
  return bytes;
}

const hmac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest();
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
