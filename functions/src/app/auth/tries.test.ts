import { beforeEach, expect, test } from 'vitest';
import { codeOf, signInWorld, START, type SignInWorld } from '../../../test/sign-in-world.ts';
import { SyncError } from '../../engine/errors.ts';
import { countTry } from './tries.ts';

const MINUTE = 60_000;
const anna = { of: ['anna'], max: 3 };
let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

async function waitOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SyncError) return error.details.retryAfterMs;
  }
  throw new Error('expected a refusal');
}

test('the fourth failure within a quarter hour is refused with the time until the first is over', async () => {
  for (let minute = 0; minute < 3; minute += 1) { await countTry(world, [anna]); world.clock.advance(MINUTE); }
  expect(await codeOf(countTry(world, [anna]))).toBe('TOO_MANY_TRIES');
  expect(await waitOf(countTry(world, [anna]))).toBe(12 * MINUTE);
  world.clock.advance(12 * MINUTE);
  await countTry(world, [anna]);
  expect(await waitOf(countTry(world, [anna]))).toBe(MINUTE);
});

test('a quarter hour reaches over the edge of its rows', async () => {
  world.clock.advance(14 * MINUTE);
  for (let count = 0; count < 3; count += 1) await countTry(world, [anna]);
  world.clock.advance(2 * MINUTE);
  expect(await waitOf(countTry(world, [anna]))).toBe(13 * MINUTE);
});

test('a good try is taken back', async () => {
  for (let count = 0; count < 10; count += 1) await (await countTry(world, [anna]))();
  await countTry(world, [anna]);
});

test('many at one moment are no way around', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => countTry(world, [anna])));
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3);
});

test('whoever is refused by one count leaves nothing in the others', async () => {
  for (let count = 0; count < 3; count += 1) await countTry(world, [anna]);
  const office = { of: ['office'], max: 1 };
  expect(await codeOf(countTry(world, [office, anna]))).toBe('TOO_MANY_TRIES');
  await countTry(world, [office]);
});

test('rows hold no name, and those that are over go', async () => {
  await countTry(world, [{ of: ['account', 'anna@contoso.example'], max: 3 }]);
  const [row] = world.accounts.rows('tries');
  expect(JSON.stringify(row)).not.toContain('anna');
  expect(row?.cells).toEqual({ at: String(START) });
  world.clock.advance(31 * MINUTE);
  await countTry(world, [{ of: ['ben'], max: 3 }]);
  expect(world.accounts.rows('tries')).toHaveLength(1);
});
