/** Changes of the calendar. Sync tells of singles and of series; what a series means within the window is asked only when it changed. */
import type { Instant } from '../../engine/record.ts';
import type { Change, Family, Scope } from '../../ports/side.ts';
import type { Answer } from './answers.ts';
import type { Feed } from './feed.ts';
import { folderPages, lostPage } from './feed.ts';
import { WINDOW_PIECE_MS, WINDOW_SLACK_MS } from './limits.ts';
import type { EventView } from './map-event.ts';
import { EVENT_PLACES, occurrenceId } from './map-event.ts';
import { getItems } from './operations/get-item.ts';
import { itemId } from './operations/item-shape.ts';
import type { SyncChange } from './operations/sync-folder-items.ts';
import type { EventWorld } from './read-events.ts';
import { lookAtView } from './read-events.ts';
import { refuseIfShut } from './read.ts';
import { idOf } from './seen.ts';
import { eventsBetween } from './series.ts';
import type { XmlElement } from './soap.ts';
import { childText } from './xml.ts';

const CALENDAR = 'calendar';

/** How far the calendar was read: the folder's state, and the part of the window (milliseconds) whose events have been told. */
interface Cursor {
  readonly from: Instant;
  readonly to: Instant;
  readonly state?: string;
}

export function eventFeed(world: EventWorld): Feed {
  const pages = folderPages(world.call, CALENDAR);
  return {
    stream: CALENDAR,
    page: async (stored) => {
      const cursor: Cursor | undefined = stored === undefined ? world.scope.window : parseCursor(stored);
      if (!cursor) return lostPage(CALENDAR);
      const page = await pages(cursor.state);
      if (page === 'lost') return lostPage(CALENDAR);
      const told = await tell(page.changes, world);
      const known = within(cursor, world.scope.window);
      // The rest of the window is asked for once the folder's own round is over, in pieces.
      const piece = page.isLast ? nextPiece(known, world.scope.window, page.changes.size > 0) : undefined;
      const more = piece ? await tellPiece(piece, world) : [];
      const after = piece ? { from: Math.min(known.from, piece.from), to: Math.max(known.to, piece.to) } : known;
      const isOpen = piece !== undefined && nextPiece(after, world.scope.window, true) !== undefined;
      return {
        changes: [...told.changes, ...more], ...(told.families.length > 0 ? { families: told.families } : {}),
        cursors: { [CALENDAR]: cursorText({ ...after, state: page.state }) }, hasMore: !page.isLast || isOpen, lost: [],
      };
    },
  };
}

const VERSION = 1;
/** The state last: it may be long. */
const cursorText = ({ from, to, state = '' }: Cursor): string => `${VERSION} ${from} ${to} ${state}`;

/** Undefined for what we never wrote. */
function parseCursor(text: string): Cursor | undefined {
  const [, version, from, to, state] = /^(\d+) (-?\d+) (-?\d+) (\S+)$/.exec(text) ?? [];
  return Number(version) === VERSION && state !== undefined ? { from: Number(from), to: Number(to), state } : undefined;
}

type Window = Scope['window'];

/** What was told of what is wanted now. What lies beyond the window is dropped from now on, so that it does not count as told. */
function within(told: Window, wanted: Window): Window {
  const [from, to] = [Math.max(told.from, wanted.from), Math.min(told.to, wanted.to)];
  return from <= to ? { from, to } : { from: wanted.from, to: wanted.from };
}

/**
 * The window moves day by day: it is followed when the calendar changed anyway, else when a week is missing. Its beginning moves back only
 * when a person sets another window.
 */
function nextPiece(told: Window, wanted: Window, isBusy: boolean): Window | undefined {
  if (told.from > wanted.from) return { from: Math.max(wanted.from, told.from - WINDOW_PIECE_MS), to: told.from };
  const isDue = wanted.to - told.to > (isBusy ? 0 : WINDOW_SLACK_MS);
  return isDue ? { from: told.to, to: Math.min(wanted.to, told.to + WINDOW_PIECE_MS) } : undefined;
}

async function tellPiece({ from, to }: Window, world: EventWorld): Promise<readonly Change[]> {
  const { events, unread } = await eventsBetween(world.call, from, to);
  return [...events.map((view) => changeOf(view, world)), ...unread.map((id): Change => ({ what: 'touched', kind: 'event', id }))];
}

interface Told {
  readonly changes: readonly Change[];
  readonly families: readonly Family[];
}

async function tell(changes: ReadonlyMap<string, SyncChange>, world: EventWorld): Promise<Told> {
  const present = [...changes].filter(([, { element }]) => element === 'CalendarItem').map(([id]) => id);
  const answers = await getItems(world.call, present.map((id) => itemId(id)), EVENT_PLACES);
  refuseIfShut(answers);
  const items = new Map(present.map((id, index) => [id, answers[index]]));
  const masters = answers.flatMap((answer) => ('item' in answer && isMaster(answer.item) ? [answer.item] : []));
  const { window } = world.scope;
  const occurrences = masters.length > 0 ? (await eventsBetween(world.call, window.from, window.to, masters)).events : [];
  const singles = [...changes].flatMap(([id, change]) => singleChange(id, change, items.get(id), world));
  return {
    changes: [...singles, ...occurrences.map((view) => changeOf(view, world))],
    families: [...familiesWithout(changes, items), ...masters.map((master) => familyOf(master, occurrences))],
  };
}

const isMaster = (item: XmlElement): boolean => childText(item, 'CalendarItemType') === 'RecurringMaster';

const familyOf = (master: XmlElement, views: readonly EventView[]): Family => ({
  kind: 'event', family: idOf(master),
  ids: views.flatMap(({ series }) => (series && idOf(series.master) === idOf(master) ? [occurrenceId(idOf(master), series.start)] : [])),
});

/** What is gone, and what is a single event now, may have been a series: its linked occurrences are looked at by id. */
const familiesWithout = (changes: ReadonlyMap<string, SyncChange>, items: ReadonlyMap<string, Answer | undefined>): readonly Family[] =>
  [...changes].flatMap(([id, { what }]): Family[] => {
    const answer = items.get(id);
    const isSeries = answer !== undefined && 'item' in answer && isMaster(answer.item);
    return what === 'create' || isSeries ? [] : [{ kind: 'event', family: id, ids: [] }];
  });

function singleChange(id: string, { what, element }: SyncChange, answer: Answer | undefined, world: EventWorld): readonly Change[] {
  const removed: Change = { what: 'removed', kind: 'event', id };
  if (what === 'delete') return [removed];
  if (element !== 'CalendarItem') return [];
  if (answer && 'item' in answer) return [changeOf({ item: answer.item }, world)];
  return [answer?.error.kind === 'gone' ? removed : { what: 'touched', kind: 'event', id }];
}

function changeOf(view: EventView, world: EventWorld): Change {
  const look = lookAtView(view, world.scope);
  if (look.state === 'live') return { what: 'seen', record: look.record };
  const { item, series } = view;
  return { what: 'removed', kind: 'event', id: series ? occurrenceId(idOf(series.master), series.start) : idOf(item) };
}
