/** The log of runs as the pane reads it. */
import type { ApiErrorBody, RunDetail, RunEntry, RunList, RunSummary } from '@concord/api';
import type { TodoError } from '../../engine/link.ts';
import type { Instant } from '../../engine/record.ts';
import { readEntries, readRun, readRuns, type RunRecord, type StoredEntry } from '../../store/journal.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { runCounts } from './status.ts';

const RUNS_A_PAGE = 50;
/** A row holds the entries of one batch: a hundred in a first sync, one or two on other days. */
const ENTRIES_A_PAGE = 100;
const ENTRY_ROWS_A_PAGE = 20;

/** Newest first. `before` is the `next` of an earlier page. */
export async function listRuns(services: Services, control: Control, before?: string): Promise<RunList> {
  const from = before === undefined ? undefined : parseRunId(before);
  if (before !== undefined && !from) throw refusal('BAD_REQUEST', 'This page of the log does not exist.', { field: 'before' });
  const key = from && keys.run(from.startedAt, from.id);
  const { runs, next } = await readRuns(services.state, userPartition(control.userId), RUNS_A_PAGE, key);
  const last = runs.at(-1);
  return { runs: runs.map(summaryOf), ...(next !== undefined && last ? { next: runIdOf(last) } : {}) };
}

/** One run with a page of its entries, in the order in which they happened. `before` is the `next` of an earlier page. */
export async function runDetail(services: Services, control: Control, id: string, before?: string): Promise<RunDetail> {
  const key = parseRunId(id);
  const partition = userPartition(control.userId);
  const record = key && await readRun(services.state, partition, key);
  if (!record) throw refusal('NOT_FOUND', 'This run is no longer in the log: it is kept for 30 days.');
  if (before !== undefined && !/^\d{1,7}$/.test(before)) {
    throw refusal('BAD_REQUEST', 'This page of the run does not exist.', { field: 'before' });
  }
  const sealer = await services.keyring.sealer(control.config.organization);
  const run = { id: record.id, startedAt: record.startedAt, sealer, owner: `${control.config.organization}/${control.userId}` };
  const from = before === undefined ? undefined : keys.entry(record.startedAt, record.id, Number(before));
  const { entries, next } = await readEntries(
    services.state, partition, run, { limitRows: ENTRY_ROWS_A_PAGE, enough: ENTRIES_A_PAGE }, from,
  );
  return {
    ...summaryOf(record), entries: entries.map(entryOf),
    ...(next === undefined ? {} : { next: String(Number(next.slice(next.lastIndexOf('~') + 1))) }),
  };
}

/** Holds the start as well, so that one point read finds the run among years of them. */
export function runIdOf({ startedAt, id }: Pick<RunRecord, 'startedAt' | 'id'>): string {
  return `${startedAt.toString(36)}-${id}`;
}

export function parseRunId(text: string): { readonly startedAt: Instant; readonly id: string } | undefined {
  const [, startedAt, id] = /^([0-9a-z]{1,9})-([0-9a-z]{1,32})$/.exec(text) ?? [];
  return startedAt !== undefined && id !== undefined ? { startedAt: Number.parseInt(startedAt, 36), id } : undefined;
}

function summaryOf(record: RunRecord): RunSummary {
  const { startedAt, endedAt, trigger, counts, error } = record;
  return {
    id: runIdOf(record), startedAt, trigger, counts: runCounts(counts),
    ...(endedAt === undefined ? {} : { endedAt }), ...(error ? { error } : {}), ...(record.isUndone ? { isUndone: true } : {}),
  };
}

/** Names of fields leave the store, their values stay: the history of a record shows those. */
export function entryOf(entry: StoredEntry): RunEntry {
  const { linkId, kind, ids, name, action, side, why, fields, notes, error } = entry;
  return {
    record: linkId, kind, ids: { ...ids }, ...(name === undefined ? {} : { name }), action, ...(side ? { to: side } : {}), why,
    fields: fields.map(({ field }) => field), notes: notes.map((note) => ({ ...note })), ...(error ? { error: errorOf(error) } : {}),
  };
}

function errorOf({ kind, code, field }: TodoError): ApiErrorBody {
  const because = field === undefined ? '' : ` because of its field ${field}`;
  return { kind, code, message: `The record was not accepted${because} (${code}).`, ...(field === undefined ? {} : { field }) };
}
