/** A user with two made-up sides and tables in memory: for tests of what the app reads and stores around a run. */
import { randomBytes } from 'node:crypto';
import type { Config, Head } from '../src/app/control.ts';
import type { Services } from '../src/app/services.ts';
import { fieldNames } from '../src/engine/fields.ts';
import type { Fields, Look, Seen, SideKey } from '../src/engine/record.ts';
import type { ChangePage, Probe, Side } from '../src/ports/side.ts';
import { createUser, headChange, putConfig, readControl } from '../src/store/control-store.ts';
import { keyringOf } from '../src/store/keyring.ts';
import { userPartition } from '../src/store/keys.ts';
import { MemoryTable } from '../src/store/memory-table.ts';
import { sealerOf } from '../src/store/seal.ts';
import type { Control } from '../src/app/control.ts';
import { testClock, testLog, testQueue, type TestClock } from './sign-in-world.ts';

export const USER = '0123456789abcdefghijklmnop';
export const ORGANIZATION = 'crm~org-1';

/** One side: records in a map, changes in pages, and every question counted. */
export interface FakeSide extends Side {
  readonly records: Map<string, Seen>;
  /** Found by search beside the records: people the user may read. */
  readonly colleagues: Map<string, Seen>;
  readonly asked: { changes: number; read: string[][]; search: (readonly Probe[])[]; write: number };
  pageSize: number;
  /** Pages name only the ids of these. */
  readonly touched: Set<string>;
  /** Thrown by the next changes() or read(). */
  failure: Error | undefined;
}

export function fakeSide(name: string): FakeSide {
  const answer = <T>(make: () => T): Promise<T> => new Promise((resolve) => { resolve(make()); });
  const fail = (): void => { if (side.failure) throw side.failure; };
  const side: FakeSide = {
    name, records: new Map(), colleagues: new Map(), pageSize: 3, touched: new Set(), failure: undefined,
    asked: { changes: 0, read: [], search: [], write: 0 },
    holds: () => answer(() => new Set(fieldNames('contact'))),
    changes: (cursors) => answer((): ChangePage => {
      fail();
      side.asked.changes += 1;
      const from = Number(cursors['all'] ?? 0);
      const page = [...side.records.values()].slice(from, from + side.pageSize);
      return {
        changes: page.map((record) => (
          side.touched.has(record.id) ? { what: 'touched', kind: 'contact', id: record.id } : { what: 'seen', record })),
        cursors: { all: String(from + page.length) }, hasMore: from + page.length < side.records.size, lost: [],
      };
    }),
    read: (_, ids) => answer(() => {
      fail();
      side.asked.read.push([...ids]);
      return new Map(ids.map((id): [string, Look] => {
        const record = side.records.get(id) ?? side.colleagues.get(id);
        return [id, record ? { state: 'live', record } : { state: 'gone' }];
      }));
    }),
    search: (_, probes) => answer(() => {
      side.asked.search.push(probes);
      return [...side.records.values(), ...side.colleagues.values()];
    }),
    recall: () => answer(() => new Map()),
    write: () => answer(() => { side.asked.write += 1; return []; }),
  };
  return side;
}

export function person(id: string, fields: Fields, more: Partial<Seen> = {}): Seen {
  return { kind: 'contact', id, version: '1', fields, ...more };
}

export interface TwoSides extends Services {
  readonly state: MemoryTable;
  readonly due: MemoryTable;
  readonly clock: TestClock;
  readonly queue: ReturnType<typeof testQueue>;
  readonly log: ReturnType<typeof testLog>;
  readonly m: FakeSide;
  readonly c: FakeSide;
  /** Thrown when this side is opened. */
  readonly closed: Partial<Record<SideKey, Error>>;
  control(): Promise<Control>;
  setConfig(change: Partial<Config>): Promise<void>;
  setHead(change: Partial<Head>): Promise<void>;
}

export async function twoSides(): Promise<TwoSides> {
  const clock = testClock();
  const table = (): MemoryTable => new MemoryTable({ now: () => clock.now() });
  const [state, accounts, due] = [table(), table(), table()];
  const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
  const master = sealerOf(random.bytes(32));
  const keyring = keyringOf(accounts, {
    wrap: (key) => Promise.resolve(master.seal(key, '')), unwrap: (wrapped) => Promise.resolve(master.open(wrapped, '')),
  }, random);
  const grant = (system: string, login: string) => ({
    system, connectedAt: clock.now(), secret: 's', isDead: false, token: { value: 't', endpoint: 'https://api.vendor.example' },
    account: { organization: 'o', user: 'u', login, displayName: 'Anna Weber', loginHost: 'https://login.vendor.example' },
  });
  const config: Config = {
    organization: ORGANIZATION, activation: 'mailboxConnected', skippedMailbox: false, kinds: ['contact'], intervalMinutes: 30,
    region: 'DE', timeZone: 'Europe/Berlin',
  };
  await createUser({ state, keyring }, USER, config, 'c', grant('crm', 'anna@contoso.example'));
  const world: TwoSides = {
    clock, state, accounts, due, random, keyring, queue: testQueue(), log: testLog(), connectors: [],
    m: fakeSide('Mail'), c: fakeSide('CRM'), closed: {},
    openSide: (_, side) => {
      const error = world.closed[side];
      return error ? Promise.reject(error) : Promise.resolve(world[side]);
    },
    control: async () => {
      const control = await readControl(world, USER);
      if (!control) throw new Error('the user exists');
      return control;
    },
    setConfig: async (change) => {
      const control = await world.control();
      await putConfig(world, USER, { ...control.config, ...change }, control.configEtag);
    },
    setHead: async (change) => {
      const { head, headEtag } = await world.control();
      await state.batch(userPartition(USER), [headChange({ ...head, ...change }, headEtag)]);
    },
  };
  return world;
}
