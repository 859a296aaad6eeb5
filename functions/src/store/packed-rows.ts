/** Very many rows of one key range in little memory: each page is one piece of bytes, from which single rows are made again. */
import type { Cell, Row } from '../ports/table.ts';

type PlainRow = Pick<Row, 'key' | 'cells'>;

interface Page {
  readonly first: string;
  readonly keys: readonly string[];
  /** Where the bytes of each row end. */
  readonly ends: Uint32Array;
  readonly bytes: Buffer;
}

export class PackedRows {
  readonly #pages: Page[] = [];
  readonly #gone = new Set<string>();

  /** The next rows, in key order. */
  add(rows: readonly PlainRow[]): void {
    const [first] = rows;
    if (!first) return;
    const packed = rows.map(({ cells }) => packedCells(cells));
    let end = 0;
    this.#pages.push({
      first: first.key, keys: rows.map(({ key }) => key), ends: Uint32Array.from(packed, ({ length }) => (end += length)), bytes: Buffer.concat(packed),
    });
  }

  get(key: string): PlainRow | undefined {
    const found = this.#find(key);
    if (!found) return undefined;
    const { page: { ends, bytes }, place } = found;
    return { key, cells: cellsOf(bytes.subarray(place === 0 ? 0 : ends[place - 1], ends[place])) };
  }

  /** One after the other, in key order. */
  * rows(): Generator<PlainRow> {
    for (const { keys } of this.#pages) {
      for (const key of keys) {
        const row = this.get(key);
        if (row) yield row;
      }
    }
  }

  /** Forgets a row that is stored otherwise now. */
  delete(key: string): void {
    if (this.#find(key)) this.#gone.add(key);
  }

  #find(key: string): { page: Page; place: number } | undefined {
    const page = this.#gone.has(key) ? undefined : this.#pages.findLast(({ first }) => first <= key);
    const place = page ? placeOf(page.keys, key) : -1;
    return page && place >= 0 ? { page, place } : undefined;
  }
}

/** Length of the words, the words, and behind them the cells that are bytes; in the words these are null and their lengths are told. */
type Words = readonly [plain: Readonly<Record<string, Exclude<Cell, Uint8Array> | null>>, lengths: readonly number[]];

const LENGTH_BYTES = 4;

function packedCells(cells: PlainRow['cells']): Buffer {
  const parts = Object.values(cells).filter((cell) => cell instanceof Uint8Array);
  const plain = Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell instanceof Uint8Array ? null : cell]));
  const words = Buffer.from(JSON.stringify([plain, parts.map(({ length }) => length)] satisfies Words), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(words.length);
  return Buffer.concat([length, words, ...parts]);
}

function cellsOf(packed: Buffer): PlainRow['cells'] {
  let end = LENGTH_BYTES + packed.readUInt32LE();
  const [plain, lengths] = JSON.parse(packed.toString('utf8', LENGTH_BYTES, end)) as Words;
  const cells: Record<string, Cell> = {};
  let part = 0;
  for (const [name, cell] of Object.entries(plain)) {
    const from = end;
    if (cell === null) end += lengths[part++] ?? 0;
    cells[name] = cell ?? packed.subarray(from, end);
  }
  return cells;
}

/** -1 where the key is not among these, which are in order. */
function placeOf(keys: readonly string[], key: string): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((keys[middle] ?? '') < key) from = middle + 1;
    else to = middle;
  }
  return keys[from] === key ? from : -1;
}
