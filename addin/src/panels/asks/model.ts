/** The questions only the person can answer: names, the fields to compare, and which question comes next. */
import type { AskCandidate, AskItem } from '@concord/api';

/** A name a person recognises, from whatever fields the record has. */
export function nameOf(record: AskCandidate, fallback: string): string {
  const { fields } = record;
  if (fields['subject']) return fields['subject'];
  const full = fields['name'] ?? [fields['givenName'], fields['familyName']].filter(Boolean).join(' ');
  return full || fields['company'] || fields['primaryEmail'] || fallback;
}

export interface Comparison {
  readonly field: string;
  readonly mailbox: string;
  readonly crm: string;
}

const ORDER: readonly string[] = [
  'subject', 'when', 'dueDate', 'location', 'status', 'name', 'givenName',
  'familyName', 'primaryEmail', 'otherEmails', 'phones.work', 'phones.mobile', 'phones.home', 'company', 'jobTitle',
];

/** Every field that one of the two shows, the telling ones first. An empty text means the side has none. */
export function compare(item: AskItem, candidate: AskCandidate): readonly Comparison[] {
  const [mailbox, crm] = item.side === 'm' ? [item.record, candidate] : [candidate, item.record];
  const names = new Set([...Object.keys(mailbox.fields), ...Object.keys(crm.fields)]);
  const rank = (field: string): number => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length);
  return [...names]
    .map((field) => ({ field, mailbox: mailbox.fields[field] ?? '', crm: crm.fields[field] ?? '' }))
    .filter(({ mailbox: m, crm: c }) => m !== '' || c !== '')
    .sort((a, b) => rank(a.field) - rank(b.field));
}

/** The question after this one, or the one before it at the end of the list; null when none is left. */
export function nextOf(asks: readonly AskItem[], id: string): AskItem | null {
  const at = asks.findIndex((ask) => ask.id === id);
  return asks[at + 1] ?? asks[at - 1] ?? null;
}
