import type { RunDetail, RunEntry } from '@concord/api';
import { expect, test } from 'vitest';
import { NO_COUNTS, NOW } from '../../testing/user.ts';
import { countsBySide, resultOf, secondsOf } from './model.ts';

const entry = (action: RunEntry['action'], to?: 'm' | 'c'): RunEntry => ({
  record: 'r', kind: 'contact', ids: {}, action, why: 'newRecord', fields: [], notes: [], ...(to ? { to } : {}),
});
const runOf = (change: Partial<RunDetail> = {}): RunDetail => ({
  id: 'r', startedAt: NOW, endedAt: NOW + 14_000, trigger: 'schedule', counts: NO_COUNTS, entries: [], ...change,
});

test('numbers by side are told only when every entry is loaded', () => {
  const entries = [entry('insert', 'm'), entry('insert', 'c'), entry('insert', 'c'), entry('update', 'c'), entry('link')];
  expect(countsBySide(entries, false)).toEqual([
    { action: 'insert', m: 1, c: 2 }, { action: 'update', m: 0, c: 1 }, { action: 'delete', m: 0, c: 0 },
  ]);
  expect(countsBySide(entries, true)).toBeNull();
});

test('a run says how it ended and how long it took', () => {
  expect([resultOf(runOf()), secondsOf(runOf())]).toEqual(['run.done', 14]);
  expect(resultOf(runOf({ error: { kind: 'quota', code: 'X', message: '' } }))).toBe('run.stopped');
  const { endedAt: _, ...running } = runOf();
  expect([resultOf(running), secondsOf(running)]).toEqual(['run.running', null]);
});
