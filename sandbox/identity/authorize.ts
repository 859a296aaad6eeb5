/** The authorization endpoint: checks the request, shows the pages, ends in a code or in an error at the redirect address. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { StandInReply, StandInRequest } from '../server.ts';
import type { User } from './accounts.ts';
import { describe } from './errors.ts';
import type { Refusal } from './errors.ts';
import { invalidScope, missingParameter, unknownApplication, unknownTenant } from './refusals.ts';
import { parseScopes } from './scopes.ts';
import { accountPage, adminPage, consentPage, errorPage } from './sign-in-page.ts';
import { findUser } from './state.ts';
import type { IdentityState } from './state.ts';

export interface AuthorizeRequest {
  readonly tenant: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly challenge: string;
  readonly prompt: string | undefined;
  readonly loginHint: string | undefined;
  readonly wantsClientInfo: boolean;
}

type Checked =
  | { readonly kind: 'ok'; readonly request: AuthorizeRequest }
  /** Nothing may be sent to an address that is not registered: the person sees the error here. */
  | { readonly kind: 'page'; readonly refusal: Refusal }
  | { readonly kind: 'redirect'; readonly refusal: Refusal; readonly redirectUri: string; readonly state: string | undefined };

/** GET /{tenant}/oauth2/v2.0/authorize */
export function authorize(state: IdentityState, tenant: string, request: StandInRequest): StandInReply {
  const checked = check(state, tenant, request.url.searchParams);
  if (checked.kind !== 'ok') return refused(state, checked);
  const { prompt, redirectUri, state: echo } = checked.request;
  if (prompt === 'none') {
    const refusal = { error: 'login_required', code: 50058, message: 'A silent sign-in request was sent but no user is signed in.' };
    return errorRedirect(state, redirectUri, echo, refusal);
  }
  return accountPage(state, checked.request, carry(tenant, request.url.searchParams));
}

/** The form of a page: which account, and then what the person answers. The request itself travels along and is checked again. */
export function signInForm(state: IdentityState, request: StandInRequest): StandInReply {
  const form = new URLSearchParams(request.body);
  const carried = new URLSearchParams(form.get('request') ?? '');
  const tenant = carried.get('_tenant') ?? '';
  carried.delete('_tenant');
  const checked = check(state, tenant, carried);
  if (checked.kind !== 'ok') return refused(state, checked);
  const asked = checked.request;
  const kept = carry(tenant, carried);
  const user = findUser(state, form.get('user') ?? '');
  if (!user || form.get('decision') === 'other') return accountPage(state, { ...asked, loginHint: undefined }, kept);
  const foreign = wrongTenant(asked, user);
  if (foreign) return errorPage(foreign, state.clock.now());
  switch (form.get('decision')) {
    case 'accept': return accept(state, asked, user, kept);
    case 'cancel': return errorRedirect(state, asked.redirectUri, asked.state, cancelled(user));
    default: return afterAccount(state, asked, user, kept);
  }
}

function afterAccount(state: IdentityState, asked: AuthorizeRequest, user: User, kept: string): StandInReply {
  if (asked.prompt !== 'consent' && missingScopes(state, user, asked.scopes).length === 0) return codeRedirect(state, asked, user);
  return needsAdmin(state, user) ? adminPage(state, user, kept) : consentPage(state, asked, user, kept);
}

function accept(state: IdentityState, asked: AuthorizeRequest, user: User, kept: string): StandInReply {
  if (needsAdmin(state, user)) return adminPage(state, user, kept);
  const granted = state.consents.get(user.id) ?? new Set<string>();
  for (const scope of asked.scopes) granted.add(scope);
  state.consents.set(user.id, granted);
  state.changed();
  return codeRedirect(state, asked, user);
}

/** Scopes that neither the user nor the user's administrator has granted. */
export function missingScopes(state: IdentityState, user: User, scopes: readonly string[]): string[] {
  if (state.adminConsents.has(user.tenant.id)) return [];
  const granted = state.consents.get(user.id);
  return scopes.filter((scope) => !granted?.has(scope));
}

const needsAdmin = (state: IdentityState, user: User): boolean =>
  user.tenant.consent === 'admin' && !state.adminConsents.has(user.tenant.id);

function cancelled(user: User): Refusal & { subcode: string } {
  const refusal = user.tenant.consent === 'admin'
    ? { code: 90094, message: `An administrator of ${user.tenant.name} has set a policy that prevents you from granting the permissions.` }
    : { code: 65004, message: 'User declined to consent to access the app.' };
  return { error: 'access_denied', subcode: 'cancel', ...refusal };
}

