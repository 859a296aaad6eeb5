/** Fresh looks: a page of this run where it counts as one, else a read by id in bulk. */
import type { LinkId } from '../../engine/link.ts';
import { KINDS } from '../../engine/fields.ts';
import type { Look, Seen, SideKey } from '../../engine/record.ts';
import { loadIndex, loadLinks } from './rows.ts';
import type { OpenTodo, Run } from './run.ts';

export interface Looks {
  readonly m: Look | undefined;
  readonly c: Look | undefined;
}

/** Looks at both records of each todo, in at most one bulk read a side and kind. */
export async function lookAt(run: Run, linkIds: readonly LinkId[]): Promise<ReadonlyMap<LinkId, Looks>> {
  const refs = new Map(linkIds.map((linkId) => [linkId, refsOf(run, linkId)]));
  for (const side of ['m', 'c'] as const) {
    for (const kind of KINDS) {
      const stale = [...refs].flatMap(([linkId, ids]) => {
        const id = ids[side];
        return id !== undefined && run.todos.get(linkId)?.todo.kind === kind && !isFreshPage(run, linkId, side, id) ? [id] : [];
      });
      if (stale.length === 0) continue;
      for (const [id, look] of await run.sides[side].read(kind, [...new Set(stale)])) run.looks[side].set(id, look);
    }
  }
  return new Map([...refs].map(([linkId, ids]) => [linkId, {
    m: ids.m === undefined ? undefined : run.looks.m.get(ids.m),
    c: ids.c === undefined ? undefined : run.looks.c.get(ids.c),
  }]));
}

/**
 * A record that bears the key of a link which has a living record of its own is a copy that somebody made of that one, or was restored
 * beside it: a record in its own right. So is one whose key nobody here knows: a colleague's run made it, who handed it over since. The
 * key says nothing about it any more.
 */
export async function withoutCopiedKeys(run: Run, looks: ReadonlyMap<LinkId, Looks>): Promise<ReadonlyMap<LinkId, Looks>> {
  const borrowed = [...looks].flatMap(([linkId, both]) => (['m', 'c'] as const).flatMap((side) => {
    const look = both[side];
    const key = look?.state === 'live' ? look.record.linkKey : undefined;
    const isOthers = key !== undefined && key !== linkId && !run.links.has(linkId);
    return isOthers && look?.state === 'live' ? [{ linkId, side, key, record: look.record }] : [];
  }));
  if (borrowed.length === 0) return looks;
  for (const kind of KINDS) await loadLinks(run, kind, borrowed.filter(({ record }) => record.kind === kind).map(({ key }) => key));
  const known = new Set(await withKnownKeys(run, borrowed.map(({ record }) => record)));
  const rest = new Map(looks);
  for (const { linkId, side, record } of borrowed) {
    const both = rest.get(linkId);
    if (both && !known.has(record)) rest.set(linkId, { ...both, [side]: { state: 'live', record: withoutKey(record) } });
  }
  for (const side of ['m', 'c'] as const) {
    for (const kind of KINDS) {
      const owned = borrowed.flatMap((one) => {
        const owner = run.links.get(one.key)?.[side]?.id;
        return one.side === side && one.record.kind === kind && owner !== undefined && owner !== one.record.id ? [{ ...one, owner }] : [];
      });
      if (owned.length === 0) continue;
      const owners = await run.sides[side].read(kind, [...new Set(owned.map(({ owner }) => owner))]);
      for (const { linkId, record, owner } of owned) {
        const both = rest.get(linkId);
        if (both && owners.get(owner)?.state === 'live') rest.set(linkId, { ...both, [side]: { state: 'live', record: withoutKey(record) } });
      }
    }
  }
  return rest;
}

/** The same records; the key of each whose link is not this user's is left out. Every creation of ours has a todo or a link (R1, R11). */
export async function withKnownKeys(run: Run, records: readonly Seen[]): Promise<readonly Seen[]> {
  const keyOf = ({ linkKey }: Seen): readonly string[] => (linkKey === undefined || run.todos.has(linkKey) ? [] : [linkKey]);
  for (const kind of KINDS) await loadLinks(run, kind, [...new Set(records.filter((record) => record.kind === kind).flatMap(keyOf))]);
  return records.map((record) => (keyOf(record).some((key) => !run.links.has(key)) ? withoutKey(record) : record));
}

function withoutKey({ linkKey: _key, ...record }: Seen): Seen {
  return record;
}

/** A survivor of a merge may have a counterpart of its own, or be what a creation of unknown outcome has made. */
export async function lookAtSurvivors(run: Run, looks: ReadonlyMap<LinkId, Looks>): Promise<void> {
  for (const side of ['m', 'c'] as const) {
    const moved = [...looks].flatMap(([linkId, { [side]: look }]) => (
      look?.state === 'moved' ? [{ to: look.to, kind: run.todos.get(linkId)?.todo.kind }] : []));
    await loadIndex(run, side, moved.map(({ to }) => to));
    for (const kind of KINDS) {
      const ids = moved.flatMap((one) => (one.kind === kind ? [one.to] : []));
      if (ids.length === 0) continue;
      for (const [id, look] of await run.sides[side].read(kind, [...new Set(ids)])) run.looks[side].set(id, look);
    }
  }
}

/** The ids that a todo is about: its link's, else what was seen, else the answer's candidate. */
export function refsOf(run: Run, linkId: LinkId): Partial<Record<SideKey, string>> {
  const link = run.links.get(linkId);
  const open = run.todos.get(linkId);
  const m = link?.m?.id ?? open?.todo.seen.m?.id;
  const c = link?.c?.id ?? open?.todo.seen.c?.id ?? answered(open);
  return { ...(m === undefined ? {} : { m }), ...(c === undefined ? {} : { c }) };
}

function answered(open: OpenTodo | undefined): string | undefined {
  const answer = open?.todo.ask?.answer;
  return answer?.verdict === 'same' ? answer.candidate : undefined;
}

/** A look is fresh when it was taken after the todo was written: the page that made the todo, with nobody's mark before it. */
function isFreshPage(run: Run, linkId: LinkId, side: SideKey, id: string): boolean {
  const open = run.todos.get(linkId);
  const isOwnPage = open?.isFresh === true && open.todo.seen[side]?.id === id;
  return isOwnPage && run.looks[side].has(id);
}
