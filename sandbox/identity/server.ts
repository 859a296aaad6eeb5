/** The routes of the identity service: discovery, keys, authorize, token, logout; and the sandbox's own nested-app token. */
import type { StandInReply, StandInRequest } from '../server.ts';
import { authorize, knowsTenant } from './authorize.ts';
import { refusalReply } from './errors.ts';
import { escapeHtml, pageReply } from './html.ts';
import { unknownTenant } from './refusals.ts';
import { apiScope } from './scopes.ts';
import { findUser } from './state.ts';
import type { IdentityState } from './state.ts';
import { token } from './token-endpoint.ts';
import { profileClaims, signJwt } from './tokens.ts';

const TENANT_PATHS = /^\/[^/]+\/(?:oauth2\/v2\.0\/[^/]+|v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys)$/;

/** Whether a path belongs to the identity service; it decides the name a call is counted under. */
export const isIdentityPath = (path: string): boolean => path === '/common/discovery/instance' || TENANT_PATHS.test(path);

export async function identityReply(state: IdentityState, request: StandInRequest): Promise<StandInReply> {
  const [tenant = '', ...rest] = request.url.pathname.slice(1).split('/');
  switch (`${request.method} ${rest.join('/')}`) {
    case 'GET discovery/instance': return instanceDiscovery(state);
    case 'GET v2.0/.well-known/openid-configuration': return openidConfiguration(state, tenant);
    case 'GET discovery/v2.0/keys': return { status: 200, body: { keys: [state.keys.publicJwk] } };
    case 'GET oauth2/v2.0/authorize': return authorize(state, tenant, request);
    case 'POST oauth2/v2.0/token': return token(state, tenant, request);
    case 'GET oauth2/v2.0/logout': return logout(request);
    default: return { status: 404, body: '' };
  }
}

function instanceDiscovery(state: IdentityState): StandInReply {
  const { host } = new URL(state.origin);
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${state.origin}/common/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [
        {
          preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net',
          aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
        },
        { preferred_network: host, preferred_cache: host, aliases: [host] },
      ],
    },
  };
}

function openidConfiguration(state: IdentityState, tenant: string): StandInReply {
  if (!knowsTenant(state, tenant)) return refusalReply(unknownTenant(tenant), state.clock.now());
  const base = `${state.origin}/${tenant}`;
  const found = state.users.find((user) => user.tenant.domain === tenant || user.tenant.id === tenant);
  return {
    status: 200,
    body: {
      issuer: `${state.origin}/${found?.tenant.id ?? '{tenantid}'}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'oid', 'ver', 'email'],
    },
  };
}

/** Nothing is signed in here between requests, so signing out only says so or goes back to the application. */
function logout(request: StandInRequest): StandInReply {
  const back = request.url.searchParams.get('post_logout_redirect_uri');
  if (back && URL.canParse(back)) return { status: 302, headers: { location: back }, body: '' };
  return pageReply('Signed out', `<section class="card"><h1>${escapeHtml('You signed out of your account')}</h1></section>`);
}

/**
 * POST /_sandbox/naa {"user": login or id}: what nested app authentication would hand to the pane, an RS256 v2.0 token
 * whose audience is the application's own API. Answers {accessToken, expiresIn}, or 404 for an unknown user.
 */
export async function nestedAppToken(state: IdentityState, request: StandInRequest): Promise<StandInReply> {
  const { user: wanted } = JSON.parse(request.body) as { user?: unknown };
  const user = findUser(state, String(wanted));
  if (!user) return { status: 404, body: { error: 'no such user' } };
  const { clientId } = state.registration;
  const scope = apiScope(state.registration);
  const accessToken = await signJwt(
    state.keys,
    {
      issuer: `${state.origin}/${user.tenant.id}/v2.0`, audience: clientId, clientId, user, now: state.clock.now(),
      lifeSeconds: state.settings.accessSeconds,
    },
    { ...profileClaims(user), azp: clientId, azpacr: '0', scp: scope.slice(scope.lastIndexOf('/') + 1) },
  );
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { accessToken, expiresIn: state.settings.accessSeconds } };
}
