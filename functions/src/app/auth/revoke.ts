/** Ending a grant at its vendor. */
import { SyncError } from '../../engine/errors.ts';
import type { Account } from '../../ports/connector.ts';
import type { ApiServices } from '../api.ts';
import { connectorOf } from './sign-in.ts';

/**
 * Tells the vendor. A vendor that cannot be reached must not keep a person connected: our copy of the secret is deleted all
 * the same, and the log says that the vendor was not told.
 */
export async function revokeGrant(
  api: ApiServices, system: string, grant: { readonly secret: string; readonly account: Account },
): Promise<void> {
  try {
    await connectorOf(api, { system }).flow.revoke(grant.secret, grant.account);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    api.log.warn('grant.revoke.failed', { system, kind: error.kind, code: error.details.code });
  }
}
