/** One run: how it ended, how long it took, and its numbers by action and side. */
import type { RunDetail, RunEntry } from '@concord/api';
import type { TextKey } from '../../text/en.ts';

export const TABLE_ACTIONS = ['insert', 'update', 'delete'] as const;

export interface SideCounts {
  readonly action: (typeof TABLE_ACTIONS)[number];
  readonly m: number;
  readonly c: number;
}

/** The table by side, from the entries; null while not all of them are loaded. */
export function countsBySide(entries: readonly RunEntry[], hasMore: boolean): readonly SideCounts[] | null {
  if (hasMore) return null;
  const count = (action: string, side: 'm' | 'c'): number => entries.filter((entry) => entry.action === action && entry.to === side).length;
  return TABLE_ACTIONS.map((action) => ({ action, m: count(action, 'm'), c: count(action, 'c') }));
}

export function resultOf(run: RunDetail): TextKey {
  if (run.endedAt === undefined) return 'run.running';
  return run.error ? 'run.stopped' : 'run.done';
}

export function secondsOf(run: RunDetail): number | null {
  return run.endedAt === undefined ? null : Math.max(1, Math.round((run.endedAt - run.startedAt) / 1000));
}

/** The actions without a side, in the order of the line "Link 3 · Skip 1 · Hold 0 · Error 0". */
export const LINE_ACTIONS = ['link', 'skip', 'hold', 'error'] as const;
