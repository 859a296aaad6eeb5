/** What the creation of a counterpart writes. */
import { assert } from './assert.ts';
import { mayTravel, specOf } from './fields.ts';
import { isEmpty, isList, shown } from './forms.ts';
import type { Forms } from './forms.ts';
import type { Rules } from './fields.ts';
import type { FieldName, Fields, FieldsDraft, Seen, SideKey } from './record.ts';

export interface Birth {
  /** Raw values the target can hold; blanks left out; required blanks filled. Empty when the source has nothing to carry. */
  readonly fields: Fields;
  /** Fields whose value is a fill, not something a person wrote. Store them in the intent. */
  readonly fills: readonly FieldName[];
}

export interface BirthPlace {
  readonly side: SideKey;
  readonly holds: ReadonlySet<FieldName>;
}

/**
 * What to write when a counterpart of `source` is created on `target.side`.
 *
 * What is no value of its field (an e-mail without @) does not travel; a value of another shape throws, so that nobody carries it on.
 *
 * A fill needs no mark of its own in the link: the target's shadow holds the fill and the source's shadow holds the blank.
 * Each side is compared with its own shadow only, so an untouched fill is no change on either side and never travels back;
 * a real value written on either side is a change and replaces it.
 */
export function birthFields(source: Seen, target: BirthPlace, rules: Rules, forms: Forms): Birth {
  const fields: FieldsDraft = {};
  const fills: FieldName[] = [];
  const names = (Object.keys(rules.fields) as FieldName[]).filter((field) => target.holds.has(field));
  for (const field of names) {
    const value = shown(field, source.fields, forms);
    const isWanted = mayTravel(field, target.side, rules) || specOf(field, rules).isBothOnCreate === true;
    if (value !== undefined && value !== null && isWanted) fields[field] = value;
  }
  if (Object.keys(fields).length === 0) return { fields, fills };
  for (const field of names) {
    if (fields[field] !== undefined || target.side !== 'c' || !specOf(field, rules).isRequiredByCrm) continue;
    const fill = requiredFill(source.fields);
    if (fill === undefined) continue;
    fields[field] = fill;
    fills.push(field);
  }
  assert(fills.every((field) => fields[field] !== undefined), 'every fill is written');
  return { fields, fills };
}

/** In the order in which a person would call somebody without a family name; the last ones so that no card is refused. */
const FILL_FROM: readonly FieldName[] = [
  'givenName', 'company', 'primaryEmail', 'otherEmails', 'middleName', 'phones.mobile', 'phones.work', 'phones.home', 'phones.other',
  'jobTitle', 'department', 'webPage',
];

/** The text that stands in a required field of the CRM when the mailbox has none; undefined when there is nothing to take it from. */
export function requiredFill(fields: Fields): string | undefined {
  for (const field of FILL_FROM) {
    const value = fields[field];
    if (value === undefined || value === null || isEmpty(value)) continue;
    const text = isList(value) ? value.find((member) => !isEmpty(member)) : value;
    if (typeof text !== 'string') continue;
    const isAddress = field === 'primaryEmail' || field === 'otherEmails';
    const fill = (isAddress ? text.replace(/@.*$/s, '') : text).trim();
    if (fill !== '') return fill;
  }
  return undefined;
}
