/**
 * A side in memory with a delta log, versions, page sizes and an optional key field: what every real service has in common.
 * It does by itself what services do (cuts, normalises, refuses); all trouble comes from the fates that it is given.
 */
import type { SyncError } from '../../src/engine/errors.ts';
import { fieldNames } from '../../src/engine/fields.ts';
import type { FieldName, Fields, FieldsDraft, Kind, Look, Seen } from '../../src/engine/record.ts';
import type { Change, ChangePage, Cursors, LostCreation, Operation, Probe, Recall, Side, WriteResult } from '../../src/ports/side.ts';
import { cursorOf, errorOf, isMeant, LOST, refused, SERVICE, type Cursor } from './fake-answers.ts';
import { PLAIN_DELTA, type DeltaFate, type FakeRecord, type FakeSideOptions } from './fake-record.ts';
import { isBeyond } from './horizon.ts';

const STREAM = 'all';

export class FakeSide implements Side {
  readonly name: string;
  readonly records: Map<string, FakeRecord>;
  /** Ids in the order in which they changed. */
  readonly log: string[];
  readonly calls: Record<'holds' | 'changes' | 'read' | 'search' | 'recall' | 'write', number> = { holds: 0, changes: 0, read: 0, search: 0,
    recall: 0, write: 0 };
  /** Operations that took effect; records that sync deleted. */
  writes = 0;
  deletions = 0;
  pageSize: number;
  readonly #options: FakeSideOptions;
  readonly #held: ReadonlySet<FieldName>;
  /** The last place of each record in the log. */
  readonly #lastChange: Map<string, number>;

  constructor(options: FakeSideOptions) {
    this.#options = options;
    this.#held = new Set(options.holds);
    this.records = options.shares?.records ?? new Map<string, FakeRecord>();
    this.log = options.shares?.log ?? [];
    this.#lastChange = options.shares ? options.shares.#lastChange : new Map<string, number>();
    this.pageSize = options.pageSize;
    this.name = options.name ?? (options.side === 'm' ? 'Mailbox' : 'Crm');
  }

  add(fields: Fields, owner?: FakeRecord['owner'], kind: Kind = 'contact'): string {
    return this.#make(kind, fields, { ...(owner ? { owner } : {}) });
  }

  /** A record as a test words it, under its own id; it replaces the one that was there. */
  put({ kind, id, version, fields, owner, ...more }: Seen): void {
    const now = this.#options.clock.now();
    const record: FakeRecord = {
      id, kind, fields, version: Number(version), modifiedAt: now, createdAt: now, isGone: false, more, ...(owner ? { owner } : {}),
    };
    this.records.set(id, record);
    this.#changed(id);
  }

  edit(id: string, patch: Fields, by?: string): void {
    const record = this.of(id);
    if (by !== undefined) record.by = by;
    this.#touch(record, { ...record.fields, ...this.#shaped(record.kind, patch) });
  }

