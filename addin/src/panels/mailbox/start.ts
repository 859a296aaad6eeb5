/** Begins a mailbox's sign-in: with what Outlook shows and, where the host can, the proof of who sits there. */
import type { Attempt, Claimed, ConnectCredentials, StartAttempt } from '@concord/api';
import { findIdentityToken } from '../../office/identity.ts';
import type { Services } from '../../services.ts';

export async function startMailbox({ api, config, host, storage }: Services, request: StartAttempt): Promise<Attempt> {
  const identityToken = await findIdentityToken(host, config.microsoftClientId, storage);
  return api.startMailbox({
    ...request,
    ...(host.mailAddress ? { expectedAddress: host.mailAddress } : {}),
    ...(identityToken ? { identityToken } : {}),
  });
}

/** With what was typed. The host's proof is about Microsoft's own accounts, so it has nothing to say here. */
export function connectMailbox({ api, host }: Services, request: ConnectCredentials): Promise<Claimed> {
  return api.connectMailbox({ ...request, ...(host.mailAddress ? { expectedAddress: host.mailAddress } : {}) });
}
