/** A TypeScript file of this folder as a classic script for the browser. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

export function browserScript(name: string): string {
  const source = readFileSync(path.join(import.meta.dirname, name), 'utf8');
  // These files import types only, so one of them is the whole script.
  return transformSync(source, { loader: 'ts', format: 'iife', target: 'es2022' }).code;
}
