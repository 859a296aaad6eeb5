/** Builds the pane with Vite and weighs it: what a first start loads, all of the pane, and msal apart. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from './run.ts';

const ADDIN = path.join(ROOT, 'addin');
const DIST = path.join(ADDIN, 'dist');
/** Bytes after gzip -9 (pane, first chunk and all of it; one language each). */
export const PANE_LIMITS = { first: 150 * 1024, all: 280 * 1024 } as const;

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

/** Bytes after gzip -9. */
export interface PaneSize {
  /** The entry with all it imports at once, and the words of one language. */
  readonly first: number;
  /** Every chunk the pane can load with one language, msal apart. */
  readonly all: number;
  readonly msal: number;
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly part: 'first' | 'lazy' | 'msal' | 'otherLanguage' }[];
}

export async function buildAddin(): Promise<void> {
  await build({ configFile: path.join(ADDIN, 'vite.config.ts'), logLevel: 'warn' });
  const size = measurePane();
  const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
  process.stdout.write(`build: pane first ${kb(size.first)}, all ${kb(size.all)}, msal ${kb(size.msal)} (gzip)\n`);
}

/** Weighs what lies in addin/dist. The heavier of the two languages counts. */
export function measurePane(): PaneSize {
  const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite/manifest.json'), 'utf8')) as Manifest;
  const first = reached(manifest, false);
  const all = reached(manifest, true);
  const withoutMsal = reached(Object.fromEntries(Object.entries(manifest).filter(([key]) => !key.includes('msal'))), true);
  const msal = new Set([...all].filter((key) => !withoutMsal.has(key)));
  const words = wordsByLanguage(manifest);
  const heavy = weigh(manifest, words.de) >= weigh(manifest, words.en) ? words.de : words.en;
  const light = heavy === words.de ? words.en : words.de;
  const firstWords = heavy.filter((key) => !/-(help|records)\.ts$/.test(key));
  const rest = [...all].filter((key) => !msal.has(key) && !light.includes(key));
  return {
    first: weigh(manifest, [...first, ...firstWords]),
    all: weigh(manifest, rest),
    msal: weigh(manifest, [...msal]),
    files: [...all].flatMap((key) => {
      const isFirst = first.has(key) || firstWords.includes(key);
      const part = msal.has(key) ? 'msal' : light.includes(key) ? 'otherLanguage' : isFirst ? 'first' : 'lazy';
      return filesOf(manifest, key).map((file) => ({ file, bytes: gzipped(file), part } as const));
    }),
  };
}

/** Keys of what the pane's page loads: at once, or with `isDeep` also later. */
function reached(manifest: Manifest, isDeep: boolean): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    for (const next of chunk.imports ?? []) visit(next);
    if (isDeep) for (const next of chunk.dynamicImports ?? []) visit(next);
  };
  visit('index.html');
  return seen;
}

function wordsByLanguage(manifest: Manifest): { readonly en: readonly string[]; readonly de: readonly string[] } {
  const of = (language: string): readonly string[] => Object.keys(manifest).filter(
    (key) => new RegExp(`src/text/${language}(-[a-z]+)?\\.ts$`).test(key),
  );
  return { en: of('en'), de: of('de') };
}

function weigh(manifest: Manifest, keys: readonly string[]): number {
  const files = new Set(keys.flatMap((key) => filesOf(manifest, key)));
  return [...files].reduce((sum, file) => sum + gzipped(file), 0);
}

function filesOf(manifest: Manifest, key: string): readonly string[] {
  const chunk = manifest[key];
  return chunk ? [chunk.file, ...(chunk.css ?? [])] : [];
}

function gzipped(file: string): number {
  return gzipSync(readFileSync(path.join(DIST, file)), { level: 9 }).byteLength;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildAddin();
