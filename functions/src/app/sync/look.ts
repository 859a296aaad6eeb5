/** Fresh looks: a page of this run where it counts as one, else a read by id in bulk. */
import type { LinkId } from '../../engine/link.ts';
import { KINDS } from '../../engine/fields.ts';
import type { Look, SideKey } from '../../engine/record.ts';
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
