/** What a write does to an item, whoever does it: a request of the API, or a person by hand. */
import type { ExchangeAccount } from './accounts.ts';
import { settled } from './appointment.ts';
import { fullName } from './computed.ts';
import { EwsError } from './fault.ts';
import { addItem, changeItem, demandWellKnown, moveItem, newUid, removeItem } from './mailbox.ts';
import type { Folder, Item, Mailbox, Props } from './mailbox.ts';
import type { ItemKind } from './schema.ts';
import { demandBetweenNeighbours, occurrence, plainOccurrence, whole } from './series.ts';
import type { Target } from './series.ts';
import { completionOf, settledTask } from './task-rules.ts';
import type { EwsWorld } from './world.ts';

export interface Hand {
  readonly world: EwsWorld;
  readonly mailbox: Mailbox;
  readonly owner: ExchangeAccount;
  /** Of the request. */
  readonly zone: string | undefined;
}

/** `props` as given; the server adds what it adds. */
export function create({ world, mailbox, zone }: Hand, kind: ItemKind, folder: Folder, props: Props): Item {
  const now = world.clock.now();
  const keys = new Set(Object.keys(props));
  const made = kind === 'CalendarItem' ? { 'calendar:UID': newUid(mailbox), ...settled(props, keys, zone) }
    : kind === 'Task' ? settledTask(props, keys, now)
      : kind === 'Contact' ? named(props, keys, true) : props;
  const item = addItem(mailbox, folder, { kind, props: made }, now);
  world.changed(mailbox);
  return item;
}

/** `after` are the properties that hold once all changes are applied, `changed` their keys, deleted ones too; answers what the id means now. */
export function change({ world, mailbox, zone }: Hand, target: Target, after: Props, changed: ReadonlySet<string>): Target {
  const now = world.clock.now();
  const { item, day } = target;
  world.changed(mailbox);
  if (day !== undefined) {
    // The rule is the master's: it must not pull the occurrence back to its day.
    const { 'calendar:Recurrence': _, ...own } = after;
    changeItem(mailbox, item, { exceptions: { ...item.exceptions, [day]: exception(item, day, settled(own, changed, zone), changed) } }, now);
    return occurrence(item, day);
  }
  if (item.kind === 'CalendarItem') {
    const props = settled(after, changed, zone);
    // Changing the pattern drops all exceptions; a series that moves has other days [unconfirmed for the times].
    const isRemade = ['calendar:Recurrence', 'calendar:Start', 'calendar:End', 'calendar:StartTimeZone', 'calendar:IsAllDayEvent'].some((key) =>
      changed.has(key));
    changeItem(mailbox, item, isRemade ? { props, exceptions: {}, deleted: [] } : { props }, now);
  } else if (item.kind === 'Task') {
    const props = settledTask(after, changed, now);
    const completion = item.props['task:Status'] === 'Completed' ? undefined : completionOf(props, now);
    if (completion) addItem(mailbox, demandFolderOf(mailbox, item), { kind: 'Task', props: completion.done }, now);
    changeItem(mailbox, item, { props: completion?.next ?? props }, now);
  } else {
    changeItem(mailbox, item, { props: item.kind === 'Contact' ? named(after, changed, false) : after }, now);
  }
  return whole(item);
}

function demandFolderOf(mailbox: Mailbox, item: Item): Folder {
  const folder = mailbox.folders.get(item.folder);
  if (!folder) throw new Error('an item without its folder');
  return folder;
}

/** Only what differs from the rule is kept, so that the rest goes on following the series; `cleared` names what the series has and this one has not. */
function exception(item: Item, day: number, props: Props, changed: ReadonlySet<string>): Props {
  if (changed.has('calendar:Recurrence')) throw new EwsError('ErrorInvalidPropertySet', 'An occurrence has no recurrence of its own.');
  if (changed.has('calendar:Start') || changed.has('calendar:End')) demandBetweenNeighbours(item, day, props);
  const plain = plainOccurrence(item, day);
  const differing = Object.entries(props).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(plain[key]));
  const cleared = Object.keys(plain).filter((key) => props[key] === undefined && key !== 'calendar:Recurrence');
  return { ...Object.fromEntries(differing), ...(cleared.length > 0 ? { cleared } : {}) };
}

export type Disposal = 'HardDelete' | 'SoftDelete' | 'MoveToDeletedItems';

/** Of a master: the whole series; of an occurrence: that one. */
export function remove({ world, mailbox }: Hand, { item, day }: Target, disposal: Disposal): void {
  const now = world.clock.now();
  const bin = demandWellKnown(mailbox, 'deleteditems');
  if (day !== undefined) {
    const { [day]: _, ...exceptions } = item.exceptions;
    changeItem(mailbox, item, { exceptions, deleted: [...item.deleted, day] }, now);
  } else if (disposal === 'MoveToDeletedItems' && item.folder !== bin.n) {
    moveItem(mailbox, item, bin, now);
  } else {
    removeItem(mailbox, item);
  }
  world.changed(mailbox);
}

/**
 * At creation the server fills DisplayName and Subject; afterwards neither follows the name, nor does FileAs, unless FileAsMapping says how
 * [unconfirmed for mappings beyond the ones below].
 */
function named(props: Props, changed: ReadonlySet<string>, isNew: boolean): Props {
  const name = fullName(props);
  const filled = isNew ? { ...(name === '' ? {} : { 'contacts:DisplayName': name, 'item:Subject': name }), ...props } : props;
  if (!changed.has('contacts:FileAsMapping')) return filled;
  const text = fileAs(filled);
  return text === undefined ? filled : { ...filled, 'contacts:FileAs': text };
}

function fileAs(props: Props): string | undefined {
  const part = (key: string): string => String(props[`contacts:${key}`] ?? '');
  const [first, last] = [part('GivenName'), part('Surname')];
  switch (part('FileAsMapping')) {
    case 'LastCommaFirst': return [last, first].filter(Boolean).join(', ');
    case 'FirstSpaceLast': return [first, last].filter(Boolean).join(' ');
    case 'LastFirst': return [last, first].filter(Boolean).join(' ');
    case 'Company': return part('CompanyName');
    case 'DisplayName': return part('DisplayName');
    case 'FirstName': return first;
    case 'LastName': return last;
    default: return undefined;
  }
}
