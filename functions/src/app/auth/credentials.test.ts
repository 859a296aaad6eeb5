import type { ConnectCredentials } from '@concord/api';
import { beforeEach, expect, test } from 'vitest';
import {
  ANNA, ANNAS_EXCHANGE, claimSignIn, codeOf, signInWorld, type SignInWorld,
} from '../../../test/sign-in-world.ts';
import { SyncError } from '../../engine/errors.ts';
import { headChange, putConfig, readControl } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { userState } from '../activation/state.ts';
import { standingOf } from '../activation/standing.ts';
import { ACCOUNT_TRIES_MAX, ADDRESS_TRIES_MAX, connectTyped, signInTyped, USER_TRIES_MAX } from './credentials.ts';
import { checkSession } from './sessions.ts';

const PASSWORD = ' Se cret-77 ';
let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

const ask = (system: string, values: Record<string, string> = {}): ConnectCredentials => (
  { system, choice: 'server', values: { login: ' CONTOSO\\anna ', password: PASSWORD, ...values } });
const wrong = (): SyncError => new SyncError('credentialsRejected', 'Refused.', { code: 'PASSWORD_WRONG', field: 'password' });

async function load(userId: string): Promise<Control> {
  const control = await readControl(world, userId);
  if (!control) throw new Error('the user is missing');
  return control;
}

async function failureOf(work: Promise<unknown>): Promise<SyncError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('expected a refusal, got an answer');
}

test('a CRM sign-in with what was typed makes the same user, session and connection as a window would', async () => {
  const claimed = await signInTyped(world, ask('typed-c'), {});
  const { userId } = await checkSession(world, claimed.session?.access ?? '');
  const { config, grants } = await load(userId);
  expect(config).toMatchObject({ activation: 'crmConnected', region: 'DE' });
  expect(grants.c).toMatchObject({ system: 'typed-c', account: ANNA });
  const again = await signInTyped(world, ask('typed-c'), {});
  expect((await checkSession(world, again.session?.access ?? '')).userId).toBe(userId);
});

test('what was typed is trimmed but for the secret, empty fields are absent, the preset wins', async () => {
  const { userId } = await claimSignIn(world);
  await connectTyped(world, { ...ask('typed-m', { url: '  ', zone: 'mine' }), expectedAddress: 'anna@contoso.example' }, { userId });
  expect(world.typedMail.connected).toEqual([
    { choice: 'server', values: { login: 'CONTOSO\\anna', password: PASSWORD, zone: 'main' }, expectedAddress: 'anna@contoso.example' },
  ]);
});

test.each([
  ['a system of the other side', { ...ask('typed-c') }, 'BAD_REQUEST', 'system'],
  ['a system with a window of its own', { ...ask('mail') }, 'BAD_REQUEST', 'system'],
  ['an unknown choice', { ...ask('typed-m'), choice: 'moon' }, 'BAD_REQUEST', 'choice'],
  ['a missing password', { ...ask('typed-m', { password: '' }) }, 'FIELD_MISSING', 'password'],
  ['a login of blanks', { ...ask('typed-m', { login: '  ' }) }, 'FIELD_MISSING', 'login'],
  ['a field that the form does not have', { ...ask('typed-m', { other: 'x' }) }, 'BAD_REQUEST', 'values'],
  ['a field that every object has', { ...ask('typed-m', { constructor: 'x' }) }, 'BAD_REQUEST', 'values'],
])('%s is refused with its field, before the connector is asked', async (_name, request, code, field) => {
  const { userId } = await claimSignIn(world);
  expect((await failureOf(connectTyped(world, request, { userId }))).details).toMatchObject({ code, field });
  expect(world.typedMail.connected).toEqual([]);
});

test("a connector's error keeps its code and field, and the password is in no log, row or error", async () => {
  const { userId } = await claimSignIn(world);
  world.typedMail.next.connect = wrong();
  const failure = await failureOf(connectTyped(world, ask('typed-m'), { userId }));
  expect(failure).toMatchObject({ kind: 'credentialsRejected', details: { code: 'PASSWORD_WRONG', field: 'password' } });
  await connectTyped(world, ask('typed-m'), { userId });
  const rows = [...world.state.rows(userPartition(userId)), ...['tries', 'attempts'].flatMap((partition) => world.accounts.rows(partition))];
  const bytes = rows.flatMap(({ key, cells }) => [key, ...Object.values(cells).map((cell) => (
    cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell)))]).join('\n');
  for (const place of [JSON.stringify(world.log.lines), String(failure), JSON.stringify(failure), bytes]) {
    expect(place).not.toContain(PASSWORD.trim());
    expect(place).not.toContain('CONTOSO');
  }
  expect((await load(userId)).grants.m?.secret).toContain(PASSWORD);
});

