import { beforeEach, expect, test } from 'vitest';
import {
  ANNAS_EXCHANGE, ANNAS_MAILBOX, claimMailbox, claimSignIn, codeOf, signInWorld, type SignInWorld,
} from '../../../test/sign-in-world.ts';
import { Conflict } from '../../ports/table.ts';
import { headChange, putConfig, putGrant, readControl } from '../../store/control-store.ts';
import { placeOf } from '../../store/due-store.ts';
import { userPartition } from '../../store/keys.ts';
import { connectTyped } from '../auth/credentials.ts';
import type { Config, Control, Head } from '../control.ts';
import { syncMailbox } from '../sync/sync-mailbox.ts';
import { activate, startPreview } from './activate.ts';
import { changeMailbox } from './change-mailbox.ts';
import { disconnect } from './disconnect.ts';
import { userState } from './state.ts';

const OTHER = { ...ANNAS_MAILBOX, user: 'somebody-else', login: 'info@contoso.example' };
const TYPED = { system: 'typed-m', choice: 'server', values: { login: 'anna', password: 'p' } };
let world: SignInWorld;
let userId: string;

async function load(): Promise<Control> {
  const control = await readControl(world, userId);
  if (!control) throw new Error('the user is missing');
  return control;
}

async function store(config: Partial<Config>, head: Partial<Head>): Promise<void> {
  const control = await load();
  await putConfig(world, userId, { ...control.config, ...config }, control.configEtag);
  await world.state.batch(userPartition(userId), [headChange({ ...control.head, ...head }, control.headEtag)]);
}

beforeEach(async () => {
  world = signInWorld();
  ({ userId } = await claimSignIn(world));
  await claimMailbox(world, userId);
  await store({ activation: 'active', approvedAt: 1, kinds: ['contact'] }, { links: { contact: 3, event: 0, task: 0 }, lastRunAt: 1 });
});

test('another mailbox is asked about and sync goes on meanwhile; the new secret rests sealed', async () => {
  world.mail.next.account = OTHER;
  expect(await claimMailbox(world, userId)).toEqual({ address: OTHER.login, differs: false });
  const { grants, config } = await load();
  expect([grants.m?.account, config.activation]).toEqual([ANNAS_MAILBOX, 'active']);
  expect((await userState(world, userId)).mailboxChange)
    .toEqual({ from: ANNAS_MAILBOX.login, to: OTHER.login, links: 3, isUnderWay: false });
  const bytes = world.state.rows(userPartition(userId)).flatMap(({ cells }) => Object.values(cells)).map((cell) => (
    cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell))).join();
  expect(bytes).not.toContain('m-secret-2');
  expect(bytes).not.toContain('info@');
});

test('the no drops the new sign-in, ends it at its vendor and changes nothing', async () => {
  await connectTyped(world, TYPED, { userId });
  await changeMailbox(world, userId, { go: false });
  expect(world.typedMail.revoked).toHaveLength(1);
  const { grants, next, config, head } = await load();
  expect([grants.m?.account, next, config.activation, head.links.contact]).toEqual([ANNAS_MAILBOX, undefined, 'active', 3]);
  expect(await codeOf(changeMailbox(world, userId, { go: true }))).toBe('WRONG_STATE');
});

test.each([false, true])('the yes puts the new one in its place at once, and leaving goes by itself; the old one dead: %s', async (isDead) => {
  const old = (await load()).grants.m;
  if (old) await putGrant(world, await load(), 'm', { ...old, isDead });
  await connectTyped(world, TYPED, { userId });
  world.clock.advance(60_000);
  await changeMailbox(world, userId, { go: true });
  const { grants, next, config } = await load();
  expect([grants.m?.account, grants.m?.system, next]).toEqual([ANNAS_EXCHANGE, 'typed-m', undefined]);
  expect(config).toMatchObject({ activation: 'mailboxConnected', isLeaving: true });
  expect(config.approvedAt).toBeUndefined();
  expect(world.mail.calls.revoke).toEqual(['m-secret-1']);
  expect(world.queue.sent.at(-1)).toEqual({ queue: 'sync-mailbox', message: { userId } });
  expect((await userState(world, userId)).mailboxChange).toMatchObject({ to: ANNAS_EXCHANGE.login, isUnderWay: true });
  expect(await syncMailbox(world, userId)).toBe('done');
  const state = await userState(world, userId);
  expect([state.mailboxChange, state.activation, state.sync.links]).toEqual([undefined, 'mailboxConnected', 0]);
  expect(await placeOf(world.due, userId)).toBeNull();
});

