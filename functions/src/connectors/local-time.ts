/** Instants and the wall time of a zone, from the platform's own zone data (Intl). Pure. */
import type { Instant } from '../engine/record.ts';

const HALF_DAY_MS = 12 * 3600_000;
const DAY_MS = 24 * 3600_000;

/** What a clock shows there: yyyy-mm-ddThh:mm:ss. `zone` is an IANA id that Intl knows. */
export function localTime(at: Instant, zone: string): string {
  const parts = new Map(formatFor(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '00';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}`;
}

/** The date of the midnight that is nearest to the instant: some programs keep a day as the instant at which it began for its owner. */
export const nearestDay = (at: Instant, zone: string): string => localTime(at + HALF_DAY_MS, zone).slice(0, 10);

/**
 * When a clock there shows `local` (yyyy-mm-ddThh:mm:ss). A time that the clock jumps over is the end of the jump; of a time that
 * it shows twice the first is taken. Undefined for a text that is no time.
 */
export function instantAt(local: string, zone: string): Instant | undefined {
  const wall = Date.parse(`${local.slice(0, 19)}Z`);
  if (Number.isNaN(wall)) return undefined;
  const [before, after] = [wall - offsetAt(wall - DAY_MS, zone), wall - offsetAt(wall + DAY_MS, zone)];
  const found = [before, after].filter((at) => wallAt(at, zone) === wall);
  return found.length > 0 ? Math.min(...found) : endOfJump(Math.min(before, after), Math.max(before, after), zone);
}

/** The first instant after a jump of the clock that lies between the two. */
function endOfJump(from: Instant, to: Instant, zone: string): Instant {
  const old = offsetAt(from, zone);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(middle, zone) === old) low = middle;
    else high = middle;
  }
  return high;
}

const wallAt = (at: Instant, zone: string): Instant => Date.parse(`${localTime(at, zone)}Z`);
const offsetAt = (at: Instant, zone: string): number => wallAt(at, zone) - at;

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** A format is costly to make, and a mailbox knows few zones. */
function formatFor(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  FORMATS.set(zone, made);
  return made;
}
