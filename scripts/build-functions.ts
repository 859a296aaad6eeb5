/** Bundles the functions into functions/dist: what Azure loads. Prints the sizes; `node scripts/build-functions.ts` runs it alone. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { ROOT } from './run.ts';

const DIST = path.join(ROOT, 'functions/dist');
/** Stand-ins, recorder and tests have no place in what Azure runs. */
const FORBIDDEN = /(^|\/)(sandbox|test|scripts)\/|recorder|\.test\.ts$/;

/**
 * Settings with which the bundle can be loaded anywhere, for a look at whether and how fast it loads. They reach nothing:
 * every client is made on first use.
 */
export const LOAD_SETTINGS: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  CONCORD_API_URL: 'http://localhost:1',
  CONCORD_PANE_URL: 'http://localhost:1',
  CONCORD_KEY_FILE: path.join(ROOT, '.concord/load-only.key'),
  MICROSOFT_CLIENT_ID: 'load-only',
  MICROSOFT_CLIENT_SECRET: 'load-only',
  SALESFORCE_CLIENT_ID: 'load-only',
  SALESFORCE_CLIENT_SECRET: 'load-only',
};

/**
 * The clients of the outside services, one file each beside main.cjs, read when a run first needs one. Left inside main.cjs they
 * would cost every start: reading and skimming 5 MB takes as long as running all the rest (docs/decisions/0004-bundle.md).
 * Import specifier -> file; specifiers of one file share their dependencies.
 */
const CLIENTS: Readonly<Record<string, string>> = {
  'jsforce/lib/connection.js': 'jsforce',
  '@azure/msal-node': 'msal-node',
  '@azure/data-tables': 'tables',
  '@azure/core-rest-pipeline': 'tables',
  '@azure/storage-queue': 'queues',
  '@microsoft/microsoft-graph-client': 'graph-client',
  'jose': 'jose',
  'fast-xml-parser': 'xml-parser',
  'tldts': 'public-suffixes',
};

export interface BuiltFunctions {
  readonly main: string;
  readonly mainBytes: number;
  readonly clientBytes: number;
}

/** `dist` is emptied first. */
export async function buildFunctions(dist = DIST): Promise<BuiltFunctions> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const main = await bundle(path.join(dist, 'main.cjs'), { entryPoints: ['functions/src/main.ts'], plugins: [clientsApart] });
  refuseForbidden(main.metafile);
  const clients = await Promise.all([...new Set(Object.values(CLIENTS))].map((name) => bundle(path.join(dist, `${name}.cjs`), {
    stdin: {
      contents: Object.entries(CLIENTS).flatMap(([specifier, file]) => (file === name ? `export * from '${specifier}';` : [])).join('\n'),
      resolveDir: path.join(ROOT, 'functions/src'), sourcefile: `${name}.mjs`,
    },
  })));
  writeFileSync(path.join(dist, 'meta.json'), JSON.stringify(main.metafile));
  const clientBytes = clients.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(`functions/dist/main.cjs ${kib(main.bytes)} (${kib(main.gzipBytes)} gzip), clients beside it ${kib(clientBytes)}\n`);
  return { main: path.join(dist, 'main.cjs'), mainBytes: main.bytes, clientBytes };
}

interface Bundled {
  readonly metafile: Metafile;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** One CommonJS file of ours with everything it needs but the module that the host injects. */
export async function bundle(file: string, options: Pick<BuildOptions, 'entryPoints' | 'stdin' | 'plugins'>): Promise<Bundled> {
  const { metafile } = await build({
    ...options,
    absWorkingDir: ROOT,
    outfile: file,
    bundle: true,
    platform: 'node',
    // Azure's default for new apps; npm run build loads the result under this very version.
    target: 'node22',
    format: 'cjs',
    // The worker injects this module; a bundle that resolved it to anything else would register nothing and not fail.
    external: ['@azure/functions-core'],
    // In CommonJS output import.meta.url would be empty, and dependencies that call createRequire(import.meta.url) crash at load.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
    // A client is then fetched by require, whose result has all names; import() of a CommonJS file guesses them.
    supported: { 'dynamic-import': false },
    // Names in stack traces stay readable; a minified file loads hardly faster.
    minify: false,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  const contents = readFileSync(file);
  return { metafile, bytes: contents.length, gzipBytes: gzipSync(contents).length };
}

/** A client may only be loaded lazily: a plain import of one would put it into every start again. */
const clientsApart: Plugin = {
  name: 'clients-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[@a-z]/ }, ({ path: specifier, kind, importer }) => {
      const file = CLIENTS[specifier];
      if (file === undefined) return undefined;
      if (kind === 'dynamic-import') return { path: `./${file}.cjs`, external: true };
      return { errors: [{ text: `${path.relative(ROOT, importer)} must load ${specifier} by "await import()"` }] };
    });
  },
};

/** Checked on what was bundled, not on what was meant. */
function refuseForbidden({ inputs }: Metafile): void {
  const found = Object.keys(inputs).filter((input) => !input.includes('node_modules/') && FORBIDDEN.test(input));
  if (found.length > 0) throw new Error(`These files must not be in the bundle that Azure runs: ${found.join(', ')}`);
}

const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;

if (process.argv[1] === import.meta.filename) await buildFunctions();
