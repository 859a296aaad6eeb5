/** Step 2 of the activation. */
import { ConfirmAddress, StartAttempt } from '@concord/api';
import { confirmMailbox, connectMailbox, skipMailbox } from '../app/activation/mailbox.ts';
import type { ApiServices } from '../app/api.ts';
import { signedIn } from './http.ts';

export function mailboxRoutes(api: ApiServices) {
  return {
    startMailbox: signedIn(StartAttempt, ({ userId, body }) => connectMailbox(api, userId, body)),
    confirmMailbox: signedIn(ConfirmAddress, ({ userId, body }) => confirmMailbox(api, userId, body)),
    skipMailbox: signedIn(null, ({ userId }) => skipMailbox(api, userId)),
  };
}
