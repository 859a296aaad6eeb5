import { beforeEach, expect, test } from 'vitest';
import { SyncState } from '@concord/api';
import { twoSides, USER, type TwoSides } from '../../../test/two-sides.ts';
import { START } from '../../../test/sign-in-world.ts';
import type { Place } from '../../store/due-store.ts';
import { ringBell } from '../../store/control-store.ts';
import { dayIn, syncStateOf } from './status.ts';

const MINUTE = 60_000;
let world: TwoSides;
beforeEach(async () => { world = await twoSides(); });

const state = async (place: Place | null = null): Promise<SyncState> => SyncState.parse(syncStateOf(world, await world.control(), place));

test('before the first run nothing is running, nothing is known, and Sync now is open', async () => {
  expect(await state()).toEqual({
    isRunning: false, syncNowFrom: 0, intervalMinutes: 30, links: 0, linksByKind: { contact: 0, event: 0, task: 0 }, asks: 0, held: 0, parked: 0, mailsSent: 0,
    today: { insert: 0, update: 0, delete: 0, link: 0, skip: 0, hold: 0, ask: 0, error: 0 },
  });
});

test('an idle run is known from the schedule alone', async () => {
  await world.setHead({ lastRunAt: START, lastChangeAt: START, lastRunChanges: 4, links: { contact: 7, event: 2, task: 1 } });
  expect(await state({ at: START + 60 * MINUTE, checkedAt: START + 30 * MINUTE })).toMatchObject({
    lastRunAt: START + 30 * MINUTE, lastChangeAt: START, lastRunChanges: 4, nextRunAt: START + 60 * MINUTE,
    syncNowFrom: START + 31 * MINUTE, links: 10,
  });
});

test('Sync now waits a minute after the later of the last run and the last ring', async () => {
  await world.setHead({ lastRunAt: START });
  expect((await state()).syncNowFrom).toBe(START + MINUTE);
  await ringBell(world, USER, START + 5 * MINUTE, 'user');
  expect((await state()).syncNowFrom).toBe(START + 6 * MINUTE);
});

test('it runs while the lease holds, and between two messages of one long sync', async () => {
  await world.setHead({ holder: 'x', leaseUntil: START + MINUTE, firstSync: { done: 3, total: 9, startedAt: START } });
  expect(await state()).toMatchObject({ isRunning: true, progress: { kind: 'contact', done: 3, total: 9, startedAt: START } });
  world.clock.advance(2 * MINUTE);
  expect((await state()).isRunning).toBe(false);
  await world.setHead({ holder: undefined as never, continues: { m: false, c: false } });
  expect((await state()).isRunning).toBe(true);
  await world.setHead({ problem: { kind: 'throttled', code: 'X', since: START } });
  expect((await state()).isRunning).toBe(false);
});

test('who rang the bell sees it run until a run has answered, or until the message is no longer waited for', async () => {
  await world.setConfig({ activation: 'active' });
  await ringBell(world, USER, START, 'user');
  expect(await state({ at: START + 30 * MINUTE, checkedAt: START })).toMatchObject({ isRunning: true });
  expect(await state({ at: START + 30 * MINUTE, checkedAt: START })).not.toHaveProperty('lastRunAt');
  await world.setHead({ lastRunAt: START + 5 });
  expect(await state()).toMatchObject({ isRunning: false, lastRunAt: START + 5 });
  await ringBell(world, USER, START + 10, 'user');
  world.clock.advance(3 * MINUTE);
  expect((await state()).isRunning).toBe(false);
});

test("a vendor's notice is nobody's wait: nothing is shown as running, and Sync now stays open", async () => {
  await world.setConfig({ activation: 'active' });
  await ringBell(world, USER, START, 'notification');
  expect(await state()).toMatchObject({ isRunning: false, syncNowFrom: 0 });
});

test('today\'s counts are those of the day where the user lives', async () => {
  await world.setHead({ today: { day: '2026-01-05', counts: { insert: 2, unlink: 1 } } });
  expect((await state()).today).toMatchObject({ insert: 2, update: 0 });
  world.clock.advance(14 * 60 * MINUTE + 1);
  expect((await state()).today.insert).toBe(0);
});

test('a problem names its product, its cause and its next try', async () => {
  const problem = { side: 'c', kind: 'throttled', code: 'X_LIMIT', since: START } as const;
  await world.setHead({ problem, lastRunAt: START + 1, notBefore: START + 9 * MINUTE });
  expect(await state({ at: START + MINUTE, checkedAt: 0 })).toMatchObject({
    problem: { kind: 'throttled', code: 'X_LIMIT', system: 'crm', at: START + 9 * MINUTE },
    problemSince: START, nextRunAt: START + 9 * MINUTE,
  });
  const connectors = [{ id: 'crm', signIn: { name: 'Testcrm' } }] as unknown as TwoSides['connectors'];
  const named = syncStateOf({ ...world, connectors }, await world.control(), null);
  expect(named.problem).toMatchObject({ system: 'Testcrm', message: 'Testcrm asks for patience: it is tried again by itself.' });
});

test('a refused sign-in is forgotten with a newer one, and remembered when that one was refused too', async () => {
  const problem = { side: 'c', kind: 'credentialsRejected', code: 'X', since: START - 2 * MINUTE } as const;
  await world.setHead({ problem, lastRunAt: START - MINUTE });
  expect(await state()).not.toHaveProperty('problem');
  await world.setHead({ lastRunAt: START + MINUTE });
  expect((await state()).problem).toMatchObject({ kind: 'credentialsRejected' });
});

test.each([
  ['Europe/Berlin', '2026-01-06'], ['America/New_York', '2026-01-05'], ['Asia/Calcutta', '2026-01-06'], ['UTC', '2026-01-05'],
  ['Nowhere/Land', '2026-01-05'],
])('half past eleven at night in London is in %s the day %s', (zone, day) => {
  expect(dayIn(zone, Date.UTC(2026, 0, 5, 23, 30))).toBe(day);
});
