/** A made-up service with records, a change log and the vendors' bad habits, behind the Side port. */
import { SyncError } from '../../src/engine/errors.ts';
import type { FieldName, Fields, FieldsDraft, Instant, Look, Seen, SideKey } from '../../src/engine/record.ts';
import type { CarryNote, LinkId } from '../../src/engine/link.ts';
import type { Change, ChangePage, Cursors, LostCreation, Operation, Probe, Recall, Side, WriteResult } from '../../src/ports/side.ts';
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import type { Scheduler } from './scheduler.ts';

export interface SimRecord {
  readonly id: string;
  fields: FieldsDraft;
  version: number;
  modifiedAt: Instant;
  readonly createdAt: Instant;
  isDeleted: boolean;
  /** Set on records that sync has made. */
  readonly madeFor?: LinkId;
}

export interface Profile {
  readonly key: SideKey;
  readonly holds: readonly FieldName[];
  /** It can hold our key, and recall finds by it. */
  readonly hasKey: boolean;
  /** A second record with the same key is refused. */
  readonly isKeyUnique: boolean;
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

export class SimService {
  readonly records = new Map<string, SimRecord>();
  readonly made = new Map<LinkId, string[]>();
  readonly profile: Profile;
  faults: Faults;
  writes = 0;
  calls = 0;
  /** Told before each outside write takes effect. */
  onWrite: (operation: Operation, record: SimRecord | undefined) => void = () => undefined;
  readonly #log: string[] = [];
  readonly #prng: Prng;
  readonly #scheduler: Scheduler;
  #born = 0;
  #forgottenBefore = 0;

  constructor(profile: Profile, faults: Faults, prng: Prng, scheduler: Scheduler) {
    this.profile = profile;
    this.faults = faults;
    this.#prng = prng;
    this.#scheduler = scheduler;
  }

  // ---- what people do in the service's own program -------------------------------------------------------------------

