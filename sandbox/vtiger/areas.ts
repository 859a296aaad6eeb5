/** The areas of the page: what a person sees and types of each module, and how a form becomes a change. */
import { area as textArea, box, choice } from '../graph/form-fields.ts';
import { instantOf, localOf } from '../graph/zones.ts';
import { escapeHtml } from '../identity/html.ts';
import type { Hands, RawRecord } from './access.ts';
import { nameOf } from './accounts.ts';
import type { Field } from './modules/field.ts';
import { MODULES, type ModuleName } from './modules/catalog.ts';
import type { Element } from './records.ts';
import { idIn, type World } from './world.ts';

export interface Area {
  readonly path: string;
  readonly title: string;
  readonly module: ModuleName;
  readonly columns: readonly string[];
  /** Field names; `start` and `end` are moments in the person's zone, made of a date and a time in UTC. */
  readonly form: readonly string[];
  add(hands: Hands, fields: Element): string;
}

export const AREAS: readonly Area[] = [
  {
    path: '/contacts', title: 'Contacts', module: 'Contacts', columns: ['firstname', 'lastname', 'account_id', 'title', 'email', 'phone'],
    form: ['salutationtype', 'firstname', 'lastname', 'account_id', 'title', 'department', 'email', 'secondaryemail', 'phone', 'mobile', 'homephone',
      'otherphone', 'fax', 'birthday', 'mailingstreet', 'mailingcity', 'mailingstate', 'mailingzip', 'mailingcountry', 'otherstreet', 'othercity',
      'otherstate', 'otherzip', 'othercountry', 'leadsource', 'description', 'assigned_user_id'],
    add: (hands, fields) => hands.addContact(fields),
  },
  {
    path: '/leads', title: 'Leads', module: 'Leads', columns: ['firstname', 'lastname', 'company', 'email', 'phone', 'leadstatus'],
    form: ['salutationtype', 'firstname', 'lastname', 'company', 'designation', 'email', 'secondaryemail', 'phone', 'mobile', 'fax', 'website',
      'lane', 'city', 'state', 'code', 'country', 'leadsource', 'leadstatus', 'industry', 'description', 'assigned_user_id'],
    add: (hands, fields) => hands.addLead(fields),
  },
  {
    path: '/accounts', title: 'Organizations', module: 'Accounts', columns: ['accountname', 'phone', 'website', 'email1'],
    form: ['accountname', 'phone', 'website', 'email1', 'fax', 'industry', 'bill_street', 'bill_city', 'bill_state', 'bill_code', 'bill_country',
      'description', 'assigned_user_id'],
    add: (hands, fields) => hands.addAccount(fields),
  },
  {
    path: '/events', title: 'Events', module: 'Events', columns: ['subject', 'start', 'end', 'activitytype', 'eventstatus', 'visibility'],
    form: ['subject', 'start', 'end', 'activitytype', 'eventstatus', 'location', 'visibility', 'contact_id', 'description', 'assigned_user_id'],
    add: (hands, fields) => hands.addEvent(fields),
  },
  {
    path: '/tasks', title: 'Tasks', module: 'Calendar', columns: ['subject', 'start', 'due_date', 'taskstatus', 'taskpriority'],
    form: ['subject', 'start', 'due_date', 'taskstatus', 'taskpriority', 'contact_id', 'description', 'assigned_user_id'],
    add: (hands, fields) => hands.addTask(fields),
  },
];

const MOMENTS: Readonly<Record<string, readonly [date: string, time: string]>> = { start: ['date_start', 'time_start'], end: ['due_date', 'time_end'] };
const fieldNamed = (area: Area, name: string): Field | undefined => MODULES[area.module].fields.find((field) => field.name === name);
export const labelOf = (area: Area, name: string): string => ({ start: 'From', end: 'To' })[name] ?? fieldNamed(area, name)?.label ?? name;

/** What the box of a field holds: times shifted to the person's zone, as the CRM's own page does; a task's last day is never shifted. */
export function typedValue(name: string, record: RawRecord | undefined, zone: string): string {
  const [date, time] = MOMENTS[name] ?? [];
  if (date === undefined || time === undefined) return record?.fields[name] ?? '';
  const [day, clock] = [record?.fields[date] ?? '', record?.fields[time] ?? ''];
  const instant = Date.parse(`${day}T${clock || '00:00:00'}Z`);
  return Number.isNaN(instant) ? '' : localOf(instant, zone).slice(0, 16);
}

/** What a person reads in a list: the name behind an id. */
export function shownValue(world: World, name: string, record: RawRecord, zone: string): string {
  const value = typedValue(name, record, zone);
  const target = /^\d+x(\d+)$/.exec(value)?.[1];
  return target === undefined ? value.replace('T', ' ') : world.rows.get(Number(target))?.values['accountname'] ?? value;
}

export function fieldHtml(world: World, area: Area, name: string, value: string): string {
  const label = labelOf(area, name);
  if (name in MOMENTS) return box(name, label, value, 'datetime-local');
  const field = fieldNamed(area, name);
  if (name === 'assigned_user_id') return select(name, label, ownersOf(world), value);
  if (name === 'account_id') return select(name, label, [['', ''], ...recordsOf(world, 'Accounts', 'accountname')], value);
  if (name === 'contact_id') return select(name, label, [['', ''], ...recordsOf(world, 'Contacts', 'lastname')], value);
  if (field?.type === 'picklist') return choice(name, label, ['', ...field.choices.map((one) => (typeof one === 'string' ? one : one[1]))], value);
  if (field?.type === 'text') return textArea(name, label, value);
  return box(name, label, value, field?.type === 'date' ? 'date' : 'text');
}

type Option = readonly [value: string, label: string];

const ownersOf = (world: World): readonly Option[] => [
  ...world.users.map((user): Option => [idIn(world, 'Users', user.n), nameOf(user)]),
  ...world.groups.map((group): Option => [idIn(world, 'Groups', group.n), group.name]),
];
const recordsOf = (world: World, module: 'Accounts' | 'Contacts', field: string): readonly Option[] =>
  [...world.rows.values()].filter((row) => row.table === module && !row.isDeleted)
    .map((row): Option => [idIn(world, module, row.n), `${row.values['firstname'] ?? ''} ${row.values[field] ?? ''}`.trim()]);

function select(name: string, label: string, options: readonly Option[], chosen: string): string {
  const shown = options.map(([value, text]) => `<option value="${value}"${value === chosen ? ' selected' : ''}>${escapeHtml(text)}</option>`);
  return `<div><label for="${name}">${label}</label><select id="${name}" name="${name}" data-testid="field-${name}">${shown.join('')}</select></div>`;
}

/** Only what differs from what the form showed. */
export function changeOfForm(area: Area, form: URLSearchParams, before: RawRecord | undefined, zone: string): Element {
  return Object.fromEntries(area.form.flatMap((name): [string, string][] => {
    const typed = (form.get(name) ?? '').trim();
    if (!form.has(name) || typed === typedValue(name, before, zone).trim()) return [];
    const [date, time] = MOMENTS[name] ?? [];
    if (date === undefined || time === undefined) return [[name, typed]];
    const instant = typed === '' ? NaN : instantOf(`${typed.slice(0, 16)}:00`, zone);
    const [day = '', clock = ''] = Number.isNaN(instant) ? [] : new Date(instant).toISOString().slice(0, 19).split('T');
    return [[date, day], [time, clock]];
  }));
}
