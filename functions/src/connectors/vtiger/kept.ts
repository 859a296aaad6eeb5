/** What the service kept of a text that it cut without a word: lengths of columns are not told, and an administrator's may be shorter. Pure. */
import { canonicalField } from './columns.ts';
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName, FieldsDraft } from '../../engine/record.ts';
import type { Carried } from './carry.ts';
import type { Row } from './row.ts';

/** Fields whose columns are words of their own: what stands there is never the beginning of a longer text. */
const NO_TEXT: ReadonlySet<string> = new Set(['when', 'attendees', 'dueDate', 'birthday', 'status', 'importance', 'company']);

/** `answer` shows the record after the write. Other differences (decoded marks) are the answer's own and mean nothing. */
export function withWhatWasKept(carried: Carried, answer: Row): Carried {
  const written: FieldsDraft = { ...carried.written };
  const notes: CarryNote[] = [...carried.notes];
  for (const [column, sent] of Object.entries(carried.columns)) {
    const kept = answer[column];
    const isCut = typeof kept === 'string' && kept.length < sent.length && kept !== '' && sent.startsWith(kept);
    const field = canonicalField(column) as FieldName;
    if (!isCut || NO_TEXT.has(field) || written[field] === undefined) continue;
    written[field] = Array.isArray(written[field]) ? [kept] : typeof written[field] === 'string' ? kept.trim() : cutPart(written[field], sent, kept);
    notes.push({ field, what: 'shortened', reason: 'tooLong' });
  }
  return { ...carried, written, notes };
}

/** One part of an address. */
function cutPart(value: FieldsDraft[FieldName], sent: string, kept: string): NonNullable<FieldsDraft[FieldName]> {
  return Object.fromEntries(Object.entries(value ?? {}).map(([part, text]) => [part, text === sent ? kept.trim() : String(text)]));
}
