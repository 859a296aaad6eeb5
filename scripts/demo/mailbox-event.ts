/** An event of a file as the mailbox holds it: a series where its rule is one that Outlook knows, else each appearance for itself. */
import type ICAL from 'ical.js';
import type { CalendarHand, RawEvent } from '../hands/mailbox.ts';
import { wallTime } from '../hands/times.ts';
import { appearancesOf, instantOf, type Appearance, type SourceEvent, type Window } from './calendar.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const DAY_CODES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const INDEX: Readonly<Record<string, string>> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', [-1]: 'last' };

/** Puts the event where a person would have it. Throws what the mailbox refuses. */
export async function importEvent(calendar: CalendarHand, event: SourceEvent, { from, to }: Window): Promise<void> {
  const recurrence = event.master.isRecurring() ? recurrenceOf(event) : undefined;
  const shown = appearancesOf(event, from, to);
  if (!recurrence) {
    const all = event.master.isRecurring() ? shown : appearancesOf(event, -Infinity, Infinity);
    for (const one of all) await calendar.addEvent(rawEvent(event, one));
    return;
  }
  const first = firstAppearance(event);
  const id = await calendar.addEvent({ ...rawEvent(event, first), recurrence });
  await changeOccurrences(calendar, event, shown, id, { from, to });
}

/** Exceptions and deleted occurrences, one by one, as a person makes them. */
async function changeOccurrences(
  calendar: CalendarHand, event: SourceEvent, shown: readonly Appearance[], master: string, { from, to }: Window,
): Promise<void> {
  const wanted = new Map(shown.map((one) => [one.original, one]));
  const plain = { subject: event.master.summary ?? '', location: event.master.location ?? '', body: event.master.description ?? '' };
  const view = await calendar.occurrences(new Date(from).toISOString(), new Date(to).toISOString());
  for (const occurrence of view.filter(({ seriesMasterId }) => seriesMasterId === master)) {
    const id = String(occurrence['id']);
    const start = startOf(occurrence);
    const one = wanted.get(start);
    if (!one) await calendar.removeEvent(id);
    else if (isMoved(one) || one.shown.subject !== plain.subject || one.shown.location !== plain.location || one.shown.body !== plain.body) {
      await calendar.updateEvent(id, { subject: one.shown.subject, location: { displayName: one.shown.location }, ...bodyOf(one), ...timesOf(event, one) });
    }
  }
}

function isMoved(one: Appearance): boolean {
  return one.isAllDay ? Date.parse(one.startDate) !== one.original : one.start !== one.original;
}

function startOf(occurrence: RawEvent): number {
  const start = occurrence['start'] as { readonly dateTime: string };
  return Date.parse(`${start.dateTime.slice(0, 19)}Z`);
}

function firstAppearance(event: SourceEvent): Appearance {
  const { master } = event;
  const shown = { subject: master.summary ?? '', location: master.location ?? '', body: master.description ?? '' };
  const original = instantOf(master.startDate);
  if (!master.startDate.isDate) return { isAllDay: false, start: original, end: Math.max(instantOf(master.endDate), original), shown, original };
  const days = (time: ICAL.Time): string => time.toString().slice(0, 10);
  const [startDate, endDate] = [days(master.startDate), days(master.endDate)];
  return { isAllDay: true, startDate, endDate: endDate > startDate ? endDate : startDate, shown, original };
}

function rawEvent(event: SourceEvent, one: Appearance): RawEvent {
  const { component } = event.master;
  const isFree = String(component.getFirstPropertyValue('transp') ?? 'OPAQUE').toUpperCase() === 'TRANSPARENT';
  return {
    subject: one.shown.subject, location: { displayName: one.shown.location }, ...bodyOf(one), ...timesOf(event, one),
    showAs: isFree ? 'free' : 'busy', sensitivity: event.isPrivate ? 'private' : 'normal',
    ...(event.guests.length > 0 ? { attendees: event.guests.map((address) => ({ type: 'required', emailAddress: { address, name: address } })) } : {}),
  };
}

function bodyOf({ shown }: Appearance): RawEvent {
  return { body: { contentType: 'text', content: shown.body } };
}

function timesOf({ zone }: SourceEvent, one: Appearance): RawEvent {
  const at = (dateTime: string, timeZone: string): RawEvent => ({ dateTime, timeZone });
  if (one.isAllDay) {
    return { isAllDay: true, start: at(`${one.startDate}T00:00:00`, zone ?? 'UTC'), end: at(`${one.endDate}T00:00:00`, zone ?? 'UTC') };
  }
  const name = zone ?? 'UTC';
  return { isAllDay: false, start: at(wallTime(one.start, name), name), end: at(wallTime(one.end, name), name) };
}

