/** Builds the pane into addin/dist: the pane, the same app as a web page, and the sign-in window. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;

/** The one file of headers and routes goes out with the pages; the local server reads the same file. */
function staticWebAppConfig(): Plugin {
  const name = 'staticwebapp.config.json';
  return {
    name: 'static-web-app-config',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source: readFileSync(path.join(here, name)) });
    },
  };
}

/** The web page is the pane's page without Office.js: outside of Outlook there is nothing for it to do. */
function webPage(): Plugin {
  return {
    name: 'web-page',
    writeBundle({ dir = '' }) {
      const page = readFileSync(path.join(dir, 'index.html'), 'utf8');
      const without = page.replace(/\s*<script src="[^"]*office\.js"><\/script>/, '');
      if (without === page) throw new Error('index.html loads no Office.js, so app.html would be the same page.');
      writeFileSync(path.join(dir, 'app.html'), without);
    },
  };
}

/**
 * What every start needs lies in one chunk: the bundler would cut it into thirty, by who else uses each piece, and they
 * would weigh 5 KB more. A piece that only a later screen uses is small in these packages.
 */
const FIRST = new RegExp([
  'node_modules/(react|react-dom|scheduler|stylis|rtl-css-js|keyborg)/',
  'node_modules/@griffel/',
  'node_modules/@fluentui/(tokens|react-(theme|provider|utilities|jsx-runtime|shared-contexts))/',
  'node_modules/@fluentui/react-(button|badge|message-bar|skeleton|spinner|progress|divider|link|aria)/',
  'addin/src/(parts|state|router|api)/[^/]*$',
].join('|'));

export default defineConfig({
  root: here,
  // Office.js stays where Microsoft serves it; nothing of the page depends on its own address.
  base: '/',
  plugins: [staticWebAppConfig(), webPage()],
  build: {
    outDir: path.join(here, 'dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    rolldownOptions: {
      // Every Fluent file begins with "use client", a word for servers that means nothing in a bundle.
      onwarn: (warning, tell) => { if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') tell(warning); },
      output: { codeSplitting: { groups: [{ name: 'first', test: FIRST }] } },
      input: { pane: path.join(here, 'index.html'), dialog: path.join(here, 'dialog.html') },
    },
  },
});
