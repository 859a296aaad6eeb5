/** AES-256-GCM with the context as additional data: sealed bytes open only for the organization, user and purpose they were made for. */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { SyncError } from '../engine/errors.ts';
import type { Sealer } from '../ports/world.ts';

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const DATA_KEY_BYTES = 32;

/** Layout: format byte, nonce, tag, ciphertext. */
export function sealerOf(dataKey: Uint8Array): Sealer {
  if (dataKey.length !== DATA_KEY_BYTES) throw new SyncError('bug', `a data key has ${DATA_KEY_BYTES} bytes`, { code: 'SEAL_KEY' });
  const key = createSecretKey(dataKey);
  return {
    seal: (plain, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes[0] !== FORMAT) {
        throw new SyncError('bug', 'these bytes were sealed in a format this build does not know', { code: 'SEAL_FORMAT' });
      }
      const body = 1 + NONCE_BYTES + TAG_BYTES;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES));
        decipher.setAAD(Buffer.from(context, 'utf8'));
        decipher.setAuthTag(bytes.subarray(1 + NONCE_BYTES, body));
        return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]);
      } catch (cause) {
        throw new SyncError('bug', 'sealed bytes do not fit their key or their context', { code: 'SEAL_BROKEN', cause });
      }
    },
  };
}
