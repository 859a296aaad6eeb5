/** The To Do resources: what tasks, their lists and their links hold, and how a body becomes stored fields. */
import { randomUUID } from 'node:crypto';
import {
  invalidProperty, isOneOf, readBoolean, readEnum, readList, readMembers, readObject, readOnlyProperty, readText, readTexts,
  unknownProperty,
} from './body.ts';
import type { Body } from './body.ts';
import { IMPORTANCES } from './event-fields.ts';
import { readMoment } from './event-times.ts';
import { readHtml } from './html-body.ts';
import { daysOf, readRecurrence } from './recurrence.ts';
import type { Recurrence } from './recurrence.ts';
import { dateOf, dayOf, instantOf, localOf } from './zones.ts';

export const STATUSES = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'] as const;

export interface LinkedResource {
  readonly id: string;
  readonly webUrl: string | null;
  readonly applicationName: string | null;
  readonly displayName: string | null;
  readonly externalId: string | null;
}

/** Instants in milliseconds; due, start and completed are midnights of the mailbox's zone at the time of writing. */
export interface TaskFields {
  readonly title: string;
  readonly body: string;
  readonly bodyModifiedAt: number;
  readonly status: (typeof STATUSES)[number];
  readonly importance: (typeof IMPORTANCES)[number];
  readonly categories: readonly string[];
  readonly isReminderOn: boolean;
  readonly due?: number | undefined;
  readonly start?: number | undefined;
  readonly completed?: number | undefined;
  readonly reminder?: number | undefined;
  readonly recurrence?: Recurrence | undefined;
  readonly linkedResources: readonly LinkedResource[];
}

export interface TaskListFields { readonly displayName: string; readonly wellknownListName: 'none' | 'defaultList' | 'flaggedEmails' }

const DAYS = { dueDateTime: 'due', startDateTime: 'start', completedDateTime: 'completed' } as const;
const WRITABLE = [
  'title', 'body', 'status', 'importance', 'categories', 'isReminderOn', 'reminderDateTime', 'recurrence', 'linkedResources',
  'dueDateTime', 'startDateTime', 'completedDateTime',
] as const;
const READ_ONLY = ['id', 'createdDateTime', 'lastModifiedDateTime', 'bodyLastModifiedDateTime', 'hasAttachments'];
export const TASK_PROPERTIES: ReadonlySet<string> = new Set([...WRITABLE, ...READ_ONLY]);
const LINK_TEXTS = ['webUrl', 'applicationName', 'displayName', 'externalId'] as const;

export const NO_TASK: TaskFields = {
  title: '', body: '', bodyModifiedAt: 0, status: 'notStarted', importance: 'normal', categories: [], isReminderOn: false, linkedResources: [],
};

/** `zone` is that of the mailbox (IANA), `now` an instant. Links come along with a creation only. */
export function applyTaskBody(before: TaskFields, given: unknown, zone: string, now: number): TaskFields {
  const body = Object.fromEntries(Object.entries(readObject(given)).filter(([name]) => !name.includes('@odata.')));
  for (const name of Object.keys(body)) {
    if (!isOneOf(WRITABLE, name)) throw TASK_PROPERTIES.has(name) ? readOnlyProperty(name) : unknownProperty(name, 'microsoft.graph.todoTask');
  }
  if (before !== NO_TASK && 'linkedResources' in body) throw readOnlyProperty('linkedResources');
  const after = { ...before, ...readPlain(before, body, now), ...readDays(body, zone), ...readReminder(body) };
  if (after.title === '') throw invalidProperty("The property 'title' is required.");
  return withRule(withCompletion(before, after, body, zone, now), body, zone);
}

function readPlain(before: TaskFields, body: Body, now: number): Partial<TaskFields> {
  const named = <T>(name: string, read: (value: unknown) => T): Partial<Record<string, T>> => (name in body ? { [name]: read(body[name]) } : {});
  return {
    ...named('title', (value) => readText('title', value) ?? ''),
    ...named('status', (value) => readEnum('status', 'taskStatus', STATUSES, value)),
    ...named('importance', (value) => readEnum('importance', 'importance', IMPORTANCES, value ?? before.importance)),
    ...named('categories', (value) => readTexts('categories', value)),
    ...named('isReminderOn', (value) => readBoolean('isReminderOn', value)),
    ...named('linkedResources', (value) => readList('linkedResources', 'microsoft.graph.linkedResource', value).map((entry) => readLink(undefined, entry))),
    ...('body' in body ? { body: readTaskHtml(body['body']), bodyModifiedAt: now } : {}),
  };
}

