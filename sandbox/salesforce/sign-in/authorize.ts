/** What a person sees when an app asks for access: log in, allow or deny, and back to the app with a code or an error. */
import { randomBytes } from 'node:crypto';
import type { StandInReply, StandInRequest } from '../../server.ts';
import type { Person } from '../org.ts';
import { SEED_PASSWORD } from '../seed.ts';
import { approvePage, loginPage, problemPage } from './authorize-pages.ts';
import type { SignIn } from './oauth.ts';

/** A valid request of the app, as its address carries it. */
interface AppRequest {
  readonly search: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly scope: string;
  readonly challenge: string | undefined;
  readonly method: 'S256' | 'plain';
  readonly prompt: string;
  readonly loginHint: string;
}

export type AuthorizePage = (request: StandInRequest) => StandInReply;

const COOKIE = 'crm_login';
const DEFAULT_SCOPE = 'api refresh_token id';
const LOGIN_LIFETIME = 2 * 3_600_000;

export function createAuthorize(signIn: SignIn): AuthorizePage {
  const logins = new Map<string, { readonly personId: string; readonly until: number }>();
  const { org } = signIn;

  function loggedIn(request: StandInRequest): Person | undefined {
    const key = new RegExp(`${COOKIE}=([\\w-]+)`).exec(request.headers['cookie'] ?? '')?.[1] ?? '';
    const login = logins.get(key);
    const person = login && login.until > org.clock.now() ? org.people.get(login.personId) : undefined;
    return person?.isActive ? person : undefined;
  }

  function logIn(app: AppRequest, form: URLSearchParams): StandInReply {
    const username = (form.get('username') ?? '').trim().toLowerCase();
    const person = [...org.people.values()].find((one) => one.username === username);
    if (!person || form.get('password') !== SEED_PASSWORD) {
      return loginPage(org, app.search, username, 'Please check your username and password, or contact your administrator.');
    }
    if (!person.isActive) return loginPage(org, app.search, username, 'Your access is disabled. Contact your administrator.');
    const key = randomBytes(24).toString('base64url');
    logins.set(key, { personId: person.id, until: org.clock.now() + LOGIN_LIFETIME });
    const reply = afterLogin(app, person);
    return { ...reply, headers: { ...reply.headers, 'set-cookie': `${COOKIE}=${key}; Path=/services/oauth2; HttpOnly; SameSite=Lax` } };
  }

  function afterLogin(app: AppRequest, person: Person): StandInReply {
    if (org.settings.app === 'blocked') {
      return sendBack(app, { error: 'OAUTH_APP_BLOCKED', error_description: 'this app is blocked by admin' });
    }
    if (org.settings.app === 'notInstalled') {
      return sendBack(app, { error: 'OAUTH_EC_APP_NOT_FOUND', error_description: 'External client app is not installed in this org' });
    }
    // Who has approved before is not asked again, unless the app asks for it.
    if (signIn.sessions.hasGrant(person.id, org.settings.clientId) && !/consent/.test(app.prompt)) return allow(signIn, app, person);
    return approvePage(org, app.search, person, app.scope);
  }

  return (request) => {
    const app = readApp(signIn, request);
    if ('status' in app) return app;
    if (request.method !== 'POST') {
      const person = /login|select_account/.test(app.prompt) ? undefined : loggedIn(request);
      return person ? afterLogin(app, person) : loginPage(org, app.search, app.loginHint);
    }
    const form = new URLSearchParams(request.body);
    if (form.get('step') === 'login') return logIn(app, form);
    const person = loggedIn(request);
    if (!person) return loginPage(org, app.search, app.loginHint);
    if (form.get('decision') === 'allow') return allow(signIn, app, person);
    return sendBack(app, { error: 'access_denied', error_description: 'end-user denied authorization' });
  };
}

function allow({ org, codes }: SignIn, app: AppRequest, person: Person): StandInReply {
  const { redirectUri, scope, challenge, method } = app;
  const code = codes.issue({ personId: person.id, clientId: org.settings.clientId, redirectUri, scope, challenge, method });
  return sendBack(app, { code });
}

/** A wrong app or address is told to the person; every other fault goes back to the app. */
function readApp({ org }: SignIn, request: StandInRequest): AppRequest | StandInReply {
  const query = request.url.searchParams;
  const { settings } = org;
  const redirectUri = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== settings.clientId) return problemPage('invalid_client_id', 'client identifier invalid');
  if (!settings.redirectUris.some((known) => isSameAddress(known, redirectUri))) {
    return problemPage('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const challenge = query.get('code_challenge') ?? undefined;
  const method = query.get('code_challenge_method') ?? 'plain';
  const app: AppRequest = {
    search: request.url.search, redirectUri, state: query.get('state'), scope: query.get('scope') ?? DEFAULT_SCOPE, challenge,
    method: method === 'S256' ? 'S256' : 'plain', prompt: query.get('prompt') ?? '', loginHint: query.get('login_hint') ?? '',
  };
  if (query.get('response_type') !== 'code') {
    return sendBack(app, { error: 'unsupported_response_type', error_description: 'response type not supported' });
  }
  if (challenge === undefined && settings.requirePkce) {
    return sendBack(app, { error: 'invalid_request', error_description: 'missing required code challenge' });
  }
  if (method !== 'S256' && method !== 'plain') {
    return sendBack(app, { error: 'invalid_request', error_description: 'code challenge method not supported' });
  }
  return app;
}

function sendBack(app: AppRequest, answer: Readonly<Record<string, string>>): StandInReply {
  const location = new URL(app.redirectUri);
  for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value);
  if (app.state !== null) location.searchParams.set('state', app.state);
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' } };
}

/** Equal, or equal but for the port of a loopback address. */
function isSameAddress(known: string, asked: string): boolean {
  if (known === asked) return true;
  if (!URL.canParse(known) || !URL.canParse(asked)) return false;
  const [one, other] = [new URL(known), new URL(asked)];
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(one.hostname);
  return isLoopback && one.hostname === other.hostname && one.protocol === other.protocol && one.pathname === other.pathname
    && one.search === other.search;
}
