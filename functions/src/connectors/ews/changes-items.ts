/** Changes of a folder whose items are the records: what is new or changed is read by id, since sync shows no more than ids reliably. */
import type { Change } from '../../ports/side.ts';
import type { Feed } from './feed.ts';
import { folderPages, lostPage } from './feed.ts';
import type { ItemKind, Reader } from './read.ts';
import type { EwsCall } from './soap.ts';

export function itemFeed(call: EwsCall, kind: ItemKind, read: Reader['read']): Feed {
  const pages = folderPages(call, kind.folder);
  const stream = kind.folder;
  return {
    stream,
    page: async (state) => {
      const page = await pages(state);
      if (page === 'lost') return lostPage(stream);
      const present = [...page.changes].filter(([, { element }]) => element === kind.element).map(([id]) => id);
      const looks = await read(present);
      const changes = [...page.changes].flatMap(([id, { what, element }]): Change[] => {
        if (what === 'delete') return [{ what: 'removed', kind: kind.kind, id }];
        if (element !== kind.element) return [];
        const look = looks.get(id);
        if (look?.state === 'live') return [{ what: 'seen', record: look.record }];
        return [{ what: look?.state === 'unknown' ? 'touched' : 'removed', kind: kind.kind, id }];
      });
      return { changes, cursors: { [stream]: page.state }, hasMore: !page.isLast, lost: [] };
    },
  };
}
