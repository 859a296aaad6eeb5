import { expect, test } from 'vitest';
import { nextTry, shouldPark } from './backoff.ts';
import { ERROR_KINDS } from './errors.ts';

const MINUTE_MS = 60_000;

test('pauses double from a minute to six hours while a service is down', () => {
  const pauses = [1, 2, 3, 9, 50].map((tries) => (nextTry(tries, 'unavailable', 0, 'link') / MINUTE_MS));
  [1, 2, 4, 256, 360].forEach((minutes, index) => {
    expect(pauses[index]).toBeGreaterThanOrEqual(minutes);
    expect(pauses[index]).toBeLessThanOrEqual(minutes * 1.1);
  });
});

test('a stale write is tried again within seconds, a denied one the next day', () => {
  expect(nextTry(1, 'stale', 0, 'link')).toBeLessThan(6_000);
  expect(nextTry(7, 'denied', 0, 'link')).toBeGreaterThanOrEqual(24 * 60 * MINUTE_MS);
});

test('two links spread, the same link does not waver', () => {
  expect(nextTry(3, 'unavailable', 0, 'a')).not.toBe(nextTry(3, 'unavailable', 0, 'b'));
  expect(nextTry(3, 'unavailable', 0, 'a')).toBe(nextTry(3, 'unavailable', 0, 'a'));
});

test('only what somebody must change is parked', () => {
  expect(ERROR_KINDS.filter((kind) => shouldPark(kind))).toEqual(['denied', 'duplicate', 'invalid', 'bug']);
});

test('a try before any failure is a bug', () => {
  expect(() => nextTry(0, 'stale', 0, 'a')).toThrow('a next try follows at least one failure');
});
