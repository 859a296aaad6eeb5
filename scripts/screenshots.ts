/** `npm run screenshots`: the pictures of the README and the docs, taken from the running product. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { activate, openStage } from '../test/e2e/stage.ts';
import { buildAddin } from './build-addin.ts';
import { ROOT } from './run.ts';

const FOLDER = path.join(ROOT, 'docs/images');

mkdirSync(FOLDER, { recursive: true });
await buildAddin();
const stage = await openStage({ hasSamples: true });
try {
  await activate(stage);
  await stage.page.screenshot({ path: path.join(FOLDER, 'pane.png') });
  await stage.page.locator('#theme').selectOption('dark');
  await stage.page.locator('#language').selectOption('de-DE');
  await stage.page.getByRole('button', { name: 'Restart the pane' }).click();
  await stage.pane.getByRole('button', { name: /Aktiv|Braucht Sie/ }).first().waitFor();
  await stage.page.screenshot({ path: path.join(FOLDER, 'pane-dark-de.png') });
} finally {
  await stage.close();
}
process.stdout.write('screenshots: docs/images/pane.png, docs/images/pane-dark-de.png\n');
