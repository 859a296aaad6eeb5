/**
 * The schedule: one row a user in table `due`, keyed by the minute it is due, so that who is due is a key range and never a scan.
 * A second row keeps the user's place; both always change in one batch, so a user is due exactly once.
 */
import type { Instant } from '../engine/record.ts';
import { Conflict } from '../ports/table.ts';
import type { Row, RowChange, Table } from '../ports/table.ts';

const PARTITION = 's0';
const MINUTE_MS = 60_000;
const INTERVAL_MINUTES = 30;
const TRIES = 5;

export interface Place {
  /** When the user is due next. */
  readonly at: Instant;
  /** When he was last handed to a run; 0 before the first time. An idle run writes nothing, so this is the age of the last look. */
  readonly checkedAt: Instant;
}

export interface DueUser {
  readonly userId: string;
  readonly row: Row;
}

/** Users whose minute has come, longest due first. One request. */
export async function dueUsers(due: Table, now: Instant, limit = 1000): Promise<readonly DueUser[]> {
  const rows = await due.range(PARTITION, '', minuteKey(now + MINUTE_MS), limit);
  return rows.map((row) => ({ userId: row.key.slice(row.key.indexOf('~') + 1), row }));
}

/**
 * Moves a due user on by his interval, in his own phase so that the load stays spread; false when somebody else has moved him.
 */
export async function moveDue(due: Table, { userId, row }: DueUser, now: Instant): Promise<boolean> {
  const every = Number(row.cells['every'] ?? INTERVAL_MINUTES);
  const at = Number(row.cells['at']);
  const intervals = Math.floor(Math.max(0, now - at) / (every * MINUTE_MS)) + 1;
  const next = at + intervals * every * MINUTE_MS;
  try {
    await due.batch(PARTITION, [
      { op: 'delete', key: row.key, etag: row.etag },
      { op: 'put', key: dueKey(next, userId), cells: { at: next, every } },
      { op: 'merge', key: placeKey(userId), cells: { at: next, checkedAt: now } },
    ]);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** Where a user stands on the schedule, or null when he is not on it. */
export async function placeOf(due: Table, userId: string): Promise<Place | null> {
  const row = await due.get(PARTITION, placeKey(userId));
  return row ? { at: Number(row.cells['at']), checkedAt: Number(row.cells['checkedAt']) } : null;
}

export interface ScheduleMore {
  /** Also tells that he is being looked at now. */
  readonly checkedAt?: Instant;
  /** Minutes between his runs from now on; 30 where nobody said otherwise. */
  readonly intervalMinutes?: number;
}

/** Puts a user on the schedule, or moves him to another minute. */
export function schedule(due: Table, userId: string, at: Instant, more: ScheduleMore = {}): Promise<void> {
  return changePlace(due, userId, (place) => {
    const every = more.intervalMinutes ?? Number(place?.cells['every'] ?? INTERVAL_MINUTES);
    const checkedAt = more.checkedAt ?? Number(place?.cells['checkedAt'] ?? 0);
    const known = place ? dueKey(Number(place.cells['at']), userId) : null;
    const key = dueKey(at, userId);
    const cells = { at, every, checkedAt };
    return [
      ...(known !== null && known !== key ? [{ op: 'delete' as const, key: known }] : []),
      { op: 'put', key, cells: { at, every } },
      place ? { op: 'put', key: placeKey(userId), cells, etag: place.etag } : { op: 'insert', key: placeKey(userId), cells },
    ];
  });
}

export function unschedule(due: Table, userId: string): Promise<void> {
  return changePlace(due, userId, (place) => (place ? [
    { op: 'delete', key: dueKey(Number(place.cells['at']), userId) }, { op: 'delete', key: placeKey(userId), etag: place.etag },
  ] : []));
}

/** Reads, decides and writes; decides anew when the user was moved in between. */
async function changePlace(due: Table, userId: string, decide: (place: Row | null) => readonly RowChange[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const changes = decide(await due.get(PARTITION, placeKey(userId)));
    if (changes.length === 0) return;
    try {
      await due.batch(PARTITION, changes);
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || tries === TRIES) throw error;
    }
  }
}

/** Sorts behind every minute, so that reading who is due never meets it. */
function placeKey(userId: string): string {
  return `place~${userId}`;
}

function dueKey(at: Instant, userId: string): string {
  return `${minuteKey(at)}~${userId}`;
}

function minuteKey(at: Instant): string {
  return String(Math.floor(at / MINUTE_MS)).padStart(10, '0');
}
