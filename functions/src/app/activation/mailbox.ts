/** Step 2: connect the mailbox, say which one is meant, or skip it. */
import type { Attempt, ConfirmAddress, StartAttempt } from '@concord/api';
import type { ApiServices } from '../api.ts';
import { startSignIn } from '../auth/sign-in.ts';
import type { Config } from '../control.ts';
import { refusal } from '../refusal.ts';
import { removeGrant } from './disconnect.ts';
import { changeConfig } from './user.ts';

export function connectMailbox(api: ApiServices, userId: string, request: StartAttempt): Promise<Attempt> {
  return startSignIn(api, request, 'm', userId);
}

/** "Outlook shows {a}, you connected {b}." Keep {b}, or drop it again and connect {a}. */
export async function confirmMailbox(api: ApiServices, userId: string, { keep }: ConfirmAddress): Promise<void> {
  await changeConfig(api, userId, ({ config: { unconfirmedInsteadOf, ...config } }): Config => {
    if (unconfirmedInsteadOf === undefined) throw refusal('WRONG_STATE', 'There is no other address to confirm.');
    return keep ? config : { ...config, activation: 'crmConnected' };
  });
  if (!keep) await removeGrant(api, userId, 'm');
  api.log.info('mailbox.confirmed', { user: userId, keep });
}

/** The pane says what is off then; the menu keeps "Set up sync". */
export async function skipMailbox(api: ApiServices, userId: string): Promise<void> {
  await changeConfig(api, userId, ({ config }): Config => {
    if (config.activation !== 'crmConnected') throw refusal('WRONG_STATE', 'The mailbox is connected: disconnect it instead.');
    return { ...config, skippedMailbox: true };
  });
}
