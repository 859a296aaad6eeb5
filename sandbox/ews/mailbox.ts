/** A mailbox: folders with items of any kind in them. Every write gives the item a new number of the one sequence that changes are told by. */
import { itemId, mailboxTag, spell } from './ids.ts';
import type { ItemKind } from './schema.ts';

export interface Body { readonly type: 'HTML' | 'Text'; readonly text: string }
export interface Attendee { readonly name: string; readonly address: string; readonly response: string }
export interface Person { readonly name: string; readonly address: string }
/** A rule as it went over the wire: element and members of the pattern and of the range. */
export interface Rule {
  readonly pattern: string;
  readonly members: Readonly<Record<string, string>>;
  readonly range: string;
  readonly limits: Readonly<Record<string, string>>;
}
export type Value = string | readonly string[] | Body | readonly Attendee[] | Person | Rule;

/** By FieldURI, dictionary key or extended property, as paths.ts writes them; what is not set is not there. */
export type Props = Readonly<Record<string, Value>>;

export interface Item {
  readonly n: number;
  readonly kind: ItemKind;
  readonly folder: number;
  /** The latest write. */
  seq: number;
  readonly createdAt: number;
  modifiedAt: number;
  props: Props;
  /** Of a series: what differs on a day, and the days that were deleted. Days are numbers since 1970 in the zone of the series. */
  exceptions: Readonly<Record<number, Props>>;
  deleted: readonly number[];
  /** Gone as soon as it was told of: sync announces it, GetItem does not find it. */
  isVanishing?: boolean;
}

export interface Folder {
  readonly n: number;
  name: string;
  parent: number;
  /** IPF.Contact and so on. */
  readonly folderClass: string;
  /** The name by which every client knows it, whatever its display name. */
  readonly wellKnown?: string;
  seq: number;
}

export interface Mailbox {
  readonly account: string;
  readonly tag: string;
  seq: number;
  nextItem: number;
  nextFolder: number;
  /** Sync states of an older epoch are refused. */
  syncEpoch: number;
  readonly folders: Map<number, Folder>;
  readonly items: Map<number, Item>;
}

const ROOT = 1;
const TOP = 2;

/** German and English names: a display name says nothing about what a folder is for. The contact folders below Contacts are nobody's choice. */
const FOLDERS: readonly (readonly [wellKnown: string, folderClass: string, de: string, en: string, parent: number])[] = [
  ['root', '', '', '', 0], ['msgfolderroot', 'IPF.Note', 'Oberste Ebene des Informationsspeichers', 'Top of Information Store', ROOT],
  ['calendar', 'IPF.Appointment', 'Kalender', 'Calendar', TOP], ['contacts', 'IPF.Contact', 'Kontakte', 'Contacts', TOP],
  ['tasks', 'IPF.Task', 'Aufgaben', 'Tasks', TOP], ['inbox', 'IPF.Note', 'Posteingang', 'Inbox', TOP],
  ['sentitems', 'IPF.Note', 'Gesendete Elemente', 'Sent Items', TOP], ['deleteditems', 'IPF.Note', 'Gelöschte Elemente', 'Deleted Items', TOP],
  ['drafts', 'IPF.Note', 'Entwürfe', 'Drafts', TOP], ['recipientcache', 'IPF.Contact.RecipientCache', 'Recipient Cache', 'Recipient Cache', 4],
  ['', 'IPF.Contact.GalContacts', 'GAL Contacts', 'GAL Contacts', 4],
  ['quickcontacts', 'IPF.Contact.MOC.QuickContacts', 'Quick Contacts', 'Quick Contacts', 4],
  ['imcontactlist', 'IPF.Contact.MOC.ImContactList', 'Skype for Business-Kontakte', 'Skype for Business Contacts', 4],
];

export function newMailbox(account: string, language: 'de' | 'en'): Mailbox {
  const folders = FOLDERS.map(([wellKnown, folderClass, de, en, parent], index): Folder => (
    { n: index + 1, name: language === 'de' ? de : en, parent, folderClass, seq: index + 1, ...(wellKnown ? { wellKnown } : {}) }));
  return {
    account, tag: mailboxTag(account), seq: folders.length, nextItem: 2, nextFolder: folders.length + 1, syncEpoch: 0,
    folders: new Map(folders.map((folder) => [folder.n, folder])), items: new Map(),
  };
}

export const wellKnownFolder = (mailbox: Mailbox, name: string): Folder | undefined =>
  [...mailbox.folders.values()].find(({ wellKnown }) => wellKnown === name);

export function demandWellKnown(mailbox: Mailbox, name: string): Folder {
  const found = wellKnownFolder(mailbox, name);
  if (!found) throw new Error(`a mailbox without its folder ${name}`);
  return found;
}

export function addFolder(mailbox: Mailbox, name: string, parent: number, folderClass: string): Folder {
  const folder: Folder = { n: mailbox.nextFolder++, name, parent, folderClass, seq: ++mailbox.seq };
  mailbox.folders.set(folder.n, folder);
  return folder;
}

/** With all that lies in it. */
export function removeFolder(mailbox: Mailbox, folder: Folder): void {
  for (const inner of [...mailbox.folders.values()].filter(({ parent }) => parent === folder.n)) removeFolder(mailbox, inner);
  for (const item of itemsIn(mailbox, folder)) mailbox.items.delete(item.n);
  mailbox.folders.delete(folder.n);
  mailbox.seq += 1;
}

export const itemsIn = (mailbox: Mailbox, folder: Folder): Item[] => [...mailbox.items.values()].filter((item) => item.folder === folder.n);

export type NewItem = Pick<Item, 'kind' | 'props'> & Partial<Pick<Item, 'exceptions' | 'deleted'>>;

export function addItem(mailbox: Mailbox, folder: Folder, made: NewItem, now: number): Item {
  const item: Item = {
    exceptions: {}, deleted: [], ...made, n: mailbox.nextItem++, folder: folder.n, seq: ++mailbox.seq, createdAt: now, modifiedAt: now,
  };
  mailbox.items.set(item.n, item);
  return item;
}

export function changeItem(mailbox: Mailbox, item: Item, change: Partial<Pick<Item, 'props' | 'exceptions' | 'deleted'>>, now: number): void {
  Object.assign(item, change);
  item.seq = ++mailbox.seq;
  item.modifiedAt = now;
}

export function removeItem(mailbox: Mailbox, item: Item): void {
  mailbox.items.delete(item.n);
  mailbox.seq += 1;
}

/** In its new folder it is a new item with a new id (learn.microsoft.com, ews-identifiers-in-exchange). */
export function moveItem(mailbox: Mailbox, item: Item, to: Folder, now: number): Item {
  removeItem(mailbox, item);
  return addItem(mailbox, to, { kind: item.kind, props: item.props, exceptions: item.exceptions, deleted: item.deleted }, now);
}

/** Of a calendar item: the same in every mailbox that holds the meeting. */
export const newUid = (mailbox: Mailbox): string =>
  `040000008200E00074C5B7101A82E008${Buffer.from(mailbox.tag + spell(mailbox.nextItem)).toString('hex').toUpperCase()}`;

export const wholeId = (mailbox: Mailbox, item: Item): string => itemId(mailbox.tag, item.n);
