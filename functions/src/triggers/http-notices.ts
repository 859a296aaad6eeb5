/** Where vendors say that something changed. They have no session: each notice proves itself. */
import { z } from 'zod';
import type { ApiServices } from '../app/api.ts';
import { takeNotices } from '../app/sync/notices.ts';
import { open, PlainText } from './http.ts';

/** Vendors join many notices in one call; one has less than 2 KiB. */
const BODY_BYTES_MAX = 256 * 1024;

export function noticeRoutes(api: ApiServices) {
  return {
    notify: {
      ...open(z.unknown(), async ({ path, query, body }) => {
        const words = await takeNotices(api, { system: path['system'] ?? '', query, body });
        // 202: heard, and looked at later. A vendor waits three seconds at most.
        return words === undefined ? new PlainText(202, '') : new PlainText(200, words);
      }),
      bodyBytesMax: BODY_BYTES_MAX,
    },
  };
}
