/** Sign-in against the stand-in for Microsoft Entra. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scopeAround } from '../../../test/scope.ts';
import { connectorFor, consent, openGraphWorld } from '../../../test/worlds/graph.ts';
import type { GraphWorld } from '../../../test/worlds/graph.ts';
import type { OAuthConnector } from '../../ports/connector.ts';
import { createGraphConnector } from './index.ts';
import { classifySignIn } from './sign-in.ts';

let world: GraphWorld;
let connector: OAuthConnector;
beforeEach(async () => {
  world = await openGraphWorld();
  connector = world.connector;
});
afterEach(() => world.close());

const TOKEN = 'POST */oauth2/v2.0/token';
const refresh = (): Promise<unknown> => connector.flow.refresh(world.grant.secret, world.grant.account);

test('a sign-in tells who it is, by ids that never change, and in which zone the mailbox lives', () => {
  const [user] = world.microsoft.users;
  expect(world.grant.account).toEqual({
    organization: user?.tenant.id,
    user: user?.id,
    login: user?.login,
    displayName: 'Anna Weber',
    loginHost: world.microsoft.origin,
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    country: 'DE',
  });
  expect(world.grant.token.endpoint).toBe(`${world.microsoft.origin}/v1.0`);
  const minutes = ((world.grant.token.expiresAt ?? 0) - world.clock.now()) / 60_000;
  expect(minutes).toBeGreaterThan(59);
  expect(minutes).toBeLessThanOrEqual(90);
});

test('the consent window is asked for what is needed, with PKCE and the address in Outlook', () => {
  const url = new URL(
    connector.flow.authorizeUrl({ choice: 'default', state: 's', challenge: 'c'.repeat(43), redirectUri: 'http://localhost/x' }),
  );
  expect(url.pathname).toBe('/organizations/oauth2/v2.0/authorize');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    prompt: 'select_account',
    state: 's',
    scope: 'offline_access openid profile User.Read Contacts.ReadWrite Calendars.ReadWrite Tasks.ReadWrite MailboxSettings.Read',
  });
});

test('one sign-in costs one call for the token and one for the mailbox, one refresh a single call', async () => {
  const { calls } = world.microsoft.server;
  expect([calls.get('identity'), calls.get('graph')]).toEqual([1, 1]);
  await refresh();
  expect([calls.get('identity'), calls.get('graph')]).toEqual([2, 1]);
});

test('a refresh gives another token and keeps the account, also days later', async () => {
  world.clock.advance(5 * 24 * 3600_000);
  const next = await connector.flow.refresh(world.grant.secret, world.grant.account);
  expect(next.account).toEqual(world.grant.account);
  expect(next.token.value).not.toBe(world.grant.token.value);
  expect(next.token.expiresAt).toBeGreaterThan(world.clock.now());
  const side = connector.open(
    { token: () => Promise.resolve(next.token), renew: () => Promise.reject(new Error('not expected')) },
    next.account, scopeAround(world.clock.now()),
  );
  expect((await side.changes({})).changes).toEqual([]);
  await expect(connector.flow.refresh(next.secret, next.account)).resolves.toMatchObject({ account: { user: next.account.user } });
});

test('a revoked grant is dead for good, an idle one too', async () => {
  world.microsoft.controls.revokeSignIn(world.login);
  await expect(refresh()).rejects.toMatchObject({ kind: 'credentialsRejected', details: { code: 'GRAPH_AADSTS50173', isPermanent: true } });
});

test('a grant not used for 91 days is dead for good', async () => {
  world.clock.advance(91 * 24 * 3600_000);
  await expect(refresh()).rejects.toMatchObject({
    kind: 'credentialsRejected',
    details: { code: 'GRAPH_AADSTS700082', isPermanent: true },
  });
});

test.each<[string, object]>([
  ['429', { status: 429, headers: { 'retry-after': '5' }, body: '' }],
  ['503', { status: 503, body: { error: 'temporarily_unavailable' } }],
  ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ['nothing', { dropRequest: true }],
  ['a redirect', { status: 302, headers: { location: 'http://elsewhere.example/' }, body: '' }],
])('a sign-in service that answers %s says nothing about the person', async (_, fault) => {
  world.microsoft.server.addFault({ route: TOKEN, count: 1, ...fault });
  await expect(refresh()).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(refresh()).resolves.toBeDefined();
});

test('a refused application is an operator’s matter and disconnects nobody', async () => {
  const other = createGraphConnector(
    {
      MICROSOFT_CLIENT_ID: world.microsoft.registration.clientId,
      MICROSOFT_CLIENT_SECRET: 'an old one',
      MICROSOFT_LOGIN_URL: world.microsoft.origin,
      MICROSOFT_GRAPH_URL: world.microsoft.origin,
    },
    { clock: world.clock },
  );
  await expect(other.flow.refresh(world.grant.secret, world.grant.account)).rejects.toMatchObject({
    kind: 'denied',
    details: { code: 'GRAPH_AADSTS7000215' },
  });
});

test('a code that was used, or comes without its verifier, is refused and not permanent', async () => {
  const answer = await consent(world.microsoft, connector, world.login);
  await expect(connector.flow.finish({ ...answer, verifier: 'x'.repeat(43) })).rejects.toMatchObject({ kind: 'credentialsRejected' });
  await connector.flow.finish(answer);
  const error: unknown = await connector.flow.finish(answer).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ kind: 'credentialsRejected', details: { code: 'GRAPH_AADSTS54005' } });
  expect((error as { details: object }).details).not.toHaveProperty('isPermanent');
});

