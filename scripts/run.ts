/** How the scripts find the project and start the tools they drive. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** A path given on the command line, seen from where the person stands. */
export function fromCaller(file: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? process.cwd(), file);
}

/** Runs a tool of node_modules under this very Node; its words go to standard error when standard output must stay clean. */
export async function runTool(script: string, words: readonly string[], options: { quietOut?: boolean; env?: Record<string, string> } = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', script), ...words], {
      cwd: ROOT, stdio: ['ignore', options.quietOut ? 2 : 'inherit', 'inherit'], env: { ...process.env, ...options.env },
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : code ?? 1));
  });
}

/** Tracked and new files, without ignored ones. */
export function projectFiles(): readonly string[] {
  const answer = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(`git could not list the files: ${answer.stderr}`);
  const deleted = new Set(spawnSync('git', ['ls-files', '--deleted'], { cwd: ROOT, encoding: 'utf8' }).stdout.split('\n'));
  return answer.stdout.split('\n').filter((file) => file !== '' && !deleted.has(file));
}
