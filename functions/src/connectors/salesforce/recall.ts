/** What became of creations whose outcome is unknown: by our key where the organization has the field, else among the records made since. */
import { SKEW } from './limits.ts';
import { OBJECTS, type ObjectSpec } from './objects.ts';
import { seenRows, withShapes, type SideParts } from './records.ts';
import { KEY_FIELD, type Row } from './row.ts';
import { instantLiteral, packed, queryRows, quote } from './soql.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Kind, Seen } from '../../engine/record.ts';
import type { LostCreation, Recall } from '../../ports/side.ts';
import type { ObjectShape } from './describe.ts';

/** What is made of each kind. */
const MADE: Readonly<Record<Kind, ObjectSpec>> = { contact: OBJECTS.Contact, event: OBJECTS.Event, task: OBJECTS.Task };

export async function recallRecords(parts: SideParts, kind: Kind, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  if (lost.length === 0) return new Map();
  const spec = MADE[kind];
  return withShapes(parts, [spec.name], async (shapes) => {
    const shape = shapes[spec.name];
    // Nothing was ever made where the object is not seen.
    if (shape.select.length === 0) return new Map(lost.map(({ linkId }) => [linkId, { found: [], isByKey: true }]));
    return shape.hasKey ? recallByKey(parts, shape, lost) : recallSinceThen(parts, spec, shape, lost);
  });
}

async function recallByKey(parts: SideParts, shape: ObjectShape, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  const found = await recordsByKey(parts, shape, lost.map(({ linkId }) => linkId));
  return new Map(lost.map(({ linkId }) => [linkId, { found: found.filter((seen) => seen.linkKey === linkId), isByKey: true }]));
}

/** Live records that bear these keys. */
export async function recordsByKey(parts: SideParts, { name, select }: ObjectShape, keys: readonly string[]): Promise<readonly Seen[]> {
  const rows: Row[] = [];
  for (const soql of packed(keys, quote, ',', (list) => `SELECT ${select.join(',')} FROM ${name} WHERE ${KEY_FIELD} IN (${list})`)) {
    rows.push(...await queryRows(parts.client, 'query', soql));
  }
  return seenRows(parts, OBJECTS[name], rows);
}

/** The user's own records made since: which of them it is, the engine tells by its key fields, some of which may have been edited. */
async function recallSinceThen(
  parts: SideParts, spec: ObjectSpec, { select }: ObjectShape, lost: readonly LostCreation[],
): Promise<ReadonlyMap<LinkId, Recall>> {
  const from = Math.max(0, Math.min(...lost.map(({ startedAt }) => startedAt)) - SKEW);
  const rows = await queryRows(parts.client, 'query', `SELECT ${select.join(',')} FROM ${spec.name} WHERE OwnerId = ${quote(parts.me)} AND `
    + `CreatedById = ${quote(parts.me)} AND CreatedDate >= ${instantLiteral(from)}`);
  const seen = await seenRows(parts, spec, rows);
  return new Map(lost.map(({ linkId, startedAt }) => [
    linkId, { found: seen.filter(({ createdAt }) => (createdAt ?? startedAt) >= startedAt - SKEW), isByKey: false }]));
}
