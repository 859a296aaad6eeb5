/** What home shows, by state: the rows that need the person, today's numbers, the account line. */
import type { UserState } from '@concord/api';
import { hashes } from '../../router/route.ts';
import type { CountKey } from '../../text/index.ts';
import type { TextKey } from '../../text/en.ts';

export interface NeedsRow {
  readonly id: string;
  readonly text: { readonly count: CountKey } | { readonly key: TextKey };
  readonly n: number;
  readonly verb: TextKey;
  readonly hash: string;
}

/** At most one row of each kind: questions first, then what was not accepted. */
export function needsRows(user: UserState): readonly NeedsRow[] {
  const { asks, parked } = user.sync;
  const rows: readonly NeedsRow[] = [
    { id: 'asks', text: { count: 'home.asks' }, n: asks, verb: 'home.answer', hash: hashes.asks },
    { id: 'parked', text: { key: 'home.parked' }, n: parked, verb: 'home.fix', hash: hashes.status },
  ];
  return rows.filter(({ n }) => n > 0);
}

/** Records written or linked today. */
export function todayCount(user: UserState): number {
  const { insert, update, link } = user.sync.today;
  return insert + update + user.sync.today.delete + link;
}

/** "Salesforce (Contoso)". */
export function crmName(user: UserState): string {
  const name = user.crm?.name ?? '';
  return user.crm?.organizationName ? `${name} (${user.crm.organizationName})` : name;
}

const LONG_MS = 30_000;

/** A run of more than half a minute says that the pane may be closed. */
export function isLongRun(user: UserState, now: number): boolean {
  return user.sync.progress !== undefined && now - user.sync.progress.startedAt > LONG_MS;
}

/** The quarter reached: progress is said at 25, 50, 75 and 100 % only. */
export function quarter(done: number, total: number): number {
  return total <= 0 ? 0 : Math.min(4, Math.floor((done / total) * 4)) * 25;
}
