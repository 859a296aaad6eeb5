/** Values as a person reads them: times of events in her own zone, days, and words of closed lists. */
import type { Text } from './index.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;
const DAY_MS = 86_400_000;

/** A value of a field; '' is a blank. Values that are no interval, day or known word are printed as they are. */
export function shownValue(text: Text, field: string, value: string, timeZone?: string): string {
  if (value === '') return text('preview.empty');
  return text.known(`value.${field}.${value}`, timeText(text, value, timeZone) ?? value);
}

/** "1 Dec 2026, 14:00 – 15:30" for an interval or the day of "2026-12-01"; undefined for any other text. */
export function timeText(text: Text, value: string, timeZone?: string): string | undefined {
  if (DAY.test(value)) return isReal(value) ? days(text).format(midnight(value)) : undefined;
  const [from = '', to = '', ...rest] = value.split('/');
  if (rest.length > 0 || !isReal(from) || !isReal(to)) return undefined;
  // The end of whole days is the first day that is free again.
  if (DAY.test(from) && DAY.test(to)) return days(text).formatRange(midnight(from), Math.max(midnight(from), midnight(to) - DAY_MS));
  if (!INSTANT.test(from) || !INSTANT.test(to)) return undefined;
  const format = new Intl.DateTimeFormat(text.locale, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', ...(timeZone ? { timeZone } : {}),
  });
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return start < end ? format.formatRange(start, end) : format.format(start);
}

/** Whole days are in no zone, so they are printed in the one they are read in. */
function days(text: Text): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}

function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function isReal(time: string): boolean {
  return !Number.isNaN(Date.parse(time));
}
