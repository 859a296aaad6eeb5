import { expect, test } from 'vitest';
import type { Row } from '../ports/table.ts';
import { PackedRows } from './packed-rows.ts';

type PlainRow = Pick<Row, 'key' | 'cells'>;

const rowOf = (key: string): PlainRow => ({
  key, cells: { k: 'contact', ep: 7, ok: true, none: '', s: Uint8Array.of(1, 2, key.length), mi: `Müller ${key}`, t: new Uint8Array(0) },
});

function packedOf(...pages: string[][]): PackedRows {
  const packed = new PackedRows();
  for (const page of pages) packed.add(page.map(rowOf));
  return packed;
}

const plain = (row: PlainRow | undefined): unknown => row && {
  key: row.key, cells: Object.fromEntries(Object.entries(row.cells).map(([name, cell]) => [name, cell instanceof Uint8Array ? [...cell] : cell])),
};

test('every packed row comes back with its cells as they were', () => {
  const packed = packedOf(['a~1', 'a~3', 'b~2'], ['b~4', 'c~1']);
  for (const key of ['a~1', 'a~3', 'b~2', 'b~4', 'c~1']) expect(plain(packed.get(key))).toEqual(plain(rowOf(key)));
  expect([...packed.rows()].map(plain)).toEqual(['a~1', 'a~3', 'b~2', 'b~4', 'c~1'].map((key) => plain(rowOf(key))));
});

test('a key that no row has finds none, wherever it would stand', () => {
  const packed = packedOf(['a~1', 'a~3'], [], ['c~1']);
  for (const key of ['a', 'a~2', 'b', 'c~10', 'd']) expect(packed.get(key)).toBeUndefined();
  expect(new PackedRows().get('a')).toBeUndefined();
});

test('a row that is stored otherwise now is gone, and no other', () => {
  const packed = packedOf(['a~1', 'a~3'], ['c~1']);
  packed.delete('a~3');
  packed.delete('x');
  expect(packed.get('a~3')).toBeUndefined();
  expect([...packed.rows()].map(({ key }) => key)).toEqual(['a~1', 'c~1']);
});
