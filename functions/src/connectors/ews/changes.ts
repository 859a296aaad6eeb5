/** All streams of changes, one call each and one after the other: cursors -> one page. */
import { SyncError } from '../../engine/errors.ts';
import type { ChangePage, Cursors } from '../../ports/side.ts';
import type { Taken } from '../feed-pages.ts';
import { mergePages, pageOrFailure } from '../feed-pages.ts';
import type { Feed } from './feed.ts';

/**
 * There is no batch of different operations, and sync calls of one mailbox in parallel are throttled (ews.md section 2): an idle look is one
 * call a folder. A folder that was read to its end is not asked again before the round of the others is over.
 */
export function changesReader(feeds: readonly Feed[]): (cursors: Cursors) => Promise<ChangePage> {
  const done = new Map<string, string>();
  return async (cursors) => {
    const taken: Taken[] = [];
    for (const feed of feeds) {
      const cursor = cursors[feed.stream];
      const kept: Cursors = cursor === undefined ? {} : { [feed.stream]: cursor };
      if (cursor !== undefined && done.get(feed.stream) === cursor) {
        taken.push({ kept, page: { changes: [], cursors: kept, hasMore: false, lost: [] } });
        continue;
      }
      const page = await pageOrFailure(() => feed.page(cursor));
      const next = page instanceof SyncError || page.hasMore ? undefined : page.cursors[feed.stream];
      if (next !== undefined) done.set(feed.stream, next);
      taken.push({ kept, page });
    }
    const page = mergePages(taken);
    if (!page.hasMore && page.lost.length === 0) done.clear();
    return page;
  };
}
