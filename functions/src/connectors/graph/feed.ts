/** One source of changes within a poll: its requests go into the common batch, its answers become a part of the page. */
import type { Cursors } from '../../ports/side.ts';
import type { FeedPage } from '../feed-pages.ts';
import type { Outcome } from './batch.ts';
import { replyOf } from './batch.ts';
import type { Request } from './client.ts';
import { errorOf, isSyncStateLost, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { STALE_PAGES } from './limits.ts';

export interface Feed {
  turn(cursors: Cursors): Promise<Turn>;
}

export interface Turn {
  readonly requests: readonly Request[];
  /** The cursors this poll began with; they stay when it fails. */
  readonly kept: Cursors;
  /** Outcomes in the order of the requests. Throws SyncError when the source cannot be read now. */
  take(outcomes: readonly Outcome[]): Promise<FeedPage>;
}

/** One page of a delta query. */
export interface DeltaPage {
  /** By id; an entity that occurs several times counts with its last word (learn.microsoft.com/graph/delta-query-overview). */
  readonly items: readonly (readonly [string, JsonObject])[];
  readonly cursor: string;
  /** The round is over: the cursor waits for changes to come. */
  readonly isLast: boolean;
}

/** What one Side remembers between pages, to notice a round that never ends. */
interface Round {
  readonly ids: Set<string>;
  stalePages: number;
}

export interface Rounds {
  /** `link`: what was asked; undefined or relative for the beginning of a round. 'lost': the service has forgotten the token. */
  page(stream: string, link: string | undefined, outcome: Outcome | undefined): DeltaPage | 'lost';
}

export function makeRounds(): Rounds {
  const rounds = new Map<string, Round>();
  return {
    page: (stream, link, outcome) => {
      const isFirst = link === undefined || link.startsWith('/');
      const page = pageOf(outcome, isFirst);
      if (isFirst || page === 'lost' || page.isLast) rounds.delete(stream);
      if (page === 'lost' || page.isLast) return page;
      const round = rounds.get(stream) ?? { ids: new Set(), stalePages: 0 };
      rounds.set(stream, round);
      if (page.cursor !== link && !isEndless(page, round)) return page;
      rounds.delete(stream);
      return 'lost';
    },
  };
}

function pageOf(outcome: Outcome | undefined, isFirst: boolean): DeltaPage | 'lost' {
  const reply = replyOf(outcome);
  if (!isFirst && isSyncStateLost(reply)) return 'lost';
  if (reply.status !== 200) throw errorOf(reply, 'call');
  const body = isObject(reply.body) ? reply.body : {};
  const next = stringOf(body['@odata.nextLink']);
  const cursor = next ?? stringOf(body['@odata.deltaLink']);
  if (cursor === undefined) throw refusal('unavailable', { code: 'GRAPH_PAGE_WITHOUT_LINK' });
  const items = new Map(listOf(body['value']).filter(isObject).map((item) => [stringOf(item['id']) ?? '', item]));
  items.delete('');
  return { items: [...items], cursor, isLast: next === undefined };
}

/** Pages without an end, or the same records again and again: the round is begun anew (msgraph-sdk-dotnet#3070). */
function isEndless(page: DeltaPage, round: Round): boolean {
  const fresh = page.items.filter(([id]) => !round.ids.has(id));
  for (const [id] of fresh) round.ids.add(id);
  round.stalePages = fresh.length > 0 ? 0 : round.stalePages + 1;
  return round.stalePages >= STALE_PAGES;
}
