/** One user's control rows as the API reads and changes them. */
import type { Config, Control } from '../control.ts';
import type { ApiServices } from '../api.ts';
import { Conflict } from '../../ports/table.ts';
import { schedule } from '../../store/due-store.ts';
import { putConfig, readControl, ringBell } from '../../store/control-store.ts';
import { refusal } from '../refusal.ts';

const CHANGE_TRIES = 5;
const MINUTE = 60_000;

/** Throws NOT_FOUND where the session's user is gone (his organization was removed). */
export async function loadUser(api: ApiServices, userId: string): Promise<Control> {
  const control = await readControl(api, userId);
  if (!control) throw refusal('NOT_FOUND', 'This user no longer exists: sign in again.');
  return control;
}

/** Reads, decides and writes the config; decides anew when somebody else wrote in between. Answers what was decided on. */
export async function changeConfig(
  api: ApiServices, userId: string, decide: (control: Control) => Config | Promise<Config>,
): Promise<Control> {
  for (let tries = 0; tries < CHANGE_TRIES; tries += 1) {
    const control = await loadUser(api, userId);
    const config = await decide(control);
    try {
      return { ...control, config, configEtag: await putConfig(api, userId, config, control.configEtag) };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw refusal('WRONG_STATE', 'These settings are being changed somewhere else: try again.');
}

/**
 * A run now: the bell says that something is new, the message makes a run look. The schedule goes on one interval from now, so
 * that the next minute does not bring a second run; it is written first, so that a lost message costs one interval at most.
 */
export async function wake(api: ApiServices, userId: string, by: 'user' | 'settings'): Promise<void> {
  const { config: { intervalMinutes } } = await loadUser(api, userId);
  const now = api.clock.now();
  await ringBell(api, userId, now, by);
  await schedule(api.due, userId, now + intervalMinutes * MINUTE, { checkedAt: now, intervalMinutes });
  await api.queue.send('sync-mailbox', { userId });
}
