/** The list of runs: idle ones beside each other become one row that can be unfolded. */
import type { RunSummary } from '@concord/api';

export type RunRow =
  | { readonly type: 'run'; readonly run: RunSummary }
  /** Newest first, at least one. */
  | { readonly type: 'idle'; readonly id: string; readonly runs: readonly RunSummary[] };

export function changesOf(run: RunSummary): number {
  const { insert, update, link } = run.counts;
  return insert + update + link + run.counts.delete;
}

export function isIdle(run: RunSummary): boolean {
  const { hold, ask, error } = run.counts;
  return run.endedAt !== undefined && run.error === undefined && changesOf(run) + hold + ask + error === 0;
}

export function foldRuns(runs: readonly RunSummary[]): readonly RunRow[] {
  const rows: RunRow[] = [];
  let idle: RunSummary[] = [];
  const flush = (): void => {
    const first = idle[0];
    if (first) rows.push({ type: 'idle', id: first.id, runs: idle });
    idle = [];
  };
  for (const run of runs) {
    if (isIdle(run)) {
      idle.push(run);
    } else {
      flush();
      rows.push({ type: 'run', run });
    }
  }
  flush();
  return rows;
}
