/** One mailbox without HTTP, for the demo, tests and pages. The rules are those of the API; a refusal is an Error with its sentence. */
import type { User } from '../identity/accounts.ts';
import { targetsIn } from './calendar-view.ts';
import { changeContact, createContact, deleteContact, folderBySegment, showContact } from './contacts.ts';
import { showEvent } from './event-show.ts';
import { UTC } from './event-times.ts';
import { changeEvent, createEvent, deleteEvent } from './event-writes.ts';
import type { Writer } from './event-writes.ts';
import { CONTACTS_FOLDER, findItem, moveItem } from './mailbox.ts';
import type { Folder, Item, Mailbox } from './mailbox.ts';
import { setTimeZone } from './people.ts';
import { notFound } from './reply.ts';
import { findTarget } from './series.ts';
import type { Target } from './series.ts';
import { demandList, demandTask, listId, showList, showTask, taskId } from './task-show.ts';
import type { ListItem, TaskItem } from './task-show.ts';
import { changeTask, createList, createTask, deleteTask, flagMail } from './task-writes.ts';
import { mailboxOf } from './world.ts';
import type { GraphWorld } from './world.ts';

/** A contact as Graph shows it, with its immutable id and its extended properties. */
export type RawContact = Readonly<Record<string, unknown>>;

/** An event as Graph shows it. */
export type RawEvent = Readonly<Record<string, unknown>>;

/** A task or a list as Graph shows it. */
export type RawTask = Readonly<Record<string, unknown>>;

export interface MailboxAccess {
  readonly mailbox: Mailbox;
  /** The default folder, in order of creation. */
  contacts(): RawContact[];
  contact(id: string): RawContact;
  /** Answers the immutable id. */
  addContact(body: RawContact): string;
  updateContact(id: string, patch: RawContact): void;
  deleteContact(id: string): void;
  /** As a person does by dragging; `folder` is a folder's id. */
  moveContact(id: string, folder: string): void;
  /** Single events and masters, in order of creation, with immutable ids, extended properties and UTC times. */
  events(): RawEvent[];
  /** An event, a master or an occurrence. */
  event(id: string): RawEvent;
  /** What a view shows: single events, occurrences and exceptions, by their start. Times are ISO instants, the end is exclusive. */
  occurrences(from: string, to: string): RawEvent[];
  /**
   * By a person's hand, so that nothing is counted as mailed; answers the immutable id. `organizer` makes it somebody else's invitation;
   * `isCancelled`, `responseStatus` and the `status` of attendees can be given too.
   */
  addEvent(body: RawEvent): string;
  /** `id` may be that of an occurrence, which then becomes an exception. */
  updateEvent(id: string, patch: RawEvent): void;
  /** Of an occurrence: that one only. */
  removeEvent(id: string): void;
  taskLists(): RawTask[];
  /** Answers its id. */
  addTaskList(name: string): string;
  /** Of one list, or of all; with their links. */
  tasks(list?: string): RawTask[];
  task(id: string): RawTask;
  /** In the default list unless another is named; answers its id. */
  addTask(body: RawTask, list?: string): string;
  updateTask(id: string, patch: RawTask): void;
  removeTask(id: string): void;
  /** As a person does in Outlook: puts an entry into the list that must not be synced; answers its id. */
  flagMail(subject: string): string;
  /** A Windows name, as the person would choose it in Outlook. */
  setTimeZone(name: string): void;
}

