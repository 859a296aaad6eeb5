import { expect, test } from 'vitest';
import { RETRY_AFTER_MS_MAX, parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

test.each([
  ['7', 7000],
  ['2.128', 2128],
  ['0', 0],
  [' 30 ', 30_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['99999999', RETRY_AFTER_MS_MAX],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
  [null, undefined],
  [undefined, undefined],
])('Retry-After %j means %j milliseconds', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});
