/** `npm run check`: types, lint, layout rules, dead code. Every part runs, then the exit code says whether all passed. */
import { layoutFindings } from './layout-rules.ts';
import { projectFiles, ROOT, runTool } from './run.ts';

const PROJECTS = ['api', 'functions/src/engine', 'functions', 'addin', 'sandbox'];

const failed: string[] = [];

async function part(name: string, run: () => Promise<number> | number): Promise<void> {
  process.stdout.write(`check: ${name}\n`);
  if (await run() !== 0) failed.push(name);
}

for (const project of PROJECTS) await part(`types of ${project}`, () => runTool('typescript/bin/tsc', ['-p', project]));
await part('lint', () => runTool('eslint/bin/eslint.js', ['.', '--max-warnings=0']));
await part('layout rules', () => {
  const findings = layoutFindings(ROOT, projectFiles());
  for (const { file, line, rule } of findings) process.stdout.write(`${file}:${line}: ${rule}\n`);
  return findings.length;
});
await part('dead code', () => runTool('knip/bin/knip.js', ['--no-progress']));

if (failed.length > 0) {
  process.stdout.write(`check failed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write('check passed\n');
}
