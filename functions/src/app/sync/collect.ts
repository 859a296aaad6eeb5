/** Collect: pages of changes -> todos, then the cursor (R1). Echoes die here, by content. */
import { KINDS } from '../../engine/fields.ts';
import { isSilent } from '../../engine/observe.ts';
import type { Link, LinkId, Todo } from '../../engine/link.ts';
import type { Kind, Seen, SideKey } from '../../engine/record.ts';
import type { Change, ChangePage, Cursors } from '../../ports/side.ts';
import type { RowChange } from '../../ports/table.ts';
import { encodeTodo, markCells } from '../../store/codec.ts';
import { cursorChanges } from '../../store/control-store.ts';
import { keys, linkIdOf } from '../../store/keys.ts';
import { CURSOR_AGE_MS, ECHOES_KEPT, LOOKS_MAX, PAGES_MAX } from './limits.ts';
import { asSyncError } from './failures.ts';
import { keepLinks, linkOf, linkRefsOf, loadIndex, readLinks, reloadTodo, storeGroups } from './rows.ts';
import type { Group, Run } from './run.ts';

/**
 * Follows a side's round from this page to its end, or until the run's time is up. Answers the cursors where it stopped and
 * whether the round goes on.
 */
export async function collectRound(run: Run, side: SideKey, first: ChangePage): Promise<{ isOver: boolean }> {
  let page = first;
  let known = run.control.cursors[side];
  const listed = new Set<string>();
  for (let count = 0; count < PAGES_MAX; count += 1) {
    await collectPage(run, side, page, known);
    // What was named before the cursor was forgotten may have gone since: only the new round tells who is there.
    if (page.lost.length > 0) listed.clear();
    for (const change of page.changes) listed.add(idOf(change));
    known = page.cursors;
    const isOver = !page.hasMore && page.lost.length === 0;
    if (isOver) {
      if (run.head.resync?.[side]) await collectMissing(run, side, listed);
      return { isOver };
    }
    if (run.isLate) return { isOver };
    page = await run.sides[side].changes(page.cursors);
  }
  return { isOver: false };
}

/**
 * The service forgot a cursor, so a whole round was listed again: linked records that it did not name may be gone, and are looked
 * at by id (absence is no evidence). A round that an earlier run began has named only a part here: then more are looked at.
 */
async function collectMissing(run: Run, side: SideKey, listed: ReadonlySet<string>): Promise<void> {
  const groups: Group[] = [];
  // This run has written no link yet, so that what it has read of them is what is stored.
  for await (const links of linkRefsOf(run)) {
    for (const link of links) {
      const ref = link[side];
      if (link.status !== 'live' || !ref || listed.has(ref.id) || !run.control.config.kinds.includes(link.kind)) continue;
      const open = run.todos.get(link.id);
      const seen = { ...open?.todo.seen, [side]: { id: ref.id, version: '' } };
      const todo: Todo = { ...(open?.todo ?? { linkId: link.id, kind: link.kind }), seen, reason: 'resync', nextTry: run.now };
      groups.push(markGroup(run, { todo, record: undefined, side }));
    }
  }
  await storeGroups(run, groups);
  const { resync } = run.head;
  const left = { m: resync?.m === true && side !== 'm', c: resync?.c === true && side !== 'c' };
  await run.commit([], { resync: left });
}

/** True when nothing of a page needs to be stored: it is empty, and the stored cursor is young enough. */
export function isQuiet(page: ChangePage, cursorsAt: number | undefined, now: number): boolean {
  const isEmpty = page.changes.length === 0 && (page.families?.length ?? 0) === 0 && page.lost.length === 0 && !page.hasMore;
  return isEmpty && cursorsAt !== undefined && now - cursorsAt < CURSOR_AGE_MS;
}

