/** Finds Chromium for the browser tests, and installs it where that needs nobody's hands. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { ROOT } from './run.ts';
import path from 'node:path';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Switches that keep a browser from talking to anybody but the page under test. */
export const CHROMIUM_SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
] as const;

export function findChromium(): string | null {
  const asked = process.env['CONCORD_CHROMIUM'];
  if (asked) {
    if (!existsSync(asked)) throw new Error(`CONCORD_CHROMIUM names ${asked}, which does not exist.`);
    return asked;
  }
  const found = PLACES.find((place) => existsSync(place));
  if (found) return found;
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}

/** Debian as root: from its packages. Elsewhere: Playwright's own download. */
export function needChromium(): string {
  const found = findChromium();
  if (found) return found;
  process.stderr.write('Installing Chromium for the browser tests (once)...\n');
  const isDebianRoot = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  const steps: readonly (readonly [string, readonly string[]])[] = isDebianRoot
    ? [['apt-get', ['update', '-q']], ['apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-liberation']]]
    : [[process.execPath, [path.join(ROOT, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']]];
  for (const [command, words] of steps) spawnSync(command, words, { stdio: ['ignore', 2, 2] });
  const installed = findChromium();
  if (!installed) throw new Error('The browser tests need Chromium and it could not be installed. Install it and set CONCORD_CHROMIUM to its path.');
  return installed;
}
