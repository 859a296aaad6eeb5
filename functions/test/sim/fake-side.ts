/**
 * A side in memory with a delta log, versions, page sizes and an optional key field: what every real service has in common.
 * It does by itself what services do (cuts, normalises, refuses); all trouble comes from the fates that it is given.
 */
import { SyncError, type ErrorDetails, type ErrorKind } from '../../src/engine/errors.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue, Look, Seen, SideKey } from '../../src/engine/record.ts';
import type { Change, ChangePage, Cursors, LostCreation, Operation, Probe, Recall, Side, WriteResult } from '../../src/ports/side.ts';
import type { Clock } from '../../src/ports/world.ts';

export interface FakeRecord {
  readonly id: string;
  fields: Fields;
  version: number;
  modifiedAt: number;
  isGone: boolean;
  readonly createdAt: number;
  /** The link whose creation made it; absent for what a person made. */
  readonly madeFor?: string;
  owner?: { readonly id: string; readonly name: string; readonly isUser: boolean };
}

/** What the service does with a request. `lost`: it is served, and the reply never arrives. */
export type Fate = 'serve' | 'lost' | { readonly kind: ErrorKind; readonly details: ErrorDetails };

/** How a delta answers: `hold` entries come later, `again` old ones come once more, `size` cuts the page. */
export interface DeltaFate {
  readonly hold: number;
  readonly again: number;
  readonly size: number;
  readonly isReversed: boolean;
  readonly isBare: boolean;
  readonly isForgotten: boolean;
}

export interface FakeSideOptions {
  readonly side: SideKey;
  readonly clock: Clock;
  readonly holds: readonly FieldName[];
  /** Whether creations bear our key: not at all, found by it, or refused twice by it. */
  readonly key: 'none' | 'plain' | 'unique';
  /** True: an update with another version than the present one is refused. */
  readonly isStrict: boolean;
  readonly pageSize: number;
  /** What the server makes of a value. */
  readonly shape?: (field: FieldName, value: FieldValue | null) => FieldValue | null;
  readonly callFate?: (call: keyof Side) => Fate;
  readonly writeFate?: (operation: Operation) => Fate;
  readonly deltaFate?: () => DeltaFate;
  /** A write of ours replaced a value that its look had not shown. */
  readonly onOverwritten?: (id: string, field: FieldName, value: FieldValue | null) => void;
}

const PLAIN: DeltaFate = { hold: 0, again: 0, size: Infinity, isReversed: false, isBare: false, isForgotten: false };
const STREAM = 'contacts';

interface Cursor { readonly log: number; readonly list?: number }

export class FakeSide implements Side {
  readonly name: string;
  readonly records = new Map<string, FakeRecord>();
  /** Ids in the order in which they changed. */
  readonly log: string[] = [];
  readonly calls: Record<'holds' | 'changes' | 'read' | 'search' | 'recall' | 'write', number> = { holds: 0, changes: 0, read: 0, search: 0,
    recall: 0, write: 0 };
  /** Operations that took effect. */
  writes = 0;
  readonly #options: FakeSideOptions;
  readonly #held: ReadonlySet<FieldName>;

  constructor(options: FakeSideOptions) {
    this.#options = options;
    this.#held = new Set(options.holds);
    this.name = options.side === 'm' ? 'Mailbox' : 'Crm';
  }

  // ---- what people do --------------------------------------------------------------------------------------------

