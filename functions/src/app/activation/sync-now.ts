/** "Sync now": a run at once, not sooner than a minute after the last one. */
import { placeOf } from '../../store/due-store.ts';
import type { ApiServices } from '../api.ts';
import { refusal } from '../refusal.ts';
import { syncStateOf } from '../sync/status.ts';
import { standingOf } from './standing.ts';
import { loadUser, wake } from './user.ts';

export async function syncNow(api: ApiServices, userId: string): Promise<void> {
  const control = await loadUser(api, userId);
  const now = api.clock.now();
  if (standingOf(control, now) !== 'active') {
    throw refusal('WRONG_STATE', 'Sync is not on: resume it, or sign in again where that is asked for.');
  }
  const { syncNowFrom } = syncStateOf(api, control, await placeOf(api.due, userId));
  if (syncNowFrom > now) {
    throw refusal('TOO_SOON', 'The last run was a moment ago: try again shortly.', { retryAfterMs: syncNowFrom - now });
  }
  await wake(api, userId, 'user');
}
