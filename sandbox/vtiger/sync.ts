/** sync: what changed and what went since a second, in pages of whole seconds. */
import type { CrmUser } from './accounts.ts';
import { VtigerCrash, VtigerError, denied } from './fault.ts';
import { showRow, type Shown } from './show.ts';
import { canRead, demandModule, groupsOf, idOf, moduleOf, type Row, type World } from './world.ts';

const PAGE_ROWS = 100;
/** Ten digits are seconds until 2286; milliseconds have thirteen, are taken for seconds of a year nobody compares right, and bring everything. */
const SECONDS_DIGITS = 11;

interface SyncAnswer {
  readonly updated: readonly Shown[];
  readonly deleted: readonly string[];
  readonly more: boolean;
  /** A string where the module is never synchronised. */
  readonly lastModifiedTime: number | string;
}

export function sync(world: World, user: CrmUser, since: string, elementType: string, syncType: string): SyncAnswer {
  const { sync: mode } = world.settings;
  if (mode === 'unmodified') throw new VtigerCrash('the operation lacks its third parameter');
  if (!/^\d+$/.test(since) || Number(since) === 0 || elementType === '') throw new VtigerCrash('modifiedTime or elementType');
  const isAll = mode === 'registered' && syncType === 'application';
  if (isAll && !user.isAdmin) throw new VtigerError('ACCESS_DENIED', 'Only admin users can perform application sync');
  // Users are passed over for everybody; the cursor comes back as it was sent.
  if (elementType === 'Users') return { updated: [], deleted: [], more: false, lastModifiedTime: since };
  const module = demandModule(world, user, elementType);
  if (!module.table) throw denied();
  // Anything that is not the name of another kind is the caller's own records.
  const owners = [user.n, ...(mode === 'registered' && syncType === 'userandgroup' ? groupsOf(world, user) : [])];
  const from = since.length > SECONDS_DIGITS ? 0 : Number(since);
  const news = [...world.rows.values()].filter((row) => moduleOf(row) === module.name && row.modified > from && (isAll || owners.includes(row.owner)))
    .sort((a, b) => a.modified - b.modified);
  const last = news[Math.min(news.length, PAGE_ROWS) - 1]?.modified;
  const page = news.filter((row) => row.modified <= (last ?? 0));
  const isGone = (row: Row): boolean => row.isDeleted || row.isConverted;
  return {
    updated: page.filter((row) => !isGone(row) && canRead(world, user, row)).map((row) => showRow(world, user, row, 'listed')),
    deleted: page.filter(isGone).map((row) => idOf(world, row)),
    more: news.length > page.length,
    lastModifiedTime: last ?? Number(since),
  };
}
