/** Custom views, which only the operations of the mobile app tell. */
import type { CrmUser } from './accounts.ts';
import { denied } from './fault.ts';
import { isModuleName, type ModuleName } from './modules/catalog.ts';
import { allRows } from './query.ts';
import type { Element } from './records.ts';
import { demandModule, moduleFor, stamp, nowSeconds, type World } from './world.ts';

export interface Filter {
  readonly id: number;
  readonly module: ModuleName;
  readonly name: string;
  /** A user's own; 0: everybody's. */
  readonly owner: number;
  readonly isShared: boolean;
  /** Of the query language, without "where"; {today} is the day. "": everything. */
  readonly where: string;
}

/** As a fresh install has them; what each of the others selects is [unconfirmed]. */
export const USUAL_FILTERS: readonly Filter[] = [
  { id: 1, module: 'Leads', name: 'All', owner: 0, isShared: true, where: '' },
  { id: 4, module: 'Accounts', name: 'All', owner: 0, isShared: true, where: '' },
  { id: 7, module: 'Contacts', name: 'All', owner: 0, isShared: true, where: '' },
  { id: 8, module: 'Contacts', name: 'Contacts Address', owner: 1, isShared: false, where: '' },
  { id: 9, module: 'Contacts', name: 'Todays Birthday', owner: 1, isShared: false, where: 'birthday = \'{today}\'' },
];

const PAGE_ROWS = 20;

/** "Mine" are the caller's, "Shared" everybody's, which "Others" repeats. No module: every module's. */
export function moduleFilters(world: World, user: CrmUser, module: string): unknown {
  if (module !== '' && !isModuleName(module)) throw denied();
  const seen = world.filters.filter((one) => module === '' || one.module === module);
  const show = (list: readonly Filter[]): unknown => list.map(({ id, name }) => ({ id: String(id), name, default: false }));
  const shared = seen.filter(({ isShared }) => isShared);
  const isOwn = ({ owner }: Filter): boolean => owner === user.n;
  const filters = { Mine: show(seen.filter(isOwn)), Shared: show(shared), Others: show(shared.filter((one) => !isOwn(one))) };
  return { filters, moduleLabel: module === '' ? '' : moduleFor(world, user, module).label };
}

/** {module, filterid, page} -> 20 rows a page, ids without prefix. A filter that is unknown, or not this person's, is the default one without a word. */
export function listRecords(world: World, user: CrmUser, { module: name, filterid, page }: Element): unknown {
  const module = demandModule(world, user, String(name ?? ''));
  const isSeen = (one: Filter): boolean => one.module === module.name && (one.isShared || one.owner === user.n);
  const filter = world.filters.find((one) => String(one.id) === String(filterid ?? '') && isSeen(one)) ?? world.filters.find(isSeen);
  const where = filter && filter.where !== '' ? ` where ${filter.where.replaceAll('{today}', stamp(nowSeconds(world)).slice(0, 10))}` : '';
  const rows = allRows(world, user, `select * from ${module.name}${where};`);
  const start = (Math.max(1, Number(page) || 1) - 1) * PAGE_ROWS;
  const records = rows.slice(start, start + PAGE_ROWS).map((row) => ({
    id: row['id']?.split('x')[1] ?? '', label: module.labelFields.map((field) => row[field] ?? '').join(' ').trim(),
    ...Object.fromEntries(module.labelFields.map((field) => [field, row[field] ?? ''])),
  }));
  return { records, selectedFilter: String(filter?.id ?? ''), page: Math.floor(start / PAGE_ROWS) + 1, moreRecords: rows.length > start + PAGE_ROWS };
}
