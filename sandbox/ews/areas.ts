/** The three areas of the page: which properties a person sees and types, and how a form becomes a change. */
import { area, box, choice } from '../graph/form-fields.ts';
import { DAY_MS } from '../graph/zones.ts';
import type { MailboxAccess, RawChange, RawItem } from './access.ts';
import type { Attendee, Body, Value } from './mailbox.ts';
import { instantIn, localIn } from './times.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  /** `moment`: local time in the account's zone. */
  readonly kind: 'text' | 'date' | 'moment' | 'notes' | 'flag' | 'attendees';
  readonly values?: readonly string[];
}

export interface Area {
  readonly path: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly fields: readonly Field[];
  list(access: MailboxAccess): RawItem[];
  add(access: MailboxAccess, props: RawChange): string;
}

const text = (name: string, label: string): Field => ({ name, label, kind: 'text' });
const one = (name: string, label: string, values: readonly string[]): Field => ({ name, label, kind: 'text', values });
const NOTES: Field = { name: 'item:Body', label: 'Notes', kind: 'notes' };
const PRIVACY = one('item:Sensitivity', 'Sensitivity', ['Normal', 'Personal', 'Private', 'Confidential']);

export const AREAS: readonly Area[] = [
  {
    path: '/contacts', title: 'Contacts', columns: ['contacts:GivenName', 'contacts:Surname', 'contacts:CompanyName', 'contacts:EmailAddress/EmailAddress1'],
    fields: [
      text('contacts:GivenName', 'First name'), text('contacts:Surname', 'Last name'), text('contacts:FileAs', 'File as'),
      text('contacts:CompanyName', 'Company'),
      text('contacts:JobTitle', 'Job title'), text('contacts:Department', 'Department'), text('contacts:EmailAddress/EmailAddress1', 'E-mail'),
      text('contacts:EmailAddress/EmailAddress2', 'E-mail 2'), text('contacts:PhoneNumber/BusinessPhone', 'Business phone'),
      text('contacts:PhoneNumber/MobilePhone', 'Mobile phone'), text('contacts:PhysicalAddress:Street/Business', 'Street'),
      text('contacts:PhysicalAddress:City/Business', 'City'), text('contacts:PhysicalAddress:PostalCode/Business', 'Postal code'),
      text('contacts:PhysicalAddress:CountryOrRegion/Business', 'Country'), PRIVACY, NOTES,
    ],
    list: (access) => access.contacts(), add: (access, props) => access.addContact(props),
  },
  {
    path: '/events', title: 'Calendar', columns: ['item:Subject', 'calendar:Start', 'calendar:End', 'calendar:Location'],
    fields: [
      text('item:Subject', 'Subject'), text('calendar:Location', 'Where'), { name: 'calendar:Start', label: 'From', kind: 'moment' },
      { name: 'calendar:End', label: 'To', kind: 'moment' }, { name: 'calendar:IsAllDayEvent', label: 'All day', kind: 'flag' },
      one('calendar:LegacyFreeBusyStatus', 'Shown as', ['Busy', 'Free', 'Tentative', 'OOF', 'WorkingElsewhere']),
      { name: 'calendar:RequiredAttendees', label: 'Guests (addresses)', kind: 'attendees' }, PRIVACY, NOTES,
    ],
    list: (access) => access.events(), add: (access, props) => access.addEvent(props),
  },
  {
    path: '/tasks', title: 'Tasks', columns: ['item:Subject', 'task:DueDate', 'task:Status'],
    fields: [
      text('item:Subject', 'Subject'), { name: 'task:StartDate', label: 'Start', kind: 'date' }, { name: 'task:DueDate', label: 'Due', kind: 'date' },
      one('task:Status', 'Status', ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred']),
      one('item:Importance', 'Importance', ['Normal', 'Low', 'High']), PRIVACY, NOTES,
    ],
    list: (access) => access.tasks(), add: (access, props) => access.addTask(props),
  },
];

/** What the box of a field holds. */
export function typedValue({ name, kind }: Field, item: RawItem | undefined, zone: string): string {
  const value = item?.[name];
  if (value === undefined) return '';
  if (kind === 'notes') return (value as Body).text;
  if (kind === 'attendees') return (value as readonly Attendee[]).map(({ address }) => address).join(', ');
  if (kind === 'moment') return localIn(String(value), zone).slice(0, 16);
  return String(value);
}

export function fieldHtml(field: Field, value: string): string {
  // A test id with a colon is legal, but awkward to ask for.
  const name = field.name;
  if (field.values) return choice(name, field.label, field.values, value || field.values[0] || '');
  if (field.kind === 'notes') return area(name, field.label, value);
  if (field.kind === 'flag') return choice(name, field.label, ['false', 'true'], value || 'false');
  return box(name, field.label, value, field.kind === 'moment' ? 'datetime-local' : field.kind === 'date' ? 'date' : 'text');
}

/** Only what differs from what the form showed, as Outlook does. */
export function changeOfForm({ fields }: Area, form: URLSearchParams, before: RawItem | undefined, zone: string): RawChange {
  const changed = fields.flatMap((field) => {
    const typed = (form.get(field.name) ?? '').trim();
    if (typed === typedValue(field, before, zone).trim()) return [];
    return [[field.name, valueOf(field, typed, zone)] as const];
  });
  const props: Record<string, Value | null> = Object.fromEntries(changed);
  const [start, end] = ['calendar:Start', 'calendar:End'];
  if (start in props || end in props) {
    props[start] ??= String(before?.[start] ?? '');
    props[end] ??= String(before?.[end] ?? '');
  }
  // A person means the last day, the server wants the midnight behind it; only a day itself can be meant here.
  if (props['calendar:IsAllDayEvent'] === 'true' && props[start] === props[end] && typeof props[end] === 'string') {
    props[end] = new Date(Date.parse(props[end]) + DAY_MS).toISOString().replace(/\.\d+/, '');
  }
  return props;
}

function valueOf({ kind }: Field, typed: string, zone: string): Value | null {
  if (typed === '') return null;
  switch (kind) {
    case 'notes': return { type: 'Text', text: typed };
    case 'moment': return instantIn(`${typed}:00`, zone);
    case 'attendees': return typed.split(/[\s,;]+/).filter(Boolean).map((address) => ({ address, name: address, response: 'Unknown' }));
    default: return typed;
  }
}
