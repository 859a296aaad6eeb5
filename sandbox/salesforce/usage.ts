/** The organization's calls of the last 24 hours, which all its apps share. */
import type { Org } from './org.ts';

export interface Usage {
  /** Counts one call; false when the pool is empty. */
  take(): boolean;
  used(): number;
}

const HOUR = 3_600_000;

/** Counted by the hour, which is fine enough for a pool that is watched at 80 %. */
export function createUsage(org: Org): Usage {
  const hours = new Map<number, number>();
  const now = (): number => Math.floor(org.clock.now() / HOUR);
  const used = (): number => {
    for (const hour of hours.keys()) if (hour <= now() - 24) hours.delete(hour);
    return [...hours.values()].reduce((sum, count) => sum + count, 0);
  };
  return {
    used,
    take: () => {
      if (used() >= org.settings.dailyRequests) return false;
      hours.set(now(), (hours.get(now()) ?? 0) + 1);
      return true;
    },
  };
}
