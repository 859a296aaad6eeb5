/** How long a new instance takes to load the backend, beside the largest of the packages it could load at once. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { LOAD_SETTINGS } from '../build-functions.ts';
import { ROOT } from '../run.ts';
import { median, ratioRow, type Row } from './rows.ts';

const PROCESSES = 11;
const LIMIT = 0.5;

type What = 'backend' | 'jsforce';

/** Fresh processes in turn; the first of each only warms the machine's own cache of files. */
export function coldImportRow(): Row {
  const times: Record<What, number[]> = { backend: [], jsforce: [] };
  for (let round = 0; round <= PROCESSES; round += 1) {
    for (const what of ['backend', 'jsforce'] as const) {
      const milliseconds = loadOnce(what);
      if (round > 0) times[what].push(milliseconds);
    }
  }
  const name = 'cold import of the backend beside require(\'jsforce\')';
  return ratioRow({ name, ours: median(times.backend), floor: median(times.jsforce), unit: 'ms' }, LIMIT);
}

function loadOnce(what: What): number {
  // A cache of compiled code would make both faster than a new instance is.
  const { NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  const words = ['--disable-warning=ExperimentalWarning', path.join(ROOT, 'scripts/bench/cold-import-child.ts'), what];
  const answer = spawnSync(process.execPath, words, {
    cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...env, ...LOAD_SETTINGS },
  });
  const milliseconds = Number(answer.stdout);
  if (answer.status !== 0 || !(milliseconds > 0)) throw new Error(`the import of ${what} could not be measured: ${answer.stdout}`);
  return milliseconds;
}
