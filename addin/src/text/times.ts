/** Times and ages as the pane prints them: "4 min ago" up to an hour, then the time, then the day. */
import type { Text } from './index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `at` and `now` are milliseconds since 1970, in the reader's own zone. */
export function clockTime(text: Text, at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(text.locale, { hour: '2-digit', minute: '2-digit', ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** The time for today, else the day with the time. */
export function moment(text: Text, at: number, now: number, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const day = new Intl.DateTimeFormat('en-CA', zone);
  if (day.format(at) === day.format(now)) return clockTime(text, at, timeZone);
  return new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...zone }).format(at);
}

export function age(text: Text, at: number, now: number, timeZone?: string): string {
  const past = now - at;
  if (past < MINUTE_MS) return text('age.now');
  if (past < HOUR_MS) return text('age.minutes', { n: Math.floor(past / MINUTE_MS) });
  return dayOrTime(text, at, now, timeZone);
}

/** The age as it is read aloud: "4 minutes ago". */
export function ageSaid(text: Text, at: number, now: number, timeZone?: string): string {
  const past = now - at;
  if (past < MINUTE_MS) return text('age.nowLong');
  if (past < HOUR_MS) return text.count('age.minutesLong', Math.floor(past / MINUTE_MS));
  return dayOrTime(text, at, now, timeZone);
}

/** "in 18 min" for the coming hour, then the time or the day. */
export function ahead(text: Text, at: number, now: number, timeZone?: string): string {
  const left = at - now;
  if (left < HOUR_MS) return text('age.in', { n: Math.max(1, Math.ceil(left / MINUTE_MS)) });
  return moment(text, at, now, timeZone);
}

function dayOrTime(text: Text, at: number, now: number, timeZone: string | undefined): string {
  const zone = timeZone ? { timeZone } : {};
  const day = new Intl.DateTimeFormat('en-CA', zone);
  if (day.format(at) === day.format(now)) return clockTime(text, at, timeZone);
  return new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'short', ...zone }).format(at);
}