test('an account without a mailbox cannot be connected, and is told why', async () => {
  const desk = world.microsoft.users.find(({ hasMailbox }) => !hasMailbox)?.login ?? '';
  await expect(connector.flow.finish(await consent(world.microsoft, connector, desk))).rejects.toMatchObject({
    kind: 'denied',
    details: { code: 'GRAPH_MAILBOX_NOT_ENABLED_FOR_RESTAPI' },
  });
});

test('where the mailbox settings cannot be read now, the connection is made without a zone', async () => {
  const answer = await consent(world.microsoft, connector, world.login);
  world.microsoft.server.addFault({ route: 'GET /v1.0/me/mailboxSettings', count: 1, status: 503, body: '' });
  const { account } = await connector.flow.finish(answer);
  expect(account).not.toHaveProperty('timeZone');
});

test.each<[Record<string, string>, 'code' | 'refresh', string]>([
  [{ errorCode: 'invalid_grant', errorNo: '700082' }, 'refresh', 'credentialsRejected'],
  [{ errorCode: 'interaction_required', subError: 'basic_action' }, 'refresh', 'credentialsRejected'],
  [{ errorCode: 'invalid_grant', subError: 'consent_required', errorNo: '65001' }, 'refresh', 'credentialsRejected'],
  [{ errorCode: 'invalid_grant', subError: 'consent_required', errorNo: '65001' }, 'code', 'denied'],
  [{ errorCode: 'unauthorized_client', errorNo: '700016' }, 'refresh', 'denied'],
  [{ errorCode: 'temporarily_unavailable' }, 'refresh', 'unavailable'],
  [{ errorCode: 'something_new' }, 'refresh', 'bug'],
])('%j at %s is %s', (error, step, kind) => {
  expect(classifySignIn(error, step).kind).toBe(kind);
});

test('a secret that is not ours is a mistake, not a dead grant', async () => {
  await expect(connector.flow.refresh('{', world.grant.account)).rejects.toMatchObject({ kind: 'bug' });
});

test('to revoke costs no call: Microsoft has none for one application of one user', async () => {
  const before = world.microsoft.server.calls.get('identity');
  await connector.flow.revoke(world.grant.secret, world.grant.account);
  expect(world.microsoft.server.calls.get('identity')).toBe(before);
});

async function nestedToken(): Promise<string> {
  const answer = await fetch(`${world.microsoft.origin}/_sandbox/naa`, { method: 'POST', body: JSON.stringify({ user: world.login }) });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

test('a token of nested app authentication proves who sits at Outlook', async () => {
  const { organization, user, login } = world.grant.account;
  await expect(connector.identify?.(await nestedToken())).resolves.toEqual({ organization, user, login });
});

test('a token that is old, changed, for another application or not for our API proves nothing', async () => {
  const good = await nestedToken();
  const [head = '', body = '', signature = ''] = good.split('.');
  const other = Buffer.from(
    JSON.stringify({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), oid: 'somebody-else' }),
  ).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const bad of [`${head}.${other}.${signature}`, `${none}.${body}.`, 'not a token', '']) {
    await expect(connector.identify?.(bad)).rejects.toMatchObject({ kind: 'credentialsRejected' });
  }
  const foreign = createGraphConnector(
    {
      MICROSOFT_CLIENT_ID: 'another',
      MICROSOFT_CLIENT_SECRET: 'x',
      MICROSOFT_LOGIN_URL: world.microsoft.origin,
      MICROSOFT_GRAPH_URL: world.microsoft.origin,
    },
    { clock: world.clock },
  );
  await expect(foreign.identify?.(good)).rejects.toMatchObject({ kind: 'credentialsRejected' });
  world.clock.advance(24 * 3600_000);
  await expect(connector.identify?.(good)).rejects.toMatchObject({ kind: 'credentialsRejected' });
});

test('where the keys cannot be fetched, nothing is said about the token', async () => {
  const good = await nestedToken();
  world.microsoft.server.addFault({ route: 'GET /common/discovery/v2.0/keys', count: 1, status: 503, body: '' });
  const fresh = connectorFor(world.microsoft, world.clock);
  await expect(fresh.identify?.(good)).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(fresh.identify?.(good)).resolves.toBeDefined();
});

test('a missing or broken setting stops the start with its name', () => {
  expect(() => createGraphConnector({}, { clock: world.clock })).toThrow(/MICROSOFT_CLIENT_ID/);
  expect(() =>
    createGraphConnector({ MICROSOFT_CLIENT_ID: 'a', MICROSOFT_CLIENT_SECRET: 'b', MICROSOFT_GRAPH_URL: 'graph' }, { clock: world.clock }),
  ).toThrow(/MICROSOFT_GRAPH_URL/);
});

test.each([
  ['the person said no', { error: 'access_denied', error_description: 'AADSTS65004: User declined.' }, 'CONSENT_REFUSED'],
  ['only an administrator may agree', { error: 'access_denied', error_description: 'AADSTS90094: A policy prevents it.' }, 'ADMIN_MUST_AGREE'],
  ['the service is down', { error: 'temporarily_unavailable', error_description: '' }, 'GRAPH_TEMPORARILY_UNAVAILABLE'],
])('a redirect without a code says that %s', (_, parameters, code) => {
  expect(connector.flow.refused?.(parameters)).toMatchObject({ details: { code } });
});
