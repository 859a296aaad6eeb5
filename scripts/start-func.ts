/** `npm run start:func`: the bundle in the Azure Functions Core Tools, where they are installed, beside the local stand-ins. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { buildFunctions } from './build-functions.ts';
import { ROOT } from './run.ts';

const version = spawnSync('func', ['--version'], { encoding: 'utf8' });
if (version.error || version.status !== 0) {
  process.stderr.write('The Azure Functions Core Tools are not installed. `npm start` needs none: it runs the same bundle in our own local host.\n');
  process.exit(2);
}
await buildFunctions();
process.stdout.write(`Core Tools ${version.stdout.trim()}: set the settings that functions/README.md lists, for example in functions/local.settings.json.\n`);
const child = spawn('func', ['start'], { cwd: path.join(ROOT, 'functions'), stdio: 'inherit' });
child.on('exit', (code) => { process.exitCode = code ?? 1; });
