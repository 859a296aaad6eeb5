/** One mailbox without HTTP, for the demo, tests and pages: what a person does in Outlook. The rules are the server's; a refusal is an Error. */
import type { ExchangeAccount } from './accounts.ts';
import { attendeesOf, organizerOf } from './computed.ts';
import { emailKey, emailOf, leftName, withEmail, withoutEmail } from './emails.ts';
import { folderId, itemId } from './ids.ts';
import { addFolder, demandWellKnown, itemsIn, moveItem, removeFolder, wholeId } from './mailbox.ts';
import type { Folder, Item, Mailbox, Props, Value } from './mailbox.ts';
import { EMAIL_KEYS } from './properties.ts';
import type { ItemKind } from './schema.ts';
import { plainOccurrence, targetOf, targetsIn, whole } from './series.ts';
import type { Target } from './series.ts';
import { mailboxOf } from './world.ts';
import type { EwsWorld } from './world.ts';
import { change, create, remove } from './writes.ts';
import type { Hand } from './writes.ts';
import { readFolderId } from './ids.ts';
import { EwsError } from './fault.ts';
import { zulu } from './times.ts';

/**
 * The raw state of an item: `id`, `kind`, `folder` (id), `modified` (ISO), and every property that is set by its FieldURI, dictionaries as
 * "contacts:PhoneNumber/MobilePhone", extended ones as "ext:{set}/N:name/String". Of events also `day`, `isException`, `deletedDays`, `originalStart`,
 * `organizer`, `attendees`; of contacts `outlookStillShows`, names of addresses that a deletion left behind.
 */
export interface RawItem {
  readonly id: string;
  readonly kind: ItemKind;
  readonly folder: string;
  readonly modified: string;
  readonly [property: string]: unknown;
}

/** Properties to set by the same names; null takes one away. Times without Z are in calendar:StartTimeZone. */
export type RawChange = Readonly<Record<string, Value | null>>;

export interface MailboxAccess {
  readonly mailbox: Mailbox;
  readonly account: ExchangeAccount;
  /** Of the default folder, in order of creation; `folder` is an id or a well-known name. */
  contacts(folder?: string): RawItem[];
  /** Singles and masters. */
  events(folder?: string): RawItem[];
  tasks(folder?: string): RawItem[];
  /** What a calendar view shows; ISO instants, the end is exclusive. */
  occurrences(from: string, to: string): RawItem[];
  /** By any id, also that of an occurrence. */
  item(id: string): RawItem;
  /** Each answers the id. */
  addContact(props: RawChange, folder?: string): string;
  addEvent(props: RawChange, folder?: string): string;
  addTask(props: RawChange, folder?: string): string;
  /** Things that lie where only one kind is expected. */
  addOther(kind: 'DistributionList' | 'MeetingRequest' | 'Message', props: RawChange, folder: string): string;
  update(id: string, props: RawChange): void;
  /** Into Deleted Items, as Outlook does. */
  remove(id: string): void;
  /** Answers the new id. */
  move(id: string, folder: string): string;
  /** Sync will tell of it once, and nobody will find it. */
  addVanishing(kind: ItemKind, props: RawChange): string;
  folders(): readonly (Folder & { readonly id: string })[];
  addFolder(name: string, folderClass: string, parent?: string): string;
  removeFolder(folder: string): void;
}

const HOMES: Readonly<Record<ItemKind, string>> = {
  Contact: 'contacts', DistributionList: 'contacts', CalendarItem: 'calendar', Task: 'tasks', Message: 'inbox', MeetingRequest: 'inbox',
};

