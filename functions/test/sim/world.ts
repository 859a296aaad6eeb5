/** The simulated world: the real app, engine and store codec between two made-up services, on virtual time and chance alone. */
import { createHash } from 'node:crypto';
import type { Head } from '../../src/app/control.ts';
import type { Services } from '../../src/app/services.ts';
import { syncMailbox, type RunOutcome } from '../../src/app/sync/sync-mailbox.ts';
import { SyncError } from '../../src/engine/errors.ts';
import type { SideKey } from '../../src/engine/record.ts';
import type { Row, RowChange, Table } from '../../src/ports/table.ts';
import { decodeTodo, plainValue, retryCells } from '../../src/store/codec.ts';
import { bellChange } from '../../src/store/control-store.ts';
import { keys, userPartition } from '../../src/store/keys.ts';
import { MemoryTable } from '../../src/store/memory-table.ts';
import { activate, OWNER, SEALER, servicesOf, USER } from './mailbox.ts';
import { drawFaults, NO_FAULTS, type Faults } from './faults.ts';
import { Prng } from './prng.ts';
import { Scheduler } from './scheduler.ts';
import { SimSide, type Profile } from './side.ts';

const PARTITION = userPartition(USER);
const START = Date.UTC(2026, 0, 5, 9);
const LEASE_NEEDED_MS = 20_000;

export class Violation extends Error {
  override readonly name = 'Violation';
}

export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Violation(sentence);
}

export class World {
  readonly prng: Prng;
  readonly scheduler: Scheduler;
  readonly services: Readonly<Record<SideKey, SimSide>>;
  readonly state: MemoryTable;
  readonly due: MemoryTable;
  readonly sealer = SEALER;
  readonly queue: string[] = [];
  readonly outcomes: RunOutcome[] = [];
  faults: Faults;
  /** Set by an actor that broke a rule or threw what nobody may throw. */
  failure: Error | undefined;
  readonly #epochs = new Map<string, number>();
  #actors = 0;

