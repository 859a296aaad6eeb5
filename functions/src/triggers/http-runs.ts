/** The log of runs. */
import type { ApiServices } from '../app/api.ts';
import { loadUser } from '../app/activation/user.ts';
import { listRuns, runDetail } from '../app/sync/runs.ts';
import { signedIn } from './http.ts';

export function runRoutes(api: ApiServices) {
  return {
    runs: signedIn(null, async ({ userId, query }) => listRuns(api, await loadUser(api, userId), query['after'])),
    run: signedIn(null, async ({ userId, path, query }) => (
      runDetail(api, await loadUser(api, userId), path['id'] ?? '', query['after']))),
  };
}
