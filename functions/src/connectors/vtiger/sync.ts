/** The operation `sync`: what changed and what went since a second. A fresh 8.4.0 under PHP 8 crashes on it. */
import { z } from 'zod';
import { hasCode, problem } from './errors.ts';
import { isRow, type Row } from './row.ts';
import type { Client } from './client.ts';
import type { ModuleName } from './modules.ts';

export interface SyncPage {
  readonly updated: readonly Row[];
  readonly deleted: readonly string[];
  readonly hasMore: boolean;
  /** In seconds; the one that was asked for when there is nothing later. */
  readonly last: number;
}

const Answer = z.object({
  updated: z.array(z.custom<Row>((row) => isRow(row) && typeof row['id'] === 'string')), deleted: z.array(z.string()), more: z.boolean(),
  lastModifiedTime: z.coerce.number(),
});

/** The user's own records stamped later than `after` (seconds, at least 1); a page holds whole seconds. */
export async function syncPage(client: Client, name: ModuleName, after: number): Promise<SyncPage> {
  const answer = Answer.safeParse(await client.call('sync', { modifiedTime: String(Math.max(1, after)), elementType: name, syncType: 'user' }));
  if (!answer.success) throw problem('unavailable', 'BAD_SYNC', 'vTiger told its changes in a way that is not understood: it is tried again later');
  const { updated, deleted, more, lastModifiedTime } = answer.data;
  return { updated, deleted, hasMore: more, last: lastModifiedTime };
}

/** True when the operation works for this module. */
export async function canSync(client: Client, name: ModuleName, after: number): Promise<boolean> {
  try {
    await syncPage(client, name, after);
    return true;
  } catch (error) {
    if (isSyncBroken(error)) return false;
    throw error;
  }
}

export const isSyncBroken = (error: unknown): boolean => hasCode(error, 'CRASHED', 'ACCESS_DENIED', 'UNKNOWN_OPERATION', 'OPERATION_NOT_SUPPORTED');
