/**
 * The one storage shape: rows under (partition, key), read by key range, written in atomic batches of one partition.
 * Implemented by store/azure-table.ts, and by store/memory-table.ts for tests and the simulation; same contract suite.
 */

/** Values are strings, numbers, booleans and bytes (each property at most 64 KiB, a row at most 1 MiB). */
export type Cell = string | number | boolean | Uint8Array;

export interface Row {
  readonly partition: string;
  readonly key: string;
  readonly etag: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

export type RowChange =
  /** Fails when the row exists. */
  | { readonly op: 'insert'; readonly key: string; readonly cells: Readonly<Record<string, Cell>> }
  /** Replaces the row; with `etag` only if it still is that version, without it unconditionally (and creates it). */
  | { readonly op: 'put'; readonly key: string; readonly cells: Readonly<Record<string, Cell>>; readonly etag?: string }
  /** Merges cells into the row, creating it if absent; with `etag` only if it still is that version. */
  | { readonly op: 'merge'; readonly key: string; readonly cells: Readonly<Record<string, Cell>>; readonly etag?: string }
  /** Fails when the row is not there; with `etag` also when it is another version. */
  | { readonly op: 'delete'; readonly key: string; readonly etag?: string };

export interface Table {
  get(partition: string, key: string): Promise<Row | null>;
  /** Rows with from <= key < to, in key order, at most `limit` (default 1,000) in one request. */
  range(partition: string, from: string, to: string, limit?: number): Promise<readonly Row[]>;
  /**
   * All or nothing, at most 100 changes with distinct keys. Answers the new etags by key.
   * A failed condition throws Conflict with the index of the change; other failures throw SyncError `unavailable`
   * (then the batch may have been committed).
   */
  batch(partition: string, changes: readonly RowChange[]): Promise<ReadonlyMap<string, string>>;
  /** The storage service's own clock, from its last answer plus the time since: the one clock that leases use. */
  now(): number;
}

/** A condition of a batch did not hold: somebody else wrote first. Nothing of the batch was stored. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly index: number;

  constructor(index: number) {
    super(`the row of change ${index} was written by somebody else`);
    this.index = index;
  }
}
