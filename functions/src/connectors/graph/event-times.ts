/** Graph's pair of a local time and a zone's name, read and written. Pure. */
import type { Instant } from '../../engine/record.ts';
import type { When } from '../../engine/when.ts';
import { ianaZone, windowsZone } from '../windows-zones.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { instantAt, localTime } from '../local-time.ts';

/** A name that maps to something; "tzone://Microsoft/Custom" does not. */
export const isZoneName = (name: string): boolean => ianaZone(name) !== undefined;

/** Undefined for no time, and for a zone that nobody knows. Reads come in UTC unless a request asks otherwise. */
export function instantOfZoned(value: Json | undefined): Instant | undefined {
  if (!isObject(value)) return undefined;
  const zone = ianaZone(stringOf(value['timeZone']) ?? 'UTC');
  return zone === undefined ? undefined : instantAt(stringOf(value['dateTime']) ?? '', zone);
}

/** Start and end to send: in the zone read with the event, else in the user's. `zone`: the user's, IANA. */
export function zonedTime(when: When, zoneRead: string | undefined, zone: string): readonly [JsonObject, JsonObject] {
  const name = zoneRead ?? windowsZone(zone) ?? 'UTC';
  if (when.isAllDay) return [midnight(when.startDate, name), midnight(when.endDate, name)];
  const start = localIn(when.start, name);
  const end = localIn(when.end, name);
  // An hour that the clock shows twice can be told in UTC only, and both ends are in one zone.
  return start && end ? [start, end] : [utc(when.start), utc(when.end)];
}

/** A day as To Do keeps it: midnight in the user's zone. A zone that Windows has no name for is reckoned to UTC here. */
export function midnightIn(date: string, zone: string): JsonObject | undefined {
  const name = windowsZone(zone);
  if (name !== undefined) return midnight(date, name);
  const at = instantAt(`${date}T00:00:00`, zone);
  return at === undefined ? undefined : utc(at);
}

const midnight = (date: string, timeZone: string): JsonObject => ({ dateTime: `${date}T00:00:00`, timeZone });
const utc = (at: Instant): JsonObject => ({ dateTime: new Date(at).toISOString().slice(0, 19), timeZone: 'UTC' });

function localIn(at: Instant, name: string): JsonObject | undefined {
  const zone = ianaZone(name) ?? 'UTC';
  const dateTime = localTime(at, zone);
  return instantAt(dateTime, zone) === at ? { dateTime, timeZone: name } : undefined;
}
