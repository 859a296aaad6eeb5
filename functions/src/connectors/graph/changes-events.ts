/** Delta of the default calendar within a window: the window is frozen in the token, so that a new one is a new round. */
import type { Change, Cursors, Family } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import type { Request } from './client.ts';
import type { FeedPage } from '../feed-pages.ts';
import type { Feed, Rounds } from './feed.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { BATCH_PARTS, PREFER_TEXT, WINDOW_SLACK_MS } from './limits.ts';
import { isWholeEvent, occurrenceOf, projectEvent, standingOf } from './map-event.ts';
import type { EventWorld } from './read-events.ts';
import { windowQuery } from './read-events.ts';

const CALENDAR = 'calendar';
const DAY_MS = 24 * 3_600_000;

/** One window and how far it was read. Milliseconds since 1970. */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly link: string;
}

/** `next`: the window that is taking over. It takes the old one's place a poll after it was read to its end. */
interface Cursor extends Window {
  readonly next?: Window & { readonly isRead: boolean };
}

export interface EventFeedWorld extends EventWorld {
  readonly rounds: Rounds;
}

export function eventFeed(world: EventFeedWorld): Feed {
  const families = new Map<string, Set<string>>();
  return {
    turn: async (cursors) => {
      const stored = cursors[CALENDAR];
      const cursor = stored === undefined ? opened(world.scope.window) : parseCursor(stored);
      if (!cursor || !await areOwn(cursor, world)) return { requests: [], kept: {}, take: () => Promise.resolve(LOST) };
      const now = rolled(cursor, world.scope.window);
      const kept: Cursors = stored === undefined ? {} : { [CALENDAR]: stored };
      return { kept, requests: [now, ...(now.next ? [now.next] : [])].map(get), take: (outcomes) => take(now, outcomes, families, world) };
    },
  };
}

const LOST: FeedPage = { changes: [], cursors: {}, hasMore: false, lost: [CALENDAR] };

const get = ({ link }: Window): Request => ({ method: 'GET', url: link, prefer: PREFER_TEXT });

/** $select, $filter and $expand are not supported here (learn.microsoft.com/graph/api/event-delta). */
const opened = ({ from, to }: { from: number; to: number }): Window => ({ from, to, link: `/me/calendarView/delta?${windowQuery(from, to)}` });

async function areOwn({ link, next }: Cursor, { client }: EventWorld): Promise<boolean> {
  return await client.isOwnLink(link) && (next === undefined || await client.isOwnLink(next.link));
}

/**
 * The wanted window moves day by day; a new round is worth its calls now and then only. A window that was set anew is wanted at once, a
 * narrower one too: what the old round told of events outside it was dropped, and would be missing when it is widened again.
 */
function rolled(cursor: Cursor, wanted: { readonly from: number; readonly to: number }): Cursor {
  const moved = { from: wanted.from - cursor.from, to: wanted.to - cursor.to };
  // Days alone move both edges by the same, and never back, but for the clocks of two machines at midnight.
  const isSetAnew = moved.from !== moved.to || moved.from < -DAY_MS;
  return (isSetAnew || moved.to > WINDOW_SLACK_MS) && !cursor.next ? { ...cursor, next: { ...opened(wanted), isRead: false } } : cursor;
}

async function take(cursor: Cursor, outcomes: readonly Outcome[], families: Map<string, Set<string>>, world: EventFeedWorld): Promise<FeedPage> {
  const { next } = cursor;
  const old = world.rounds.page(CALENDAR, cursor.link, outcomes[0]);
  const fresh = next && world.rounds.page(`${CALENDAR} next`, next.link, outcomes[1]);
  if (old === 'lost' || fresh === 'lost') return LOST;
  // What the new window shows is newer than what the old one says to be outside it.
  const items = new Map([...old.items, ...(fresh?.items ?? []).filter(([, item]) => item['@removed'] === undefined)]);
  const page = await changesOf([...items], families, world);
  if (old.isLast && (!fresh || fresh.isLast)) families.clear();
  if (!next || !fresh) return { ...page, cursors: cursorOf({ ...cursor, link: old.cursor }), hasMore: !old.isLast, lost: [] };
  // Deletions while the new window was being read are told by the old one: it is asked once more before it goes.
  const isOver = next.isRead && old.isLast && fresh.isLast;
  const { from, to } = next;
  const after: Cursor = isOver
    ? { from, to, link: fresh.cursor }
    : { from: cursor.from, to: cursor.to, link: old.cursor, next: { from, to, link: fresh.cursor, isRead: next.isRead || fresh.isLast } };
  return { ...page, cursors: cursorOf(after), hasMore: !isOver, lost: [] };
}

