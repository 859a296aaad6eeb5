/** When an event takes place: an ISO 8601 interval, of instants in UTC ("…Z/…Z") or of whole days with an exclusive end ("2026-12-01/2026-12-03"). */
import type { Instant } from './record.ts';

export type When =
  | { readonly isAllDay: false; readonly start: Instant; readonly end: Instant }
  /** Days as yyyy-mm-dd, in no zone; `endDate` is the first day that is free again. */
  | { readonly isAllDay: true; readonly startDate: string; readonly endDate: string };

const DAY_MS = 24 * 60 * 60_000;
const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;

/** Undefined when the text is no interval, or ends before it starts. An event without length is one. */
export function parseWhen(text: string): When | undefined {
  const [from = '', to = '', ...rest] = text.trim().split('/');
  if (rest.length > 0) return undefined;
  if (DATE.test(from) && DATE.test(to)) return isDay(from) && isDay(to) && from < to ? { isAllDay: true, startDate: from, endDate: to } : undefined;
  if (!INSTANT.test(from) || !INSTANT.test(to)) return undefined;
  const [start, end] = [wholeSecond(Date.parse(from)), wholeSecond(Date.parse(to))];
  return start <= end ? { isAllDay: false, start, end } : undefined;
}

export function formatWhen(when: When): string {
  return when.isAllDay ? `${when.startDate}/${when.endDate}` : `${instantText(when.start)}/${instantText(when.end)}`;
}

/** The span in which the event may lie for anybody on earth: days are taken from the first zone that has them to the last. */
export function spanOf(when: When): { readonly from: Instant; readonly to: Instant } {
  if (!when.isAllDay) return { from: when.start, to: when.end };
  return { from: Date.parse(`${when.startDate}T00:00:00Z`) - DAY_MS / 2, to: Date.parse(`${when.endDate}T00:00:00Z`) + DAY_MS / 2 };
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** Fractions are noise of the service that showed them. */
function wholeSecond(time: number): Instant {
  return Math.floor(time / 1000) * 1000;
}

function instantText(time: Instant): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
