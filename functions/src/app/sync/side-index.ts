/** Which link the records of one side belong to, as far as a run knows. */
import type { LinkId } from '../../engine/link.ts';
import type { SideKey } from '../../engine/record.ts';
import { keys } from '../../store/keys.ts';
import type { PackedRows } from '../../store/packed-rows.ts';

export class SideIndex {
  readonly #side: SideKey;
  /** What was asked for one by one, and what this run has written. */
  readonly #known = new Map<string, LinkId | null>();
  #rows: PackedRows | undefined;

  constructor(side: SideKey) {
    this.#side = side;
  }

  /** True: nothing needs to be asked for any more. */
  get isWhole(): boolean { return this.#rows !== undefined; }

  /** The id of the record's link; null: it is known that there is none; undefined: nobody has asked. */
  get(recordId: string): LinkId | null | undefined {
    const known = this.#known.get(recordId);
    if (known !== undefined || !this.#rows) return known;
    const row = this.#rows.get(keys.index(this.#side, recordId));
    return row ? String(row.cells['l']) : null;
  }

  set(recordId: string, linkId: LinkId | null): void {
    this.#known.set(recordId, linkId);
  }

  /** All index rows of the side as they are stored; what is known already stays. */
  fill(rows: PackedRows): void {
    this.#rows = rows;
  }
}
