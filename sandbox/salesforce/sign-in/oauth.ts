/** The OAuth endpoints that programs call: token, revoke, introspect, userinfo, identity. Refusals have status 400. */
import { createHmac } from 'node:crypto';
import type { StandInReply, StandInRequest } from '../../server.ts';
import type { Org, Person } from '../org.ts';
import { fitsChallenge, type Codes } from './codes.ts';
import { describePerson } from './identity.ts';
import type { Sessions, Tokens } from './sessions.ts';

export interface SignIn {
  readonly org: Org;
  readonly codes: Codes;
  readonly sessions: Sessions;
  /** The address under which this stand-in is reached: login host and instance in one. */
  readonly origin: () => string;
}

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-cache, no-store' };
const TEXT = { 'content-type': 'text/plain;charset=UTF-8' };

const refusal = (error: string, description: string): StandInReply =>
  ({ status: 400, headers: JSON_TYPE, body: { error, error_description: description } });

export function oauthRoute(signIn: SignIn, request: StandInRequest): StandInReply {
  const path = request.url.pathname;
  if (path.startsWith('/id/')) return identity(signIn, request);
  if (path === '/services/oauth2/userinfo') return userInfo(signIn, request);
  if (request.method !== 'POST') return refusal('invalid_request', 'must use HTTP POST');
  if (!/^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')) {
    return refusal('invalid_request', 'content type must be application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(request.body);
  if (path === '/services/oauth2/token') return token(signIn, form);
  if (path === '/services/oauth2/revoke') return revoke(signIn, form);
  if (path === '/services/oauth2/introspect') return introspect(signIn, form);
  return { status: 404, headers: TEXT, body: 'Not Found' };
}

function token(signIn: SignIn, form: URLSearchParams): StandInReply {
  const wrong = wrongApp(signIn.org, form);
  if (wrong) return wrong;
  const grantType = form.get('grant_type');
  if (grantType === 'authorization_code') return redeem(signIn, form);
  if (grantType === 'refresh_token') return renew(signIn, form);
  return refusal('unsupported_grant_type', 'grant type not supported');
}

function wrongApp({ settings }: Org, form: URLSearchParams): StandInReply | undefined {
  if (form.get('client_id') !== settings.clientId) return refusal('invalid_client_id', 'client identifier invalid');
  if (form.get('client_secret') !== settings.clientSecret) return refusal('invalid_client', 'invalid client credentials');
  return undefined;
}

function redeem(signIn: SignIn, form: URLSearchParams): StandInReply {
  const grant = signIn.codes.take(form.get('code') ?? '');
  if (!grant || grant.clientId !== form.get('client_id')) return refusal('invalid_grant', 'expired authorization code');
  if (grant.redirectUri !== form.get('redirect_uri')) return refusal('redirect_uri_mismatch', 'redirect_uri must match configuration');
  if (!fitsChallenge(grant, form.get('code_verifier') ?? undefined)) return refusal('invalid_grant', 'invalid code verifier');
  if (signIn.org.people.get(grant.personId)?.isActive !== true) return refusal('invalid_grant', 'inactive user');
  return granted(signIn, signIn.sessions.open(grant.personId, grant.clientId, grant.scope));
}

function renew(signIn: SignIn, form: URLSearchParams): StandInReply {
  // Even an unchanged scope is refused here (appsmith#30239).
  if (form.has('scope')) return refusal('invalid_request', 'scope parameter not supported');
  if (signIn.org.settings.app === 'blocked') return refusal('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  const tokens = signIn.sessions.refresh(form.get('refresh_token') ?? '', form.get('client_id') ?? '');
  if (!tokens) return refusal('invalid_grant', 'expired access/refresh token');
  if (signIn.org.people.get(tokens.personId)?.isActive !== true) return refusal('invalid_grant', 'inactive user');
  return granted(signIn, tokens);
}

/** There is no `expires_in`: the lifetime is the organization's session policy, and only a 401 tells. */
function granted(signIn: SignIn, tokens: Tokens): StandInReply {
  const origin = signIn.origin();
  const id = `${origin}/id/${signIn.org.id}/${tokens.personId}`;
  const issuedAt = String(signIn.org.clock.now());
  const body = {
    access_token: tokens.access,
    ...(tokens.refresh ? { refresh_token: tokens.refresh } : {}),
    signature: createHmac('sha256', signIn.org.settings.clientSecret).update(id + issuedAt).digest('base64'),
    scope: tokens.scope, instance_url: origin, id, token_type: 'Bearer', issued_at: issuedAt,
  };
  return { status: 200, headers: JSON_TYPE, body };
}

function revoke({ sessions }: SignIn, form: URLSearchParams): StandInReply {
  if (sessions.revoke(form.get('token') ?? '')) return { status: 200, headers: JSON_TYPE, body: '' };
  return refusal('invalid_token', 'token is invalid, expired or revoked');
}

function introspect(signIn: SignIn, form: URLSearchParams): StandInReply {
  const wrong = wrongApp(signIn.org, form);
  if (wrong) return wrong;
  const found = signIn.sessions.introspect(form.get('token') ?? '');
  if (!found) return { status: 200, headers: JSON_TYPE, body: { active: false } };
  const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
  const body = {
    active: true, scope: found.scope, client_id: found.clientId, username: signIn.org.people.get(found.personId)?.username,
    sub: `${signIn.origin()}/id/${signIn.org.id}/${found.personId}`, token_type: found.expiresAt ? 'access_token' : 'refresh_token',
    ...(found.expiresAt ? { exp: seconds(found.expiresAt) } : {}), iat: seconds(found.issuedAt), nbf: seconds(found.issuedAt),
  };
  return { status: 200, headers: JSON_TYPE, body };
}

/** The refusals of the two user endpoints are text, not JSON. */
function withToken(signIn: SignIn, request: StandInRequest, show: (person: Person) => StandInReply): StandInReply {
  const header = request.headers['authorization'];
  if (!header) return { status: 403, headers: TEXT, body: 'Missing_OAuth_Token' };
  const person = signIn.sessions.bearer(header);
  return person ? show(person) : { status: 403, headers: TEXT, body: 'Bad_OAuth_Token' };
}

function identity(signIn: SignIn, request: StandInRequest): StandInReply {
  return withToken(signIn, request, (person) => {
    const [, , organization, user] = request.url.pathname.split('/');
    if (organization !== signIn.org.id) return { status: 403, headers: TEXT, body: 'Wrong_Org' };
    if (user !== person.id) return { status: 403, headers: TEXT, body: 'Bad_Id' };
    return { status: 200, headers: JSON_TYPE, body: describePerson(signIn.org, person, signIn.origin()) };
  });
}

function userInfo(signIn: SignIn, request: StandInRequest): StandInReply {
  return withToken(signIn, request, (person) => {
    const all = describePerson(signIn.org, person, signIn.origin());
    const body = {
      sub: all.id, user_id: all.user_id, organization_id: all.organization_id, preferred_username: all.username, nickname: all.nick_name,
      name: all.display_name, email: all.email, email_verified: true, given_name: all.first_name, family_name: all.last_name,
      zoneinfo: all.timezone, urls: all.urls, active: all.active, user_type: all.user_type, language: all.language, locale: all.locale,
      utcOffset: all.utcOffset, updated_at: all.last_modified_date,
    };
    return { status: 200, headers: JSON_TYPE, body };
  });
}