  add(fields: Fields, madeFor?: LinkId): SimRecord {
    this.#born += 1;
    const { now } = this.#scheduler;
    const blank = Object.fromEntries(this.profile.holds.map((name) => [name, null]));
    const record: SimRecord = {
      id: `${this.profile.key}${this.#born}`, fields: { ...blank, ...this.#stored(fields).written }, version: 1, modifiedAt: now, createdAt: now, isDeleted: false,
      ...(madeFor === undefined ? {} : { madeFor }),
    };
    this.records.set(record.id, record);
    this.#touch(record);
    return record;
  }

  edit(id: string, fields: Fields): void {
    const record = this.#need(id);
    Object.assign(record.fields, this.#stored(fields).written);
    record.version += 1;
    this.#touch(record);
  }

  remove(id: string): void {
    const record = this.#need(id);
    record.isDeleted = true;
    record.version += 1;
    this.#touch(record);
  }

  live(): SimRecord[] {
    return [...this.records.values()].filter(({ isDeleted }) => !isDeleted);
  }

  /** What the service makes of a value: cut and normalised. */
  stored(field: FieldName, value: Fields[FieldName]): Fields[FieldName] {
    return this.#stored({ [field]: value }).written[field];
  }

  // ---- the port --------------------------------------------------------------------------------------------------------

  /** The side as one actor sees it; `started` is told when that actor begins to write. */
  side(actor: string, started: () => void): Side {
    const call = <T>(label: string, effect: () => T): Promise<T> => this.#scheduler.call(actor, `${this.profile.key}.${label}`, () => {
      this.calls += 1;
      if (this.#prng.chance(this.faults.refusedCall)) throw this.#refusal();
      return effect();
    });
    return {
      name: this.profile.key,
      holds: () => Promise.resolve(new Set(this.profile.holds)),
      changes: (cursors) => call('changes', () => this.#changes(cursors)),
      read: (_, ids) => call(`read ${ids.join(' ')}`, () => new Map(ids.map((id) => [id, this.#look(id)]))),
      search: (_, probes) => call('search', () => this.live().filter((record) => probes.some((probe) => isHit(record, probe))).map((record) => this.#seen(record))),
      recall: (_, lost) => call('recall', () => new Map(lost.map((one) => [one.linkId, this.#recall(one)]))),
      write: async (operations) => {
        started();
        return this.#writeAll(actor, operations);
      },
    };
  }

  #changes(cursors: Cursors): ChangePage {
    const cursor = cursors['log'];
    if (cursor !== undefined && Number(cursor.split(':')[0]) < this.#forgottenBefore) return { changes: [], cursors: {}, hasMore: false, lost: ['log'] };
    if (cursor !== undefined && this.#prng.chance(this.faults.forgotten)) {
      this.#forgottenBefore = this.#log.length + 1;
      return { changes: [], cursors: {}, hasMore: false, lost: ['log'] };
    }
    const from = cursor === undefined ? 0 : Number(cursor.split(':')[1]);
    const start = this.#prng.chance(this.faults.replay) ? Math.max(0, from - this.#prng.below(4)) : from;
    const newest = this.#prng.chance(this.faults.lag) ? Math.max(from, this.#log.length - this.#prng.below(3)) : this.#log.length;
    const end = Math.min(newest, from + PAGE);
    const ids = this.#prng.shuffled([...this.#log.slice(start, end)]);
    const born = Math.max(this.#forgottenBefore, cursor === undefined ? this.#log.length : Number(cursor.split(':')[0]));
    return { changes: ids.flatMap((id) => this.#change(id, cursor === undefined)), cursors: { log: `${born}:${end}` }, hasMore: end < newest, lost: [] };
  }

  /** A page shows what a record is now; a round from nothing does not name what is gone. */
  #change(id: string, isFirst: boolean): Change[] {
    const record = this.#need(id);
    if (record.isDeleted) return isFirst ? [] : [{ what: 'removed', kind: 'contact', id }];
    if (this.#prng.chance(this.faults.touched)) return [{ what: 'touched', kind: 'contact', id }];
    return [{ what: 'seen', record: this.#seen(record) }];
  }

  #look(id: string): Look {
    if (this.#prng.chance(this.faults.unreadable)) return { state: 'unknown' };
    const record = this.records.get(id);
    return record && !record.isDeleted ? { state: 'live', record: this.#seen(record) } : { state: 'gone' };
  }

  #recall({ linkId, startedAt }: LostCreation): Recall {
    if (this.profile.hasKey) return { found: this.live().filter(({ madeFor }) => madeFor === linkId).map((record) => this.#seen(record)), isByKey: true };
    return { found: this.live().filter(({ madeFor, createdAt }) => madeFor !== undefined && createdAt >= startedAt - 1000).map((record) => this.#seen(record)), isByKey: false };
  }

  /** A few at a time, so that others come in between; once throttled, the rest is not sent. */
  async #writeAll(actor: string, operations: readonly Operation[]): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    let stop: SyncError | undefined;
    for (const operation of operations) {
      if (stop) { results.push({ ok: false, error: stop }); continue; }
      const label = `${this.profile.key}.${labelOf(operation)}`;
      if (this.#prng.chance(this.faults.lostRequest)) { results.push({ ok: false, error: lost() }); continue; }
      const result = await this.#scheduler.call(actor, label, () => this.#write(operation), IN_FLIGHT_MS);
      if (!result.ok && result.error.kind === 'throttled') stop = result.error;
      results.push(result);
    }
    return results;
  }

  #write(operation: Operation): WriteResult {
    this.calls += 1;
    if (this.#prng.chance(this.faults.refusedCall)) return { ok: false, error: this.#refusal() };
    if (this.#prng.chance(this.faults.reject)) return { ok: false, error: new SyncError('invalid', 'refused', { code: 'SIM_INVALID', field: 'jobTitle' }) };
    const result = this.#effect(operation);
    return result.ok && this.#prng.chance(this.faults.lostWrite) ? { ok: false, error: lost() } : result;
  }

  #effect(operation: Operation): WriteResult {
    const record = operation.op === 'create' ? undefined : this.records.get(idOf(operation));
    if (operation.op === 'create') return this.#create(operation);
    if (!record || record.isDeleted) return { ok: false, error: new SyncError('gone', 'gone', { code: 'SIM_GONE' }) };
    const version = operation.op === 'update' ? operation.current.version : operation.version;
    if (this.profile.isStrict && version !== String(record.version)) return { ok: false, error: new SyncError('stale', 'stale', { code: 'SIM_STALE' }) };
    this.onWrite(operation, record);
    this.writes += 1;
    if (operation.op === 'delete') { this.remove(record.id); return { ok: true, id: record.id, version: '', written: {}, notes: [] }; }
    const { written, notes } = this.#stored(operation.patch);
    this.edit(record.id, operation.patch);
    return { ok: true, id: record.id, version: this.profile.isStrict ? String(record.version) : '', written, notes };
  }

  #create(operation: Extract<Operation, { op: 'create' }>): WriteResult {
    const known = this.live().find(({ madeFor }) => madeFor === operation.linkId);
    // The connector answers a refused second key with the record that bears it.
    if (this.profile.isKeyUnique && known) return { ok: true, id: known.id, version: '', written: this.#stored(operation.fields).written, notes: [] };
    this.onWrite(operation, undefined);
    this.writes += 1;
    const { written, notes } = this.#stored(operation.fields);
    const record = this.add(operation.fields, operation.linkId);
    this.made.set(operation.linkId, [...this.made.get(operation.linkId) ?? [], record.id]);
    return { ok: true, id: record.id, version: this.profile.isStrict ? '1' : '', written, notes };
  }

  #stored(fields: Fields): { written: Fields; notes: readonly CarryNote[] } {
    const written: FieldsDraft = {};
    const notes: CarryNote[] = [];
    for (const field of Object.keys(fields) as FieldName[]) {
      const value = fields[field];
      if (!this.profile.holds.includes(field)) { notes.push({ field, what: 'notCarried', reason: 'notHeld' }); continue; }
      if (value === undefined) continue;
      if (typeof value !== 'string') { written[field] = value; continue; }
      const normal = this.profile.normalizes ? (field === 'primaryEmail' ? value.toLowerCase() : value.trim()) : value;
      if (normal.length > this.profile.longest) notes.push({ field, what: 'shortened', reason: 'tooLong' });
      written[field] = normal === '' ? null : normal.slice(0, this.profile.longest);
    }
    return { written, notes };
  }

  #seen(record: SimRecord): Seen {
    const { id, version, fields, modifiedAt, createdAt, madeFor } = record;
    return {
      kind: 'contact', id, version: String(version), fields: { ...fields }, modifiedAt, createdAt,
      ...(this.profile.hasKey && madeFor !== undefined ? { linkKey: madeFor } : {}),
      ...(this.profile.key === 'c' ? { owner: { id: 'u1', name: 'Anna', isUser: true } } : {}),
    };
  }

  #touch(record: SimRecord): void {
    record.modifiedAt = this.#scheduler.now;
    this.#log.push(record.id);
  }

  #need(id: string): SimRecord {
    const record = this.records.get(id);
    if (!record) throw new Error(`the simulation knows no record ${id}`);
    return record;
  }

  #refusal(): SyncError {
    if (this.#prng.chance(0.5)) return new SyncError('throttled', 'throttled', { code: 'SIM_THROTTLED', retryAfterMs: this.#prng.below(60_000) });
    return new SyncError('unavailable', 'down', { code: 'SIM_DOWN' });
  }
}

function labelOf(operation: Operation): string {
  switch (operation.op) {
    case 'create': return `create ${operation.linkId.slice(0, 4)} ${JSON.stringify(operation.fields)}`;
    case 'update': return `update ${operation.current.id} ${JSON.stringify(operation.patch)}`;
    case 'delete': return `delete ${operation.id}`;
    default: return operation satisfies never;
  }
}

function idOf(operation: Exclude<Operation, { op: 'create' }>): string {
  return operation.op === 'update' ? operation.current.id : operation.id;
}

function lost(): SyncError {
  return new SyncError('unavailable', 'no answer', { code: 'SIM_LOST', isOutcomeUnknown: true });
}

function isHit({ fields }: SimRecord, { emails, familyName }: Probe): boolean {
  const email = typeof fields.primaryEmail === 'string' ? fields.primaryEmail.toLowerCase() : '';
  return (email !== '' && emails.some((other) => other.toLowerCase() === email)) || (familyName !== undefined && fields.familyName === familyName);
}
