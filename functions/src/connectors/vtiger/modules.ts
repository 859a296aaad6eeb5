/** The modules that are synced: their streams, and which rows of them are a user's records. */
import { dayOf, quote } from './vtql.ts';
import type { Kind } from '../../engine/record.ts';
import type { Scope } from '../../ports/side.ts';

export type ModuleName = 'Contacts' | 'Leads' | 'Events' | 'Calendar';

export interface ModuleSpec {
  readonly name: ModuleName;
  readonly kind: Kind;
  readonly stream: string;
  /** Without these nothing can be made of a row: the module counts as not seen. */
  readonly needed: readonly string[];
  /** Conditions of the first round, which has nothing to take away. */
  readonly first: (window: Scope['window']) => readonly string[];
}

const none = (): readonly string[] => [];
const DAY = 24 * 3_600_000;

/** Events and tasks lie in one table, and each module shows its own only. */
export const MODULES: Readonly<Record<ModuleName, ModuleSpec>> = {
  Contacts: { name: 'Contacts', kind: 'contact', stream: 'contacts', needed: ['lastname'], first: none },
  Leads: { name: 'Leads', kind: 'contact', stream: 'leads', needed: ['lastname'], first: none },
  Events: {
    name: 'Events', kind: 'event', stream: 'events', needed: ['subject', 'date_start', 'time_start', 'due_date', 'time_end'],
    first: ({ from, to }) => [startsBefore(to), endsAfter(from)],
  },
  Calendar: {
    name: 'Calendar', kind: 'task', stream: 'tasks', needed: ['subject', 'date_start', 'due_date', 'taskstatus'],
    first: () => [`taskstatus != ${quote('Completed')}`],
  },
};

// Days are UTC days here, and whole days begin when they do for their owner: a day more on each side narrows enough.
const startsBefore = (to: number): string => `date_start <= ${quote(dayOf(to + DAY / 2))}`;
const endsAfter = (from: number): string => `due_date >= ${quote(dayOf(from - DAY / 2))}`;

/** Events that a window which ended at `covered` has taken in since, changed or not. */
export const entering = (covered: number, to: number): readonly string[] => [`date_start >= ${quote(dayOf(covered - DAY / 2))}`, startsBefore(to)];

/** Events that a window which began at `covered` takes in when it begins earlier. */
export const reachedBack = (from: number, covered: number): readonly string[] => [endsAfter(from), `due_date <= ${quote(dayOf(covered + DAY / 2))}`];

export const modulesOf = (kind: Kind): readonly ModuleSpec[] => Object.values(MODULES).filter((spec) => spec.kind === kind);

/** Anything else put into a query would fail it as a whole. */
export const isId = (id: string): boolean => /^\d{1,9}x\d{1,15}$/.test(id);
export const prefixOf = (id: string): string => id.slice(0, id.indexOf('x'));