async function collectPage(run: Run, side: SideKey, page: ChangePage, known: Cursors): Promise<void> {
  const latest = new Map(page.changes.map((change) => [idOf(change), change]));
  await loadIndex(run, side, [...latest.keys()]);
  const read = new Map<LinkId, Link>();
  for (const kind of KINDS) {
    if (run.linkRows) break;
    const ofKind = [...latest].filter(([, change]) => kindOf(change) === kind);
    for (const link of await readLinks(run, kind, ofKind.flatMap(([id]) => run.index[side].get(id) ?? []))) read.set(link.id, link);
  }
  if (page.lost.length > 0) run.head = { ...run.head, resync: { m: false, c: false, ...run.head.resync, [side]: true } };
  const found = [...[...latest.values()].flatMap((change) => markOf(run, side, change, read) ?? []), ...await strayOccurrences(run, side, page)];
  const marks = new Map(found.map((mark) => [markGroup(run, mark), mark]));
  // The cursor goes with the last of them: it never passes a change that has no todo (R1). A refused mark has one: another's.
  const cursors: Group = { changes: cursorChanges(side, page.cursors, known, run.now), entries: [] };
  for (const group of await run.store([...marks.keys(), cursors])) {
    const mark = marks.get(group);
    if (mark) await joinMark(run, mark);
  }
  for (const [id, change] of run.linkRows ? latest : []) {
    const linkId = run.index[side].get(id);
    const link = linkId && run.todos.has(linkId) ? linkOf(run, kindOf(change), linkId) : undefined;
    if (link) read.set(link.id, link);
  }
  keepLinks(run, read.values());
}

/**
 * A service that sends a changed series anew does not say which of its occurrences were taken out: linked ones that it no longer
 * names are looked at by id. Reads all links of the kind, unopened, so it is done only for a series that changed.
 */
async function strayOccurrences(run: Run, side: SideKey, { families = [] }: ChangePage): Promise<Mark[]> {
  if (families.length === 0) return [];
  const named = new Map(families.map(({ family, ids }) => [family, new Set(ids)]));
  const marks: Mark[] = [];
  for (const kind of new Set(families.map((one) => one.kind))) {
    for await (const links of linkRefsOf(run, kind)) {
      for (const { id: linkId, family = '', status, [side]: ref } of links) {
        if (status !== 'live' || !ref || named.get(family)?.has(ref.id) !== false) continue;
        const open = run.todos.get(linkId);
        const seen = { [side]: { id: ref.id, version: '' } };
        marks.push({ todo: open ? remarked(open.todo, seen, run.now) : { linkId, kind, seen, reason: 'delta', nextTry: run.now }, record: undefined, side });
      }
    }
  }
  return marks;
}

interface Mark {
  readonly todo: Todo;
  /** The page carried the record, so that it can count as the fresh look. */
  readonly record: Seen | undefined;
  readonly side: SideKey;
}

function markOf(run: Run, side: SideKey, change: Change, read: ReadonlyMap<LinkId, Link>): Mark | undefined {
  const id = idOf(change);
  const record = change.what === 'seen' ? change.record : undefined;
  const kind = kindOf(change);
  const linkId = run.index[side].get(id) ?? linkIdOf(run.control.config.organization, kind, side, id);
  const link = read.get(linkId) ?? linkOf(run, kind, linkId);
  // What shows up again while its disappearance waits for the user's word is news, although it says nothing new.
  if (record && link && !run.todos.get(linkId)?.todo.held && isEcho(run, side, link, record)) {
    if (run.looks[side].size < ECHOES_KEPT || run.todos.has(linkId)) rememberLook(run, side, record);
    else run.looks[side].delete(id);
    return undefined;
  }
  if (record) rememberLook(run, side, record);
  // Nothing is made of what lies beyond the window or is done; its pair, if it has one, goes on.
  if ((record?.isOutside || record?.isClosed) && !link && !run.todos.has(linkId)) return undefined;
  // A pair that was taken apart stays so whatever happens to its halves; a tombstone hears nothing new from another removal.
  if (link?.status === 'unlinked' || (link?.status === 'dead' && change.what === 'removed')) return undefined;
  // What was never linked and is gone again leaves nothing to settle, unless a todo waits for it.
  if (change.what === 'removed' && !link && !run.todos.has(linkId)) return undefined;
  const version = record?.version ?? '';
  const open = run.todos.get(linkId);
  // The todo is about this very version: a service that repeats itself tells nothing new (R1 holds by the todo).
  if (open && version !== '' && open.todo.seen[side]?.id === id && open.todo.seen[side].version === version) return undefined;
  const seen = { [side]: { id, version } };
  return { todo: open ? remarked(open.todo, seen, run.now) : { linkId, kind, seen, reason: 'delta', nextTry: run.now }, record, side };
}

