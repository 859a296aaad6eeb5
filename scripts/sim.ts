/**
 * The simulation: real engine, app and store codec on seeded worlds with crashes, lost replies and competing runs.
 *
 *   npm run sim -- --seeds 300            seeds 0 to 299
 *   npm run sim -- --from 1000 --seeds 50
 *   npm run sim -- --seed 42              one seed, with its story when it fails
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runSeed, type SeedResult } from '../functions/test/sim/run.ts';

const STORY_LINES = 400;

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '300' }, from: { type: 'string', default: '0' }, seed: { type: 'string' } } });
const from = count('--from', values.seed ?? values.from);
const seeds = values.seed === undefined ? count('--seeds', values.seeds) : 1;

const started = Date.now();
let violations = 0;
let events = 0;
for (let seed = from; seed < from + seeds; seed += 1) {
  const result = await runSeed(seed);
  events += result.events;
  if (result.violation) { violations += 1; tell(result, result.violation); }
}
console.log(`seeds ${seeds}, violations ${violations}, events ${events}, seconds ${Math.round((Date.now() - started) / 1000)}`);
process.exitCode = violations > 0 ? 1 : 0;

function tell({ seed, story }: SeedResult, violation: Error): void {
  if (values.seed !== undefined) console.error(story.slice(-STORY_LINES).join('\n'));
  console.error(`seed ${seed}: ${violation.message}`);
  if (values.seed !== undefined && violation.name !== 'Violation') console.error(violation.stack);
  console.error(`replay: npm run sim -- --seed ${seed}`);
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`${name} takes a whole number, not "${text}".`);
  process.exit(2);
}
