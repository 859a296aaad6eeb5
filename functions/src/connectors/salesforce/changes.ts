/**
 * Changes of all objects in one call: contacts, leads, events and tasks that the user owns, each a stream by SystemModstamp.
 *
 * An idle look is one call, in a cold process too: the cursors carry the lists of columns. Rows become visible minutes after their
 * stamp and share stamps, so each round starts ten minutes before the last one was asked, and never uses LIMIT.
 */
import { parseCursor, type Cursor } from './cursor.ts';
import { forgetShapes, shapesOf } from './describe.ts';
import { problem } from './errors.ts';
import { BIN_LIFE, DESCRIBE_LIFE, OVERLAP, WINDOW_STEP } from './limits.ts';
import { entering, objectsOf, reachedBack, type ObjectSpec } from './objects.ts';
import { changesOf, type SideParts } from './records.ts';
import { idOf, instant } from './row.ts';
import { instantLiteral, nextPart, pageOf, queryPart, quote, type QueryPage, type Verb } from './soql.ts';
import { readTogether, type Outcome } from './together.ts';
import type { Change, ChangePage, Cursors, Scope } from '../../ports/side.ts';
import type { Reply } from './client.ts';

/** One object's reading. */
interface Stream {
  readonly spec: ObjectSpec;
  /** Absent until it was described. */
  readonly cursor: Cursor | undefined;
  /** The locator of the next page died, so the round is asked again from the last row seen. */
  readonly isRestart?: boolean;
}

interface Described extends Stream {
  readonly cursor: Cursor;
}

export async function readChanges(parts: SideParts, cursors: Cursors): Promise<ChangePage> {
  const streams = parts.scope.kinds.flatMap(objectsOf).map((spec): Stream & { readonly stored: string | undefined } => {
    const stored = cursors[spec.stream];
    return { spec, stored, cursor: stored === undefined ? undefined : parseCursor(stored) };
  });
  // Deleted rows leave the bin after a while: with an older cursor their deletions would go unseen.
  const isLost = ({ stored, cursor }: typeof streams[number]): boolean =>
    stored !== undefined && (!cursor || (cursor.since ?? Infinity) < parts.clock.now() - BIN_LIFE);
  const lost = streams.filter(isLost).map(({ spec }) => spec.stream);
  if (lost.length > 0) {
    const kept = streams.filter((stream) => stream.stored !== undefined && !isLost(stream));
    return { changes: [], cursors: Object.fromEntries(kept.map(({ spec, stored = '' }) => [spec.stream, stored])), hasMore: false, lost };
  }
  return readPages(parts, await withColumns(parts, streams));
}

/** Columns are described at first, again after a day, and at once when the service says that one of them is gone (jsforce#1114). */
async function withColumns(parts: SideParts, streams: readonly Stream[]): Promise<readonly Described[]> {
  const isOld = ({ cursor }: Stream): boolean =>
    !cursor || (cursor.round === undefined && parts.clock.now() - cursor.at >= DESCRIBE_LIFE);
  const shapes = await shapesOf(parts, streams.filter(isOld).map(({ spec }) => spec.name));
  return streams.map((stream) => {
    const { spec, cursor } = stream;
    const shape = isOld(stream) ? shapes[spec.name] : undefined;
    if (!shape) return { ...stream, cursor: cursor ?? { v: 1, select: [], at: 0 } };
    return { ...stream, cursor: { ...cursor, v: 1, select: [...shape.select], at: shape.describedAt } };
  });
}

async function readPages(parts: SideParts, all: readonly Described[]): Promise<ChangePage> {
  let streams = all;
  let asked = due(streams);
  let outcomes = await ask(parts, asked);
  const refused = asked.filter((_, place) => outcomes[place] && 'error' in outcomes[place]);
  if (refused.length > 0) {
    const mended = await mend(parts, asked, outcomes);
    streams = streams.map((stream) => mended.find(({ spec }) => spec === stream.spec) ?? stream);
    asked = due(streams);
    outcomes = await ask(parts, asked);
  }
  const changes: Change[] = [];
  const next = new Map(streams.map(({ spec, cursor }) => [spec.stream, cursor]));
  let hasMore = false;
  for (const [place, { spec, cursor }] of asked.entries()) {
    const page = pageOf(replyOf(outcomes[place]));
    changes.push(...await changesOf(parts, spec, page.records));
    next.set(spec.stream, nextCursor(parts, spec, cursor, page));
    hasMore ||= page.next !== undefined;
  }
  return { changes, cursors: Object.fromEntries([...next].map(([stream, cursor]) => [stream, JSON.stringify(cursor)])), hasMore, lost: [] };
}

function replyOf(outcome: Outcome | undefined): Reply {
  if (!outcome) throw problem('bug', 'NO_ANSWER', 'A question to Salesforce has no answer');
  if ('error' in outcome) throw outcome.error;
  return outcome.reply;
}

