import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startMicrosoft } from '../graph/server.ts';
import type { Microsoft } from '../graph/server.ts';
import { movableClock } from '../clock.ts';
import type { MovableClock } from '../clock.ts';
import { SANDBOX_REGISTRATION } from './accounts.ts';
import { visitSignIn } from './visitor.ts';

const REDIRECT = 'http://localhost:7071/api/oauth/graph';
const SCOPE = 'openid profile offline_access User.Read Contacts.ReadWrite';
const VERIFIER = 'v'.repeat(64);
const ANNA = 'anna.weber@contoso.example';
const CLARA = 'clara.novak@adatum.example';
const { clientId, clientSecret } = SANDBOX_REGISTRATION;

let clock: MovableClock;
let microsoft: Microsoft;

beforeAll(async () => {
  clock = movableClock(Date.UTC(2026, 10, 23, 9));
  microsoft = await startMicrosoft({ port: 0, clock });
});
afterAll(() => microsoft.close());
beforeEach(() => {
  microsoft.identity.consents.clear();
  microsoft.identity.adminConsents.clear();
});

function authorizeUrl(change: Readonly<Record<string, string | undefined>> = {}, tenant = 'organizations'): string {
  const query: Record<string, string | undefined> = {
    client_id: clientId, response_type: 'code', redirect_uri: REDIRECT, scope: SCOPE, state: 'st4te', nonce: 'n0nce', client_info: '1',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'), code_challenge_method: 'S256', ...change,
  };
  const present = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${microsoft.origin}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(present)}`;
}

async function codeFor(login: string, change: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const { redirect } = await visitSignIn(authorizeUrl(change), login);
  return redirect?.searchParams.get('code') ?? '';
}

interface TokenAnswer { readonly status: number; readonly body: Record<string, unknown> }

async function askToken(change: Readonly<Record<string, string | undefined>>, tenant = 'organizations'): Promise<TokenAnswer> {
  const form: Record<string, string | undefined> = { client_id: clientId, client_secret: clientSecret, scope: SCOPE, ...change };
  const present = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(`${microsoft.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(present) });
  return { status: response.status, body: await response.json() as Record<string, unknown> };
}

const redeem = (code: string, change: Readonly<Record<string, string | undefined>> = {}): Promise<TokenAnswer> =>
  askToken({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER, ...change });
const refresh = (token: unknown, change: Readonly<Record<string, string | undefined>> = {}): Promise<TokenAnswer> =>
  askToken({ grant_type: 'refresh_token', refresh_token: String(token), ...change });

