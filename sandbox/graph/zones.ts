/** Time zones as Outlook knows them: Windows names and the IANA names it lists; arithmetic between local times and instants by Intl. */
import { ianaZone, WORLD_ZONES } from '../../functions/src/connectors/windows-zones.ts';
import { GraphError } from './reply.ts';

/** Local date and time without zone, to the second: 2026-11-23T09:00:00 */
export type Local = string;

const LISTED: ReadonlySet<string> = new Set([...WORLD_ZONES, 'UTC', 'Etc/UTC', 'Etc/GMT']);
const SECOND = 1000;
export const DAY_MS = 86_400_000;
/** The English name of a day, of an instant that stands for a local time. */
export const WEEKDAY_FORMAT = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

/**
 * The IANA zone behind a name. Accepted are Windows names and a listed set of IANA names, not every one
 * (learn.microsoft.com/graph/api/resources/datetimetimezone); anything else is 400 TimeZoneNotSupportedException.
 */
export function zoneOf(name: string): string {
  const zone = ianaZone(name) ?? (LISTED.has(name) ? name : undefined);
  const isListed = zone !== undefined && (!name.includes('/') || LISTED.has(name));
  if (isListed) return zone;
  throw new GraphError(
    400, 'TimeZoneNotSupportedException', `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'.`,
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA-u-ca-iso8601', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** How far local time is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC' || zone === 'Etc/UTC' || zone === 'Etc/GMT') return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / SECOND) * SECOND;
}

export const localOf = (instant: number, zone: string): Local => new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 19);

/** A time that occurs twice means the first; one that a clock change leaves out moves on by the length of the gap. */
export function instantOf(local: Local, zone: string): number {
  const wall = Date.parse(`${local}Z`);
  const candidates = [wall - offsetAt(wall - DAY_MS, zone), wall - offsetAt(wall + DAY_MS, zone)];
  const exact = candidates.filter((instant) => instant + offsetAt(instant, zone) === wall);
  // In a gap the offset of before applies, which gives the time behind the gap.
  return exact.length > 0 ? Math.min(...exact) : candidates[0] ?? wall;
}

/** Days since 1970 of a local time or date, and back. */
export const dayOf = (local: Local): number => Math.floor(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) / DAY_MS);
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The same wall clock later or earlier, as if there were no clock changes. */
export const shiftLocal = (local: Local, milliseconds: number): Local => new Date(Date.parse(`${local}Z`) + milliseconds).toISOString().slice(0, 19);
export const wallDistance = (from: Local, to: Local): number => Date.parse(`${to}Z`) - Date.parse(`${from}Z`);

/** {dateTime, timeZone} as it goes over the wire: seven decimals, no offset. */
export const dateTimeTimeZone = (local: Local, timeZone: string): { readonly dateTime: string; readonly timeZone: string } =>
  ({ dateTime: `${local}.0000000`, timeZone });
