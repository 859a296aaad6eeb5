/**
 * Takes one rule at a time out of a copy of the engine and looks who notices: a directed test, or a seed of the simulation.
 *
 *   npm run sim:mutants                     every rule
 *   npm run sim:mutants -- --seeds 1000 --rule R10
 *
 * The working tree is never touched. Ends with 1 when a mutant survives.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from '../functions/test/sim/mutants.ts';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIRECTED = [
  'functions/test/sim/rules.test.ts', 'functions/test/sim/crash.test.ts', 'functions/test/sim/handed.test.ts', 'functions/test/sim/regrets.test.ts',
  'functions/test/sim/lease.test.ts',
  'functions/src/engine', 'functions/src/app/sync/sync-mailbox.test.ts', 'functions/src/app/sync/sync-failures.test.ts',
  'functions/src/app/sync/held.test.ts', 'functions/src/app/sync/claims.test.ts', 'functions/src/app/sync/undo.test.ts',
];
const COPIED = [
  'functions/src', 'functions/test', 'functions/package.json', 'functions/tsconfig.json', 'api', 'package.json', 'tsconfig.json', 'vitest.config.ts',
];
const TIME_MS = 30 * 60_000;

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '2000' }, rule: { type: 'string' } } });
const wanted = MUTANTS.filter(({ rule }) => values.rule === undefined || rule === values.rule);
const verdicts = new Map<Mutant, string>();
const open = [...wanted];
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let mutant = open.shift(); mutant; mutant = open.shift()) {
    const line = await verdictOf(mutant);
    verdicts.set(mutant, line);
    console.error(`${mutant.rule} ${mutant.what}: ${line}`);
  }
}));

console.log('rule    | mutant | caught by | seeds needed');
for (const mutant of wanted) console.log(`${mutant.rule.padEnd(7)} | ${mutant.what} | ${verdicts.get(mutant) ?? ''}`);
const survivors = wanted.filter((mutant) => verdicts.get(mutant)?.startsWith('NOBODY'));
console.log(`mutants ${wanted.length}, survivors ${survivors.length}`);
process.exitCode = survivors.length > 0 ? 1 : 0;

async function verdictOf(mutant: Mutant): Promise<string> {
  const copy = copyWith(mutant);
  try {
    const [tests, hunt] = [await testsIn(copy), await output(copy, [path.join(copy, 'functions/test/sim/hunt.ts'), values.seeds])];
    const seeds = /^caught (\d+) (.*)$/m.exec(hunt);
    const by = [...tests === 0 ? [] : [`${tests} directed tests`], ...seeds ? [`seed: ${seeds[2] ?? ''}`] : []];
    return `${by.join('; ') || 'NOBODY'} | ${seeds?.[1] ?? `more than ${values.seeds}`}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The engine's sources and tests without that rule; packages are those of the working tree. */
function copyWith({ rule, file, from, to }: Mutant): string {
  const copy = mkdtempSync(path.join(tmpdir(), `mutant-${rule}-`));
  for (const part of COPIED) {
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true, filter: (source) => !source.includes('node_modules') });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  const target = path.join(copy, 'functions/src', file);
  const text = readFileSync(target, 'utf8');
  if (!text.includes(from)) throw new Error(`${rule}: ${file} no longer contains what the mutant changes: ${from}`);
  writeFileSync(target, text.replaceAll(from, to));
  return copy;
}

/** How many directed tests fail. */
async function testsIn(copy: string): Promise<number> {
  const report = path.join(copy, 'report.json');
  await output(copy, [path.join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', copy, '--reporter=json', `--outputFile=${report}`, ...DIRECTED]);
  const { numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8')) as { numFailedTests: number; numTotalTests: number };
  if (numTotalTests === 0) throw new Error('the directed tests did not run in the copy');
  return numFailedTests;
}

function output(cwd: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...words], { cwd, timeout: TIME_MS, maxBuffer: 2 ** 28 }, (_error, stdout) => { resolve(stdout); });
  });
}