/** Outlook's pattern for a rule, or undefined where it has none that means the same. */
function recurrenceOf({ master, zone }: SourceEvent): RawEvent | undefined {
  const { component } = master;
  const rules = component.getAllProperties('rrule');
  const isOdd = component.hasProperty('rdate') || component.hasProperty('exrule') || rules.length !== 1 || (zone === null && !master.startDate.isDate);
  const rule = rules[0]?.getFirstValue() as ICAL.Recur | undefined;
  const pattern = rule && !isOdd ? patternOf(rule, master.startDate) : undefined;
  if (!rule || !pattern) return undefined;
  const startDate = master.startDate.toString().slice(0, 10);
  const range = rule.count ? { type: 'numbered', numberOfOccurrences: rule.count }
    : rule.until ? { type: 'endDate', endDate: lastDay(rule.until, master.startDate, zone) } : { type: 'noEnd' };
  return { pattern, range: { ...range, startDate, recurrenceTimeZone: zone ?? 'UTC' } };
}

function patternOf(rule: ICAL.Recur, start: ICAL.Time): RawEvent | undefined {
  const parts = rule.parts as Readonly<Record<string, readonly (string | number)[] | undefined>>;
  const named = Object.keys(parts).filter((name) => (parts[name]?.length ?? 0) > 0);
  const byDay = (parts['BYDAY'] ?? []).map(String);
  const only = (...names: string[]): boolean => named.every((name) => names.includes(name));
  const base = { interval: rule.interval, firstDayOfWeek: DAYS[(rule.wkst ?? 2) - 1] ?? 'monday' };
  switch (rule.freq) {
    case 'DAILY': return only() ? { ...base, type: 'daily' } : undefined;
    case 'WEEKLY': {
      const days = byDay.length > 0 ? byDay : [DAY_CODES[start.dayOfWeek() - 1] ?? 'MO'];
      return only('BYDAY') && startsOn(days, start) ? { ...base, type: 'weekly', daysOfWeek: days.map((code) => DAYS[DAY_CODES.indexOf(code)]) } : undefined;
    }
    case 'MONTHLY': return monthly(parts, byDay, only, start, base, { whole: 'absoluteMonthly', weekday: 'relativeMonthly' });
    // A rule that names more, or passes over years, is left to the file's own expansion.
    case 'YEARLY': return rule.interval === 1 && only() && start.day <= 28
      ? { ...base, type: 'absoluteYearly', month: start.month, dayOfMonth: start.day } : undefined;
    default: return undefined;
  }
}

function monthly(
  parts: Readonly<Record<string, readonly (string | number)[] | undefined>>, byDay: readonly string[], only: (...names: string[]) => boolean,
  start: ICAL.Time, base: RawEvent, types: { readonly whole: string; readonly weekday: string },
): RawEvent | undefined {
  const days = parts['BYMONTHDAY'] ?? [];
  // Day 29 and later mean the last day of a short month to Outlook, and no day at all to a rule.
  if (only('BYMONTHDAY') && days.length <= 1) {
    const day = Number(days[0] ?? start.day);
    return day >= 1 && day <= 28 && day === start.day ? { ...base, type: types.whole, dayOfMonth: day } : undefined;
  }
  const [, place = '', code = ''] = /^([+-]?\d)([A-Z]{2})$/.exec(byDay[0] ?? '') ?? [];
  const index = INDEX[String(Number(place))];
  if (!only('BYDAY') || byDay.length !== 1 || index === undefined || !startsOn([code], start) || !isInPlace(Number(place), start)) return undefined;
  return { ...base, type: types.weekday, index, daysOfWeek: [DAYS[DAY_CODES.indexOf(code)]] };
}

/** A first day outside the rule counts in a file and not in Outlook. */
function startsOn(codes: readonly string[], start: ICAL.Time): boolean {
  return codes.includes(DAY_CODES[start.dayOfWeek() - 1] ?? '');
}

function isInPlace(place: number, start: ICAL.Time): boolean {
  if (place > 0) return Math.ceil(start.day / 7) === place;
  return new Date(Date.UTC(start.year, start.month - 1, start.day + 7)).getUTCMonth() !== start.month - 1;
}

/** The last day on which one may begin, in the zone of the series. */
function lastDay(until: ICAL.Time, start: ICAL.Time, zone: string | null): string {
  if (until.isDate || zone === null) return until.toString().slice(0, 10);
  const local = wallTime(instantOf(until), zone);
  const time = start.toString().slice(11, 19);
  if (local.slice(11, 19) >= time) return local.slice(0, 10);
  return new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) - 24 * 60 * 60_000).toISOString().slice(0, 10);
}