/** While rounds are under way, only those are read on: the others are fresh enough. What the user does not see is not asked for. */
function due(streams: readonly Described[]): readonly Described[] {
  const visible = streams.filter(({ cursor }) => cursor.select.length > 0);
  const isOpen = ({ cursor }: Described): boolean => cursor.round !== undefined || cursor.since === undefined;
  return visible.some(({ cursor }) => cursor.round !== undefined) ? visible.filter(isOpen) : visible;
}

function ask(parts: SideParts, streams: readonly Described[]): Promise<readonly Outcome[]> {
  return readTogether(parts.client, parts.clock, streams.map(({ spec, cursor, isRestart }) => {
    if (cursor.round && !isRestart) return nextPart(cursor.round.next);
    // The first round has nothing to take away, so rows in the bin do not matter to it.
    const verb: Verb = cursor.since === undefined ? 'query' : 'queryAll';
    return queryPart(verb, soqlOf(parts, spec, cursor));
  }));
}

/** The same streams, ready to be asked once more. Throws what another question cannot cure. */
async function mend(parts: SideParts, asked: readonly Described[], outcomes: readonly Outcome[]): Promise<readonly Described[]> {
  const codes = outcomes.map((outcome) => ('error' in outcome ? outcome.error.details.code : undefined));
  for (const [place, { cursor }] of asked.entries()) {
    const outcome = outcomes[place];
    const isCurable = codes[place] === 'SF_INVALID_FIELD' || codes[place] === 'SF_INVALID_TYPE'
      || (codes[place] === 'SF_INVALID_QUERY_LOCATOR' && cursor.round !== undefined);
    if (outcome && 'error' in outcome && !isCurable) throw outcome.error;
  }
  const isChanged = (place: number): boolean => codes[place] === 'SF_INVALID_FIELD' || codes[place] === 'SF_INVALID_TYPE';
  const names = asked.filter((_, place) => isChanged(place)).map(({ spec }) => spec.name);
  forgetShapes(parts, names);
  const shapes = await shapesOf(parts, names);
  return asked.map((stream, place) => {
    if (codes[place] === 'SF_INVALID_QUERY_LOCATOR') return { ...stream, isRestart: true };
    if (!isChanged(place)) return stream;
    const { select, describedAt } = shapes[stream.spec.name];
    return { ...stream, isRestart: stream.cursor.round !== undefined, cursor: { ...stream.cursor, select: [...select], at: describedAt } };
  });
}

function soqlOf({ me, scope: { window } }: SideParts, spec: ObjectSpec, cursor: Cursor): string {
  const { select, since, round } = cursor;
  const sees = (column: string): boolean => select.includes(column);
  const asked = windowOf(cursor, window);
  const stamp = round && instantLiteral(round.stamp);
  const conditions = [
    `OwnerId = ${quote(me)}`, ...spec.where(sees),
    ...since === undefined ? spec.first(sees, asked) : [changedOrEntering(spec, cursor, since, asked)],
    ...round ? [`((SystemModstamp = ${stamp} AND Id > ${quote(round.id)}) OR SystemModstamp > ${stamp})`] : [],
  ];
  return `SELECT ${select.join(',')} FROM ${spec.name} WHERE ${conditions.join(' AND ')} ORDER BY SystemModstamp, Id`;
}

/** A round under way keeps the window that it began with. */
const windowOf = ({ round }: Cursor, window: Scope['window']): Scope['window'] => ({ from: round?.from ?? window.from, to: round?.to ?? window.to });

/** What changed since; of events also those that a window which moved on, or was set wider, takes in, although nobody touched them. */
function changedOrEntering(spec: ObjectSpec, cursor: Cursor, since: number, { from, to }: Scope['window']): string {
  // A cursor that does not tell where its window began is asked about all that is over, once.
  const covered = cursor.from ?? since;
  const conditions = [
    `SystemModstamp >= ${instantLiteral(since - OVERLAP)}`,
    ...isWidening(spec, cursor, to) ? [entering(cursor.to ?? to, to)] : [],
    ...spec.kind === 'event' && from < covered ? [reachedBack(from, covered)] : [],
  ];
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`;
}

const isWidening = ({ kind }: ObjectSpec, cursor: Cursor, to: number): boolean =>
  kind === 'event' && cursor.to !== undefined && to - cursor.to > WINDOW_STEP;

function nextCursor({ clock, scope: { window } }: SideParts, spec: ObjectSpec, cursor: Cursor, page: QueryPage): Cursor {
  const { round, ...rest } = cursor;
  const last = page.records.at(-1);
  const { from, to } = windowOf(cursor, window);
  // The round ends where it began: what is stamped while its pages are read belongs to the next one.
  const began = round?.began ?? page.serverNow ?? cursor.since ?? clock.now();
  if (page.next === undefined) {
    // A window that was drawn in has to be asked for again when it widens.
    const isCovered = cursor.to === undefined || isWidening(spec, cursor, to) || to < cursor.to;
    return { ...rest, since: began, ...(spec.kind === 'event' ? { from, ...(isCovered ? { to } : {}) } : {}) };
  }
  const stamp = instant(last?.['SystemModstamp']) ?? round?.stamp ?? 0;
  return { ...rest, round: { began, next: page.next, stamp, id: last ? idOf(last) : round?.id ?? '', from, to } };
}
