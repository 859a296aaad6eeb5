/** A side of the simulation: the fake side behind gates, with fates drawn from the seed. */
import { SyncError } from '../../src/engine/errors.ts';
import type { FieldName, FieldValue, Look } from '../../src/engine/record.ts';
import type { Operation, Side, WriteResult } from '../../src/ports/side.ts';
import type { Clock } from '../../src/ports/world.ts';
import { FakeSide, type DeltaFate, type Fate } from './fake-side.ts';
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import type { Scheduler } from './scheduler.ts';

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
}

const PAGE = 3;
/** No client waits longer for an answer. */
const IN_FLIGHT_MS = 60_000;

export class SimSide {
  readonly profile: Profile;
  readonly fake: FakeSide;
  faults: Faults;
  readonly #prng: Prng;
  readonly #scheduler: Scheduler;

  constructor(profile: Profile, faults: Faults, prng: Prng, scheduler: Scheduler) {
    this.profile = profile;
    this.faults = faults;
    this.#prng = prng;
    this.#scheduler = scheduler;
    const clock: Clock = { now: () => scheduler.now };
    this.fake = new FakeSide({
      side: profile.key, clock, holds: profile.holds, key: profile.ownKey, isStrict: profile.isStrict, pageSize: PAGE,
      shape: (field, value) => this.stored(field, value), callFate: (call) => (call === 'holds' || call === 'write' ? 'serve' : this.#callFate()),
      writeFate: () => this.#writeFate(), deltaFate: () => this.#deltaFate(),
    });
  }

  /** What the service makes of a value: cut and normalised. */
  stored(field: FieldName, value: FieldValue | null): FieldValue | null {
    if (typeof value !== 'string') return value;
    const { longest, normalizes } = this.profile;
    const normal = normalizes ? (field === 'primaryEmail' ? value.toLowerCase() : value.trim()) : value;
    return normal === '' ? null : normal.slice(0, longest);
  }

  /** The side as one actor sees it; `started` is told when that actor begins to write. */
  side(actor: string, started: () => void): Side {
    const { key } = this.profile;
    const call = <T>(label: string, serve: () => Promise<T>): Promise<T> => this.#scheduler.call(actor, `${key}.${label}`, serve);
    return {
      name: key,
      holds: () => this.fake.holds(),
      changes: (cursors) => call('changes', () => this.fake.changes(cursors)),
      read: (kind, ids) => call(`read ${ids.join(' ')}`, async () => this.#blurred(await this.fake.read(kind, ids))),
      search: (kind, probes) => call('search', () => this.fake.search(kind, probes)),
      recall: (kind, lost) => call('recall', () => this.fake.recall(kind, lost)),
      write: (operations) => {
        started();
        return this.#writeAll(actor, operations);
      },
    };
  }

  /** One at a time, so that others come in between; once throttled, the rest is not sent. */
  async #writeAll(actor: string, operations: readonly Operation[]): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    let stop: WriteResult | undefined;
    for (const operation of operations) {
      if (stop) { results.push(stop); continue; }
      if (this.#prng.chance(this.faults.lostRequest)) { results.push(NO_ANSWER); continue; }
      const write = async (): Promise<WriteResult> => (await this.fake.write([operation]))[0] ?? NO_ANSWER;
      const result = await this.#scheduler.call(actor, `${this.profile.key}.${labelOf(operation)}`, write, IN_FLIGHT_MS);
      if (!result.ok && result.error.kind === 'throttled') stop = result;
      results.push(result);
    }
    return results;
  }

  #blurred(looks: ReadonlyMap<string, Look>): ReadonlyMap<string, Look> {
    return new Map([...looks].map(([id, look]) => [id, this.#prng.chance(this.faults.unreadable) ? { state: 'unknown' } : look]));
  }

  #callFate(): Fate {
    if (!this.#prng.chance(this.faults.refusedCall)) return 'serve';
    if (this.#prng.chance(0.5)) return { kind: 'throttled', details: { code: 'SIM_THROTTLED', retryAfterMs: this.#prng.below(60_000) } };
    return { kind: 'unavailable', details: { code: 'SIM_DOWN' } };
  }

  #writeFate(): Fate {
    const fate = this.#callFate();
    if (fate !== 'serve') return fate;
    if (this.#prng.chance(this.faults.reject)) return { kind: 'invalid', details: { code: 'SIM_INVALID', field: 'jobTitle' } };
    return this.#prng.chance(this.faults.lostWrite) ? 'lost' : 'serve';
  }

  #deltaFate(): DeltaFate {
    const { lag, replay, touched, forgotten } = this.faults;
    return {
      hold: this.#prng.chance(lag) ? this.#prng.below(3) : 0, again: this.#prng.chance(replay) ? this.#prng.below(4) : 0, size: PAGE,
      isReversed: this.#prng.chance(0.5), isBare: this.#prng.chance(touched), isForgotten: this.#prng.chance(forgotten),
    };
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
