import { expect, test } from 'vitest';
import { NO_COUNTS, NOW, userOf } from '../../testing/user.ts';
import { crmName, isLongRun, needsRows, quarter, todayCount } from './model.ts';

test('needs-you is absent when nothing is open, and grouped by kind', () => {
  expect(needsRows(userOf())).toEqual([]);
  expect(needsRows(userOf({}, { asks: 6, held: 8, parked: 2 })).map(({ id, n, hash }) => [id, n, hash])).toEqual([
    ['held', 8, '#/held'], ['asks', 6, '#/conflicts'], ['parked', 2, '#/status'],
  ]);
});

test('questions are about contacts only where nothing else is synced', () => {
  expect(needsRows(userOf({}, { asks: 1 }))[0]?.text).toBe('home.asks');
  expect(needsRows(userOf({ kinds: ['contact', 'event'] }, { asks: 1 }))[0]?.text).toBe('home.questions');
});

test('today counts what was written or linked, not what was skipped', () => {
  expect(
    todayCount(userOf({}, { today: { ...NO_COUNTS, insert: 1, update: 2, delete: 3, link: 4, skip: 50, ask: 60, error: 70 } })),
  ).toBe(10);
});

test('the CRM is named with its organization where it has one', () => {
  expect(crmName(userOf())).toBe('Salesforce (Contoso)');
  expect(crmName(userOf({ crm: { system: 's', name: 'Salesforce', login: 'a', connectedAt: 0, isRefused: false } }))).toBe('Salesforce');
});

test('progress is said by quarters, and closing the pane is mentioned after half a minute', () => {
  expect([0, 24, 25, 74, 99, 100].map((done) => quarter(done, 100))).toEqual([0, 0, 25, 50, 75, 100]);
  expect(quarter(0, 0)).toBe(0);
  const running = (startedAt: number): boolean => isLongRun(
    userOf({}, { progress: { kind: 'contact', done: 1, total: 2, startedAt } }), NOW,
  );
  expect([running(NOW - 31_000), running(NOW - 1_000)]).toEqual([true, false]);
});
