/** One activated user in memory: the real app over two given sides and a given table. */
import { createHash } from 'node:crypto';
import type { Config } from '../../src/app/control.ts';
import type { Services } from '../../src/app/services.ts';
import type { Kind, SideKey } from '../../src/engine/record.ts';
import type { Side } from '../../src/ports/side.ts';
import type { Table } from '../../src/ports/table.ts';
import type { Clock, Keyring, Log, Queue } from '../../src/ports/world.ts';
import { createUser, putGrant, readControl, type NewGrant } from '../../src/store/control-store.ts';
import { userPartition } from '../../src/store/keys.ts';
import { MemoryTable } from '../../src/store/memory-table.ts';
import { sealerOf } from '../../src/store/seal.ts';

export const USER = '0123456789abcdefghijklmnop';
export const ORGANIZATION = 'org-1';
export const OWNER = `${ORGANIZATION}/${USER}`;

/** One user and where his rows lie. */
export interface Seat {
  readonly user: string;
  readonly partition: string;
  /** The context in which his rows are sealed. */
  readonly owner: string;
  /** How the ids of his mailbox begin. */
  readonly prefix: string;
}

/** The first user's seat, or a colleague's. */
export function seatOf(number: number): Seat {
  const user = number === 0 ? USER : `${USER.slice(0, -1)}${number}`;
  return { user, partition: userPartition(user), owner: `${ORGANIZATION}/${user}`, prefix: number === 0 ? 'm' : `m${number + 1}` };
}

export const SEALER = sealerOf(createHash('sha256').update('simulation').digest());
const keyring: Keyring = { sealer: () => Promise.resolve(SEALER) };

const CONFIG: Config = {
  organization: ORGANIZATION, activation: 'active', skippedMailbox: false, kinds: ['contact'], intervalMinutes: 30, region: 'DE', timeZone: 'Europe/Berlin',
};

export interface MailboxParts {
  readonly clock: Clock;
  readonly state: Table;
  readonly due?: Table;
  readonly sides: Readonly<Record<SideKey, Side>>;
  readonly queue?: Queue;
  readonly log?: Log;
  /** Bytes of run ids. */
  readonly random?: (count: number) => Uint8Array;
}

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function servicesOf({ clock, state, due, sides, queue, log, random }: MailboxParts): Services {
  let runs = 0;
  const counted = (count: number): Uint8Array => createHash('sha256').update(String(runs += 1)).digest().subarray(0, count);
  return {
    state, accounts: new MemoryTable(), due: due ?? new MemoryTable({ now: clock.now }), clock, keyring, connectors: [],
    random: { bytes: random ?? counted }, queue: queue ?? { send: () => Promise.resolve() }, log: log ?? SILENT,
    openSide: (_control, side) => Promise.resolve(sides[side]),
  };
}

export function grantOf(side: SideKey, connectedAt: number): NewGrant {
  return {
    system: side === 'm' ? 'mail' : 'crm', connectedAt, secret: 'secret', isDead: false, token: { value: 'token', endpoint: 'https://api.vendor.example' },
    account: { organization: ORGANIZATION, user: 'anna', login: 'anna@contoso.example', displayName: 'Anna Weber', loginHost: 'https://login.vendor.example' },
  };
}

/** Writes the control rows of a user who has just approved the first sync. */
export async function activate(state: Table, now: number, kinds: readonly Kind[] = CONFIG.kinds, user = USER): Promise<void> {
  const parts = { state, keyring };
  await createUser(parts, user, { ...CONFIG, kinds }, 'c', grantOf('c', now));
  const control = await readControl(parts, user);
  if (control) await putGrant(parts, control, 'm', grantOf('m', now));
}
