/** The objects that are synced: their streams, their columns, and which rows of them are a user's records. */
import { columnsOf, CONTACT } from './map.ts';
import { EVENT_COLUMNS } from './map-event.ts';
import { LEAD } from './map-lead.ts';
import { TASK_COLUMNS } from './map-task.ts';
import { instantLiteral } from './soql.ts';
import type { Kind } from '../../engine/record.ts';
import type { Scope } from '../../ports/side.ts';

export type ObjectName = 'Contact' | 'Lead' | 'Event' | 'Task';

/** True for a column that this user sees. */
export type Sees = (column: string) => boolean;

export interface ObjectSpec {
  readonly name: ObjectName;
  readonly kind: Kind;
  readonly stream: string;
  /** The first three characters of its ids (Salesforce Help, "Standard Field Record ID Prefix Decoder"). */
  readonly prefix: string;
  /** Columns that we write. */
  readonly columns: readonly string[];
  /** Without these nothing can be made of a row: the object counts as not seen. */
  readonly needed: readonly string[];
  /** Read with every row where the user sees them; never written by us. */
  readonly judged: readonly string[];
  /** Conditions that every row of the stream meets. */
  readonly where: (sees: Sees) => readonly string[];
  /** Further ones of the first round, which has nothing to take away. */
  readonly first: (sees: Sees, window: Scope['window']) => readonly string[];
}

const STAMPS = ['OwnerId', 'IsDeleted', 'SystemModstamp', 'LastModifiedDate', 'CreatedDate'];
const DAY = 24 * 3_600_000;

const none = (): readonly string[] => [];

export const OBJECTS: Readonly<Record<ObjectName, ObjectSpec>> = {
  Contact: {
    name: 'Contact', kind: 'contact', stream: 'contacts', prefix: '003', columns: columnsOf(CONTACT), needed: [],
    judged: [...STAMPS, 'MasterRecordId', 'IsPersonAccount'], where: none, first: none,
  },
  Lead: {
    name: 'Lead', kind: 'contact', stream: 'leads', prefix: '00Q', columns: columnsOf(LEAD), needed: [],
    judged: [...STAMPS, 'MasterRecordId', 'IsConverted', 'ConvertedContactId'],
    // A conversion must be seen, so converted leads are left out of the first round only.
    where: none, first: () => ['IsConverted = false'],
  },
  Event: {
    name: 'Event', kind: 'event', stream: 'events', prefix: '00U', columns: Object.values(EVENT_COLUMNS).flat(),
    needed: [...EVENT_COLUMNS.subject, ...EVENT_COLUMNS.when],
    judged: [...STAMPS, 'IsPrivate', 'IsChild', 'IsGroupEvent', 'IsRecurrence', 'DurationInMinutes', 'WhatId'],
    // An invited user's copy follows its event, and the row of a pattern is no event.
    where: (sees) => [...sees('IsChild') ? ['IsChild = false'] : [], ...sees('IsRecurrence') ? ['IsRecurrence = false'] : []],
    // Days are days in every zone (map-event.ts), and the last one is named by its midnight.
    first: (_, { from, to }) => [startsBefore(to), endsAfter(from)],
  },
  Task: {
    name: 'Task', kind: 'task', stream: 'tasks', prefix: '00T', columns: Object.values(TASK_COLUMNS),
    needed: [TASK_COLUMNS.subject, TASK_COLUMNS.status],
    judged: [...STAMPS, 'IsClosed', 'IsHighPriority', 'IsRecurrence', 'TaskSubtype'],
    // Logged calls and mails are tasks too, but nothing to do; a recurring parent is no to-do either.
    where: (sees) => [
      ...sees('IsRecurrence') ? ['IsRecurrence = false'] : [],
      ...sees('TaskSubtype') ? ["(TaskSubtype = 'Task' OR TaskSubtype = null)"] : [],
    ],
    first: (sees) => (sees('IsClosed') ? ['IsClosed = false'] : []),
  },
};

const startsBefore = (to: number): string => `StartDateTime < ${instantLiteral(to + DAY / 2)}`;
const endsAfter = (from: number): string => `EndDateTime > ${instantLiteral(from - DAY - DAY / 2)}`;

/** Events that a window which ended at `covered` has taken in since, changed or not. */
export const entering = (covered: number, to: number): string => `(StartDateTime >= ${instantLiteral(covered)} AND ${startsBefore(to)})`;

/** Events that a window which began at `covered` takes in when it begins earlier. */
export const reachedBack = (from: number, covered: number): string => `(${endsAfter(from)} AND EndDateTime <= ${instantLiteral(covered)})`;

export const objectsOf = (kind: Kind): readonly ObjectSpec[] => Object.values(OBJECTS).filter((spec) => spec.kind === kind);

/** The object that an id belongs to; undefined for one that is none of ours. */
export const objectOfId = (id: string): ObjectSpec | undefined => Object.values(OBJECTS).find(({ prefix }) => id.startsWith(prefix));
