/** The wrapping key in a file of this machine, for local work: made on first use, readable by its owner only. */
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DATA_KEY_BYTES, sealerOf } from '../store/seal.ts';
import type { KeyWrapper } from '../store/keyring.ts';
import type { Random, Sealer } from '../ports/world.ts';

const CONTEXT = 'data-key';

export function keyFileWrapper(file: string, random: Random): KeyWrapper {
  let sealer: Sealer | undefined;
  const own = (): Sealer => (sealer ??= sealerOf(read(file, random)));
  return {
    wrap: (dataKey) => Promise.resolve(own().seal(dataKey, CONTEXT)),
    unwrap: (wrapped) => Promise.resolve(own().open(wrapped, CONTEXT)),
  };
}

function read(file: string, random: Random): Uint8Array {
  create(file, random);
  // Windows knows no such bits and reports them all.
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`The key file ${path.basename(file)} (CONCORD_KEY_FILE) can be read by others on this machine: set its mode to 0600.`);
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length === DATA_KEY_BYTES) return key;
  throw new Error(`The key file ${path.basename(file)} (CONCORD_KEY_FILE) does not hold a key of ${DATA_KEY_BYTES} bytes. `
    + 'What was sealed with the lost key stays sealed.');
}

/** Only if there is none. Two processes may start at once: a link appears with its content or not at all, and the first one stays. */
function create(file: string, random: Random): void {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${Buffer.from(random.bytes(6)).toString('hex')}`;
  writeFileSync(draft, `${Buffer.from(random.bytes(DATA_KEY_BYTES)).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
