/** What both sides hold of each synced kind, asked once a run. */
import type { SyncError } from '../../engine/errors.ts';
import type { FieldName, Kind, SideKey } from '../../engine/record.ts';
import type { Side } from '../../ports/side.ts';
import { asSyncError } from './failures.ts';
import type { HoldsByKind } from './run.ts';

const NOTHING = { m: new Set<FieldName>(), c: new Set<FieldName>() };
export const HOLDS_NOTHING: HoldsByKind = { contact: NOTHING, event: NOTHING, task: NOTHING };

/** Answers whose fault it was when a side does not say. */
export async function holdsOf(sides: Readonly<Record<SideKey, Side>>, kinds: readonly Kind[]): Promise<HoldsByKind | { side: SideKey; failure: SyncError }> {
  let side: SideKey = 'm';
  try {
    const holds = { ...HOLDS_NOTHING };
    for (const kind of kinds) {
      side = 'm';
      const m = await sides.m.holds(kind);
      side = 'c';
      holds[kind] = { m, c: await sides.c.holds(kind) };
    }
    return holds;
  } catch (error) {
    return { side, failure: asSyncError(error) };
  }
}
