/** One record explained, wishes about it, and the undoing of a run. */
import { RecordWish } from '@concord/api';
import { loadUser } from '../app/activation/user.ts';
import type { ApiServices } from '../app/api.ts';
import { recordHistory, wishRecord } from '../app/sync/history.ts';
import { undoPlan, undoRun } from '../app/sync/undo.ts';
import { signedIn } from './http.ts';

export function recordRoutes(api: ApiServices) {
  return {
    undoPlan: signedIn(null, async ({ userId, path }) => undoPlan(api, await loadUser(api, userId), path['id'] ?? '')),
    undoRun: signedIn(null, async ({ userId, path }) => undoRun(api, await loadUser(api, userId), path['id'] ?? '')),
    record: signedIn(null, async ({ userId, path, query }) => recordHistory(api, await loadUser(api, userId), path['id'] ?? '', query['after'])),
    wishRecord: signedIn(RecordWish, async ({ userId, path, body }) => wishRecord(api, await loadUser(api, userId), path['id'] ?? '', body)),
  };
}
