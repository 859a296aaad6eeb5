/** A side of the simulation: the fake side behind gates, with fates drawn from the seed. */
import { SyncError } from '../../src/engine/errors.ts';
import type { FieldName, FieldValue, Look, Seen } from '../../src/engine/record.ts';
import { notSent, type Operation, type Side, type WriteResult } from '../../src/ports/side.ts';
import type { Clock } from '../../src/ports/world.ts';
import type { DeltaFate, Effect, FakeSideOptions, Fate } from './fake-record.ts';
import { FakeSide } from './fake-side.ts';
import type { FaultName, Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import type { Scheduler } from './scheduler.ts';
import { REFUSED, REWRITTEN } from './users.ts';
import type { Deed } from './witness.ts';

export interface Profile {
  readonly key: 'm' | 'c';
  readonly holds: readonly FieldName[];
  /** Whether creations bear our key: not at all, found by it, or refused twice by it. */
  readonly ownKey: 'none' | 'plain' | 'unique';
  /** A write whose version is not the current one is refused. */
  readonly isStrict: boolean;
  /** Texts are cut at this length. */
  readonly longest: number;
  /** E-mail addresses are stored in lower case, texts without blanks around them. */
  readonly normalizes: boolean;
  /** Its delta names ids alone. */
  readonly isBare?: boolean;
}

/** What the world wants to hear of one run's dealings with this side. */
export interface Ears {
  /** Before a call is sent. */
  asks(): void;
  throttled(): void;
  saw(record: Seen): void;
  /** Before each operation is sent. */
  writes(): void;
  /** Before the first one of a write is sent, of all of them. */
  begins(operation: Operation): void;
  took(effect: Effect): Deed;
}

/** Whose view of the service it is. */
export type Eyes = Pick<FakeSideOptions, 'shares' | 'user' | 'prefix' | 'window'>;

const PAGE = 3;
/** No client waits longer for an answer. */
const IN_FLIGHT_MS = 60_000;
/** Shorter than a creation stays young (engine/intent.ts). */
const SEARCH_LAG_MS = 300_000;

export class SimSide {
  readonly profile: Profile;
  readonly fake: FakeSide;
  faults: Faults;
  readonly #prng: Prng;
  readonly #scheduler: Scheduler;
  readonly #rewritten: string[] = [];
  #heard: ((effect: Effect) => void) | undefined;

  constructor(profile: Profile, faults: Faults, prng: Prng, scheduler: Scheduler, eyes: Eyes = {}) {
    this.profile = profile;
    this.faults = faults;
    this.#prng = prng;
    this.#scheduler = scheduler;
    const clock: Clock = { now: () => scheduler.now };
    const rewrites = faults.rewrite > 0;
    this.fake = new FakeSide({
      ...eyes, side: profile.key, clock, holds: profile.holds, key: profile.ownKey, isStrict: profile.isStrict, pageSize: PAGE,
      shape: (field, value) => this.stored(field, value), lagMs: () => this.faults.searchLag * SEARCH_LAG_MS,
      callFate: (call) => (call === 'holds' || call === 'write' ? 'serve' : this.#callFate()),
      writeFate: (operation) => this.#writeFate(operation), deltaFate: () => this.#deltaFate(),
      onWritten: (effect) => {
        if (rewrites && typeof effect.after[REWRITTEN] === 'string') this.#rewritten.push(effect.id);
        this.#heard?.(effect);
      },
    });
  }

  /** What the service makes of a value: cut and normalised. */
  stored(field: FieldName, value: FieldValue | null): FieldValue | null {
    if (typeof value !== 'string') return value;
    const { longest, normalizes } = this.profile;
    const normal = normalizes ? (field === 'primaryEmail' ? value.toLowerCase() : value.trim()) : value;
    return normal === '' ? null : field === 'when' ? normal : normal.slice(0, longest);
  }

  /** Some automation of the service gives what we wrote its own form, some time after. */
  rewrite(): void {
    for (const id of this.#rewritten.splice(0)) {
      const record = this.fake.of(id);
      const value = record.fields[REWRITTEN];
      if (record.isGone || record.isHidden === true || typeof value !== 'string') continue;
      const own = `${value.replace(/-[mc]$/, '')}-${this.profile.key}`;
      if (own === value) continue;
      this.#scheduler.note(`${this.profile.key} rewrites ${id} ${own}`);
      this.fake.edit(id, { [REWRITTEN]: own });
    }
  }

  get isRewriting(): boolean { return this.#rewritten.length > 0; }

  /** The side as one run sees it. */
  side(actor: string, ears: Ears): Side {
    const { key } = this.profile;
    const call = async <T>(label: string, serve: () => Promise<T>): Promise<T> => {
      ears.asks();
      try {
        return await this.#scheduler.call(actor, `${key}.${label}`, serve);
      } catch (error) {
        if (error instanceof SyncError && error.kind === 'throttled') ears.throttled();
        throw error;
      }
    };
    const saw = (records: Iterable<Seen>): void => { for (const record of records) ears.saw(record); };
    return {
      name: key,
      holds: (kind) => this.fake.holds(kind),
      changes: async (cursors) => {
        const page = await call('changes', () => this.fake.changes(cursors));
        saw(page.changes.flatMap((change) => (change.what === 'seen' ? [change.record] : [])));
        return page;
      },
      read: async (kind, ids) => {
        const looks = await call(`read ${ids.join(' ')}`, async () => this.#blurred(await this.fake.read(kind, ids)));
        saw([...looks.values()].flatMap((look) => (look.state === 'live' ? [look.record] : [])));
        return looks;
      },
      search: async (kind, probes) => {
        const found = await call('search', () => this.fake.search(kind, probes));
        saw(found);
        return found;
      },
      recall: (kind, lost) => call('recall', () => this.fake.recall(kind, lost)),
      write: (operations, until) => this.#writeAll(actor, operations, ears, until),
    };
  }

  /** One at a time, so that others come in between; once throttled, the rest is not sent. */
  async #writeAll(actor: string, operations: readonly Operation[], ears: Ears, until = Infinity): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    let stop: WriteResult | undefined;
    for (const operation of operations) ears.begins(operation);
    for (const operation of operations) {
      if (this.#scheduler.now > until) stop ??= { ok: false, error: notSent() };
      if (stop) { results.push(stop); continue; }
      ears.writes();
      if (this.#strikes('lostRequest')) { results.push(NO_ANSWER); continue; }
      const deeds: Deed[] = [];
      const write = async (): Promise<WriteResult> => {
        this.#heard = (effect) => { deeds.push(ears.took(effect)); };
        const served = this.fake.write([operation]);
        this.#heard = undefined;
        return (await served)[0] ?? NO_ANSWER;
      };
      const result = await this.#scheduler.call(actor, `${this.profile.key}.${labelOf(operation)}`, write, IN_FLIGHT_MS);
      if (result.ok) for (const deed of deeds) deed.isHeard = true;
      if (!result.ok && result.error.kind === 'throttled') { stop = result; ears.throttled(); }
      results.push(result);
    }
    return results;
  }

  #blurred(looks: ReadonlyMap<string, Look>): ReadonlyMap<string, Look> {
    return new Map([...looks].map(([id, look]) => [id, this.#strikes('unreadable') ? { state: 'unknown' } : look]));
  }

  #callFate(): Fate {
    if (!this.#strikes('refusedCall')) return 'serve';
    if (this.#prng.chance(0.5)) return { kind: 'throttled', details: { code: 'SIM_THROTTLED', retryAfterMs: this.#prng.below(60_000) } };
    return { kind: 'unavailable', details: { code: 'SIM_DOWN' } };
  }

  #writeFate(operation: Operation): Fate {
    const fate = this.#callFate();
    if (fate !== 'serve') return fate;
    const isRefused = operation.op === 'create' && String(operation.fields.familyName ?? operation.fields.subject ?? '').startsWith(REFUSED);
    if (isRefused || this.#strikes('reject')) return { kind: 'invalid', details: { code: 'SIM_INVALID', field: 'jobTitle' } };
    return this.#strikes('lostWrite') ? 'lost' : 'serve';
  }

  #deltaFate(): DeltaFate {
    const { touched } = this.faults;
    const isReordered = this.#prng.chance(0.5);
    return {
      hold: this.#strikes('lag') ? this.#prng.below(3) : 0, again: this.#strikes('replay') ? this.#prng.below(4) : 0, size: PAGE,
      order: (changes) => (isReordered ? this.#prng.shuffled(changes) : changes),
      isBare: () => this.#prng.chance(touched) || this.profile.isBare === true, isForgotten: this.#strikes('forgotten'),
    };
  }

  #strikes(fault: FaultName): boolean {
    const isStruck = this.#prng.chance(this.faults[fault]);
    if (isStruck) this.#scheduler.note(`fault ${fault} on ${this.profile.key}`);
    return isStruck;
  }
}

const NO_ANSWER: WriteResult = { ok: false, error: new SyncError('unavailable', 'no answer', { code: 'SIM_LOST', isOutcomeUnknown: true }) };

function labelOf(operation: Operation): string {
  switch (operation.op) {
    case 'create': return `create ${operation.linkId.slice(0, 4)} ${JSON.stringify(operation.fields)}`;
    case 'update': return `update ${operation.current.id} ${JSON.stringify(operation.patch)}`;
    case 'delete': return `delete ${operation.id}`;
    default: return operation satisfies never;
  }
}
