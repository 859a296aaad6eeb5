/** The log of runs in a user's partition: one summary row a run, and packed, sealed rows of entries with before-images. */
import type { ApiErrorBody } from '@concord/api';
import type { JournalAction, JournalEntry } from '../engine/link.ts';
import type { Instant } from '../engine/record.ts';
import type { Row, RowChange, Table } from '../ports/table.ts';
import type { Sealer } from '../ports/world.ts';
import { packWide, plainCells, plainValue, refuseNewer, unpackWide, CODEC_VERSION } from './codec.ts';
import { afterKey, instantOf, keys, prefixRange, reversed } from './keys.ts';

export interface EntryIds { readonly m?: string; readonly c?: string }

export interface RunRecord {
  readonly id: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly trigger: 'schedule' | 'user' | 'continuation' | 'firstSync';
  readonly counts: Partial<Readonly<Record<JournalAction, number>>>;
  readonly error?: ApiErrorBody;
  /** The user has asked to undo it. */
  readonly isUndone?: boolean;
}

/** One entry as stored: with the record's ids, and its name for the person who reads the log. */
export type StoredEntry = JournalEntry & { readonly ids: EntryIds; readonly name?: string };

interface Owner {
  readonly id: string;
  readonly owner: string;
  readonly startedAt: Instant;
  readonly sealer: Sealer;
}

export function runChange(record: RunRecord): RowChange {
  return { op: 'put', key: keys.run(record.startedAt, record.id), cells: plainCells(record) };
}

/** Beside the record itself, which only its own run writes. */
export function undoneChange({ startedAt, id }: Pick<RunRecord, 'startedAt' | 'id'>): RowChange {
  return { op: 'merge', key: keys.run(startedAt, id), cells: { u: true } };
}

function recordOf(row: Row): RunRecord {
  return { ...plainValue<RunRecord>(row), ...(row.cells['u'] === true ? { isUndone: true } : {}) };
}

/** `number` counts the entry rows of this run. */
export function entriesChange({ id, owner, startedAt, sealer }: Owner, number: number, entries: readonly StoredEntry[]): RowChange {
  return {
    op: 'insert', key: keys.entry(startedAt, id, number),
    cells: { v: CODEC_VERSION, n: entries.length, ...packWide('p', entries, sealer, `${owner}/journal/${id}/${number}`) },
  };
}

/** Runs newest first; `before` is the key that an earlier page ended with. */
export async function readRuns(
  state: Table, partition: string, limit: number, before?: string,
): Promise<{ runs: readonly RunRecord[]; next?: string }> {
  const [from, to] = prefixRange('j~');
  const rows = await state.range(partition, before === undefined ? from : afterKey(before), to, limit + 1);
  const runs = rows.slice(0, limit).map(recordOf);
  const last = rows[limit - 1];
  return rows.length > limit && last ? { runs, next: last.key } : { runs };
}

export async function readRun(state: Table, partition: string, key: Pick<RunRecord, 'startedAt' | 'id'>): Promise<RunRecord | null> {
  const row = await state.get(partition, keys.run(key.startedAt, key.id));
  return row ? recordOf(row) : null;
}

/** The entries of one run in their order: whole rows until there are `enough` entries, of at most `limitRows` rows. */
export async function readEntries(
  state: Table, partition: string, run: Owner, { limitRows, enough = Infinity }: { readonly limitRows: number; readonly enough?: number },
  before?: string,
): Promise<{ entries: readonly StoredEntry[]; next?: string }> {
  const [from, to] = prefixRange(`e~${reversed(run.startedAt)}~${run.id}~`);
  const rows = await state.range(partition, before === undefined ? from : afterKey(before), to, limitRows + 1);
  const entries: StoredEntry[] = [];
  let taken = 0;
  while (taken < Math.min(rows.length, limitRows) && entries.length < enough) {
    const row = rows[taken];
    if (row) entries.push(...entriesOf(row, run));
    taken += 1;
  }
  const last = rows[taken - 1];
  return rows.length > taken && last ? { entries, next: last.key } : { entries };
}

/** Where a line of the log stands: the run it belongs to. */
export type PlacedEntry = StoredEntry & { readonly run: Pick<RunRecord, 'id' | 'startedAt'> };

/**
 * What happened to one record, newest first. The log is not kept by record, so up to `limitRows` rows are opened; `next` is where to
 * go on. Only asked by a person who looks at the record.
 */
export async function entriesOfRecord(
  state: Table, partition: string, { owner, sealer }: Pick<Owner, 'owner' | 'sealer'>, linkId: string, limitRows: number, before?: string,
): Promise<{ entries: readonly PlacedEntry[]; next?: string }> {
  const [from, to] = prefixRange('e~');
  const rows = await state.range(partition, before === undefined ? from : afterKey(before), to, limitRows);
  const entries = rows.flatMap((row) => {
    const [, time, id = ''] = row.key.split('~');
    const run = { id, startedAt: instantOf(String(time)) };
    return entriesOf(row, { ...run, owner, sealer }).filter((entry) => entry.linkId === linkId).map((entry): PlacedEntry => ({ ...entry, run }));
  });
  const last = rows.at(-1);
  return rows.length === limitRows && last ? { entries, next: last.key } : { entries };
}

function entriesOf(row: Row, { owner, id, sealer }: Owner): readonly StoredEntry[] {
  const number = Number(row.key.slice(row.key.lastIndexOf('~') + 1));
  refuseNewer(row.cells['v']);
  return unpackWide(row.cells, 'p', sealer, `${owner}/journal/${id}/${number}`) as readonly StoredEntry[];
}

/** Rows of runs older than this instant, for the sweep at a run's end; at most `limit`. */
export async function oldRows(state: Table, partition: string, before: Instant, limit: number): Promise<readonly Row[]> {
  const runs = await state.range(partition, `j~${reversed(before)}`, prefixRange('j~')[1], limit);
  const entries = await state.range(partition, `e~${reversed(before)}`, prefixRange('e~')[1], limit);
  return [...runs, ...entries].slice(0, limit);
}
