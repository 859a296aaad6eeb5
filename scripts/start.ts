/** `npm start`: builds what is missing or old and brings the whole local world up, with no account and no internet. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { FUNCTION_COUNT } from '../functions/src/triggers/register.ts';
import { bundledApp } from '../sandbox/app.ts';
import { movableClock } from '../sandbox/clock.ts';
import { shiftedPorts, takenPort, USUAL_PORTS, type Ports } from '../sandbox/ports.ts';
import { startWorld } from '../sandbox/world.ts';
import { buildAddin } from './build-addin.ts';
import { buildFunctions } from './build-functions.ts';
import { ROOT } from './run.ts';

const USAGE = 'npm start [-- --fresh] [-- --ports FIRST]   --fresh forgets everything kept in .concord/; --ports moves all ports';

const options = readOptions(process.argv.slice(2));
const taken = await takenPort(options.ports);
if (taken) stop(taken);
if (isOlderThanSources('functions/dist/main.cjs', ['functions/src', 'api/src'])) { say('Building the functions...'); await buildFunctions(); }
if (isOlderThanSources('addin/dist/index.html', ['addin/src', 'api/src'])) { say('Building the pane...'); await buildAddin(); }
say('Starting storage, stand-ins, functions and pane...');
const world = await startWorld({
  root: ROOT, ports: options.ports, clock: movableClock(), dataDir: path.join(ROOT, '.concord', 'local'), isFresh: options.isFresh,
  isLive: true, hasNotices: true, hasPane: true, hasSamples: true, app: bundledApp(ROOT, FUNCTION_COUNT),
  log: (level, name, message) => { if (level === 'error' || level === 'warning') process.stderr.write(`${name}: ${message}\n`); },
});
say(welcome(options.ports, world.host.functionNames.length));
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    say('\nStopping...');
    world.close().then(() => {
      say('Stopped. Everything is kept in .concord/ for the next start.');
      process.exit(0);
    }, (error: unknown) => stop(`Stopping failed: ${String(error)}`));
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function readOptions(words: readonly string[]): { isFresh: boolean; ports: Ports } {
  let isFresh = false;
  let ports = USUAL_PORTS;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === '--fresh') isFresh = true;
    else if (word === '--ports' && /^\d+$/.test(words[index + 1] ?? '')) { ports = shiftedPorts(Number(words[index + 1]) - USUAL_PORTS.outlook); index += 1; }
    else stop(`Unknown option "${word ?? ''}". ${USAGE}`);
  }
  return { isFresh, ports };
}

function isOlderThanSources(target: string, sources: readonly string[]): boolean {
  try {
    const built = statSync(path.join(ROOT, target)).mtimeMs;
    return sources.some((source) => newest(path.join(ROOT, source)) > built) || statSync(path.join(ROOT, 'package-lock.json')).mtimeMs > built;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

function newest(folder: string): number {
  return Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs));
}

function welcome(ports: Ports, functionCount: number): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return `
Concord ${version} is running (${functionCount} functions registered).

  Outlook with the pane   http://localhost:${ports.outlook}
  The pane as a web page  http://localhost:${ports.pane}/app
  Mailbox contacts        http://localhost:${ports.microsoft}
  Salesforce contacts     http://localhost:${ports.salesforce}
  Exchange mailboxes      http://localhost:${ports.ewsPage} (EWS: https://localhost:${ports.ews}/EWS/Exchange.asmx)
  vTiger records          http://localhost:${ports.vtiger} (people and their access keys are on the page)
  API                     http://localhost:${ports.functions}/api

First: open Outlook, press "Sign in to Salesforce" in the pane, choose Anna Weber, then connect Office 365 and approve
the preview. From then on an edit on either side arrives on the other: at once with "Sync now", else within 30 minutes.
Ctrl-C stops everything; what you did is kept. \`npm start -- --fresh\` forgets it.
`;
}
