/** Everything a use case may touch, composed once (compose.ts) and handed in. */
import type { Kind, SideKey } from '../engine/record.ts';
import type { Connector, NoticeDesk } from '../ports/connector.ts';
import type { Side } from '../ports/side.ts';
import type { Table } from '../ports/table.ts';
import type { Clock, Keyring, Log, Queue, Random } from '../ports/world.ts';
import type { Control } from './control.ts';

export interface Services {
  /** One partition a user: control rows, links, todos, index, journal. */
  readonly state: Table;
  /** Organizations, sessions, sign-in attempts. */
  readonly accounts: Table;
  /** The schedule, by minute. */
  readonly due: Table;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly connectors: readonly Connector[];
  /** How long a run holds its mailbox; absent: LEASE_MS of app/sync/limits.ts. */
  readonly leaseMs?: number;
  /** Absent where vendors cannot reach this app: then nothing is subscribed to, and the poll finds everything. */
  readonly notices?: NoticeOffice;
  /** A side with its stored sign-in; refreshes tokens by itself. Throws `credentialsRejected` when there is none that works. */
  /** `kinds`: what is asked for, if not what the user approved. */
  openSide(control: Control, side: SideKey, kinds?: readonly Kind[]): Promise<Side>;
}

export interface NoticeOffice {
  /** Where this vendor calls us. */
  address(system: string): string;
  /** Undefined where the side's vendor has no notices. Throws as `openSide` does. */
  open(control: Control, side: SideKey): Promise<NoticeDesk | undefined>;
}
