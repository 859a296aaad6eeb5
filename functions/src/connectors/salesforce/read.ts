/** Looks by id: few queries for any number of records. */
import { objectsOf, type ObjectSpec } from './objects.ts';
import { looksOf, withShapes, type SideParts } from './records.ts';
import { id18, isId } from './row.ts';
import { packed, queryRows, quote } from './soql.ts';
import type { Kind, Look } from '../../engine/record.ts';
import type { ObjectShape } from './describe.ts';

/**
 * One query tells live, in the bin, merged, converted and not visible apart; about 500 ids fit one. A collection's retrieve takes
 * 2,000 ids, but answers null for most of these and cannot follow a reference, so it would need more calls.
 */
export async function readRecords(parts: SideParts, kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  const known = [...new Set(ids.filter(isId).map(id18))];
  const asked = objectsOf(kind).filter(({ prefix }) => known.some((id) => id.startsWith(prefix)));
  const looks = new Map<string, Look>();
  if (asked.length > 0) {
    await withShapes(parts, asked.map(({ name }) => name), async (shapes) => {
      for (const spec of asked) {
        const own = known.filter((id) => id.startsWith(spec.prefix));
        for (const [id, look] of await lookAt(parts, spec, shapes[spec.name], own)) looks.set(id, look);
      }
    });
  }
  // Not in the answer: out of the bin, or out of this user's sight. Neither proves a deletion.
  return new Map(ids.map((id) => [id, looks.get(id18(id)) ?? { state: 'hidden' as const }]));
}

async function lookAt(parts: SideParts, spec: ObjectSpec, { looked }: ObjectShape, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  if (looked.length === 0) return looks;
  for (const soql of packed(ids, quote, ',', (list) => `SELECT ${looked.join(',')} FROM ${spec.name} WHERE Id IN (${list})`)) {
    for (const [id, look] of await looksOf(parts, spec, await queryRows(parts.client, 'queryAll', soql))) looks.set(id, look);
  }
  return looks;
}
