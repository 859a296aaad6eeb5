/** Taking a mailbox: whoever moves its head is the one who writes. */
import type { SyncError } from '../../engine/errors.ts';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { Side } from '../../ports/side.ts';
import { Conflict } from '../../ports/table.ts';
import { headChange } from '../../store/control-store.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control, Head } from '../control.ts';
import type { Services } from '../services.ts';
import { isRung } from './idle.ts';
import { leaseOf } from './limits.ts';
import { Run, type HoldsByKind, type Trigger } from './run.ts';

/** The lease: only who moves the head may write from here on. A run began before it polled: who rang since is still to be heard. */
export async function acquire(
  services: Services, control: Control, { sides, holds }: { readonly sides: Readonly<Record<SideKey, Side>>; readonly holds: HoldsByKind }, startedAt: Instant,
): Promise<Run | undefined> {
  const { userId, config } = control;
  const sealer = await services.keyring.sealer(config.organization);
  const id = Buffer.from(services.random.bytes(6)).toString('hex');
  const isFirst = control.head.lastRunAt === undefined || control.head.firstSync !== undefined;
  const { suspended, ...known } = control.head;
  const head: Head = {
    ...known, epoch: known.epoch + 1, holder: id,
    // New credentials ended the suspension; what the old ones met does not count against them.
    ...(suspended ? { refusals: { ...known.refusals, [suspended.side]: 0 } } : {}), leaseUntil: services.state.now() + leaseOf(services).lengthMs,
    ...(isFirst && !known.firstSync ? { firstSync: { done: 0, total: 0, startedAt: services.clock.now() } } : {}),
  };
  try {
    const etags = await services.state.batch(userPartition(userId), [headChange(head, control.headEtag)]);
    const trigger = triggerOf(control);
    return new Run({ services, control, sides, holds, sealer, trigger }, head, etags.get(keys.head) ?? '', startedAt, id);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

function triggerOf(control: Control): Trigger {
  const { head } = control;
  if (head.continues) return 'continuation';
  if (head.lastRunAt === undefined) return 'firstSync';
  return isRung(control) ? 'user' : 'schedule';
}

/** Stands in for a side that cannot be opened; a run that only ends asks nothing of it. */
export function unreachable(failure: SyncError): Side {
  const refuse = (): Promise<never> => Promise.reject(failure);
  return { name: '', holds: () => Promise.resolve(new Set()), changes: refuse, read: refuse, search: refuse, recall: refuse, write: refuse };
}
