/** Where the service does not tell deletions: the known records are asked for by id now and then, and what is missing is looked at. */
import { CENSUS_PORTION } from './limits.ts';
import { shapesOf } from './describe.ts';
import { idOf, inLists, rowsOf } from './vtql.ts';
import type { Cursor } from './cursor.ts';
import type { ModuleSpec } from './modules.ts';
import type { SideParts } from './records.ts';

interface Counted {
  readonly cursor: Cursor;
  /** Gone, forbidden or handed on: which of it, a look tells, if anything does. */
  readonly missing: readonly string[];
}

/** One portion of it. */
export async function takeCensus(parts: SideParts, spec: ModuleSpec, cursor: Cursor): Promise<Counted> {
  const { prefix } = (await shapesOf(parts, [spec.name]))[spec.name];
  const { known = [], censusAfter = 0, ...rest } = cursor;
  const portion = known.filter((number) => number > censusAfter).slice(0, CENSUS_PORTION);
  const ids = portion.map((number) => `${prefix}x${number}`);
  const rows = await rowsOf(parts.client, inLists('id', ids).map((list) => ({ module: spec.name, where: [list], columns: ['assigned_user_id'] })));
  const own = new Set(rows.filter((row) => row['assigned_user_id'] === parts.me).map(idOf));
  const missing = ids.filter((id) => !own.has(id));
  const left = known.filter((number) => !missing.includes(`${prefix}x${number}`));
  const last = portion.at(-1);
  const isOver = last === undefined || last === known.at(-1);
  return { missing, cursor: { ...rest, known: left, ...(isOver ? { censusAt: parts.clock.now() } : { censusAfter: last }) } };
}
