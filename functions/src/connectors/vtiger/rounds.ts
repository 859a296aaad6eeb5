/** One page of one module's rows: of a list by id, of a query by modifiedtime, or of `sync`. */
import { takeCensus } from './census.ts';
import { CENSUS_EVERY, DRIFT_SECONDS, OVERLAP_SECONDS, PAGE_ROWS } from './limits.ts';
import { latestStamp, newsOf, secondsOf } from './stamps.ts';
import { isSyncBroken, syncPage, type SyncPage } from './sync.ts';
import { idOf, pageAfter, quote, stampOf } from './vtql.ts';
import type { Cursor } from './cursor.ts';
import type { ModuleSpec } from './modules.ts';
import type { SideParts } from './records.ts';
import type { Row } from './row.ts';

export interface Found {
  readonly cursor: Cursor;
  /** News only. */
  readonly rows: readonly Row[];
  /** Ids that the service names as deleted, or that a lead had before it was converted. */
  readonly gone: readonly string[];
  /** Ids that a census missed, which is no evidence of a deletion. */
  readonly missing: readonly string[];
}

/** A page of the round under way; without one, what a query finds to have changed. */
export function readListed(parts: SideParts, spec: ModuleSpec, cursor: Cursor): Promise<Found> {
  const [round, ...others] = cursor.rounds;
  return round ? readRound(parts, spec, cursor, round, others) : readChanged(parts, spec, cursor);
}

type Round = Cursor['rounds'][number];

async function readRound(parts: SideParts, spec: ModuleSpec, cursor: Cursor, round: Round, others: readonly Round[]): Promise<Found> {
  const page = await pageAfter(parts.client, { module: spec.name, where: [ownedBy(parts.me), ...round.where] }, round.after);
  const last = page.at(-1);
  const isOver = page.length < PAGE_ROWS || !last;
  const rounds = isOver ? [...others] : [{ ...round, after: idOf(last) }, ...others];
  const { began, ...rest } = cursor;
  const since = began ?? cursor.since ?? 1;
  // Until the last page it is remembered what came up before.
  const news = newsOf(page, cursor, rounds.length > 0 ? Math.min(cursor.since ?? since, since) : since);
  // What a moved window takes in may have come up outside it before.
  const rows = began === undefined ? page : news.rows;
  const { recent } = news;
  const next: Cursor = { ...rest, rounds, recent, ...knownWith(cursor, page) };
  if (rounds.length > 0) return { cursor: { ...next, ...(began === undefined ? {} : { began }) }, rows, gone: [], missing: [] };
  // A round for a moved window stood in the way of the usual look, which follows at once.
  const follows = began === undefined ? { page: Math.max(1, since - OVERLAP_SECONDS) } : {};
  const ended: Cursor = { ...next, since: Math.max(cursor.since ?? 1, since), ...follows, ...readAtOf(cursor, since, parts.clock.now()) };
  return { cursor: ended, rows, gone: [], missing: [] };
}

const ownedBy = (me: string): string => `assigned_user_id = ${quote(me)}`;

async function readChanged(parts: SideParts, spec: ModuleSpec, cursor: Cursor): Promise<Found> {
  const { client, clock, me } = parts;
  const { page: _, ...rest } = cursor;
  const since = cursor.since ?? 1;
  if (cursor.censusAfter !== undefined || clock.now() - (cursor.censusAt ?? 0) >= CENSUS_EVERY) {
    const { cursor: next, missing } = await takeCensus(parts, spec, rest);
    if (next.censusAfter !== undefined) return { cursor: next, rows: [], gone: [], missing };
    const found = await readChanged(parts, spec, next);
    return { ...found, missing: [...missing, ...found.missing] };
  }
  const where = [`modifiedtime >= ${quote(stampOf(Math.max(1, since - OVERLAP_SECONDS)))}`];
  const now = clock.now();
  const page = await pageAfter(client, { module: spec.name, where: [ownedBy(me), ...where] });
  if (page.length === PAGE_ROWS) {
    // Several pages by id: what changes meanwhile bears a stamp from here on, and comes up in the next look.
    const began = Math.max(atLeast(cursor, now), await latestStamp(parts, spec));
    return readRound(parts, spec, { ...rest, since, began }, { where, after: '' }, []);
  }
  const latest = Math.max(since, ...page.map(secondsOf));
  const { rows, recent } = newsOf(page, cursor, latest);
  return { cursor: { ...rest, since: latest, recent, ...knownWith(cursor, page), ...readAtOf(cursor, latest, now) }, rows, gone: [], missing: [] };
}

/** Where `since` moves, our clock is remembered with it. */
const readAtOf = ({ since, readAt }: Cursor, latest: number, now: number): Pick<Cursor, 'readAt'> => ({ readAt: latest > (since ?? 0) ? now : readAt ?? now });

/**
 * What the service's clock shows at least: both clocks run alike, however far they are apart. Without it, many records of one last second
 * would be listed again at each look.
 */
function atLeast({ since = 1, readAt }: Cursor, now: number): number {
  return Math.max(since, readAt === undefined ? 0 : since + Math.floor((now - readAt) / 1000) - DRIFT_SECONDS);
}

/** Only where deletions have to be found by a census. */
function knownWith({ mode, known = [] }: Cursor, rows: readonly Row[]): Pick<Cursor, 'known'> | Record<string, never> {
  if (mode === 'sync') return {};
  return { known: [...new Set([...known, ...rows.map((row) => Number(idOf(row).split('x')[1]))])].sort((a, b) => a - b) };
}

/** `lost`: the operation crashes where it worked before, and a query works. Only a new round can tell what went meanwhile. */
export async function readSynced(parts: SideParts, spec: ModuleSpec, cursor: Cursor): Promise<Found | 'lost'> {
  const since = cursor.since ?? 1;
  const after = cursor.page ?? since - OVERLAP_SECONDS;
  let page: SyncPage;
  try {
    page = await syncPage(parts.client, spec.name, after);
  } catch (error) {
    if (!isSyncBroken(error)) throw error;
    await latestStamp(parts, spec);
    return 'lost';
  }
  const { page: _, ...rest } = cursor;
  const latest = Math.max(since, page.last);
  const { rows, recent } = newsOf(page.updated, cursor, latest);
  const gone = page.deleted.filter((id) => !cursor.gone.includes(id));
  // Named again for as long as they lie in the overlap; the pages of one round are remembered together.
  const named = cursor.page === undefined ? page.deleted : [...new Set([...cursor.gone, ...page.deleted])];
  const next = page.hasMore && page.last > after ? { page: page.last } : {};
  return { cursor: { ...rest, since: latest, recent, gone: [...named], ...next }, rows, gone, missing: [] };
}
