/** Organizations and their users in table `accounts`: who exists, and which mailbox a user's links belong to. Ids only. */
import type { Account, Connector } from '../../ports/connector.ts';
import type { Table } from '../../ports/table.ts';
import type { Clock, Keyring } from '../../ports/world.ts';
import { hashToken } from './token.ts';

export interface UserParts {
  readonly accounts: Table;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

const ORGANIZATION = 'a~org';
const userKey = (userId: string): string => `u~${userId}`;
const partition = (organization: string): string => `o~${organization}`;

/** Our key of a CRM organization; the same in sandbox and production would be two organizations, as their ids differ. */
export function organizationOf({ id }: Pick<Connector, 'id'>, account: Account): string {
  return hashToken(JSON.stringify([id, account.organization]));
}

/** Written before the user's own rows, so that no user exists whom the organization's list does not know. */
export async function rememberUser({ accounts, clock }: UserParts, organization: string, userId: string, system: string): Promise<void> {
  await accounts.batch(partition(organization), [
    { op: 'merge', key: ORGANIZATION, cells: { system } },
    { op: 'merge', key: userKey(userId), cells: { signedInAt: clock.now() } },
  ]);
}

/** Our key of a mailbox. */
export const mailboxId = ({ organization, user }: Account): string => JSON.stringify([organization, user]);

/** True when this is the mailbox that the user's links point into, or none was connected before. */
export async function isMailboxOf({ accounts }: UserParts, organization: string, userId: string, account: Account): Promise<boolean> {
  const known = (await accounts.get(partition(organization), userKey(userId)))?.cells['mailbox'];
  return known === undefined || known === mailboxId(account);
}

export async function rememberMailbox({ accounts }: UserParts, organization: string, userId: string, account: Account): Promise<void> {
  await accounts.batch(partition(organization), [{ op: 'merge', key: userKey(userId), cells: { mailbox: mailboxId(account) } }]);
}

/** Config is plain, an address is not for plain rows: it is kept sealed, as base64. */
export async function sealAddress({ keyring }: UserParts, organization: string, userId: string, address: string): Promise<string> {
  const sealer = await keyring.sealer(organization);
  return Buffer.from(sealer.seal(Buffer.from(address), addressContext(organization, userId))).toString('base64');
}

export async function openAddress({ keyring }: UserParts, organization: string, userId: string, sealed: string): Promise<string> {
  const sealer = await keyring.sealer(organization);
  return Buffer.from(sealer.open(Buffer.from(sealed, 'base64'), addressContext(organization, userId))).toString();
}

const addressContext = (organization: string, userId: string): string => `${organization}/${userId}/outlookAddress`;
