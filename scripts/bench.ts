/** `npm run bench`: what the product costs, beside the same work without a line of it. Counts and ratios decide, never bare times. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { coldImportRow } from './bench/cold-import.ts';
import { firstSync, firstSyncRows } from './bench/first-sync.ts';
import { equalRow, idleOfAllKinds, idleRows, type IdleResult } from './bench/idle.ts';
import { paneRows } from './bench/pane.ts';
import { resyncRows } from './bench/resync.ts';
import { rowsTable, type Row } from './bench/rows.ts';
import { startBench, type Bench, type Filling } from './bench/set-up.ts';
import { ROOT } from './run.ts';

const USAGE = 'npm run bench [-- --json] [--quick] [--resync]   --quick leaves out what takes 5,000 contacts, --resync adds 50,000 links listed anew';
const FEW = 100;
const MANY = 5000;
const INTO_CRM_LIMIT = 95;
/** Creations go out in batches of 20, the CRM's pages hold up to 2,000 rows, and twenty more for all the rest. */
const INTO_MAILBOX_LIMIT = MANY / 20 + MANY / 2000 + 20;

const ALL_KINDS = { events: 2000, tasks: 500 };
/** As for the contacts; collections of 200 for events and tasks, and their pages ride in the same batches: ten more calls for what is left of them. */
const ALL_KINDS_LIMIT = INTO_CRM_LIMIT + 2000 / 200 + Math.ceil(500 / 200) + 10;
/** One batch holds 17 beside the other streams; from there on 20 more each. */
const TASK_LISTS = [3, 17, 18, 37];

const words = new Set(process.argv.slice(2));
for (const word of words) if (!['--json', '--quick', '--resync'].includes(word)) stop(`Unknown option "${word}". ${USAGE}`);
const started = performance.now();
const rows = [...await measureAll(words.has('--quick')), ...words.has('--resync') ? await resync() : []];
process.stdout.write(words.has('--json') ? `${JSON.stringify({ rows })}\n` : `${rowsTable(rows)}\n`);
say(`Done after ${Math.round((performance.now() - started) / 1000)} s.`);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

async function measureAll(isQuick: boolean): Promise<readonly Row[]> {
  say('Building the functions and the pane...');
  for (const script of ['build-functions.ts', 'build-addin.ts']) buildBy(script);
  const built = [...await paneRows(), coldImportRow()];
  say(`A world with ${FEW} contacts...`);
  const few = await withBench({ side: 'mailbox', contacts: FEW }, async (bench) => {
    await firstSync(bench, FEW);
    return idleRows(bench, `${FEW} contacts`);
  });
  say('A world with contacts, events and tasks in ever more lists...');
  const kinds = await withBench({ side: 'mailbox', contacts: 20, activities: { events: 10, tasks: 10 } }, async (bench) => {
    await firstSync(bench, 40);
    const all: Row[] = [];
    for (const lists of TASK_LISTS) all.push(...await idleOfAllKinds(bench, lists));
    return all;
  });
  return isQuick ? [...few.rows, ...kinds, ...built] : [...few.rows, ...kinds, ...await measureMany(few), ...built];
}

async function resync(): Promise<readonly Row[]> {
  say('A resync of 50,000 links after a lost cursor...');
  return resyncRows();
}

async function measureMany(few: IdleResult): Promise<readonly Row[]> {
  say(`A first sync of ${MANY} contacts into an empty CRM, and idle cycles after it...`);
  const intoCrm = await withBench({ side: 'mailbox', contacts: MANY }, async (bench) => {
    const first = await firstSync(bench, MANY);
    const many = await idleRows(bench, `${MANY} contacts`);
    const rows = await firstSyncRows(bench, first, `first sync, ${MANY} into an empty CRM`, INTO_CRM_LIMIT);
    return [...many.rows, equalRow(few, many), ...rows];
  });
  say(`A first sync of ${MANY} contacts into an empty mailbox...`);
  const intoMailbox = await withBench({ side: 'crm', contacts: MANY }, async (bench) => (
    firstSyncRows(bench, await firstSync(bench, MANY), `first sync, ${MANY} into an empty mailbox`, INTO_MAILBOX_LIMIT)
  ));
  const { events, tasks } = ALL_KINDS;
  const what = `first sync, ${MANY} contacts, ${events} events and ${tasks} tasks into an empty CRM`;
  say(`A ${what}...`);
  const ofAllKinds = await withBench({ side: 'mailbox', contacts: MANY, activities: ALL_KINDS }, async (bench) => (
    firstSyncRows(bench, await firstSync(bench, MANY + events + tasks), what, ALL_KINDS_LIMIT)
  ));
  return [...intoCrm, ...intoMailbox, ...ofAllKinds];
}

async function withBench<T>(filling: Filling, work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await startBench(filling);
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}

/** In a process of its own, whose words go to standard error. */
function buildBy(script: string): void {
  const words = ['--disable-warning=ExperimentalWarning', path.join(ROOT, 'scripts', script)];
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 2, 'inherit'] });
  if (status !== 0) stop(`scripts/${script} failed, see above: mend that, then run the command again.`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stop(sentence: string): never {
  say(sentence);
  process.exit(2);
}
