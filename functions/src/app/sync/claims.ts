/**
 * A meeting lies in the calendar of every attendee and becomes one event in the CRM: whoever's run comes first claims it in the
 * organization's partition, and everybody else's copy is left alone.
 */
import type { JournalEntry, LinkId } from '../../engine/link.ts';
import type { Match } from '../../engine/match.ts';
import { settleApart } from '../../engine/settle.ts';
import { Conflict } from '../../ports/table.ts';
import { keys, organizationPartition } from '../../store/keys.ts';
import { BATCH_ROWS } from '../../store/limits.ts';
import { droppedGroup, settledGroup } from './groups.ts';
import type { Records } from './landed.ts';
import type { Looks } from './look.ts';
import type { Meeting } from './meet.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/** Links whose creation in the CRM is a colleague's matter. Costs a request for a hundred meetings that are about to be made. */
export async function claimedByOthers(
  run: Run, linkIds: readonly LinkId[], looks: ReadonlyMap<LinkId, Looks>, { matches }: Meeting,
): Promise<ReadonlySet<LinkId>> {
  const wanted = linkIds.flatMap((linkId): { linkId: LinkId; key: string }[] => {
    const m = looks.get(linkId)?.m;
    if (!isBirth(run, linkId, matches.get(linkId)) || m?.state !== 'live') return [];
    const { meeting, identity } = m.record;
    return meeting && identity !== undefined ? [{ linkId, key: keys.meeting(identity) }] : [];
  });
  const others = new Set<LinkId>();
  for (let from = 0; from < wanted.length; from += BATCH_ROWS) await claim(run, wanted.slice(from, from + BATCH_ROWS), others);
  return others;
}

/** About to be made in the CRM: it has no counterpart there, or the user said that those it could be are others. */
function isBirth(run: Run, linkId: LinkId, match: Match | undefined): boolean {
  if (run.links.has(linkId)) return false;
  return run.todos.get(linkId)?.todo.ask?.answer?.verdict === 'different' || (match?.outcome === 'create' && match.side === 'm');
}

/**
 * What becomes of such a copy: nothing. When the user has said that it is none of the records it could be, that stays said: without its
 * answer the question would be put again and again.
 */
export function colleaguesGroup(run: Run, open: OpenTodo, records: Records): Group {
  const { linkId, kind, ask } = open.todo;
  const told: readonly JournalEntry[] = [{ linkId, kind, action: 'skip', why: 'colleague', fields: [], notes: [] }];
  if (!records.m || ask?.answer?.verdict !== 'different') return droppedGroup(run, open, told, records);
  return settledGroup(run, open, settleApart(linkId, records.m, told, run.stamp(kind)), records);
}

async function claim(run: Run, wanted: readonly { readonly linkId: LinkId; readonly key: string }[], others: Set<LinkId>): Promise<void> {
  const { state } = run.services;
  const { userId, config } = run.control;
  const partition = organizationPartition(config.organization);
  // One meeting may stand here twice, for example under an old and a new id of its series.
  let open = [...new Map(wanted.map((one) => [one.key, one])).values()];
  while (open.length > 0) {
    try {
      await state.batch(partition, open.map(({ key }) => ({ op: 'insert', key, cells: { u: userId } })));
      return;
    } catch (error) {
      const refused = error instanceof Conflict ? open[error.index] : undefined;
      if (!refused) throw error;
      const row = await state.get(partition, refused.key);
      if (row && row.cells['u'] !== userId) {
        for (const { linkId, key } of wanted) if (key === refused.key) others.add(linkId);
      }
      open = open.filter((one) => one !== refused);
    }
  }
}
