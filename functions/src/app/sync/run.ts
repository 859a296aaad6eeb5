/** One run over one mailbox: what it holds in memory, and the fence through which every write to the store goes. */
import { DEFAULT_RULES, type Holds, type Rules } from '../../engine/fields.ts';
import { createForms, type Forms } from '../../engine/forms.ts';
import { SyncError } from '../../engine/errors.ts';
import type { JournalAction, JournalEntry, Link, LinkId, Todo } from '../../engine/link.ts';
import type { Instant, Kind, Look, SideKey } from '../../engine/record.ts';
import type { Stamp } from '../../engine/settle.ts';
import type { Side } from '../../ports/side.ts';
import { Conflict } from '../../ports/table.ts';
import type { RowChange } from '../../ports/table.ts';
import type { Sealer } from '../../ports/world.ts';
import { digestOf } from '../../store/codec.ts';
import { headChange } from '../../store/control-store.ts';
import { keys, userPartition } from '../../store/keys.ts';
import { BATCH_BYTES, BATCH_ROWS, changeBytes } from '../../store/limits.ts';
import { entriesChange, runChange, type EntryIds, type RunRecord } from '../../store/journal.ts';
import type { PackedRows } from '../../store/packed-rows.ts';
import type { Control, Head } from '../control.ts';
import type { Services } from '../services.ts';
import type { Former } from './former.ts';
import { leaseOf, RUN_MS } from './limits.ts';
import { SideIndex } from './side-index.ts';

/** Another runner took the lease, or the fate of our last batch is unknown: nothing may be sent any more. */
export class LostLease extends Error {
  override readonly name = 'LostLease';
  /** Nobody else is known to go on: somebody must be told to, once the lease is over. */
  readonly isOrphan: boolean;

  constructor(message: string, isOrphan: boolean, cause?: unknown) {
    super(message, { cause });
    this.isOrphan = isOrphan;
  }
}

export type Trigger = RunRecord['trigger'];

/** A todo as this run knows it. */
export interface OpenTodo {
  todo: Todo;
  etag: string;
  /** Inserted by this run from a page it had just read: the page is then the fresh look (sync-engine, 2.3). */
  isFresh: boolean;
}

/** Changes that must be stored in one batch, and what to remember once they are. */
export interface Group {
  readonly changes: readonly RowChange[];
  readonly entries: readonly (JournalEntry & { readonly ids: EntryIds; readonly name?: string })[];
  /** Live links made less links ended: the head counts them in the same batch. */
  readonly gained?: { readonly kind: Kind; readonly count: number };
  /** Told the new etags; called once the batch is committed. */
  done?(etags: ReadonlyMap<string, string>): void;
}

/** What the sides hold of each kind; both empty for a kind that is not synced. */
export type HoldsByKind = Readonly<Record<Kind, Holds>>;

export interface RunParts {
  readonly services: Services;
  readonly control: Control;
  readonly sides: Readonly<Record<SideKey, Side>>;
  readonly holds: HoldsByKind;
  readonly sealer: Sealer;
  readonly trigger: Trigger;
}