test('a run that holds the mailbox is waited for, and asked after again without anybody', async () => {
  await connectTyped(world, TYPED, { userId });
  await changeMailbox(world, userId, { go: true });
  await store({}, { holder: 'a-run', leaseUntil: world.clock.now() + 90_000 });
  expect(await syncMailbox(world, userId)).toBe('busy');
  expect((await placeOf(world.due, userId))?.at).toBe(world.clock.now() + 120_000);
  world.clock.advance(120_000);
  expect(await syncMailbox(world, userId)).toBe('done');
});

test('nothing is previewed or approved while a mailbox is being left, and asking makes it go on', async () => {
  await connectTyped(world, TYPED, { userId });
  await changeMailbox(world, userId, { go: true });
  const sent = world.queue.sent.length;
  expect(await codeOf(startPreview(world, userId))).toBe('WRONG_STATE');
  expect(world.queue.sent).toHaveLength(sent + 1);
  expect(await codeOf(activate(world, userId, { kinds: ['contact'], previewId: 'x' }))).toBe('PREVIEW_OLD');
});

test('disconnecting meanwhile does not leave the leaving half done', async () => {
  await connectTyped(world, TYPED, { userId });
  await changeMailbox(world, userId, { go: true });
  await disconnect(world, userId, { side: 'm' });
  expect(await placeOf(world.due, userId)).not.toBeNull();
  expect(await syncMailbox(world, userId)).toBe('done');
  expect((await load()).config).toMatchObject({ activation: 'crmConnected' });
});

test('without links there is nothing to ask, but cursors of another mailbox are not used', async () => {
  await store({}, { links: { contact: 0, event: 0, task: 0 } });
  world.mail.next.account = OTHER;
  await claimMailbox(world, userId);
  expect((await load()).config).toMatchObject({ isLeaving: true, activation: 'mailboxConnected' });
  expect((await load()).grants.m?.account).toEqual(OTHER);
});

test('the same mailbox again is no change, also after its connection was taken away', async () => {
  await claimMailbox(world, userId);
  expect((await userState(world, userId)).mailboxChange).toBeUndefined();
  await disconnect(world, userId, { side: 'm' });
  await claimMailbox(world, userId);
  expect((await userState(world, userId)).mailboxChange).toBeUndefined();
  await disconnect(world, userId, { side: 'm' });
  world.mail.next.account = OTHER;
  await claimMailbox(world, userId);
  expect((await userState(world, userId)).mailboxChange).toEqual({ to: OTHER.login, links: 3, isUnderWay: false });
});

test('a question that nobody answers is dropped with its sign-in after an hour', async () => {
  await connectTyped(world, TYPED, { userId });
  world.clock.advance(61 * 60_000);
  expect((await userState(world, userId)).mailboxChange).toBeUndefined();
  expect((await load()).next).toBeUndefined();
  expect(world.typedMail.revoked).toHaveLength(1);
});

test('a third mailbox takes the place of the second in the question', async () => {
  await connectTyped(world, TYPED, { userId });
  world.mail.next.account = OTHER;
  await claimMailbox(world, userId);
  expect((await userState(world, userId)).mailboxChange?.to).toBe(OTHER.login);
  expect(world.typedMail.revoked).toHaveLength(1);
});

test('a change of settings at the same moment is not overwritten', async () => {
  await connectTyped(world, TYPED, { userId });
  const { config, configEtag } = await load();
  let isFirst = true;
  const batch = world.state.batch.bind(world.state);
  world.state.batch = async (partition, changes) => {
    if (isFirst && changes.length > 2) {
      isFirst = false;
      await putConfig({ ...world, state: { ...world.state, batch } as never }, userId, { ...config, intervalMinutes: 60 }, configEtag);
      throw new Conflict(0);
    }
    return batch(partition, changes);
  };
  await changeMailbox(world, userId, { go: true });
  expect((await load()).config).toMatchObject({ intervalMinutes: 60, isLeaving: true });
});
