import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FUNCTION_COUNT } from '../functions/src/triggers/register.ts';
import { collect } from '../sandbox/host/core-module.ts';
import { buildFunctions, LOAD_SETTINGS, type BuiltFunctions } from './build-functions.ts';

const KIB = 1024;
let dist: string;
let built: BuiltFunctions;

beforeAll(async () => {
  dist = mkdtempSync(path.join(tmpdir(), 'concord-dist-'));
  built = await buildFunctions(dist);
});
afterAll(() => { rmSync(dist, { recursive: true, force: true }); });

test('the bundle registers every function in a host, and has read no client to do so', async () => {
  const before = { ...process.env };
  Object.assign(process.env, LOAD_SETTINGS);
  const load = createRequire(import.meta.url);
  try {
    const registry = await collect(() => { load(built.main); return Promise.resolve(); });
    expect(registry.functions.size).toBe(FUNCTION_COUNT);
  } finally {
    process.env = before;
  }
  expect(Object.keys(load.cache).filter((file) => file.startsWith(dist))).toEqual([built.main]);
});

test('every client can be loaded from its own file', () => {
  const load = createRequire(import.meta.url);
  const names = (file: string): string[] => Object.keys(load(path.join(dist, `${file}.cjs`)) as object);
  expect(names('jsforce')).toContain('Connection');
  expect(names('msal-node')).toEqual(expect.arrayContaining(['ConfidentialClientApplication', 'ManagedIdentityApplication']));
  expect(names('tables')).toEqual(expect.arrayContaining(['TableClient', 'createPipelineRequest']));
  expect(names('queues')).toContain('QueueServiceClient');
  expect(names('graph-client')).toContain('Client');
  expect(names('jose')).toContain('jwtVerify');
});

test('no stand-in, recorder, test or client lies in what every instance reads, and it stays small', () => {
  const { inputs } = JSON.parse(readFileSync(path.join(dist, 'meta.json'), 'utf8')) as { inputs: Record<string, unknown> };
  const files = Object.keys(inputs);
  expect(files).toContain('functions/src/main.ts');
  const foreign = /^(sandbox|scripts|functions\/test)\/|\.test\.|recorder|node_modules\/(jsforce|undici|fast-xml-parser|tldts|@azure\/(msal|storage|data))/;
  expect(files.filter((file) => foreign.test(file))).toEqual([]);
  expect(built.mainBytes).toBeLessThan(2_000 * KIB);
});
