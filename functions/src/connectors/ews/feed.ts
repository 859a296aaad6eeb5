/** One folder as a source of changes. */
import type { FeedPage } from '../feed-pages.ts';
import { STALE_PAGES } from './limits.ts';
import type { SyncPage } from './operations/sync-folder-items.ts';
import { syncFolderItems } from './operations/sync-folder-items.ts';
import type { FolderName } from './operations/item-shape.ts';
import type { EwsCall } from './soap.ts';

export interface Feed {
  readonly stream: string;
  page(cursor: string | undefined): Promise<FeedPage>;
}

/** The server has forgotten the state: a round from nothing lists what exists. */
export const lostPage = (stream: string): FeedPage => ({ changes: [], cursors: {}, hasMore: false, lost: [stream] });

/** Pages of one folder. An empty page does not end a round, but a round of nothing else is begun anew. */
export function folderPages(call: EwsCall, folder: FolderName): (state: string | undefined) => Promise<SyncPage | 'lost'> {
  let stale = 0;
  return async (state) => {
    const page = await syncFolderItems(call, folder, state);
    stale = page === 'lost' || page.isLast || page.changes.size > 0 ? 0 : stale + 1;
    if (stale < STALE_PAGES) return page;
    stale = 0;
    return 'lost';
  };
}
