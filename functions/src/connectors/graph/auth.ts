/** Sign-in at Microsoft Entra: authorization code with PKCE, a token cache per user, refreshed in the background. */
import type { AuthenticationResult, ConfidentialClientApplication } from '@azure/msal-node';
import { SyncError } from '../../engine/errors.ts';
import type { Account, AuthorizeRequest, CodeAnswer, Grant, OAuthFlow } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import { ianaZone } from '../windows-zones.ts';
import { graphClient } from './client.ts';
import { errorOf, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { SCOPES } from './limits.ts';
import type { GraphSettings } from './settings.ts';
import type { SignInTraffic } from './sign-in.ts';
import { classifySignIn, redirectError, signInTraffic, staticMetadata } from './sign-in.ts';

/** OpenID's own scopes are added by the library. */
const RESOURCE_SCOPES = SCOPES.filter((scope) => !['offline_access', 'openid', 'profile'].includes(scope));

export function microsoftSignIn(settings: GraphSettings, clock: Clock): OAuthFlow {
  return {
    by: 'oauth',
    authorizeUrl: (request) => authorizeUrl(settings, request),
    finish: (answer) => finish(settings, clock, answer),
    refresh: (secret, account) => refresh(settings, clock, secret, account),
    // Microsoft lets an application revoke all of a user's sign-ins or none; what can be ended here is the stored secret.
    revoke: () => Promise.resolve(),
    refused: redirectError,
  };
}

function authorizeUrl(settings: GraphSettings, request: AuthorizeRequest): string {
  const url = new URL(`${settings.loginUrl}/${settings.tenant}/oauth2/v2.0/authorize`);
  const query: Record<string, string> = {
    client_id: settings.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: request.redirectUri,
    scope: SCOPES.join(' '),
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    // Without a hint the browser's only signed-in account would be taken unasked, which may be another person's.
    ...(request.loginHint ? { login_hint: request.loginHint } : { prompt: 'select_account' }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

async function finish(settings: GraphSettings, clock: Clock, answer: CodeAnswer): Promise<Grant> {
  const traffic = signInTraffic(settings, clock);
  const application = await openApplication(settings, settings.tenant, traffic);
  const result = await asked(traffic, 'code', () =>
    application.acquireTokenByCode({
      code: answer.code,
      codeVerifier: answer.verifier,
      redirectUri: answer.redirectUri,
      scopes: [...RESOURCE_SCOPES],
    }),
  );
  const account = accountOf(result, settings);
  const grant = grantOf(settings, clock, application, traffic, result, account);
  return { ...grant, account: { ...account, ...(await mailboxFacts(grant, clock)) } };
}

async function refresh(settings: GraphSettings, clock: Clock, secret: string, account: Account): Promise<Grant> {
  const traffic = signInTraffic(settings, clock);
  const application = await openApplication(settings, account.organization, traffic);
  const cache = application.getTokenCache();
  const known = await readCache(cache, secret);
  const result = await asked(traffic, 'refresh', () =>
    application.acquireTokenSilent({ account: known, scopes: [...RESOURCE_SCOPES], forceRefresh: true }),
  );
  return grantOf(settings, clock, application, traffic, result, account);
}

type Cache = ReturnType<ConfidentialClientApplication['getTokenCache']>;

async function readCache(cache: Cache, secret: string): Promise<NonNullable<Awaited<ReturnType<Cache['getAllAccounts']>>[number]>> {
  try {
    cache.deserialize(secret);
  } catch (error) {
    throw refusal('bug', { code: 'GRAPH_SECRET_UNREADABLE', cause: error });
  }
  const [known] = await cache.getAllAccounts();
  if (!known) throw refusal('credentialsRejected', { code: 'GRAPH_SECRET_EMPTY', isPermanent: true });
  return known;
}

/** A new application for every call: a shared one may store one user's tokens under another's key (msal-node's own cache notes). */
async function openApplication(settings: GraphSettings, tenant: string, traffic: SignInTraffic): Promise<ConfidentialClientApplication> {
  const { ConfidentialClientApplication: Application } = await import('@azure/msal-node');
  return new Application({
    auth: { clientId: settings.clientId, clientSecret: settings.clientSecret, ...staticMetadata(settings, tenant) },
    // The library's log could hold addresses of people.
    system: {
      networkClient: traffic,
      disableInternalRetries: true,
      loggerOptions: { loggerCallback: () => undefined, piiLoggingEnabled: false },
    },
  });
}

async function asked(
  traffic: SignInTraffic,
  step: 'code' | 'refresh',
  ask: () => Promise<AuthenticationResult | null>,
): Promise<AuthenticationResult> {
  try {
    const result = await ask();
    if (result?.accessToken) return result;
  } catch (error) {
    throw traffic.failure() ?? classifySignIn(error, step);
  }
  throw refusal('unavailable', { code: 'GRAPH_SIGN_IN_NO_TOKEN' });
}

function grantOf(
  settings: GraphSettings,
  clock: Clock,
  application: ConfidentialClientApplication,
  traffic: SignInTraffic,
  result: AuthenticationResult,
  account: Account,
): Grant {
  const seconds = traffic.lifeSeconds();
  return {
    secret: application.getTokenCache().serialize(),
    token: {
      value: result.accessToken,
      endpoint: settings.endpoint,
      ...(seconds === undefined ? {} : { expiresAt: clock.now() + seconds * 1000 }),
    },
    account,
  };
}

/** Tenant and object id never change; the address does, and is only for people. */
function accountOf(result: AuthenticationResult, settings: GraphSettings): Account {
  const claims = result.idTokenClaims as JsonObject;
  const organization = stringOf(claims['tid']);
  const user = stringOf(claims['oid']);
  if (!organization || !user) throw refusal('bug', { code: 'GRAPH_IDENTITY_INCOMPLETE' });
  const login = stringOf(claims['preferred_username']) ?? '';
  return { organization, user, login, displayName: stringOf(claims['name']) ?? login, loginHost: settings.loginUrl };
}

/**
 * Time zone, language and country of the mailbox. An account without a mailbox in Exchange Online cannot be connected, and is told
 * so here; where only the settings cannot be read, the connection is made without them.
 */
async function mailboxFacts(grant: Grant, clock: Clock): Promise<Pick<Account, 'timeZone' | 'locale' | 'country'>> {
  const access = { token: () => Promise.resolve(grant.token), renew: () => Promise.resolve(grant.token) };
  const facts = await readMailboxSettings(access, clock);
  const zone = ianaZone(stringOf(facts['timeZone']) ?? '');
  const locale = isObject(facts['language']) ? stringOf(facts['language']['locale']) : undefined;
  const country = locale && /[-_]([A-Za-z]{2})$/.exec(locale)?.[1]?.toUpperCase();
  return { ...(zone ? { timeZone: zone } : {}), ...(locale ? { locale } : {}), ...(country ? { country } : {}) };
}

async function readMailboxSettings(access: Parameters<typeof graphClient>[0], clock: Clock): Promise<JsonObject> {
  try {
    const reply = await graphClient(access, clock).send({ method: 'GET', url: '/me/mailboxSettings?$select=timeZone,language' });
    if (reply.status === 200 && isObject(reply.body)) return reply.body;
    const error = errorOf(reply, 'call');
    if (reply.status === 404) throw refusal('denied', { ...error.details, cause: error });
    return {};
  } catch (error) {
    if (error instanceof SyncError && ['unavailable', 'throttled'].includes(error.kind)) return {};
    throw error;
  }
}
