import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { movableClock } from './clock.ts';
import { freePorts } from './ports.ts';
import { startWorld } from './world.ts';

test('a world that is kept in memory leaves nothing on the disk and no server behind once it is closed', async () => {
  const root = path.resolve(import.meta.dirname, '..');
  let folder = '';
  const load = (env: Readonly<Record<string, string>>): Promise<void> => {
    folder = path.dirname(env['CONCORD_KEY_FILE'] ?? '');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'local.key'), 'key');
    return Promise.resolve();
  };
  const world = await startWorld({
    root, ports: await freePorts(), clock: movableClock(), dataDir: null, isLive: false, hasPane: false, app: { expectedFunctions: 0, load },
  });
  expect(existsSync(folder)).toBe(true);
  const pages = [world.exchange.pageOrigin, world.vtiger.origin].map((origin) => `${origin}/_sandbox/mails`);
  for (const page of pages) expect((await fetch(page)).status).toBe(200);
  await world.close();
  for (const page of pages) await expect(fetch(page)).rejects.toThrow();
  expect(existsSync(folder)).toBe(false);
});
