import { expect, test } from 'vitest';
import { formatWhen, parseWhen, spanOf } from './when.ts';

test.each([
  ['2026-12-01T14:00:00Z/2026-12-01T15:30:00Z', '2026-12-01T14:00:00Z/2026-12-01T15:30:00Z'],
  ['2026-12-01T14:00Z/2026-12-01T15:30:00.9999999Z', '2026-12-01T14:00:00Z/2026-12-01T15:30:00Z'],
  ['2026-12-01T14:00:00Z/2026-12-01T14:00:00Z', '2026-12-01T14:00:00Z/2026-12-01T14:00:00Z'],
  [' 2026-12-01/2026-12-03 ', '2026-12-01/2026-12-03'],
])('%s is an interval, told in whole seconds or days', (text, form) => {
  const when = parseWhen(text);
  expect(when && formatWhen(when)).toBe(form);
});

test.each([
  '2026-12-01T15:30:00Z/2026-12-01T14:00:00Z', '2026-12-03/2026-12-01', '2026-12-01/2026-12-01', '2026-02-30/2026-03-02',
  '2026-12-01/2026-12-01T14:00:00Z', '2026-12-01T14:00:00+01:00/2026-12-01T15:00:00Z', 'tomorrow', '', 'a/b/c',
])('%s is none', (text) => { expect(parseWhen(text)).toBeUndefined(); });

test('whole days begin and end at another instant in every zone, so their span is wider', () => {
  expect(spanOf({ isAllDay: true, startDate: '2026-12-01', endDate: '2026-12-02' }))
    .toEqual({ from: Date.parse('2026-11-30T12:00:00Z'), to: Date.parse('2026-12-02T12:00:00Z') });
  expect(spanOf({ isAllDay: false, start: 5, end: 9 })).toEqual({ from: 5, to: 9 });
});
