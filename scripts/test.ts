/** `npm test`: checks, builds, then every test, the browser's included. Ends with the slowest ten and one line of counts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { needChromium } from './chromium.ts';
import { ROOT, runTool } from './run.ts';

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number }[];
  }[];
}

const isFull = process.argv.includes('--full');
const OUT = path.join(ROOT, '.concord', 'test');
const SLOWEST = 10;
let passed = 0;
let failed = 0;
const times: { name: string; ms: number }[] = [];

async function step(name: string, run: () => Promise<number>): Promise<void> {
  process.stdout.write(`\n== ${name}\n`);
  const code = await run();
  if (code === 0) passed += 1;
  else { failed += 1; process.stdout.write(`${name} failed\n`); }
}

/** A run whose report is missing counts as one failure: the runner itself broke. */
async function tests(name: string, words: readonly string[]): Promise<void> {
  process.stdout.write(`\n== ${name}\n`);
  const file = path.join(OUT, `${name.replace(/\W+/g, '-')}.json`);
  rmSync(file, { force: true });
  const env = { CONCORD_CHROMIUM: needChromium(), CONCORD_TEST_SIZE: isFull ? 'full' : 'usual' };
  const code = await runTool('vitest/vitest.mjs', ['run', ...words, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`], { env });
  if (!existsSync(file)) { failed += 1; return; }
  const report = JSON.parse(readFileSync(file, 'utf8')) as TestReport;
  const brokenFiles = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  passed += report.numPassedTests;
  failed += report.numFailedTests + brokenFiles;
  if (code !== 0 && report.numFailedTests + brokenFiles === 0) failed += 1;
  for (const result of report.testResults) {
    for (const { fullName, duration } of result.assertionResults) times.push({ name: `${path.relative(ROOT, result.name)}: ${fullName}`, ms: duration ?? 0 });
  }
}

mkdirSync(OUT, { recursive: true });
await step('check', () => runTool('../scripts/check.ts', []));
await step('build', () => runTool('../scripts/build.ts', []));
await tests('tests', ['--exclude=test/e2e/**']);
await tests('browser tests', ['test/e2e', '--no-file-parallelism']);

process.stdout.write(`\nThe ${SLOWEST} slowest tests\n`);
for (const { name, ms } of times.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST)) process.stdout.write(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