  constructor(seed: number) {
    this.prng = new Prng(seed);
    this.scheduler = new Scheduler(this.prng, START);
    this.faults = drawFaults(this.prng);
    this.scheduler.pauseRate = this.faults.pause;
    this.services = {
      m: new SimSide(mailboxProfile(this.prng), this.faults, this.prng, this.scheduler),
      c: new SimSide(crmProfile(this.prng), this.faults, this.prng, this.scheduler),
    };
    const now = (): number => this.scheduler.now;
    this.state = new MemoryTable({ now, fate: (request) => this.#fate(request) });
    this.due = new MemoryTable({ now });
  }

  /** The rows that a finished activation leaves. */
  async activate(): Promise<void> {
    const faults = this.faults;
    this.faults = NO_FAULTS;
    await activate(this.state, this.scheduler.now);
    this.faults = faults;
  }

  /** Starts a run; it goes on only as the scheduler opens its gates. Answers its name. */
  startRun(): string {
    this.#actors += 1;
    const actor = `run${this.#actors}`;
    this.#active.add(actor);
    syncMailbox(this.#servicesOf(actor), USER).then(
      (outcome) => { this.outcomes.push(outcome); this.scheduler.note(`${actor} ${outcome}`); },
      (error: unknown) => { this.#judge(actor, error); },
    ).finally(() => { this.#active.delete(actor); }).catch((error: unknown) => { this.failure = error as Error; });
    return actor;
  }

  readonly #active = new Set<string>();

  get running(): readonly string[] {
    return [...this.#active];
  }

  kill(actor: string): void {
    this.#active.delete(actor);
    this.scheduler.kill(actor);
  }

  /** No more trouble: from here on everything has to come to rest. */
  calm(): void {
    this.faults = NO_FAULTS;
    this.services.m.faults = NO_FAULTS;
    this.services.c.faults = NO_FAULTS;
    this.scheduler.pauseRate = 0;
  }

  /** Lets what runs come to its end. */
  async drain(): Promise<void> {
    for (let steps = 0; this.running.length > 0 || this.scheduler.isBusy; steps += 1) {
      must(steps < 20_000, 'a run comes to its end');
      await this.scheduler.step();
      if (this.failure) throw this.failure;
    }
  }

  head(): Head {
    const row = this.rows('a~head')[0];
    must(row !== undefined, 'there is a head');
    return plainValue<Head>(row);
  }

  rows(prefix: string): readonly Row[] {
    return this.state.rows(PARTITION).filter(({ key }) => key.startsWith(prefix));
  }

  /** What is still to do, in short. */
  openTodos(): readonly string[] {
    return this.rows('t~').map((row) => {
      const { linkId, reason, error, ask, intent, nextTry } = decodeTodo(row, this.sealer, OWNER);
      const parts = [reason, intent?.op, error?.code, ask?.reason, `in ${Math.round((nextTry - this.scheduler.now) / 60_000)} min`];
      return `${linkId.slice(0, 4)} ${parts.filter((part) => part !== undefined).join(' ')}`;
    });
  }

  isLinked(side: SideKey, id: string): boolean {
    return this.rows(keys.index(side, id)).length > 0;
  }

  /** A person presses "Try again" on everything that was set aside. */
  async retryParked(): Promise<void> {
    const parked = this.rows('t~').filter(({ cells }) => cells['pk'] === true);
    for (const { key } of parked) await this.state.batch(PARTITION, [{ op: 'merge', key, cells: retryCells(this.scheduler.now) }]);
    if (parked.length > 0) await this.state.batch(PARTITION, [bellChange(this.scheduler.now, 'user')]);
  }

  #servicesOf(actor: string): Services {
    const started = (): void => { this.#checkLease(actor); };
    let bytes = 0;
    return servicesOf({
      clock: { now: () => this.scheduler.now }, state: this.#gated(actor, this.state, 'state'), due: this.#gated(actor, this.due, 'due'),
      sides: { m: this.services.m.side(actor, started), c: this.services.c.side(actor, started) },
      queue: { send: (_, { userId }) => this.scheduler.call(actor, 'queue', () => { this.queue.push(userId); }) },
      random: (count) => createHash('sha256').update(`${actor}${bytes += 1}`).digest().subarray(0, count),
    });
  }

  #gated(actor: string, table: MemoryTable, name: string): Table {
    const call = <T>(label: string, effect: () => Promise<T>): Promise<T> => this.scheduler.call(actor, `${name}.${label}`, effect);
    return {
      now: () => table.now(),
      get: (partition, key) => call(`get ${key}`, async () => table.get(partition, key)),
      range: (partition, from, to, limit) => call(`range ${from}`, async () => table.range(partition, from, to, limit)),
      batch: async (partition, changes) => {
        const label = `batch ${changes.map(({ op, key }) => `${op} ${key.slice(0, 12)}`).join(', ')}`;
        const etags = await call(label, async () => table.batch(partition, changes));
        this.#noteEpoch(actor, changes);
        return etags;
      },
    };
  }

  #noteEpoch(actor: string, changes: readonly RowChange[]): void {
    const head = changes.find(({ key }) => key === keys.head);
    if (head && head.op !== 'delete') this.#epochs.set(actor, (JSON.parse(String(head.cells['d'])) as Head).epoch);
  }

  /** I9 and R12: no outside write starts under an older epoch, or with a lease about to end. */
  #checkLease(actor: string): void {
    const head = this.head();
    const epoch = this.#epochs.get(actor) ?? 0;
    if (head.epoch !== epoch) this.failure ??= new Violation(`${actor} writes under epoch ${epoch} although ${head.epoch} has begun`);
    const left = head.leaseUntil - this.scheduler.now;
    if (left <= LEASE_NEEDED_MS) this.failure ??= new Violation(`${actor} writes with ${left} ms of lease left`);
  }

  #fate(request: 'get' | 'range' | 'batch'): 'serve' | 'fail' | 'lostReply' {
    if (this.prng.chance(this.faults.failedStorage)) return 'fail';
    return request === 'batch' && this.prng.chance(this.faults.lostBatch) ? 'lostReply' : 'serve';
  }

  /** Only the storage may end a run by an error: the queue brings the message again. */
  #judge(actor: string, error: unknown): void {
    this.scheduler.note(`${actor} threw ${String(error)}`);
    if (error instanceof SyncError && error.details.code === 'STORE_UNAVAILABLE') return;
    this.failure ??= error instanceof Error ? error : new Violation(`${actor} threw something that is no error`);
  }
}

function mailboxProfile(prng: Prng): Profile {
  return {
    key: 'm', holds: ['givenName', 'familyName', 'primaryEmail', 'jobTitle', 'department', 'phones.mobile', 'webPage'], ownKey: 'plain',
    isStrict: prng.chance(0.7), longest: 200, normalizes: prng.chance(0.3),
  };
}

/** Half of the CRMs cannot hold our key: a creation of unknown outcome is then judged by equal key fields. */
function crmProfile(prng: Prng): Profile {
  return {
    key: 'c', holds: ['givenName', 'familyName', 'primaryEmail', 'jobTitle', 'department', 'phones.mobile', 'prefix'],
    ownKey: prng.chance(0.5) ? 'unique' : 'none',
    isStrict: prng.chance(0.5), longest: prng.chance(0.5) ? 40 : 200, normalizes: prng.chance(0.5),
  };
}
