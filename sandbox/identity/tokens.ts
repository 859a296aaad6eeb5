/** The tokens of the stand-in: RS256 for what others verify, a keyed digest for what only this server reads back. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { User } from './accounts.ts';
import { displayNameOf } from './accounts.ts';

/** What must outlive a restart so that tokens stay good; written only under the sandbox's data folder. */
export interface StoredKeys {
  readonly signing: JWK;
  /** base64url. */
  readonly sealing: string;
}

export interface Keys {
  readonly stored: StoredKeys;
  readonly signing: CryptoKey;
  readonly publicJwk: JWK;
}

/** The signing key is made once a process, because it takes longer than all else; the sealing key keeps worlds apart. */
export async function makeKeys(): Promise<StoredKeys> {
  signingKey ??= generateKeyPair('RS256', { extractable: true }).then(({ privateKey }) => exportJWK(privateKey));
  return { signing: await signingKey, sealing: randomBytes(32).toString('base64url') };
}

let signingKey: Promise<JWK> | undefined;

export async function loadKeys(stored: StoredKeys): Promise<Keys> {
  const signing = await importJWK(stored.signing, 'RS256');
  if (signing instanceof Uint8Array) throw new Error('the sandbox signing key is not an RSA key');
  const { kty, n, e } = stored.signing;
  if (!n || !e) throw new Error('the sandbox signing key is incomplete');
  const kid = await calculateJwkThumbprint({ kty: kty ?? 'RSA', n, e });
  return { stored, signing, publicJwk: { kty: kty ?? 'RSA', use: 'sig', kid, n, e, alg: 'RS256' } };
}

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly user: User;
  /** Milliseconds. */
  readonly now: number;
  readonly lifeSeconds: number;
}

/** A v2.0 token: the claims an application may rely on, see learn.microsoft.com/entra/identity-platform/access-token-claims-reference. */
export function signJwt(keys: Keys, options: JwtOptions, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const issued = Math.floor(options.now / 1000);
  const { user } = options;
  return new SignJWT({
    tid: user.tenant.id, sub: pairwiseSubject(user, options.clientId), uti: randomBytes(12).toString('base64url'), ver: '2.0', ...claims,
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keys.publicJwk.kid ?? '' })
    .setIssuer(options.issuer).setAudience(options.audience)
    .setIssuedAt(issued).setNotBefore(issued).setExpirationTime(issued + options.lifeSeconds)
    .sign(keys.signing);
}

/** `profile` gives name, login and object id, as in the v2.0 endpoint. */
export const profileClaims = (user: User): Record<string, unknown> =>
  ({ name: displayNameOf(user), preferred_username: user.login, oid: user.id });

/** `sub` differs from application to application: it must not be used to recognise a person across them. */
const pairwiseSubject = (user: User, clientId: string): string =>
  createHash('sha256').update(`${user.id}|${clientId}`).digest('base64url');

/** Readable only here: tampering or a token of another sandbox gives undefined. */
export function seal(keys: Keys, prefix: string, content: unknown): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${prefix}${text}.${mac(keys, prefix + text)}`;
}

export function unseal(keys: Keys, prefix: string, token: string): unknown {
  const dot = token.lastIndexOf('.');
  if (!token.startsWith(prefix) || dot < 0) return undefined;
  const expected = Buffer.from(mac(keys, token.slice(0, dot)));
  const given = Buffer.from(token.slice(dot + 1));
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(token.slice(prefix.length, dot), 'base64url').toString('utf8'));
}

const mac = (keys: Keys, text: string): string => createHmac('sha256', keys.stored.sealing).update(text).digest('base64url');
