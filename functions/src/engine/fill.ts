/** First contact of two records: blanks are filled, nothing is overwritten. */
import { assert } from './assert.ts';
import { mayTravel } from './fields.ts';
import { isList, memberForm, sameValue, shown } from './forms.ts';
import type { Holds, Rules } from './fields.ts';
import type { Forms } from './forms.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue, SideKey } from './record.ts';

export interface Filled {
  readonly patchM: Fields;
  readonly patchC: Fields;
  /** Fields in which both sides hold different values; they agree to differ, each side keeps its own as shadow. */
  readonly kept: readonly FieldName[];
}

/** A group is blank only if all of it is blank; a set only if it has no member. */
export function fillBlanks(m: Fields, c: Fields, holds: Holds, rules: Rules, forms: Forms): Filled {
  const patch: Record<SideKey, FieldsDraft> = { m: {}, c: {} };
  const kept: FieldName[] = [];
  for (const field of Object.keys(rules.fields) as FieldName[]) {
    const [inM, inC] = [shown(field, m, forms), shown(field, c, forms)];
    if (inM === undefined || inC === undefined || !holds.m.has(field) || !holds.c.has(field)) continue;
    if (sameValue(field, inM, inC, forms)) continue;
    const target = inM === null ? 'm' : inC === null ? 'c' : undefined;
    const value = target === undefined ? null : fillFor(field, inM ?? inC, target === 'm' ? m : c, forms);
    if (target === undefined) kept.push(field);
    else if (value !== null && mayTravel(field, target, rules)) patch[target][field] = value;
  }
  for (const field of kept) assert(patch.m[field] === undefined && patch.c[field] === undefined, `${field} is kept, so it is not written`);
  return { patchM: patch.m, patchC: patch.c, kept };
}

/** An address that is already the main one of the target is not added once more among its others. */
function fillFor(field: FieldName, value: FieldValue | null, target: Fields, forms: Forms): FieldValue | null {
  const main = target.primaryEmail;
  if (field !== 'otherEmails' || value === null || !isList(value) || typeof main !== 'string') return value;
  const rest = value.filter((member) => memberForm(field, member, forms) !== memberForm('primaryEmail', main, forms));
  return rest.length > 0 ? rest : null;
}
