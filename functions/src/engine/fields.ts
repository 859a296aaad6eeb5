/** Per kind and field: how values are compared, how they merge, where they travel, and who wins. */
import { assert } from './assert.ts';
import type { ContactField, EventField, FieldName, Fields, FieldsDraft, Kind, SideKey, TaskField } from './record.ts';

/** The normal form in which two values of a field are compared (forms.ts). `lines` is prose with line feeds, `word` one of a closed list. */
export type Form = 'text' | 'lines' | 'email' | 'phone' | 'url' | 'date' | 'address' | 'when' | 'word';

export interface FieldSpec {
  readonly form: Form;
  /** `single` one value; `group` several parts decided as one; `set` members added and removed against the shadow. */
  readonly merge: 'single' | 'group' | 'set';
  readonly direction: 'both' | 'toCrm' | 'toMailbox';
  /** Who wins when both sides changed the field: the later stamp (`new`), the CRM or the mailbox. Ignored for sets. */
  readonly wins: 'new' | 'crm' | 'mbx';
  /** CRMs refuse a record without it, so a fill is written where the mailbox has nothing (birth.ts). */
  readonly isRequiredByCrm?: true;
  /** Travels both ways when a record is made, whatever the direction says of edits. */
  readonly isBothOnCreate?: true;
}

export type FieldTable = Readonly<Partial<Record<FieldName, FieldSpec>>>;

/** What each side can hold at all for this user; a field outside the set is never written there. */
export type Holds = Readonly<Record<SideKey, ReadonlySet<FieldName>>>;


/** What happens to the other record when one is deleted: it stays and the pair is taken apart, or it is deleted too. */
export type GonePolicy = 'unlink' | 'delete';

/** The rules of one kind for one user. `whenGone.m`: what follows when the mailbox record is gone. */
export interface Rules {
  readonly fields: FieldTable;
  readonly whenGone: Readonly<Record<SideKey, GonePolicy>>;
}

const text = { form: 'text', merge: 'single', direction: 'both', wins: 'new' } as const;
const phone = { form: 'phone', merge: 'single', direction: 'both', wins: 'new' } as const;
const address = { form: 'address', merge: 'group', direction: 'both', wins: 'new' } as const;

const word = { form: 'word', merge: 'single', direction: 'both', wins: 'new' } as const;
const date = { form: 'date', merge: 'single', direction: 'both', wins: 'new' } as const;

/** The field table of contacts. Order is the order in which a person reads a card; reports keep it. */
const CONTACT: Readonly<Record<ContactField, FieldSpec>> = {
  prefix: { ...text, wins: 'crm' },
  givenName: text,
  middleName: text,
  familyName: { ...text, isRequiredByCrm: true },
  suffix: text,
  // The mailbox has text, the CRM an account: the CRM's word is the considered one.
  company: { ...text, wins: 'crm' },
  jobTitle: text,
  department: text,
  primaryEmail: { form: 'email', merge: 'single', direction: 'both', wins: 'crm' },
  otherEmails: { form: 'email', merge: 'set', direction: 'both', wins: 'new' },
  'phones.work': phone,
  'phones.work2': phone,
  'phones.mobile': phone,
  'phones.home': phone,
  'phones.home2': phone,
  'phones.other': phone,
  'phones.workFax': phone,
  'phones.assistant': phone,
  assistantName: text,
  'addresses.business': address,
  'addresses.home': address,
  'addresses.other': address,
  webPage: { form: 'url', merge: 'single', direction: 'both', wins: 'new' },
  birthday: date,
};

/** The mailbox is where meetings are kept: it wins. Guests travel one way, so that no server ever mails them for us. */
const EVENT: Readonly<Record<EventField, FieldSpec>> = {
  subject: { ...text, wins: 'mbx' },
  when: { form: 'when', merge: 'single', direction: 'both', wins: 'mbx' },
  location: { ...text, wins: 'mbx' },
  showAs: { ...word, wins: 'mbx' },
  attendees: { form: 'email', merge: 'set', direction: 'toCrm', wins: 'mbx' },
  // The mailbox's body may hold the button that joins a call: the CRM's text is never written over it.
  body: { form: 'lines', merge: 'single', direction: 'toCrm', wins: 'mbx', isBothOnCreate: true },
};

const TASK: Readonly<Record<TaskField, FieldSpec>> = {
  subject: text,
  dueDate: date,
  startDate: date,
  status: word,
  importance: word,
  body: { form: 'lines', merge: 'single', direction: 'both', wins: 'new' },
};

/** How values of a field are compared and merged, whatever kind of record it stands in. */
export const FIELDS: Readonly<Record<FieldName, Pick<FieldSpec, 'form' | 'merge'>>> = { ...CONTACT, ...EVENT, ...TASK };

/** The rule for one field of a kind. */
export function specOf(field: FieldName, rules: Rules): FieldSpec {
  const spec = rules.fields[field];
  assert(spec !== undefined, `${field} is a field of this kind`);
  return spec;
}

/** True when the rules let a field travel to this side. */
export function mayTravel(field: FieldName, target: SideKey, rules: Rules): boolean {
  const { direction } = specOf(field, rules);
  return direction === 'both' || (direction === 'toCrm') === (target === 'c');
}

/** Until an admin decides otherwise: every field as its table says; a deleted event or task goes on both sides, a person is never deleted. */
export const DEFAULT_RULES: Readonly<Record<Kind, Rules>> = {
  contact: { fields: CONTACT, whenGone: { m: 'unlink', c: 'unlink' } },
  event: { fields: EVENT, whenGone: { m: 'delete', c: 'delete' } },
  task: { fields: TASK, whenGone: { m: 'delete', c: 'delete' } },
};

/** The rules for this very pair: to an event that has guests nothing travels, since any write could make the server mail them. */
export function rulesFor(m: { readonly meeting?: unknown }, rules: Rules): Rules {
  if (m.meeting === undefined) return rules;
  const fields = Object.entries(rules.fields).map(([field, spec]) => [field, { ...spec, direction: 'toCrm' }]);
  return { ...rules, fields: Object.fromEntries(fields) as FieldTable };
}

export const KINDS: readonly Kind[] = ['contact', 'event', 'task'];

const NAMES: Readonly<Record<Kind, readonly FieldName[]>> = {
  contact: Object.keys(CONTACT) as FieldName[],
  event: Object.keys(EVENT) as FieldName[],
  task: Object.keys(TASK) as FieldName[],
};

/** All canonical fields of a kind, in reading order. */
export function fieldNames(kind: Kind): readonly FieldName[] {
  return NAMES[kind];
}

/** Only these fields, absent ones left out. */
export function pick(fields: Fields, names: readonly FieldName[]): Fields {
  const picked: FieldsDraft = {};
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
