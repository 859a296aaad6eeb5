/** All streams of changes in one call: cursors -> one page. */
import { SyncError } from '../../engine/errors.ts';
import type { ChangePage, Cursors } from '../../ports/side.ts';
import type { Taken } from '../feed-pages.ts';
import { mergePages, pageOrFailure } from '../feed-pages.ts';
import type { Outcome } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { Feed, Turn } from './feed.ts';

/** Each feed is asked for its part of the batch, and gets its part of the answers. */
export function changesReader(client: GraphClient, feeds: readonly Feed[]): (cursors: Cursors) => Promise<ChangePage> {
  return async (cursors) => {
    const turns: Turn[] = [];
    for (const feed of feeds) turns.push(await feed.turn(cursors));
    const outcomes = await asked(client, turns.flatMap(({ requests }) => requests));
    const taken: Taken[] = [];
    let at = 0;
    for (const turn of turns) {
      taken.push(await takenBy(turn, outcomes.slice(at, at + turn.requests.length)));
      at += turn.requests.length;
    }
    return mergePages(taken);
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

async function takenBy(turn: Turn, outcomes: readonly Outcome[]): Promise<Taken> {
  return { kept: turn.kept, page: await pageOrFailure(() => turn.take(outcomes)) };
}
