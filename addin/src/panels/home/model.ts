/** What home shows, by state: the rows that need the person, today's numbers, the account line. */
import type { UserState } from '@concord/api';
import { hashes } from '../../router/route.ts';
import type { AnyKey, CountKey } from '../../text/index.ts';

export interface NeedsRow {
  readonly id: 'held' | 'asks' | 'parked';
  readonly text: CountKey;
  readonly n: number;
  readonly verb: AnyKey;
  readonly hash: string;
}

/** At most one row of each kind: what the brake holds first, then questions, then what was not accepted. */
export function needsRows(user: UserState): readonly NeedsRow[] {
  const { asks, held, parked } = user.sync;
  const rows: readonly NeedsRow[] = [
    { id: 'held', text: 'home.held', n: held, verb: 'home.decide', hash: hashes.held },
    { id: 'asks', text: hasContactsOnly(user) ? 'home.asks' : 'home.questions', n: asks, verb: 'home.answer', hash: hashes.asks },
    { id: 'parked', text: 'home.parked', n: parked, verb: 'home.fix', hash: hashes.status },
  ];
  return rows.filter(({ n }) => n > 0);
}

/** The state counts all kinds together, so it is only called contacts where nothing else is synced. */
export function hasContactsOnly({ kinds }: UserState): boolean {
  return kinds.every((kind) => kind === 'contact');
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
