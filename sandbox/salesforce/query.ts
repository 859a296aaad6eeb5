/** Query answers in pages: `nextRecordsUrl` names a locator, which dies after days or when too many are open. */
import { visible, type Org } from './org.ts';
import { refuse } from './refusal.ts';
import { canRead } from './sharing.ts';
import type { Asker } from './soql/bind.ts';
import { runQuery, type Found } from './soql/run.ts';

export interface Queries {
  /** `batchSize` is what Sforce-Query-Options asks for. */
  first(asker: Asker, text: string, withBin: boolean, batchSize: number | undefined): unknown;
  next(asker: Asker, locator: string, withBin: boolean, batchSize: number | undefined): unknown;
}

/** An answer whose later pages have not been fetched. */
interface Open {
  readonly personId: string;
  readonly withBin: boolean;
  readonly ids: readonly string[];
  readonly found: Found;
  readonly until: number;
}

const OPEN_PER_PERSON = 10;
const PAGE_MAX = 2000;
const PAGE_MIN = 200;

export function createQueries(org: Org): Queries {
  const open = new Map<string, Open>();
  let made = 0;

  function keep(asker: Asker, found: Found, withBin: boolean): string {
    const mine = [...open].filter(([, one]) => one.personId === asker.personId);
    for (const [oldest] of mine.slice(0, Math.max(0, mine.length - OPEN_PER_PERSON + 1))) open.delete(oldest);
    made += 1;
    const locator = `01g${String(made).padStart(12, '0')}AAA`;
    const until = org.clock.now() + org.settings.locatorHours * 3_600_000;
    open.set(locator, { personId: asker.personId, withBin, ids: found.rows.map((row) => row.Id), found, until });
    return locator;
  }

  const nextUrl = (asker: Asker, locator: string, from: number, withBin: boolean): string =>
    `/services/data/${asker.version}/query${withBin ? 'All' : ''}/${locator}-${from}`;

  return {
    first(asker, text, withBin, batchSize) {
      const found = runQuery(asker, text, withBin);
      const totalSize = found.rows.length;
      if (found.count === 'total') return { totalSize, done: true, records: [] };
      if (found.count === 'field') return counted(totalSize);
      const size = pageSize(org, found, batchSize);
      const records = found.rows.slice(0, size).map(found.show);
      if (totalSize <= size) return { totalSize, done: true, records };
      return { totalSize, done: false, nextRecordsUrl: nextUrl(asker, keep(asker, found, withBin), size, withBin), records };
    },
    next(asker, locator, withBin, batchSize) {
      const [name = '', offset = ''] = locator.split('-');
      const one = open.get(name);
      const from = Number(offset);
      if (!one || one.until <= org.clock.now() || one.personId !== asker.personId || one.withBin !== withBin || !Number.isInteger(from)) {
        throw refuse(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
      }
      const to = from + pageSize(org, one.found, batchSize);
      const records = one.ids.slice(from, to).flatMap((id) => showNow(org, one, id, asker.personId));
      const page = { totalSize: one.ids.length, done: to >= one.ids.length };
      return page.done ? { ...page, records } : { ...page, nextRecordsUrl: nextUrl(asker, name, to, withBin), records };
    },
  };
}

const counted = (count: number): unknown => ({
  totalSize: 1, done: true, records: [{ attributes: { type: 'AggregateResult' }, expr0: count }],
});

/** Later pages show rows as they are by then; one that is gone by then is missing. */
function showNow(org: Org, { found, withBin }: Open, id: string, personId: string): unknown[] {
  const row = visible(org, org.tables[found.type.name].get(id), id);
  if (!row || (row.IsDeleted && !withBin) || !canRead(org, found.type, row, org.people.get(personId))) return [];
  return [found.show(row)];
}

/** Pages shrink for wide rows: 250 rows with long texts (cli#626), 200 with all fields (jsforce#36). */
function pageSize(org: Org, found: Found, batchSize: number | undefined): number {
  const asked = batchSize === undefined ? PAGE_MAX : Math.min(PAGE_MAX, Math.max(PAGE_MIN, batchSize));
  const hasLongText = found.selected.some(({ field }) => field.type === 'textarea' && field.length > 255);
  const wide = hasLongText ? 250 : found.selected.length > 60 ? 200 : PAGE_MAX;
  return Math.min(asked, wide, org.settings.pageRows);
}
