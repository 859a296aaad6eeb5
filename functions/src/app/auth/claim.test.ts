import { beforeEach, expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import {
  ANNA, ANNAS_MAILBOX, claimMailbox, claimSignIn, codeOf, finished, signInWorld, type SignInWorld,
} from '../../../test/sign-in-world.ts';
import { putConfig, readControl } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { claimAttempt } from './claim.ts';
import { checkSession } from './sessions.ts';
import { finishSignIn, startSignIn } from './sign-in.ts';
import { openAddress } from './users.ts';

const ASK = { system: 'crm', choice: 'production' };
let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

async function load(userId: string): Promise<Control> {
  const control = await readControl(world, userId);
  if (!control) throw new Error('the user is missing');
  return control;
}

test('the first sign-in makes organization, user, connection and session', async () => {
  const { userId, access } = await claimSignIn(world);
  expect((await checkSession(world, access)).userId).toBe(userId);
  const { config, grants } = await load(userId);
  expect(config).toMatchObject(
    { activation: 'crmConnected', skippedMailbox: false, kinds: [], intervalMinutes: 30, region: 'DE', timeZone: 'Europe/Berlin' },
  );
  expect(grants.c).toMatchObject({ system: 'crm', secret: 'c-secret-1', account: ANNA, isDead: false });
  expect(world.accounts.rows(`o~${config.organization}`).map(({ key }) => key)).toEqual(['a~org', `u~${userId}`]);
});

test('nothing of the grant and no name of a person lies in clear in any table', async () => {
  const { userId } = await claimSignIn(world);
  await claimMailbox(world, userId, { expectedAddress: 'other.address@contoso.example' });
  const { config } = await load(userId);
  const rows = [
    ...world.state.rows(userPartition(userId)), ...world.accounts.rows('attempts'), ...world.accounts.rows(`o~${config.organization}`),
  ];
  const text = rows.map(({ key, cells }) => `${key} ${Object.values(cells).map((cell) => (
    cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell))).join(' ')}`).join('\n');
  for (const secret of ['secret-1', 'token-1', 'anna@contoso', 'Anna Weber', 'other.address']) expect(text).not.toContain(secret);
});

test('the code is needed: whoever only opened the attempt cannot take what somebody else finished', async () => {
  const attempt = await startSignIn(world, ASK, 'c');
  const good = await finished(world, 'crm', attempt);
  expect(await codeOf(claimAttempt(world, { ...good, code: '' }))).toBe('STATE_UNKNOWN');
  expect(await codeOf(claimAttempt(world, { ...good, code: 'A'.repeat(43) }))).toBe('STATE_UNKNOWN');
  expect((await claimAttempt(world, good)).session).toBeDefined();
});

test('the secret is needed: whoever only overheard the code cannot use it', async () => {
  const [mine, other] = [await startSignIn(world, ASK, 'c'), await startSignIn(world, ASK, 'c')];
  const good = await finished(world, 'crm', mine);
  expect(await codeOf(claimAttempt(world, { ...good, secret: other.secret }))).toBe('STATE_UNKNOWN');
  expect(await codeOf(claimAttempt(world, { ...good, attempt: other.attempt, secret: other.secret }))).toBe('WRONG_STATE');
});

test('a sign-in is claimed once, even when two claims arrive together', async () => {
  const good = await finished(world, 'crm', await startSignIn(world, ASK, 'c'));
  const answers = await Promise.allSettled([claimAttempt(world, good), claimAttempt(world, good)]);
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  expect(await codeOf(claimAttempt(world, good))).toBe('STATE_USED');
});

test('a claim after ten minutes, before the window came back, or after a refusal brings nothing', async () => {
  const late = await finished(world, 'crm', await startSignIn(world, ASK, 'c'));
  world.clock.advance(10 * 60_000);
  expect(await codeOf(claimAttempt(world, late))).toBe('STATE_EXPIRED');
  const waiting = await startSignIn(world, ASK, 'c');
  expect(await codeOf(claimAttempt(world, { attempt: waiting.attempt, secret: waiting.secret, code: 'x' }))).toBe('WRONG_STATE');
  await finishSignIn(world, 'crm', { state: new URL(waiting.url).searchParams.get('state') ?? '', error: 'access_denied' });
  expect(await codeOf(claimAttempt(world, { attempt: waiting.attempt, secret: waiting.secret, code: 'x' }))).toBe('WRONG_STATE');
});

test('the same person again is the same user: the grant is new, links and settings stay', async () => {
  const { userId } = await claimSignIn(world);
  const before = await load(userId);
  await putConfig(world, userId, { ...before.config, intervalMinutes: 60, kinds: ['contact'] }, before.configEtag);
  const again = await claimSignIn(world);
  expect(again.userId).toBe(userId);
  const { config, grants, head } = await load(userId);
  expect(config).toMatchObject({ intervalMinutes: 60, kinds: ['contact'] });
  expect(head).toEqual(before.head);
  expect(grants.c?.secret).toBe('c-secret-2');
});

test('two windows of one new person finish at once and make one user', async () => {
  const [one, two] = await Promise.all([claimSignIn(world), claimSignIn(world)]);
  expect(one.userId).toBe(two.userId);
});

test('a window that is signed in does not slip into another organization; the new grant is ended', async () => {
  const { userId } = await claimSignIn(world);
  world.crm.next.account = { ...ANNA, organization: 'org-2' };
  expect(await codeOf(claimSignIn(world, userId))).toBe('WRONG_ORGANIZATION');
  expect(world.crm.calls.revoke).toEqual(['c-secret-2']);
  expect((await load(userId)).grants.c?.secret).toBe('c-secret-1');
  expect((await claimSignIn(world)).userId).not.toBe(userId);
});

test('the same person in two organizations is two users with two data keys', async () => {
  const one = await claimSignIn(world);
  world.crm.next.account = { ...ANNA, organization: 'org-2' };
  const two = await claimSignIn(world);
  expect(one.userId).not.toBe(two.userId);
  expect((await load(one.userId)).config.organization).not.toBe((await load(two.userId)).config.organization);
});

test('the mailbox that Outlook shows is connected without a question', async () => {
  const { userId } = await claimSignIn(world);
  const claimed = await claimMailbox(world, userId, { expectedAddress: ' Anna@Contoso.example ' });
  expect(claimed).toEqual({ address: 'anna@contoso.example', differs: false });
  const { config, grants } = await load(userId);
  expect(config.activation).toBe('mailboxConnected');
  expect(config.unconfirmedInsteadOf).toBeUndefined();
  expect(grants.m?.account).toEqual(ANNAS_MAILBOX);
});

test("another mailbox than Outlook's is kept for the person's word", async () => {
  const { userId } = await claimSignIn(world);
  const claimed = await claimMailbox(world, userId, { expectedAddress: 'info@contoso.example' });
  expect(claimed).toEqual({ address: 'anna@contoso.example', differs: true });
  const { config } = await load(userId);
  expect(await openAddress(world, config.organization, userId, config.unconfirmedInsteadOf ?? '')).toBe('info@contoso.example');
});

test("an identity token is compared by the vendor's ids, so that an alias is no other mailbox", async () => {
  const { userId } = await claimSignIn(world);
  const alias = { identityToken: 'good-token', expectedAddress: 'alias@contoso.example' };
  expect((await claimMailbox(world, userId, alias)).differs).toBe(false);
  world.mail.next.account = { ...ANNAS_MAILBOX, user: 'somebody-else' };
  expect((await claimMailbox(world, userId, { identityToken: 'good-token' })).differs).toBe(true);
});

test('a vendor that cannot be told about a dropped grant does not hide why it was dropped', async () => {
  const { userId } = await claimSignIn(world);
  world.crm.next.account = { ...ANNA, organization: 'org-2' };
  world.crm.next.revoke = new SyncError('unavailable', 'Down.', { code: 'CRM_DOWN' });
  expect(await codeOf(claimSignIn(world, userId))).toBe('WRONG_ORGANIZATION');
  expect(world.log.lines).toContainEqual(
    { level: 'warn', event: 'grant.revoke.failed', facts: { system: 'crm', kind: 'unavailable', code: 'CRM_DOWN' } },
  );
});

test('where sync is on, a new sign-in wakes it at once', async () => {
  const { userId } = await claimSignIn(world);
  await claimMailbox(world, userId);
  expect(world.queue.sent).toEqual([]);
  const { config, configEtag } = await load(userId);
  await putConfig(world, userId, { ...config, activation: 'active', approvedAt: 1 }, configEtag);
  await claimSignIn(world);
  await claimMailbox(world, userId);
  expect(world.queue.sent).toEqual([{ queue: 'sync-mailbox', message: { userId } }, { queue: 'sync-mailbox', message: { userId } }]);
  expect((await load(userId)).bell?.by).toBe('settings');
});

test('a mailbox is connected only for a signed-in user who exists', async () => {
  expect(await codeOf(claimMailbox(world, 'z'.repeat(26)))).toBe('NOT_FOUND');
});