function check(state: IdentityState, tenant: string, query: URLSearchParams): Checked {
  const { registration } = state;
  const clientId = query.get('client_id') ?? '';
  const redirectUri = query.get('redirect_uri') ?? '';
  const echo = query.get('state') ?? undefined;
  if (clientId !== registration.clientId) return { kind: 'page', refusal: unknownApplication(clientId, tenant) };
  if (!registration.redirectUris.some((registered) => isSameRedirect(registered, redirectUri))) {
    const message = `The redirect URI '${redirectUri}' specified in the request does not match `
      + `the redirect URIs configured for the application '${clientId}'.`;
    return { kind: 'page', refusal: { error: 'invalid_request', code: 50011, message } };
  }
  const refuse = (refusal: Refusal): Checked => ({ kind: 'redirect', refusal, redirectUri, state: echo });
  if (!knowsTenant(state, tenant)) return refuse(unknownTenant(tenant));
  if (query.get('response_type') !== 'code') {
    return refuse({ error: 'unsupported_response_type', code: 700054, message: "response_type must be 'code' for the application." });
  }
  if ((query.get('response_mode') ?? 'query') !== 'query') {
    return refuse({ error: 'invalid_request', code: 90023, message: 'Unsupported response_mode.' });
  }
  const challenge = query.get('code_challenge') ?? '';
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
    const message = 'Proof Key for Code Exchange with S256 is required for authorization code redemption.';
    return refuse({ error: 'invalid_request', code: 9002325, message });
  }
  const scopes = parseScopes(query.get('scope') ?? '');
  if (!scopes.ok) return refuse(invalidScope(scopes.unknown));
  const all = [...scopes.openid, ...scopes.graph];
  if (all.length === 0) return refuse(missingParameter('scope'));
  return {
    kind: 'ok',
    request: {
      tenant, clientId, redirectUri, scopes: all, state: echo, challenge,
      nonce: query.get('nonce') ?? undefined,
      prompt: query.get('prompt') ?? undefined,
      loginHint: query.get('login_hint') ?? undefined,
      wantsClientInfo: query.get('client_info') === '1',
    },
  };
}

export function knowsTenant(state: IdentityState, tenant: string): boolean {
  return tenant === 'common' || tenant === 'organizations' || state.users.some(
    ({ tenant: { id, domain } }) => tenant === id || tenant === domain
  );
}

export function wrongTenant({ tenant }: { readonly tenant: string }, user: User): Refusal | undefined {
  if (tenant === 'common' || tenant === 'organizations' || tenant === user.tenant.id || tenant === user.tenant.domain) return undefined;
  const message = `User account '${user.login}' from identity provider '${user.tenant.domain}' `
    + `does not exist in tenant '${tenant}' and cannot access the application.`;
  return { error: 'invalid_grant', code: 50020, message };
}

/** Equal to the letter, save that the port of a localhost address does not count. */
function isSameRedirect(registered: string, given: string): boolean {
  if (registered === given) return true;
  if (!URL.canParse(given) || !URL.canParse(registered)) return false;
  const [left, right] = [new URL(registered), new URL(given)];
  return left.hostname === 'localhost' && right.hostname === 'localhost'
    && left.protocol === right.protocol && left.pathname === right.pathname && left.search === right.search;
}

function codeRedirect(state: IdentityState, asked: AuthorizeRequest, user: User): StandInReply {
  const code = `1.A${randomBytes(60).toString('base64url')}`;
  const now = state.clock.now();
  for (const [old, grant] of state.codes) if (grant.expiresAt < now) state.codes.delete(old);
  state.codes.set(code, {
    userId: user.id, redirectUri: asked.redirectUri, challenge: asked.challenge, scopes: asked.scopes, nonce: asked.nonce,
    expiresAt: now + state.settings.codeSeconds * 1000, isUsed: false,
  });
  const extra = asked.wantsClientInfo ? { client_info: clientInfo(user) } : {};
  return redirect(asked.redirectUri, {
    code, ...extra, ...(asked.state === undefined ? {} : { state: asked.state }), session_state: randomUUID(),
  });
}

/** What msal builds its account id from. */
export const clientInfo = (user: User): string =>
  Buffer.from(JSON.stringify({ uid: user.id, utid: user.tenant.id })).toString('base64url');

function refused(state: IdentityState, checked: Exclude<Checked, { kind: 'ok' }>): StandInReply {
  return checked.kind === 'page'
    ? errorPage(checked.refusal, state.clock.now())
    : errorRedirect(state, checked.redirectUri, checked.state, checked.refusal);
}

function errorRedirect(state: IdentityState, to: string, echo: string | undefined, refusal: Refusal & { subcode?: string }): StandInReply {
  return redirect(to, {
    error: refusal.error,
    ...(refusal.subcode ? { error_subcode: refusal.subcode } : {}),
    error_description: describe(refusal, state.clock.now()),
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    ...(echo === undefined ? {} : { state: echo }),
  });
}

function redirect(to: string, parameters: Readonly<Record<string, string>>): StandInReply {
  const url = new URL(to);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}

function carry(tenant: string, query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  kept.set('_tenant', tenant);
  return kept.toString();
}