test('a code and its verifier give an access token, a refresh token and a signed id token', async () => {
  const { status, body } = await redeem(await codeFor(ANNA), { client_info: '1' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', scope: expect.stringContaining('Contacts.ReadWrite') });
  expect(body['scope']).not.toContain('offline_access');
  expect(body['expires_in']).toBeGreaterThanOrEqual(60 * 60);
  expect(body['expires_in']).toBeLessThanOrEqual(90 * 60);
  const keys = await (await fetch(`${microsoft.origin}/common/discovery/v2.0/keys`)).json() as JSONWebKeySet;
  const { payload, protectedHeader } = await jwtVerify(String(body['id_token']), createLocalJWKSet(keys), {
    audience: clientId, issuer: `${microsoft.origin}/8c3f0d52-61b7-4a0e-9d24-5b7e1c9a4f10/v2.0`, currentDate: new Date(clock.now()),
  });
  expect(protectedHeader.alg).toBe('RS256');
  expect(payload).toMatchObject({
    tid: '8c3f0d52-61b7-4a0e-9d24-5b7e1c9a4f10', oid: expect.any(String), preferred_username: ANNA, nonce: 'n0nce', ver: '2.0',
  });
  expect(
    JSON.parse(Buffer.from(String(body['client_info']), 'base64url').toString())
  ).toEqual({ uid: payload['oid'], utid: payload['tid'] });
});

test('the consent page lists what is asked, and comes only once', async () => {
  const first = await visitSignIn(authorizeUrl(), ANNA);
  expect(first.pages[1]).toContain('Have full access of your contacts');
  expect(first.pages[1]).toContain('Maintain access to data you have given it access to');
  const second = await visitSignIn(authorizeUrl(), ANNA);
  expect(second.pages).toHaveLength(1);
  const more = await visitSignIn(authorizeUrl({ scope: `${SCOPE} Tasks.ReadWrite` }), ANNA);
  expect(more.pages).toHaveLength(2);
  const again = await visitSignIn(authorizeUrl({ prompt: 'consent' }), ANNA);
  expect(again.pages).toHaveLength(2);
});

test('login_hint puts that account first and marks it', async () => {
  const page = await (await fetch(authorizeUrl({ login_hint: 'ben.carter@fabrikam.example' }))).text();
  expect(page).toMatch(/autofocus aria-current="true" data-testid="account-ben\.carter@fabrikam\.example"/);
  expect(page.indexOf('account-ben.carter')).toBeLessThan(page.indexOf('account-anna.weber'));
});

test('cancelling the consent sends access_denied with the state and no code', async () => {
  const { redirect } = await visitSignIn(authorizeUrl(), ANNA, 'cancel');
  expect(Object.fromEntries(redirect?.searchParams ?? [])).toMatchObject({
    error: 'access_denied', error_subcode: 'cancel', state: 'st4te',
  });
  expect(redirect?.searchParams.get('error_description')).toContain('AADSTS65004');
  expect(redirect?.searchParams.has('code')).toBe(false);
});

test('a user whose tenant demands an admin cannot consent, until an admin has', async () => {
  const refused = await visitSignIn(authorizeUrl(), CLARA, 'accept');
  expect(refused.pages[1]).toContain('Need admin approval');
  expect(refused.redirect?.searchParams.get('error')).toBe('access_denied');
  expect(refused.redirect?.searchParams.get('error_description')).toContain('AADSTS90094');
  microsoft.controls.grantAdminConsent('3e9b7c14-5d28-46fa-a1c0-92f4e8b6d532');
  expect((await redeem(await codeFor(CLARA))).status).toBe(200);
});

test('an unknown client or an unregistered address is told to the person, never redirected', async () => {
  for (const [change, code] of [
    [{ client_id: 'd0f5b6c8-0000-4000-8000-000000000000' }, 'AADSTS700016'],
    [{ redirect_uri: 'http://evil.example/api/oauth/graph' }, 'AADSTS50011'],
    [{ redirect_uri: 'http://localhost:7071/api/oauth/other' }, 'AADSTS50011'],
  ] as const) {
    const response = await fetch(authorizeUrl(change), { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(code);
  }
});

test('the port of a localhost address is not compared', async () => {
  const other = 'http://localhost:9999/api/oauth/graph';
  const code = await codeFor(ANNA, { redirect_uri: other });
  expect((await redeem(code, { redirect_uri: other })).status).toBe(200);
});

test.each([
  ['without a challenge', { code_challenge: undefined }, 'invalid_request'],
  ['with a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['with an unknown scope', { scope: 'openid Contacts.Everything' }, 'invalid_scope'],
  ['for a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
  ['silently', { prompt: 'none' }, 'login_required'],
])('a sign-in asked for %s goes back as an error', async (_, change, error) => {
  const response = await fetch(authorizeUrl(change), { redirect: 'manual' });
  const redirect = new URL(response.headers.get('location') ?? '');
  expect(redirect.searchParams.get('error')).toBe(error);
  expect(redirect.searchParams.get('state')).toBe('st4te');
});

test('a code works once', async () => {
  const code = await codeFor(ANNA);
  expect((await redeem(code)).status).toBe(200);
  const again = await redeem(code);
  expect(again.status).toBe(400);
  expect(again.body).toMatchObject({
    error: 'invalid_grant', error_codes: [54005], trace_id: expect.any(String), correlation_id: expect.any(String),
  });
  expect(again.body['error_description']).toMatch(/^AADSTS54005: .*\r\nTrace ID: .*\r\nCorrelation ID: .*\r\nTimestamp: /);
});

test('a code expires', async () => {
  const code = await codeFor(ANNA);
  clock.advance(10 * 60_000);
  expect((await redeem(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] });
});

test.each([
  ['another verifier', { code_verifier: 'w'.repeat(64) }, 400, 501481],
  ['no verifier', { code_verifier: undefined }, 400, 501481],
  ['another redirect address', { redirect_uri: 'http://localhost:7072/api/oauth/graph' }, 400, 500112],
  ['a wrong secret', { client_secret: 'wrong' }, 401, 7000215],
  ['no secret', { client_secret: undefined }, 401, 7000218],
  ['another client', { client_id: 'd0f5b6c8-0000-4000-8000-000000000000' }, 400, 700016],
  ['an unknown grant type', { grant_type: 'password' }, 400, 70003],
  ['an unknown scope', { scope: 'Contacts.Everything' }, 400, 70011],
])('a code with %s is refused', async (_, change, status, code) => {
  const answer = await redeem(await codeFor(ANNA), change);
  expect(answer.status).toBe(status);
  expect(answer.body['error_codes']).toEqual([code]);
});

test('without offline_access there is no refresh token', async () => {
  const scope = 'openid User.Read';
  const { body } = await redeem(await codeFor(ANNA, { scope }), { scope });
  expect(body['access_token']).toBeDefined();
  expect(body['refresh_token']).toBeUndefined();
});

test('a refresh token is replaced at every use and the old one stays good', async () => {
  const first = (await redeem(await codeFor(ANNA))).body['refresh_token'];
  const second = (await refresh(first)).body['refresh_token'];
  expect(second).not.toBe(first);
  expect((await refresh(first)).status).toBe(200);
  expect((await refresh(second)).status).toBe(200);
});

test('revoked sessions kill every refresh token of that user, and only of that user', async () => {
  const anna = (await redeem(await codeFor(ANNA))).body['refresh_token'];
  const ben = (await redeem(await codeFor('ben.carter@fabrikam.example'))).body['refresh_token'];
  microsoft.controls.revokeSignIn(ANNA);
  expect((await refresh(anna)).body).toMatchObject({ error: 'invalid_grant', error_codes: [50173] });
  expect((await refresh(ben)).status).toBe(200);
  expect((await refresh((await redeem(await codeFor(ANNA))).body['refresh_token'])).status).toBe(200);
});

test('a refresh token dies after 90 idle days', async () => {
  const token = (await redeem(await codeFor(ANNA))).body['refresh_token'];
  clock.advance(89 * 86_400_000);
  const next = (await refresh(token)).body['refresh_token'];
  clock.advance(2 * 86_400_000);
  expect((await refresh(token)).body['error_codes']).toEqual([700082]);
  expect((await refresh(next)).status).toBe(200);
});

test('a forged refresh token and a scope never consented to are refused', async () => {
  const token = String((await redeem(await codeFor(ANNA))).body['refresh_token']);
  const forged = `${token.slice(0, -4)}AAAA`;
  expect((await refresh(forged)).body).toMatchObject({ error: 'invalid_grant', error_codes: [9002313] });
  expect((await refresh(token, { scope: 'Mail.Send' })).body).toMatchObject({
    error: 'invalid_grant', error_codes: [65001], suberror: 'consent_required',
  });
});

test('a tenant in the path keeps the users of other tenants out', async () => {
  const { redirect, pages } = await visitSignIn(authorizeUrl({}, 'contoso.example'), 'ben.carter@fabrikam.example');
  expect(redirect).toBeUndefined();
  expect(pages.at(-1)).toContain('AADSTS50020');
  expect((await askToken({ grant_type: 'refresh_token', refresh_token: 'x' }, 'nowhere.example')).body['error_codes']).toEqual([90002]);
});

test('discovery names the endpoints and the issuer with its tenant', async () => {
  const common = await (await fetch(`${microsoft.origin}/common/v2.0/.well-known/openid-configuration`)).json() as Record<string, unknown>;
  expect(common).toMatchObject({
    issuer: `${microsoft.origin}/{tenantid}/v2.0`, token_endpoint: `${microsoft.origin}/common/oauth2/v2.0/token`,
  });
  const contoso = await (
    await fetch(`${microsoft.origin}/contoso.example/v2.0/.well-known/openid-configuration`)
  ).json() as Record<string, unknown>;
  expect(contoso['issuer']).toBe(`${microsoft.origin}/8c3f0d52-61b7-4a0e-9d24-5b7e1c9a4f10/v2.0`);
});

test('the nested-app token is for our own API and verifies against the published keys', async () => {
  const response = await fetch(`${microsoft.origin}/_sandbox/naa`, { method: 'POST', body: JSON.stringify({ user: ANNA }) });
  const { accessToken } = await response.json() as { accessToken: string };
  const keys = await (await fetch(`${microsoft.origin}/common/discovery/v2.0/keys`)).json() as JSONWebKeySet;
  const { tid } = decodeJwt(accessToken);
  const { payload } = await jwtVerify(accessToken, createLocalJWKSet(keys), {
    audience: clientId, issuer: `${microsoft.origin}/${String(tid)}/v2.0`, algorithms: ['RS256'], currentDate: new Date(clock.now()),
  });
  expect(payload).toMatchObject({ scp: 'access_as_user', oid: expect.any(String), preferred_username: ANNA });
});

test('calls are counted under identity; the forms that a person sends are not', async () => {
  const before = microsoft.server.calls.get('identity') ?? 0;
  await redeem(await codeFor(ANNA));
  expect((microsoft.server.calls.get('identity') ?? 0) - before).toBe(2);
});
