/** The simulated world: the real app, engine and store codec between two made-up services, on virtual time and chance alone. */
import { createHash } from 'node:crypto';
import type { Services } from '../../src/app/services.ts';
import { syncMailbox, type RunOutcome } from '../../src/app/sync/sync-mailbox.ts';
import { SyncError } from '../../src/engine/errors.ts';
import type { Todo } from '../../src/engine/link.ts';
import type { FieldName, Kind, SideKey } from '../../src/engine/record.ts';
import type { RowChange, Table } from '../../src/ports/table.ts';
import { MemoryTable } from '../../src/store/memory-table.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import { drawFaults, NO_FAULTS, type FaultName, type Faults } from './faults.ts';
import { Guard } from './guard.ts';
import { Ledger, PARTITION } from './ledger.ts';
import { activate, servicesOf, USER } from './mailbox.ts';
import { Others } from './others.ts';
import { People } from './people.ts';
import { Prng } from './prng.ts';
import { Scheduler } from './scheduler.ts';
import { SimSide, type Ears, type Profile } from './side.ts';
import { drawTheme, type Theme } from './theme.ts';
import { Users } from './users.ts';
import { must, Violation } from './violation.ts';
import { Witness, type Deed } from './witness.ts';

const START = Date.UTC(2026, 0, 5, 9);

export class World {
  readonly prng: Prng;
  readonly scheduler: Scheduler;
  readonly services: Readonly<Record<SideKey, SimSide>>;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly state: MemoryTable;
  readonly due: MemoryTable;
  readonly ledger: Ledger;
  readonly users: Users;
  readonly people: People;
  readonly others: Others;
  readonly witness: Witness;
  readonly guard: Guard;
  readonly queue: string[] = [];
  readonly outcomes: RunOutcome[] = [];
  faults: Faults;
  readonly theme: Theme;
  /** Set by a run that broke a rule or threw what nobody may throw. */
  failure: Error | undefined;
  readonly #active = new Set<string>();
  #actors = 0;