  add(fields: Fields, owner?: FakeRecord['owner']): string { return this.#make(fields, undefined, owner); }

  edit(id: string, patch: Fields): void {
    const record = this.#of(id);
    this.#touch(record, { ...record.fields, ...this.#shaped(patch) });
  }

  remove(id: string): void {
    const record = this.#of(id);
    record.isGone = true;
    this.#touch(record, record.fields);
  }

  live(): readonly FakeRecord[] { return [...this.records.values()].filter(({ isGone }) => !isGone); }

  get total(): number { return Object.values(this.calls).reduce((sum, count) => sum + count, 0); }

  // ---- what the app asks -----------------------------------------------------------------------------------------

  holds(): Promise<ReadonlySet<FieldName>> {
    return this.#call('holds', () => this.#held);
  }

  changes(cursors: Cursors): Promise<ChangePage> {
    return this.#call('changes', () => this.#page(cursors[STREAM]));
  }

  read(_kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
    return this.#call('read', () => new Map(ids.map((id) => [id, this.#look(id)])));
  }

  search(_kind: string, probes: readonly Probe[]): Promise<readonly Seen[]> {
    return this.#call('search', () => {
      const emails = new Set(probes.flatMap((probe) => probe.emails.map((email) => email.toLowerCase())));
      const names = new Set(probes.flatMap(({ familyName }) => (familyName === undefined ? [] : [familyName.toLowerCase()])));
      return this.live().filter(({ fields }) => emails.has(lower(fields.primaryEmail))
        || names.has(lower(fields.familyName))).map((record) => this.seen(record));
    });
  }

  recall(_kind: string, lost: readonly LostCreation[]): Promise<ReadonlyMap<string, Recall>> {
    const isByKey = this.#options.key !== 'none';
    return this.#call('recall', () => new Map(lost.map(({ linkId, payload, startedAt }) => {
      const found = this.live().filter((record) => (isByKey ? record.madeFor === linkId
        : record.createdAt >= startedAt && lower(record.fields.primaryEmail) === lower(payload.primaryEmail)));
      return [linkId, { found: found.map((record) => this.seen(record)), isByKey }];
    })));
  }

  write(operations: readonly Operation[]): Promise<readonly WriteResult[]> {
    return this.#call('write', () => {
      let stop: SyncError | undefined;
      return operations.map((operation): WriteResult => {
        if (stop) return { ok: false, error: stop };
        const fate = this.#options.writeFate?.(operation) ?? 'serve';
        if (typeof fate === 'object') {
          const error = errorOf(fate);
          if (SERVICE.has(fate.kind)) stop = error;
          return { ok: false, error };
        }
        const answer = this.#apply(operation);
        return fate === 'lost' && answer.ok ? { ok: false, error: LOST() } : answer;
      });
    });
  }

  seen(record: FakeRecord): Seen {
    const fields: FieldsDraft = {};
    for (const field of this.#held) fields[field] = record.fields[field] ?? null;
    return {
      kind: 'contact', id: record.id, version: String(record.version), fields, modifiedAt: record.modifiedAt, createdAt: record.createdAt,
      ...(this.#options.key !== 'none' && record.madeFor !== undefined ? { linkKey: record.madeFor } : {}),
      ...(record.owner ? { owner: record.owner } : {}),
    };
  }

  // ---- inside ----------------------------------------------------------------------------------------------------

  #call<T>(call: keyof FakeSide['calls'], serve: () => T): Promise<T> {
    this.calls[call] += 1;
    const fate = this.#options.callFate?.(call) ?? 'serve';
    if (typeof fate === 'object') return Promise.reject(errorOf(fate));
    const answer = serve();
    // A lost reply of a whole write is an answer for each operation (ports/side.ts): it never throws after it was sent.
    if (fate !== 'lost') return Promise.resolve(answer);
    return call === 'write' ? Promise.resolve((answer as readonly WriteResult[]).map((each) => (each.ok ? { ok: false, error: LOST() } : each)) as T)
      : Promise.reject(LOST());
  }

  #page(stored: string | undefined): ChangePage {
    const fate = this.#options.deltaFate?.() ?? PLAIN;
    if (stored !== undefined && fate.isForgotten) return { changes: [], cursors: {}, hasMore: false, lost: [STREAM] };
    const cursor = stored === undefined ? { log: this.log.length, list: 0 } : JSON.parse(stored) as Cursor;
    return cursor.list === undefined ? this.#delta(cursor.log, fate) : this.#listing(cursor.log, cursor.list, fate);
  }

  #listing(log: number, from: number, fate: DeltaFate): ChangePage {
    const ids = [...this.records.keys()];
    const to = Math.min(from + Math.min(this.#options.pageSize, fate.size), ids.length);
    const live = ids.slice(from, to).filter((id) => !this.#of(id).isGone);
    const hasMore = to < ids.length;
    return { changes: this.#changes(live, fate), cursors: { [STREAM]: JSON.stringify(hasMore ? { log, list: to } : { log }) }, hasMore, lost: [] };
  }

  #delta(from: number, fate: DeltaFate): ChangePage {
    const end = Math.max(from, this.log.length - fate.hold);
    const to = Math.min(end, from + Math.min(this.#options.pageSize, fate.size));
    const ids = [...new Set(this.log.slice(Math.max(0, from - fate.again), to))];
    return { changes: this.#changes(ids, fate), cursors: { [STREAM]: JSON.stringify({ log: to }) }, hasMore: to < end, lost: [] };
  }

  #changes(ids: readonly string[], fate: DeltaFate): readonly Change[] {
    // A delta names what the user owns, a search whatever he may read.
    const changes = ids.map((id) => this.#of(id)).filter(({ owner }) => owner?.isUser !== false).map((record): Change => {
      const { id } = record;
      if (record.isGone) return { what: 'removed', kind: 'contact', id };
      return fate.isBare ? { what: 'touched', kind: 'contact', id } : { what: 'seen', record: this.seen(record) };
    });
    return fate.isReversed ? changes.reverse() : changes;
  }

  #look(id: string): Look {
    const record = this.records.get(id);
    return record && !record.isGone ? { state: 'live', record: this.seen(record) } : { state: 'gone' };
  }

  #apply(operation: Operation): WriteResult {
    if (operation.op === 'create') return this.#create(operation.linkId, operation.fields);
    if (operation.op === 'delete') throw new Error('nothing is ever deleted');
    const { current, patch } = operation;
    const record = this.records.get(current.id);
    if (!record || record.isGone) return refused('gone', 'GONE');
    if (this.#options.isStrict && String(record.version) !== current.version) return refused('stale', 'STALE');
    const written = this.#shaped(patch);
    for (const field of Object.keys(written) as FieldName[]) {
      const before = record.fields[field] ?? null;
      if (before !== (current.fields[field] ?? null)) this.#options.onOverwritten?.(record.id, field, before);
    }
    this.#touch(record, { ...record.fields, ...written });
    this.writes += 1;
    return { ok: true, id: record.id, version: this.#options.isStrict ? String(record.version) : '', written, notes: [] };
  }

  #create(linkId: string, fields: Fields): WriteResult {
    const known = this.#options.key === 'unique' ? this.live().find((record) => record.madeFor === linkId) : undefined;
    const written = this.#shaped(fields);
    if (known) return { ok: true, id: known.id, version: '', written, notes: [] };
    const id = this.#make(fields, linkId);
    this.writes += 1;
    return { ok: true, id, version: this.#options.isStrict ? '1' : '', written, notes: [] };
  }

  #make(fields: Fields, madeFor?: string, owner?: FakeRecord['owner']): string {
    const now = this.#options.clock.now();
    const id = `${this.#options.side}-${String(this.records.size + 1).padStart(5, '0')}`;
    this.records.set(id, {
      id, fields: this.#shaped(fields), version: 1, modifiedAt: now, createdAt: now, isGone: false,
      ...(madeFor === undefined ? {} : { madeFor }), ...(owner ? { owner } : {}),
    });
    this.log.push(id);
    return id;
  }

  #touch(record: FakeRecord, fields: Fields): void {
    record.fields = fields;
    record.version += 1;
    record.modifiedAt = this.#options.clock.now();
    this.log.push(record.id);
  }

  /** Only what the side holds, as it shows it. */
  #shaped(fields: Fields): Fields {
    const shaped: FieldsDraft = {};
    for (const field of Object.keys(fields) as FieldName[]) {
      const value = fields[field] ?? null;
      if (this.#held.has(field)) shaped[field] = this.#options.shape?.(field, value) ?? value;
    }
    return shaped;
  }

  #of(id: string): FakeRecord {
    const record = this.records.get(id);
    if (!record) throw new Error(`there is no record ${id}`);
    return record;
  }
}

const SERVICE: ReadonlySet<ErrorKind> = new Set(['throttled', 'quota', 'credentialsRejected']);

const errorOf = ({ kind, details }: Exclude<Fate, string>): SyncError => new SyncError(kind, 'the service refuses', details);
const LOST = (): SyncError => new SyncError('unavailable', 'no reply arrived', { code: 'LOST', isOutcomeUnknown: true });
const refused = (kind: ErrorKind, code: string): WriteResult => ({ ok: false, error: new SyncError(kind, 'the service refuses', { code }) });
const lower = (value: FieldValue | null | undefined): string => (typeof value === 'string' && value !== '' ? value.toLowerCase() : '\u0000');