const VERSION = 1;
const cursorOf = (cursor: Cursor): Cursors => ({ [CALENDAR]: JSON.stringify({ v: VERSION, ...cursor }) });

function parseCursor(text: string): Cursor | undefined {
  const parsed = parse(text);
  const window = isObject(parsed) && parsed['v'] === VERSION ? windowIn(parsed) : undefined;
  if (!window || !isObject(parsed)) return undefined;
  const next = isObject(parsed['next']) ? windowIn(parsed['next']) : undefined;
  return next && isObject(parsed['next']) ? { ...window, next: { ...next, isRead: parsed['next']['isRead'] === true } } : window;
}

/** Undefined for what we never wrote. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function windowIn({ from, to, link }: JsonObject): Window | undefined {
  return typeof from === 'number' && typeof to === 'number' && typeof link === 'string' ? { from, to, link } : undefined;
}

type Items = readonly (readonly [string, JsonObject])[];

/**
 * Occurrences are shown through their series. A series comes whole whenever anything of it changed, without the occurrences that
 * were deleted (microsoft-graph-docs PR 4501): all that came in this round are named, so that a missing one can be looked at.
 */
async function changesOf(
  items: Items,
  families: Map<string, Set<string>>,
  world: EventFeedWorld,
): Promise<{ changes: readonly Change[]; families: readonly Family[] }> {
  const present = items.filter(([, item]) => item['@removed'] === undefined);
  for (const [, item] of present) if (item['type'] === 'seriesMaster' && item['subject'] !== undefined) world.series.remember(item);
  const masters = present.flatMap(([, item]) => stringOf(item['seriesMasterId']) ?? []);
  const partial = present.filter(([, item]) => needsLook(item)).map(([id]) => id);
  // A few are read with the masters at once; of many, the app is told to look.
  const asked = partial.length < BATCH_PARTS ? partial : [];
  const replies = await world.series.fetch(masters, asked);
  const changes = items.map(([id, item]) => {
    const reply = replies.get(id);
    return changeOf(id, asked.includes(id) && reply?.status === 200 && isObject(reply.body) ? reply.body : item, world);
  });
  return { changes, families: familiesOf(items, families) };
}

/** A series' own item is no record, and its occurrences are told through it. */
const needsLook = (item: JsonObject): boolean => item['type'] !== 'occurrence' && item['type'] !== 'seriesMaster' && !isWholeEvent(item);

function changeOf(id: string, item: JsonObject, world: EventWorld): Change {
  const away: Change = { what: 'removed', kind: 'event', id };
  if (item['@removed'] !== undefined || item['type'] === 'seriesMaster') return away;
  const master = world.series.of(item);
  const event = item['type'] === 'occurrence' && master ? occurrenceOf(item, master) : item;
  if (!isWholeEvent(event)) return { what: 'touched', kind: 'event', id };
  return standingOf(event) === 'record' ? { what: 'seen', record: projectEvent(event, world.scope, master) } : away;
}

/** A removed id may be a series': its occurrences are then looked at; for any other id nothing is found. */
function familiesOf(items: Items, known: Map<string, Set<string>>): readonly Family[] {
  const touched = new Set<string>();
  for (const [id, item] of items) {
    const isGone = item['@removed'] !== undefined;
    const family = isGone || item['type'] === 'seriesMaster' ? id : stringOf(item['seriesMasterId']);
    if (family === undefined) continue;
    touched.add(family);
    const ids = isGone ? new Set<string>() : known.get(family) ?? new Set<string>();
    known.set(family, ids);
    if (family !== id) ids.add(id);
  }
  return [...touched].map((family) => ({ kind: 'event', family, ids: [...known.get(family) ?? []] }));
}
