/** Rows of every object -> records, changes and looks. */
import { SyncError } from '../../engine/errors.ts';
import { forgetShapes, shapesOf, type ObjectShape, type ShapeParts } from './describe.ts';
import { toSeen } from './map.ts';
import { eventSeen } from './map-event.ts';
import { leadSeen } from './map-lead.ts';
import { taskSeen } from './map-task.ts';
import { OBJECTS, type ObjectName, type ObjectSpec } from './objects.ts';
import { membersOf } from './people.ts';
import { deleterOf, id18, idOf, type Row } from './row.ts';
import type { Look, Seen } from '../../engine/record.ts';
import type { Change, Scope } from '../../ports/side.ts';

/** What every verb of a side works with. */
export interface SideParts extends ShapeParts {
  /** The user's 18-character id. */
  readonly me: string;
  readonly scope: Scope;
}

/** The shapes, and once more with fresh ones when a column has gone since it was described. */
export async function withShapes<Name extends ObjectName, T>(
  parts: SideParts, names: readonly Name[], use: (shapes: Readonly<Record<Name, ObjectShape>>) => Promise<T>,
): Promise<T> {
  try {
    return await use(await shapesOf(parts, names));
  } catch (error) {
    if (!(error instanceof SyncError) || error.details.code !== 'SF_INVALID_FIELD') throw error;
    // Events name contacts and leads, so any of the columns may be the one.
    forgetShapes(parts, Object.values(OBJECTS).map(({ name }) => name));
    return use(await shapesOf(parts, names));
  }
}

/** The records of one object's rows, in their order; events come with the addresses of their people. */
export async function seenRows(parts: SideParts, { name }: Pick<ObjectSpec, 'name'>, rows: readonly Row[]): Promise<readonly Seen[]> {
  const { me, scope: { window } } = parts;
  switch (name) {
    case 'Contact': return rows.map((row) => toSeen(row, me));
    case 'Lead': return rows.map((row) => leadSeen(row, me));
    case 'Task': return rows.map((row) => taskSeen(row, me));
    case 'Event': {
      const members = await membersOf(parts, rows);
      return rows.map((row) => eventSeen(row, { me, window, members: members.get(idOf(row)) ?? [] }));
    }
    default: return name satisfies never;
  }
}

export async function changesOf(parts: SideParts, spec: ObjectSpec, rows: readonly Row[]): Promise<readonly Change[]> {
  const { kind } = spec;
  const records = new Map((await seenRows(parts, spec, rows.filter((row) => fateOf(row) === 'live'))).map((seen) => [seen.id, seen]));
  return rows.flatMap((row): Change[] => {
    const id = idOf(row);
    const record = records.get(id);
    if (record) return [{ what: 'seen', record }];
    const fate = fateOf(row);
    // A person account's contact is not ours to sync (row.ts).
    if (fate === 'hidden') return [];
    // A merge's loser lies in the bin too; looking at it tells where it went.
    return [row['IsDeleted'] === true ? { what: 'removed', kind, id } : { what: 'touched', kind, id }];
  });
}

/** Looks of rows that were asked for by id, by their ids. */
export async function looksOf(parts: SideParts, spec: ObjectSpec, rows: readonly Row[]): Promise<ReadonlyMap<string, Look>> {
  const records = new Map((await seenRows(parts, spec, rows.filter((row) => fateOf(row) === 'live'))).map((seen) => [seen.id, seen]));
  return new Map(rows.map((row): [string, Look] => {
    const record = records.get(idOf(row));
    const fate = fateOf(row);
    if (record) return [record.id, { state: 'live', record }];
    if (typeof fate !== 'string') return [idOf(row), { state: 'moved', to: fate.to }];
    const by = fate === 'gone' ? deleterOf(row) : null;
    return [idOf(row), by !== null ? { state: 'gone', by } : { state: fate === 'live' ? 'unknown' : fate }];
  }));
}

type Fate = 'live' | 'gone' | 'hidden' | { readonly to: string };

/** What became of a record. A column that was not selected decides nothing. */
function fateOf(row: Row): Fate {
  if (typeof row['MasterRecordId'] === 'string') return { to: id18(row['MasterRecordId']) };
  if (row['IsDeleted'] === true) return 'gone';
  // A converted lead cannot be written any more; its contact goes on, if this user may see it.
  if (row['IsConverted'] === true) return typeof row['ConvertedContactId'] === 'string' ? { to: id18(row['ConvertedContactId']) } : 'hidden';
  // Invited users' copies, rows of patterns and contacts of person accounts are nobody's to sync.
  return row['IsPersonAccount'] === true || row['IsChild'] === true || row['IsRecurrence'] === true ? 'hidden' : 'live';
}
