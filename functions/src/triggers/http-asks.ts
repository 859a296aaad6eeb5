/** What only the user can decide: same person or not, and trying a record again. */
import { AskAnswer } from '@concord/api';
import { loadUser } from '../app/activation/user.ts';
import type { ApiServices } from '../app/api.ts';
import { answerAsk, listAsks, retryRecord } from '../app/sync/asks.ts';
import { signedIn } from './http.ts';

export function askRoutes(api: ApiServices) {
  return {
    asks: signedIn(null, async ({ userId, query }) => listAsks(api, await loadUser(api, userId), query['after'])),
    answerAsk: signedIn(AskAnswer, async ({ userId, path, body }) => answerAsk(api, await loadUser(api, userId), path['id'] ?? '', body)),
    retryRecord: signedIn(null, async ({ userId, path }) => retryRecord(api, await loadUser(api, userId), path['id'] ?? '')),
  };
}
