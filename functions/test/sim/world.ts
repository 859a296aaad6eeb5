/** The simulated world: the real app, engine and store codec between two made-up services, on virtual time and chance alone. */
import { createHash } from 'node:crypto';
import type { Services } from '../../src/app/services.ts';
import { syncMailbox, type RunOutcome } from '../../src/app/sync/sync-mailbox.ts';
import { SyncError } from '../../src/engine/errors.ts';
import type { FieldName, Kind, SideKey } from '../../src/engine/record.ts';
import type { RowChange, Table } from '../../src/ports/table.ts';
import { MemoryTable } from '../../src/store/memory-table.ts';
import { Company } from './company.ts';
import { Desk } from './desk.ts';
import type { Window } from './fake-record.ts';
import { drawFaults, NO_FAULTS, type FaultName, type Faults } from './faults.ts';
import { activate, seatOf, servicesOf } from './mailbox.ts';
import { Prng } from './prng.ts';
import { Scheduler } from './scheduler.ts';
import { SimSide, type Ears, type Eyes, type Profile } from './side.ts';
import { drawTheme, type Theme } from './theme.ts';
import { Users } from './users.ts';
import { must, Violation } from './violation.ts';
import type { Deed } from './witness.ts';

const START = Date.UTC(2026, 0, 5, 9);
/** Around these the events of people lie (people.ts, span), a day or two wide. */
const PAST = Date.UTC(2025, 11, 16, 9);
const AHEAD = Date.UTC(2026, 5, 15, 9);
const ROLL_HOURS = 30;

export class World {
  readonly prng: Prng;
  readonly scheduler: Scheduler;
  /** Users who share one CRM; most worlds have one. */
  readonly desks: readonly Desk[];
  readonly state: MemoryTable;
  readonly due: MemoryTable;
  readonly users: Users;
  /** Where several users share the CRM. */
  readonly company: Company | undefined;
  /** Of the calendars; without a theme of its own, it has no edges. */
  window: Window = { from: -Infinity, to: Infinity };
  readonly queue: string[] = [];
  readonly outcomes: RunOutcome[] = [];
  faults: Faults;
  readonly theme: Theme;
  /** Set by a run that broke a rule or threw what nobody may throw. */
  failure: Error | undefined;
  /** Actor -> whose run it is. */
  readonly #active = new Map<string, Desk>();
  #actors = 0;

