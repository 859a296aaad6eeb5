import { expect, test } from 'vitest';
import { dueUsers, moveDue, placeOf, schedule, unschedule } from './due-store.ts';
import { MemoryTable } from './memory-table.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 5, 12);
const ids = async (due: MemoryTable, now: number): Promise<readonly string[]> => (await dueUsers(due, now)).map(({ userId }) => userId);
const one = async (due: MemoryTable, now: number) => {
  const [user] = await dueUsers(due, now);
  if (!user) throw new Error('somebody is due');
  return user;
};

test('who is due is a range: the longest due first, nobody of a later minute, and no place among them', async () => {
  const due = new MemoryTable();
  await schedule(due, 'late', NOON - 90 * MINUTE);
  await schedule(due, 'now', NOON + 30_000);
  await schedule(due, 'next', NOON + MINUTE);
  expect(await ids(due, NOON)).toEqual(['late', 'now']);
  expect(await ids(due, NOON + MINUTE)).toEqual(['late', 'now', 'next']);
  expect((await dueUsers(due, NOON, 1)).map(({ userId }) => userId)).toEqual(['late']);
  expect(due.counts.reads).toBeLessThan(10);
});

test('a user is moved once, however many try', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON);
  const user = await one(due, NOON);
  expect(await Promise.all([moveDue(due, user, NOON), moveDue(due, user, NOON)])).toEqual([true, false]);
  expect(await ids(due, NOON)).toEqual([]);
  expect(await placeOf(due, 'anna')).toMatchObject({ at: NOON + 30 * MINUTE, checkedAt: NOON });
});

test('a user keeps his minute, also after a night in which nothing ran', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON + 7 * MINUTE);
  await moveDue(due, await one(due, NOON + 9 * 60 * MINUTE), NOON + 9 * 60 * MINUTE);
  expect((await placeOf(due, 'anna'))?.at).toBe(NOON + (9 * 60 + 7) * MINUTE);
});

test('the user\'s own interval counts, and survives being moved and being rescheduled', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON, { intervalMinutes: 5 });
  await moveDue(due, await one(due, NOON), NOON);
  expect((await placeOf(due, 'anna'))?.at).toBe(NOON + 5 * MINUTE);
  await schedule(due, 'anna', NOON + MINUTE);
  await moveDue(due, await one(due, NOON + MINUTE), NOON + MINUTE);
  expect((await placeOf(due, 'anna'))?.at).toBe(NOON + 6 * MINUTE);
});

test('scheduling again leaves one row in one minute, found by key and not by a scan', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON);
  const before = { ...due.counts };
  await schedule(due, 'anna', NOON + 5 * MINUTE);
  await schedule(due, 'anna', NOON + 5 * MINUTE);
  expect([due.counts.reads - before.reads, due.counts.writes - before.writes]).toEqual([2, 2]);
  expect(due.rows('s0')).toHaveLength(2);
  expect(await ids(due, NOON + 4 * MINUTE)).toEqual([]);
  expect(await ids(due, NOON + 5 * MINUTE)).toEqual(['anna']);
});

test('the last look is remembered until another is told', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON, { checkedAt: NOON - MINUTE });
  await schedule(due, 'anna', NOON + MINUTE);
  expect((await placeOf(due, 'anna'))?.checkedAt).toBe(NOON - MINUTE);
});

test('who is taken off is never due again, and a second time changes nothing', async () => {
  const due = new MemoryTable();
  await schedule(due, 'anna', NOON);
  await unschedule(due, 'anna');
  await unschedule(due, 'anna');
  expect(await placeOf(due, 'anna')).toBeNull();
  expect(due.rows('s0')).toEqual([]);
});
