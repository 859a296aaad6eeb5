/** One fresh process: loads one thing and prints the milliseconds. */
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { collect } from '../../sandbox/host/core-module.ts';
import { ROOT } from '../run.ts';

const require = createRequire(import.meta.url);
const milliseconds = process.argv[2] === 'jsforce' ? timeOf('jsforce') : await backendTime();
process.stdout.write(`${milliseconds}\n`);

function timeOf(what: string): number {
  const started = process.hrtime.bigint();
  require(what);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** The module that Azure's worker supplies is there beforehand. */
async function backendTime(): Promise<number> {
  let time = 0;
  const registry = await collect(() => {
    time = timeOf(path.join(ROOT, 'functions/dist/main.cjs'));
    return Promise.resolve();
  });
  // A bundle that lost its core module registers nothing and does not fail: its time would be worth nothing.
  if (registry.functions.size === 0) throw new Error('the backend registered no functions');
  return time;
}
