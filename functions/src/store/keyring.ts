/** One data key per organization, wrapped by a key that never leaves its home (Key Vault, or a file on this machine). */
import { Conflict } from '../ports/table.ts';
import type { Table } from '../ports/table.ts';
import type { Keyring, Random, Sealer } from '../ports/world.ts';
import { DATA_KEY_BYTES, sealerOf } from './seal.ts';

/** Wraps and unwraps data keys; `wrapped` names the wrapping key's version inside, so that rotation keeps old rows readable. */
export interface KeyWrapper {
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
}

const PARTITION = 'keys';

export function keyringOf(accounts: Table, wrapper: KeyWrapper, random: Random): Keyring {
  const cache = new Map<string, Promise<Sealer>>();
  const load = async (organization: string): Promise<Sealer> => {
    const found = await accounts.get(PARTITION, organization);
    if (found) return sealerOf(await wrapper.unwrap(bytesOf(found.cells['wrapped'])));
    const dataKey = random.bytes(DATA_KEY_BYTES);
    try {
      await accounts.batch(PARTITION, [{ op: 'insert', key: organization, cells: { wrapped: await wrapper.wrap(dataKey) } }]);
      return sealerOf(dataKey);
    } catch (error) {
      // Another instance made the key at the same moment: theirs counts.
      if (error instanceof Conflict) return load(organization);
      throw error;
    }
  };
  return {
    sealer: (organization) => {
      const known = cache.get(organization);
      if (known) return known;
      const loading = load(organization);
      cache.set(organization, loading);
      // A failure must not be remembered: the next call tries again. The caller of this one still gets the error.
      loading.catch(() => { cache.delete(organization); });
      return loading;
    },
  };
}

function bytesOf(cell: unknown): Uint8Array {
  if (cell instanceof Uint8Array) return cell;
  throw new TypeError('a wrapped data key is bytes');
}
