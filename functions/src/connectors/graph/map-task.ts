/** To Do task <-> canonical task: `projectTask` reads, `taskPatch` writes. Pure. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName, Fields, Importance, Seen, TaskField, TaskStatus } from '../../engine/record.ts';
import { bodyTextOf, htmlBody } from './body-text.ts';
import { instantOfZoned, midnightIn } from './event-times.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { LINKED_APPLICATION } from './limits.ts';
import { nearestDay } from '../local-time.ts';
import { instantOf, versionOf } from './map.ts';
import type { Patch } from './patch.ts';
import { note } from '../notes.ts';
import { cleanLine } from '../clean-text.ts';
import { textOf, textsOf } from './texts.ts';

export const TASK_FIELDS: ReadonlySet<FieldName> = new Set<TaskField>(['subject', 'dueDate', 'startDate', 'status', 'importance', 'body']);

/** learn.microsoft.com/graph/api/resources/todotask */
const STATUSES: Readonly<Record<TaskStatus, string>> = {
  notStarted: 'notStarted', inProgress: 'inProgress', waiting: 'waitingOnOthers', deferred: 'deferred', completed: 'completed',
};
const IMPORTANCES: readonly Importance[] = ['low', 'normal', 'high'];
const DAYS: readonly (readonly [TaskField, string])[] = [['dueDate', 'dueDateTime'], ['startDate', 'startDateTime']];
const PROPERTY: Readonly<Partial<Record<FieldName, string>>> = { subject: 'title', ...Object.fromEntries(DAYS) };

/** A task can only be reached through its list, so both ids make ours. */
export const taskId = (list: string, task: string): string => `${list}/${task}`;

/** Undefined for an id that is not of this shape: such a task cannot exist. */
export function idParts(id: string): { readonly list: string; readonly task: string } | undefined {
  const [list, task, ...rest] = id.split('/');
  return list && task && rest.length === 0 ? { list, task } : undefined;
}

/** Delta may give only what changed. */
export const isWholeTask = (task: JsonObject): boolean =>
  ['title', 'status', 'importance'].every((name) => task[name] !== undefined) && taskVersion(task) !== '';

/** Tasks have no change key; where an answer has no ETag either, the time of the last change must do, and is no precondition. */
export const taskVersion = (task: JsonObject): string => versionOf(task) || (stringOf(task['lastModifiedDateTime']) ?? '');

/** `zone`: IANA, where the days are days. */
export function projectTask(task: JsonObject, list: string, zone: string): Seen {
  const modifiedAt = instantOf(task['lastModifiedDateTime']);
  const createdAt = instantOf(task['createdDateTime']);
  const linkKey = linkKeyOf(task);
  const fields = taskFields(task, zone);
  const left = leftOf(task, fields);
  return {
    kind: 'task',
    id: taskId(list, stringOf(task['id']) ?? ''),
    version: taskVersion(task),
    fields,
    // A deleted list takes its tasks with it and names none of them: they are found by it.
    family: list,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(linkKey ? { linkKey } : {}),
    ...(fields.status === 'completed' ? { isClosed: true } : {}),
    ...(left.length > 0 ? { left } : {}),
  };
}

export function taskFields(task: JsonObject, zone: string): Fields {
  const shown: Record<string, Fields[FieldName]> = {};
  if (task['title'] !== undefined) shown['subject'] = textOf(task['title']);
  // To Do leaves out a day that is not set; an answer that has the task's title has all of it.
  for (const [field, name] of DAYS) if (task[name] !== undefined || task['title'] !== undefined) shown[field] = dayOf(task[name], zone);
  const status = (Object.keys(STATUSES) as TaskStatus[]).find((word) => STATUSES[word] === task['status']);
  if (status) shown['status'] = status;
  const importance = IMPORTANCES.find((word) => word === task['importance']);
  if (importance) shown['importance'] = importance;
  const body = task['body'] === undefined ? undefined : bodyTextOf(task['body']);
  if (body !== undefined) shown['body'] = body;
  return shown;
}

/** The app keeps local midnight and shows it as an instant without the zone (MS365-ToDo#29): the nearest midnight of the user's. */
function dayOf(value: Json | undefined, zone: string): string | null {
  const at = instantOfZoned(value);
  const day = at === undefined ? '0001' : nearestDay(at, zone);
  return day.startsWith('0001') ? null : day;
}

function linkKeyOf(task: JsonObject): string | undefined {
  const ours = listOf(task['linkedResources']).filter(isObject).find((one) => one['applicationName'] === LINKED_APPLICATION);
  return stringOf(ours?.['externalId'])?.toLowerCase();
}

function leftOf(task: JsonObject, fields: Fields): readonly string[] {
  return [
    ...(task['body'] !== undefined && fields.body === undefined ? ['body'] : []),
    ...(task['hasAttachments'] === true ? ['attachments'] : []),
    ...(textsOf(task['categories']).length > 0 ? ['categories'] : []),
  ];
}

/** The request that writes `fields`; only what is named is sent. */
export function taskPatch(fields: Fields, zone: string): Patch {
  const body: Record<string, Json> = {};
  const notes: CarryNote[] = [];
  for (const field of Object.keys(fields) as FieldName[]) if (fields[field] !== undefined && !TASK_FIELDS.has(field)) notes.push(note(field, 'notHeld'));
  if (fields.subject !== undefined) body['title'] = cleanLine(fields.subject) ?? '';
  for (const [field, name] of DAYS) {
    const value = fields[field];
    if (value === undefined) continue;
    const day = typeof value === 'string' ? midnightIn(value, zone) : null;
    if (day === undefined) notes.push(note(field, 'notHeld'));
    else body[name] = day;
  }
  const status = STATUSES[fields.status as TaskStatus];
  if (status) body['status'] = status;
  const importance = IMPORTANCES.find((word) => word === fields.importance);
  if (importance) body['importance'] = importance;
  if (fields.body !== undefined) body['body'] = htmlBody(typeof fields.body === 'string' ? fields.body : '');
  const written = (Object.keys(fields) as FieldName[]).filter((field) => body[PROPERTY[field] ?? field] !== undefined);
  return { body, notes, fields: written };
}
