/** A message that failed five times: its user must see that sync does not go on, and why. */
import type { Services } from '../services.ts';
import { SyncError } from '../../engine/errors.ts';
import { headChange, readControl } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';

/**
 * Notes the failure in the head until a later run ends well. The epoch grows as for a run, so that whatever still runs under the
 * old one is fenced off. While a run holds the lease this throws and the host brings the message again: that run may succeed.
 */
export async function noteFailedRun(services: Services, userId: string): Promise<void> {
  const control = await readControl(services, userId);
  if (!control) return;
  const { head, headEtag } = control;
  if (head.holder !== undefined && head.leaseUntil > services.state.now()) {
    throw new SyncError('unavailable', 'A run is under way: its end is waited for.', { code: 'RUN_UNDER_WAY' });
  }
  const { holder: _, ...rest } = head;
  const problem = { kind: 'bug', code: 'RUN_FAILED', since: services.clock.now() } as const;
  await services.state.batch(userPartition(userId), [headChange({ ...rest, epoch: head.epoch + 1, leaseUntil: 0, problem }, headEtag)]);
  services.log.error('sync.run.poisoned', { user: userId });
}
