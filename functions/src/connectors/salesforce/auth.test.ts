/** Signing in, refreshing under rotation, and the addresses that tokens may go to. */
import { afterEach, expect, test } from 'vitest';
import { approve, REP, salesforceWorld, signIn, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import { SyncError } from '../../engine/errors.ts';
import { allowedOrigin, loginOrigin, myDomainOrigin } from './hosts.ts';
import { createSalesforceConnector } from './index.ts';

const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-sign-in');
  worlds.push(world);
  return world;
}

async function failure(call: Promise<unknown>): Promise<SyncError> {
  const error: unknown = await call.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof SyncError) return error;
  throw new Error('expected a SyncError', { cause: error });
}

const CLOCK = { now: () => 0 };
const REQUEST = { choice: 'production', state: 'st', challenge: 'ch', redirectUri: 'http://localhost/api/oauth/salesforce' };

test('the account carries 18-character ids, zone, locale and country of the user', async () => {
  const { account, standIn } = await start();
  const user = standIn.org().people().find((person) => person.username === REP);
  expect(account).toEqual({
    organization: standIn.org().id, user: user?.id, login: REP, displayName: 'Anna Weber', loginHost: standIn.origin,
    timeZone: 'Europe/Berlin', locale: 'de-DE', country: 'DE', organizationName: 'Contoso',
  });
});

test('the address of the sign-in page asks for S256, the four scopes and the state, and prefills the login', async () => {
  const { connector, standIn } = await start();
  const url = new URL(connector.flow.authorizeUrl({ ...REQUEST, loginHint: REP }));
  expect(url.origin).toBe(standIn.origin);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code', code_challenge: 'ch', code_challenge_method: 'S256', state: 'st', scope: 'api refresh_token openid id',
    login_hint: REP,
  });
});

test('each refresh hands out the rotated token, and a used one ends the whole family for good', async () => {
  const { connector, account, secret } = await start({ rotation: true });
  const first = secret();
  const second = await connector.flow.refresh(first, account);
  expect(second.secret).not.toBe(first);
  const third = await connector.flow.refresh(second.secret, account);
  const dead = { kind: 'credentialsRejected', details: { isPermanent: true } };
  expect(await failure(connector.flow.refresh(first, account))).toMatchObject(dead);
  expect(await failure(connector.flow.refresh(third.secret, account))).toMatchObject(dead);
});

test('without rotation the refresh token stays', async () => {
  const { connector, account, secret } = await start({ rotation: false });
  expect((await connector.flow.refresh(secret(), account)).secret).toBe(secret());
});

test('a refresh whose answer is lost is of unknown outcome; one that another request holds up is not', async () => {
  const { connector, account, secret, inject } = await start();
  const route = 'POST /services/oauth2/token';
  const body = { error: 'invalid_grant', error_description: 'token request is already being processed' };
  inject({ route, count: 1, status: 400, body });
  const busy = await failure(connector.flow.refresh(secret(), account));
  expect(busy).toMatchObject({ kind: 'unavailable', details: { code: 'SF_TOKEN_BUSY' } });
  expect(busy.details.isOutcomeUnknown).toBeUndefined();
  inject({ route, count: 1, status: 503, body: '<html></html>' });
  expect((await failure(connector.flow.refresh(secret(), account))).details.isOutcomeUnknown).toBeUndefined();
  inject({ route, count: 1, dropReply: true });
  expect(await failure(connector.flow.refresh(secret(), account))).toMatchObject({ kind: 'unavailable',
    details: { isOutcomeUnknown: true } });
});

test('revoking ends the grant, and revoking again is success', async () => {
  const { connector, account, secret } = await start();
  await connector.flow.revoke(secret(), account);
  await connector.flow.revoke(secret(), account);
  expect((await failure(connector.flow.refresh(secret(), account))).kind).toBe('credentialsRejected');
});

test('an organization without the pinned version is refused before anything is read', async () => {
  const { connector, standIn } = await start();
  standIn.org().change({ newestVersion: 66 });
  expect(await failure(signIn(connector, REP))).toMatchObject({ kind: 'denied', details: { code: 'SF_OLD_VERSION' } });
});

test('a user without API Enabled is told so at the sign-in', async () => {
  const { connector } = await start();
  const error = await failure(signIn(connector, 'nora.brandt@contoso.example'));
  expect(error).toMatchObject({ kind: 'denied', details: { code: 'SF_API_DISABLED_FOR_ORG' } });
  expect(error.message).toContain('administrator');
});

test('a code works once, and only with its verifier', async () => {
  const { connector } = await start();
  const landed = new URL(await approve(connector.flow.authorizeUrl(REQUEST), REP, 'allow'));
  const answer = { choice: 'production', code: landed.searchParams.get('code') ?? '', verifier: 'v'.repeat(43),
    redirectUri: REQUEST.redirectUri };
  expect(await failure(connector.flow.finish(answer))).toMatchObject({ kind: 'credentialsRejected',
    details: { code: 'SF_CODE_EXPIRED' } });
});

