/** What the writing half of every mapping answers. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName } from '../../engine/record.ts';
import type { Setting } from './places.ts';

export interface Patch {
  readonly settings: readonly Setting[];
  readonly notes: readonly CarryNote[];
  /** The canonical fields that live in the properties written: what is read back of the record. */
  readonly fields: readonly FieldName[];
  /** What to send instead where the server refuses to clear one of them (ErrorInvalidPropertyDelete). */
  readonly fallback?: readonly Setting[];
}

/** What the look at a record left for writing to it. */
export interface ItemMemo {
  /** Of an occurrence: the id by which it can be written to. */
  readonly itemId: string;
}
