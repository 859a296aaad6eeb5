/** The install as one JSON file, so that a person finds it again at the next start. Sessions are not kept. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CrmUser } from './accounts.ts';
import type { Filter } from './filters.ts';
import type { VtigerSettings } from './settings.ts';
import type { Row, SentMail, World } from './world.ts';

const FORMAT = 1;
/** Only the switches that the page and the controls move; the rest comes from the program that starts the stand-in. */
const KEPT_SETTINGS = ['sync', 'unique', 'sharing', 'pageVisibility'] as const;

export interface SavedCrm {
  readonly format: number;
  readonly settings: Partial<VtigerSettings>;
  readonly users: readonly CrmUser[];
  readonly rows: readonly Row[];
  readonly counters: readonly (readonly [string, number])[];
  readonly filters: readonly Filter[];
  readonly mailsSent: readonly SentMail[];
}

const fileIn = (folder: string): string => path.join(folder, 'vtiger.json');

export function loadCrm(folder: string): SavedCrm | undefined {
  const file = fileIn(folder);
  if (!existsSync(file)) return undefined;
  const saved = JSON.parse(readFileSync(file, 'utf8')) as SavedCrm;
  if (saved.format !== FORMAT) throw new Error(`${file} has format ${saved.format}; this build reads ${FORMAT}. Start with -- --fresh.`);
  return saved;
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
export function saveCrm(world: World, folder: string): void {
  const settings = Object.fromEntries(KEPT_SETTINGS.map((name) => [name, world.settings[name]]));
  const saved: SavedCrm = {
    format: FORMAT, settings, users: world.users, rows: [...world.rows.values()], counters: [...world.counters], filters: world.filters,
    mailsSent: world.mailsSent,
  };
  mkdirSync(folder, { recursive: true });
  const file = fileIn(folder);
  writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
