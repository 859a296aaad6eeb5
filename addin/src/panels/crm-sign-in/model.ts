/** Where the pane goes after the CRM's sign-in, and what the organization is called. */
import type { UserState } from '@concord/api';
import { hashes } from '../../router/route.ts';
import { firstScreen } from '../../state/status.ts';

export function nextScreen(user: UserState): string {
  return hashes[firstScreen(user)];
}

export function organizationOf(user: UserState): string {
  return user.crm?.organizationName ?? user.crm?.name ?? user.displayName;
}
