/** Everything the pane shows of one user, in one answer. */
import type { ConnectionState, UserState } from '@concord/api';
import type { SideKey } from '../../engine/record.ts';
import { placeOf } from '../../store/due-store.ts';
import type { ApiServices } from '../api.ts';
import { connectorOf, signInForms } from '../auth/sign-in.ts';
import { openAddress } from '../auth/users.ts';
import type { Control } from '../control.ts';
import { windowOf } from '../scope.ts';
import { syncStateOf } from '../sync/status.ts';
import { dropNext, mailboxChangeOf } from './change-mailbox.ts';
import { isRefused, standingOf } from './standing.ts';
import { loadUser } from './user.ts';

export async function userState(api: ApiServices, userId: string): Promise<UserState> {
  const [control, place] = await Promise.all([loadUser(api, userId), placeOf(api.due, userId)]);
  const { config, grants } = control;
  const now = api.clock.now();
  const activation = standingOf(control, now);
  const sync = syncStateOf(api, control, place);
  const [crm, mailbox] = [connectionOf(api, control, 'c', sync.lastRunAt), connectionOf(api, control, 'm', sync.lastRunAt)];
  const mailboxChange = mailboxChangeOf(api, control);
  if (control.next && !mailboxChange) await dropNext(api, control);
  const insteadOf = config.unconfirmedInsteadOf && await openAddress(api, config.organization, userId, config.unconfirmedInsteadOf);
  return {
    now, activation, sync, skippedMailbox: config.skippedMailbox, kinds: [...config.kinds], window: windowOf(config), forms: [...signInForms(api)],
    displayName: (grants.c ?? grants.m)?.account.displayName ?? '',
    ...(mailboxChange ? { mailboxChange } : {}),
    ...(crm ? { crm } : {}),
    ...(mailbox ? { mailbox: { ...mailbox, ...(insteadOf ? { unconfirmedInsteadOf: insteadOf } : {}) } } : {}),
    ...(activation === 'paused' && config.pausedUntil !== undefined ? { pausedUntil: config.pausedUntil } : {}),
  };
}

/** A side was good when a run ended since it was connected and nothing is known against it. */
function connectionOf(api: ApiServices, control: Control, side: SideKey, lastRunAt: number | undefined): ConnectionState | undefined {
  const grant = control.grants[side];
  if (!grant) return undefined;
  const { account: { login, organizationName }, system, connectedAt, typed } = grant;
  const { refusals, problem, suspended } = control.head;
  const isSuspended = !grant.isDead && suspended?.side === side && suspended.tries > 1 && isRefused(control, side);
  const isGood = lastRunAt !== undefined && lastRunAt > connectedAt && refusals[side] === 0 && problem?.side !== side;
  return {
    system, name: connectorOf(api, grant).signIn.name, login, connectedAt, isRefused: isRefused(control, side),
    ...(organizationName === undefined ? {} : { organizationName }),
    ...(isGood ? { lastGoodAt: lastRunAt } : {}),
    ...(isSuspended ? { refused: { tries: suspended.tries, at: suspended.at } } : {}),
    ...(typed ? { typed } : {}),
  };
}
