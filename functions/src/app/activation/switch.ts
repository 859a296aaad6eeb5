/** Pause, resume, deactivate: three verbs that start and stop runs. None of them touches a record, a link or a setting. */
import type { PauseRequest } from '@concord/api';
import { schedule, unschedule } from '../../store/due-store.ts';
import type { ApiServices } from '../api.ts';
import type { Config } from '../control.ts';
import { refusal } from '../refusal.ts';
import { endWatches } from '../sync/watches.ts';
import { hasLivingGrants, withoutPause } from './standing.ts';
import { changeConfig, wake } from './user.ts';

/** Until `until`, or until the person resumes. Paused again with another end is the new end. */
export async function pause(api: ApiServices, userId: string, { until }: PauseRequest): Promise<void> {
  if (until !== undefined && until <= api.clock.now()) {
    throw refusal('BAD_REQUEST', 'The end of the pause is over already.', { field: 'until' });
  }
  const control = await changeConfig(api, userId, ({ config }): Config => {
    if (config.activation !== 'active' && config.activation !== 'paused') {
      throw refusal('WRONG_STATE', 'Sync is not on, so there is nothing to pause.');
    }
    return { ...withoutPause(config), activation: 'paused', ...(until === undefined ? {} : { pausedUntil: until }) };
  });
  // The schedule itself ends the pause: the run at that moment finds it over.
  if (until === undefined) await unschedule(api.due, userId);
  else await schedule(api.due, userId, until);
  await endWatches(api, control);
  api.log.info('sync.paused', { user: userId, until });
}

/** After a pause, or after it was turned off: everything that was approved and linked is still there. */
export async function resume(api: ApiServices, userId: string): Promise<void> {
  await changeConfig(api, userId, (control): Config => {
    const { config } = control;
    if (config.activation === 'active') return withoutPause(config);
    if (config.activation !== 'paused' && config.activation !== 'deactivated') {
      throw refusal('WRONG_STATE', 'Sync was not set up yet: connect the mailbox and approve the first sync.');
    }
    if (config.approvedAt === undefined) throw refusal('WRONG_STATE', 'The first sync was not approved yet: review it and start.');
    if (config.activation === 'deactivated' && !hasLivingGrants(control)) {
      throw refusal('WRONG_STATE', 'A connection is missing: sign in again first.');
    }
    return { ...withoutPause(config), activation: 'active' };
  });
  await wake(api, userId, 'settings');
  api.log.info('sync.resumed', { user: userId });
}

/** Off until the person turns it on. Connections, links and settings stay. */
export async function deactivate(api: ApiServices, userId: string): Promise<void> {
  const control = await changeConfig(api, userId, ({ config }): Config => {
    if (config.activation === 'crmConnected' || config.activation === 'mailboxConnected') {
      throw refusal('WRONG_STATE', 'Sync was not set up yet.');
    }
    return { ...withoutPause(config), activation: 'deactivated' };
  });
  await unschedule(api.due, userId);
  await endWatches(api, control);
  api.log.info('sync.deactivated', { user: userId });
}
