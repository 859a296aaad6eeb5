/** What became of creations whose outcome is unknown: by our key where the organization has the field, else by equal key fields. */
import { carryEvent } from './carry-event.ts';
import { carryPerson } from './carry-person.ts';
import { carryTask } from './carry-task.ts';
import { SKEW } from './limits.ts';
import { OBJECTS, type ObjectSpec } from './objects.ts';
import { seenRows, withShapes, type SideParts } from './records.ts';
import { instant, KEY_FIELD, type Row } from './row.ts';
import { instantLiteral, packed, queryRows, quote } from './soql.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Fields, Kind, Seen } from '../../engine/record.ts';
import type { LostCreation, Recall } from '../../ports/side.ts';
import type { Carried } from './carry.ts';
import type { ObjectShape } from './describe.ts';

/** What is made of each kind, and how it is known again. */
interface Made {
  readonly spec: ObjectSpec;
  carry(fields: Fields, shape: ObjectShape): Carried;
  /** A condition that finds all records like this one, and a few more. */
  readonly condition: (columns: Row) => string;
  /** Equal for equal key fields, as a query shows them and as a creation sends them. */
  readonly same: (columns: Row) => string;
}

const word = (columns: Row, column: string): string => {
  const value = columns[column];
  return typeof value === 'string' ? value.normalize('NFC').replace(/\s+/g, ' ').trim() : '';
};
const literal = (columns: Row, column: string): string => (word(columns, column) === '' ? 'null' : quote(String(columns[column])));

const MADE: Readonly<Record<Kind, Made>> = {
  contact: {
    spec: OBJECTS.Contact,
    carry: (fields, shape) => carryPerson(fields, shape, () => 'none'),
    condition: (columns) => `LastName = ${literal(columns, 'LastName')}`,
    same: (columns) => [word(columns, 'LastName'), word(columns, 'FirstName'), word(columns, 'Email').toLowerCase()].join('\n'),
  },
  event: {
    spec: OBJECTS.Event,
    carry: (fields, shape) => carryEvent(fields, shape, () => undefined),
    condition: (columns) => `StartDateTime = ${instantLiteral(instant(columns['StartDateTime']) ?? 0)}`,
    same: (columns) => [word(columns, 'Subject'), instant(columns['StartDateTime']), instant(columns['EndDateTime'])].join('\n'),
  },
  task: {
    spec: OBJECTS.Task,
    carry: (fields, shape) => carryTask(fields, shape),
    condition: (columns) => `Subject = ${literal(columns, 'Subject')}`,
    same: (columns) => [word(columns, 'Subject'), word(columns, 'ActivityDate').slice(0, 10)].join('\n'),
  },
};

export async function recallRecords(parts: SideParts, kind: Kind, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  if (lost.length === 0) return new Map();
  const made = MADE[kind];
  return withShapes(parts, [made.spec.name], async (shapes) => {
    const shape = shapes[made.spec.name];
    // Nothing was ever made where the object is not seen.
    if (shape.select.length === 0) return new Map(lost.map(({ linkId }) => [linkId, { found: [], isByKey: true }]));
    return shape.hasKey ? recallByKey(parts, shape, lost) : recallByFields(parts, made, shape, lost);
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

async function recallByFields(
  parts: SideParts, { spec, carry, condition, same }: Made, shape: ObjectShape, lost: readonly LostCreation[],
): Promise<ReadonlyMap<LinkId, Recall>> {
  const meant = lost.map((one) => ({ ...one, columns: carry(one.payload, shape).columns }));
  const from = Math.max(0, Math.min(...lost.map(({ startedAt }) => startedAt)) - SKEW);
  const soql = (conditions: string): string => `SELECT ${shape.select.join(',')} FROM ${spec.name} WHERE OwnerId = ${quote(parts.me)} AND `
    + `CreatedById = ${quote(parts.me)} AND CreatedDate >= ${instantLiteral(from)} AND (${conditions})`;
  const byId = new Map<unknown, Row>();
  const conditions = [...new Set(meant.map(({ columns }) => condition(columns)))];
  for (const query of packed(conditions, (one) => one, ' OR ', soql)) {
    for (const row of await queryRows(parts.client, 'query', query)) byId.set(row['Id'], row);
  }
  const rows = [...byId.values()];
  const seen = await seenRows(parts, spec, rows);
  return new Map(meant.map(({ linkId, startedAt, columns }) => {
    const found = seen.filter(({ createdAt }, place) =>
      same(rows[place] ?? {}) === same(columns) && (createdAt ?? startedAt) >= startedAt - SKEW);
    return [linkId, { found, isByKey: false }];
  }));
}
