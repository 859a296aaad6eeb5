/** The numbers of a run, each with its reason. */

/** How long a lease lasts; every batch renews it. A crashed run's mailbox is free again after that. */
export const LEASE_MS = 90_000;
/** R12: no outside write starts with less than this left, so that a stale runner can finish at most what is in flight. */
export const LEASE_NEEDED_MS = 20_000;
/** Both for an app whose settings make the lease another one: the reserve keeps its share. */
export function leaseOf({ leaseMs = LEASE_MS }: { readonly leaseMs?: number }): { readonly lengthMs: number; readonly neededMs: number } {
  return { lengthMs: leaseMs, neededMs: leaseMs * (LEASE_NEEDED_MS / LEASE_MS) };
}
/** A run is bounded, then continues in a message of its own (DESIGN section 5). */
export const RUN_MS = 45_000;
/** Records planned and written together: one collection of the CRM, ten batches of the mailbox; between two the clock is asked. */
export const SLICE = 200;
/** Whole records of pages kept as fresh looks; beyond it they are read again by id, so memory stays bounded. */
export const LOOKS_MAX = 20_000;
/** Looks of records that say nothing new: they are of use only where the other side changed as well. */
export const ECHOES_KEPT = 1_000;
/** Links held open although nothing is to be done about them. */
export const LINKS_KEPT = 2_000;
/** From so many ids on, one pass over the key range is cheaper than a request each. */
export const BULK_IDS = 20;
/** A request for a thousand rows costs about as much as twenty for one row. */
export const ROWS_PER_READ = 50;
/** Records read by id before the first of them is written: what a run can settle in its time, so that little is read in vain. */
export const STALE_CHUNK = 600;
/** A fresher cursor of an idle page is stored this often, so that a token never grows old. */
export const CURSOR_AGE_MS = 24 * 3_600_000;
/** Runs in a row in which the sign-in is refused before sync is suspended (DESIGN section 4). */
export const REFUSALS_MAX = 6;
/** The log of runs is kept so long. */
export const JOURNAL_DAYS = 30;
/** A page loop that brings nothing new is a fault of the service; this bounds it. */
export const PAGES_MAX = 2_000;
/** A record that failed so often is told about, even when it is tried again by itself. */
export const TRIES_TOLD = 3;
/** Records that a question names. */
export const CANDIDATES_MAX = 10;
/** A service that does not answer is asked again this soon, for an hour; then at the ordinary interval. */
export const RETRY_MS = 5 * 60_000;
export const RETRY_FOR_MS = 3_600_000;
/** A todo that waits for a person's word lies beyond every clock. */
export const NEVER = 8.64e15;
/** A new record's confirming look is normally the next cycle's delta; without one it is read by id after this many intervals. */
export const CONFIRM_INTERVALS = 2;
