/** xs:dateTime in requests and replies, and the zones that stand beside it. */
import { ianaZone } from '../../functions/src/connectors/windows-zones.ts';
import { DAY_MS, instantOf, localOf } from '../graph/zones.ts';
import { notValid } from './fault.ts';

const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * With Z or an offset: an instant, as 2026-12-01T14:00:00Z. Without: local time, as 2026-12-01T15:00:00, whose zone others decide.
 * Fractions are dropped.
 */
export function readDateTime(text: string, name: string): string {
  const [, local = '', offset] = DATE_TIME.exec(text.trim()) ?? [];
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 19) !== local) {
    throw notValid(`The '${name}' element is invalid - The value '${text}' is invalid according to its datatype 'dateTime'.`);
  }
  return offset === undefined ? local : zulu(Date.parse(`${local}${offset}`));
}

export const zulu = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** Text of readDateTime in a zone (Windows name; undefined: UTC) -> instant. */
export const inZone = (text: string, zone: string | undefined): string =>
  (text.endsWith('Z') ? text : zulu(instantOf(text, ianaOf(zone ?? 'UTC'))));

/** Only Windows names; an IANA name is not one (learn.microsoft.com, TimeZoneDefinition). */
export const isZone = (name: string): boolean => !name.includes('/') && ianaZone(name) !== undefined;
export const ianaOf = (name: string): string => ianaZone(name) ?? 'UTC';

/** As replies show it: UTC, or in the zone of TimeZoneContext with its offset. */
export function showInstant(instant: string, zone: string | undefined): string {
  const iana = ianaOf(zone ?? 'UTC');
  const at = Date.parse(instant);
  const local = localOf(at, iana);
  const minutes = Math.round((Date.parse(`${local}Z`) - at) / 60_000);
  if (minutes === 0 && /UTC/.test(zone ?? 'UTC')) return instant;
  const [sign, size] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
  return `${local}${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

export const localIn = (instant: string, zone: string): string => localOf(Date.parse(instant), ianaOf(zone));
export const instantIn = (local: string, zone: string): string => zulu(instantOf(local, ianaOf(zone)));

/** To the midnights around a time in its zone: what becomes of an all-day event whose times are no midnights [unconfirmed]. */
export function toMidnight(instant: string, zone: string, isEnd: boolean): string {
  const local = localIn(instant, zone);
  if (local.endsWith('T00:00:00')) return instant;
  const day = isEnd ? new Date(Date.parse(`${local}Z`) + DAY_MS).toISOString() : local;
  return instantIn(`${day.slice(0, 10)}T00:00:00`, zone);
}
