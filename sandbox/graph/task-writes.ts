/** Creating, changing and deleting tasks and lists, by the API or by the hand of a person: the rules are the same. */
import type { User } from '../identity/accounts.ts';
import { addItem, addList, changeItem, demandFolder, removeItem } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { GraphError } from './reply.ts';
import { NO_TASK, applyTaskBody, nextTask, readListName } from './task-fields.ts';
import type { ListItem, TaskItem } from './task-show.ts';
import { timeZoneOf } from './world.ts';
import type { GraphWorld } from './world.ts';
import { zoneOf } from './zones.ts';

export function createTask(world: GraphWorld, mailbox: Mailbox, user: User, list: ListItem, body: unknown): TaskItem {
  // Its entries are mails with a flag [unconfirmed: the refusal].
  if (list.fields.wellknownListName === 'flaggedEmails') throw builtIn('Tasks cannot be created in the list of flagged e-mail.');
  const fields = applyTaskBody(NO_TASK, body, zoneOf(timeZoneOf(mailbox, user)), world.clock.now());
  const item = addItem(mailbox.tasks, demandFolder(mailbox.tasks, list.n), fields, world.clock.now());
  world.changed(mailbox);
  return item;
}

/** A person flags a mail: it shows up in the list of flagged mails. */
export function flagMail(world: GraphWorld, mailbox: Mailbox, subject: string): TaskItem {
  const list = [...mailbox.taskLists.items.values()].find(({ fields }) => fields.wellknownListName === 'flaggedEmails');
  if (!list) throw new Error('a mailbox without its list of flagged mails');
  const item = addItem(mailbox.tasks, demandFolder(mailbox.tasks, list.n), { ...NO_TASK, title: subject }, world.clock.now());
  world.changed(mailbox);
  return item;
}

/** Completing a task that repeats ends its rule and makes the next one, with an id of its own [unconfirmed]. */
export function changeTask(world: GraphWorld, mailbox: Mailbox, user: User, item: TaskItem, body: unknown): void {
  const now = world.clock.now();
  const zone = zoneOf(timeZoneOf(mailbox, user));
  const before = item.fields;
  const after = applyTaskBody(before, body, zone, now);
  const isDone = before.status !== 'completed' && after.status === 'completed';
  const next = isDone ? nextTask(after, zone) : undefined;
  changeItem(mailbox.tasks, item, isDone ? { ...after, recurrence: undefined } : after, now);
  if (next) addItem(mailbox.tasks, demandFolder(mailbox.tasks, item.folder), next, now);
  world.changed(mailbox);
}

export function deleteTask(world: GraphWorld, mailbox: Mailbox, item: TaskItem): void {
  removeItem(mailbox.tasks, item, world.clock.now(), false);
  world.changed(mailbox);
}

export function createList(world: GraphWorld, mailbox: Mailbox, body: unknown): ListItem {
  const made = addList(mailbox, { displayName: readListName(body), wellknownListName: 'none' }, world.clock.now());
  world.changed(mailbox);
  return made;
}

export function renameList(world: GraphWorld, mailbox: Mailbox, list: ListItem, body: unknown): void {
  if (list.fields.wellknownListName !== 'none') throw builtIn('A built-in list cannot be renamed.');
  changeItem(mailbox.taskLists, list, { ...list.fields, displayName: readListName(body) }, world.clock.now());
  world.changed(mailbox);
}

export function deleteList(world: GraphWorld, mailbox: Mailbox, list: ListItem): void {
  if (list.fields.wellknownListName !== 'none') throw builtIn('A built-in list cannot be deleted.');
  for (const item of mailbox.tasks.items.values()) if (item.folder === list.n) removeItem(mailbox.tasks, item, world.clock.now(), false);
  removeItem(mailbox.taskLists, list, world.clock.now(), false);
  world.changed(mailbox);
}

const builtIn = (message: string): GraphError => new GraphError(400, 'invalidRequest', message);
