/** The numbers and habits of STYLE.md that a linter does not know, as one function that lists what breaks them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

const LIMITS = { fileLines: 300, lineLength: 160 } as const;
const CONNECTOR_FILES = ['index.ts', 'auth.ts', 'client.ts', 'changes.ts', 'read.ts', 'write.ts', 'map.ts', 'errors.ts', 'limits.ts', 'README.md'];
const VENDORS = /\b(salesforce|jsforce|soql|graph|exchange|ews|google|vtiger|creatio|outlook|microsoft)\b/i;
const VENDOR_FREE = /^functions\/src\/(engine|app|store|triggers|ports)\//;

interface LineRule {
  readonly rule: string;
  readonly applies: (file: string) => boolean;
  readonly breaks: (line: string) => boolean;
}

const MACHINE_PATH = /(^|[\s"'`(=])\/(work|farm|root|home\/[a-z]+)\/[a-z]|https?:\/\/registry\./;

const isCode = (file: string): boolean => /\.(ts|tsx|mjs)$/.test(file);
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
const isComment = (line: string): boolean => /^\s*(\/\/|\*|\/\*)/.test(line);

const LINE_RULES: readonly LineRule[] = [
  { rule: `a line is at most ${LIMITS.lineLength} columns`, applies: isCode, breaks: (line) => line.length > LIMITS.lineLength },
  {
    rule: 'nothing is left for later in code', applies: isCode,
    breaks: (line) => /\b(TO)DO\b|\b(FIX)ME\b|\bX{3}\b|not implemented/.test(line) && !/LINE_RULES|breaks:/.test(line),
  },
  { rule: 'no test is skipped or focused', applies: isTest, breaks: (line) => /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/.test(line) },
  { rule: 'no test sleeps', applies: isTest, breaks: (line) => /setTimeout\(|sleep\(|waitForTimeout\(|timers\/promises/.test(line) },
  { rule: 'no error is swallowed', applies: isCode, breaks: (line) => /catch *(\([a-z_]*\))? *\{ *\}|\.catch\(\(\) *=> *(\{ *\}|undefined|null)\)/.test(line) },
  {
    rule: 'no escape from the type system', applies: isCode,
    breaks: (line) => /\bas any\b|: any\b|@ts-(ignore|nocheck)|eslint-disable/.test(line) && !/breaks:|breaks the/.test(line),
  },
  {
    rule: 'no default export (a tool\'s own configuration file apart)', applies: (file) => isCode(file) && !/config\.[mt]?[jt]s$/.test(file),
    breaks: (line) => /^export default\b/.test(line),
  },
  {
    rule: 'a vendor is named only in its connector', applies: (file) => VENDOR_FREE.test(file) && !isTest(file),
    breaks: (line) => VENDORS.test(line) && !isComment(line),
  },
  {
    rule: 'the pane imports Fluent by sub-package, never the barrel', applies: (file) => file.startsWith('addin/src/'),
    breaks: (line) => line.includes('@fluentui/react-components'),
  },
  {
    rule: 'the pane takes colours from tokens', applies: (file) => file.startsWith('addin/src/') && !isTest(file),
    breaks: (line) => /#[0-9a-f]{3,8}\b(?!\/)|\b(rgb|hsl)a?\(/i.test(line) && !isComment(line) && !/['"`]#\//.test(line),
  },
  {
    rule: 'nothing outside the sandbox imports it', applies: (file) => /^(functions\/src|addin\/src|api)\//.test(file),
    breaks: (line) => /from '.*\bsandbox\//.test(line),
  },
  {
    rule: 'no path of some machine, no registry host', applies: () => true,
    breaks: (line) => MACHINE_PATH.test(line) && !line.startsWith('const MACHINE_PATH'),
  },
];

/** Checks the files (paths from the root, as git lists them). */
export function layoutFindings(root: string, files: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (/\.(png|ico|svg)$/.test(file) || file === 'package-lock.json') continue;
    const lines = readFileSync(path.join(root, file), 'utf8').split('\n');
    if (isCode(file) && lines.length - 1 > LIMITS.fileLines) findings.push({ file, line: lines.length, rule: `a file is at most ${LIMITS.fileLines} lines` });
    const isVague = isCode(file) && /\/(utils?|helpers?)(\.tsx?|\/)/.test(`/${file}`);
    if (isVague) findings.push({ file, line: 1, rule: 'a file is named by its noun, not utils or helpers' });
    if (isCode(file) && !/^[a-z0-9.-]+$/.test(path.basename(file))) findings.push({ file, line: 1, rule: 'file names are kebab-case' });
    lines.forEach((line, index) => {
      for (const { rule, applies, breaks } of LINE_RULES) if (applies(file) && breaks(line)) findings.push({ file, line: index + 1, rule });
    });
  }
  return [...findings, ...connectorFindings(files)];
}

/** Every connector has the same file names, so that a reader can guess any path. */
function connectorFindings(files: readonly string[]): Finding[] {
  const folder = /^functions\/src\/connectors\/([a-z]+)\//;
  const vendors = new Set(files.flatMap((file) => folder.exec(file)?.[1] ?? []));
  return [...vendors].flatMap((vendor) => CONNECTOR_FILES
    .map((name) => `functions/src/connectors/${vendor}/${name}`)
    .filter((file) => !files.includes(file))
    .map((file) => ({ file, line: 1, rule: 'every connector has this file' })));
}