  constructor(seed: number, without: ReadonlySet<FaultName> = new Set()) {
    this.prng = new Prng(seed);
    this.scheduler = new Scheduler(this.prng, START);
    this.faults = drawFaults(this.prng, without);
    this.scheduler.pauseRate = this.faults.pause;
    this.theme = drawTheme(seed);
    const { kinds, crowd } = this.theme;
    const side = (profile: Profile): SimSide => new SimSide(holding(profile, kinds), this.faults, this.prng, this.scheduler);
    this.services = { m: side(mailboxProfile(this.prng)), c: side(crmProfile(this.prng)) };
    this.sides = { m: this.services.m.fake, c: this.services.c.fake };
    const now = (): number => this.scheduler.now;
    this.state = new MemoryTable({ now, fate: (request) => this.#fate(request) });
    this.due = new MemoryTable({ now });
    this.ledger = new Ledger(this.state);
    this.users = new Users(this.faults.rewrite > 0);
    const { prng, users, sides, ledger, faults } = this;
    const holds = { m: this.services.m.profile.holds, c: this.services.c.profile.holds };
    const note = (event: string): void => { this.scheduler.note(event); };
    this.people = new People({ prng, faults, users, sides, holds, kinds, crowd, now, note,
      isLinked: (key, id) => ledger.read().linkOf(key, id) !== undefined });
    // What a person calls waits at no gate.
    const services = servicesOf({ clock: { now }, state: this.state, sides: this.sides });
    this.others = new Others({ services, prng, users, sides, ledger, state: this.state, now, note });
    this.witness = new Witness({ ledger, users, sides, now, isStrict: (key) => this.services[key].profile.isStrict });
    this.guard = new Guard({ ledger, users, sides, now });
  }

  /** The rows that a finished activation leaves. */
  async activate(): Promise<void> {
    await this.untroubled(() => activate(this.state, this.scheduler.now, this.theme.kinds));
  }

  /** What happens beside the runs meets no trouble of its own. */
  async untroubled<T>(act: () => Promise<T>): Promise<T> {
    const { faults } = this;
    this.faults = NO_FAULTS;
    const done = await act();
    this.faults = faults;
    return done;
  }

  /** Starts a run; it goes on only as the scheduler opens its gates. */
  startRun(): void {
    this.#actors += 1;
    const actor = `run${this.#actors}`;
    this.scheduler.note(`${actor} begins`);
    this.#active.add(actor);
    this.guard.begins(actor);
    syncMailbox(this.#servicesOf(actor), USER).then(
      (outcome) => { this.outcomes.push(outcome); this.scheduler.note(`${actor} ${outcome}`); },
      (error: unknown) => { this.#judge(actor, error); },
    ).finally(() => { this.#active.delete(actor); }).catch((error: unknown) => { this.failure = error as Error; });
  }

  get running(): readonly string[] {
    return [...this.#active];
  }

  kill(actor: string): void {
    this.#active.delete(actor);
    this.scheduler.kill(actor);
  }

  /** Without any trouble for as long as the act lasts. */
  async peacefully(act: () => Promise<void>): Promise<void> {
    const { faults } = this;
    this.calm();
    await act();
    this.faults = faults;
    this.services.m.faults = faults;
    this.services.c.faults = faults;
    this.scheduler.pauseRate = faults.pause;
  }

  /** No more trouble: from here on everything has to come to rest. */
  calm(): void {
    this.faults = NO_FAULTS;
    this.services.m.faults = NO_FAULTS;
    this.services.c.faults = NO_FAULTS;
    this.scheduler.pauseRate = 0;
  }

  /** Bad itself, or the same person as a bad record on the other side: nothing can be done for it. */
  isHopeless(side: SideKey, record: FakeRecord): boolean {
    const twin = this.sides[side === 'm' ? 'c' : 'm'].records.get(this.users.twins.get(`${side}:${record.id}`)?.slice(2) ?? '');
    return this.users.isBad(record) || (twin !== undefined && this.users.isBad(twin));
  }

  /** The records that a todo is about, by itself, its link, its question, or as the same person on the other side. */
  concerned({ linkId, seen, ask }: Todo): readonly FakeRecord[] {
    const link = this.ledger.read().link(linkId);
    return (['m', 'c'] as const).flatMap((side) => {
      const other = side === 'm' ? 'c' : 'm';
      const twin = this.users.twins.get(`${other}:${seen[other]?.id ?? ''}`)?.slice(2);
      const ids = [seen[side]?.id, link?.[side]?.id, twin, ...ask?.candidates ?? []];
      return ids.flatMap((id) => this.sides[side].records.get(id ?? '') ?? []);
    });
  }

  /** Lets what runs come to its end. */
  async drain(): Promise<void> {
    for (let steps = 0; this.running.length > 0 || this.scheduler.isBusy; steps += 1) {
      must(steps < 20_000, 'a run comes to its end');
      await this.step();
    }
  }

  async step(): Promise<void> {
    await this.scheduler.step();
    if (this.failure) throw this.failure;
  }

  #servicesOf(actor: string): Services {
    let bytes = 0;
    return servicesOf({
      clock: { now: () => this.scheduler.now }, state: this.#gated(actor, this.state, 'state'), due: this.#gated(actor, this.due, 'due'),
      sides: { m: this.services.m.side(actor, this.#ears(actor, 'm')), c: this.services.c.side(actor, this.#ears(actor, 'c')) },
      queue: { send: (_, { userId }) => this.scheduler.call(actor, 'queue', () => { this.queue.push(userId); }) },
      random: (count) => createHash('sha256').update(`${actor}${bytes += 1}`).digest().subarray(0, count),
    });
  }

  /** A broken promise ends the seed, wherever the app would take the error for its own. */
  #watch<T>(judge: () => T): T | undefined {
    try {
      return judge();
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Violation('something that is no error was thrown');
      return undefined;
    }
  }

  #ears(actor: string, side: SideKey): Ears {
    const { guard, witness } = this;
    return {
      asks: () => { this.#watch(() => { guard.asks(actor, side); }); },
      throttled: () => { guard.throttled(actor, side); },
      saw: (record) => { witness.saw(actor, side, record); },
      writes: () => { this.#watch(() => { guard.writes(actor); }); },
      begins: (operation) => { this.#watch(() => { witness.begins(actor, side, operation); }); },
      took: (effect): Deed => this.#watch(() => witness.took(actor, side, effect))
        ?? { actor, side, id: effect.id, effect, at: this.scheduler.now, isHeard: false, isSettled: false },
    };
  }

  #gated(actor: string, table: MemoryTable, name: string): Table {
    const call = <T>(label: string, effect: () => Promise<T>): Promise<T> => this.scheduler.call(actor, `${name}.${label}`, effect);
    return {
      now: () => table.now(),
      get: (partition, key) => call(`get ${key}`, async () => table.get(partition, key)),
      range: (partition, from, to, limit) => call(`range ${from}`, async () => table.range(partition, from, to, limit)),
      batch: async (partition, changes) => {
        const label = `batch ${changes.map(({ op, key }) => `${op} ${key.slice(0, 12)}`).join(', ')}`;
        const etags = await call(label, async () => this.#batch(actor, table, partition, changes));
        if (partition === PARTITION) this.witness.committed(actor);
        return etags;
      },
    };
  }

  #batch(actor: string, table: MemoryTable, partition: string, changes: readonly RowChange[]): Promise<ReadonlyMap<string, string>> {
    const { writes } = table.counts;
    const answer = table.batch(partition, changes);
    if (table === this.state && table.counts.writes > writes) this.#watch(() => { this.guard.stored(actor, changes); });
    return answer;
  }

  #fate(request: 'get' | 'range' | 'batch'): 'serve' | 'fail' | 'lostReply' {
    const strikes = (fault: 'failedStorage' | 'lostBatch'): boolean => {
      const isStruck = this.prng.chance(this.faults[fault]);
      if (isStruck) this.scheduler.note(`fault ${fault}`);
      return isStruck;
    };
    if (strikes('failedStorage')) return 'fail';
    return request === 'batch' && strikes('lostBatch') ? 'lostReply' : 'serve';
  }

  /** Only the storage may end a run by an error: the queue brings the message again. */
  #judge(actor: string, error: unknown): void {
    this.scheduler.note(`${actor} threw ${String(error)}`);
    if (error instanceof SyncError && error.details.code === 'STORE_UNAVAILABLE') return;
    this.failure ??= error instanceof Error ? error : new Violation(`${actor} threw something that is no error`);
  }
}

/** Of a world that has calendars or tasks, their fields as well. */
function holding(profile: Profile, kinds: readonly Kind[]): Profile {
  const more: Readonly<Record<Kind, readonly FieldName[]>> = {
    contact: profile.holds, event: ['subject', 'when', 'location'], task: ['subject', 'dueDate', 'startDate'],
  };
  return { ...profile, holds: [...new Set(kinds.flatMap((kind) => more[kind]))] };
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
