/** The organization as one JSON file, so that a person finds it again at the next start. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ObjectName } from './objects/catalog.ts';
import type { Org, Person } from './org.ts';
import type { OrgSettings } from './settings.ts';
import type { SessionState } from './sign-in/sessions.ts';
import type { Row } from './table.ts';

const FORMAT = 1;

interface Saved {
  readonly format: number;
  readonly settings: Partial<OrgSettings>;
  readonly people: readonly Person[];
  readonly counters: readonly (readonly [string, number])[];
  /** Objects that an older build did not know are not there. */
  readonly rows: Readonly<Partial<Record<ObjectName, readonly Row[]>>>;
  readonly mailsSent?: number;
  readonly sessions: SessionState;
}

const NAMES: readonly ObjectName[] = [
  'Account', 'Contact', 'Lead', 'Event', 'EventRelation', 'Task', 'TaskRelation', 'User', 'Group', 'GroupMember', 'Organization',
];
const fileIn = (folder: string): string => path.join(folder, 'salesforce.json');

/** Fills the organization; undefined when there is nothing to load. */
export function loadOrg(org: Org, folder: string): SessionState | undefined {
  const file = fileIn(folder);
  if (!existsSync(file)) return undefined;
  const saved = JSON.parse(readFileSync(file, 'utf8')) as Saved;
  if (saved.format !== FORMAT) throw new Error(`${file} has format ${saved.format}; this build reads ${FORMAT}. Start with -- --fresh.`);
  org.settings = { ...org.settings, ...saved.settings };
  for (const person of saved.people) org.people.set(person.id, person);
  for (const [prefix, number] of saved.counters) org.counters.set(prefix, number);
  for (const name of NAMES) for (const row of saved.rows[name] ?? []) org.tables[name].put(row);
  org.mailsSent = saved.mailsSent ?? 0;
  return saved.sessions;
}

/** Only the switches of the page are kept; everything else comes from the program that starts the stand-in. */
const KEPT_SETTINGS = [
  'app', 'rotation', 'sessionMinutes', 'orgWideDefault', 'duplicateRule', 'validation', 'keyField', 'activityAccess',
  'sharedActivities', 'multidayEvents', 'orphanedActivities', 'taskStatuses', 'hiddenFields', 'lateSeconds',
  'pageRows',
] as const;

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
export function saveOrg(org: Org, sessions: SessionState, folder: string): void {
  const settings = Object.fromEntries(KEPT_SETTINGS.map((name) => [name, org.settings[name]])) as Partial<OrgSettings>;
  const rows = Object.fromEntries(NAMES.map((name) => [name, [...org.tables[name].rows()]])) as unknown as Saved['rows'];
  const saved: Saved = { format: FORMAT, settings, people: [...org.people.values()], counters: [...org.counters], rows,
    mailsSent: org.mailsSent, sessions };
  mkdirSync(folder, { recursive: true });
  const file = fileIn(folder);
  writeFileSync(`${file}.new`, JSON.stringify(saved));
  renameSync(`${file}.new`, file);
}
