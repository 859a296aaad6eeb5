/** Start, end and all-day of an event: read from a body, shown in the zone that is asked for. */
import { invalidProperty, readBoolean, readMembers, readText } from './body.ts';
import type { Body } from './body.ts';
import { GraphError } from './reply.ts';
import { dateTimeTimeZone, instantOf, localOf, zoneOf } from './zones.ts';
import type { Local } from './zones.ts';
import type { TimeWindow } from './mailbox.ts';

export interface Times {
  /** Both in `zone`. */
  readonly start: Local;
  readonly end: Local;
  /** IANA. Of a series: the zone in which its local time stays the same. */
  readonly zone: string;
  /** Midnights; the zone is decoration then, but filters use the instants behind it (microsoft-graph-docs#16798). */
  readonly isAllDay: boolean;
  /** As the creator named them; a later change of zone does not move them. */
  readonly originalStartTimeZone: string;
  readonly originalEndTimeZone: string;
}

interface Moment { readonly local: Local; readonly zone: string; readonly name: string }

const LOCAL = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,7})?)?$/;
const MIDNIGHT = 'T00:00:00';

/** What a body changes of the times; a new event (whose start is '') needs both. */
export function readTimes(before: Times, body: Body): Partial<Times> {
  if (!['start', 'end', 'isAllDay'].some((name) => name in body)) {
    if (before.start === '') throw invalidProperty('At least one property failed validation: an event needs a start and an end.');
    return {};
  }
  const start = body['start'] === undefined ? undefined : readMoment('start', body['start']);
  const end = body['end'] === undefined ? undefined : readMoment('end', body['end']);
  if (before.start === '' && !(start && end)) throw invalidProperty('At least one property failed validation: an event needs a start and an end.');
  const isAllDay = body['isAllDay'] === undefined || body['isAllDay'] === null ? before.isAllDay : readBoolean('isAllDay', body['isAllDay']);
  const zone = start?.zone ?? before.zone;
  if (isAllDay && start && end && start.zone !== end.zone) throw invalidProperty('Start and end of an all-day event must be in the same time zone.');
  const after = {
    start: start?.local ?? before.start, zone, isAllDay,
    end: end ? moved(end.local, end.zone, zone) : moved(before.end, before.zone, zone),
  };
  if (isAllDay && !(after.start.endsWith(MIDNIGHT) && after.end.endsWith(MIDNIGHT))) {
    throw invalidProperty('The start and end of an all-day event need to be set to midnight.');
  }
  const isBackwards = instantOf(after.end, zone) < instantOf(after.start, zone);
  if (isBackwards || (isAllDay && after.end === after.start)) {
    throw new GraphError(400, 'ErrorCalendarEndDateIsEarlierThanStartDate', 'The calendar item cannot end before it starts.');
  }
  const names = before.start === '' && start && end ? { originalStartTimeZone: start.name, originalEndTimeZone: end.name } : {};
  return { ...after, ...names };
}

const moved = (local: Local, from: string, to: string): Local => (from === to ? local : localOf(instantOf(local, from), to));

/** dateTime carries no offset; a missing zone is UTC, an empty or unknown one is refused (microsoft-graph-docs#4758). */
export function readMoment(name: string, value: unknown): Moment {
  const given = readMembers(name, 'microsoft.graph.dateTimeTimeZone', ['dateTime', 'timeZone'], value);
  const zoneName = readText('timeZone', given['timeZone'] ?? null) ?? 'UTC';
  return { local: readLocal(given['dateTime']), zone: zoneOf(zoneName), name: zoneName };
}

function readLocal(value: unknown): Local {
  const found = LOCAL.exec(String(value));
  const local = found ? `${found[1]}T${found[2]}:${found[3]}:${found[4] ?? '00'}` : '';
  const instant = Date.parse(`${local}Z`);
  if (!Number.isNaN(instant) && new Date(instant).toISOString().startsWith(local)) return local;
  throw new GraphError(400, 'ErrorInvalidRequest', `The DateTime '${String(value)}' is not a date and time without an offset.`);
}

export const windowOf = ({ start, end, zone }: Times): TimeWindow => ({ start: instantOf(start, zone), end: instantOf(end, zone) });

/** An event that has no length lies in the window that holds its start. */
export const overlaps = (times: TimeWindow, window: TimeWindow): boolean =>
  times.start < window.end && (times.end > window.start || (times.end === times.start && times.start >= window.start));

/** `zone` is what Prefer: outlook.timezone asked for; all-day events stay at midnight in any zone (microsoft-graph-docs#1802). */
export function showTimes(times: Times, zone: ShownZone): { readonly start: unknown; readonly end: unknown } {
  if (times.isAllDay) return { start: dateTimeTimeZone(times.start, zone.name), end: dateTimeTimeZone(times.end, zone.name) };
  const { start, end } = windowOf(times);
  return { start: dateTimeTimeZone(localOf(start, zone.iana), zone.name), end: dateTimeTimeZone(localOf(end, zone.iana), zone.name) };
}

export interface ShownZone { readonly name: string; readonly iana: string }
export const UTC: ShownZone = { name: 'UTC', iana: 'UTC' };
