import { beforeEach, expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import { claimSignIn, codeOf, signInWorld, type SignInWorld } from '../../../test/sign-in-world.ts';
import { putGrant, readControl } from '../../store/control-store.ts';
import type { Control, StoredGrant } from '../control.ts';
import { createAccess, openSide } from './access.ts';

const HOUR = 3_600_000;
let world: SignInWorld;
let userId: string;

beforeEach(async () => {
  world = signInWorld();
  userId = (await claimSignIn(world)).userId;
});

async function load(): Promise<Control> {
  const control = await readControl(world, userId);
  if (!control) throw new Error('the user is missing');
  return control;
}

async function stored(): Promise<StoredGrant> {
  const grant = (await load()).grants.c;
  if (!grant) throw new Error('the grant is missing');
  return grant;
}

/** The view of a run that starts now: each call stands for another instance. */
async function access() {
  const control = await load();
  return createAccess(world, control, 'c', await stored());
}

test('a token is used as it is until a minute before its end', async () => {
  const run = await access();
  world.clock.advance(HOUR - 60_001);
  expect((await run.token()).value).toBe('c-token-1');
  expect(world.crm.calls.refresh).toEqual([]);
});

test('a token near its end is refreshed, and secret and token are stored before the caller has them', async () => {
  const run = await access();
  world.clock.advance(HOUR - 60_000);
  expect((await run.token()).value).toBe('c-token-2');
  expect(await stored()).toMatchObject({ secret: 'c-secret-2', token: { value: 'c-token-2' }, isDead: false });
  expect((await stored()).refreshingUntil).toBeUndefined();
  expect((await run.token()).value).toBe('c-token-2');
  expect(world.crm.calls.refresh).toEqual(['c-secret-1']);
});

test('ten calls of one run share one refresh', async () => {
  const run = await access();
  world.clock.advance(HOUR);
  const values = await Promise.all(Array.from({ length: 10 }, () => run.token()));
  expect(new Set(values.map(({ value }) => value))).toEqual(new Set(['c-token-2']));
  expect(world.crm.calls.refresh.length).toBe(1);
});

test('a refused token is renewed once; one that was renewed meanwhile is simply handed out', async () => {
  const run = await access();
  const first = await run.token();
  expect((await run.renew(first)).value).toBe('c-token-2');
  expect((await run.renew(first)).value).toBe('c-token-2');
  expect(world.crm.calls.refresh.length).toBe(1);
});

test('two instances that race use the secret once; the slower one is told to come back', async () => {
  const [one, two] = [await access(), await access()];
  world.clock.advance(HOUR);
  let open: () => void = () => undefined;
  world.crm.gate = new Promise((resolve) => { open = resolve; });
  const first = one.token();
  expect(await codeOf(two.token())).toBe('REFRESH_BUSY');
  open();
  expect((await first).value).toBe('c-token-2');
  expect(world.crm.calls.refresh).toEqual(['c-secret-1']);
});

test('an instance with an old view takes the token that another one has stored', async () => {
  const [one, two] = [await access(), await access()];
  world.clock.advance(HOUR);
  await one.token();
  expect((await two.token()).value).toBe('c-token-2');
  expect(world.crm.calls.refresh.length).toBe(1);
});

test('a mark left by an instance that died is no obstacle after 45 seconds', async () => {
  const control = await load();
  const { etag, ...grant } = await stored();
  world.clock.advance(HOUR);
  await putGrant(world, control, 'c', { ...grant, refreshingUntil: world.clock.now() + 45_000 }, etag);
  expect(await codeOf((await access()).token())).toBe('REFRESH_BUSY');
  world.clock.advance(45_000);
  expect((await (await access()).token()).value).toBe('c-token-2');
});

test('a dead refresh token ends the connection for good, and nothing is tried with it again', async () => {
  world.clock.advance(HOUR);
  world.crm.next.refresh = new SyncError('credentialsRejected', 'Over.', { code: 'GRANT_OVER', isPermanent: true });
  expect(await codeOf((await access()).token())).toBe('GRANT_OVER');
  expect((await stored()).isDead).toBe(true);
  await expect(openSide(world, await load(), 'c')).rejects.toMatchObject({ kind: 'credentialsRejected', details: { isPermanent: true } });
  expect(world.crm.calls.refresh.length).toBe(1);
});

test('a refresh whose outcome is unknown ends the connection: the new secret may be lost, the old one spent', async () => {
  world.clock.advance(HOUR);
  world.crm.next.refresh = new SyncError('unavailable', 'No answer.', { code: 'CRM_NO_ANSWER', isOutcomeUnknown: true });
  await expect((await access()).token()).rejects.toMatchObject(
    { kind: 'credentialsRejected', details: { code: 'REFRESH_LOST', isPermanent: true } },
  );
  expect((await stored()).isDead).toBe(true);
});

test('a vendor that is down or busy costs nothing: the mark is taken away and the next run tries again', async () => {
  world.clock.advance(HOUR);
  world.crm.next.refresh = new SyncError('unavailable', 'Down.', { code: 'CRM_DOWN' });
  expect(await codeOf((await access()).token())).toBe('CRM_DOWN');
  expect(await stored()).toMatchObject({ secret: 'c-secret-1', isDead: false });
  expect((await (await access()).token()).value).toBe('c-token-2');
});

test('a person who signs in anew during a refresh wins over it', async () => {
  const run = await access();
  world.clock.advance(HOUR);
  let open: () => void = () => undefined;
  world.crm.gate = new Promise((resolve) => { open = resolve; });
  const late = run.token();
  await claimSignIn(world);
  open();
  expect((await late).value).toBe((await stored()).token.value);
  expect((await stored()).secret).not.toBe('c-secret-1');
  expect((await stored()).isDead).toBe(false);
});

test('the rotated secret survives a storage that loses its reply once', async () => {
  const run = await access();
  world.clock.advance(HOUR);
  let writes = 0;
  world.fate = (request) => {
    if (request !== 'batch') return 'serve';
    writes += 1;
    return writes === 2 ? 'lostReply' : 'serve';
  };
  expect((await run.token()).value).toBe('c-token-2');
  expect(await stored()).toMatchObject({ secret: 'c-secret-2', isDead: false });
});

test('a side that was never connected is refused as a permanent matter', async () => {
  const refused = { kind: 'credentialsRejected', details: { code: 'NOT_CONNECTED', isPermanent: true } };
  await expect(openSide(world, await load(), 'm')).rejects.toMatchObject(refused);
});
