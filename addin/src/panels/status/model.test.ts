import type { RunSummary } from '@concord/api';
import { expect, test } from 'vitest';
import { NO_COUNTS, NOW } from '../../testing/user.ts';
import { changesOf, foldRuns, isIdle } from './model.ts';

const run = (id: string, change: Partial<RunSummary> = {}): RunSummary => ({
  id, startedAt: NOW, endedAt: NOW + 1, trigger: 'schedule', counts: NO_COUNTS, ...change,
});

test('idle runs beside each other become one row, all others stay', () => {
  const busy = run('busy', { counts: { ...NO_COUNTS, update: 1 } });
  const failed = run('failed', { error: { kind: 'unavailable', code: 'X', message: '' } });
  const rows = foldRuns([run('1'), run('2'), busy, run('3'), failed]);
  expect(
    rows.map((row) => (row.type === 'run' ? row.run.id : row.runs.map(({ id }) => id))),
  ).toEqual([['1', '2'], 'busy', ['3'], 'failed']);
});

test('a run under way, a question or a refused record is not idle', () => {
  expect(isIdle(run('done'))).toBe(true);
  const { endedAt: _, ...running } = run('running');
  expect(isIdle(running)).toBe(false);
  for (const name of ['ask', 'error', 'hold'] as const) expect(isIdle(run(name, { counts: { ...NO_COUNTS, [name]: 1 } }))).toBe(false);
  expect(isIdle(run('skip', { counts: { ...NO_COUNTS, skip: 1 } }))).toBe(true);
});

test('changes are what was written or linked', () => {
  expect(changesOf(run('x', { counts: { insert: 1, update: 2, delete: 3, link: 4, skip: 5, hold: 6, ask: 7, error: 8 } }))).toBe(10);
});
