/** Trouble on request, for tests, the demo and the buttons of the page. HTTP faults of any kind are in the shared server. */
import type { User } from '../identity/accounts.ts';
import { expireAccess, findUser, revokeGrants } from '../identity/state.ts';
import type { IdentityState } from '../identity/state.ts';
import { raiseLifecycle } from './notifications.ts';
import type { LifecycleEvent } from './subscriptions.ts';
import type { Trouble } from './settings.ts';
import { mailboxOf } from './world.ts';
import type { GraphWorld } from './world.ts';

export interface Controls {
  throttle(trouble: Partial<Trouble>): void;
  /** All delta and next links of the user's mailbox handed out so far answer 410. */
  expireDeltaTokens(user: string): void;
  /** All refresh tokens of the user are dead: invalid_grant, AADSTS50173. Access tokens run on, as with the real service. */
  revokeSignIn(user: string): void;
  /** All access tokens of the user answer 401. */
  expireAccessTokens(user: string): void;
  /** Told to the lifecycle address of each of the user's subscriptions with the next delivery. */
  lifecycle(user: string, event: LifecycleEvent): void;
  grantAdminConsent(tenantId: string): void;
}

/** Users are named by object id or login. */
export function controlsOf(world: GraphWorld, identity: IdentityState): Controls {
  const idOf = (user: string): string => demandUser(identity, user).id;
  return {
    throttle: (trouble) => { Object.assign(world.trouble, trouble); },
    expireDeltaTokens: (user) => {
      const mailbox = mailboxOf(world, idOf(user));
      for (const shelf of [mailbox, mailbox.calendar, mailbox.tasks, mailbox.taskLists]) shelf.deltaEpoch += 1;
      world.changed(mailbox);
    },
    revokeSignIn: (user) => { revokeGrants(identity, idOf(user)); },
    expireAccessTokens: (user) => { expireAccess(identity, idOf(user)); },
    lifecycle: (user, event) => {
      const mailbox = mailboxOf(world, idOf(user));
      raiseLifecycle(mailbox, event);
      world.changed(mailbox);
    },
    grantAdminConsent: (tenantId) => {
      identity.adminConsents.add(tenantId);
      identity.changed();
    },
  };
}

export function demandUser(identity: IdentityState, user: string): User {
  const found = findUser(identity, user);
  if (!found) throw new Error(`the sandbox has no account ${user}`);
  return found;
}