export class Run {
  readonly services: Services;
  readonly control: Control;
  readonly sides: Readonly<Record<SideKey, Side>>;
  readonly holds: HoldsByKind;
  readonly sealer: Sealer;
  readonly rules: Readonly<Record<Kind, Rules>> = DEFAULT_RULES;
  readonly forms: Forms;
  /** `organization/user`: the context in which this user's rows are sealed. */
  readonly owner: string;
  readonly partition: string;
  readonly startedAt: Instant;
  readonly id: string;
  readonly todos = new Map<LinkId, OpenTodo>();
  /** Links by id, as far as this run has read or written them. */
  readonly links = new Map<LinkId, Link>();
  /** Link ids of which it is known that there is no link. */
  readonly unlinked = new Set<LinkId>();
  readonly looks: Record<SideKey, Map<string, Look>> = { m: new Map(), c: new Map() };
  readonly index: Readonly<Record<SideKey, SideIndex>> = { m: new SideIndex('m'), c: new SideIndex('c') };
  /** All link rows unopened, except those that this run has written since: read once, when a run needs many. */
  linkRows: PackedRows | undefined;
  /** Pairs of the mailbox before, by kind, once they were needed (former.ts). */
  readonly former = new Map<Kind, readonly Former[]>();
  /** Rows of links and index that this run asked for one by one (rows.ts). */
  asked = 0;
  /** Creations whose confirming look (R11) was a page of this run. */
  readonly confirmed = new Set<LinkId>();
  head: Head;
  changed = 0;
  /** Sides that this run has written to. */
  readonly wrote = new Set<SideKey>();
  readonly #trigger: Trigger;
  readonly #counts: Partial<Record<JournalAction, number>> = {};
  readonly #blamed = new WeakMap<SyncError, SideKey>();
  #headEtag: string;
  #entries = 0;
  #hasRow = false;

