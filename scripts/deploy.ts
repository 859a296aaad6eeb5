/** `npm run deploy`: checks what is needed, builds, lets azd create and fill everything in Azure, writes the manifest to hand out. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { manifestFor, readManifest } from './manifest.ts';
import { ROOT, runTool } from './run.ts';

const NEEDED: readonly (readonly [string, string])[] = [
  ['MICROSOFT_CLIENT_ID', 'the application id of your Entra app registration'],
  ['MICROSOFT_CLIENT_SECRET', 'its client secret'],
  ['SALESFORCE_CLIENT_ID', 'the consumer key of your Salesforce External Client App'],
  ['SALESFORCE_CLIENT_SECRET', 'its consumer secret'],
];

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function azd(words: readonly string[], isShown: boolean): string {
  const answer = spawnSync('azd', words, { cwd: ROOT, encoding: 'utf8', stdio: ['inherit', isShown ? 'inherit' : 'pipe', 'inherit'] });
  if (answer.error) {
    stop('The Azure Developer CLI (azd) is not installed. Install it (learn.microsoft.com, "Install azd"), run `azd auth login`, then run this again.');
  }
  if (answer.status !== 0) stop(`azd ${words[0] ?? ''} failed: see its words above. What it created so far is kept; run this again when that is mended.`);
  return answer.stdout ?? '';
}

azd(['version'], false);
const known = azd(['env', 'get-values'], false);
for (const [name, meaning] of NEEDED) {
  if (new RegExp(`^${name}=.`, 'm').test(known)) continue;
  stop(`${name} is not set (${meaning}). Run \`azd env set ${name} VALUE\`, then this again; docs/operators.md tells where to find it.`);
}
if (await runTool('../scripts/build.ts', []) !== 0) stop('The build failed; nothing was deployed.');
azd(['up'], true);
const pane = azd(['env', 'get-value', 'CONCORD_PANE_URL'], false).trim();
const file = path.join(ROOT, 'addin/dist/manifest.xml');
writeFileSync(file, manifestFor(readManifest(), pane, false));
process.stdout.write(`
Deployed. Hand addin/dist/manifest.xml to your Microsoft 365 admin (Integrated apps > Upload custom apps).
The pane as a web page: ${pane}/app
`);
