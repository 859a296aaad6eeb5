/** The modules of the install: names, id prefixes, tables and fields. */
import { ACCOUNT_FIELDS } from './accounts.ts';
import { EVENT_FIELDS, TASK_FIELDS } from './activities.ts';
import { CONTACT_FIELDS } from './contacts.ts';
import type { Field } from './field.ts';
import { LEAD_FIELDS } from './leads.ts';
import { GROUP_FIELDS, USER_FIELDS } from './people.ts';

/** Where the rows lie: Events and Calendar share one table. */
export type TableName = 'Contacts' | 'Leads' | 'Accounts' | 'Activities';
export const MODULE_NAMES = ['Calendar', 'Leads', 'Accounts', 'Contacts', 'Events', 'Users', 'Groups'] as const;
export type ModuleName = (typeof MODULE_NAMES)[number];

export interface Module {
  readonly name: ModuleName;
  /** As a person reads it: of many, of one. */
  readonly label: string;
  readonly singular: string;
  /** Undefined: no records of the entity API. */
  readonly table: TableName | undefined;
  readonly labelFields: readonly string[];
  readonly fields: readonly Field[];
  /** The automatic number: its field and how it begins. */
  readonly number?: readonly [field: string, start: string];
}

function of(
  name: ModuleName, [label, singular]: readonly [string, string], table: TableName | undefined, labelFields: readonly string[], fields: readonly Field[],
): Module {
  return { name, label, singular, table, labelFields, fields };
}

export const MODULES: Readonly<Record<ModuleName, Module>> = {
  Calendar: of('Calendar', ['Calendar', 'Task'], 'Activities', ['subject'], TASK_FIELDS),
  Leads: { ...of('Leads', ['Leads', 'Lead'], 'Leads', ['firstname', 'lastname'], LEAD_FIELDS), number: ['lead_no', 'LEA'] },
  Accounts: { ...of('Accounts', ['Organizations', 'Organization'], 'Accounts', ['accountname'], ACCOUNT_FIELDS), number: ['account_no', 'ACC'] },
  Contacts: { ...of('Contacts', ['Contacts', 'Contact'], 'Contacts', ['firstname', 'lastname'], CONTACT_FIELDS), number: ['contact_no', 'CON'] },
  Events: of('Events', ['Events', 'Event'], 'Activities', ['subject'], EVENT_FIELDS),
  Users: of('Users', ['Users', 'User'], undefined, ['first_name', 'last_name'], USER_FIELDS),
  Groups: of('Groups', ['Groups', 'Groups'], undefined, ['groupname'], GROUP_FIELDS),
};

/** Install data: another server has other numbers. */
export const USUAL_PREFIXES: Readonly<Record<ModuleName, number>> = { Calendar: 9, Leads: 10, Accounts: 11, Contacts: 12, Events: 18, Users: 19, Groups: 20 };
export const isModuleName = (name: string): name is ModuleName => (MODULE_NAMES as readonly string[]).includes(name);
