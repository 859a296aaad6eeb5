/**
 * The simulation: real engine, app and store codec on seeded worlds with crashes, lost replies and competing runs.
 *
 *   npm run sim -- --seeds 300                 seeds 0 to 299, on every core
 *   npm run sim -- --from 1000 --seeds 50
 *   npm run sim -- --seed 42                   one seed, with its story when it fails
 *   npm run sim -- --seed 42 --keep 3,7-9 --without lag    what shrinking left of it
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { runSeed } from '../functions/test/sim/run.ts';
import { partOf, telling } from '../functions/test/sim/words.ts';
import type { Answer } from '../functions/test/sim/worker.ts';

const STORY_LINES = 4000;
/** Seeds that a worker takes at once. */
const CHUNK = 25;
/** Failing seeds beyond these are only named: shrinking takes its time. */
const SHRUNK_MAX = 3;

const { values } = parseArgs({ options: {
  seeds: { type: 'string', default: '300' }, from: { type: 'string', default: '0' }, seed: { type: 'string' }, keep: { type: 'string' },
  without: { type: 'string' }, workers: { type: 'string' },
} });

const started = Date.now();
const isOne = values.seed !== undefined;
const from = count('--from', values.seed ?? values.from);
const seeds = isOne ? 1 : count('--seeds', values.seeds);
const { violations, events } = isOne ? await one(from) : await many();
console.log(`seeds ${seeds}, violations ${violations}, events ${events}, seconds ${Math.round((Date.now() - started) / 1000)}`);
process.exitCode = violations > 0 ? 1 : 0;

async function one(seed: number): Promise<{ violations: number; events: number }> {
  const result = await runSeed(seed, partOf(values.keep, values.without));
  if (result.violation) {
    console.error(result.story.slice(-STORY_LINES).join('\n'));
    console.error(telling(result, undefined));
    if (result.violation.name !== 'Violation') console.error(result.violation.stack);
  }
  return { violations: result.violation ? 1 : 0, events: result.events };
}

async function many(): Promise<{ violations: number; events: number }> {
  const workers = count('--workers', values.workers ?? String(availableParallelism()));
  let next = from;
  let found = 0;
  let seen = 0;
  await Promise.all(Array.from({ length: Math.max(1, workers) }, async () => {
    const worker = new Worker(new URL('../functions/test/sim/worker.ts', import.meta.url));
    while (next < from + seeds) {
      const chunk = { from: next, to: Math.min(next + CHUNK, from + seeds), shrinks: Math.max(0, SHRUNK_MAX - found) };
      next = chunk.to;
      const answer = await asked(worker, chunk);
      seen += answer.events;
      found += answer.failures.length;
      for (const failure of answer.failures) console.error(failure);
    }
    await worker.terminate();
  }));
  return { violations: found, events: seen };
}

function asked(worker: Worker, chunk: { from: number; to: number; shrinks: number }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Answer): void => {
      worker.off('error', reject);
      resolve(answer);
    };
    worker.once('message', answered);
    worker.once('error', reject);
    worker.postMessage(chunk);
  });
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`${name} takes a whole number, not "${text}".`);
  process.exit(2);
}
