/** Salesforce Event -> canonical fields. Object Reference, Event; days of whole-day events carry midnight UTC and an inclusive end. */
import { formatWhen, parseWhen, spanOf } from '../../engine/when.ts';
import { BODY_MAX } from './limits.ts';
import { instant, linesOf, seenOf, text, type Row } from './row.ts';
import type { FieldName, FieldsDraft, Seen, ShowAs } from '../../engine/record.ts';
import type { Scope } from '../../ports/side.ts';

/** Canonical field -> columns that we write. */
export const EVENT_COLUMNS = {
  subject: ['Subject'],
  when: ['StartDateTime', 'EndDateTime', 'IsAllDayEvent'],
  location: ['Location'],
  body: ['Description'],
  showAs: ['ShowAs'],
  attendees: ['WhoId'],
} as const satisfies Readonly<Partial<Record<FieldName, readonly string[]>>>;

/** The service's three words; what reads as neither of the others is busy. */
const SHOW_AS: Readonly<Record<string, ShowAs>> = { Busy: 'busy', OutOfOffice: 'oof', Free: 'free' };

/** Somebody an event is about: a contact or a lead. Invited users and rooms are none. */
export interface Member {
  readonly personId: string;
  /** Null where the person has none, or this user may not see it. */
  readonly email: string | null;
  /** The EventRelation that names the person, where the organization has Shared Activities. */
  readonly relationId?: string;
  readonly isInvitee?: boolean;
}

/** What an update must know of the event beyond its fields. */
export interface EventMemo {
  readonly whoId: string | null;
  readonly hasWhat: boolean;
  readonly members: readonly Member[];
}

/** Through whose eyes an event is shown. */
export interface EventView {
  readonly me: string;
  readonly window: Scope['window'];
  readonly members: readonly Member[];
}

export function eventSeen(row: Row, { me, window, members }: EventView): Seen {
  const fields: FieldsDraft = {};
  const body = linesOf(row['Description']);
  const isTooLong = body !== null && body.length > BODY_MAX;
  const when = whenOf(row);
  if (row['Subject'] !== undefined) fields.subject = text(row['Subject']);
  if (when !== undefined) fields.when = when;
  if (row['Location'] !== undefined) fields.location = text(row['Location']);
  if (row['Description'] !== undefined && !isTooLong) fields.body = body;
  if (row['ShowAs'] !== undefined) fields.showAs = row['ShowAs'] === null ? null : showAsOf(row['ShowAs']);
  if (row['WhoId'] !== undefined) fields.attendees = attendeesOf(members);
  const memo: EventMemo = { whoId: text(row['WhoId']), hasWhat: text(row['WhatId']) !== null, members };
  return seenOf('event', row, fields, me, {
    memo,
    ...(row['IsPrivate'] === true ? { isPrivate: true } : {}),
    // Users, contacts or rooms are invited; the API mails them only when told to, but how REST is told not to is nowhere said.
    ...(row['IsGroupEvent'] === true ? { meeting: 'organizer' } : {}),
    ...(when !== undefined && isOutside(when, window) ? { isOutside: true } : {}),
    ...(isTooLong ? { left: ['body'] } : {}),
  });
}

export const showAsOf = (raw: unknown): ShowAs => SHOW_AS[String(raw)] ?? 'busy';

/** The addresses of these people, or null when there is none. */
export function attendeesOf(members: readonly Member[]): readonly string[] | null {
  const emails = [...new Set(members.flatMap(({ email }) => email ?? []))].sort();
  return emails.length === 0 ? null : emails;
}

/** Undefined when the row does not tell, or tells an end before the start. */
function whenOf(row: Row): string | undefined {
  const start = instant(row['StartDateTime']);
  if (start === undefined) return undefined;
  const minutes = Number(row['DurationInMinutes'] ?? 0);
  const end = instant(row['EndDateTime']) ?? start + minutes * 60_000;
  const when = row['IsAllDayEvent'] === true
    ? formatWhen({ isAllDay: true, startDate: dayOf(start), endDate: dayOf(end + DAY) })
    : formatWhen({ isAllDay: false, start, end });
  return parseWhen(when) === undefined ? undefined : when;
}

const DAY = 24 * 3_600_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

function isOutside(when: string, window: Scope['window']): boolean {
  const parsed = parseWhen(when);
  if (!parsed) return false;
  const { from, to } = spanOf(parsed);
  return from >= window.to || (to <= window.from && from < window.from);
}

/** The three columns of `when`, always sent together. Undefined for a text that is no interval. */
export function whenColumns(when: string): Readonly<Record<string, string | boolean>> | undefined {
  const parsed = parseWhen(when);
  if (!parsed) return undefined;
  const [start, end] = parsed.isAllDay
    ? [Date.parse(`${parsed.startDate}T00:00:00Z`), Date.parse(`${parsed.endDate}T00:00:00Z`) - DAY]
    : [parsed.start, parsed.end];
  return { StartDateTime: new Date(start).toISOString(), EndDateTime: new Date(end).toISOString(), IsAllDayEvent: parsed.isAllDay };
}