export function accessTo(world: GraphWorld, user: User): MailboxAccess {
  const mailbox = mailboxOf(world, user.id);
  const folder = defaultFolder(mailbox);
  const itemOf = (id: string): Item => {
    const item = findItem(mailbox, id);
    if (!item) throw notFound();
    return item;
  };
  const show = (item: Item): RawContact =>
    showContact(mailbox, item, { isImmutable: true, select: undefined, expand: item.fields.extended.map(({ id }) => id) });
  return {
    mailbox,
    contacts: () => [...mailbox.items.values()].filter((item) => item.folder === folder.n).map(show),
    contact: (id) => show(itemOf(id)),
    addContact: (body) => String(show(createContact(world, mailbox, folder, body))['id']),
    updateContact: (id, patch) => { changeContact(world, mailbox, itemOf(id), patch); },
    deleteContact: (id) => { deleteContact(world, mailbox, itemOf(id)); },
    moveContact: (id, target) => {
      moveItem(mailbox, itemOf(id), folderBySegment(mailbox, target), world.clock.now());
      world.changed(mailbox);
    },
    ...calendarAccess(world, mailbox, user),
    ...taskAccess(world, mailbox, user),
    setTimeZone: (name) => { setTimeZone(world, mailbox, name); },
  };
}

function calendarAccess(
  world: GraphWorld, mailbox: Mailbox, user: User,
): Pick<MailboxAccess, 'events' | 'event' | 'occurrences' | 'addEvent' | 'updateEvent' | 'removeEvent'> {
  const { calendar } = mailbox;
  const writer: Writer = { world, mailbox, user, hand: 'person' };
  const targetOf = (id: string): Target => {
    const target = findTarget(calendar, id);
    if (!target) throw notFound();
    return target;
  };
  const show = (target: Target): RawEvent => {
    const { extended } = target.kind === 'occurrence' ? target.fields : target.item.fields;
    return showEvent(calendar, target, { isImmutable: true, zone: UTC, isText: false, select: undefined, expand: extended.map(({ id }) => id) });
  };
  return {
    events: () => [...calendar.items.values()].map((item) => show({ kind: 'whole', item })),
    event: (id) => show(targetOf(id)),
    occurrences: (from, to) => targetsIn(mailbox, { start: Date.parse(from), end: Date.parse(to) }).map(show),
    addEvent: (body) => String(show({ kind: 'whole', item: createEvent(writer, body) })['id']),
    updateEvent: (id, patch) => { changeEvent(writer, targetOf(id), patch); },
    removeEvent: (id) => { deleteEvent(writer, targetOf(id)); },
  };
}

function taskAccess(
  world: GraphWorld, mailbox: Mailbox, user: User,
): Pick<MailboxAccess, 'taskLists' | 'addTaskList' | 'tasks' | 'task' | 'addTask' | 'updateTask' | 'removeTask' | 'flagMail'> {
  const show = (item: TaskItem): RawTask => showTask(mailbox, item, undefined, true);
  const defaultList = (): ListItem => {
    const list = [...mailbox.taskLists.items.values()].find(({ fields }) => fields.wellknownListName === 'defaultList');
    if (!list) throw new Error('a mailbox without its default list');
    return list;
  };
  return {
    taskLists: () => [...mailbox.taskLists.items.values()].map((item) => showList(mailbox, item)),
    addTaskList: (displayName) => listId(mailbox, createList(world, mailbox, { displayName }).n),
    tasks: (list) => {
      const folder = list === undefined ? undefined : demandList(mailbox, list).n;
      return [...mailbox.tasks.items.values()].filter((item) => folder === undefined || item.folder === folder).map(show);
    },
    task: (id) => show(demandTask(mailbox, id)),
    addTask: (body, list) =>
      taskId(mailbox, createTask(world, mailbox, user, list === undefined ? defaultList() : demandList(mailbox, list), body)),
    updateTask: (id, patch) => { changeTask(world, mailbox, user, demandTask(mailbox, id), patch); },
    removeTask: (id) => { deleteTask(world, mailbox, demandTask(mailbox, id)); },
    flagMail: (subject) => taskId(mailbox, flagMail(world, mailbox, subject)),
  };
}

function defaultFolder(mailbox: Mailbox): Folder {
  const folder = mailbox.folders.get(CONTACTS_FOLDER);
  if (!folder) throw new Error('a mailbox without its Contacts folder');
  return folder;
}
