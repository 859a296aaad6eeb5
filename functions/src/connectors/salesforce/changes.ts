/**
 * One stream of changes: the contacts that the user owns, by SystemModstamp.
 *
 * An idle look is one query, in a cold process too: the cursor carries the list of columns. Rows become visible minutes after
 * their stamp and share stamps, so each round starts ten minutes before the last one was asked, and never uses LIMIT.
 */
import { z } from 'zod';
import { SyncError } from '../../engine/errors.ts';
import { contactShape } from './describe.ts';
import { BIN_LIFE, DESCRIBE_LIFE, OVERLAP } from './limits.ts';
import { id18, instant, toSeen, type Row } from './map.ts';
import { instantLiteral, nextPage, queryPage, quote, type QueryPage, type Verb } from './soql.ts';
import type { Clock } from '../../ports/world.ts';
import type { Change, ChangePage, Cursors } from '../../ports/side.ts';
import type { ReadParts } from './read.ts';

const STREAM = 'contacts';

const Cursor = z.object({
  /** Of the cursor itself; another number is a cursor of another build. */
  v: z.literal(1),
  /** The service's clock when the last whole round began; absent while the first is under way. */
  since: z.number().optional(),
  /** Columns to select, and when they were described. */
  select: z.array(z.string()).min(1),
  at: z.number(),
  /** A round under way: when it began, the next page, and the last row seen in case the page's locator dies. */
  round: z.object({ began: z.number(), next: z.string(), stamp: z.number(), id: z.string() }).optional(),
});
type Cursor = z.infer<typeof Cursor>;

export async function readChanges(parts: ReadParts, cursors: Cursors): Promise<ChangePage> {
  const stored = cursors[STREAM];
  const cursor = stored === undefined ? await freshCursor(parts) : parseCursor(stored);
  // Deleted rows leave the bin after a while: with an older cursor their deletions would go unseen.
  if (!cursor || (cursor.since ?? Infinity) < parts.clock.now() - BIN_LIFE) {
    return { changes: [], cursors: {}, hasMore: false, lost: [STREAM] };
  }
  const current = cursor.round === undefined ? await withNewColumns(parts, cursor) : cursor;
  try {
    return await readPage(parts, current);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    if (error.details.code === 'SF_INVALID_FIELD') return readPage(parts, await withNewColumns(parts, current, true));
    if (error.details.code === 'SF_INVALID_QUERY_LOCATOR' && current.round) return readPage(parts, current, true);
    throw error;
  }
}

/** `isRestart`: the locator died, so the round is asked again from the last row seen. */
async function readPage(parts: ReadParts, cursor: Cursor, isRestart = false): Promise<ChangePage> {
  // The first round has nothing to take away, so rows in the bin do not matter to it.
  const verb: Verb = cursor.since === undefined ? 'query' : 'queryAll';
  const page = cursor.round && !isRestart
    ? await nextPage(parts.client, cursor.round.next)
    : await queryPage(parts.client, verb, soqlOf(parts, cursor));
  return {
    changes: page.records.flatMap((row) => changeOf(row, parts.me)),
    cursors: { [STREAM]: JSON.stringify(nextCursor(cursor, page, parts.clock)) },
    hasMore: page.next !== undefined,
    lost: [],
  };
}

function soqlOf({ me }: ReadParts, { select, since, round }: Cursor): string {
  const stamp = round && instantLiteral(round.stamp);
  const from = round
    ? [`((SystemModstamp = ${stamp} AND Id > ${quote(round.id)}) OR SystemModstamp > ${stamp})`]
    : since === undefined ? [] : [`SystemModstamp >= ${instantLiteral(since - OVERLAP)}`];
  return `SELECT ${select.join(',')} FROM Contact WHERE ${[`OwnerId = ${quote(me)}`, ...from].join(' AND ')} ORDER BY SystemModstamp, Id`;
}

function changeOf(row: Row, me: string): Change[] {
  // A person account's contact is not ours to sync (map.ts).
  if (row['IsPersonAccount'] === true) return [];
  // A merge's loser lies in the bin too; looking at it tells where it went.
  if (row['IsDeleted'] === true) return [{ what: 'removed', kind: 'contact', id: id18(String(row['Id'])) }];
  return [{ what: 'seen', record: toSeen(row, me) }];
}

function nextCursor(cursor: Cursor, page: QueryPage, clock: Clock): Cursor {
  const { round, ...rest } = cursor;
  const last = page.records.at(-1);
  // The round ends where it began: what is stamped while its pages are read belongs to the next one.
  const began = round?.began ?? page.serverNow ?? cursor.since ?? clock.now();
  if (page.next === undefined) return { ...rest, since: began };
  const stamp = instant(last?.['SystemModstamp']) ?? round?.stamp ?? 0;
  return { ...rest, round: { began, next: page.next, stamp, id: last ? id18(String(last['Id'])) : round?.id ?? '' } };
}

function parseCursor(text: string): Cursor | undefined {
  try {
    const parsed = Cursor.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function freshCursor({ client, shapes, owner, clock }: ReadParts): Promise<Cursor> {
  const { select, describedAt } = await contactShape(client, shapes, owner, clock);
  return { v: 1, select: [...select], at: describedAt };
}

/** Columns are described again after a day, or at once when the service says that one of them is gone (jsforce#1114). */
async function withNewColumns({ client, shapes, owner, clock }: ReadParts, cursor: Cursor, isRefused = false): Promise<Cursor> {
  if (!isRefused && clock.now() - cursor.at < DESCRIBE_LIFE) return cursor;
  if (isRefused) shapes.forget(owner);
  const { select, describedAt } = await contactShape(client, shapes, owner, clock);
  return { ...cursor, select: [...select], at: describedAt };
}

