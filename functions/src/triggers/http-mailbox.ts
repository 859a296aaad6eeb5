/** Step 2 of the activation. */
import { ChangeMailbox, ConfirmAddress, ConnectCredentials, StartAttempt } from '@concord/api';
import { changeMailbox } from '../app/activation/change-mailbox.ts';
import { confirmMailbox, connectMailbox, skipMailbox } from '../app/activation/mailbox.ts';
import type { ApiServices } from '../app/api.ts';
import { connectTyped } from '../app/auth/credentials.ts';
import { signedIn } from './http.ts';

export function mailboxRoutes(api: ApiServices) {
  return {
    startMailbox: signedIn(StartAttempt, ({ userId, body }) => connectMailbox(api, userId, body)),
    connectMailbox: signedIn(ConnectCredentials, ({ userId, body }) => connectTyped(api, body, { userId })),
    changeMailbox: signedIn(ChangeMailbox, ({ userId, body }) => changeMailbox(api, userId, body)),
    confirmMailbox: signedIn(ConfirmAddress, ({ userId, body }) => confirmMailbox(api, userId, body)),
    skipMailbox: signedIn(null, ({ userId }) => skipMailbox(api, userId)),
  };
}
