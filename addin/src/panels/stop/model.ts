/** Until when a pause lasts, and which accounts can be disconnected. */
import type { UserState } from '@concord/api';

export const UNTIL = ['resume', 'hour', 'tomorrow', 'date'] as const;
export type Until = (typeof UNTIL)[number];

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/**
 * The instant a pause ends, in milliseconds since 1970; undefined means until the person resumes; null means that the
 * date is missing or not after today. Mornings are those of the reader's own zone.
 */
export function pauseEnd(until: Until, date: string, now: number): number | undefined | null {
  switch (until) {
    case 'resume': return undefined;
    case 'hour': return now + HOUR_MS;
    case 'tomorrow': return morningOf(now, 1);
    case 'date': {
      const [year, month, day] = date.split('-').map(Number);
      if (!year || !month || !day) return null;
      const at = new Date(year, month - 1, day, MORNING_HOUR).getTime();
      return at > now ? at : null;
    }
    default: return until satisfies never;
  }
}

function morningOf(now: number, daysAhead: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysAhead, MORNING_HOUR).getTime();
}

export interface Account {
  readonly side: 'm' | 'c';
  readonly label: string;
}

/** The mailbox first: disconnecting it leaves the person signed in. */
export function accountsOf(user: UserState): readonly Account[] {
  return [
    ...(user.mailbox ? [{ side: 'm' as const, label: `${user.mailbox.login} (${user.mailbox.name})` }] : []),
    ...(user.crm ? [{ side: 'c' as const, label: `${user.crm.login} (${user.crm.name})` }] : []),
  ];
}

/** Deactivating makes sense once sync was set up and is not off already. */
export function canDeactivate(user: UserState): boolean {
  return user.activation === 'active' || user.activation === 'paused' || user.activation === 'suspended';
}
