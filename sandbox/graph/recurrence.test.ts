import { expect, test } from 'vitest';
import { daysOf, readRecurrence } from './recurrence.ts';
import { dateOf } from './zones.ts';

const RANGE = { type: 'numbered', numberOfOccurrences: 4, startDate: '2026-01-31' };

function dates(pattern: object, range: object = RANGE, startDate = '2026-01-31'): string[] {
  return [...daysOf(readRecurrence({ pattern, range: { ...range, startDate } }, startDate, 'UTC'))].map(dateOf);
}

test.each([
  ['every second day', { type: 'daily', interval: 2 }, ['2026-01-31', '2026-02-02', '2026-02-04', '2026-02-06']],
  [
    'every weekday', { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] },
    ['2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05'],
  ],
  [
    'the 31st, on the last day of shorter months', { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
    ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
  ],
  [
    'the second Tuesday', { type: 'relativeMonthly', interval: 1, index: 'second', daysOfWeek: ['tuesday'] },
    ['2026-02-10', '2026-03-10', '2026-04-14', '2026-05-12'],
  ],
  [
    'the last Friday of every second month', { type: 'relativeMonthly', interval: 2, index: 'last', daysOfWeek: ['friday'] },
    ['2026-03-27', '2026-05-29', '2026-07-31', '2026-09-25'],
  ],
  [
    'the first weekday of the month',
    { type: 'relativeMonthly', interval: 1, index: 'first', daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] },
    ['2026-02-02', '2026-03-02', '2026-04-01', '2026-05-01'],
  ],
  [
    '29 February, on the 28th in most years', { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 29 },
    ['2026-02-28', '2027-02-28', '2028-02-29', '2029-02-28'],
  ],
  [
    'the fourth Thursday of November', { type: 'relativeYearly', interval: 1, month: 11, index: 'fourth', daysOfWeek: ['thursday'] },
    ['2026-11-26', '2027-11-25', '2028-11-23', '2029-11-22'],
  ],
])('%s', (_, pattern, expected) => {
  expect(dates(pattern)).toEqual(expected);
});

test('the first day of the week decides about every second week', () => {
  const pattern = { type: 'weekly', interval: 2, daysOfWeek: ['sunday', 'monday'] };
  // 2 February 2026 is a Monday.
  const range = { type: 'numbered', numberOfOccurrences: 3 };
  expect(dates({ ...pattern, firstDayOfWeek: 'sunday' }, range, '2026-02-02')).toEqual(['2026-02-02', '2026-02-15', '2026-02-16']);
  expect(dates({ ...pattern, firstDayOfWeek: 'monday' }, range, '2026-02-02')).toEqual(['2026-02-02', '2026-02-08', '2026-02-16']);
});

test('an end date is the last possible day', () => {
  expect(dates({ type: 'daily', interval: 1 }, { type: 'endDate', endDate: '2026-02-02' })).toEqual(['2026-01-31', '2026-02-01', '2026-02-02']);
});

const DAILY = { type: 'daily', interval: 1 };
test.each([
  ['no interval', { type: 'daily' }, RANGE, 'interval'],
  ['an interval of 0', { type: 'daily', interval: 0 }, RANGE, 'interval'],
  ['an interval of 100 weeks', { type: 'weekly', interval: 100, daysOfWeek: ['monday'] }, RANGE, 'interval'],
  ['weekly without days', { type: 'weekly', interval: 1 }, RANGE, 'daysOfWeek'],
  ['an unknown day', { type: 'weekly', interval: 1, daysOfWeek: ['someday'] }, RANGE, 'someday'],
  ['monthly without a day', { type: 'absoluteMonthly', interval: 1 }, RANGE, 'dayOfMonth'],
  ['yearly without a month', { type: 'absoluteYearly', interval: 1, dayOfMonth: 3 }, RANGE, 'month'],
  ['an illegal value of a member that does not count', { ...DAILY, dayOfMonth: 32 }, RANGE, 'dayOfMonth'],
  ['an unknown type', { type: 'hourly', interval: 1 }, RANGE, 'hourly'],
  ['an unknown member', { ...DAILY, count: 3 }, RANGE, "'count'"],
  ['an end before the start', DAILY, { type: 'endDate', endDate: '2026-01-30' }, 'endDate'],
  ['a range that starts on another day than the event', DAILY, { type: 'noEnd', startDate: '2026-02-01' }, 'start date'],
  ['no number', DAILY, { type: 'numbered' }, 'numberOfOccurrences'],
  ['an unknown zone', DAILY, { type: 'noEnd', recurrenceTimeZone: 'Nowhere' }, 'Nowhere'],
])('a rule with %s is refused', (_, pattern, range, message) => {
  expect(() => readRecurrence({ pattern, range: { startDate: '2026-01-31', ...range } }, '2026-01-31', 'UTC')).toThrow(message);
});
