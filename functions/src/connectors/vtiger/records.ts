/** Rows of every module -> records. */
import { ACCOUNT, contactSeen } from './map.ts';
import { eventSeen } from './map-event.ts';
import { leadSeen } from './map-lead.ts';
import { taskSeen } from './map-task.ts';
import { text, type Row } from './row.ts';
import type { ModuleName } from './modules.ts';
import type { Seen } from '../../engine/record.ts';
import type { Scope } from '../../ports/side.ts';
import type { ShapeParts } from './describe.ts';
import type { Lookups } from './lookups.ts';

/** What every verb of a side works with. */
export interface SideParts extends ShapeParts {
  /** The user's id, "19x5". */
  readonly me: string;
  /** The zone in which the CRM shows its times to the user. */
  readonly zone: string;
  readonly scope: Scope;
  readonly lookups: Lookups;
}

/** The records of one module's rows, in their order, with the names and addresses behind their references. */
export async function seenRows({ me, zone, scope: { window }, lookups }: SideParts, name: ModuleName, rows: readonly Row[]): Promise<readonly Seen[]> {
  if (rows.length === 0) return [];
  const idsIn = (column: string): readonly string[] => [...new Set(rows.flatMap((row) => text(row[column]) ?? []))];
  const view = { me, owners: await lookups.owners(idsIn('assigned_user_id')) };
  switch (name) {
    case 'Contacts': {
      const accounts = await lookups.accounts(idsIn(ACCOUNT));
      return rows.map((row) => contactSeen(row, accounts, view));
    }
    case 'Leads': return rows.map((row) => leadSeen(row, view));
    case 'Events': {
      const emails = await lookups.emails(idsIn('contact_id'));
      return rows.map((row) => eventSeen(row, { ...view, zone, window, emails }));
    }
    case 'Calendar': return rows.map((row) => taskSeen(row, { ...view, zone, window, emails: new Map() }));
    default: return name satisfies never;
  }
}
