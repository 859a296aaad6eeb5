/** Opaque tokens: 256 random bits that mean nothing by themselves. Only their hashes are stored. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../ports/world.ts';

const TOKEN_BYTES = 32;

/** 43 characters of base64url. */
export function mintToken(random: Random): string {
  return Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
}

/** SHA-256 as base64url. No salt is needed: the input is random, so no list of likely inputs exists. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Compares in constant time, so that an answer's delay tells nothing about the stored hash. */
export function isTokenOf(token: string, hash: string): boolean {
  const own = Buffer.from(hashToken(token));
  const stored = Buffer.from(hash);
  return own.length === stored.length && timingSafeEqual(own, stored);
}