  constructor(parts: RunParts, head: Head, headEtag: string, startedAt: Instant, id: string) {
    this.services = parts.services;
    this.control = parts.control;
    this.sides = { m: this.#watched('m', parts.sides.m), c: this.#watched('c', parts.sides.c) };
    this.holds = parts.holds;
    this.sealer = parts.sealer;
    this.#trigger = parts.trigger;
    this.forms = createForms(parts.control.config.region, digestOf);
    this.owner = `${parts.control.config.organization}/${parts.control.userId}`;
    this.partition = userPartition(parts.control.userId);
    this.head = head;
    this.#headEtag = headEtag;
    this.startedAt = startedAt;
    this.id = id;
  }

  /** The side that threw this error, when it was one. */
  blame(error: SyncError): SideKey | undefined { return this.#blamed.get(error); }

  get now(): Instant { return this.services.clock.now(); }

  get isLate(): boolean { return this.now - this.startedAt > RUN_MS; }

  stamp(kind: Kind): Stamp { return { holds: this.holds[kind], forms: this.forms, now: this.now, epoch: this.head.epoch }; }

  get linkCount(): number { return Object.values(this.head.links).reduce((sum, count) => sum + count, 0); }

  /** What the storage's clock leaves of our lease. */
  get leaseLeftMs(): number { return this.head.leaseUntil - this.services.state.now(); }

  /** One batch with the head in it: a runner whose lease was taken is refused by the storage itself. */
  async commit(changes: readonly RowChange[], head: Partial<Head> = {}): Promise<ReadonlyMap<string, string>> {
    const next: Head = { ...this.head, leaseUntil: this.services.state.now() + leaseOf(this.services).lengthMs, ...head };
    let etags: ReadonlyMap<string, string>;
    try {
      etags = await this.services.state.batch(this.partition, [headChange(next, this.#headEtag), ...changes]);
    } catch (error) {
      if (error instanceof SyncError && error.details.isOutcomeUnknown) throw new LostLease('the fate of a batch is unknown', true, error);
      if (!(error instanceof Conflict)) throw error;
      if (error.index === 0) throw new LostLease('another runner has the lease', false, error);
      throw new Conflict(error.index - 1);
    }
    this.head = next;
    this.#headEtag = etags.get(keys.head) ?? '';
    return etags;
  }

  /** Stores groups in as few batches as fit. A group whose condition fails is answered; the others are stored. */
  async store(groups: readonly Group[]): Promise<readonly Group[]> {
    const refused: Group[] = [];
    for (const batch of packed(groups)) await this.#storeBatch(batch, refused);
    return refused;
  }

  async #storeBatch(groups: readonly Group[], refused: Group[]): Promise<void> {
    let open = groups;
    while (open.length > 0) {
      const changes = open.flatMap((group) => group.changes);
      const entries = open.flatMap((group) => group.entries);
      try {
        const etags = await this.commit([...changes, ...this.#journal(entries)], this.#counted(open));
        this.#note(entries);
        for (const group of open) group.done?.(etags);
        return;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        const failed = groupAt(open, error.index);
        if (!failed) throw error;
        refused.push(failed);
        open = open.filter((group) => group !== failed);
      }
    }
  }

  #counted(groups: readonly Group[]): Partial<Head> {
    const links = { ...this.head.links };
    for (const { gained } of groups) if (gained) links[gained.kind] += gained.count;
    return groups.some(({ gained }) => gained && gained.count !== 0) ? { links } : {};
  }

  /** The summary row of this run; also written at its end. */
  record(endedAt?: Instant, error?: RunRecord['error']): RunRecord {
    return {
      id: this.id, startedAt: this.startedAt, trigger: this.#trigger, counts: { ...this.#counts },
      ...(endedAt === undefined ? {} : { endedAt }), ...(error === undefined ? {} : { error }),
    };
  }

  get hasRow(): boolean { return this.#hasRow; }

  /** Remembers which side an error came from: both are asked at the same time, and only the asker can tell. */
  #watched(key: SideKey, side: Side): Side {
    const watch = <Words extends unknown[], Answer>(ask: (...words: Words) => Promise<Answer>) => async (...words: Words): Promise<Answer> => {
      try {
        return await ask(...words);
      } catch (error) {
        if (error instanceof SyncError) this.#blamed.set(error, key);
        throw error;
      }
    };
    return {
      name: side.name, holds: watch((kind) => side.holds(kind)), changes: watch((cursors) => side.changes(cursors)),
      read: watch((kind, ids) => side.read(kind, ids)), search: watch((kind, probes) => side.search(kind, probes)),
      recall: watch((kind, lost) => side.recall(kind, lost)),
      write: watch(async (operations, until) => {
        const answers = await side.write(operations, until);
        for (const answer of answers) if (!answer.ok) this.#blamed.set(answer.error, key);
        return answers;
      }),
    };
  }

  #journal(entries: Group['entries']): readonly RowChange[] {
    if (entries.length === 0) return [];
    const counts = { ...this.#counts };
    for (const { action } of entries) counts[action] = (counts[action] ?? 0) + 1;
    return [
      entriesChange(this, this.#entries, entries),
      runChange({ ...this.record(), counts }),
    ];
  }

  #note(entries: Group['entries']): void {
    if (entries.length === 0) return;
    this.#entries += 1;
    this.#hasRow = true;
    for (const { action, side } of entries) {
      this.#counts[action] = (this.#counts[action] ?? 0) + 1;
      if (action !== 'insert' && action !== 'update' && action !== 'delete') continue;
      this.changed += 1;
      if (side) this.wrote.add(side);
    }
  }
}

/** Room for the head, the run's row and the packed journal in each batch. */
const OWN_ROWS = 3;

function packed(groups: readonly Group[]): Group[][] {
  const batches: Group[][] = [];
  const keys = new Set<string>();
  let rows = Infinity;
  let bytes = 0;
  for (const group of groups) {
    const size = group.changes.reduce((sum, change) => sum + changeBytes(change), 0);
    // Two groups may touch one row, for example an index row: a batch changes each row once.
    if (rows + group.changes.length > BATCH_ROWS - OWN_ROWS || bytes + size > BATCH_BYTES || group.changes.some(({ key }) => keys.has(key))) {
      batches.push([]);
      keys.clear();
      rows = 0;
      bytes = 0;
    }
    for (const { key } of group.changes) keys.add(key);
    batches.at(-1)?.push(group);
    rows += group.changes.length;
    bytes += size;
  }
  return batches;
}

function groupAt(groups: readonly Group[], index: number): Group | undefined {
  let end = 0;
  return groups.find((group) => { end += group.changes.length; return index < end; });
}