test('the mailbox is connected once per press and asked about where Outlook shows another one', async () => {
  const { userId } = await claimSignIn(world);
  expect(await connectTyped(world, { ...ask('typed-m'), expectedAddress: 'info@contoso.example' }, { userId }))
    .toEqual({ address: 'anna@contoso.example', differs: true });
  expect(world.typedMail.connected).toHaveLength(1);
  const { config, grants } = await load(userId);
  expect(config.activation).toBe('mailboxConnected');
  expect(grants.m?.account).toEqual(ANNAS_EXCHANGE);
});

test('six refusals suspend; the password typed anew ends that with every link, and wakes sync', async () => {
  const { userId } = await claimSignIn(world);
  await connectTyped(world, ask('typed-m'), { userId });
  const { config, configEtag, head, headEtag } = await load(userId);
  await putConfig(world, userId, { ...config, activation: 'active', approvedAt: 1 }, configEtag);
  const suspended = { side: 'm' as const, at: world.clock.now(), tries: 6 };
  await world.state.batch(userPartition(userId), [headChange({ ...head, links: { ...head.links, contact: 3 }, suspended }, headEtag)]);
  expect(standingOf(await load(userId), world.clock.now())).toBe('suspended');
  const { mailbox } = await userState(world, userId);
  expect(mailbox).toMatchObject({ isRefused: true, refused: { tries: 6, at: suspended.at }, typed: { choice: 'server', values: { login: 'CONTOSO\\anna' } } });
  world.clock.advance(60_000);
  await connectTyped(world, ask('typed-m', { password: 'new' }), { userId });
  const after = await load(userId);
  expect(standingOf(after, world.clock.now())).toBe('active');
  expect((await userState(world, userId)).mailbox?.refused).toBeUndefined();
  expect(after.head.links.contact).toBe(3);
  expect(world.queue.sent).toEqual([{ queue: 'sync-mailbox', message: { userId } }]);
});

test('a window that is signed in does not slip into another organization by typing either', async () => {
  const { userId } = await claimSignIn(world);
  world.typedCrm.next.account = { ...ANNA, organization: 'org-2' };
  expect(await codeOf(signInTyped(world, ask('typed-c'), { userId }))).toBe('WRONG_ORGANIZATION');
  expect(world.typedCrm.revoked).toHaveLength(1);
});

/** How many presses reach the connector before it is refused. */
async function pressesOf(press: (count: number) => Promise<unknown>): Promise<number> {
  for (let count = 0; count < 50; count += 1) {
    world.typedCrm.next.connect = wrong();
    world.typedMail.next.connect = wrong();
    if (await codeOf(press(count)) === 'TOO_MANY_TRIES') return count;
  }
  return Infinity;
}

test('nobody locks an account from here, however many callers there are and however its server is spelled', async () => {
  const spelled = ['https://crm.example/', 'crm.example', 'https://CRM.example/sub/', 'crm.example:443'];
  expect(await pressesOf((count) => (
    signInTyped(world, ask('typed-c', { login: count % 2 ? 'Anna' : 'anna', url: spelled[count % 4] ?? '' }), { address: `203.0.113.${count}` }))))
    .toBe(ACCOUNT_TRIES_MAX);
});

test('nobody looks through accounts or hosts: a user and an address have so many failures', async () => {
  const { userId } = await claimSignIn(world);
  expect(await pressesOf((count) => connectTyped(world, ask('typed-m', { login: `user-${count}` }), { userId }))).toBe(USER_TRIES_MAX);
  expect(await pressesOf((count) => signInTyped(world, ask('typed-c', { url: `https://h${count}.example` }), { address: '203.0.113.7' })))
    .toBe(ADDRESS_TRIES_MAX);
});

test('a good sign-in is no failed try', async () => {
  const { userId } = await claimSignIn(world);
  for (let count = 0; count < USER_TRIES_MAX + 1; count += 1) await connectTyped(world, ask('typed-m'), { userId });
  expect(world.typedMail.connected).toHaveLength(USER_TRIES_MAX + 1);
});