  remove(id: string, by?: string): void { this.#become(id, { isGone: true, ...(by === undefined ? {} : { by }) }); }
  /** Out of the recycle bin, under its old id. */
  restore(id: string): void { this.#become(id, { isGone: false }); }
  /** The loser of a merge lives on as the survivor, which keeps its own values. */
  merge(loser: string, survivor: string): void {
    this.#become(loser, { isGone: true, movedTo: survivor });
    this.#become(survivor, {});
  }

  hide(id: string, isHidden: boolean): void { this.#become(id, { isHidden }); }
  leave(id: string, isAway: boolean): void { this.#become(id, { isAway }); }
  /** From here on it is another user's. */
  hand(id: string, user: string): void { this.#become(id, { owner: { id: user, name: user, isUser: false } }); }

  /** An event came into the window or left it: a delta tells, although nobody touched it. */
  pass(id: string): void { this.#changed(id); }

  /** True for events beyond the window. */
  isOutside(record: FakeRecord): boolean {
    return this.#options.window !== undefined && isBeyond(record, this.#options.window());
  }

  /** The user's own, where there are others. */
  isOwn({ owner }: FakeRecord): boolean { return this.#options.user === undefined ? owner?.isUser !== false : owner?.id === this.#options.user; }

  /** A new version of the same content. */
  stir(id: string): void { this.#become(id, {}); }

  live(): readonly FakeRecord[] { return [...this.records.values()].filter((record) => !record.isGone && record.isHidden !== true); }

  get total(): number { return Object.values(this.calls).reduce((sum, count) => sum + count, 0); }

  /** True when a reader at this cursor has been told of everything that happened to the record so far. */
  isPassed(id: string, cursor: Cursor): boolean {
    const isListed = cursor.list === undefined || [...this.records.keys()].indexOf(id) < cursor.list;
    return isListed && (this.#lastChange.get(id) ?? 0) < cursor.log;
  }

  holds(kind: Kind): Promise<ReadonlySet<FieldName>> {
    return this.#call('holds', () => new Set(this.#namesOf(kind)));
  }

  changes(cursors: Cursors): Promise<ChangePage> {
    return this.#call('changes', () => this.#page(cursors[STREAM]));
  }

  read(_kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
    return this.#call('read', () => new Map(ids.map((id) => [id, this.look(id)])));
  }

  /** Within the stream's own folder. Of events and tasks only the user's own, of people everybody he may read. */
  search(kind: Kind, probes: readonly Probe[]): Promise<readonly Seen[]> {
    return this.#call('search', () => {
      const isSeen = (record: FakeRecord): boolean => kind === 'contact' || this.#options.user === undefined || this.isOwn(record);
      const present = this.#indexed(kind).filter((record) => record.isAway !== true && isSeen(record));
      return present.filter((record) => isMeant(record, probes)).map((record) => this.seen(record));
    });
  }

  /** With a key exactly what bears it; without one all of the user's own that was made since: the engine judges by the key fields. */
  recall(kind: Kind, lost: readonly LostCreation[]): Promise<ReadonlyMap<string, Recall>> {
    const isByKey = this.#options.key !== 'none';
    return this.#call('recall', () => new Map(lost.map(({ linkId, startedAt }) => {
      const found = this.#indexed(kind).filter((record) => (isByKey ? record.madeFor === linkId : record.createdAt >= startedAt && this.isOwn(record)));
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
    for (const field of this.#namesOf(record.kind)) fields[field] = record.fields[field] ?? null;
    return {
      kind: record.kind, id: record.id, version: String(record.version), fields: record.more ? record.fields : fields, modifiedAt: record.modifiedAt,
      createdAt: record.createdAt, ...(this.#options.key !== 'none' && record.madeFor !== undefined ? { linkKey: record.madeFor } : {}),
      ...(record.by === undefined ? {} : { modifiedBy: record.by }),
      ...(record.owner ? { owner: { ...record.owner, isUser: this.isOwn(record) } } : {}), ...(this.isOutside(record) ? { isOutside: true } : {}),
      ...record.marks, ...record.more,
    };
  }

  look(id: string): Look {
    const record = this.records.get(id);
    if (record?.movedTo !== undefined) return { state: 'moved', to: record.movedTo };
    if (!record || record.isGone) return { state: 'gone', ...(record?.by === undefined ? {} : { by: record.by }) };
    return record.isHidden === true ? { state: 'hidden' } : { state: 'live', record: this.seen(record) };
  }

  of(id: string): FakeRecord {
    const record = this.records.get(id);
    if (!record) throw new Error(`there is no record ${id}`);
    return record;
  }

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
    const fate = this.#options.deltaFate?.() ?? PLAIN_DELTA;
    if (stored !== undefined && fate.isForgotten) return { changes: [], cursors: {}, hasMore: false, lost: [STREAM] };
    const cursor = stored === undefined ? { log: this.log.length, list: 0 } : cursorOf(stored);
    return cursor.list === undefined ? this.#delta(cursor.log, fate) : this.#listing(cursor.log, cursor.list, fate);
  }

  #listing(log: number, from: number, fate: DeltaFate): ChangePage {
    const ids = [...this.records.keys()];
    const to = Math.min(from + Math.min(this.pageSize, fate.size), ids.length);
    const live = ids.slice(from, to).filter((id) => this.#isListed(this.of(id)));
    const hasMore = to < ids.length;
    return { changes: this.#changes(live, fate), cursors: { [STREAM]: JSON.stringify(hasMore ? { log, list: to } : { log }) }, hasMore, lost: [] };
  }

  #delta(from: number, fate: DeltaFate): ChangePage {
    const end = Math.max(from, this.log.length - fate.hold);
    const to = Math.min(end, from + Math.min(this.pageSize, fate.size));
    const ids = [...new Set(this.log.slice(Math.max(0, from - fate.again), to))];
    return { changes: this.#changes(ids, fate), cursors: { [STREAM]: JSON.stringify({ log: to }) }, hasMore: to < end, lost: [] };
  }

  #changes(ids: readonly string[], fate: DeltaFate): readonly Change[] {
    // A delta names what the user owns, a search whatever he may read.
    return fate.order(ids.map((id) => this.of(id)).filter((record) => this.isOwn(record)).map((record): Change => {
      const { id, kind } = record;
      if (!this.#isListed(record)) return { what: 'removed', kind, id };
      return fate.isBare(id) ? { what: 'touched', kind, id } : { what: 'seen', record: this.seen(record) };
    }));
  }

  /** A calendar's view says nothing of what lies beyond it; a CRM is asked for what changed, wherever it lies. */
  #isBeyond(record: FakeRecord): boolean { return this.#options.side === 'm' && this.isOutside(record); }

  #isListed(record: FakeRecord): boolean {
    const isThere = !record.isGone && record.isHidden !== true && record.isAway !== true;
    return isThere && !this.#isBeyond(record);
  }

  #indexed(kind: Kind): readonly FakeRecord[] {
    const newest = this.#options.clock.now() - (this.#options.lagMs?.() ?? 0);
    return this.live().filter((record) => record.kind === kind && record.createdAt <= newest);
  }

  #apply(operation: Operation): WriteResult {
    if (operation.op === 'create') return this.#create(operation);
    const { id, version } = operation.op === 'delete' ? operation : operation.current;
    const record = this.records.get(id);
    if (!record || record.isGone) return refused('gone', 'GONE');
    if (record.isHidden === true) return refused('denied', 'HIDDEN');
    if (this.#options.isStrict && String(record.version) !== version) return refused('stale', 'STALE');
    const before = record.fields;
    if (operation.op === 'delete') {
      this.deletions += 1;
      this.remove(id);
    } else {
      this.#touch(record, { ...record.fields, ...this.#shaped(record.kind, operation.patch) });
    }
    return this.#done(operation, record, before);
  }

  #create(operation: Extract<Operation, { op: 'create' }>): WriteResult {
    const { linkId, kind, fields } = operation;
    const known = this.#options.key === 'unique' ? this.live().find((record) => record.madeFor === linkId) : undefined;
    if (known) return { ok: true, id: known.id, version: '', written: this.#shaped(kind, fields), notes: [] };
    return this.#done(operation, this.of(this.#make(kind, fields, { madeFor: linkId })), {});
  }

  #done(operation: Operation, record: FakeRecord, before: Fields): WriteResult {
    this.writes += 1;
    const sent: Fields = operation.op === 'delete' ? {} : operation.op === 'create' ? operation.fields : operation.patch;
    const written: FieldsDraft = {};
    for (const field of Object.keys(sent) as FieldName[]) if (this.#held.has(field)) written[field] = record.fields[field] ?? null;
    this.#options.onWritten?.({ operation, id: record.id, before, after: written });
    return { ok: true, id: record.id, version: this.#options.isStrict ? String(record.version) : '', written, notes: [] };
  }

  #make(kind: Kind, fields: Fields, more: Partial<FakeRecord>): string {
    const now = this.#options.clock.now();
    const { side, prefix = side, user } = this.#options;
    const id = `${prefix}-${String(this.records.size + 1).padStart(5, '0')}`;
    const owner = user === undefined ? {} : { owner: { id: user, name: user, isUser: false } };
    this.records.set(id, { id, kind, fields: this.#shaped(kind, fields), version: 1, modifiedAt: now, createdAt: now, isGone: false, ...owner, ...more });
    this.#changed(id);
    return id;
  }

  #become(id: string, change: Partial<FakeRecord>): void {
    const record = Object.assign(this.of(id), change);
    this.#touch(record, record.fields);
  }

  #touch(record: FakeRecord, fields: Fields): void {
    const wasBeyond = this.#isBeyond(record);
    record.fields = fields;
    record.version += 1;
    record.modifiedAt = this.#options.clock.now();
    if (!wasBeyond || !this.#isBeyond(record)) this.#changed(record.id);
  }

  #changed(id: string): void {
    this.#lastChange.set(id, this.log.length);
    this.log.push(id);
  }

  #namesOf(kind: Kind): readonly FieldName[] {
    return fieldNames(kind).filter((field) => this.#held.has(field));
  }

  /** Only what the side holds, as it shows it. */
  #shaped(kind: Kind, fields: Fields): Fields {
    const shaped: FieldsDraft = {};
    for (const field of this.#namesOf(kind)) {
      const value = fields[field];
      if (value !== undefined) shaped[field] = this.#options.shape?.(field, value) ?? value;
    }
    return shaped;
  }
}
