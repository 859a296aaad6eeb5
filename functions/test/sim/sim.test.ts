import { expect, test } from 'vitest';
import { FOUND } from './found.ts';
import { runSeed } from './run.ts';

/** Every run of the tests; `npm run sim` takes as many as wanted. */
const SEEDS = 300;
/** A machine that does other work at the same time takes its time. */
const PATIENCE_MS = 300_000;

async function failuresOf(seeds: readonly number[]): Promise<string[]> {
  const failures: string[] = [];
  for (const seed of seeds) {
    const { violation } = await runSeed(seed);
    if (violation) failures.push(`${violation.message}; replay: npm run sim -- --seed ${seed}`);
  }
  return failures;
}

test('seeds that once found a fault find none', async () => {
  expect(await failuresOf(FOUND)).toEqual([]);
});

test('whatever goes wrong in between, both sides agree in the end, nothing is lost or doubled, and then all is quiet', async () => {
  expect(await failuresOf(Array.from({ length: SEEDS }, (_, seed) => seed))).toEqual([]);
}, PATIENCE_MS);

test('the same seed tells the same story, event by event', async () => {
  for (const seed of [1, 2, 3, 4, 5]) expect((await runSeed(seed)).trace).toBe((await runSeed(seed)).trace);
});

test('the worlds are worth simulating: runs crash, lose their lease and continue, and records are made on both sides', async () => {
  const stories: string[] = [];
  for (let seed = 0; seed < 40; seed += 1) stories.push(...(await runSeed(seed)).story);
  for (const part of ['dies', ' lost', ' busy', ' failed', 'm.create', 'c.create', 'm.update', 'c.update', 'recall', 'late ']) {
    expect(stories.some((line) => line.includes(part)), part).toBe(true);
  }
});
