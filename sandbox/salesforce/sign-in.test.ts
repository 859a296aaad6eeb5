/** Sign-in: pages, codes, PKCE, rotation, families of tokens, sessions, and who may not come in. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BEN, codeOf, REDIRECT, startWorld, VERIFIER, type Reply, type World } from './world-for-tests.ts';

let world: World;
beforeEach(async () => { world = await startWorld(); });
afterEach(() => world.stop());

const errorOf = (reply: Reply): string => {
  const { error, error_description: why } = reply.body as { error: string; error_description: string };
  return `${reply.status} ${error}: ${why}`;
};
const redeem = (code: string | null, extra: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  world.token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: REDIRECT, code_verifier: VERIFIER, ...extra });
const renew = (token: string): Promise<Reply> => world.token({ grant_type: 'refresh_token', refresh_token: token });
const STALE = '400 invalid_grant: expired access/refresh token';

test('a code is traded for tokens that carry the identity address and no expiry', async () => {
  const tokens = await world.signIn();
  expect(Object.keys(tokens).sort()).toEqual([
    'access_token', 'id', 'instance_url', 'issued_at', 'refresh_token', 'scope', 'signature', 'token_type',
  ]);
  expect(tokens.instance_url).toBe(world.origin);
  expect(tokens.id).toMatch(new RegExp(`^${world.origin}/id/00D\\w{15}/005\\w{15}$`));
});

test('the person is sent back with the state, and with access_denied after Deny', async () => {
  const allowed = await world.approve(ANNA, { state: 'a b&c' });
  expect(allowed.get('state')).toBe('a b&c');
  const denied = await world.approve(BEN, { state: 'x' }, 'deny');
  expect([denied.get('error'), denied.get('state'), denied.get('code')]).toEqual(['access_denied', 'x', null]);
});

test('the login page refuses frames, wrong passwords and inactive users, and shows the hint', async () => {
  const query = { response_type: 'code', client_id: 'concord-sandbox-app', code_challenge: 'x', redirect_uri: REDIRECT };
  const path = `/services/oauth2/authorize?${new URLSearchParams(query)}`;
  const page = await world.fetch(path);
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  expect(page.text).toContain('data-testid="login-hint"');
  const post = (username: string, password: string): Promise<Reply> => world.fetch(path, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ step: 'login', username, password }).toString(),
  });
  expect((await post(ANNA, 'wrong')).text).toContain('check your username and password');
  expect((await post('otto.lang@contoso.example', 'sandbox-2026')).text).toContain('Your access is disabled');
});

test('a wrong app or address is shown to the person and never answered to the address', async () => {
  const page = async (extra: Readonly<Record<string, string>>): Promise<Reply> =>
    world.fetch(`/services/oauth2/authorize?${new URLSearchParams({
    response_type: 'code', client_id: 'concord-sandbox-app', redirect_uri: REDIRECT, code_challenge: 'x', ...extra })}`);
  expect((await page({ client_id: 'other' })).text).toContain('invalid_client_id');
  expect((await page({ redirect_uri: 'https://evil.example/api/oauth/salesforce' })).text).toContain('redirect_uri_mismatch');
  expect((await page({ redirect_uri: 'http://localhost:5555/api/oauth/salesforce' })).status).toBe(200);
  expect((await page({ response_type: 'token' })).headers.get('location')).toContain('unsupported_response_type');
});

test('a code works once, for fifteen minutes, for its own address only', async () => {
  const code = (await world.approve(ANNA)).get('code');
  expect((await redeem(code)).status).toBe(200);
  expect(errorOf(await redeem(code))).toBe('400 invalid_grant: expired authorization code');
  const late = (await world.approve(ANNA)).get('code');
  world.clock.advance(15 * 60_000 + 1);
  expect(errorOf(await redeem(late))).toBe('400 invalid_grant: expired authorization code');
  const moved = (await world.approve(ANNA)).get('code');
  expect(errorOf(await redeem(moved, { redirect_uri: 'http://localhost:1/other' }))).toContain('redirect_uri_mismatch');
});

test('the verifier must fit the challenge, and a challenge without a method is plain', async () => {
  expect(errorOf(await redeem((await world.approve(ANNA)).get('code'),
    { code_verifier: 'wrong' }))).toBe('400 invalid_grant: invalid code verifier');
  expect(errorOf(await world.token({ grant_type: 'authorization_code', code: (await world.approve(ANNA)).get('code') ?? '',
    redirect_uri: REDIRECT })))
    .toBe('400 invalid_grant: invalid code verifier');
  const plain = await world.approve(ANNA, { code_challenge: 'p'.repeat(171), code_challenge_method: 'plain' });
  expect((await redeem(plain.get('code'), { code_verifier: 'p'.repeat(171) })).status).toBe(200);
});

test('an app without a challenge is refused unless the organization does not ask for one', async () => {
  const path = `/services/oauth2/authorize?response_type=code&client_id=concord-sandbox-app&redirect_uri=${encodeURIComponent(REDIRECT)}`;
  expect((await world.fetch(path)).headers.get('location')).toContain('missing+required+code+challenge');
  world.crm.org().change({ requirePkce: false });
  expect((await world.fetch(path)).status).toBe(200);
});

test('a refresh rotates the token, and a used one ends the whole family, access tokens included', async () => {
  const first = await world.signIn();
  const second = (await renew(first.refresh_token)).body as typeof first;
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await world.as(second)('GET', '/limits')).status).toBe(200);
  expect(errorOf(await renew(first.refresh_token))).toBe(STALE);
  expect(errorOf(await renew(second.refresh_token))).toBe(STALE);
  expect((await world.as(second)('GET', '/limits')).status).toBe(401);
});

test('without rotation the refresh token stays as it is and is not sent again', async () => {
  const tokens = await world.signIn();
  world.crm.org().change({ rotation: false });
  const again = (await renew(tokens.refresh_token)).body as Record<string, unknown>;
  expect(again['refresh_token']).toBeUndefined();
  expect((await renew(tokens.refresh_token)).status).toBe(200);
});

test('scope on a refresh, unknown grants and wrong secrets are refused with status 400', async () => {
  const { refresh_token: token } = await world.signIn();
  expect(errorOf(await world.token({ grant_type: 'refresh_token', refresh_token: token, scope: 'api' }))).toContain('invalid_request');
  expect(errorOf(await world.token({ grant_type: 'password' }))).toContain('unsupported_grant_type');
  expect(errorOf(await world.token({ grant_type: 'refresh_token', client_id: 'x' }))).toContain('invalid_client_id');
  expect(errorOf(await world.token({ grant_type: 'refresh_token', client_secret: 'x' }))).toContain('invalid_client:');
});

test('the sixth sign-in of a user silently ends the oldest grant', async () => {
  const first = await world.signIn();
  for (let more = 0; more < 4; more += 1) await world.signIn();
  expect((await world.as(first)('GET', '/limits')).status).toBe(200);
  await world.signIn();
  expect((await world.as(first)('GET', '/limits')).status).toBe(401);
  expect(errorOf(await renew(first.refresh_token))).toBe(STALE);
});

test('a session slides when it is used in its second half and dies with an array body', async () => {
  const client = world.as(await world.signIn());
  world.clock.advance(50 * 60_000);
  expect((await client('GET', '/limits')).status).toBe(200);
  world.clock.advance(65 * 60_000);
  expect((await client('GET', '/limits')).status).toBe(200);
  world.clock.advance(119 * 60_000);
  expect((await client('GET', '/limits')).status).toBe(200);
  world.clock.advance(121 * 60_000);
  const dead = await client('GET', '/limits');
  expect([dead.status, codeOf(dead)]).toEqual([401, 'INVALID_SESSION_ID']);
});

test('revoking a refresh token ends its access tokens; revoking it again is invalid_token', async () => {
  const tokens = await world.signIn();
  const revoke = (): Promise<Reply> => world.fetch('/services/oauth2/revoke', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `token=${tokens.refresh_token}` });
  const first = await revoke();
  expect([first.status, first.text]).toEqual([200, '']);
  expect((await world.as(tokens)('GET', '/limits')).status).toBe(401);
  expect(errorOf(await revoke())).toContain('invalid_token');
});

test('an app that is blocked or not installed is named to the app, not allowed by the user', async () => {
  world.crm.org().change({ app: 'blocked' });
  expect((await world.approve(ANNA)).get('error')).toBe('OAUTH_APP_BLOCKED');
  world.crm.org().change({ app: 'notInstalled' });
  expect((await world.approve(ANNA)).get('error')).toBe('OAUTH_EC_APP_NOT_FOUND');
});

test('the identity address tells who it is, and answers its refusals as text', async () => {
  const tokens = await world.signIn();
  const path = new URL(tokens.id).pathname;
  const who = (await world.as(tokens)('GET', '/services/oauth2/userinfo')).body as Record<string, unknown>;
  expect(who).toMatchObject({ preferred_username: ANNA, zoneinfo: 'Europe/Berlin', name: 'Anna Weber' });
  const identity = await world.fetch(path, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  expect(identity.body).toMatchObject({ username: ANNA, user_id: path.split('/')[3], organization_id: world.crm.org().id });
  expect((identity.body as { urls: { rest: string } }).urls.rest).toBe(`${world.origin}/services/data/v{version}/`);
  const bare = await world.fetch(path);
  expect([bare.status, bare.text]).toEqual([403, 'Missing_OAuth_Token']);
  expect((await world.fetch(path, { headers: { authorization: 'Bearer x' } })).text).toBe('Bad_OAuth_Token');
});

test('introspection tells a live token from a dead one', async () => {
  const tokens = await world.signIn();
  const ask = (token: string): Promise<Reply> => world.fetch('/services/oauth2/introspect', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, client_id: 'concord-sandbox-app', client_secret: 'concord-sandbox-secret' }).toString() });
  expect((await ask(tokens.access_token)).body).toMatchObject({ active: true, username: ANNA, exp: world.clock.now() / 1000 + 7200 });
  expect((await ask('gone')).body).toEqual({ active: false });
});

test('a user without the API permission signs in and is then refused by the API', async () => {
  const refused = await world.as(await world.signIn('nora.brandt@contoso.example'))('GET', '/limits');
  expect([refused.status, codeOf(refused)]).toEqual([403, 'API_DISABLED_FOR_ORG']);
});

test('a user who is switched off loses session and refresh', async () => {
  const tokens = await world.signIn();
  world.crm.org().setPerson(ANNA, { isActive: false });
  expect((await world.as(tokens)('GET', '/limits')).status).toBe(401);
  expect(errorOf(await renew(tokens.refresh_token))).toBe('400 invalid_grant: inactive user');
});

test('who approved before is not asked again, unless the app asks for consent or a login', async () => {
  await world.signIn();
  const again = await world.approve(ANNA, { prompt: 'login' }, 'deny');
  expect(again.get('code')).toMatch(/^aPrx/);
  expect((await world.approve(ANNA, { prompt: 'consent' }, 'deny')).get('error')).toBe('access_denied');
});
