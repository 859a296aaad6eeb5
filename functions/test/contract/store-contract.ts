/** What every table must do, whatever stands behind it. The memory table and the real service pass the same suite. */
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { SyncError } from '../../src/engine/errors.ts';
import { Conflict } from '../../src/ports/table.ts';
import type { Cell, Row, RowChange, Table } from '../../src/ports/table.ts';
import { afterKey, prefixRange } from '../../src/store/keys.ts';

const put = (key: string, etag?: string, cells: Row['cells'] = { a: 1 }): RowChange => (
  { op: 'put', key, cells, ...(etag === undefined ? {} : { etag }) });
const insert = (key: string, cells: Row['cells'] = {}): RowChange => ({ op: 'insert', key, cells });
const numbered = (number: number): string => `k${String(number).padStart(5, '0')}`;

/** `makeTable` answers the table to test; every test works in a partition of its own. */
export function storeContract(name: string, makeTable: () => Promise<Table>): void {
  describe(name, () => {
    let opened: Table | undefined;
    let partition = '';
    beforeEach(async () => {
      opened ??= await makeTable();
      partition = `p~${randomBytes(6).toString('hex')}`;
    });
    const table = (): Table => {
      if (!opened) throw new Error('the table is opened before each test');
      return opened;
    };

    const get = (key: string): Promise<Row | null> => table().get(partition, key);
    const batch = (...changes: RowChange[]): Promise<ReadonlyMap<string, string>> => table().batch(partition, changes);
    const etagOf = async (key: string): Promise<string> => (await get(key))?.etag ?? '';
    const failed = async (work: Promise<unknown>): Promise<unknown> => work.then(() => 'no error', (error: unknown) => error);
    const conflict = async (work: Promise<unknown>): Promise<number | unknown> => {
      const error = await failed(work);
      return error instanceof Conflict ? error.index : error;
    };

    test('a row that is not there is null, and so is a row of another partition', async () => {
      await batch(put('k'));
      expect(await get('other')).toBeNull();
      expect(await table().get(`${partition}x`, 'k')).toBeNull();
    });

    test('texts, numbers, instants, fractions, booleans and bytes come back as they were', async () => {
      const cells = {
        text: 'Zoë "Ω" \u2028 line\nfeed', empty: '', small: -7, instant: Date.UTC(2026, 10, 23), fraction: 1.5, never: 8.64e15,
        yes: true, no: false, bytes: Uint8Array.from({ length: 256 }, (_, index) => index), none: new Uint8Array(0),
      };
      await batch({ op: 'insert', key: 'k', cells });
      const row = await get('k');
      expect({ ...row?.cells, bytes: [...row?.cells['bytes'] as Uint8Array], none: [...row?.cells['none'] as Uint8Array] })
        .toEqual({ ...cells, bytes: [...cells.bytes], none: [] });
      expect([row?.partition, row?.key]).toEqual([partition, 'k']);
    });

    test('a batch answers the etags that a later read shows, and a change makes a new one', async () => {
      const first = (await batch(put('a'), put('b'))).get('b');
      expect(first).toBe(await etagOf('b'));
      const second = (await batch(put('b', first))).get('b');
      expect(second).toBe(await etagOf('b'));
      expect(second).not.toBe(first);
    });

    test('an insert of a row that exists is a conflict; a put without etag creates and replaces', async () => {
      await batch({ op: 'insert', key: 'k', cells: { a: 1 } });
      expect(await conflict(batch({ op: 'insert', key: 'k', cells: { a: 2 } }))).toBe(0);
      await batch(put('k', undefined, { b: 2 }), put('new'));
      expect((await get('k'))?.cells).toEqual({ b: 2 });
      expect(await get('new')).not.toBeNull();
    });

    test('a merge keeps the cells it does not name, and creates a row that is absent', async () => {
      await batch({ op: 'insert', key: 'k', cells: { a: 1, b: 'two' } });
      await batch({ op: 'merge', key: 'k', cells: { b: 'three', c: true } }, { op: 'merge', key: 'new', cells: { d: 4 } });
      expect((await get('k'))?.cells).toEqual({ a: 1, b: 'three', c: true });
      expect((await get('new'))?.cells).toEqual({ d: 4 });
    });

    test.each([
      ['put', (etag: string): RowChange => put('k', etag)],
      ['merge', (etag: string): RowChange => ({ op: 'merge', key: 'k', cells: { b: 2 }, etag })],
      ['delete', (etag: string): RowChange => ({ op: 'delete', key: 'k', etag })],
    ] as const)('a %s with the etag of an older version is refused, and so is one of a row that is gone', async (_, change) => {
      const old = (await batch(put('k'))).get('k') ?? '';
      await batch(put('k', old, { a: 2 }));
      expect(await conflict(batch(change(old)))).toBe(0);
      expect((await get('k'))?.cells).toEqual({ a: 2 });
      await batch({ op: 'delete', key: 'k' });
      expect(await conflict(batch(change(old)))).toBe(0);
      expect(await get('k')).toBeNull();
    });

    test('a batch is all or nothing, and names the change whose condition failed', async () => {
      const etag = (await batch(put('head'), put('row'))).get('row') ?? '';
      await batch(put('row', etag, { a: 2 }));
      expect(await conflict(batch(put('x'), { op: 'delete', key: 'head' }, put('row', etag, { a: 3 }), put('y')))).toBe(2);
      expect(await get('x')).toBeNull();
      expect(await get('head')).not.toBeNull();
      expect((await get('row'))?.cells).toEqual({ a: 2 });
    });

    test('a hundred changes go through, a hundred and one do not, and neither does a row changed twice', async () => {
      const many = Array.from({ length: 101 }, (_, index) => put(`k${index}`));
      await batch(...many.slice(0, 100));
      for (const changes of [many, [put('k'), put('k')], []]) {
        const error = await failed(Promise.resolve().then(() => batch(...changes)));
        expect(error instanceof SyncError && error.kind).toBe('bug');
      }
    });

    test('a cell over 64 KiB and a key with a slash are faults of ours', async () => {
      const bytes = randomBytes(64 * 1024);
      await batch({ op: 'insert', key: 'fits', cells: { a: bytes } });
      const large: RowChange = { op: 'insert', key: 'k', cells: { a: Buffer.concat([bytes, Buffer.of(1)]) } };
      const odd: RowChange = { op: 'insert', key: 'a/b', cells: { a: 1 } };
      for (const changes of [[large], [odd]]) {
        const error = await failed(Promise.resolve().then(() => batch(...changes)));
        expect(error instanceof SyncError && error.kind).toBe('bug');
      }
    });

    test('a range has its start, lacks its end, is in the order of keys and stops at the limit', async () => {
      await batch(...['a~1', 'a~2', 'a~~', 'B', 'a', 'b~1', 'a~10'].map((key) => put(key)));
      const keys = async (from: string, to: string, limit?: number): Promise<string[]> => (
        (await table().range(partition, from, to, limit)).map(({ key }) => key));
      expect(await keys('a~', 'a~~')).toEqual(['a~1', 'a~10', 'a~2']);
      expect(await keys('a~', 'a~~', 2)).toEqual(['a~1', 'a~10']);
      expect(await keys('c', 'd')).toEqual([]);
      expect(await keys('', 'b')).toEqual(['B', 'a', 'a~1', 'a~10', 'a~2', 'a~~']);
    });

    test('keys with a quote, a per cent sign and letters of other scripts are keys like others', async () => {
      const keys = ['o\'brien', '100%25', 'größe~東京', 'a b+c&d', 'a(b),c=d', '"quoted"', 'a;b:c@d$e', '~'];
      await batch(...keys.map((key) => put(key)));
      for (const key of keys) {
        expect((await get(key))?.key).toBe(key);
        expect((await table().range(partition, key, afterKey(key))).map((row) => row.key)).toEqual([key]);
      }
      expect(await conflict(batch({ op: 'delete', key: keys[0] ?? '', etag: await etagOf(keys[1] ?? '') }))).toBe(0);
      await batch(...keys.map((key): RowChange => ({ op: 'delete', key })));
      expect(await table().range(partition, '', '\uffff')).toEqual([]);
    });

    test('of two writers with the same etag one wins', async () => {
      const etag = (await batch(put('head'))).get('head') ?? '';
      const outcomes = await Promise.all([1, 2, 3].map((who) => conflict(batch(put('head', etag, { who }), put(`row${who}`)))));
      expect(outcomes.filter((outcome) => outcome === 0)).toHaveLength(2);
      expect(await table().range(partition, 'row', 'rox')).toHaveLength(1);
    });

    test.each<[string, Cell]>([
      ['the greatest Int32', 2 ** 31 - 1], ['one more than that', 2 ** 31], ['the least Int32', -(2 ** 31)], ['zero', 0],
      ['text like a number', '007'], ['text like a date', '2026-01-05T09:00:00Z'], ['a long text', 'ä'.repeat(32_000)],
      ['text like lines of a batch', '\'--changesetresponse_x\r\nHTTP/1.1 500 \r\netag: x\r\n--batch_'],
    ])('%s comes back as it was, alone and in a range', async (_, cell) => {
      await batch(insert('k', { cell, after: 1 }));
      expect((await get('k'))?.cells).toEqual({ cell, after: 1 });
      expect((await table().range(partition, 'k', 'l'))[0]?.cells).toEqual({ cell, after: 1 });
    });

    test('a merge changes the type of a cell with its value', async () => {
      await batch(insert('k', { x: 'text', y: Uint8Array.of(1), z: 8.64e15 }));
      await batch({ op: 'merge', key: 'k', cells: { x: 1_767_000_000_000, y: 'text', z: 3 } });
      expect((await get('k'))?.cells).toEqual({ x: 1_767_000_000_000, y: 'text', z: 3 });
    });

    test('a part of a larger buffer is stored as that part', async () => {
      await batch(insert('k', { bytes: Buffer.from('0123456789').subarray(3, 6) }));
      expect(Buffer.from((await get('k'))?.cells['bytes'] as Uint8Array).toString()).toBe('345');
    });

    test.each([0, 1, 11, 99])('a conflict at place %i of a hundred is told by its place', async (place) => {
      await batch(insert(numbered(place)));
      expect(await conflict(batch(...Array.from({ length: 100 }, (_, number) => insert(numbered(number)))))).toBe(place);
      expect(await table().range(partition, 'k', 'l')).toHaveLength(1);
    });

    test('in a batch of every sort each new version has its etag, and a deleted row has none', async () => {
      const first = await batch(...Array.from({ length: 99 }, (_, number) => insert(numbered(number))));
      const second = await batch(...[...first].map(([key, etag], number): RowChange => (
        number % 3 === 0 ? { op: 'delete', key, etag } : { op: number % 3 === 1 ? 'put' : 'merge', key, cells: { number }, etag })));
      const rows = await table().range(partition, 'k', 'l');
      expect([rows.length, second.size]).toEqual([66, 66]);
      for (const { key, etag } of rows) expect(second.get(key)).toBe(etag);
    });

    test('2.4 MB of binary cells fit one batch', async () => {
      const bytes = randomBytes(60 * 1024);
      await batch(...Array.from({ length: 40 }, (_, number) => insert(numbered(number), { bytes })));
      expect(Buffer.from((await get(numbered(39)))?.cells['bytes'] as Uint8Array).equals(bytes)).toBe(true);
    });

    test('a prefix means the rows that begin with it and no other', async () => {
      await batch(...['t', 't~0', 't~v', 'ta', 'x~c~1', 'x~m~1'].map((key) => insert(key)));
      expect((await table().range(partition, ...prefixRange('t~'))).map(({ key }) => key)).toEqual(['t~0', 't~v']);
      expect((await table().range(partition, ...prefixRange('x~'))).map(({ key }) => key)).toEqual(['x~c~1', 'x~m~1']);
    });

    test('of 2,300 rows a request brings 1,000 unless more are asked for, and none is lost between requests', async () => {
      for (let from = 0; from < 2_300; from += 100) {
        await batch(...Array.from({ length: 100 }, (_, number) => insert(numbered(from + number), { number: from + number })));
      }
      const found: Row[] = [];
      for (let from = 'k', size = 1; size > 0;) {
        const rows = await table().range(partition, from, 'l');
        expect(rows.length).toBeLessThanOrEqual(1_000);
        found.push(...rows);
        [from, size] = [afterKey(rows.at(-1)?.key ?? ''), rows.length === 0 || found.length === 2_300 ? 0 : 1];
      }
      expect(found.map(({ cells }) => cells['number'])).toEqual(Array.from({ length: 2_300 }, (_, number) => number));
      expect(await table().range(partition, 'k', 'l', 1_500)).toHaveLength(1_500);
    });

    test('the clock of the storage stands within seconds of this machine\'s after a request', async () => {
      await get('k');
      expect(Math.abs(table().now() - Date.now())).toBeLessThan(10_000);
    });
  });
}
