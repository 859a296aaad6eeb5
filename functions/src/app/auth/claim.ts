/**
 * The end of a sign-in: the window that asked takes what the sign-in brought.
 *
 * Two proofs are needed. The secret shows that this window opened the attempt; the one-time code shows that the sign-in window
 * ran in the same browser, since only there could it be handed over. With the secret alone, somebody could open an attempt,
 * send its address to a colleague, wait until he agrees, and take his session. With the code alone, a page that
 * overhears it could.
 */
import type { Claimed, ClaimAttempt } from '@concord/api';
import type { Account, Grant } from '../../ports/connector.ts';
import { Conflict } from '../../ports/table.ts';
import { createUser, putGrant, readControl, type NewGrant } from '../../store/control-store.ts';
import { userIdOf } from '../../store/keys.ts';
import type { ApiServices } from '../api.ts';
import type { Config, Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import { changeConfig, loadUser, wake } from '../activation/user.ts';
import { askOf, grantOf, moveAttempt, type AttemptAsk, type AttemptRow } from './attempts.ts';
import { revokeGrant } from './revoke.ts';
import { beginSession } from './sessions.ts';
import { connectorOf, findOwnAttempt } from './sign-in.ts';
import { isTokenOf } from './token.ts';
import { isMailboxOf, organizationOf, rememberMailbox, rememberUser, sealAddress } from './users.ts';

const INTERVAL_MINUTES = 30;

export async function claimAttempt(api: ApiServices, { code, ...ref }: ClaimAttempt): Promise<Claimed> {
  const attempt = await findOwnAttempt(api, ref);
  if (attempt.expiresAt <= api.clock.now()) throw refusal('STATE_EXPIRED', 'This sign-in took too long: start again.');
  if (attempt.state === 'claimed') throw refusal('STATE_USED', 'This sign-in was taken already: start again.');
  if (attempt.state !== 'finished') throw refusal('WRONG_STATE', 'This sign-in is not finished.');
  if (!isTokenOf(code, attempt.codeHash ?? '')) throw refusal('STATE_UNKNOWN', 'This code does not belong to this sign-in: start again.');
  const [grant, ask] = [await grantOf(api, attempt), await askOf(api, attempt)];
  if (!await moveAttempt(api, attempt, { state: 'claimed' })) throw refusal('STATE_USED', 'This sign-in was taken already: start again.');
  return attempt.side === 'c' ? signInUser(api, attempt, grant) : connectMailbox(api, attempt, ask, grant);
}

/** Step 1: the sign-in at the CRM connects that side and is the user's session. The same person again keeps everything. */
async function signInUser(api: ApiServices, attempt: AttemptRow, grant: Grant): Promise<Claimed> {
  const connector = connectorOf(api, attempt);
  const organization = organizationOf(connector, grant.account);
  await refuseOtherOrganization(api, attempt, organization, grant);
  const userId = userIdOf(connector.id, grant.account.organization, grant.account.user);
  await rememberUser(api, organization, userId, connector.id);
  const stored = newGrant(api, attempt, grant);
  const isNew = await createIfNew(api, userId, firstConfig(organization, grant.account), stored);
  if (!isNew) await signInAgain(api, await loadUser(api, userId), stored);
  api.log.info('user.signedIn', { user: userId, system: connector.id, isNew });
  return { session: await beginSession(api, userId), differs: false };
}

/** Links and settings stay. Where sync is on, the next cycle comes at once: a suspended one waits for nothing else. */
async function signInAgain(api: ApiServices, control: Control, grant: NewGrant): Promise<void> {
  await putGrant(api, control, 'c', grant);
  if (control.config.activation === 'active') await wake(api, control.userId, 'settings');
}

async function createIfNew(api: ApiServices, userId: string, config: Config, grant: NewGrant): Promise<boolean> {
  if (await readControl(api, userId)) return false;
  try {
    await createUser(api, userId, config, 'c', grant);
    return true;
  } catch (error) {
    // Two windows of the same person finished at once.
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** A window that is signed in to one organization does not slip into another: the person chooses in the pane. */
async function refuseOtherOrganization(api: ApiServices, attempt: AttemptRow, organization: string, grant: Grant): Promise<void> {
  const before = attempt.userId === undefined ? null : await readControl(api, attempt.userId);
  if (!before || before.config.organization === organization) return;
  await revokeGrant(api, attempt.system, grant);
  throw refusal(
    'WRONG_ORGANIZATION', 'This is another organization than the one you are signed in to: go on with that one, or sign out first.',
  );
}

function firstConfig(organization: string, account: Account): Config {
  return {
    organization, activation: 'crmConnected', skippedMailbox: false, kinds: [], intervalMinutes: INTERVAL_MINUTES,
    region: account.country ?? 'US', timeZone: account.timeZone ?? 'UTC',
  };
}

/** Step 2, or the mailbox's sign-in anew. Which mailbox is meant is asked once, before the first sync is approved. */
async function connectMailbox(api: ApiServices, attempt: AttemptRow, ask: AttemptAsk, grant: Grant): Promise<Claimed> {
  const control = await loadUser(api, attempt.userId ?? '');
  const { userId, config: { organization, approvedAt } } = control;
  await refuseOtherMailbox(api, control, attempt, grant);
  await rememberMailbox(api, organization, userId, grant.account);
  const isOther = approvedAt === undefined && differs(ask, grant.account);
  const unconfirmedInsteadOf = isOther ? await sealAddress(api, organization, userId, ask.expectedAddress ?? '') : undefined;
  await putGrant(api, control, 'm', newGrant(api, attempt, grant));
  const { config } = await changeConfig(api, userId, ({ config: { unconfirmedInsteadOf: _, ...before } }) => ({
    ...before,
    activation: before.activation === 'crmConnected' ? 'mailboxConnected' : before.activation,
    skippedMailbox: false,
    ...(unconfirmedInsteadOf === undefined ? {} : { unconfirmedInsteadOf }),
  }));
  if (config.activation === 'active') await wake(api, userId, 'settings');
  api.log.info('mailbox.connected', { user: userId, system: attempt.system, isOther });
  return { address: grant.account.login, differs: isOther };
}

/** Judged by the vendor's ids where an identity token told them; addresses have aliases. */
function differs({ expected, expectedAddress }: AttemptAsk, account: Account): boolean {
  if (expected) return expected.organization !== account.organization || expected.user !== account.user;
  return expectedAddress !== undefined && expectedAddress.trim().toLowerCase() !== account.login.toLowerCase();
}

/**
 * Links point at records of one mailbox. In another one every record would look deleted, so it is not connected until the
 * links are gone.
 */
async function refuseOtherMailbox(api: ApiServices, control: Control, attempt: AttemptRow, grant: Grant): Promise<void> {
  const { userId, config, head } = control;
  const hasLinks = Object.values(head.links).some((count) => count > 0) || head.openTodos > 0;
  if (!hasLinks || await isMailboxOf(api, config.organization, userId, grant.account)) return;
  await revokeGrant(api, attempt.system, grant);
  throw refusal('OTHER_MAILBOX', 'Your contacts are linked with another mailbox: connect that one again. Nothing was changed.');
}

function newGrant(api: ApiServices, attempt: AttemptRow, grant: Grant): NewGrant {
  return { ...grant, system: attempt.system, connectedAt: api.clock.now(), isDead: false };
}
