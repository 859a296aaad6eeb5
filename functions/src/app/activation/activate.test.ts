import type { Preview } from '@concord/api';
import { beforeEach, expect, test } from 'vitest';
import { claimMailbox, claimSignIn, codeOf, signInWorld, type SignInWorld } from '../../../test/sign-in-world.ts';
import { storePreview as putPreview } from '../../../test/stored-preview.ts';
import { headChange } from '../../store/control-store.ts';
import { placeOf } from '../../store/due-store.ts';
import { userPartition } from '../../store/keys.ts';
import type { Head } from '../control.ts';
import { activate, currentPreview, startPreview } from './activate.ts';
import { disconnect } from './disconnect.ts';
import { noteFailedRun } from './failed-run.ts';
import { userState } from './state.ts';
import { pause } from './switch.ts';
import { syncNow } from './sync-now.ts';
import { loadUser } from './user.ts';

const MINUTE = 60_000;
let world: SignInWorld;
let userId: string;

beforeEach(async () => {
  world = signInWorld();
  userId = (await claimSignIn(world)).userId;
  await claimMailbox(world, userId);
});

const storePreview = (change?: Partial<Preview>): Promise<Preview> => putPreview(world, userId, change);

async function setHead(change: Partial<Head>): Promise<void> {
  const { head, headEtag } = await loadUser(world, userId);
  await world.state.batch(userPartition(userId), [headChange({ ...head, ...change }, headEtag)]);
}

const approve = (): Promise<void> => activate(world, userId, { kinds: ['contact'], previewId: 'preview-1' });

test('a preview is asked for once, counted behind a queue, and read back', async () => {
  expect(await codeOf(currentPreview(world, userId))).toBe('NOT_FOUND');
  const asked = await startPreview(world, userId);
  expect(asked).toMatchObject({ state: 'reading', mailsToSend: 0 });
  expect((await startPreview(world, userId)).id).toBe(asked.id);
  expect(await currentPreview(world, userId)).toEqual(asked);
  expect(world.queue.sent).toEqual([{ queue: 'preview-mailbox', message: { userId } }]);
});

test('without both sides there is nothing to preview', async () => {
  await disconnect(world, userId, { side: 'm' });
  expect(await codeOf(startPreview(world, userId))).toBe('WRONG_STATE');
});

test('approving the preview turns sync on: kinds and moment are kept, a run comes now, the next in 30 minutes', async () => {
  await storePreview();
  await approve();
  const { config, bell } = await loadUser(world, userId);
  expect(config).toMatchObject({ activation: 'active', kinds: ['contact'], approvedAt: world.clock.now() });
  expect(bell).toMatchObject({ by: 'settings', rungAt: world.clock.now() });
  expect(world.queue.sent).toEqual([{ queue: 'sync-mailbox', message: { userId } }]);
  expect((await placeOf(world.due, userId))?.at).toBe(world.clock.now() + 30 * MINUTE);
});

test('an old count, another count, or one that never ended is not approved', async () => {
  await storePreview();
  world.clock.advance(15 * MINUTE);
  await approve();
  await storePreview();
  world.clock.advance(15 * MINUTE + 1);
  expect(await codeOf(approve())).toBe('PREVIEW_OLD');
  await storePreview({ id: 'preview-2' });
  expect(await codeOf(approve())).toBe('PREVIEW_OLD');
  const { readyAt: _, ...unfinished } = await storePreview();
  await storePreview({ ...unfinished, state: 'failed', error: 'X' });
  expect(await codeOf(approve())).toBe('WRONG_STATE');
});

test('a red check, a kind that was not counted, or a mailbox that is not confirmed stand in the way', async () => {
  await storePreview({ checks: [{ id: 'crm', ok: false, code: 'X' }] });
  expect(await codeOf(approve())).toBe('WRONG_STATE');
  await storePreview({ kinds: [] });
  expect(await codeOf(approve())).toBe('BAD_REQUEST');
  await claimMailbox(world, userId, { expectedAddress: 'info@contoso.example' });
  await storePreview();
  expect(await codeOf(approve())).toBe('WRONG_STATE');
  expect((await loadUser(world, userId)).config.activation).toBe('mailboxConnected');
});

