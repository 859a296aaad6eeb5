/** Reads iCalendar files with a kept library (ical.js): every event with its own expansion, which is what must arrive. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ICAL from 'ical.js';

/** One appearance of an event: instants in milliseconds, or whole days ("2026-12-01", end exclusive). */
export type Appearance =
  | { readonly isAllDay: false; readonly start: number; readonly end: number; readonly shown: Shown; readonly original: number }
  | { readonly isAllDay: true; readonly startDate: string; readonly endDate: string; readonly shown: Shown; readonly original: number };

/** What a reader sees of it. */
export interface Shown {
  readonly subject: string;
  readonly location: string;
  readonly body: string;
}

export interface SourceEvent {
  /** "file.ics#2": the second event of that file. */
  readonly source: string;
  readonly master: ICAL.Event;
  readonly isPrivate: boolean;
  readonly guests: readonly string[];
  /** IANA id, or null where the file's zone is nobody's or the time floats. */
  readonly zone: string | null;
}

export interface CalendarFolder {
  readonly events: readonly SourceEvent[];
  readonly skipped: readonly { readonly source: string; readonly reason: 'unreadable' | 'noEvent' }[];
}

/** Appearances beyond this many are an endless hourly series: nobody compares those. */
const APPEARANCES_MAX = 5_000;
const DAY_MS = 24 * 60 * 60_000;

/** Every event of a file, or of a folder's files. Only what no parser can read is skipped. */
export function readCalendars(place: string): CalendarFolder {
  const files = statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(ics|ical|ifb)$/i.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)).sort()
    : [place];
  const events: SourceEvent[] = [];
  const skipped: { source: string; reason: 'unreadable' | 'noEvent' }[] = [];
  for (const file of files) {
    const name = path.basename(file);
    const calendars = parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    if (!calendars) { skipped.push({ source: name, reason: 'unreadable' }); continue; }
    const found = calendars.flatMap(eventsOf);
    if (found.length === 0) skipped.push({ source: name, reason: 'noEvent' });
    found.forEach((event, index) => {
      const read = sourceEvent(`${name}#${index + 1}`, event);
      if (read) events.push(read);
      else skipped.push({ source: `${name}#${index + 1}`, reason: 'unreadable' });
    });
  }
  return { events, skipped };
}

function parse(text: string): readonly ICAL.Component[] | null {
  try {
    const parsed = ICAL.parse(text) as unknown[];
    const all = Array.isArray(parsed[0]) ? parsed as unknown[][] : [parsed];
    return all.map((one) => new ICAL.Component(one as never));
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Masters with their exceptions; an exception whose master is not in the file stands for itself. */
function eventsOf(calendar: ICAL.Component): readonly ICAL.Event[] {
  const parts = calendar.getAllSubcomponents('vevent');
  const isException = (part: ICAL.Component): boolean => part.hasProperty('recurrence-id');
  const uidOf = (part: ICAL.Component): string => String(part.getFirstPropertyValue('uid') ?? '');
  const masters = parts.filter((part) => !isException(part));
  const uids = new Set(masters.map(uidOf));
  const orphans = parts.filter((part) => isException(part) && !uids.has(uidOf(part)));
  for (const orphan of orphans) orphan.removeAllProperties('recurrence-id');
  return [...masters, ...orphans].map((part) => {
    const exceptions = parts.filter((other) => isException(other) && uidOf(other) !== '' && uidOf(other) === uidOf(part));
    return new ICAL.Event(part, { strictExceptions: true, exceptions: exceptions.map((other) => new ICAL.Event(other)) });
  });
}

function sourceEvent(source: string, master: ICAL.Event): SourceEvent | null {
  try {
    if (!master.startDate) return null;
    const { component } = master;
    const guests = master.attendees.flatMap((attendee) => /^mailto:(.+@.+)$/i.exec(String(attendee.getFirstValue()))?.[1]?.toLowerCase() ?? []);
    const sensitivity = String(component.getFirstPropertyValue('class') ?? 'PUBLIC').toUpperCase();
    return { source, master, guests, isPrivate: sensitivity === 'PRIVATE' || sensitivity === 'CONFIDENTIAL', zone: zoneOf(master.startDate) };
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function zoneOf({ zone }: ICAL.Time): string | null {
  const name = zone?.tzid ?? '';
  if (name === 'UTC' || name === 'Z') return 'UTC';
  const bare = name.replace(/^\/[^/]+\/[^/]+\//, '');
  return name !== 'floating' && Intl.supportedValuesOf('timeZone').includes(bare) ? bare : null;
}

/** Every appearance that begins before `to` and ends after `from`, deleted ones left out, changed ones as they were changed. */
export function appearancesOf({ master }: SourceEvent, from: number, to: number): readonly Appearance[] {
  const found: Appearance[] = [];
  const take = (appearance: Appearance): void => {
    const [start, end] = appearance.isAllDay ? [Date.parse(appearance.startDate), Date.parse(appearance.endDate)] : [appearance.start, appearance.end];
    if (start < to && end > from) found.push(appearance);
  };
  if (!master.isRecurring()) {
    take(appearance(master, master.startDate, master.endDate, instantOf(master.startDate)));
    return found;
  }
  const iterator = master.iterator();
  for (let count = 0; count < APPEARANCES_MAX; count += 1) {
    const next = iterator.next() as ICAL.Time | undefined;
    // A moved appearance may lie far from its place: some days beyond the window are looked at, too.
    if (!next || instantOf(next) > to + 60 * DAY_MS) break;
    const { item, startDate, endDate } = master.getOccurrenceDetails(next);
    take(appearance(item, startDate, endDate, instantOf(next)));
  }
  return found;
}

function appearance(item: ICAL.Event, start: ICAL.Time, end: ICAL.Time, original: number): Appearance {
  const shown = { subject: item.summary ?? '', location: item.location ?? '', body: item.description ?? '' };
  if (!start.isDate) return { isAllDay: false, start: instantOf(start), end: Math.max(instantOf(end), instantOf(start)), shown, original };
  const startDate = start.toString().slice(0, 10);
  const last = end.toString().slice(0, 10);
  return { isAllDay: true, startDate, endDate: last > startDate ? last : nextDay(startDate), shown, original };
}

function nextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** A floating time is taken as UTC, a day as its midnight there. */
export function instantOf(time: ICAL.Time): number {
  const { year, month, day, hour, minute, second, zone } = time;
  if (time.isDate) return Date.UTC(year, month - 1, day);
  return zone && zone.tzid !== 'floating' ? time.toUnixTime() * 1000 : Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The synced window is so many days behind and ahead of the clock. */
const BACK_DAYS = 14, AHEAD_DAYS = 180;

export interface Window { readonly from: number; readonly to: number }

export const windowAt = (now: number): Window => ({ from: now - BACK_DAYS * DAY_MS, to: now + AHEAD_DAYS * DAY_MS });

/** The moment at which the window shows most of the events: half a month after one of them. */
export function bestClock(events: readonly SourceEvent[], otherwise: number): number {
  const first = events.map((event) => Math.floor(instantOf(event.master.startDate) / DAY_MS) * DAY_MS);
  let best = { now: otherwise, count: 0 };
  for (const start of [...new Set(first)].sort((a, b) => a - b)) {
    const now = start + (BACK_DAYS - 2) * DAY_MS;
    const { from, to } = windowAt(now);
    const count = events.filter((event) => appearancesOf(event, from, to).length > 0).length;
    if (count > best.count) best = { now, count };
  }
  return best.now;
}
