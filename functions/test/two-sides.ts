/** A user with two made-up sides and tables in memory: for tests of what the app reads and stores around a run. */
import { randomBytes } from 'node:crypto';
import type { Config, Head } from '../src/app/control.ts';
import type { Services } from '../src/app/services.ts';
import { fieldNames } from '../src/engine/fields.ts';
import type { Fields, Seen, SideKey } from '../src/engine/record.ts';
import type { Probe, Side } from '../src/ports/side.ts';
import type { Clock } from '../src/ports/world.ts';
import { createUser, headChange, putConfig, readControl } from '../src/store/control-store.ts';
import { keyringOf } from '../src/store/keyring.ts';
import { userPartition } from '../src/store/keys.ts';
import { MemoryTable } from '../src/store/memory-table.ts';
import { sealerOf } from '../src/store/seal.ts';
import type { Control } from '../src/app/control.ts';
import { PLAIN_DELTA } from './sim/fake-record.ts';
import { FakeSide as Fake } from './sim/fake-side.ts';
import { testClock, testLog, testQueue, type TestClock } from './sign-in-world.ts';

export const USER = '0123456789abcdefghijklmnop';
export const ORGANIZATION = 'crm~org-1';

/** One fake side (sim/fake-side.ts) as a map of records, with every question kept. */
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

/** Records as tests word them; what is set or deleted here happens on the side. */
class Records extends Map<string, Seen> {
  readonly #fake: Fake;

  constructor(fake: Fake) {
    super();
    this.#fake = fake;
  }

  override set(id: string, record: Seen): this {
    this.#fake.put(record);
    return super.set(id, record);
  }

  override delete(id: string): boolean {
    this.#fake.remove(id);
    return super.delete(id);
  }
}

export function fakeSide(side: SideKey, name: string, clock: Clock): FakeSide {
  const touched = new Set<string>();
  const fake = new Fake({
    side, name, clock, holds: fieldNames('contact'), key: 'plain', isStrict: false, pageSize: 3,
    deltaFate: () => ({ ...PLAIN_DELTA, isBare: (id) => touched.has(id) }),
  });
  const asked: FakeSide['asked'] = { changes: 0, read: [], search: [], write: 0 };
  const answer = <T>(question: () => Promise<T>): Promise<T> => (facade.failure ? Promise.reject(facade.failure) : question());
  const facade: FakeSide = {
    name, records: new Records(fake), colleagues: new Records(fake), touched, asked, failure: undefined,
    get pageSize() { return fake.pageSize; },
    set pageSize(size) { fake.pageSize = size; },
    holds: (kind) => fake.holds(kind),
    changes: (cursors) => answer(() => { asked.changes += 1; return fake.changes(cursors); }),
    read: (kind, ids) => answer(() => { asked.read.push([...ids]); return fake.read(kind, ids); }),
    search: (kind, probes) => { asked.search.push(probes); return fake.search(kind, probes); },
    recall: (kind, lost) => fake.recall(kind, lost),
    write: (operations) => { asked.write += 1; return fake.write(operations); },
  };
  return facade;
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
    m: fakeSide('m', 'Mail', clock), c: fakeSide('c', 'CRM', clock), closed: {},
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
