/** Looks by id: a query for a hundred records of a module, and further questions only about what it does not show. */
import { shapesOf } from './describe.ts';
import { looksOfMissing } from './gone.ts';
import { isId, modulesOf, prefixOf, type ModuleName } from './modules.ts';
import { seenRows, type SideParts } from './records.ts';
import { inLists, rowsOf } from './vtql.ts';
import type { Kind, Look } from '../../engine/record.ts';

export async function readRecords(parts: SideParts, kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  if (ids.length === 0) return new Map();
  const names = modulesOf(kind).map(({ name }) => name);
  const shapes = await shapesOf(parts, names);
  const looks = new Map<string, Look>();
  for (const name of names) {
    const { isSeen, prefix } = shapes[name];
    const own = [...new Set(ids.filter((id) => isId(id) && isSeen && prefixOf(id) === prefix))];
    for (const [id, look] of await lookAt(parts, name, own)) looks.set(id, look);
  }
  // Of no module that this user sees: that proves nothing.
  return new Map(ids.map((id) => [id, looks.get(id) ?? { state: 'hidden' as const }]));
}

async function lookAt(parts: SideParts, name: ModuleName, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf(parts.client, inLists('id', ids).map((list) => ({ module: name, where: [list] })));
  const looks = new Map((await seenRows(parts, name, rows)).map((record): [string, Look] => [record.id, { state: 'live', record }]));
  const missing = ids.filter((id) => !looks.has(id));
  if (missing.length === 0) return looks;
  return new Map([...looks, ...await looksOfMissing(parts, name, missing)]);
}
