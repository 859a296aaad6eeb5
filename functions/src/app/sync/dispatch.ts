/** The minute timer: whoever is due is moved to his next minute, then queued. Nothing is read but the schedule. */
import type { Instant } from '../../engine/record.ts';
import { dueUsers, moveDue, schedule, type DueUser } from '../../store/due-store.ts';
import type { Services } from '../services.ts';

/** Who is left is still due at the next tick. */
const DISPATCH_MAX = 1_000;
/** Users moved and queued at a time: a tick of a thousand then takes seconds. */
const AT_ONCE = 20;

/** Answers how many were queued. A repeated or a competing tick queues nobody twice: only who moves a user queues him. */
export async function dispatchDue(services: Services): Promise<number> {
  const now = services.clock.now();
  const due = await dueUsers(services.due, now, DISPATCH_MAX);
  let queued = 0;
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const outcomes = await Promise.allSettled(due.slice(from, from + AT_ONCE).map((user) => dispatchOne(services, user, now)));
    queued += outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) {
      services.log.warn('dispatch.stopped', { due: due.length, queued });
      throw failed.reason;
    }
  }
  // An empty tick is the rule: it leaves no line.
  if (due.length > 0) services.log.info('dispatch.done', { due: due.length, queued, isFull: due.length === DISPATCH_MAX });
  return queued;
}

/** A crash between move and message costs a user one interval, never a double run. */
async function dispatchOne(services: Services, user: DueUser, now: Instant): Promise<boolean> {
  if (!await moveDue(services.due, user, now)) return false;
  try {
    await services.queue.send('sync-mailbox', { userId: user.userId });
    return true;
  } catch (error) {
    // He was moved but not queued: he is due again at once, so that a queue that is down costs nobody a cycle.
    await schedule(services.due, user.userId, now);
    throw error;
  }
}