/** Only HTML is supported (learn.microsoft.com/graph/api/todotask-update). */
function readTaskHtml(value: unknown): string {
  const type = value === null ? 'html' : readMembers('body', 'microsoft.graph.itemBody', ['contentType', 'content'], value)['contentType'];
  if (String(type).toLowerCase() !== 'html') throw invalidProperty('The body of a task must be of the type html.');
  return readHtml(value);
}

/** A day is kept as local midnight, whatever time was sent (RogerSelwyn/MS365-ToDo#29): midnight in UTC is the day before in America. */
function readDays(body: Body, zone: string): Partial<TaskFields> {
  return Object.fromEntries(Object.entries(DAYS).filter(([name]) => name in body).map(([name, field]) => {
    if (body[name] === null) return [field, undefined];
    const moment = readMoment(name, body[name]);
    return [field, midnight(instantOf(moment.local, moment.zone), zone)];
  }));
}

export const midnight = (instant: number, zone: string): number => instantOf(`${localOf(instant, zone).slice(0, 10)}T00:00:00`, zone);

function readReminder(body: Body): Partial<TaskFields> {
  if (!('reminderDateTime' in body)) return {};
  if (body['reminderDateTime'] === null) return { reminder: undefined };
  const moment = readMoment('reminderDateTime', body['reminderDateTime']);
  return { reminder: instantOf(moment.local, moment.zone) };
}

/** completedDateTime comes and goes with the status. */
function withCompletion(before: TaskFields, after: TaskFields, body: Body, zone: string, now: number): TaskFields {
  if (after.status !== 'completed') return { ...after, completed: undefined };
  if (before.status === 'completed' || 'completedDateTime' in body) return { ...after, completed: after.completed ?? midnight(now, zone) };
  return { ...after, completed: midnight(now, zone) };
}

function withRule(after: TaskFields, body: Body, zone: string): TaskFields {
  if (!('recurrence' in body)) return after;
  if (body['recurrence'] === null) return { ...after, recurrence: undefined };
  if (after.due === undefined) throw invalidProperty('A task that repeats needs a due date.');
  const { pattern, range } = readMembers('recurrence', 'microsoft.graph.patternedRecurrence', ['pattern', 'range'], body['recurrence']);
  const startDate = localOf(after.due, zone).slice(0, 10);
  return { ...after, recurrence: readRecurrence({ pattern, range: { ...readObject(range), startDate } }, startDate, 'UTC') };
}

/** What To Do makes when a task that repeats is completed: the same task, due on the next day of its rule; undefined behind its end. */
export function nextTask({ recurrence, due, ...fields }: TaskFields, zone: string): TaskFields | undefined {
  if (!recurrence || due === undefined) return undefined;
  const today = dayOf(localOf(due, zone));
  const { range } = recurrence;
  for (const day of daysOf(recurrence)) {
    if (day <= today) continue;
    const startDate = dateOf(day);
    const left = range.type === 'numbered' ? range.numberOfOccurrences - 1 : 0;
    return {
      ...fields, status: 'notStarted', completed: undefined, due: instantOf(`${startDate}T00:00:00`, zone),
      recurrence: { ...recurrence, range: { ...range, startDate, numberOfOccurrences: left } },
      linkedResources: fields.linkedResources.map((link) => ({ ...link, id: randomUUID() })),
    };
  }
  return undefined;
}

export function readLink(before: LinkedResource | undefined, given: unknown): LinkedResource {
  const body = readMembers('linkedResources', 'microsoft.graph.linkedResource', LINK_TEXTS, given);
  const texts = Object.fromEntries(LINK_TEXTS.map((name) => [name, name in body ? readText(name, body[name]) : before?.[name] ?? null]));
  const { webUrl = null, applicationName = null, displayName = null, externalId = null } = texts;
  if (!applicationName) throw invalidProperty("The property 'applicationName' of a linked resource is required.");
  return { id: before?.id ?? randomUUID(), webUrl, applicationName, displayName, externalId };
}

export const readListName = (given: unknown): string => {
  const body = readMembers('todoTaskList', 'microsoft.graph.todoTaskList', ['displayName'], given);
  const name = readText('displayName', body['displayName'] ?? null);
  if (!name) throw invalidProperty("The property 'displayName' is required.");
  return name;
};
