/** What the writing half of every mapping answers. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName } from '../../engine/record.ts';
import type { JsonObject } from './json.ts';

export interface Patch {
  readonly body: JsonObject;
  readonly notes: readonly CarryNote[];
  /** The canonical fields that live in the properties written: what the answer is read back for. */
  readonly fields: readonly FieldName[];
}
