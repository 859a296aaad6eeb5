/** displayName: Outlook makes a new one whenever a name part changes, unless the same request brings one. Pure. */
import type { FieldName, Fields } from '../engine/record.ts';

type Parts = Readonly<Record<'prefix' | 'given' | 'middle' | 'family' | 'suffix' | 'company' | 'email', string>>;

/** The ways in which a name is made of its parts; the first is used for a new contact. */
const FORMS: readonly ((parts: Parts) => string)[] = [
  ({ given, family }) => join(given, family),
  ({ given, middle, family }) => join(given, middle, family),
  ({ given, middle, family, suffix }) => join(given, middle, family, suffix),
  ({ prefix, given, middle, family, suffix }) => join(prefix, given, middle, family, suffix),
  ({ given, family }) => join(family, given),
  ({ given, family }) => (given && family ? `${family}, ${given}` : ''),
  ({ company }) => company,
  ({ email }) => email,
];

/**
 * The displayName to send, or the name that a card is filed under. When the old one was made of the old parts, the same way of making it is
 * used again; when a person chose the text, it is sent again unchanged. `old` is undefined where nobody knows it.
 */
export function nameFor(patch: Fields, current: Fields | undefined, old: string | undefined, use: 'shown' | 'filed' = 'shown'): string | null {
  const after = partsOf({ ...current, ...patch });
  const filed = use === 'filed' && after.given && after.family ? `${after.family}, ${after.given}` : '';
  const fresh = filed || FORMS[0]?.(after) || after.company || after.email || null;
  if (!current || !old) return fresh;
  const before = partsOf(current);
  const form = FORMS.find((make) => make(before) === old.trim());
  if (!form) return old;
  const isNameless = join(before.given, before.family) === '';
  return (isNameless ? '' : form(after)) || fresh;
}

function partsOf(fields: Fields): Parts {
  const text = (field: FieldName): string => { const value = fields[field]; return typeof value === 'string' ? value.trim() : ''; };
  return {
    prefix: text('prefix'), given: text('givenName'), middle: text('middleName'), family: text('familyName'), suffix: text('suffix'),
    company: text('company'), email: text('primaryEmail'),
  };
}

const join = (...parts: readonly string[]): string => parts.filter(Boolean).join(' ');
