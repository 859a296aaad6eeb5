/** One mailbox: shelves of items in folders, with the log of changes that delta reads. Every write, by API or by hand, goes through here. */
import type { ContactFields } from './contact-fields.ts';
import type { EventFields } from './event-fields.ts';
import { folderId, immutableId, mailboxTag, mutableId, numberOf } from './ids.ts';
import type { Subscription } from './subscriptions.ts';
import type { TaskFields, TaskListFields } from './task-fields.ts';

export interface Item<F = ContactFields> {
  readonly n: number;
  folder: number;
  /** How often it changed its folder; part of its mutable id. */
  moves: number;
  /** Number of its last change in the mailbox; also its version. */
  seq: number;
  /** Number of the change by which it came into its folder. */
  entered: number;
  /** Folder -> number of the change by which it last left it. */
  left?: Record<number, number>;
  readonly createdAt: number;
  modifiedAt: number;
  fields: F;
}

export interface LogEntry {
  readonly seq: number;
  readonly n: number;
  readonly at: number;
  /** Absent: added or changed. */
  readonly removed?: 'deleted' | 'changed';
  /** Of a removal: when the item had come into the folder, and how often it had moved by then. */
  readonly entered?: number;
  readonly moves?: number;
}

export interface Folder {
  readonly n: number;
  readonly name: string;
  readonly parent: number;
  /** Ascending by seq. An addition whose item has changed since is stale and is skipped. */
  log: LogEntry[];
  /** How many entries of the log are stale. */
  stale: number;
}

/** A chain of delta tokens: the options of its first call, and how many states the server has made since. Only the last few are kept. */
export interface Lineage {
  generation: number;
  readonly size: number;
  readonly select: readonly string[] | undefined;
  /** Of a calendar view: it never moves (microsoft-graph-docs#10328). */
  readonly window?: TimeWindow;
}

/** Milliseconds since 1970; the end is exclusive. */
export interface TimeWindow { readonly start: number; readonly end: number }

/** Items of one kind. Each shelf has a tag of its own, so that an id of one is never found in another. */
export interface Shelf<F> {
  readonly tag: string;
  seq: number;
  nextItem: number;
  readonly items: Map<number, Item<F>>;
  readonly folders: Map<number, Folder>;
  readonly lineages: Map<number, Lineage>;
  nextLineage: number;
  /** Grows when all delta tokens are killed by hand. */
  deltaEpoch: number;
}

/** The mailbox itself is the shelf of contacts. */
export interface Mailbox extends Shelf<ContactFields> {
  readonly userId: string;
  /** Absent: as the account says. */
  timeZone?: string;
  readonly calendar: Shelf<EventFields>;
  /** By transactionId: which event it made, out of which body. It outlives the event. */
  readonly transactions: Record<string, Transaction>;
  readonly tasks: Shelf<TaskFields>;
  readonly taskLists: Shelf<TaskListFields>;
  /** By id. */
  subscriptions: Readonly<Record<string, Subscription>>;
}

export interface Transaction { readonly n: number; readonly print: string }

export const ROOT_FOLDER = 1;
export const CONTACTS_FOLDER = 2;
/** A mail folder: it is in no list of contact folders, and as a contact folder it is not found. */
const DELETED_ITEMS = 3;

/** The calendar and the collection of task lists are the only folders of their shelves; tasks lie in one folder a list. */
export const CALENDAR_FOLDER = 2;
export const LISTS_FOLDER = 2;

export function newMailbox(userId: string): Mailbox {
  const contacts = newShelf<ContactFields>(userId, 'Contacts');
  contacts.folders.set(DELETED_ITEMS, newFolder(DELETED_ITEMS, 'Deleted Items', 0));
  return { ...contacts, ...newParts(userId) };
}

/** What a mailbox that was stored before it had a calendar still needs. */
export function newParts(userId: string): Omit<Mailbox, keyof Shelf<ContactFields>> {
  const tasks = newShelf<TaskFields>(`${userId}/tasks`, '');
  tasks.folders.clear();
  const made: Omit<Mailbox, keyof Shelf<ContactFields>> = {
    userId, tasks, calendar: newShelf(`${userId}/calendar`, 'Calendar'), taskLists: newShelf(`${userId}/lists`, ''),
    transactions: {}, subscriptions: {},
  };
  addList(made, { displayName: 'Tasks', wellknownListName: 'defaultList' }, 0);
  addList(made, { displayName: 'Flagged email', wellknownListName: 'flaggedEmails' }, 0);
  return made;
}

function newShelf<F>(seed: string, folder: string): Shelf<F> {
  return {
    tag: mailboxTag(seed), seq: 0, nextItem: 1, items: new Map(), lineages: new Map(), nextLineage: 1, deltaEpoch: 0,
    folders: new Map([[CONTACTS_FOLDER, newFolder(CONTACTS_FOLDER, folder, ROOT_FOLDER)]]),
  };
}

const newFolder = (n: number, name: string, parent: number): Folder => ({ n, name, parent, log: [], stale: 0 });

