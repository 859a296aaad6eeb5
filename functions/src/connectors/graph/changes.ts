/** All streams of changes in one call: cursors -> one page. */
import { SyncError } from '../../engine/errors.ts';
import type { Change, ChangePage, Cursors } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { Feed, FeedPage, Turn } from './feed.ts';

/** Each feed is asked for its part of the batch, and gets its part of the answers. */
export function changesReader(client: GraphClient, feeds: readonly Feed[]): (cursors: Cursors) => Promise<ChangePage> {
  return async (cursors) => {
    const turns: Turn[] = [];
    for (const feed of feeds) turns.push(await feed.turn(cursors));
    const outcomes = await asked(client, turns.flatMap(({ requests }) => requests));
    const taken: (FeedPage | SyncError)[] = [];
    let at = 0;
    for (const turn of turns) {
      taken.push(await takenBy(turn, outcomes.slice(at, at + turn.requests.length)));
      at += turn.requests.length;
    }
    return merged(taken, turns);
  };
}

/** A single question needs no envelope. */
async function asked(client: GraphClient, requests: readonly Request[]): Promise<readonly Outcome[]> {
  const [only] = requests;
  if (!only || requests.length > 1) return client.batch(requests);
  try {
    return [{ reply: await client.send(only) }];
  } catch (error) {
    if (error instanceof SyncError) return [{ error }];
    throw error;
  }
}

async function takenBy(turn: Turn, outcomes: readonly Outcome[]): Promise<FeedPage | SyncError> {
  try {
    return await turn.take(outcomes);
  } catch (error) {
    if (error instanceof SyncError && error.kind !== 'throttled' && error.kind !== 'credentialsRejected') return error;
    throw error;
  }
}

/**
 * A source that fails lets the others go first, so that a calendar that cannot be read never keeps contacts from being synced: its
 * cursor stays, the round goes on, and once the others have nothing new its failure is thrown.
 */
function merged(taken: readonly (FeedPage | SyncError)[], turns: readonly Turn[]): ChangePage {
  const pages = taken.flatMap((one) => (one instanceof SyncError ? [] : [one]));
  const failure = taken.find((one) => one instanceof SyncError);
  if (failure && !pages.some(isProgress)) throw failure;
  const families = pages.flatMap((page) => page.families ?? []);
  return {
    changes: pages.flatMap(({ changes }): readonly Change[] => changes),
    ...(families.length > 0 ? { families } : {}),
    cursors: Object.assign({}, ...taken.map((one, index) => (one instanceof SyncError ? turns[index]?.kept : one.cursors))) as Cursors,
    hasMore: failure !== undefined || pages.some(({ hasMore }) => hasMore),
    lost: pages.flatMap(({ lost }) => lost),
  };
}

const isProgress = (page: FeedPage): boolean => page.changes.length > 0 || page.hasMore || page.lost.length > 0;
