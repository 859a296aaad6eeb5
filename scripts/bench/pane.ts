/** What the pane weighs over the wire, beside React alone. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { measurePane, PANE_LIMITS, type PaneSize } from '../build-addin.ts';
import { ROOT } from '../run.ts';
import { boundedRow, informationRow, type Row } from './rows.ts';

const KB = 1024;
/** msal-browser names itself so in every request; so the name tells in which file it lies. */
const MSAL_MARK = 'msal.js.browser';

/** Weighs addin/dist as it lies there. */
export async function paneRows(): Promise<readonly Row[]> {
  const size = measurePane();
  const floor = await reactBytes() / KB;
  const unit = 'KB gzip';
  return [
    boundedRow({ name: 'pane: first chunk', ours: size.first / KB, floor, unit }, PANE_LIMITS.first / KB),
    boundedRow({ name: 'pane: all of it, msal apart', ours: size.all / KB, floor, unit }, PANE_LIMITS.all / KB),
    boundedRow({ name: 'pane: msal in what is loaded at once', ours: firstBytesWithMsal(size) / KB, floor: 0, unit }, 0),
    informationRow({ name: 'pane: msal, loaded when it is needed', ours: size.msal / KB, floor: null, unit }),
  ];
}

/** Bytes of the first files in which msal lies. Throws when it lies nowhere: then the mark is no longer true. */
function firstBytesWithMsal({ files }: PaneSize): number {
  const found = files.filter(({ file }) => readFileSync(path.join(ROOT, 'addin/dist', file), 'utf8').includes(MSAL_MARK));
  if (found.length === 0) throw new Error(`no file of the pane holds "${MSAL_MARK}": msal is gone, or bears another mark`);
  return found.filter(({ part }) => part === 'first').reduce((sum, { bytes }) => sum + bytes, 0);
}

async function reactBytes(): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        'import { createElement } from "react";', 'import { createRoot } from "react-dom/client";',
        'createRoot(document.body).render(createElement("p"));',
      ].join('\n'),
      resolveDir: path.join(ROOT, 'addin'),
    },
    bundle: true, write: false, minify: true, format: 'esm', target: 'es2022', logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).byteLength;
}
