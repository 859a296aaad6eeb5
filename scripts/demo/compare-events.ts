/** Compares what the files say with what lies in the CRM, minute by minute; nothing here knows the product. */
import type { CrmEvent } from '../hands/crm.ts';
import { appearancesOf, type Appearance, type SourceEvent, type Window } from './calendar.ts';

export interface EventDifference {
  readonly record: string;
  readonly field: string;
  readonly mailbox: string | null;
  readonly crm: string | null;
}

interface Row {
  readonly key: string;
  readonly subject: string;
  readonly location: string;
  readonly body: string;
  readonly when: string;
}

const DAY_MS = 24 * 60 * 60_000;
const SUBJECT_MAX = 255;
/** Longer texts stay where they are, and are listed. */
const BODY_MAX = 8_000;

export interface EventsCompared {
  readonly arrived: number;
  /** Events of the files of which nothing lies in the window. */
  readonly outside: number;
  /** Private ones never leave the mailbox. */
  readonly kept: number;
  readonly differences: readonly EventDifference[];
}

/** Every appearance inside the window must be one row of the CRM, and every row one appearance; its edges may go either way. */
export function compareEvents(events: readonly SourceEvent[], rows: readonly CrmEvent[], { from, to }: Window): EventsCompared {
  const differences: EventDifference[] = [];
  const left = new Map<string, Row[]>();
  for (const row of rows.map(rowOf)) left.set(row.key, [...left.get(row.key) ?? [], row]);
  let arrived = 0, outside = 0, kept = 0;
  for (const event of events) {
    const all = appearancesOf(event, from - 2 * DAY_MS, to + 2 * DAY_MS);
    const inner = new Set(appearancesOf(event, from + DAY_MS, to - DAY_MS).map(keyOf));
    if (all.length === 0) outside += 1;
    if (event.isPrivate) { kept += 1; continue; }
    let isThere = inner.size === 0;
    for (const one of all) {
      const row = take(left, one);
      if (row) differences.push(...texts(event, one, row));
      else if (inner.has(keyOf(one))) differences.push({ record: event.source, field: 'when', mailbox: textOf(one), crm: null });
      isThere ||= row !== undefined;
    }
    if (isThere && all.length > 0) arrived += 1;
  }
  for (const row of [...left.values()].flat()) differences.push({ record: row.subject, field: 'when', mailbox: null, crm: row.when });
  return { arrived, outside, kept, differences };
}

/** The row with the same time and subject; of several, the one whose place fits. */
function take(left: Map<string, Row[]>, one: Appearance): Row | undefined {
  const rows = left.get(keyOf(one));
  if (!rows || rows.length === 0) return undefined;
  const index = Math.max(0, rows.findIndex(({ location, body }) => location === plain(one.shown.location) && body === plain(one.shown.body)));
  return rows.splice(index, 1)[0];
}

function texts(event: SourceEvent, one: Appearance, row: Row): EventDifference[] {
  const meant = { location: plain(one.shown.location), body: plain(one.shown.body).length > BODY_MAX ? '' : plain(one.shown.body) };
  return (['location', 'body'] as const).flatMap((field) => (
    meant[field] === row[field] ? [] : [{ record: event.source, field, mailbox: meant[field], crm: row[field] }]));
}

function keyOf(one: Appearance): string {
  return `${plain(one.shown.subject).slice(0, SUBJECT_MAX)}\n${textOf(one)}`;
}

function textOf(one: Appearance): string {
  return one.isAllDay ? `${one.startDate}/${one.endDate}` : `${new Date(one.start).toISOString()}/${new Date(one.end).toISOString()}`;
}

function rowOf({ subject, location, body, when }: CrmEvent): Row {
  return { key: `${plain(subject)}\n${when}`, subject: plain(subject), location: plain(location), body: plain(body), when };
}

/** Line ends, outer blanks and runs of blanks are nobody's edit. */
export function plain(value: unknown): string {
  if (typeof value !== 'string') return '';
  const lines = value.normalize('NFC').replace(/\r\n?/g, '\n').split('\n').map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim());
  return lines.filter((line) => line !== '').join('\n');
}