/** A record that changed is tried and matched anew: an unanswered question about it is put aside, a parked one comes back. */
function remarked(todo: Todo, seen: Todo['seen'], now: number): Todo {
  const { ask, held: _held, isParked: _isParked, ...rest } = todo;
  return { ...rest, ...(ask?.answer ? { ask } : {}), seen: { ...todo.seen, ...seen }, reason: 'delta', nextTry: Math.min(todo.nextTry, now) };
}

/** Content decides: a service may give two versions of one second the same name. A confirming look is settled here (R11). */
function isEcho(run: Run, side: SideKey, link: Link, record: Seen): boolean {
  if (link.status !== 'live' || link[side]?.id !== record.id || record.isPrivate || record.owner?.isUser === false) return false;
  if (!isComparedSilent(run, side, link, record)) return false;
  const open = run.todos.get(link.id);
  // Only the side on which the record was made can confirm it; the todo came from the other.
  if (open?.todo.reason === 'confirm' && !open.todo.intent && !open.todo.seen[side]) run.confirmed.add(link.id);
  return true;
}

/** R6: what cannot even be compared is no echo; its todo is set aside where it is planned, and the others go on. */
function isComparedSilent(run: Run, side: SideKey, link: Link, record: Seen): boolean {
  try {
    return isSilent(link.shadow[side], record.fields, run.forms);
  } catch (error) {
    if (asSyncError(error).kind !== 'bug') throw error;
    return false;
  }
}

function markGroup(run: Run, { todo, record, side }: Mark): Group {
  const open = run.todos.get(todo.linkId);
  const key = keys.todo(todo.linkId);
  const isNew = open === undefined;
  const change: RowChange = isNew
    ? { op: 'insert', key, cells: encodeTodo(todo, run.sealer, run.owner) }
    : { op: 'merge', key, cells: { ...markCells(todo), pk: false, he: '', ...(todo.ask ? {} : { ask: '' }) }, etag: open.etag };
  return {
    changes: [change], entries: [],
    done: (etags) => {
      run.todos.set(todo.linkId, { todo, etag: etags.get(key) ?? '', isFresh: isNew && record !== undefined });
      if (!isNew) run.looks[side].delete(todo.seen[side]?.id ?? '');
    },
  };
}

/** Somebody else marked the same link first: our mark joins theirs, and the look must come after it (R4). */
async function joinMark(run: Run, { todo, side }: Mark): Promise<void> {
  await run.commit([{ op: 'merge', key: keys.todo(todo.linkId), cells: markCells(todo) }]);
  await reloadTodo(run, todo.linkId);
  run.looks[side].delete(todo.seen[side]?.id ?? '');
}

function rememberLook(run: Run, side: SideKey, record: Seen): void {
  const looks = run.looks[side];
  // An older look of the same record in this run gives way; beyond the bound, records are read again by id.
  if (looks.has(record.id) || looks.size < LOOKS_MAX) looks.set(record.id, { state: 'live', record });
}

function kindOf(change: Change): Kind {
  return change.what === 'seen' ? change.record.kind : change.kind;
}

function idOf(change: Change): string {
  return change.what === 'seen' ? change.record.id : change.id;
}

/** Todos that may be worked on now. */
export function dueTodos(run: Run): LinkId[] {
  const { now, control: { config } } = run;
  const isOpen = ({ ask, isParked, kind }: Todo): boolean => config.kinds.includes(kind) && !isParked && (ask === undefined || ask.answer !== undefined);
  return [...run.todos.values()]
    .filter(({ todo }) => todo.nextTry <= now && isOpen(todo))
    .map(({ todo }) => todo.linkId);
}
