import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { browserScript } from './browser-script.ts';
import { outlookPage } from './outlook-page.ts';
import { paneFiles } from './pane-files.ts';

const dist = path.join(mkdtempSync(path.join(os.tmpdir(), 'pane-')), 'dist');
mkdirSync(path.join(dist, '.vite'), { recursive: true });
const write = (name: string, text: string): void => { writeFileSync(path.join(dist, name), text); };
write('index.html', '<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>');
write('app.html', 'web page');
write('.vite/manifest.json', '{}');
write('../secret.txt', 'secret');
write('staticwebapp.config.json', JSON.stringify({
  routes: [{ route: '/app', rewrite: '/app.html' }],
  globalHeaders: {
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
  },
}));
const files = paneFiles({ dist, apiOrigin: 'http://localhost:1', outlookOrigin: 'http://localhost:2' });

test('the pane gets the local Office.js and the live policy plus the local origins', () => {
  const page = files('/');
  expect(page.body).toBe('<script src="http://localhost:2/office.js"></script>');
  expect(page.headers?.['Content-Security-Policy']?.split('; ')).toEqual([
    "default-src 'none'", "script-src 'self' http://localhost:2", "connect-src 'self' http://localhost:1",
    "frame-ancestors 'self' http://localhost:2",
  ]);
  expect(page.headers?.['X-Content-Type-Options']).toBe('nosniff');
});

test('the pane learns where the API is', () => {
  expect(files('/config.json').body).toMatchObject({ apiUrl: 'http://localhost:1/api' });
});

test('routes are those of the live configuration', () => {
  expect(String(files('/app').body)).toBe('web page');
});

test('nothing beside the build is served', () => {
  for (const name of ['/../secret.txt', '/.vite/manifest.json', '/.vite', '/nowhere', '/%2e%2e/secret.txt']) {
    expect(files(name)).toMatchObject({ status: 404, body: 'Not found' });
  }
});

test('the scripts of the Outlook page are plain scripts without imports', () => {
  for (const name of ['fake-office.ts', 'outlook-script.ts']) {
    const script = browserScript(name);
    expect(script.startsWith('"use strict";\n(() => {') || script.startsWith('(() => {')).toBe(true);
    expect(script).not.toMatch(/^\s*import /m);
  }
});

test('a name in the page cannot end its script', () => {
  expect(
    outlookPage({ paneOrigin: 'http://localhost:1/</script>', microsoftOrigin: 'http://localhost:3' }),
  ).not.toContain('localhost:1/</script><script');
});
