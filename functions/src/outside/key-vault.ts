/** The wrapping key in Azure Key Vault: it never leaves the vault, which wraps and unwraps data keys on request. */
import { z } from 'zod';
import { SyncError } from '../engine/errors.ts';
import type { KeyWrapper } from '../store/keyring.ts';
import type { Credential } from './identity.ts';

/** https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key (version 7.4, read 2026-11). */
const API_VERSION = '7.4';
const ALGORITHM = 'RSA-OAEP-256';
const SCOPE = 'https://vault.azure.net/.default';
const TIMEOUT_MS = 10_000;

const Answer = z.object({ kid: z.string(), value: z.string() });

/** What is stored: the full id of the key version that wrapped it, so that a rotated key still opens older data keys. */
const Wrapped = z.object({ kid: z.string(), value: z.string() });

/** `keyId` is the key's address with or without a version, for example `https://name.vault.azure.net/keys/concord`. */
export function keyVaultWrapper(keyId: string, credential: Credential): KeyWrapper {
  return {
    async wrap(dataKey) {
      const wrapped = await ask(credential, `${keyId}/wrapkey`, Buffer.from(dataKey).toString('base64url'));
      return new TextEncoder().encode(JSON.stringify(wrapped));
    },
    async unwrap(bytes) {
      const { kid, value } = Wrapped.parse(JSON.parse(new TextDecoder().decode(bytes)));
      // The id comes from our own table; still, a token goes only to the vault of the settings.
      if (new URL(kid).origin !== new URL(keyId).origin) {
        throw new SyncError(
          'bug', 'A data key was wrapped by another vault than the one in CONCORD_KEY_VAULT_KEY.', { code: 'KEY_OF_OTHER_VAULT' },
        );
      }
      return Buffer.from((await ask(credential, `${kid}/unwrapkey`, value)).value, 'base64url');
    },
  };
}

async function ask(credential: Credential, url: string, value: string): Promise<z.infer<typeof Answer>> {
  const response = await send(url, value, (await credential.getToken(SCOPE)).token);
  if (response.status === 403 || response.status === 401) {
    throw new SyncError(
      'denied', 'Key Vault refuses this app: give its identity the role Key Vault Crypto User on the key.', { code: 'KEY_VAULT_DENIED' },
    );
  }
  if (!response.ok) {
    throw new SyncError('unavailable', `Key Vault answered ${response.status}: try again.`, { code: 'KEY_VAULT_UNAVAILABLE' });
  }
  return Answer.parse(await response.json());
}

async function send(url: string, value: string, token: string): Promise<Response> {
  try {
    return await fetch(`${url}?api-version=${API_VERSION}`, {
      method: 'POST', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ alg: ALGORITHM, value }),
    });
  } catch (cause) {
    throw new SyncError('unavailable', 'Key Vault could not be reached: try again.', { code: 'KEY_VAULT_UNAVAILABLE', cause });
  }
}
