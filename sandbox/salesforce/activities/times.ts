/**
 * When an event is (Object Reference, Event): a timed one needs a duration or an end, an all-day one lasts a day unless told,
 * its times mean dates, and its last day is inclusive. Both duration and end are taken only where they agree.
 */
import { refuse, type Refusal } from '../refusal.ts';
import { fromStamp, toStamp } from '../stamps.ts';
import { patched, type Row, type Value } from '../table.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
/** Longest timed event where events may span days. [unconfirmed] */
const MULTIDAY_MINUTES = 14 * DAY_MINUTES;

/** Looks up what a save sent: undefined for a field it did not name or blanked. */
export type Sent = (name: string) => Value | undefined;

/** `row` holds what was sent over what was stored; the answer has all seven fields of time in agreement. */
export function withTimes(row: Row, sent: Sent, old: Row | undefined, isMultiday: boolean): Row {
  const isAllDay = row['IsAllDayEvent'] === true;
  const start = isAllDay ? allDayStart(sent, old) : timedStart(sent, old);
  const minutes = isAllDay ? allDayMinutes(start, sent, old) : timedMinutes(start, sent, old);
  assertLength(minutes, isAllDay, isMultiday);
  const end = start + (isAllDay ? minutes - DAY_MINUTES : minutes) * MINUTE;
  return patched(row, {
    StartDateTime: toStamp(start), EndDateTime: toStamp(isAllDay ? end : endOf(end, start, sent)), DurationInMinutes: minutes,
    // The day of a timed event is told in UTC here; which zone the service takes is [unconfirmed].
    ActivityDate: dayOf(start), EndDate: dayOf(end), ActivityDateTime: isAllDay ? undefined : toStamp(start),
  });
}

const dayOf = (instant: number): string => toStamp(instant).slice(0, 10);
const midnight = (value: Value): number => Date.parse(`${String(value).slice(0, 10)}T00:00:00Z`);
const instant = (value: Value | undefined): number | undefined => (typeof value === 'string' ? fromStamp(value) : undefined);

/** An end keeps its seconds; one that a duration makes has those of the start. */
function endOf(end: number, start: number, sent: Sent): number {
  const told = instant(sent('EndDateTime'));
  return told !== undefined && told >= start ? told : end;
}

function timedStart(sent: Sent, old: Row | undefined): number {
  const [start, activity] = [instant(sent('StartDateTime')), instant(sent('ActivityDateTime'))];
  if (start !== undefined && activity !== undefined && start !== activity) throw disagree('ActivityDateTime', 'StartDateTime');
  const found = start ?? activity ?? instant(old?.['StartDateTime']);
  if (found === undefined) throw missing('ActivityDateTime');
  const day = sent('ActivityDate');
  if (day !== undefined && day !== dayOf(found)) throw disagree('ActivityDate', 'StartDateTime');
  return found;
}

function allDayStart(sent: Sent, old: Row | undefined): number {
  const told = ['StartDateTime', 'ActivityDate', 'ActivityDateTime'].flatMap((name) => sent(name) ?? []).map(midnight);
  const [found = old ? midnight(old['StartDateTime'] ?? null) : Number.NaN] = told;
  if (Number.isNaN(found)) throw missing('ActivityDate');
  if (told.some((day) => day !== found)) throw disagree('ActivityDate', 'StartDateTime');
  return found;
}

function timedMinutes(start: number, sent: Sent, old: Row | undefined): number {
  const end = instant(sent('EndDateTime'));
  const fromEnd = end === undefined ? undefined : Math.floor((end - start) / MINUTE);
  return agreed(fromEnd, sent) ?? kept(old) ?? absent();
}

function allDayMinutes(start: number, sent: Sent, old: Row | undefined): number {
  const end = sent('EndDateTime');
  const fromEnd = end === undefined ? undefined : (midnight(end) - start) / MINUTE + DAY_MINUTES;
  const minutes = agreed(fromEnd, sent);
  if (minutes !== undefined && minutes % DAY_MINUTES !== 0) {
    // That parts of days are refused rather than rounded is [unconfirmed].
    throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', 'Duration of an all-day event must be whole days: Duration', ['DurationInMinutes']);
  }
  if (minutes !== undefined) return minutes;
  return old?.['IsAllDayEvent'] === true ? kept(old) ?? DAY_MINUTES : DAY_MINUTES;
}

/** An event that is moved without an end keeps its length. [unconfirmed] */
function kept(old: Row | undefined): number | undefined {
  const minutes = old?.['DurationInMinutes'];
  return typeof minutes === 'number' ? minutes : undefined;
}

function agreed(fromEnd: number | undefined, sent: Sent): number | undefined {
  const told = sent('DurationInMinutes');
  const duration = typeof told === 'number' ? told : undefined;
  if (fromEnd !== undefined && duration !== undefined && fromEnd !== duration) throw disagree('DurationInMinutes', 'EndDateTime');
  return fromEnd ?? duration;
}

/** The message is one that users of the service report (Riva, "Duration must be between 0 and 1440 minutes"). */
function assertLength(minutes: number, isAllDay: boolean, isMultiday: boolean): void {
  const most = !isMultiday ? DAY_MINUTES : isAllDay ? Infinity : MULTIDAY_MINUTES;
  if (minutes >= (isAllDay ? DAY_MINUTES : 0) && minutes <= most) return;
  const range = most === Infinity ? 'a day at least' : `between 0 and ${most} minutes`;
  throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', `Duration must be ${range}: Duration`, ['DurationInMinutes']);
}

/** The code is reported for a start without a time (jsforce#217); for a missing length it is [unconfirmed]. */
const missing = (name: string): Refusal =>
  refuse(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`, [name]);

function absent(): never {
  throw missing('DurationInMinutes');
}

const disagree = (name: string, other: string): Refusal =>
  refuse(400, 'FIELD_INTEGRITY_EXCEPTION', `${name} and ${other} do not agree: ${name}`, [name]);