test.each(['blocked', 'notInstalled'] as const)('an app that is %s sends the person to the admin', async (app) => {
  const { connector, standIn } = await start();
  standIn.org().change({ app });
  const landed = new URL(await approve(connector.flow.authorizeUrl(REQUEST), REP, 'allow'));
  const refused = connector.flow.refused?.(Object.fromEntries(landed.searchParams));
  expect(refused).toMatchObject({ kind: 'denied', details: { code: 'ADMIN_MUST_AGREE' } });
});

test('a token answer that names a foreign instance is refused and gets no further call', async () => {
  const { connector, standIn, inject } = await start();
  inject({ route: 'POST /services/oauth2/token', count: 1, status: 200, body: {
    access_token: 'a', refresh_token: 'r', instance_url: 'https://salesforce.com.attacker.example', id: `${standIn.origin}/id/00D/005`,
    token_type: 'Bearer',
  } });
  const answer = { choice: 'production', code: 'c', verifier: 'v'.repeat(43), redirectUri: REQUEST.redirectUri };
  const before = standIn.server.calls.get('salesforce') ?? 0;
  expect(await failure(connector.flow.finish(answer))).toMatchObject({ kind: 'denied', details: { code: 'SF_FOREIGN_HOST' } });
  expect((standIn.server.calls.get('salesforce') ?? 0) - before).toBe(1);
});

const HOSTS = { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com',
  extra: new Set(['http://localhost:4304']) };

test.each([
  ['acme', 'https://acme.my.salesforce.com'],
  [' Acme ', 'https://acme.my.salesforce.com'],
  ['acme--dev', 'https://acme--dev.sandbox.my.salesforce.com'],
  ['acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
  ['https://acme.my.salesforce.com/lightning/page/home', 'https://acme.my.salesforce.com'],
  ['acme--dev.sandbox.my.salesforce.com', 'https://acme--dev.sandbox.my.salesforce.com'],
  ['http://localhost:4304', 'http://localhost:4304'],
])('the My Domain %s is completed to %s', (typed, origin) => {
  expect(myDomainOrigin(typed, HOSTS)).toBe(origin);
});

test.each([
  '', 'not a name', 'acme.lightning.force.com', 'http://acme.my.salesforce.com', 'https://acme.my.salesforce.com.attacker.example',
  'https://user@acme.my.salesforce.com', 'https://acme.my.salesforce.com:8443', 'attacker.example', 'http://localhost:4305',
])('the My Domain %s is refused with a sentence', (typed) => {
  const refusal: unknown = expect.objectContaining({ kind: 'invalid', details: { code: 'BAD_DOMAIN', field: 'domain' } });
  expect(() => myDomainOrigin(typed, HOSTS)).toThrowError(refusal as Error);
});

test('a lightning address is told the right form', () => {
  expect(() => myDomainOrigin('https://acme.lightning.force.com', HOSTS)).toThrow('.my.salesforce.com');
});

test.each([
  ['https://acme.my.salesforce.com', true], ['https://eu99.salesforce.com/x', true], ['https://acme.cloudforce.com', true],
  ['http://acme.my.salesforce.com', false], ['https://notsalesforce.com', false], ['https://acme.lightning.force.com', false],
  ['https://acme.my.salesforce.com:444', false], ['http://localhost:4304/id/x', true], ['http://localhost:4305', false],
  ['nonsense', false],
])('tokens may go to %s: %s', (address, isAllowed) => {
  if (isAllowed) expect(allowedOrigin(address, HOSTS)).toBe(new URL(address).origin);
  else expect(() => allowedOrigin(address, HOSTS)).toThrowError(expect.objectContaining({ kind: 'denied' }));
});

test('the three ways to sign in lead to their hosts', () => {
  expect(loginOrigin('production', undefined, HOSTS)).toBe('https://login.salesforce.com');
  expect(loginOrigin('sandbox', undefined, HOSTS)).toBe('https://test.salesforce.com');
  expect(loginOrigin('myDomain', 'acme', HOSTS)).toBe('https://acme.my.salesforce.com');
});

test('live addresses are the default, and a missing or wrong setting is named at the start', () => {
  const live = createSalesforceConnector({ SALESFORCE_CLIENT_ID: 'key' }, { clock: CLOCK });
  expect(live.flow.authorizeUrl(REQUEST)).toMatch(/^https:\/\/login\.salesforce\.com\/services\/oauth2\/authorize\?/);
  expect(() => createSalesforceConnector({}, { clock: CLOCK })).toThrow('SALESFORCE_CLIENT_ID');
  const wrong = { SALESFORCE_CLIENT_ID: 'key', SALESFORCE_EXTRA_HOSTS: 'localhost' };
  expect(() => createSalesforceConnector(wrong, { clock: CLOCK })).toThrow('SALESFORCE_EXTRA_HOSTS');
});
