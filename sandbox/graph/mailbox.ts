/** One mailbox: folders, items and the log of changes that delta reads. Every write, by API or by hand, goes through here. */
import type { ContactFields } from './contact-fields.ts';
import { folderId, immutableId, mailboxTag, mutableId, numberOf } from './ids.ts';

export interface Item {
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
  fields: ContactFields;
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
}

export interface Mailbox {
  readonly userId: string;
  readonly tag: string;
  seq: number;
  nextItem: number;
  readonly items: Map<number, Item>;
  readonly folders: Map<number, Folder>;
  readonly lineages: Map<number, Lineage>;
  nextLineage: number;
  /** Grows when all delta tokens are killed by hand. */
  deltaEpoch: number;
}

export const ROOT_FOLDER = 1;
export const CONTACTS_FOLDER = 2;
/** A mail folder: it is in no list of contact folders, and as a contact folder it is not found. */
const DELETED_ITEMS = 3;

export function newMailbox(userId: string): Mailbox {
  return {
    userId, tag: mailboxTag(userId), seq: 0, nextItem: 1, items: new Map(), lineages: new Map(), nextLineage: 1, deltaEpoch: 0,
    folders: new Map([
      [CONTACTS_FOLDER, { n: CONTACTS_FOLDER, name: 'Contacts', parent: ROOT_FOLDER, log: [], stale: 0 }],
      [DELETED_ITEMS, { n: DELETED_ITEMS, name: 'Deleted Items', parent: 0, log: [], stale: 0 }],
    ]),
  };
}

export function addFolder(mailbox: Mailbox, name: string, parent: number): Folder {
  const folder: Folder = { n: Math.max(...mailbox.folders.keys()) + 1, name, parent, log: [], stale: 0 };
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
export function findItem(mailbox: Mailbox, id: string): Item | undefined {
  const item = mailbox.items.get(numberOf(mailbox.tag, id) ?? 0);
  if (!item) return undefined;
  return id === immutableId(mailbox.tag, item.n) || id === mutableId(mailbox.tag, item.n, item.moves) ? item : undefined;
}

export function addItem(mailbox: Mailbox, folder: Folder, fields: ContactFields, now: number): Item {
  const seq = ++mailbox.seq;
  const item: Item = { n: mailbox.nextItem++, folder: folder.n, moves: 0, seq, entered: seq, createdAt: now, modifiedAt: now, fields };
  mailbox.items.set(item.n, item);
  folder.log.push({ seq, n: item.n, at: now });
  return item;
}

/** Every write makes a new version, even one that changes nothing. */
export function changeItem(mailbox: Mailbox, item: Item, fields: ContactFields, now: number): void {
  item.seq = ++mailbox.seq;
  item.modifiedAt = now;
  item.fields = fields;
  supersede(mailbox, folderOf(mailbox, item), { seq: item.seq, n: item.n, at: now });
}

/** Away for good, or kept in Deleted Items, where a second removal ends it. */
export function removeItem(mailbox: Mailbox, item: Item, now: number, isKept: boolean): void {
  const bin = mailbox.folders.get(DELETED_ITEMS);
  if (isKept && bin && item.folder !== DELETED_ITEMS) return transfer(mailbox, item, bin, 'deleted', now);
  leave(mailbox, item, 'deleted', now);
  mailbox.items.delete(item.n);
}

/** As a person does it in Outlook; contacts have no move action in the API. */
export const moveItem = (mailbox: Mailbox, item: Item, to: Folder, now: number): void => transfer(mailbox, item, to, 'changed', now);

function transfer(mailbox: Mailbox, item: Item, to: Folder, reason: 'deleted' | 'changed', now: number): void {
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

function folderOf(mailbox: Mailbox, item: Item): Folder {
  const folder = mailbox.folders.get(item.folder);
  if (!folder) throw new Error(`item ${item.n} lies in folder ${item.folder}, which does not exist`);
  return folder;
}

/** Whether a log entry still tells something: an addition of the item as it is now, or a removal that still holds. */
export function isCurrent(mailbox: Mailbox, folder: Folder, entry: LogEntry): boolean {
  const item = mailbox.items.get(entry.n);
  if (entry.removed) return item?.folder !== folder.n;
  return item?.folder === folder.n && item.seq === entry.seq;
}

function leave(mailbox: Mailbox, item: Item, removed: 'deleted' | 'changed', now: number): void {
  supersede(mailbox, folderOf(mailbox, item), {
    seq: ++mailbox.seq, n: item.n, at: now, removed, entered: item.entered, moves: item.moves,
  });
}

/** The item's earlier entry is stale from now on. Stale ones are dropped once they are many: a page of delta costs what it shows. */
function supersede(mailbox: Mailbox, folder: Folder, entry: LogEntry): void {
  folder.log.push(entry);
  folder.stale += 1;
  if (folder.stale < 100 || folder.stale * 2 < folder.log.length) return;
  folder.log = folder.log.filter((old) => old === entry || isCurrent(mailbox, folder, old));
  folder.stale = 0;
}
