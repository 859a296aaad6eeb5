/**
 * Another mailbox takes over: another account, or the same mail after a move to another vendor. Links point at records of one
 * mailbox, so they are put aside (sync/leave.ts) and the records are matched anew, after a preview and the person's word.
 */
import type { ChangeMailbox, MailboxChange } from '@concord/api';
import { Conflict } from '../../ports/table.ts';
import type { Account } from '../../ports/connector.ts';
import { configChange, deleteGrant, grantChange, putGrant, type NewGrant } from '../../store/control-store.ts';
import { schedule } from '../../store/due-store.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { ApiServices } from '../api.ts';
import { revokeGrant } from '../auth/revoke.ts';
import { isMailboxOf, mailboxId, rememberMailbox } from '../auth/users.ts';
import type { Config, Control, StoredGrant } from '../control.ts';
import { refusal } from '../refusal.ts';
import { endWatches } from '../sync/watches.ts';
import { withoutPause } from './standing.ts';
import { loadUser } from './user.ts';

const MINUTE = 60_000;
/** An unanswered question is dropped with the sign-in that it is about. */
const ASK_LIFE = 60 * MINUTE;
const TRIES = 5;

/** True when something is stored about another mailbox than this one. While one is being left, nothing is any more. */
export async function isElsewhere(api: ApiServices, control: Control, account: Account): Promise<boolean> {
  const { userId, config, head, grants, cursors } = control;
  if (config.isLeaving || (!hasLinks(control) && head.lastRunAt === undefined && Object.keys(cursors.m).length === 0)) return false;
  if (grants.m) return mailboxId(grants.m.account) !== mailboxId(account);
  return !await isMailboxOf(api, config.organization, userId, account);
}

/** Links make it a question; without any there is nothing to lose. */
export async function arriveElsewhere(api: ApiServices, control: Control, grant: NewGrant): Promise<void> {
  if (!hasLinks(control)) return takeOver(api, control, grant);
  await putGrant(api, control, 'n', grant);
  if (control.next) await revokeGrant(api, control.next.system, control.next);
  api.log.info('mailbox.change.asked', { user: control.userId, system: grant.system });
}

/** The person's word: the new mailbox takes over, or its sign-in is dropped and everything stays. */
export async function changeMailbox(api: ApiServices, userId: string, { go }: ChangeMailbox): Promise<void> {
  const control = await loadUser(api, userId);
  const { next } = control;
  if (!next || !isOpen(api, next)) {
    if (next) await dropNext(api, control);
    throw refusal('WRONG_STATE', 'No other mailbox waits for your word: connect it again.');
  }
  if (!go) return dropNext(api, control);
  const { etag: _, ...grant } = next;
  await takeOver(api, control, grant);
}

/** What the pane asks or tells about a change. */
export function mailboxChangeOf(api: ApiServices, control: Control): MailboxChange | undefined {
  const { next, config, grants, head } = control;
  const links = Object.values(head.links).reduce((sum, count) => sum + count, 0);
  if (config.isLeaving) return grants.m && { to: grants.m.account.login, links, isUnderWay: true };
  if (!next || !isOpen(api, next)) return undefined;
  return { to: next.account.login, links, isUnderWay: false, ...(grants.m ? { from: grants.m.account.login } : {}) };
}

/** A sign-in that waits for a word which is no longer asked for is not kept. */
export async function dropNext(api: ApiServices, { userId, next }: Control): Promise<void> {
  if (!next) return;
  try {
    await deleteGrant(api, userId, 'n', next.etag);
  } catch (error) {
    // Another window was faster: it, or the newer sign-in, counts.
    if (error instanceof Conflict) return;
    throw error;
  }
  await revokeGrant(api, next.system, next);
}

/** Makes sure that somebody goes on with leaving; harmless when somebody does. */
export async function goOnLeaving(api: ApiServices, userId: string, intervalMinutes: number): Promise<void> {
  await schedule(api.due, userId, api.clock.now() + MINUTE, { intervalMinutes });
  await api.queue.send('sync-mailbox', { userId });
}

/** Grant, config and the end of the question are one batch; the schedule comes before it, so that no crash leaves it half done. */
async function takeOver(api: ApiServices, before: Control, grant: NewGrant): Promise<void> {
  const { userId } = before;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const control = tries === 0 ? before : await loadUser(api, userId);
    const { config, configEtag, grants, next } = control;
    await rememberMailbox(api, config.organization, userId, grant.account);
    await schedule(api.due, userId, api.clock.now() + MINUTE, { intervalMinutes: config.intervalMinutes });
    try {
      await api.state.batch(userPartition(userId), [
        configChange(leaving(config), configEtag), await grantChange(api, control, 'm', { ...grant, connectedAt: api.clock.now() }),
        ...(next ? [{ op: 'delete' as const, key: keys.grant('n'), etag: next.etag }] : []),
      ]);
    } catch (error) {
      if (error instanceof Conflict) continue;
      throw error;
    }
    await api.queue.send('sync-mailbox', { userId });
    await endWatches(api, control);
    if (grants.m) await revokeGrant(api, grants.m.system, grants.m);
    api.log.info('mailbox.changed', { user: userId, system: grant.system });
    return;
  }
  throw refusal('WRONG_STATE', 'These settings are being changed somewhere else: try again.');
}

/** As after step 2: what the first sync with this mailbox does is counted and approved anew. */
function leaving(before: Config): Config {
  const { unconfirmedInsteadOf: _, approvedAt: _at, ...config } = withoutPause(before);
  return { ...config, activation: 'mailboxConnected', skippedMailbox: false, isLeaving: true };
}

function hasLinks({ head }: Control): boolean {
  return Object.values(head.links).some((count) => count > 0) || head.openTodos > 0;
}

function isOpen({ clock }: ApiServices, { connectedAt }: StoredGrant): boolean {
  return connectedAt + ASK_LIFE > clock.now();
}
