/** A parsed query over the organization: rows that this person may read, sorted, cut, and how one is shown. */
import { isArchived } from '../activities/archive.ts';
import type { Address } from '../computed.ts';
import { objectOfId } from '../named.ts';
import type { ObjectType } from '../objects/catalog.ts';
import { visible, type Org } from '../org.ts';
import { refuse } from '../refusal.ts';
import { canRead } from '../sharing.ts';
import { compareText, type Row, type Value } from '../table.ts';
import { bind, follow, objectOf, valueAt, type Asker, type Bound } from './bind.ts';
import { bindCondition } from './condition.ts';
import { malformed } from './lex.ts';
import { parse, type Order, type Path, type Query, type Selected } from './parse.ts';

export interface Found {
  readonly type: ObjectType;
  readonly rows: readonly Row[];
  readonly show: (row: Row) => Shown;
  /** Set for COUNT(), which has no records, and COUNT(Field), which has one. */
  readonly count: 'total' | 'field' | undefined;
  readonly selected: readonly Bound[];
}

export type Shown = Record<string, unknown>;

const OFFSET_MAX = 2000;
const FIELDS_MAX = 200;

/** `withBin` is queryAll: rows of the recycle bin and archived activities too. */
export function runQuery(asker: Asker, text: string, withBin: boolean): Found {
  const query = parse(text);
  const type = objectOf(asker, query);
  const [first] = query.select;
  const count = first?.kind !== 'count' ? undefined : first.path ? 'field' : 'total';
  const selected = query.select.flatMap((one) => bindSelected(asker, query, type, one));
  const filter = query.where && bindCondition(asker, query, type, query.where);
  const orders = query.orderBy.map((order) => ({ ...order, bound: bindOrder(asker, query, type, order) }));
  if ((query.offset ?? 0) > OFFSET_MAX) throw refuse(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${OFFSET_MAX}`);
  const isMine = scopeOf(query, type);
  const { org } = asker;
  const person = org.people.get(asker.personId);
  const rows: Row[] = [];
  for (const stored of candidates(org, type, filter?.candidates)) {
    const row = visible(org, stored, stored.Id);
    if (!row || (!withBin && (row.IsDeleted || isArchived(org, type.name, row))) || (isMine && row['OwnerId'] !== asker.personId)) continue;
    if (canRead(org, type, row, person) && (filter?.test(row) ?? true)) rows.push(row);
  }
  sortRows(org, rows, orders);
  const from = query.offset ?? 0;
  const kept = rows.slice(from, query.limit === undefined ? undefined : from + query.limit);
  return { type, rows: kept, count, selected, show: shower(asker, type, selected) };
}

/** Rows waiting to surface are found under their newest values only, so they are always looked at. */
function candidates(org: Org, type: ObjectType, find: ((table: Org['tables']['Contact']) => Iterable<Row>) | undefined): Iterable<Row> {
  const table = org.tables[type.name];
  if (!find) return table.rows();
  const waiting = [...org.late.keys()].flatMap((id) => table.get(id) ?? []);
  return waiting.length > 0 ? new Set([...find(table), ...waiting]) : find(table);
}

function bindSelected(asker: Asker, query: Query, type: ObjectType, one: Selected): Bound[] {
  if (one.kind === 'field') return [bind(asker, query, type, one.path)];
  if (one.kind === 'count') {
    if (query.select.length > 1) throw malformed(query.text, 0, 'the stand-in counts alone: no other field beside COUNT()');
    return one.path ? [bind(asker, query, type, one.path)] : [];
  }
  if (one.which !== 'STANDARD' && !((query.limit ?? Infinity) <= FIELDS_MAX)) {
    throw malformed(query.text, 0, `The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_MAX}`);
  }
  const fields = type.fields.filter((field) => one.which === 'ALL' || (one.which === 'CUSTOM') === field.name.endsWith('__c'));
  return fields.map((field) => ({ steps: [], type, field }));
}

function bindOrder(asker: Asker, query: Query, type: ObjectType, order: Order): Bound {
  const bound = bind(asker, query, type, order.path);
  if (bound.field.sortable) return bound;
  throw malformed(query.text, order.path.at, `field '${order.path.text}' can not be sorted in a query call`, 'INVALID_FIELD');
}

function scopeOf(query: Query, type: ObjectType): boolean {
  const scope = query.scope?.toLowerCase();
  if (scope === undefined || scope === 'everything') return false;
  if (scope === 'mine' && type.access === 'owned') return true;
  const path: Path = { text: query.scope ?? '', at: 0 };
  throw malformed(query.text, path.at, `Unsupported scope '${path.text}'`);
}

function sortRows(org: Org, rows: Row[], orders: readonly (Order & { readonly bound: Bound })[]): void {
  if (orders.length === 0) return;
  const keys = new Map(rows.map((row) => [row, orders.map(({ bound }) => sortKey(bound, valueAt(org, bound, row)))]));
  rows.sort((one, other) => {
    const [a = [], b = []] = [keys.get(one), keys.get(other)];
    for (const [place, { isDescending, nullsLast }] of orders.entries()) {
      const found = compareValues(a[place] ?? null, b[place] ?? null, isDescending, nullsLast);
      if (found !== 0) return found;
    }
    return 0;
  });
}

/** Texts sort without case, ids by their characters. */
function sortKey(bound: Bound, value: Value | Address): Value {
  if (typeof value !== 'string') return typeof value === 'object' ? null : value;
  return bound.field.type === 'id' || bound.field.type === 'reference' ? value : value.toLowerCase();
}

function compareValues(a: Value, b: Value, isDescending: boolean, nullsLast: boolean): number {
  if (a === null || b === null) return a === b ? 0 : (a === null) === nullsLast ? 1 : -1;
  const found = typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : Number(a) - Number(b);
  return isDescending ? -found : found;
}

export const attributesOf = (type: ObjectType, row: Row, version: string): Shown => ({
  type: type.name, url: `/services/data/${version}/sobjects/${type.name === 'Name' ? objectOfId(row.Id) ?? 'Name' : type.name}/${row.Id}`,
});

function shower(asker: Asker, type: ObjectType, selected: readonly Bound[]): (row: Row) => Shown {
  return (row) => {
    const shown: Shown = { attributes: attributesOf(type, row, asker.version) };
    for (const bound of selected) put(asker, shown, bound, row);
    return shown;
  };
}

/** Parents become nested objects, or null where there is none. */
function put(asker: Asker, shown: Shown, bound: Bound, row: Row): void {
  let into = shown;
  for (const [place, { field, to }] of bound.steps.entries()) {
    const name = field.relationship ?? '';
    const parent = follow(asker.org, { ...bound, steps: bound.steps.slice(0, place + 1) }, row);
    if (!parent) {
      into[name] = null;
      return;
    }
    const known = into[name];
    const next: Shown = typeof known === 'object' && known !== null ? known as Shown
      : { attributes: attributesOf(to, parent, asker.version) };
    into[name] = next;
    into = next;
  }
  into[bound.field.name] = valueAt(asker.org, bound, row);
}