/** A list is an item, so that its own delta sees it, and a folder of the shelf of tasks with the same number. */
export function addList(mailbox: Pick<Mailbox, 'tasks' | 'taskLists'>, fields: TaskListFields, now: number): Item<TaskListFields> {
  const made = addItem(mailbox.taskLists, demandFolder(mailbox.taskLists, LISTS_FOLDER), fields, now);
  mailbox.tasks.folders.set(made.n, newFolder(made.n, fields.displayName, ROOT_FOLDER));
  return made;
}

export function demandFolder(shelf: Shelf<unknown>, n: number): Folder {
  const folder = shelf.folders.get(n);
  if (!folder) throw new Error(`there is no folder ${n}`);
  return folder;
}

export function addFolder(mailbox: Mailbox, name: string, parent: number): Folder {
  const folder = newFolder(Math.max(...mailbox.folders.keys()) + 1, name, parent);
  mailbox.folders.set(folder.n, folder);
  return folder;
}

/** By id, or by the well-known name `contacts` [unconfirmed: microsoft-graph-docs#6273 leaves it open]. */
export function findFolder(mailbox: Mailbox, id: string): Folder | undefined {
  if (id === 'contacts') return mailbox.folders.get(CONTACTS_FOLDER);
  const n = numberOf(mailbox.tag, id);
  return n !== undefined && n !== DELETED_ITEMS && id === folderId(mailbox.tag, n) ? mailbox.folders.get(n) : undefined;
}

/** By either kind of id; a mutable id of before a move finds nothing. */
export function findItem<F>(mailbox: Shelf<F>, id: string): Item<F> | undefined {
  const item = mailbox.items.get(numberOf(mailbox.tag, id) ?? 0);
  if (!item) return undefined;
  return id === immutableId(mailbox.tag, item.n) || id === mutableId(mailbox.tag, item.n, item.moves) ? item : undefined;
}

export function addItem<F>(mailbox: Shelf<F>, folder: Folder, fields: F, now: number): Item<F> {
  const seq = ++mailbox.seq;
  const item: Item<F> = { n: mailbox.nextItem++, folder: folder.n, moves: 0, seq, entered: seq, createdAt: now, modifiedAt: now, fields };
  mailbox.items.set(item.n, item);
  folder.log.push({ seq, n: item.n, at: now });
  return item;
}

/** Every write makes a new version, even one that changes nothing. */
export function changeItem<F>(mailbox: Shelf<F>, item: Item<F>, fields: F, now: number): void {
  item.seq = ++mailbox.seq;
  item.modifiedAt = now;
  item.fields = fields;
  supersede(mailbox, demandFolder(mailbox, item.folder), { seq: item.seq, n: item.n, at: now });
}

/** Away for good, or kept in Deleted Items, where a second removal ends it. */
export function removeItem<F>(mailbox: Shelf<F>, item: Item<F>, now: number, isKept: boolean): void {
  const bin = isKept ? mailbox.folders.get(DELETED_ITEMS) : undefined;
  if (bin && item.folder !== DELETED_ITEMS) return transfer(mailbox, item, bin, 'deleted', now);
  leave(mailbox, item, 'deleted', now);
  mailbox.items.delete(item.n);
}

/** As a person does it in Outlook; contacts have no move action in the API. */
export const moveItem = <F>(mailbox: Shelf<F>, item: Item<F>, to: Folder, now: number): void => transfer(mailbox, item, to, 'changed', now);

function transfer<F>(mailbox: Shelf<F>, item: Item<F>, to: Folder, reason: 'deleted' | 'changed', now: number): void {
  const from = item.folder;
  leave(mailbox, item, reason, now);
  item.left = { ...item.left, [from]: mailbox.seq };
  item.folder = to.n;
  item.moves += 1;
  item.seq = ++mailbox.seq;
  item.entered = item.seq;
  item.modifiedAt = now;
  to.log.push({ seq: item.seq, n: item.n, at: now });
}

/** Whether a log entry still tells something: an addition of the item as it is now, or a removal that still holds. */
export function isCurrent(mailbox: Shelf<unknown>, folder: Folder, entry: LogEntry): boolean {
  const item = mailbox.items.get(entry.n);
  if (entry.removed) return item?.folder !== folder.n;
  return item?.folder === folder.n && item.seq === entry.seq;
}

function leave<F>(mailbox: Shelf<F>, item: Item<F>, removed: 'deleted' | 'changed', now: number): void {
  supersede(mailbox, demandFolder(mailbox, item.folder), {
    seq: ++mailbox.seq, n: item.n, at: now, removed, entered: item.entered, moves: item.moves,
  });
}

/** The item's earlier entry is stale from now on. Stale ones are dropped once they are many: a page of delta costs what it shows. */
function supersede(mailbox: Shelf<unknown>, folder: Folder, entry: LogEntry): void {
  folder.log.push(entry);
  folder.stale += 1;
  if (folder.stale < 100 || folder.stale * 2 < folder.log.length) return;
  folder.log = folder.log.filter((old) => old === entry || isCurrent(mailbox, folder, old));
  folder.stale = 0;
}
