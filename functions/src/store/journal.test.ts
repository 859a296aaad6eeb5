import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RowChange } from '../ports/table.ts';
import { entriesChange, oldRows, readEntries, readRun, readRuns, runChange, type RunRecord, type StoredEntry } from './journal.ts';
import { MemoryTable } from './memory-table.ts';
import { sealerOf } from './seal.ts';

const sealer = sealerOf(new Uint8Array(32).fill(3));
const P = 'u~1';
const START = 1_767_603_600_000;
const record = (number: number): RunRecord => (
  { id: `run${number}`, startedAt: START + number * 60_000, trigger: 'schedule', counts: { insert: number } });
const owner = (number: number) => ({ id: `run${number}`, startedAt: START + number * 60_000, sealer, owner: 'org/user' });
const entry = (name: string): StoredEntry => ({
  linkId: 'l1', kind: 'contact', action: 'update', side: 'c', why: 'changedHere',
  fields: [{ field: 'jobTitle', before: 'Buyer', after: 'Head' }],
  notes: [], ids: { m: 'm1', c: 'c1' }, name,
});

async function stored(...changes: RowChange[]): Promise<MemoryTable> {
  const state = new MemoryTable();
  await state.batch(P, changes);
  return state;
}

test('runs come newest first, a page at a time, each once', async () => {
  const state = await stored(...[1, 2, 3, 4, 5].map((number) => runChange(record(number))), entriesChange(owner(3), 0, [entry('x')]));
  const first = await readRuns(state, P, 2);
  const second = await readRuns(state, P, 2, first.next);
  const third = await readRuns(state, P, 2, second.next);
  expect([first, second, third].map(({ runs }) => runs.map(({ id }) => id))).toEqual([['run5', 'run4'], ['run3', 'run2'], ['run1']]);
  expect(third.next).toBeUndefined();
});

test('a page that ends exactly at the last run has no next', async () => {
  const state = await stored(runChange(record(1)), runChange(record(2)));
  expect((await readRuns(state, P, 2)).next).toBeUndefined();
});

test('one run is found by its start and id, and written over as it goes on', async () => {
  const state = await stored(runChange(record(1)));
  await state.batch(P, [runChange({ ...record(1), endedAt: START + 70_000, counts: { insert: 9 } })]);
  expect(await readRun(state, P, owner(1))).toEqual({ ...record(1), endedAt: START + 70_000, counts: { insert: 9 } });
  expect(await readRun(state, P, { startedAt: START, id: 'run1' })).toBeNull();
});

test('entries come in the order in which they happened, of their own run only', async () => {
  const state = await stored(
    entriesChange(owner(1), 0, [entry('a'), entry('b')]), entriesChange(owner(1), 1, [entry('c')]),
    entriesChange(owner(1), 10, [entry('d')]),
    entriesChange(owner(2), 0, [entry('other')]),
  );
  const first = await readEntries(state, P, owner(1), { limitRows: 2 });
  const second = await readEntries(state, P, owner(1), { limitRows: 2 }, first.next);
  expect([first.entries, second.entries].map((entries) => entries.map(({ name }) => name))).toEqual([['a', 'b', 'c'], ['d']]);
  expect(second.next).toBeUndefined();
  expect(first.entries[0]).toEqual(entry('a'));
  const one = await readEntries(state, P, owner(1), { limitRows: 9, enough: 1 });
  expect(one.entries.map(({ name }) => name)).toEqual(['a', 'b']);
  expect((await readEntries(state, P, owner(1), { limitRows: 9, enough: 1 }, one.next)).entries.map(({ name }) => name)).toEqual(['c']);
});

test('before-images are sealed, and many long ones still fit their row', async () => {
  const page = (): string => randomBytes(900).toString('hex');
  const long = Array.from({ length: 97 }, () => ({ ...entry('Anna'), fields: [{ field: 'webPage', before: page(), after: null }] }));
  const change = entriesChange(owner(1), 0, long);
  const state = await stored(change);
  const cells = 'cells' in change ? change.cells : {};
  expect(JSON.stringify(cells)).not.toContain('Anna');
  expect(Object.keys(cells)).toContain('p1');
  expect((await readEntries(state, P, owner(1), { limitRows: 1 })).entries).toEqual(long);
});

test('only rows of runs older than the day are swept', async () => {
  const state = await stored(...[1, 2, 3].flatMap((number) => [runChange(record(number)), entriesChange(owner(number), 0, [entry('x')])]));
  const old = await oldRows(state, P, START + 2.5 * 60_000, 50);
  await state.batch(P, old.map(({ key }) => ({ op: 'delete', key })));
  expect((await readRuns(state, P, 9)).runs.map(({ id }) => id)).toEqual(['run3']);
  expect(state.rows(P)).toHaveLength(2);
  expect(old).toHaveLength(4);
});
