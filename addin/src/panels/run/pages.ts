/**
 * The rows of a run, a hundred at a time: a page takes the place of the one before, so that a run of ten thousand is no heavier to draw
 * or to listen to than one of a hundred. What a page needs is asked for when it is turned to; a search goes on until its page is full.
 */
import type { RunDetail, RunEntry } from '@concord/api';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useServices } from '../../services.ts';
import type { Text } from '../../text/index.ts';
import { isFiltered, matching, type RowFilter } from './filter.ts';

export const PAGE_ROWS = 100;

export interface Row {
  readonly entry: RunEntry;
  /** Its place in the run, from 0, whatever is searched for: the row is found again by it. */
  readonly at: number;
}

export interface PageOfRows {
  readonly rows: readonly Row[];
  /** The place of the first of them among all rows that match, from 0. */
  readonly from: number;
  /** How many match in all; undefined while nobody knows. */
  readonly total: number | undefined;
  readonly hasNext: boolean;
}

interface Known {
  readonly hasMore: boolean;
  /** What the run's own numbers add up to, for a run that is not loaded whole; undefined while something is searched for. */
  readonly counted: number | undefined;
}

export function pageOf(rows: readonly Row[], page: number, { hasMore, counted }: Known): PageOfRows {
  const from = page * PAGE_ROWS;
  const total = !hasMore ? rows.length : counted === undefined ? undefined : Math.max(counted, rows.length);
  return { rows: rows.slice(from, from + PAGE_ROWS), from, total, hasNext: hasMore || rows.length > from + PAGE_ROWS };
}

export function rowsOf(text: Text, entries: readonly RunEntry[], filter: RowFilter): readonly Row[] {
  const places = new Map(entries.map((entry, at) => [entry, at]));
  return matching(text, entries, filter).map((entry) => ({ entry, at: places.get(entry) ?? 0 }));
}

/** The page that a row stands on, by the id of its link; the first where it is none of ours. */
export function pageWith(id: string | undefined): number {
  return Math.floor(Number(/^entry-(\d{1,7})$/.exec(id ?? '')?.[1] ?? 0) / PAGE_ROWS);
}

export interface Pages extends PageOfRows {
  readonly entries: readonly RunEntry[];
  readonly hasMore: boolean;
  /** Rows of this page are still to come. */
  readonly isLoading: boolean;
  readonly failure: ApiFailure | null;
  readonly again: () => void;
  readonly turnTo: (page: number) => void;
  readonly page: number;
}

export function usePages(run: RunDetail, filter: RowFilter, first: number): Pages {
  const { api, text } = useServices();
  const [more, setMore] = useState<{ readonly items: readonly RunEntry[]; readonly next: string | undefined }>({ items: [], next: run.next });
  const [page, turnTo] = useState(first);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const { next } = more;
  const entries = [...run.entries, ...more.items];
  const rows = rowsOf(text, entries, filter);
  const isLoading = next !== undefined && failure === null && rows.length < (page + 1) * PAGE_ROWS;
  useEffect(() => {
    if (!isLoading) return undefined;
    let isHere = true;
    api.run(run.id, next).then(
      (answer) => { if (isHere) setMore((known) => ({ items: [...known.items, ...answer.entries], next: answer.next })); },
      (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (isHere) setFailure(error);
      },
    );
    return () => { isHere = false; };
  }, [api, run.id, next, isLoading]);
  const counted = isFiltered(filter) ? undefined : Object.values(run.counts).reduce((sum, count) => sum + count, 0);
  return {
    ...pageOf(rows, page, { hasMore: next !== undefined, counted }), entries, hasMore: next !== undefined, isLoading, failure, page,
    again: () => setFailure(null), turnTo,
  };
}