export function accessTo(world: EwsWorld, account: ExchangeAccount): MailboxAccess {
  const mailbox = mailboxOf(world, account);
  const hand: Hand = { world, mailbox, owner: account, zone: account.timeZone };
  const folderOf = (name: string): Folder => {
    const found = mailbox.folders.get(readFolderId(mailbox.tag, name) ?? 0);
    return found ?? demandWellKnown(mailbox, name);
  };
  const show = (target: Target): RawItem => raw(mailbox, account, target);
  const list = (kind: ItemKind, folder: string): RawItem[] =>
    itemsIn(mailbox, folderOf(folder)).filter((item) => item.kind === kind && !item.isVanishing).map((item) => show(whole(item)));
  const add = (kind: ItemKind, props: RawChange, folder = HOMES[kind]): Item => {
    const zoned = kind === 'CalendarItem' ? { 'calendar:StartTimeZone': account.timeZone, 'calendar:EndTimeZone': account.timeZone, ...props } : props;
    return create(hand, kind, folderOf(folder), applied({}, zoned));
  };
  const target = (id: string): Target => targetOf(mailbox, id);
  return {
    mailbox, account,
    contacts: (folder = 'contacts') => list('Contact', folder),
    events: (folder = 'calendar') => list('CalendarItem', folder),
    tasks: (folder = 'tasks') => list('Task', folder),
    occurrences: (from, to) => targetsIn(itemsIn(mailbox, folderOf('calendar')).filter(({ kind }) => kind === 'CalendarItem'),
      { start: Date.parse(from), end: Date.parse(to) }).map(show),
    item: (id) => show(target(id)),
    addContact: (props, folder) => wholeId(mailbox, add('Contact', props, folder)),
    addEvent: (props, folder) => wholeId(mailbox, add('CalendarItem', props, folder)),
    addTask: (props, folder) => wholeId(mailbox, add('Task', props, folder)),
    addOther: (kind, props, folder) => wholeId(mailbox, add(kind, props, folder)),
    update: (id, props) => {
      const found = target(id);
      const zoned = keepingZone(found.props, props);
      change(hand, found, applied(found.props, zoned), new Set(Object.keys(zoned)));
    },
    remove: (id) => { remove(hand, target(id), 'MoveToDeletedItems'); },
    move: (id, folder) => {
      const moved = moveItem(mailbox, wholeItem(target(id)), folderOf(folder), world.clock.now());
      world.changed(mailbox);
      return wholeId(mailbox, moved);
    },
    addVanishing: (kind, props) => {
      const item = add(kind, props);
      item.isVanishing = true;
      return wholeId(mailbox, item);
    },
    folders: () => [...mailbox.folders.values()].map((folder) => ({ ...folder, id: folderId(mailbox.tag, folder.n) })),
    addFolder: (name, folderClass, parent = 'msgfolderroot') => folderId(mailbox.tag, addFolder(mailbox, name, folderOf(parent).n, folderClass).n),
    removeFolder: (folder) => { removeFolder(mailbox, folderOf(folder)); },
  };
}

function wholeItem({ item, day }: Target): Item {
  if (day !== undefined) throw new EwsError('ErrorCalendarCannotMoveOrCopyOccurrence', 'An occurrence cannot be moved to another folder.');
  return item;
}

/** Outlook sends the zone along with the times. */
const keepingZone = (before: Props, props: RawChange): RawChange => ('calendar:Start' in props && !('calendar:StartTimeZone' in props)
  ? { ...props, 'calendar:StartTimeZone': before['calendar:StartTimeZone'] ?? 'UTC', 'calendar:EndTimeZone': before['calendar:EndTimeZone'] ?? 'UTC' } : props);

const EMAIL = /^contacts:EmailAddress\//;

function applied(before: Props, props: RawChange): Props {
  let after: Props = before;
  for (const [key, value] of Object.entries(props)) {
    if (EMAIL.test(key)) after = typeof value === 'string' ? withEmail(after, key, { address: value, name: value }) : withoutEmail(after, key, true);
    else if (value === null) after = Object.fromEntries(Object.entries(after).filter(([name]) => name !== key));
    else after = { ...after, [key]: value, ...(key === 'contacts:Birthday' ? { 'typed:Birthday': 'yes' } : {}) };
  }
  return after;
}

function raw(mailbox: Mailbox, account: ExchangeAccount, target: Target): RawItem {
  const { item, day, isException, props } = target;
  const emails = EMAIL_KEYS.map(emailKey);
  const shown = emails.flatMap((key) => { const email = emailOf(props, key); return email ? [[key, email.address] as const] : []; });
  const left = emails.flatMap((key) => leftName(props, key) ?? []);
  return {
    ...Object.fromEntries(Object.entries(props).filter(([key]) => key !== 'typed:Birthday' && key !== 'cleared')), ...Object.fromEntries(shown),
    id: itemId(mailbox.tag, item.n, day, isException), kind: item.kind, folder: folderId(mailbox.tag, item.folder), modified: zulu(item.modifiedAt),
    ...(left.length > 0 ? { outlookStillShows: left } : {}),
    ...(item.kind === 'CalendarItem' ? {
      organizer: organizerOf({ target, mailbox, owner: account, zone: undefined, hasZones: true }), attendees: attendeesOf(props), deletedDays: item.deleted,
      ...(day === undefined ? {} : { day, isException, originalStart: plainOccurrence(item, day)['calendar:Start'] }),
    } : {}),
  };
}
