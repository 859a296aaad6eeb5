/** A table in memory with the service's own rules: atomic batches, etags, sizes. For tests and the simulation. */
import { SyncError } from '../engine/errors.ts';
import { Conflict } from '../ports/table.ts';
import type { Cell, Row, RowChange, Table } from '../ports/table.ts';
import { assertBatch } from './limits.ts';

interface Stored { readonly etag: string; readonly cells: Readonly<Record<string, Cell>> }

export interface MemoryTableOptions {
  readonly now?: () => number;
  /** Asked before each request; 'lostReply' commits and then fails, 'fail' fails before. */
  readonly fate?: (request: 'get' | 'range' | 'batch') => 'serve' | 'fail' | 'lostReply';
}

export class MemoryTable implements Table {
  readonly counts = { reads: 0, writes: 0 };
  readonly #partitions = new Map<string, Map<string, Stored>>();
  readonly #options: MemoryTableOptions;
  #etag = 0;

  constructor(options: MemoryTableOptions = {}) {
    this.#options = options;
  }

  now(): number {
    return this.#options.now?.() ?? 0;
  }

  get(partition: string, key: string): Promise<Row | null> {
    this.#meet('get');
    this.counts.reads += 1;
    const stored = this.#partitions.get(partition)?.get(key);
    return Promise.resolve(stored ? { partition, key, ...stored } : null);
  }

  range(partition: string, from: string, to: string, limit = 1000): Promise<readonly Row[]> {
    this.#meet('range');
    this.counts.reads += 1;
    const rows = [...this.#partitions.get(partition) ?? []].filter(([key]) => key >= from && key < to);
    rows.sort(([a], [b]) => (a < b ? -1 : 1));
    return Promise.resolve(rows.slice(0, limit).map(([key, stored]) => ({ partition, key, ...stored })));
  }

  batch(partition: string, changes: readonly RowChange[]): Promise<ReadonlyMap<string, string>> {
    const fate = this.#fate('batch');
    if (fate === 'fail') return Promise.reject(lost());
    assertBatch(changes);
    const rows = this.#partitions.get(partition) ?? new Map<string, Stored>();
    const failed = changes.findIndex((change) => !isAllowed(change, rows.get(change.key)));
    if (failed >= 0) return Promise.reject(new Conflict(failed));
    this.counts.writes += 1;
    const etags = new Map<string, string>();
    for (const change of changes) this.#apply(rows, change, etags);
    this.#partitions.set(partition, rows);
    return fate === 'lostReply' ? Promise.reject(lost()) : Promise.resolve(etags);
  }

  /** All rows of a partition, for oracles. */
  rows(partition: string): readonly Row[] {
    return [...this.#partitions.get(partition) ?? []].map(([key, stored]) => ({ partition, key, ...stored }));
  }

  #apply(rows: Map<string, Stored>, change: RowChange, etags: Map<string, string>): void {
    if (change.op === 'delete') { rows.delete(change.key); return; }
    this.#etag += 1;
    const etag = `W/"${this.#etag}"`;
    const base = change.op === 'merge' ? rows.get(change.key)?.cells ?? {} : {};
    rows.set(change.key, { etag, cells: { ...base, ...change.cells } });
    etags.set(change.key, etag);
  }

  #fate(request: 'get' | 'range' | 'batch'): 'serve' | 'fail' | 'lostReply' {
    return this.#options.fate?.(request) ?? 'serve';
  }

  #meet(request: 'get' | 'range'): void {
    if (this.#fate(request) !== 'serve') throw lost();
  }
}

function isAllowed(change: RowChange, stored: Stored | undefined): boolean {
  if (change.op === 'insert') return stored === undefined;
  // The service refuses to delete what is not there (404 ResourceNotFound), and with it the whole batch.
  if (change.op === 'delete' && stored === undefined) return false;
  if (change.etag === undefined) return true;
  return stored?.etag === change.etag;
}

function lost(): SyncError {
  return new SyncError('unavailable', 'the storage did not answer', { code: 'STORE_UNAVAILABLE', isOutcomeUnknown: true });
}
