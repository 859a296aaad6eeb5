/** Reads todos, index and links of a run: a request each for a few, one pass over the key range for many. */
import { KINDS } from '../../engine/fields.ts';
import type { Link, LinkId } from '../../engine/link.ts';
import type { Kind, SideKey } from '../../engine/record.ts';
import type { Row } from '../../ports/table.ts';
import { decodeLink, decodeTodo } from '../../store/codec.ts';
import { afterKey, keys, prefixRange } from '../../store/keys.ts';
import { BULK_IDS, LINKS_KEPT, ROWS_PER_READ } from './limits.ts';
import type { Group, Run } from './run.ts';

const PAGE = 1000;

/** Every row of a key range, a thousand a request. */
export async function* rangeOf(run: Run, prefix: string): AsyncGenerator<Row> {
  const [first, to] = prefixRange(prefix);
  let from = first;
  for (;;) {
    const rows = await run.services.state.range(run.partition, from, to, PAGE);
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    from = afterKey(last.key);
  }
}

export async function loadTodos(run: Run): Promise<void> {
  for await (const row of rangeOf(run, 't~')) {
    run.todos.set(row.key.slice(2), { todo: decodeTodo(row, run.sealer, run.owner), etag: row.etag, isFresh: false });
  }
}

/**
 * Stores groups whose conditions are todo rows. A refused one's todo was marked by somebody else meanwhile: it is read anew, so
 * that a later look comes after that mark (R4).
 */
export async function storeGroups(run: Run, groups: readonly Group[]): Promise<ReadonlySet<Group>> {
  const refused = new Set(await run.store(groups));
  for (const { changes } of refused) {
    for (const { key } of changes) if (key.startsWith('t~')) await reloadTodo(run, key.slice(2));
  }
  return refused;
}

/** A todo as it lies in the store now, after somebody else has marked it. */
export async function reloadTodo(run: Run, linkId: LinkId): Promise<void> {
  const row = await run.services.state.get(run.partition, keys.todo(linkId));
  if (row) run.todos.set(linkId, { todo: decodeTodo(row, run.sealer, run.owner), etag: row.etag, isFresh: false });
  else run.todos.delete(linkId);
}

/** Fills run.index for these record ids; afterwards each has an entry. Many ids: the whole index of the side, once a run. */
export async function loadIndex(run: Run, side: SideKey, ids: readonly string[]): Promise<void> {
  const known = run.index[side];
  const open = ids.filter((id) => !known.has(id));
  if (!run.indexRows[side] && isBulk(run, open.length)) {
    const all = new Map<string, LinkId>();
    for await (const row of rangeOf(run, `x~${side}~`)) all.set(row.key, String(row.cells['l']));
    run.indexRows[side] = all;
  }
  const all = run.indexRows[side];
  if (all) {
    for (const id of open) known.set(id, all.get(keys.index(side, id)) ?? null);
    return;
  }
  const rows = await Promise.all(open.map((id) => run.services.state.get(run.partition, keys.index(side, id))));
  open.forEach((id, place) => {
    const row = rows[place];
    known.set(id, row ? String(row.cells['l']) : null);
  });
}

/**
 * One pass over a key range reads a thousand rows a request, so it must be worth the rows that nobody asked for. Pages add up: a
 * round that lists everything anew asks for all rows, however small its pages are.
 */
function isBulk(run: Run, count: number): boolean {
  run.asked += count;
  return run.asked > BULK_IDS + run.linkCount / ROWS_PER_READ;
}

/** Fills run.links for these links; an unknown one stays absent. Many: all rows once a run, opened only when needed. */
export async function loadLinks(run: Run, kind: Kind, ids: readonly LinkId[]): Promise<void> {
  const open = ids.filter((id) => !run.links.has(id) && !run.unlinked.has(id));
  if (!run.linkRows && isBulk(run, open.length)) {
    const all = new Map<LinkId, Row>();
    for await (const row of rangeOf(run, 'l~')) all.set(row.key.slice(row.key.lastIndexOf('~') + 1), row);
    run.linkRows = all;
  }
  const rows = run.linkRows
    ? open.map((id) => run.linkRows?.get(id) ?? null)
    : await Promise.all(open.map((id) => run.services.state.get(run.partition, keys.link(kind, id))));
  open.forEach((id, place) => {
    const row = rows[place];
    // The raw row stays, so that a link which is let go can be opened again.
    if (row) run.links.set(id, decodeLink(row, run.sealer, run.owner));
    else run.unlinked.add(id);
  });
}

/** The links of these todos, whatever their kinds. */
export async function loadTodoLinks(run: Run, ids: readonly LinkId[]): Promise<void> {
  for (const kind of KINDS) await loadLinks(run, kind, ids.filter((id) => run.todos.get(id)?.todo.kind === kind));
}

/** A link as it now lies in the store; an older raw row of it must not be opened again. */
export function remember(run: Run, link: Link): void {
  run.links.set(link.id, link);
  run.unlinked.delete(link.id);
  run.linkRows?.delete(link.id);
}

/** Lets go of links that need nothing now, once there are many: memory stays bounded. What this run has written stays. */
export function releaseLinks(run: Run, ids: Iterable<LinkId>): void {
  if (run.links.size <= LINKS_KEPT) return;
  for (const id of ids) if (!run.todos.has(id) && (!run.linkRows || run.linkRows.has(id))) run.links.delete(id);
}
