/** The organization: its rows, people, switches and counters, with transactions and changes that surface late. */
import type { MovableClock } from '../clock.ts';
import { makeId } from './ids.ts';
import { catalogOf, type Catalog, type ObjectName, type ObjectType } from './objects/catalog.ts';
import { DEFAULT_SETTINGS, type OrgSettings } from './settings.ts';
import { toStamp } from './stamps.ts';
import { createTable, type Row, type Table } from './table.ts';

/** A login of the organization. The row of object User tells the rest. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  /** The permission "API Enabled". */
  readonly hasApi: boolean;
}

/** The version before a change that has not surfaced, and when the change does. */
interface Late { readonly until: number; readonly before: Row | undefined }

export interface Org {
  readonly id: string;
  readonly clock: MovableClock;
  settings: OrgSettings;
  readonly tables: Readonly<Record<ObjectName, Table>>;
  readonly people: Map<string, Person>;
  readonly late: Map<string, Late>;
  /** How many of the next record writes find their row locked. */
  locks: number;
  /** Invitations that writes asked for; whether the service mails them for a write of the API is [unconfirmed], so each one counts. */
  mailsSent: number;
  /** The number of the newest record of each prefix. */
  readonly counters: Map<string, number>;
  /** Called after every change that must survive a restart. */
  changed(): void;
  undo: (() => void)[] | undefined;
}

const NO_CHANGE = (): void => undefined;

export function createOrg(clock: MovableClock, settings: Partial<OrgSettings> = {}): Org {
  return {
    id: makeId('00D', 1),
    clock,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    tables: {
      Contact: createTable(['Email', 'LastName', 'AccountId', 'ConcordKey__c']),
      Account: createTable(['Name']),
      Lead: createTable(['Email', 'LastName', 'ConcordKey__c']),
      Event: createTable(['WhoId', 'WhatId', 'MasterEvent', 'ConcordKey__c']),
      EventRelation: createTable(['EventId', 'RelationId']),
      Task: createTable(['WhoId', 'WhatId', 'ConcordKey__c']),
      TaskRelation: createTable(['TaskId', 'RelationId']),
      TaskStatus: createTable(['ApiName']),
      User: createTable(['Username', 'Email']),
      Group: createTable([]),
      GroupMember: createTable(['GroupId']),
      Organization: createTable([]),
      Name: createTable([]),
    },
    people: new Map(),
    late: new Map(),
    locks: 0,
    mailsSent: 0,
    counters: new Map(),
    changed: NO_CHANGE,
    undo: undefined,
  };
}

/** The objects as this person's describe shows them. */
export function catalogFor(org: Org, person: Person | undefined): Catalog {
  return catalogOf({ ...org.settings, hidden: person?.isAdmin === false ? org.settings.hiddenFields : [] });
}

export function nextId(org: Org, prefix: string): string {
  const number = (org.counters.get(prefix) ?? 0) + 1;
  org.counters.set(prefix, number);
  return makeId(prefix, number);
}

export const nowStamp = (org: Org): string => toStamp(org.clock.now());

/** Stores a row; `isLate` marks a change of somebody else, which surfaces when its long transaction ends. */
export function store(org: Org, name: ObjectName, row: Row, isLate = false): void {
  const table = org.tables[name];
  const before = table.get(row.Id);
  const waiting = org.late.get(row.Id);
  const seconds = org.settings.lateSeconds;
  if (isLate && seconds > 0) {
    org.late.set(row.Id, { until: org.clock.now() + seconds * 1000, before: visible(org, before, row.Id) });
  }
  table.put(row);
  org.undo?.push(() => {
    if (before) table.put(before); else table.drop(row.Id);
    if (waiting) org.late.set(row.Id, waiting); else org.late.delete(row.Id);
  });
  org.changed();
}

/** Runs a change that is taken back as a whole when it throws or answers false. */
export function transact<T>(org: Org, work: () => { readonly keep: boolean; readonly result: T }): T {
  const outer = org.undo;
  const undo: (() => void)[] = [];
  org.undo = undo;
  const rollBack = (): void => { for (const step of undo.reverse()) step(); };
  try {
    const { keep, result } = work();
    if (keep) outer?.push(...undo); else rollBack();
    return result;
  } catch (error) {
    rollBack();
    throw error;
  } finally {
    org.undo = outer;
  }
}

/** The version of a row that others see now; undefined before its creation surfaces and after the bin is emptied. */
export function visible(org: Org, row: Row | undefined, id: string): Row | undefined {
  const late = org.late.get(id);
  if (late && org.clock.now() < late.until) return late.before;
  if (late) org.late.delete(id);
  return row && row.IsDeleted && isPurged(org, row) ? undefined : row;
}

export const isUncommitted = (org: Org, id: string): boolean => (org.late.get(id)?.until ?? 0) > org.clock.now();

const BIN_DAYS = 15;

/** The recycle bin keeps records for 15 days. */
function isPurged(org: Org, row: Row): boolean {
  return row.SystemModstamp < toStamp(org.clock.now() - BIN_DAYS * 86_400_000);
}

export function find(org: Org, name: ObjectName, id: string): Row | undefined {
  return visible(org, org.tables[name].get(id), id);
}

/** The object that an id belongs to, by its first three characters. */
export function typeOfId(catalog: Catalog, id: string): ObjectType | undefined {
  return [...catalog.values()].find((type) => type.prefix !== '' && id.startsWith(type.prefix));
}
