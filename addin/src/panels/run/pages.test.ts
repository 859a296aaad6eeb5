import type { RunEntry } from '@concord/api';
import { expect, test } from 'vitest';
import { english } from '../../testing/text.ts';
import { NO_FILTER } from './filter.ts';
import { pageOf, pageWith, rowsOf } from './pages.ts';

const entry = (n: number): RunEntry => (
  { record: `r${n}`, kind: 'contact', ids: {}, name: `Person ${n}`, action: n % 2 === 0 ? 'insert' : 'update', why: 'newRecord', fields: [], notes: [] });
const entries = Array.from({ length: 250 }, (_, n) => entry(n));
const rows = rowsOf(english, entries, NO_FILTER);

test('a page holds a hundred rows, the last one what is left, and each knows its place in the run', () => {
  const all = { hasMore: false, counted: 250 };
  expect(pageOf(rows, 0, all)).toMatchObject({ from: 0, total: 250, hasNext: true, rows: { length: 100 } });
  const last = pageOf(rows, 2, all);
  expect([last.from, last.total, last.hasNext, last.rows.length, last.rows[0]?.at]).toEqual([200, 250, false, 50, 200]);
});

test('what a search finds is paged, and keeps its place in the run', () => {
  const found = rowsOf(english, entries, { action: 'update', search: '' });
  expect([found.length, found[0]?.at, found[99]?.at]).toEqual([125, 1, 199]);
});

test('the number of all rows is the run\'s own where not all are loaded, and unknown while a search goes on', () => {
  expect(pageOf(rows, 0, { hasMore: true, counted: 10_000 }).total).toBe(10_000);
  expect(pageOf(rows, 0, { hasMore: true, counted: 3 }).total).toBe(250);
  expect(pageOf(rows, 2, { hasMore: true, counted: undefined })).toMatchObject({ total: undefined, hasNext: true });
});

test('Back finds the page of the row one came from', () => {
  expect([undefined, 'undo-run', 'entry-7', 'entry-100', 'entry-9999'].map(pageWith)).toEqual([0, 0, 0, 1, 99]);
});
