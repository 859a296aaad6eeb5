import { expect, test } from 'vitest';
import { brakeKey, dailyLimit, isSuspect, passedIn24h, withPassed, type Passed } from './brake.ts';

const HOUR = 3_600_000;

test('five a day pass, or a tenth of all', () => {
  expect([0, 10, 50, 59, 60, 1_000].map(dailyLimit)).toEqual([5, 5, 5, 5, 6, 100]);
});

test('what passed counts for a day and is then forgotten', () => {
  const key = brakeKey('contact', { what: 'delete', side: 'c' });
  let passed: Passed = withPassed(undefined, key, 3, 0);
  passed = withPassed(passed, key, 2, 20 * HOUR);
  expect([passedIn24h(passed, key, 23 * HOUR), passedIn24h(passed, key, 25 * HOUR), passedIn24h(passed, 'task~delete~c', 0)]).toEqual([5, 2, 0]);
  expect(withPassed(passed, key, 1, 50 * HOUR)).toEqual({ [key]: [{ at: 50 * HOUR, count: 1 }] });
});

test('fields are counted apart', () => {
  expect(brakeKey('contact', { what: 'blank', side: 'c', field: 'phones.mobile' })).toBe('contact~blank~c~phones.mobile');
});

test('half of everything at once is taken for a fault, unless there is next to nothing', () => {
  expect([isSuspect(10, 20), isSuspect(9, 20), isSuspect(3, 4)]).toEqual([true, false, false]);
});
