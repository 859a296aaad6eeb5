/** Per kind and field: how values are compared, how they merge, where they travel, and who wins. */
import type { FieldName, Fields, FieldsDraft, Kind, SideKey } from './record.ts';

/** The normal form in which two values of a field are compared (forms.ts). */
export type Form = 'text' | 'email' | 'phone' | 'url' | 'date' | 'address';

export interface FieldSpec {
  readonly form: Form;
  /** `single` one value; `group` several parts decided as one; `set` members added and removed against the shadow. */
  readonly merge: 'single' | 'group' | 'set';
  readonly direction: 'both' | 'toCrm' | 'toMailbox';
  /** Who wins when both sides changed the field: the later stamp (`new`), the CRM or the mailbox. Ignored for sets. */
  readonly wins: 'new' | 'crm' | 'mbx';
  /** CRMs refuse a record without it, so a fill is written where the mailbox has nothing (birth.ts). */
  readonly isRequiredByCrm?: true;
}

export type FieldTable = Readonly<Record<FieldName, FieldSpec>>;

/** What each side can hold at all for this user; a field outside the set is never written there. */
export type Holds = Readonly<Record<SideKey, ReadonlySet<FieldName>>>;

/** What happens to the other record when one is deleted. Deleting it too is a policy still to come; then the union grows. */
export type GonePolicy = 'unlink';

/** The rules of one kind for one user. `whenGone.m`: what follows when the mailbox record is gone. */
export interface Rules {
  readonly fields: FieldTable;
  readonly whenGone: Readonly<Record<SideKey, GonePolicy>>;
}

const text = { form: 'text', merge: 'single', direction: 'both', wins: 'new' } as const;
const phone = { form: 'phone', merge: 'single', direction: 'both', wins: 'new' } as const;
const address = { form: 'address', merge: 'group', direction: 'both', wins: 'new' } as const;

/** The field table of contacts. Order is the order in which a person reads a card; reports keep it. */
export const FIELDS: FieldTable = {
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
  birthday: { form: 'date', merge: 'single', direction: 'both', wins: 'new' },
};

/** True when the rules let a field travel to this side. */
export function mayTravel(field: FieldName, target: SideKey, rules: Rules): boolean {
  const { direction } = rules.fields[field];
  return direction === 'both' || (direction === 'toCrm') === (target === 'c');
}

/** Until an admin decides otherwise: every field both ways, and a deletion on one side leaves the other record alone. */
export const DEFAULT_RULES: Rules = { fields: FIELDS, whenGone: { m: 'unlink', c: 'unlink' } };

const NAMES: Readonly<Record<Kind, readonly FieldName[]>> = {
  contact: Object.keys(FIELDS) as FieldName[],
  // Events and tasks get their tables together with their connectors.
  event: [],
  task: [],
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
