/** Taking a connection away: sync stops, the vendor is told, the secrets are deleted. Records, links and settings stay. */
import type { DisconnectRequest } from '@concord/api';
import { unschedule } from '../../store/due-store.ts';
import { deleteGrant } from '../../store/control-store.ts';
import { Conflict } from '../../ports/table.ts';
import type { SideKey } from '../../engine/record.ts';
import type { ApiServices } from '../api.ts';
import type { Config } from '../control.ts';
import { refusal } from '../refusal.ts';
import { revokeGrant } from '../auth/revoke.ts';
import { endWatches } from '../sync/watches.ts';
import { dropNext } from './change-mailbox.ts';
import { withoutPause } from './standing.ts';
import { changeConfig, loadUser } from './user.ts';

const TRIES = 3;

export async function disconnect(api: ApiServices, userId: string, { side }: DisconnectRequest): Promise<void> {
  if (!(await loadUser(api, userId)).grants[side]) throw refusal('WRONG_STATE', 'This side is not connected.');
  // Sync stops first, so that no run starts while the secret is on its way out.
  const control = await changeConfig(
    api, userId, ({ config }) => (side === 'm' ? withoutMailbox(config) : { ...withoutPause(config), activation: 'deactivated' }),
  );
  // A mailbox that is being left is left to the end.
  if (!control.config.isLeaving) await unschedule(api.due, userId);
  if (side === 'm') await dropNext(api, control);
  // While the sign-in still works.
  await endWatches(api, control);
  await removeGrant(api, userId, side);
  api.log.info('side.disconnected', { user: userId, side });
}

/** As after Skip: the pane does not open the dialog by itself, the menu keeps "Set up sync". */
export function withoutMailbox(config: Config): Config {
  const { unconfirmedInsteadOf: _, ...rest } = withoutPause(config);
  return { ...rest, activation: 'crmConnected', skippedMailbox: true };
}

/** Deleted before it is revoked: a refresh under way then finds no row to store its new secret in, and the newest one is revoked. */
export async function removeGrant(api: ApiServices, userId: string, side: SideKey): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const grant = (await loadUser(api, userId)).grants[side];
    if (!grant) return;
    try {
      await deleteGrant(api, userId, side, grant.etag);
      await revokeGrant(api, grant.system, grant);
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw refusal('WRONG_STATE', 'This connection is being refreshed: try again in a moment.');
}
