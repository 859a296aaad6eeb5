/** Limits of the table service (learn.microsoft.com, "Understanding the Table service data model" and "Entity group transactions"). */
import { assert } from '../engine/assert.ts';
import type { Cell, RowChange } from '../ports/table.ts';

export const BATCH_ROWS = 100;
/** The service allows 4 MiB of request body, where binary cells stand as base64; this leaves room for names and framing. */
export const BATCH_BYTES = 2_500_000;
const CELL_BYTES = 64 * 1024;
const KEY_CHARACTERS = 512;
const FORBIDDEN_IN_KEYS = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

export function assertBatch(changes: readonly RowChange[]): void {
  assert(changes.length > 0 && changes.length <= BATCH_ROWS, `a batch has 1 to ${BATCH_ROWS} changes, not ${changes.length}`);
  const seen = new Set<string>();
  for (const change of changes) {
    assert(!seen.has(change.key), 'a batch changes each row once');
    assert(change.key.length <= KEY_CHARACTERS && !FORBIDDEN_IN_KEYS.test(change.key), 'a row key is legal');
    seen.add(change.key);
    const cells = change.op === 'delete' ? [] : Object.values(change.cells);
    for (const cell of cells) assert(cellBytes(cell) <= CELL_BYTES, 'a cell is at most 64 KiB');
  }
}

/** Bytes of a change as the service counts them, roughly. */
export function changeBytes(change: RowChange): number {
  if (change.op === 'delete') return change.key.length * 2;
  return Object.entries(change.cells).reduce((sum, [name, cell]) => sum + name.length * 2 + cellBytes(cell), change.key.length * 2);
}

function cellBytes(cell: Cell): number {
  if (typeof cell === 'string') return cell.length * 2;
  return cell instanceof Uint8Array ? cell.length : 8;
}
