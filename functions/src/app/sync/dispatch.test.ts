import { beforeEach, expect, test } from 'vitest';
import { START } from '../../../test/sign-in-world.ts';
import { twoSides, type TwoSides } from '../../../test/two-sides.ts';
import { SyncError } from '../../engine/errors.ts';
import { placeOf, schedule, unschedule } from '../../store/due-store.ts';
import { dispatchDue } from './dispatch.ts';

const MINUTE = 60_000;
let world: TwoSides;
beforeEach(async () => { world = await twoSides(); });

const queued = (): string[] => world.queue.sent.map(({ message }) => message.userId).sort();

test('who is due is queued once an interval, however often the timer ticks', async () => {
  await schedule(world.due, 'anna', START);
  await schedule(world.due, 'tom', START + 90 * MINUTE);
  expect([await dispatchDue(world), await dispatchDue(world)]).toEqual([1, 0]);
  world.clock.advance(29 * MINUTE);
  expect(await dispatchDue(world)).toBe(0);
  world.clock.advance(MINUTE);
  expect(await dispatchDue(world)).toBe(1);
  expect(queued()).toEqual(['anna', 'anna']);
});

test('two ticks at the same moment queue nobody twice', async () => {
  for (let n = 0; n < 50; n += 1) await schedule(world.due, `user${n}`, START - n * MINUTE);
  const counts = await Promise.all([dispatchDue(world), dispatchDue(world)]);
  expect(counts[0] + counts[1]).toBe(50);
  expect(new Set(queued()).size).toBe(50);
});

test('the schedule tells when a user was last handed to a run', async () => {
  await schedule(world.due, 'anna', START - 5 * MINUTE);
  await dispatchDue(world);
  expect(await placeOf(world.due, 'anna')).toMatchObject({ checkedAt: START, at: START + 25 * MINUTE });
});

test('who was taken off the schedule is left alone', async () => {
  await schedule(world.due, 'anna', START);
  await unschedule(world.due, 'anna');
  expect(await dispatchDue(world)).toBe(0);
});

test('a queue that is down costs nobody a cycle', async () => {
  await schedule(world.due, 'anna', START);
  await schedule(world.due, 'tom', START);
  const down = { ...world, queue: { send: () => Promise.reject(new SyncError('unavailable', 'x', { code: 'QUEUE_UNAVAILABLE' })) } };
  await expect(dispatchDue(down)).rejects.toThrow('x');
  expect(await dispatchDue(world)).toBe(2);
  expect(queued()).toEqual(['anna', 'tom']);
});

test('a tick takes a thousand, the next one the rest', async () => {
  for (let n = 0; n < 1_001; n += 1) await schedule(world.due, `user${n}`, START);
  expect([await dispatchDue(world), await dispatchDue(world)]).toEqual([1_000, 1]);
});
