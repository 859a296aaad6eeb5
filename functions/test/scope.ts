/** What sides are asked for in tests. */
import type { Kind } from '../src/engine/record.ts';
import type { Scope } from '../src/ports/side.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The product's window around `now` (milliseconds), or that many days back and ahead, in a zone with daylight saving time. */
export function scopeAround(now: number, kinds: readonly Kind[] = ['contact'], timeZone = 'Europe/Berlin', { back = 14, ahead = 180 } = {}): Scope {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return { kinds, window: { from: today - back * DAY_MS, to: today + ahead * DAY_MS }, timeZone };
}
