/** The echo test: a change that shows what the shadow already holds is silence. Judged by content, never by time or author. */
import { FIELDS } from './fields.ts';
import { sameValue, shown } from './forms.ts';
import type { Forms } from './forms.ts';
import type { FieldName, Fields } from './record.ts';

/**
 * True when nothing a side shows differs from its own shadow. A key absent from `seen` never differs. A key absent from the
 * shadow (the side began to hold the field) differs only when it is not blank: it still has to meet the other side.
 */
export function isSilent(shadow: Fields, seen: Fields, forms: Forms): boolean {
  for (const field in seen) {
    if (differs(field as FieldName, shadow, seen, forms)) return false;
  }
  return true;
}

/** The fields that differ from the side's own shadow, in reading order. */
export function changedFields(shadow: Fields, seen: Fields, forms: Forms): FieldName[] {
  return (Object.keys(FIELDS) as FieldName[]).filter((field) => differs(field, shadow, seen, forms));
}

function differs(field: FieldName, shadow: Fields, seen: Fields, forms: Forms): boolean {
  const before = shadow[field];
  if (seen[field] === before) return false;
  const now = shown(field, seen, forms);
  if (now === undefined) return false;
  return before === undefined ? now !== null : !sameValue(field, before, now, forms);
}
