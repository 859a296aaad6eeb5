import { beforeEach, expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import { codeOf, hashOf, signInWorld, stateOf, type SignInWorld } from '../../../test/sign-in-world.ts';
import { attemptStatus, finishSignIn, startSignIn } from './sign-in.ts';
import { hashToken } from './token.ts';

const ASK = { system: 'crm', choice: 'production' };
let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

async function begin() {
  const attempt = await startSignIn(world, ASK, 'c');
  return { attempt, state: stateOf(attempt.url), ref: { attempt: attempt.attempt, secret: attempt.secret } };
}

test('the vendor gets a state, a challenge and our callback, and the table holds none of the secrets', async () => {
  const { attempt, state } = await begin();
  const url = new URL(attempt.url);
  expect(url.searchParams.get('redirectUri')).toBe('https://api.concord.example/api/oauth/crm');
  await finishSignIn(world, 'crm', { state, code: 'the-code' });
  const [exchange] = world.crm.calls.finish;
  expect(hashToken(exchange?.verifier ?? '')).toBe(url.searchParams.get('challenge'));
  const stored = world.accounts.rows('attempts').map(({ key, cells }) => `${key} ${Object.values(cells).map((cell) => (
    cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell))).join(' ')}`).join('\n');
  for (const secret of [state, attempt.secret, exchange?.verifier ?? 'none', 'c-secret-1', 'c-token-1', 'anna@contoso.example']) {
    expect(stored).not.toContain(secret);
  }
});

test('the window comes back to the pane with a one-time code and no token', async () => {
  const { attempt, state, ref } = await begin();
  expect(await attemptStatus(world, ref)).toEqual({ state: 'waiting' });
  const next = await finishSignIn(world, 'crm', { state, code: 'the-code' });
  expect(next).toMatch(/^https:\/\/pane\.concord\.example\/dialog\.html#/);
  expect(hashOf(next)).toEqual({ attempt: attempt.attempt, code: expect.stringMatching(/^[\w-]{43}$/) as string });
  expect(next).not.toContain('token');
  expect(await attemptStatus(world, ref)).toEqual({ state: 'finished' });
});

test('a callback without state, or with neither code nor error, goes nowhere', async () => {
  const { state } = await begin();
  expect(hashOf(await finishSignIn(world, 'crm', { code: 'x' }))).toEqual({ error: 'BAD_REQUEST' });
  expect(hashOf(await finishSignIn(world, 'crm', { state }))).toEqual({ error: 'BAD_REQUEST' });
  expect(world.crm.calls.finish).toEqual([]);
});

test('a foreign state, and the state of another system, are unknown', async () => {
  const { attempt, state } = await begin();
  for (const foreign of ['x', attempt.attempt, `${state.slice(0, 7)}${'A'.repeat(43)}`, `${state}'`, 'a/b#c?d\\e']) {
    expect(hashOf(await finishSignIn(world, 'crm', { state: foreign, code: 'x' })), foreign).toEqual({ error: 'STATE_UNKNOWN' });
  }
  expect(hashOf(await finishSignIn(world, 'mail', { state, code: 'x' }))).toEqual({ error: 'STATE_UNKNOWN' });
  expect([...world.crm.calls.finish, ...world.mail.calls.finish]).toEqual([]);
});

test('a replayed callback is refused and the code is exchanged once, even when both arrive together', async () => {
  const { state } = await begin();
  const answers = await Promise.all([1, 2, 3].map(() => finishSignIn(world, 'crm', { state, code: 'the-code' })));
  expect(answers.map((answer) => hashOf(answer)['error']).sort()).toEqual(['STATE_USED', 'STATE_USED', undefined]);
  expect(hashOf(await finishSignIn(world, 'crm', { state, code: 'the-code' }))).toEqual({ error: 'STATE_USED' });
  expect(world.crm.calls.finish.length).toBe(1);
});

test('a failed exchange uses the state up too', async () => {
  const { state, ref } = await begin();
  world.crm.next.finish = new SyncError('unavailable', 'Down.', { code: 'CRM_DOWN' });
  expect(hashOf(await finishSignIn(world, 'crm', { state, code: 'x' }))['error']).toBe('CRM_DOWN');
  expect(hashOf(await finishSignIn(world, 'crm', { state, code: 'x' }))).toEqual({ error: 'STATE_USED' });
  expect(await attemptStatus(world, ref)).toEqual({ state: 'failed', error: 'CRM_DOWN' });
});

test('after ten minutes it is too late', async () => {
  const { attempt, state, ref } = await begin();
  world.clock.advance(10 * 60_000);
  expect(await attemptStatus(world, ref)).toEqual({ state: 'expired' });
  expect(hashOf(await finishSignIn(world, 'crm', { state, code: 'x' }))).toEqual({ attempt: attempt.attempt, error: 'STATE_EXPIRED' });
  expect(world.crm.calls.finish).toEqual([]);
});

test('old attempts and what they hold are swept away by the next sign-in', async () => {
  const { state } = await begin();
  await finishSignIn(world, 'crm', { state, code: 'x' });
  world.clock.advance(72 * 60_000);
  await begin();
  expect(world.accounts.rows('attempts').length).toBe(1);
});

test('a refusal at the vendor is told apart from a missing admin consent', async () => {
  const [first, second] = [await begin(), await begin()];
  expect(hashOf(await finishSignIn(world, 'crm', { state: first.state, error: 'access_denied' }))['error']).toBe('CONSENT_REFUSED');
  expect(hashOf(await finishSignIn(world, 'crm', { state: second.state, error: 'app_not_allowed' }))['error']).toBe('ADMIN_MUST_AGREE');
  expect(await attemptStatus(world, first.ref)).toEqual({ state: 'refused', error: 'CONSENT_REFUSED' });
  expect(await attemptStatus(world, second.ref)).toEqual({ state: 'refused', error: 'ADMIN_MUST_AGREE' });
});

test.each([
  ['denied', 'NO_REFRESH_TOKEN', 'ADMIN_MUST_AGREE'],
  ['credentialsRejected', 'CODE_EXPIRED', 'STATE_EXPIRED'],
  ['invalid', 'BAD_DOMAIN', 'BAD_DOMAIN'],
] as const)('an exchange refused as %s (%s) is told as %s', async (kind, code, told) => {
  const { state } = await begin();
  world.crm.next.finish = new SyncError(kind, 'Refused.', { code });
  expect(hashOf(await finishSignIn(world, 'crm', { state, code: 'x' }))['error']).toBe(told);
});

test('the status of an attempt is told only to the window that asked', async () => {
  const [mine, other] = [await begin(), await begin()];
  expect(await codeOf(attemptStatus(world, { attempt: mine.ref.attempt, secret: other.ref.secret }))).toBe('STATE_UNKNOWN');
  expect(await codeOf(attemptStatus(world, { attempt: 'nonsense', secret: mine.ref.secret }))).toBe('STATE_UNKNOWN');
});

test('a system, a choice or an address that does not exist is refused with the name of the field', async () => {
  expect(await codeOf(startSignIn(world, { system: 'mail', choice: 'production' }, 'c'))).toBe('BAD_REQUEST');
  expect(await codeOf(startSignIn(world, { system: 'other', choice: 'production' }, 'c'))).toBe('BAD_REQUEST');
  expect(await codeOf(startSignIn(world, { system: 'crm', choice: 'other' }, 'c'))).toBe('BAD_REQUEST');
  expect(await codeOf(startSignIn(world, { system: 'crm', choice: 'own' }, 'c'))).toBe('BAD_DOMAIN');
  expect(await codeOf(startSignIn(world, { system: 'crm', choice: 'own', domain: 'evil.example' }, 'c'))).toBe('BAD_DOMAIN');
});

test("Outlook's address, or the verified holder of an identity token, is prefilled; a bad token is worth nothing", async () => {
  const hint = async (more: object): Promise<string | null> => new URL(
    (await startSignIn(world, { system: 'mail', choice: 'production', ...more }, 'm', 'a'.repeat(26))).url,
  ).searchParams.get('loginHint');
  expect(await hint({ expectedAddress: 'a@contoso.example' })).toBe('a@contoso.example');
  expect(await hint({ identityToken: 'good-token' })).toBe('anna@contoso.example');
  expect(await hint({ identityToken: 'forged' })).toBeNull();
  expect(world.log.lines.some(({ event }) => event === 'signIn.identity.unverified')).toBe(true);
});
