/** Reads todos, index and links of a run: a request each for a few, one pass over the key range for many. */
import { KINDS } from '../../engine/fields.ts';
import type { Link, LinkId } from '../../engine/link.ts';
import type { Kind, SideKey } from '../../engine/record.ts';
import type { Row } from '../../ports/table.ts';
import { decodeLink, decodeTodo, linkRefs, type LinkRefs } from '../../store/codec.ts';
import { afterKey, keys, prefixRange } from '../../store/keys.ts';
import { PackedRows } from '../../store/packed-rows.ts';
import { BULK_IDS, LINKS_KEPT, ROWS_PER_READ } from './limits.ts';
import type { Group, Run } from './run.ts';

const PAGE = 1000;

/** Every row of a key range in key order, a thousand a request; by pages, since a promise for each of very many rows is a burden. */
export async function* pagesOf(run: Run, prefix: string): AsyncGenerator<readonly Row[]> {
  const [first, to] = prefixRange(prefix);
  let from = first;
  for (;;) {
    const rows = await run.services.state.range(run.partition, from, to, PAGE);
    yield rows;
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    from = afterKey(last.key);
  }
}

export async function loadTodos(run: Run): Promise<void> {
  for await (const rows of pagesOf(run, 't~')) {
    for (const row of rows) run.todos.set(row.key.slice(2), { todo: decodeTodo(row, run.sealer, run.owner), etag: row.etag, isFresh: false });
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

/** Fills run.index for these record ids; afterwards it knows each. Many ids: the whole index of the side, once a run. */
export async function loadIndex(run: Run, side: SideKey, ids: readonly string[]): Promise<void> {
  const known = run.index[side];
  if (known.isWhole) return;
  const open = ids.filter((id) => known.get(id) === undefined);
  if (isBulk(run, open.length)) {
    known.fill(await packedRange(run, `x~${side}~`));
    return;
  }
  const rows = await Promise.all(open.map((id) => run.services.state.get(run.partition, keys.index(side, id))));
  open.forEach((id, place) => {
    const row = rows[place];
    known.set(id, row ? String(row.cells['l']) : null);
  });
}

async function packedRange(run: Run, prefix: string): Promise<PackedRows> {
  const packed = new PackedRows();
  for await (const rows of pagesOf(run, prefix)) packed.add(rows);
  return packed;
}

/**
 * One pass over a key range reads a thousand rows a request, so it must be worth the rows that nobody asked for. Pages add up: a
 * round that lists everything anew asks for all rows, however small its pages are.
 */
function isBulk(run: Run, count: number): boolean {
  run.asked += count;
  return run.asked > BULK_IDS + run.linkCount / ROWS_PER_READ;
}

/** The plain part of all links of a kind or of all kinds, by pages; a pass that this run has made already is not made again. */
export async function* linkRefsOf(run: Run, kind?: Kind): AsyncGenerator<Iterable<LinkRefs>> {
  const prefix = kind === undefined ? 'l~' : `l~${kind}~`;
  if (run.linkRows) yield refsIn(run.linkRows, prefix);
  else for await (const rows of pagesOf(run, prefix)) yield rows.map(linkRefs);
}

function* refsIn(packed: PackedRows, prefix: string): Generator<LinkRefs> {
  for (const row of packed.rows()) if (row.key.startsWith(prefix)) yield linkRefs(row);
}

/** Fills run.links for these links; an unknown one stays absent. */
export async function loadLinks(run: Run, kind: Kind, ids: readonly LinkId[]): Promise<void> {
  for (const link of await readLinks(run, kind, ids)) run.links.set(link.id, link);
}

/** Those of these links that are not in run.links, for the caller to keep. Many: all rows once a run, opened only when needed. */
export async function readLinks(run: Run, kind: Kind, ids: readonly LinkId[]): Promise<readonly Link[]> {
  const open = ids.filter((id) => !run.links.has(id) && !run.unlinked.has(id));
  if (!run.linkRows && isBulk(run, open.length)) run.linkRows = await packedRange(run, 'l~');
  const rows = run.linkRows
    ? open.map((id) => run.linkRows?.get(keys.link(kind, id)) ?? null)
    : await Promise.all(open.map((id) => run.services.state.get(run.partition, keys.link(kind, id))));
  return open.flatMap((id, place) => {
    const row = rows[place];
    // The raw row stays, so that a link which is let go can be opened again.
    if (row) return decodeLink(row, run.sealer, run.owner);
    run.unlinked.add(id);
    return [];
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
  run.linkRows?.delete(keys.link(link.kind, link.id));
}

/**
 * A link that this run has read, or that can be made from a raw row of a whole pass. The latter is not kept: a round that lists
 * everything needs each once, and what lives for a page's length is taken for long-lived by the garbage collector.
 */
export function linkOf(run: Run, kind: Kind, id: LinkId): Link | undefined {
  const known = run.links.get(id);
  const row = known ? undefined : run.linkRows?.get(keys.link(kind, id));
  return row ? decodeLink(row, run.sealer, run.owner) : known;
}

/** Keeps links that were read for a page; once there are many, those alone about which something is to be done: memory stays bounded. */
export function keepLinks(run: Run, links: Iterable<Link>): void {
  for (const link of links) if (run.links.size < LINKS_KEPT || run.todos.has(link.id)) run.links.set(link.id, link);
}
