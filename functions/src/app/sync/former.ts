/** The pairs of the mailbox before, remembered as link rows under a key of their own until the first sync with the present one is over. */
import { matchKeys } from '../../engine/match-keys.ts';
import { formerKey, type FormerPair } from '../../engine/match-former.ts';
import type { Forms } from '../../engine/forms.ts';
import type { Kind } from '../../engine/record.ts';
import type { Row, Table } from '../../ports/table.ts';
import type { Sealer } from '../../ports/world.ts';
import { decodeLink } from '../../store/codec.ts';
import { afterKey, prefixRange } from '../../store/keys.ts';
import type { Match } from '../../engine/match.ts';
import type { Group, Run } from './run.ts';

const PREFIX = 'o~';
const PAGE = 1000;

export interface Former extends FormerPair {
  readonly row: string;
}

interface FormerParts {
  readonly state: Table;
  readonly partition: string;
  readonly sealer: Sealer;
  readonly owner: string;
  readonly forms: Forms;
}

export async function loadFormer({ state, partition, sealer, owner, forms }: FormerParts, kind: Kind): Promise<readonly Former[]> {
  const former: Former[] = [];
  for await (const row of formerRows(state, partition, kind)) {
    const { m, c, shadow } = decodeLink(row, sealer, owner);
    if (!m || !c) continue;
    former.push({ c: c.id, row: row.key, key: formerKey(matchKeys({ kind, id: m.id, version: m.version, fields: shadow.m }, forms)) });
  }
  return former;
}

/** Read once a run, and only while there are any. */
export async function formerOf(run: Run, kind: Kind): Promise<readonly Former[]> {
  if (!run.head.former) return [];
  const known = run.former.get(kind) ?? await loadFormer({ ...run, state: run.services.state, partition: run.partition }, kind);
  run.former.set(kind, known);
  return known;
}

/** What has found its pair again needs no memory; one whose link is not made yet keeps it. */
export async function forgetUsed(run: Run, matches: readonly Match[]): Promise<void> {
  const used = new Set(matches.flatMap((match) => (match.outcome === 'link' && run.index.c.get(match.c) ? [match.c] : [])));
  for (const [kind, known] of run.former) {
    const gone = known.filter(({ c }) => used.has(c));
    if (gone.length === 0) continue;
    run.former.set(kind, known.filter(({ c }) => !used.has(c)));
    await run.store(gone.map(({ row }) => dropped(row)));
  }
}

/**
 * After the first sync of a kind every record of the CRM has its pair, or a question about it. A kind that is not synced yet keeps its
 * memory. What the run's time does not suffice for goes with the next.
 */
export async function forgetFormer(run: Run): Promise<void> {
  if (!run.head.former) return;
  for (const kind of run.control.config.kinds) {
    let groups: Group[] = [];
    for await (const { key } of formerRows(run.services.state, run.partition, kind)) {
      groups.push(dropped(key));
      if (groups.length < PAGE) continue;
      if (run.isLate) return;
      await run.store(groups);
      groups = [];
    }
    await run.store(groups);
  }
  if ((await run.services.state.range(run.partition, ...prefixRange(PREFIX), 1)).length > 0) return;
  const { former: _, ...head } = run.head;
  run.head = head;
}

function dropped(key: string): Group {
  return { changes: [{ op: 'delete', key }], entries: [] };
}

async function* formerRows(state: Table, partition: string, kind: Kind): AsyncGenerator<Row> {
  let [from, to] = prefixRange(`${PREFIX}${kind}~`);
  for (;;) {
    const rows = await state.range(partition, from, to, PAGE);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    [from, to] = [afterKey(last.key), to];
  }
}
