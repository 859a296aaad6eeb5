/**
 * Tries with typed credentials that failed, in table `accounts`: a few for each account, so that nobody has it locked at its server,
 * and a few for each caller, so that nobody looks through accounts or hosts with us. A try is counted before it is made and taken
 * back when it was good, so that many at one moment are no way around. Rows hold hashes and instants.
 */
import type { Instant } from '../../engine/record.ts';
import { SyncError } from '../../engine/errors.ts';
import { Conflict, type Row, type RowChange, type Table } from '../../ports/table.ts';
import type { Clock } from '../../ports/world.ts';
import { refusal } from '../refusal.ts';
import { dropRows } from './rows.ts';
import { hashToken } from './token.ts';

const PARTITION = 'tries';
const WINDOW = 15 * 60_000;
const SWEEP_MAX = 100;
const WRITE_TRIES = 5;
const MINUTE = 60_000;

export interface TryParts {
  readonly accounts: Table;
  readonly clock: Clock;
}

export interface Counted {
  /** Who or what is counted. */
  readonly of: readonly string[];
  readonly max: number;
}

/** Counts a try with each, or throws TOO_MANY_TRIES with the time to wait. Answers how to take it back. */
export async function countTry(parts: TryParts, counted: readonly Counted[]): Promise<() => Promise<void>> {
  await sweep(parts);
  const at = parts.clock.now();
  const keys: string[] = [];
  const takeBack = async (): Promise<void> => { for (const key of keys) await changeRow(parts, key, (tries) => without(tries, at)); };
  for (const { of, max } of counted) {
    const hash = hashToken(JSON.stringify(of));
    const key = keyOf(at, hash);
    const earlier = triesOf(await parts.accounts.get(PARTITION, keyOf(at - WINDOW, hash))).filter((one) => one > at - WINDOW);
    try {
      const isCounted = await changeRow(parts, key, (tries) => {
        const all = [...earlier, ...tries].filter((one) => one > at - WINDOW);
        const next = all[all.length - max];
        if (next !== undefined) throw tooMany(next + WINDOW - at);
        return [...tries, at];
      });
      // So many at one moment are no person.
      if (!isCounted) throw tooMany(MINUTE);
    } catch (error) {
      if (error instanceof SyncError) await takeBack();
      throw error;
    }
    keys.push(key);
  }
  return takeBack;
}

function tooMany(retryAfterMs: number): SyncError {
  return refusal('TOO_MANY_TRIES', 'Too many sign-ins failed here: try again in a while, so that no account is locked.', { retryAfterMs });
}

/** False when others always were faster. */
async function changeRow({ accounts }: TryParts, key: string, change: (tries: readonly Instant[]) => readonly Instant[]): Promise<boolean> {
  for (let tries = 0; tries < WRITE_TRIES; tries += 1) {
    const row = await accounts.get(PARTITION, key);
    const cells = { at: change(triesOf(row)).join(' ') };
    const write: RowChange = row ? { op: 'put', key, cells, etag: row.etag } : { op: 'insert', key, cells };
    try {
      await accounts.batch(PARTITION, [write]);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return false;
}

function triesOf(row: Row | null): readonly Instant[] {
  const text = row?.cells['at'];
  return typeof text === 'string' && text !== '' ? text.split(' ').map(Number) : [];
}

function without(tries: readonly Instant[], at: Instant): readonly Instant[] {
  const place = tries.indexOf(at);
  return place < 0 ? tries : tries.toSpliced(place, 1);
}

/** Keys start with their quarter hour, so what is over lies in one range at the front: two quarters reach back far enough. */
function keyOf(at: Instant, hash: string): string {
  return `${quarterOf(at)}-${hash}`;
}

const quarterOf = (at: Instant): string => String(Math.floor(at / WINDOW)).padStart(8, '0');

async function sweep({ accounts, clock }: TryParts): Promise<void> {
  const over = await accounts.range(PARTITION, '', quarterOf(clock.now() - WINDOW), SWEEP_MAX);
  await dropRows(accounts, PARTITION, over.map(({ key }) => key));
}
