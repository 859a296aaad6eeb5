/** Tasks and lists as they go over the wire. Days are shown as the UTC instant of a midnight, whatever zone is preferred (microsoft-graph-docs#6982). */
import { folderId, mutableId, numberOf } from './ids.ts';
import type { Item, Mailbox } from './mailbox.ts';
import { notFound } from './reply.ts';
import type { TaskFields, TaskListFields } from './task-fields.ts';
import { etag } from './version.ts';
import { dateTimeTimeZone } from './zones.ts';

export type TaskItem = Item<TaskFields>;
export type ListItem = Item<TaskListFields>;

/** Immutable ids are not offered for tasks (learn.microsoft.com/graph/outlook-immutable-id). */
export const taskId = (mailbox: Mailbox, { n, moves }: Pick<TaskItem, 'n' | 'moves'>): string => mutableId(mailbox.tasks.tag, n, moves);
export const listId = (mailbox: Mailbox, n: number): string => folderId(mailbox.taskLists.tag, n);

export function demandList(mailbox: Mailbox, id: string): ListItem {
  const item = mailbox.taskLists.items.get(numberOf(mailbox.taskLists.tag, id) ?? 0);
  if (!item || id !== listId(mailbox, item.n)) throw notFound();
  return item;
}

export function demandTask(mailbox: Mailbox, id: string): TaskItem {
  const item = mailbox.tasks.items.get(numberOf(mailbox.tasks.tag, id) ?? 0);
  if (!item || id !== taskId(mailbox, item)) throw notFound();
  return item;
}

export function showList(mailbox: Mailbox, item: ListItem): Record<string, unknown> {
  return { '@odata.etag': etag(mailbox.taskLists, item), ...item.fields, isOwner: true, isShared: false, id: listId(mailbox, item.n) };
}

/** id and etag are there whatever `select` says; links only on request. */
export function showTask(mailbox: Mailbox, item: TaskItem, select?: readonly string[], hasLinks = false): Record<string, unknown> {
  const { fields } = item;
  const all: Record<string, unknown> = {
    importance: fields.importance, isReminderOn: fields.isReminderOn, status: fields.status, title: fields.title,
    createdDateTime: exactly(item.createdAt), lastModifiedDateTime: exactly(item.modifiedAt), hasAttachments: false,
    categories: [...fields.categories], body: { content: fields.body, contentType: fields.body === '' ? 'text' : 'html' },
    ...(fields.body === '' ? {} : { bodyLastModifiedDateTime: exactly(fields.bodyModifiedAt) }),
    dueDateTime: moment(fields.due), startDateTime: moment(fields.start), completedDateTime: moment(fields.completed),
    reminderDateTime: moment(fields.reminder), recurrence: fields.recurrence ? structuredClone(fields.recurrence) : null,
  };
  // A member without a value is left out.
  const shown = Object.entries(all).filter(([name, value]) => value !== null && (!select || select.includes(name)));
  return {
    '@odata.etag': etag(mailbox.tasks, item), ...Object.fromEntries(shown), id: taskId(mailbox, item),
    ...(hasLinks ? { linkedResources: fields.linkedResources.map((link) => ({ ...link })) } : {}),
  };
}

const moment = (instant: number | undefined): unknown =>
  (instant === undefined ? null : dateTimeTimeZone(new Date(instant).toISOString().slice(0, 19), 'UTC'));

/** To Do's stamps have seven decimals. */
const exactly = (instant: number): string => new Date(instant).toISOString().replace('Z', '0000Z');
