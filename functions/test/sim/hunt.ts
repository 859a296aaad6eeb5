/** Runs seeds until one fails: `node hunt.ts SEEDS`. Prints "caught COUNT SENTENCE" or "survived COUNT". Started by scripts/sim-mutants.ts. */
import process from 'node:process';
import { FOUND } from './found.ts';
import { runSeed } from './run.ts';

const most = Number(process.argv[2]);
let count = 0;
for (const seed of [...FOUND, ...Array.from({ length: most }, (_, place) => place)]) {
  count += 1;
  const { violation } = await runSeed(seed);
  if (!violation) continue;
  console.log(`caught ${count} ${violation.message.slice(0, 80)}`);
  process.exit(0);
}
console.log(`survived ${count}`);
