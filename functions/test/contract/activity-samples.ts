/** Events and tasks that the tests of every vendor share; they lie a few days after the world's clock. */
import type { Fields, Instant, Kind } from '../../src/engine/record.ts';
import { formatWhen } from '../../src/engine/when.ts';

export type ActivityKind = Exclude<Kind, 'contact'>;

const DAY_MS = 24 * 3600_000;
const HOUR_MS = 3600_000;

/** The day `days` after the world's today (UTC), as yyyy-mm-dd. */
export const dayAfter = (now: Instant, days: number): string => new Date(now + days * DAY_MS).toISOString().slice(0, 10);

/** A timed interval that begins at that hour (UTC) of the day. */
export function timed(now: Instant, days: number, hour: number, minutes = 60): string {
  const start = Date.parse(`${dayAfter(now, days)}T00:00:00Z`) + hour * HOUR_MS;
  return formatWhen({ isAllDay: false, start, end: start + minutes * 60_000 });
}

export const allDay = (now: Instant, days: number, length: number): string =>
  formatWhen({ isAllDay: true, startDate: dayAfter(now, days), endDate: dayAfter(now, days + length) });

export const demo = (now: Instant): Fields => (
  { subject: 'Demo at Acme', when: timed(now, 3, 14, 90), location: 'HQ, room 4', body: 'Bring the\nnew samples', showAs: 'busy' });
export const callBack = (now: Instant): Fields => (
  { subject: 'Call back Acme', dueDate: dayAfter(now, 4), status: 'inProgress', importance: 'high', body: 'Ask for\nthe order' });
export const SAMPLES: Readonly<Record<ActivityKind, (now: Instant) => Fields>> = { event: demo, task: callBack };
