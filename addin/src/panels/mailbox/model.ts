/** When the mailbox may be skipped: only before one is connected; later the verbs are pause and disconnect. */
import type { UserState } from '@concord/api';

export function canSkip(user: UserState): boolean {
  return user.activation === 'crmConnected' && user.mailbox === undefined;
}
