import { beforeEach, expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import { claimMailbox, claimSignIn, codeOf, signInWorld, type SignInWorld } from '../../../test/sign-in-world.ts';
import { headChange, putConfig, readControl, watchChange } from '../../store/control-store.ts';
import { dueUsers } from '../../store/due-store.ts';
import { userPartition } from '../../store/keys.ts';
import { createAccess } from '../auth/access.ts';
import type { Config, Control, Head } from '../control.ts';
import { disconnect } from './disconnect.ts';
import { confirmMailbox, skipMailbox } from './mailbox.ts';
import { standingOf } from './standing.ts';
import { deactivate, pause, resume } from './switch.ts';
import { loadUser } from './user.ts';

const HOUR = 3_600_000;
let world: SignInWorld;
let userId: string;

beforeEach(async () => {
  world = signInWorld();
  userId = (await claimSignIn(world)).userId;
  await claimMailbox(world, userId);
});

const load = (): Promise<Control> => loadUser(world, userId);
const standing = async () => standingOf(await load(), world.clock.now());
/** On the schedule within an interval from now. */
async function isScheduled(): Promise<boolean> {
  const due = await dueUsers(world.due, world.clock.now() + 30 * 60_000);
  return due.some((user) => user.userId === userId);
}

async function setConfig(change: Partial<Config>): Promise<void> {
  const { config, configEtag } = await load();
  await putConfig(world, userId, { ...config, ...change }, configEtag);
}

async function setHead(change: Partial<Head>): Promise<void> {
  const { head, headEtag } = await load();
  await world.state.batch(userPartition(userId), [headChange({ ...head, ...change }, headEtag)]);
}

/** What an approved first sync leaves. */
async function activated(): Promise<void> {
  await setConfig({ activation: 'active', approvedAt: world.clock.now(), kinds: ['contact'] });
  await setHead({ links: { contact: 7, event: 0, task: 0 } });
}

test('pause stops the schedule, resume starts it at once, and links and settings are what they were', async () => {
  await activated();
  const before = await load();
  await pause(world, userId, {});
  expect([await standing(), await isScheduled()]).toEqual(['paused', false]);
  await resume(world, userId);
  expect([await standing(), await isScheduled()]).toEqual(['active', true]);
  const after = await load();
  expect(after.config).toEqual(before.config);
  expect(after.head).toEqual(before.head);
  expect(after.grants).toEqual(before.grants);
  expect(world.queue.sent).toEqual([{ queue: 'sync-mailbox', message: { userId } }]);
});

test('a pause until tomorrow ends by itself: the schedule brings the next run then', async () => {
  await activated();
  await pause(world, userId, { until: world.clock.now() + 24 * HOUR });
  expect([await standing(), await isScheduled()]).toEqual(['paused', false]);
  world.clock.advance(24 * HOUR);
  expect([await standing(), await isScheduled()]).toEqual(['active', true]);
});

test('a pause that ends in the past is refused, and a second pause moves the end', async () => {
  await activated();
  expect(await codeOf(pause(world, userId, { until: world.clock.now() }))).toBe('BAD_REQUEST');
  await pause(world, userId, { until: world.clock.now() + HOUR });
  await pause(world, userId, {});
  world.clock.advance(2 * HOUR);
  expect(await standing()).toBe('paused');
});

test('deactivated stays off until it is turned on, with connections, links and settings kept', async () => {
  await activated();
  const before = await load();
  await deactivate(world, userId);
  expect([await standing(), await isScheduled()]).toEqual(['deactivated', false]);
  expect((await load()).grants).toEqual(before.grants);
  expect((await load()).head).toEqual(before.head);
  await resume(world, userId);
  expect([await standing(), await isScheduled()]).toEqual(['active', true]);
});

test('a verb in the wrong state is refused with a sentence and changes nothing', async () => {
  const before = await load();
  const verbs = [
    () => pause(world, userId, {}), () => resume(world, userId), () => deactivate(world, userId),
    () => confirmMailbox(world, userId, { keep: true }), () => skipMailbox(world, userId),
  ];
  for (const verb of verbs) {
    await expect(verb()).rejects.toMatchObject(
      { kind: 'stale', details: { code: 'WRONG_STATE' }, message: expect.stringMatching(/^[A-Z].*\.$/) as string },
    );
  }
  expect(await load()).toEqual(before);
  expect(await isScheduled()).toBe(false);
});

test('six refused runs, or a dead grant, show as suspended; a new sign-in ends both at once', async () => {
  await activated();
  await setHead({ suspended: { side: 'm', at: world.clock.now(), tries: 6 } });
  expect(await standing()).toBe('suspended');
  world.clock.advance(1);
  await claimMailbox(world, userId);
  expect(await standing()).toBe('active');
  world.clock.advance(HOUR);
  world.crm.next.refresh = new SyncError('credentialsRejected', 'Over.', { code: 'OVER', isPermanent: true });
  const control = await load();
  if (!control.grants.c) throw new Error('the grant is missing');
  expect(await codeOf(createAccess(world, control, 'c', control.grants.c).token())).toBe('OVER');
  expect(await standing()).toBe('suspended');
  await claimSignIn(world);
  expect(await standing()).toBe('active');
});

test('a suspended sync can be paused and is suspended again afterwards', async () => {
  await activated();
  await setHead({ suspended: { side: 'm', at: world.clock.now(), tries: 6 } });
  await pause(world, userId, {});
  expect(await standing()).toBe('paused');
  await resume(world, userId);
  expect(await standing()).toBe('suspended');
});

test('disconnecting the mailbox tells the vendor, deletes its secrets, and keeps links and settings', async () => {
  await activated();
  const before = await load();
  await disconnect(world, userId, { side: 'm' });
  expect(world.mail.calls.revoke).toEqual(['m-secret-1']);
  const after = await load();
  expect(after.grants.m).toBeUndefined();
  expect(after.grants.c).toEqual(before.grants.c);
  expect(after.head).toEqual(before.head);
  expect(after.config).toEqual({ ...before.config, activation: 'crmConnected', skippedMailbox: true });
  expect(await isScheduled()).toBe(false);
  expect(world.state.rows(userPartition(userId)).map(({ key }) => key)).not.toContain('a~conn~m');
});

test('disconnecting the CRM turns sync off; signing in and turning it on brings everything back', async () => {
  await activated();
  await disconnect(world, userId, { side: 'c' });
  expect(world.crm.calls.revoke).toEqual(['c-secret-1']);
  expect(await standing()).toBe('deactivated');
  expect(await codeOf(resume(world, userId))).toBe('WRONG_STATE');
  await claimSignIn(world);
  expect(await standing()).toBe('deactivated');
  await resume(world, userId);
  expect(await standing()).toBe('active');
  expect((await load()).head.links.contact).toBe(7);
});

test('a vendor that cannot be reached does not keep a person connected', async () => {
  await activated();
  world.mail.next.revoke = new SyncError('unavailable', 'Down.', { code: 'MAIL_DOWN' });
  await disconnect(world, userId, { side: 'm' });
  expect((await load()).grants.m).toBeUndefined();
  expect(world.log.lines.map(({ event }) => event)).toContain('grant.revoke.failed');
  expect(await codeOf(disconnect(world, userId, { side: 'm' }))).toBe('WRONG_STATE');
});

test('keeping the other mailbox is remembered; not keeping it ends the new grant and asks again', async () => {
  const other = signInWorld();
  const user = (await claimSignIn(other)).userId;
  await claimMailbox(other, user, { expectedAddress: 'info@contoso.example' });
  await confirmMailbox(other, user, { keep: false });
  const dropped = await loadUser(other, user);
  expect(dropped.config).toMatchObject({ activation: 'crmConnected' });
  expect([dropped.grants.m, dropped.config.unconfirmedInsteadOf]).toEqual([undefined, undefined]);
  expect(other.mail.calls.revoke).toEqual(['m-secret-1']);
  await claimMailbox(other, user, { expectedAddress: 'info@contoso.example' });
  await confirmMailbox(other, user, { keep: true });
  const kept = await readControl(other, user);
  expect(kept?.config).toMatchObject({ activation: 'mailboxConnected' });
  expect([kept?.config.unconfirmedInsteadOf, kept?.grants.m?.secret]).toEqual([undefined, 'm-secret-2']);
});

test('skipping is remembered until the mailbox is connected after all', async () => {
  await disconnect(world, userId, { side: 'm' });
  await skipMailbox(world, userId);
  expect((await load()).config.skippedMailbox).toBe(true);
  await claimMailbox(world, userId);
  expect((await load()).config).toMatchObject({ skippedMailbox: false, activation: 'mailboxConnected' });
});

test('two verbs at the same moment both count: the later one decides on what the earlier one left', async () => {
  await activated();
  await Promise.all([pause(world, userId, {}), pause(world, userId, { until: world.clock.now() + HOUR })]);
  expect(await standing()).toBe('paused');
});

test('each verb that stops sync ends what vendors tell, while the sign-in still works', async () => {
  const cancelled: string[] = [];
  const refuse = () => Promise.reject(new Error('nothing is asked for here'));
  const notices = {
    address: () => 'https://api.concord.example/api/notify/mail',
    open: ({ grants }: Control) => Promise.resolve({
      topics: refuse, subscribe: refuse, renew: refuse,
      cancel: (ids: readonly string[]) => { cancelled.push(...ids, grants.m ? 'signed in' : 'signed out'); return Promise.resolve(); },
    }),
  };
  const api = { ...world, notices };
  const topic = { id: 'subscription-1', topic: '/contact', secretHash: 'h', renewedAt: 0, renewAt: 1, expiresAt: 2 };
  const watch = { system: 'mail', address: '', connectedAt: 0, kinds: ['contact'], topics: [topic], failures: 0 } as const;
  const verbs = [
    () => pause(api, userId, {}), () => deactivate(api, userId),
    () => disconnect(api, userId, { side: 'c' }), () => disconnect(api, userId, { side: 'm' }),
  ];
  for (const verb of verbs) {
    await activated();
    await world.state.batch(userPartition(userId), [watchChange('m', watch, undefined)]);
    await verb();
    expect((await load()).watches?.m).toBeUndefined();
    expect(cancelled.splice(0)).toEqual(['subscription-1', 'signed in']);
  }
});
