/** P8: the history of one record by day, what is different on both sides now, and what may be asked for. */
import type { HistoryEntry, RecordHistory } from '@concord/api';
import { kindWord, sideName, type SideKey } from '../../text/entries.ts';
import type { Text } from '../../text/index.ts';
import { fieldName } from '../../text/sentences.ts';

export interface Day {
  /** "Today", "Yesterday", else the date. */
  readonly title: string;
  readonly entries: readonly HistoryEntry[];
}

const DAY_MS = 86_400_000;

/** Newest first, as the entries come; `now` by the server's clock. */
export function daysOf(text: Text, entries: readonly HistoryEntry[], now: number, timeZone?: string): readonly Day[] {
  const zone = timeZone ? { timeZone } : {};
  const key = new Intl.DateTimeFormat('en-CA', zone);
  const date = new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'long', year: 'numeric', ...zone });
  const days = new Map<string, { title: string; entries: HistoryEntry[] }>();
  for (const entry of entries) {
    const day = key.format(entry.at);
    const isToday = day === key.format(now);
    const title = isToday ? text('record.today') : day === key.format(now - DAY_MS) ? text('record.yesterday') : date.format(entry.at);
    const known = days.get(day) ?? { title, entries: [] };
    known.entries.push(entry);
    days.set(day, known);
  }
  return [...days.values()];
}

/** What happened, in a sentence: "Business phone went to Salesforce." */
export function didWords(text: Text, { action, to, fields, changes }: HistoryEntry, crm: string): string {
  const names = (changes.length > 0 ? changes.map(({ field }) => field) : fields).map((field) => fieldName(text, field)).join(', ');
  return text(`record.did.${action}`, { side: to ? sideName(text, to, crm) : crm, fields: names });
}

export function statusWords(text: Text, { kind, status }: RecordHistory): string {
  return text(`record.status.${status}`, { kind: kindWord(text, kind) });
}

export interface Difference {
  readonly field: string;
  readonly m: string;
  readonly c: string;
}

/**
 * Fields of a linked pair that differ now. A field that only one side shows may have no place on the other, so it counts
 * only where the log shows that it once travelled there.
 */
export function differencesOf({ status, now, entries }: RecordHistory): readonly Difference[] {
  const { m, c } = now;
  if (status !== 'live' || !m || !c) return [];
  const travelled = new Set(entries.flatMap(({ to, fields }) => (to ? fields.map((field) => `${to} ${field}`) : [])));
  return [...new Set([...Object.keys(m), ...Object.keys(c)])].flatMap((field): Difference[] => {
    const [inM, inC] = [m[field] ?? '', c[field] ?? ''];
    const isKnown = (inM !== '' || travelled.has(`m ${field}`)) && (inC !== '' || travelled.has(`c ${field}`));
    return isKnown && !isSame(field, inM, inC) ? [{ field, m: inM, c: inC }] : [];
  });
}

/** Both sides write the same value in their own way: spaces, signs in a phone number, letters of an address. */
function isSame(field: string, m: string, c: string): boolean {
  const form = (value: string): string => {
    if (field.startsWith('phones.')) return value.replace(/\D/g, '').replace(/^0+/, '');
    if (field === 'webPage') return value.toLowerCase().replace(/^https?:\/\//, '').replace(/\/$/, '');
    if (/email|attendees/i.test(field)) return value.toLowerCase().split(/,\s*/).sort().join();
    return value.replace(/\s+/g, ' ').trim();
  };
  return form(m) === form(c);
}

export type Verb = 'unlink' | 'relink' | null;

/** Both sides must be there for a pair to be linked again. */
export function verbOf({ status, now }: RecordHistory): Verb {
  if (status === 'live') return 'unlink';
  return status === 'unlinked' && now.m && now.c ? 'relink' : null;
}

/** The entry whose rule says why the record is not linked: the newest that took it apart or left it out. */
export function notLinkedEntry({ status, entries }: RecordHistory): HistoryEntry | undefined {
  if (status === 'live' || status === 'dead') return undefined;
  return entries.find(({ action }) => action === 'unlink' || action === 'skip' || action === 'ask' || action === 'hold');
}

/** The side that a linked pair should show and does not. */
export function unreadableSides({ status, now }: RecordHistory): readonly SideKey[] {
  return status === 'live' ? (['m', 'c'] as const).filter((side) => !now[side]) : [];
}
