/**
 * Changes of contacts, leads, events and tasks that the user owns, each module a stream. The service has no call for several, so an idle look
 * is one call a module: `sync` where it works, else a query by `modifiedtime`, with a census of the known ids for what went.
 */
import { mergePages, pageOrFailure, type FeedPage } from '../feed-pages.ts';
import { parseCursor, type Cursor } from './cursor.ts';
import { forgetShapes, shapesOf } from './describe.ts';
import { hasCode } from './errors.ts';
import { DESCRIBE_LIFE } from './limits.ts';
import { modulesOf, type ModuleSpec } from './modules.ts';
import { seenRows, type SideParts } from './records.ts';
import { readListed, readSynced, type Found } from './rounds.ts';
import { canSync } from './sync.ts';
import { atOnce } from './together.ts';
import { latestStamp } from './stamps.ts';
import { withWindow } from './window.ts';
import type { Change, ChangePage, Cursors } from '../../ports/side.ts';

interface Stream {
  readonly spec: ModuleSpec;
  readonly stored: string | undefined;
  readonly cursor: Cursor | undefined;
}

export async function readChanges(parts: SideParts, cursors: Cursors): Promise<ChangePage> {
  const streams = parts.scope.kinds.flatMap(modulesOf).map((spec): Stream => {
    const stored = cursors[spec.stream];
    return { spec, stored, cursor: stored === undefined ? undefined : parseCursor(stored) };
  });
  const lost = streams.filter(({ stored, cursor }) => stored !== undefined && !cursor).map(({ spec }) => spec.stream);
  if (lost.length > 0) return { changes: [], cursors: keptOf(streams.filter(({ cursor }) => cursor)), hasMore: false, lost };
  // While rounds are under way, only those are read on: the others are fresh enough.
  const asked = streams.some(({ cursor }) => cursor && isUnderWay(cursor)) ? streams.filter(({ cursor }) => !cursor || isUnderWay(cursor)) : streams;
  const rested = streams.filter((stream) => !asked.includes(stream));
  const taken = await atOnce(asked, async (stream) => ({ page: await pageOrFailure(() => readStream(parts, stream)), kept: keptOf([stream]) }));
  const page = mergePages(taken);
  return { ...page, cursors: { ...keptOf(rested), ...page.cursors } };
}

const keptOf = (streams: readonly Stream[]): Cursors =>
  Object.fromEntries(streams.flatMap(({ spec, stored }) => (stored === undefined ? [] : [[spec.stream, stored]])));

async function readStream(parts: SideParts, { spec, cursor: stored }: Stream): Promise<FeedPage> {
  const cursor = await known(parts, spec, stored);
  if (cursor === 'lost') return lostPage(spec);
  if (!cursor.isSeen) return page(spec, cursor, []);
  const asked = withWindow(parts.scope.window, spec, cursor);
  try {
    const found = asked.rounds.length > 0 || asked.mode === 'query' ? await readListed(parts, spec, asked) : await readSynced(parts, spec, asked);
    if (found === 'lost') return lostPage(spec);
    return page(spec, found.cursor, await changesOf(parts, spec, found));
  } catch (error) {
    if (!hasCode(error, 'ACCESS_DENIED', 'FIELD_DENIED')) throw error;
    // An administrator may have taken the module away since it was described.
    forgetShapes(parts, [spec.name]);
    const shapes = await shapesOf(parts, [spec.name]);
    if (shapes[spec.name].isSeen) throw error;
    return page(spec, { ...asked, isSeen: false, at: parts.clock.now(), rounds: [] }, []);
  }
}

const lostPage = ({ stream }: ModuleSpec): FeedPage => ({ changes: [], cursors: {}, hasMore: false, lost: [stream] });

const page = ({ stream }: ModuleSpec, cursor: Cursor, changes: readonly Change[]): FeedPage =>
  ({ changes, cursors: { [stream]: JSON.stringify(cursor) }, hasMore: isUnderWay(cursor), lost: [] });

const isUnderWay = ({ rounds, page: next, censusAfter }: Cursor): boolean => rounds.length > 0 || next !== undefined || censusAfter !== undefined;

/** Whether the user sees the module, and how it can be asked: at first, and again after a day. `lost`: deletions are told no more. */
async function known(parts: SideParts, spec: ModuleSpec, cursor: Cursor | undefined): Promise<Cursor | 'lost'> {
  const { client, clock, scope: { window } } = parts;
  const now = clock.now();
  const isOld = !cursor || (!isUnderWay(cursor) && now - cursor.at >= DESCRIBE_LIFE);
  if (cursor && !isOld) return cursor;
  const { isSeen } = (await shapesOf(parts, [spec.name]))[spec.name];
  if (!isSeen) return { ...cursor ?? EMPTY, isSeen, at: now };
  if (cursor?.isSeen && cursor.since !== undefined) {
    const works = await canSync(client, spec.name, cursor.since);
    return cursor.mode === 'sync' && !works ? 'lost' : withMode(cursor, works, now);
  }
  const began = await latestStamp(parts, spec);
  return {
    ...withMode(EMPTY, await canSync(client, spec.name, began), now), isSeen, began, rounds: [{ where: [...spec.first(window)], after: '' }],
    ...(spec.kind === 'event' ? { from: window.from, to: window.to } : {}),
  };
}

const EMPTY: Cursor = { v: 1, mode: 'query', isSeen: false, at: 0, recent: [], gone: [], rounds: [] };

/** A service that tells deletions needs no census. */
function withMode({ known: numbers, censusAt, censusAfter: _, ...cursor }: Cursor, works: boolean, at: number): Cursor {
  if (works) return { ...cursor, mode: 'sync', at };
  return { ...cursor, mode: 'query', at, known: numbers ?? [], censusAt: censusAt ?? at };
}

/** What was read, as news: without what came up before, and with what a census misses. */
async function changesOf(parts: SideParts, spec: ModuleSpec, { rows, gone, missing }: Found): Promise<readonly Change[]> {
  const { kind, name } = spec;
  const records = await seenRows(parts, name, rows);
  // A converted lead is named as deleted, too: looking at it tells.
  const what = name === 'Leads' ? 'touched' : 'removed';
  return [
    ...records.map((record): Change => ({ what: 'seen', record })),
    ...gone.map((id): Change => ({ what, kind, id })), ...missing.map((id): Change => ({ what: 'touched', kind, id })),
  ];
}

