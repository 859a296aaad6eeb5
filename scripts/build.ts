/** `npm run build`: the functions' bundle (also loaded under Node 22, as Azure runs it) and the pane. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { buildAddin } from './build-addin.ts';
import { buildFunctions, LOAD_SETTINGS } from './build-functions.ts';
import { ROOT } from './run.ts';

await buildFunctions();
await buildAddin();
loadUnderNode22();

/** Azure runs the bundle on Node 22 by default: loading it there shows syntax and packages that only 24 knows. */
function loadUnderNode22(): void {
  const folder = process.platform === 'linux' ? `node22-linux-${process.arch}` : null;
  const node = folder && path.join(ROOT, 'node_modules', folder, 'bin/node');
  if (!node || !existsSync(node)) {
    process.stdout.write(`build: no Node 22 for ${process.platform}-${process.arch} among the packages, so the bundle was not loaded there\n`);
    return;
  }
  const answer = spawnSync(node, ['-e', 'require(process.argv[1])', path.join(ROOT, 'functions/dist/main.cjs')], {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...LOAD_SETTINGS },
  });
  if (answer.status !== 0) throw new Error(`The bundle does not load under Node 22:\n${answer.stderr}`);
  process.stdout.write('build: the bundle loads under Node 22\n');
}
