/** Everything the server holds while it runs: rows, people, sessions, filters, and the questions everybody asks of them. */
import type { MovableClock } from '../clock.ts';
import type { CrmGroup, CrmUser } from './accounts.ts';
import { denied } from './fault.ts';
import type { Filter } from './filters.ts';
import type { Field } from './modules/field.ts';
import { MODULES, MODULE_NAMES, isModuleName, type Module, type ModuleName, type TableName } from './modules/catalog.ts';
import type { Sessions } from './sessions.ts';
import type { VtigerSettings } from './settings.ts';

export interface Row {
  readonly n: number;
  readonly table: TableName;
  /** As the columns hold them: a reference as the number behind its prefix, "" where empty. */
  readonly values: Readonly<Record<string, string>>;
  /** A user or a group; nobody, where a client named one that does not exist. */
  readonly owner: number;
  /** Of an event or task; more than one only from the form of the CRM. */
  readonly contacts: readonly number[];
  /** Seconds since 1970. */
  readonly created: number;
  readonly modified: number;
  readonly modifiedBy: number;
  readonly source: string;
  readonly isDeleted: boolean;
  /** A lead that became a contact: gone from lists, not from retrieve. */
  readonly isConverted: boolean;
}

/** A mail that a write of the API could have caused: the workflows of a fresh install send them on these boxes. */
export interface SentMail { readonly at: string; readonly id: string; readonly because: string }

export interface World {
  readonly clock: MovableClock;
  readonly settings: VtigerSettings;
  readonly users: readonly CrmUser[];
  readonly groups: readonly CrmGroup[];
  readonly rows: Map<number, Row>;
  /** How far the automatic numbers are, and under "record" the ids. */
  readonly counters: Map<string, number>;
  readonly sessions: Sessions;
  readonly filters: Filter[];
  readonly mailsSent: SentMail[];
  /** After every change that a new start must find. */
  changed(): void;
}

export const nowSeconds = ({ clock }: World): number => Math.floor(clock.now() / 1000);
/** yyyy-mm-dd hh:mm:ss in UTC, whatever the zone of the caller. */
export const stamp = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

export function nextNumber(world: World, name: string): number {
  const n = (world.counters.get(name) ?? 0) + 1;
  world.counters.set(name, n);
  return n;
}

/** An activity is a task by its type and nothing else. */
export function moduleOf(row: Row): ModuleName {
  if (row.table !== 'Activities') return row.table;
  return row.values['activitytype'] === 'Task' ? 'Calendar' : 'Events';
}

export const idIn = (world: World, module: ModuleName, n: number): string => `${world.settings.prefixes[module]}x${n}`;
export const idOf = (world: World, row: Row): string => idIn(world, moduleOf(row), row.n);
export const ownerId = (world: World, n: number): string => idIn(world, world.groups.some((group) => group.n === n) ? 'Groups' : 'Users', n);
export const isOwner = (world: World, n: number): boolean => [...world.users, ...world.groups].some((one) => one.n === n);

/** "12x7" -> Contacts, 7. */
export function splitId(world: World, id: string): { readonly module: ModuleName | undefined; readonly n: number } | undefined {
  const [, prefix, n] = /^(\d+)x(\d+)$/.exec(id) ?? [];
  if (prefix === undefined || n === undefined) return undefined;
  return { module: MODULE_NAMES.find((name) => world.settings.prefixes[name] === Number(prefix)), n: Number(n) };
}

export const groupsOf = (world: World, user: CrmUser): readonly number[] => world.groups.filter(({ members }) => members.includes(user.n)).map(({ n }) => n);
const isMine = (world: World, user: CrmUser, row: Row): boolean => row.owner === user.n || groupsOf(world, user).includes(row.owner);

/** Sharing of a fresh install: calendars private but for what is Public, all else open to everybody. */
export function canRead(world: World, user: CrmUser, row: Row): boolean {
  if (user.isAdmin || isMine(world, user, row)) return true;
  return row.table === 'Activities' ? row.values['visibility'] === 'Public' : world.settings.sharing === 'public';
}

export function canWrite(world: World, user: CrmUser, row: Row): boolean {
  return user.isAdmin || isMine(world, user, row) || (row.table !== 'Activities' && world.settings.sharing === 'public');
}

export function demandModule(world: World, user: CrmUser, name: string): Module {
  if (!isModuleName(name) || (name === 'Users' && !user.isAdmin)) throw denied();
  return moduleFor(world, user, name);
}

/** The module as this person's describe shows it. */
export function moduleFor({ settings }: World, user: CrmUser, name: ModuleName): Module {
  const module = MODULES[name];
  const isHidden = (field: Field): boolean => !user.isAdmin && settings.hidden.includes(`${name}.${field.name}`);
  const extra = settings.extraFields[name] ?? [];
  const fields = [...module.fields.slice(0, -1), ...extra, ...module.fields.slice(-1)].filter((field) => !isHidden(field))
    .map((field) => (settings.mandatory.includes(`${name}.${field.name}`) ? { ...field, isMandatory: true } : field));
  return { ...module, fields };
}

export const userNamed = (world: World, login: string): CrmUser | undefined =>
  world.users.find((user) => user.login.toLowerCase() === login.toLowerCase());

export function demandUser(world: World, login: string): CrmUser {
  const user = userNamed(world, login);
  if (!user) throw new Error(`no such user of the CRM: ${login}`);
  return user;
}
