/** Authorization codes (RFC 6749, 4.1 with RFC 7636): single use, short-lived, bound to app, address and challenge. */
import { createHash, randomBytes } from 'node:crypto';
import type { MovableClock } from '../../clock.ts';

export interface CodeGrant {
  readonly personId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string | undefined;
  /** A challenge without a method is "plain"; jsforce sends it so. */
  readonly method: 'S256' | 'plain';
}

export interface Codes {
  issue(grant: CodeGrant): string;
  /** What the code was given for; undefined when unknown, used or older than 15 minutes. */
  take(code: string): CodeGrant | undefined;
}

const LIFETIME = 15 * 60_000;

export function createCodes(clock: MovableClock): Codes {
  const open = new Map<string, { readonly grant: CodeGrant; readonly until: number }>();
  return {
    issue(grant) {
      const code = `aPrx${randomBytes(36).toString('base64url')}==`;
      open.set(code, { grant, until: clock.now() + LIFETIME });
      return code;
    },
    take(code) {
      const found = open.get(code);
      open.delete(code);
      return found && clock.now() <= found.until ? found.grant : undefined;
    },
  };
}

/** True when the verifier fits the challenge, or when neither was sent. Longer verifiers than RFC 7636 allows are taken. */
export function fitsChallenge(grant: CodeGrant, verifier: string | undefined): boolean {
  if (grant.challenge === undefined) return true;
  if (!verifier) return false;
  const made = grant.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return made === grant.challenge.replace(/=+$/, '');
}
