/**
 * `npm run contracts`: replays the connector suites and the demo with recording on, and lets the vendors' published
 * contracts judge the traffic; also validates the manifests against Office's schemas. Needs the folder of contracts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { validateXML } from 'xmllint-wasm';
import { MAILBOX_SYSTEMS } from './hands/mailbox.ts';
import { manifestFor, readManifest } from './manifest.ts';
import { ROOT, runTool } from './run.ts';

const SHARED = path.resolve(ROOT, process.env['CONCORD_SHARED'] ?? '../shared');
const RECORDINGS = path.join(ROOT, '.concord', 'recordings');

if (!existsSync(path.join(SHARED, 'contracts'))) {
  process.stdout.write(`contracts not run: ${path.join(process.env['CONCORD_SHARED'] ?? '../shared', 'contracts')} is not there\n`);
  process.exit(0);
}
rmSync(RECORDINGS, { recursive: true, force: true });
mkdirSync(RECORDINGS, { recursive: true });
const env = { CONCORD_RECORDINGS: RECORDINGS };
let isGood = await runTool('vitest/vitest.mjs', ['run', 'functions/src/connectors', 'sandbox/ews', 'sandbox/vtiger', '--reporter=dot'], { env }) === 0;
for (const mailbox of MAILBOX_SYSTEMS) {
  const demo = [
    '--contacts', path.join(SHARED, 'data/vcards'), '--calendar', path.join(SHARED, 'data/calendars'), '--mailbox', mailbox,
    '--record', path.join(RECORDINGS, `demo-${mailbox}.jsonl`),
  ];
  isGood = await runTool('../scripts/demo.ts', demo) === 0 && isGood;
}
isGood = checkTraffic() && isGood;
isGood = await checkManifests() && isGood;
process.stdout.write(isGood ? 'contracts: all kept\n' : 'contracts: broken, see above\n');
process.exitCode = isGood ? 0 : 1;

function checkTraffic(): boolean {
  const files = readdirSync(RECORDINGS).filter((name) => name.endsWith('.jsonl')).map((name) => path.join(RECORDINGS, name));
  const checker = path.join(SHARED, 'contracts/check/run');
  const answer = spawnSync(checker, [...files, '--require', 'graph,salesforce,ews,vtiger'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (answer.error) process.stderr.write(`The contract checker could not be started: ${answer.error.message}\n`);
  return answer.status === 0;
}

async function checkManifests(): Promise<boolean> {
  const folder = path.join(SHARED, 'contracts/office');
  const schemas = readdirSync(folder).filter((name) => name.endsWith('.xsd'))
    .map((fileName) => ({ fileName, contents: readFileSync(path.join(folder, fileName), 'utf8') }));
  const main = schemas.filter(({ fileName }) => fileName === 'OfficeAppManifestV1_1.xsd');
  const live = readManifest();
  let isValid = true;
  for (const [fileName, contents] of [['manifest.xml', live], ['manifest.dev.xml', manifestFor(live, 'https://localhost:4301', true)]] as const) {
    const result = await validateXML({ xml: [{ fileName, contents }], schema: main, preload: schemas.filter((schema) => !main.includes(schema)) });
    for (const { message } of result.errors) process.stdout.write(`${fileName}: ${message}\n`);
    process.stdout.write(`${fileName}: ${result.valid ? 'valid' : 'not valid'} against Office's schemas\n`);
    isValid = isValid && result.valid;
  }
  return isValid;
}