test('"Sync now" runs at once, but not within a minute of the last run, and says when', async () => {
  await storePreview();
  await approve();
  world.clock.advance(MINUTE);
  await syncNow(world, userId);
  expect(world.queue.sent.length).toBe(2);
  expect((await loadUser(world, userId)).bell?.by).toBe('user');
  world.clock.advance(20_000);
  await expect(syncNow(world, userId)).rejects.toMatchObject({ kind: 'throttled', details: { code: 'TOO_SOON', retryAfterMs: 40_000 } });
  world.clock.advance(40_000);
  await syncNow(world, userId);
  await pause(world, userId, {});
  expect(await codeOf(syncNow(world, userId))).toBe('WRONG_STATE');
});

test('the state of a user says all that the pane shows', async () => {
  await claimMailbox(world, userId, { expectedAddress: 'info@contoso.example' });
  const before = await userState(world, userId);
  expect(before).toMatchObject({
    activation: 'mailboxConnected', displayName: 'Anna Weber', skippedMailbox: false, kinds: [], now: world.clock.now(),
    crm: { system: 'crm', name: 'Testcrm', login: 'anna@contoso.example', organizationName: 'Contoso', isRefused: false },
    mailbox: { system: 'mail', name: 'Testmail', unconfirmedInsteadOf: 'info@contoso.example', isRefused: false },
    sync: { isRunning: false, asks: 0, parked: 0, links: 0, mailsSent: 0 },
  });
  expect(before.forms.map(({ system }) => system)).toEqual(['crm', 'mail', 'typed-c', 'typed-m']);
  expect(before.crm).not.toHaveProperty('lastGoodAt');
});

test('a refused side is shown as suspended with its name, the other side as good', async () => {
  await storePreview();
  await approve();
  world.clock.advance(MINUTE);
  await setHead({
    lastRunAt: world.clock.now(), refusals: { m: 6, c: 0 }, suspended: { side: 'm', at: world.clock.now(), tries: 6 },
    problem: { side: 'm', kind: 'credentialsRejected', code: 'MAIL_REFUSED', since: world.clock.now() },
  });
  expect(await userState(world, userId)).toMatchObject({
    activation: 'suspended', mailbox: { isRefused: true }, crm: { isRefused: false, lastGoodAt: world.clock.now() },
    sync: { problem: { kind: 'credentialsRejected', code: 'MAIL_REFUSED', system: 'Testmail' } },
  });
});

test('after a disconnected CRM the pane still knows the rest', async () => {
  await disconnect(world, userId, { side: 'c' });
  const state = await userState(world, userId);
  expect(state.crm).toBeUndefined();
  expect(state).toMatchObject({ activation: 'deactivated', displayName: 'Anna Weber', mailbox: { system: 'mail' } });
});

test('a message that failed five times becomes visible, and fences off whatever still runs', async () => {
  const { head } = await loadUser(world, userId);
  await noteFailedRun(world, userId);
  const after = await loadUser(world, userId);
  expect(after.head).toMatchObject({ epoch: head.epoch + 1, problem: { kind: 'bug', code: 'RUN_FAILED', since: world.clock.now() } });
  expect((await userState(world, userId)).sync.problem).toMatchObject({ kind: 'bug', code: 'RUN_FAILED' });
});

test('while a run holds the lease, its end is waited for', async () => {
  await setHead({ holder: 'run-1', leaseUntil: world.clock.now() + MINUTE });
  expect(await codeOf(noteFailedRun(world, userId))).toBe('RUN_UNDER_WAY');
  world.clock.advance(MINUTE);
  await noteFailedRun(world, userId);
  expect((await loadUser(world, userId)).head.holder).toBeUndefined();
});

test('a message about nobody is no error', async () => {
  await noteFailedRun(world, 'z'.repeat(26));
  expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
