/**
 * A record of Events -> canonical fields. Days and times are UTC on the wire for everybody; there are no whole days, so one is its owner's
 * midnight to 23:59 of the last day with `notime` as a mark, and any other time makes it a timed event again.
 */
import { formatWhen, parseWhen, spanOf } from '../../engine/when.ts';
import { BODY_LENGTH } from '../body-text.ts';
import { instantAt, localTime } from '../local-time.ts';
import { isOn, linesOf, mayMail, seenOf, text, type Row, type RowView } from './row.ts';
import type { FieldName, FieldsDraft, Instant, Seen } from '../../engine/record.ts';
import type { Scope } from '../../ports/side.ts';

/** Canonical field -> columns that we write. */
export const EVENT_COLUMNS = {
  subject: ['subject'],
  when: ['date_start', 'time_start', 'due_date', 'time_end'],
  location: ['location'],
  body: ['description'],
  attendees: ['contact_id'],
} as const satisfies Readonly<Partial<Record<FieldName, readonly string[]>>>;

/** Through whose eyes events and tasks are shown. */
export interface ActivityView extends RowView {
  /** The zone in which the CRM shows its times to the user. */
  readonly zone: string;
  readonly window: Scope['window'];
  /** Addresses of contacts by id; null where one has none. */
  readonly emails: ReadonlyMap<string, string | null>;
}

export function eventSeen(row: Row, view: ActivityView): Seen {
  const fields: FieldsDraft = {};
  const when = whenOf(row, view.zone);
  const body = linesOf(row['description']);
  const isTooLong = body !== null && body.length > BODY_LENGTH;
  const contactId = text(row['contact_id']);
  const email = contactId === null ? null : view.emails.get(contactId);
  if (row['subject'] !== undefined) fields.subject = text(row['subject']);
  if (when !== undefined) fields.when = when;
  if (row['location'] !== undefined) fields.location = text(row['location']);
  if (row['description'] !== undefined && !isTooLong) fields.body = body;
  // A contact that this user may not read says nothing about the guests.
  if (row['contact_id'] !== undefined && email !== undefined) fields.attendees = email === null ? null : [email];
  const isMailing = mayMail(row);
  return seenOf('event', row, fields, view, {
    memo: { mayMail: isMailing, contactId, isMarked: isOn(row['notime']) },
    // Of several contacts of one event, a query names another than a list of changes does: no change.
    unjudged: ['attendees'],
    ...(text(row['visibility']) === 'Private' ? { isPrivate: true } : {}),
    ...(isMailing ? { meeting: 'organizer' } : {}),
    ...(when !== undefined && isOutside(when, view.window) ? { isOutside: true } : {}),
    ...(isTooLong ? { left: ['body'] } : {}),
  });
}

/** Undefined when the row does not tell, or tells an end before the start, which the service accepts. */
function whenOf(row: Row, zone: string): string | undefined {
  const [start, end] = [instantOf(row['date_start'], row['time_start']), instantOf(row['due_date'], row['time_end'])];
  if (start === undefined || end === undefined) return undefined;
  const days = isOn(row['notime']) ? daysOf(start, end, zone) : undefined;
  const when = formatWhen(days ? { isAllDay: true, ...days } : { isAllDay: false, start, end });
  return parseWhen(when) === undefined ? undefined : when;
}

function daysOf(start: Instant, end: Instant, zone: string): { startDate: string; endDate: string } | undefined {
  const [first, last] = [start, end].map((at) => localTime(at, zone).slice(0, 10));
  if (first === undefined || last === undefined) return undefined;
  const isWhole = start === midnight(first, zone) && end === lastMinute(last, zone);
  return isWhole ? { startDate: first, endDate: dayAfter(last) } : undefined;
}

const midnight = (day: string, zone: string): Instant | undefined => instantAt(`${day}T00:00:00`, zone);
const lastMinute = (day: string, zone: string): Instant | undefined => instantAt(`${day}T23:59:00`, zone);

const DAY = 24 * 3_600_000;
const dayAfter = (day: string, days = 1): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Times lie in the table as somebody's program sent them: "15:00", "3:00 PM" and "15:00:00Z" were all kept. */
export function instantOf(day: unknown, time: unknown): Instant | undefined {
  const [, hours, minutes, seconds = '00', half] = /^(\d{1,2}):(\d\d)(?::(\d\d))?\s*(am|pm)?Z?$/i.exec(text(time) ?? '') ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/pm/i.test(half) ? 12 : 0);
  const parsed = Date.parse(`${text(day) ?? ''}T${String(hour).padStart(2, '0')}:${minutes}:${seconds}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function isOutside(when: string, window: Scope['window']): boolean {
  const parsed = parseWhen(when);
  if (!parsed) return false;
  const { from, to } = spanOf(parsed);
  return from >= window.to || (to <= window.from && from < window.from);
}

const columnsAt = (at: Instant): readonly [day: string, time: string] => {
  const iso = new Date(at).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
};

/** The columns of `when`, always sent together, with a length that the service counts anew. Undefined for a text that is no interval. */
export function whenColumns(when: string, zone: string): { readonly columns: Readonly<Record<string, string>>; readonly isAllDay: boolean } | undefined {
  const parsed = parseWhen(when);
  if (!parsed) return undefined;
  const [start, end] = parsed.isAllDay
    ? [midnight(parsed.startDate, zone), lastMinute(dayAfter(parsed.endDate, -1), zone)]
    : [parsed.start, parsed.end];
  if (start === undefined || end === undefined) return undefined;
  const minutes = Math.max(0, Math.floor((end - start) / 60_000));
  const [[date_start, time_start], [due_date, time_end]] = [columnsAt(start), columnsAt(end)];
  return {
    isAllDay: parsed.isAllDay,
    columns: {
      date_start, time_start, due_date, time_end,
      duration_hours: String(Math.floor(minutes / 60)), duration_minutes: String(minutes % 60).padStart(2, '0'),
    },
  };
}
