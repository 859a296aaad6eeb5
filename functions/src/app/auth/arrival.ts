/** What follows from a sign-in, whichever way it came: through a vendor's window (claim.ts) or with what was typed (credentials.ts). */
import type { Claimed } from '@concord/api';
import type { Account, Grant } from '../../ports/connector.ts';
import { Conflict } from '../../ports/table.ts';
import { createUser, putGrant, readControl, type NewGrant } from '../../store/control-store.ts';
import { userIdOf } from '../../store/keys.ts';
import type { ApiServices } from '../api.ts';
import type { Config, Control, Typed } from '../control.ts';
import { refusal } from '../refusal.ts';
import { arriveElsewhere, isElsewhere } from '../activation/change-mailbox.ts';
import { changeConfig, loadUser, wake } from '../activation/user.ts';
import { revokeGrant } from './revoke.ts';
import { beginSession } from './sessions.ts';
import { connectorOf } from './sign-in.ts';
import { organizationOf, rememberMailbox, rememberUser, sealAddress } from './users.ts';

const INTERVAL_MINUTES = 30;

export interface Arrival {
  readonly system: string;
  /** Who was signed in when this sign-in began; absent on a first one. */
  readonly userId?: string;
  /** What Outlook shows. */
  readonly expectedAddress?: string;
  /** Who sits at Outlook, by the verified identity token. */
  readonly expected?: Pick<Account, 'organization' | 'user'>;
  /** What was typed for it, secrets apart. */
  readonly typed?: Typed;
  readonly grant: Grant;
}

/** Step 1: the sign-in at the CRM connects that side and is the user's session. The same person again keeps everything. */
export async function signInUser(api: ApiServices, arrival: Arrival): Promise<Claimed> {
  const { grant } = arrival;
  const connector = connectorOf(api, arrival);
  const organization = organizationOf(connector, grant.account);
  await refuseOtherOrganization(api, arrival, organization);
  const userId = userIdOf(connector.id, grant.account.organization, grant.account.user);
  await rememberUser(api, organization, userId, connector.id);
  const stored = newGrant(api, arrival);
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
async function refuseOtherOrganization(api: ApiServices, { system, userId, grant }: Arrival, organization: string): Promise<void> {
  const before = userId === undefined ? null : await readControl(api, userId);
  if (!before || before.config.organization === organization) return;
  await revokeGrant(api, system, grant);
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
export async function connectMailbox(api: ApiServices, arrival: Arrival): Promise<Claimed> {
  const { grant, system } = arrival;
  const control = await loadUser(api, arrival.userId ?? '');
  const { userId, config: { organization, approvedAt } } = control;
  if (await isElsewhere(api, control, grant.account)) {
    await arriveElsewhere(api, control, newGrant(api, arrival));
    return { address: grant.account.login, differs: false };
  }
  await rememberMailbox(api, organization, userId, grant.account);
  const isOther = approvedAt === undefined && differs(arrival);
  const unconfirmedInsteadOf = isOther ? await sealAddress(api, organization, userId, arrival.expectedAddress ?? '') : undefined;
  await putGrant(api, control, 'm', newGrant(api, arrival));
  const { config } = await changeConfig(api, userId, ({ config: { unconfirmedInsteadOf: _, ...before } }) => ({
    ...before,
    activation: before.activation === 'crmConnected' ? 'mailboxConnected' : before.activation,
    skippedMailbox: false,
    ...(unconfirmedInsteadOf === undefined ? {} : { unconfirmedInsteadOf }),
  }));
  if (config.activation === 'active') await wake(api, userId, 'settings');
  api.log.info('mailbox.connected', { user: userId, system, isOther });
  return { address: grant.account.login, differs: isOther };
}

/** Judged by the vendor's ids where an identity token told them; addresses have aliases. */
function differs({ expected, expectedAddress, grant: { account } }: Arrival): boolean {
  if (expected) return expected.organization !== account.organization || expected.user !== account.user;
  return expectedAddress !== undefined && expectedAddress.trim().toLowerCase() !== account.login.toLowerCase();
}

function newGrant(api: ApiServices, { system, grant, typed }: Arrival): NewGrant {
  return { ...grant, ...(typed ? { typed } : {}), system, connectedAt: api.clock.now(), isDead: false };
}