  constructor(seed: number, without: ReadonlySet<FaultName> = new Set()) {
    this.prng = new Prng(seed);
    this.scheduler = new Scheduler(this.prng, START);
    this.faults = drawFaults(this.prng, without);
    this.scheduler.pauseRate = this.faults.pause;
    this.theme = drawTheme(seed);
    const profiles = { m: this.#mailboxProfile(), c: crmProfile(this.prng) };
    const now = (): number => this.scheduler.now;
    this.state = new MemoryTable({ now, fate: (request) => this.#fate(request) });
    this.due = new MemoryTable({ now });
    this.users = new Users(this.faults.rewrite > 0);
    this.users.company = this.theme.desks > 1;
    this.desks = this.#furnished(profiles);
    const note = (event: string): void => { this.scheduler.note(event); };
    if (this.users.company) this.company = new Company(this.desks, this.prng, { now, note, hasEvents: this.theme.kinds.includes('event') });
  }

  /** A mailbox for each user, and one CRM that all of them see. */
  #furnished(profiles: Readonly<Record<SideKey, Profile>>): readonly Desk[] {
    const { prng, faults, users, scheduler, state, theme: { kinds, crowd, desks: count, rolls } } = this;
    const seats = Array.from({ length: count }, (_, number) => seatOf(number));
    const unseen = new Set<string>();
    const window = rolls ? { window: () => this.window } : {};
    const side = (profile: Profile, eyes: Eyes): SimSide => new SimSide(holding(profile, kinds), faults, prng, scheduler, { ...eyes, ...window });
    const desks: Desk[] = [];
    for (const seat of seats) {
      const [first] = desks;
      const eyes = count > 1 ? { user: seat.user, ...(first ? { shares: first.sides.c } : {}) } : {};
      const services = { m: side(first ? this.#mailboxProfile() : profiles.m, { prefix: seat.prefix }), c: side(profiles.c, eyes) };
      const colleagues = seats.filter((other) => other !== seat).map(({ user }) => user);
      desks.push(new Desk(seat, { services, state, prng, faults, users, scheduler, kinds, crowd, unseen, colleagues }));
    }
    return desks;
  }

  #mailboxProfile(): Profile {
    const profile = mailboxProfile(this.prng);
    return this.theme.isExchange ? { ...profile, isStrict: true, isBare: true } : profile;
  }

  /** The rows that a finished activation leaves. */
  async activate(): Promise<void> {
    for (const { seat } of this.desks) await this.untroubled(() => activate(this.state, this.scheduler.now, this.theme.kinds, seat.user));
  }

  /** What happens beside the runs meets no trouble of its own. */
  async untroubled<T>(act: () => Promise<T>): Promise<T> {
    const { faults } = this;
    this.faults = NO_FAULTS;
    const done = await act();
    this.faults = faults;
    return done;
  }

  /** Time goes by, or what is asked for grows or shrinks: events pass the edges of the window, untouched by anybody. */
  roll(window?: Window): void {
    const events = this.desks.flatMap(({ sides }, number) => (number === 0 ? [sides.m, sides.c] : [sides.m]).flatMap((side) => (
      [...side.records.values()].map((record) => ({ side, record, isFrom: side === sides.m ? 'm' : 'c', wasOutside: side.isOutside(record) })))));
    const edge = (from: number): number => from + this.prng.below(ROLL_HOURS) * 3_600_000;
    this.window = window ?? { from: edge(PAST), to: edge(AHEAD) };
    this.scheduler.note(`user: the window goes from ${this.window.from} to ${this.window.to}`);
    for (const { side, record, isFrom, wasOutside } of events) {
      const isOutside = side.isOutside(record);
      // A CRM is asked for what enters; what leaves goes unsaid there. Neither says anything of what was deleted beyond the window.
      if (isOutside !== wasOutside && !record.isGone && (isFrom === 'm' || wasOutside)) side.pass(record.id);
    }
  }

  /** Starts a run; it goes on only as the scheduler opens its gates. */
  startRun(desk: Desk): void {
    this.#actors += 1;
    const actor = `run${this.#actors}`;
    this.scheduler.note(`${actor} begins`);
    this.#active.set(actor, desk);
    desk.guard.begins(actor);
    syncMailbox(this.#servicesOf(actor, desk), desk.seat.user).then(
      (outcome) => { this.outcomes.push(outcome); this.scheduler.note(`${actor} ${outcome}`); },
      (error: unknown) => { this.#judge(actor, error); },
    ).finally(() => { this.#active.delete(actor); }).catch((error: unknown) => { this.failure = error as Error; });
  }

  get running(): readonly string[] {
    return [...this.#active.keys()];
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
    for (const { services } of this.desks) for (const side of ['m', 'c'] as const) services[side].faults = faults;
    this.scheduler.pauseRate = faults.pause;
  }

  /** No more trouble: from here on everything has to come to rest. */
  calm(): void {
    this.faults = NO_FAULTS;
    for (const { services } of this.desks) for (const side of ['m', 'c'] as const) services[side].faults = NO_FAULTS;
    this.scheduler.pauseRate = 0;
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

  #servicesOf(actor: string, desk: Desk): Services {
    let bytes = 0;
    return servicesOf({
      clock: { now: () => this.scheduler.now }, state: this.#gated(actor, desk, this.state, 'state'), due: this.#gated(actor, desk, this.due, 'due'),
      sides: { m: desk.services.m.side(actor, this.#ears(actor, desk, 'm')), c: desk.services.c.side(actor, this.#ears(actor, desk, 'c')) },
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

  #ears(actor: string, { guard, witness }: Desk, side: SideKey): Ears {
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

  #gated(actor: string, desk: Desk, table: MemoryTable, name: string): Table {
    const call = <T>(label: string, effect: () => Promise<T>): Promise<T> => this.scheduler.call(actor, `${name}.${label}`, effect);
    return {
      now: () => table.now(),
      get: (partition, key) => call(`get ${key}`, async () => table.get(partition, key)),
      range: (partition, from, to, limit) => call(`range ${from}`, async () => table.range(partition, from, to, limit)),
      batch: async (partition, changes) => {
        const label = `batch ${changes.map(({ op, key }) => `${op} ${key.slice(0, 12)}`).join(', ')}`;
        const etags = await call(label, async () => this.#batch(actor, desk, table, partition, changes));
        if (partition === desk.seat.partition) desk.witness.committed(actor);
        return etags;
      },
    };
  }

  #batch(
    actor: string, { guard }: Desk, table: MemoryTable, partition: string, changes: readonly RowChange[],
  ): Promise<ReadonlyMap<string, string>> {
    const { writes } = table.counts;
    const answer = table.batch(partition, changes);
    if (table === this.state && table.counts.writes > writes) this.#watch(() => { guard.stored(actor, changes); });
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
