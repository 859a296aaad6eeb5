/** Local times and zones' names, in the hours in which clocks change too. */
import { expect, test } from 'vitest';
import type { When } from '../../engine/when.ts';
import { instantOfZoned, isZoneName, midnightIn, zonedTime } from './event-times.ts';
import { instantAt, localTime, nearestDay } from '../local-time.ts';

const at = (text: string): number => Date.parse(text);
const timed = (start: string, end: string): When => ({ isAllDay: false, start: at(start), end: at(end) });
const BERLIN = 'Europe/Berlin';

test.each([
  ['2026-12-01T14:00:00', BERLIN, '2026-12-01T13:00:00Z'],
  ['2026-07-01T14:00:00.0000000', BERLIN, '2026-07-01T12:00:00Z'],
  // The clocks go from 02:00 to 03:00.
  ['2026-03-29T02:30:00', BERLIN, '2026-03-29T01:00:00Z'],
  // The clocks go from 03:00 back to 02:00: the first of both.
  ['2026-10-25T02:30:00', BERLIN, '2026-10-25T00:30:00Z'],
  // A day that has no midnight begins at 01:00.
  ['2026-09-06T00:00:00', 'America/Santiago', '2026-09-06T04:00:00Z'],
  ['2026-01-01T00:00:00', 'Pacific/Kiritimati', '2025-12-31T10:00:00Z'],
])('%s in %s is %s', (local, zone, instant) => {
  expect(new Date(instantAt(local, zone) ?? 0).toISOString()).toBe(instant.replace('Z', '.000Z'));
});

test('a text that is no time is none', () => {
  expect(instantAt('soon', BERLIN)).toBeUndefined();
  expect(instantOfZoned({ dateTime: '', timeZone: 'UTC' })).toBeUndefined();
  expect(instantOfZoned(null)).toBeUndefined();
});

test('midnight is shown as hour 00', () => {
  expect(localTime(at('2026-12-01T23:00:00Z'), BERLIN)).toBe('2026-12-02T00:00:00');
});

test.each([
  ['2026-12-01T23:00:00Z', BERLIN, '2026-12-02'],
  ['2026-12-02T00:00:00Z', BERLIN, '2026-12-02'],
  ['2026-12-02T08:00:00Z', 'America/Los_Angeles', '2026-12-02'],
  ['2026-12-02T00:00:00Z', 'America/Los_Angeles', '2026-12-02'],
  ['2026-12-01T11:00:00Z', 'Pacific/Auckland', '2026-12-02'],
])('the midnight nearest to %s in %s begins %s', (instant, zone, day) => {
  expect(nearestDay(at(instant), zone)).toBe(day);
});

test('a zone that nobody knows has no times, and is not written back', () => {
  expect(instantOfZoned({ dateTime: '2026-12-01T14:00:00', timeZone: 'tzone://Microsoft/Custom' })).toBeUndefined();
  expect(isZoneName('tzone://Microsoft/Custom')).toBe(false);
  expect(isZoneName('W. Europe Standard Time')).toBe(true);
  expect(instantOfZoned({ dateTime: '2026-12-01T14:00:00', timeZone: 'W. Europe Standard Time' })).toBe(at('2026-12-01T13:00:00Z'));
});

test('times are written in the zone read, else in the user’s, each by the name that Outlook knows', () => {
  const when = timed('2026-12-01T14:00:00Z', '2026-12-01T15:30:00Z');
  expect(zonedTime(when, 'Tokyo Standard Time', BERLIN)).toEqual([
    { dateTime: '2026-12-01T23:00:00', timeZone: 'Tokyo Standard Time' }, { dateTime: '2026-12-02T00:30:00', timeZone: 'Tokyo Standard Time' },
  ]);
  expect(zonedTime(when, undefined, BERLIN)[0]).toEqual({ dateTime: '2026-12-01T15:00:00', timeZone: 'W. Europe Standard Time' });
  expect(zonedTime(when, undefined, 'Antarctica/Troll')[0]).toEqual({ dateTime: '2026-12-01T14:00:00', timeZone: 'UTC' });
});

test('the second of two equal hours is written in UTC, and so is the other end', () => {
  expect(zonedTime(timed('2026-10-25T01:30:00Z', '2026-10-25T03:00:00Z'), undefined, BERLIN)).toEqual([
    { dateTime: '2026-10-25T01:30:00', timeZone: 'UTC' }, { dateTime: '2026-10-25T03:00:00', timeZone: 'UTC' },
  ]);
});

test('whole days are midnights, never converted', () => {
  const days: When = { isAllDay: true, startDate: '2026-12-01', endDate: '2026-12-03' };
  expect(zonedTime(days, 'Tokyo Standard Time', BERLIN)).toEqual([
    { dateTime: '2026-12-01T00:00:00', timeZone: 'Tokyo Standard Time' }, { dateTime: '2026-12-03T00:00:00', timeZone: 'Tokyo Standard Time' },
  ]);
});

test('a day in a zone without a Windows name is reckoned to UTC', () => {
  expect(midnightIn('2026-12-02', BERLIN)).toEqual({ dateTime: '2026-12-02T00:00:00', timeZone: 'W. Europe Standard Time' });
  expect(midnightIn('2026-07-02', 'Antarctica/Troll')).toEqual({ dateTime: '2026-07-01T22:00:00', timeZone: 'UTC' });
});
