import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heapMbOf, instanceFlags, instanceMemoryMb } from './instance.ts';
import { linkedRows } from './resync-records.ts';
import { openRows, writeRows } from './resync-rows.ts';
import { boundedRow, informationRow, median, ratioRow, rowsTable } from './rows.ts';

const calls = { name: 'calls', ours: 1, floor: 1, unit: 'calls' };

describe('a row of the bench', () => {
  it('is right up to and at its limit, and wrong beyond it', () => {
    expect(boundedRow(calls, 1)).toEqual({ name: 'calls', ours: 1, floor: 1, ratio: 1, unit: 'calls', limit: 1, ok: true });
    expect(boundedRow({ ...calls, ours: 1.1 }, 1).ok).toBe(false);
  });

  it('is judged before it is rounded', () => {
    expect(boundedRow({ ...calls, ours: 1.0001 }, 1)).toMatchObject({ ours: 1, ok: false });
    expect(ratioRow({ name: 'cpu', ours: 1.30001, floor: 1, unit: 'ms' }, 1.3)).toMatchObject({ ratio: 1.3, ok: false });
  });

  it('of a ratio compares with the floor, whatever the machine\'s pace', () => {
    expect(ratioRow({ name: 'cpu', ours: 260, floor: 200, unit: 'ms' }, 1.3)).toMatchObject({ ratio: 1.3, limit: 1.3, ok: true });
    expect(ratioRow({ name: 'cpu', ours: 261, floor: 200, unit: 'ms' }, 1.3).ok).toBe(false);
  });

  it('says in its unit that the limit is one of the ratio', () => {
    expect(ratioRow({ name: 'cpu', ours: 1, floor: 1, unit: 'ms' }, 1.3).unit).toBe('ms, limit on the ratio');
  });

  it('takes nothing beside nothing as equal, and something beside nothing as beyond every ratio', () => {
    expect(boundedRow({ ...calls, ours: 0, floor: 0 }, 0)).toMatchObject({ ratio: 1, ok: true });
    expect(ratioRow({ name: 'cpu', ours: 1, floor: 0, unit: 'ms' }, 1.3)).toMatchObject({ ratio: null, ok: false });
  });

  it('without a limit is information and never wrong', () => {
    expect(informationRow({ name: 'cpu', ours: 900, floor: 1, unit: 'ms' })).toMatchObject({ limit: null, ok: true });
  });
});

describe('the median', () => {
  it('is the value in the middle, or the mean of the two there', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
  });

  it('leaves the order of its values as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow('at least one');
  });
});

describe('the table', () => {
  it('marks what is wrong and shows a limit of the ratio as such', () => {
    const rows = [boundedRow({ ...calls, ours: 2 }, 1), ratioRow({ name: 'cpu', ours: 1, floor: 2, unit: 'ms' }, 1.3)];
    const lines = rowsTable(rows).split('\n');
    expect(lines[2]).toMatch(/^NO +calls +2 +1 +2\.00 +1 +calls$/);
    expect(lines[3]).toMatch(/^ok +cpu +1 +2 +0\.50 +1\.3 x +ms$/);
  });
});

describe('the rows of a resync', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'concord-bench-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('are three for each link, and come back in key order, a page at a time', () => {
    const written = [...linkedRows(5)];
    writeRows(path.join(folder, 'rows'), written);
    const rows = openRows(path.join(folder, 'rows'));
    const links = rows.range('l~', 'l~~', 3);
    const index = rows.range('x~', 'x~~', 100);
    const [first] = links;
    expect(first && rows.get(first.key)).toEqual(first);
    rows.close();
    expect([links.length, index.length, written.length]).toEqual([3, 10, 15]);
    expect(links.map(({ key }) => key)).toEqual(links.map(({ key }) => key).toSorted());
    expect(first?.cells).toEqual(written.find(({ key }) => key === first?.key)?.cells);
  });
});

describe('the heap of an instance', () => {
  /** MiB that V8 allows itself in a fresh process. */
  function heapLimit(...flags: readonly string[]): number {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = spawnSync(process.execPath, [...flags, '-p', 'v8.getHeapStatistics().heap_size_limit'], { encoding: 'utf8', env });
    return Number(stdout) / 2 ** 20;
  }

  it('is what V8 takes of its own accord, by the rule tried on the memory of this machine', () => {
    const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20;
    expect(Math.abs(heapLimit() - heapMbOf(memory))).toBeLessThanOrEqual(1);
  });

  it('is what was seen on machines of other sizes', () => {
    expect([1024, 2048, 4096, 8192, 15_359, 15_361].map(heapMbOf)).toEqual([560, 1120, 2240, 2240, 2240, 4288]);
  });

  it('is taken by a process with the flags, for the memory that infra orders', () => {
    expect(heapLimit(...instanceFlags(instanceMemoryMb()))).toBe(heapMbOf(instanceMemoryMb()));
  });

  it('is refused where infra names no memory', () => {
    expect(() => instanceMemoryMb('scaleAndConcurrency: { instanceMemoryMB: memory }')).toThrow('scripts/bench/instance.ts');
  });
});
