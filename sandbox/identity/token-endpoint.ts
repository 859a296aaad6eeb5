/** The token endpoint: codes and refresh tokens for access tokens, with every refusal Entra would give. */
import { createHash, randomBytes } from 'node:crypto';
import type { StandInReply, StandInRequest } from '../server.ts';
import type { User } from './accounts.ts';
import { clientInfo, knowsTenant, missingScopes, wrongTenant } from './authorize.ts';
import { refusalReply } from './errors.ts';
import type { Refusal } from './errors.ts';
import {
  expiredCode, idleTooLong, invalidScope, malformed, missingParameter, missingSecret, notConsented, otherRedirect, revoked,
  unknownApplication, unknownTenant, unsupportedGrant, usedCode, wrongSecret, wrongVerifier,
} from './refusals.ts';
import { parseScopes } from './scopes.ts';
import { findUser } from './state.ts';
import type { IdentityState } from './state.ts';
import { profileClaims, seal, signJwt, unseal } from './tokens.ts';

const REFRESH_PREFIX = '1.AXkA';
/** Shaped like a JWT, as Graph's are; applications must treat them as opaque, so nothing but this server can read them. */
const ACCESS_PREFIX = `${Buffer.from('{"typ":"JWT","alg":"sandbox"}').toString('base64url')}.`;

interface RefreshContent {
  readonly user: string;
  readonly client: string;
  readonly epoch: number;
  readonly issued: number;
  readonly salt: string;
}

export interface AccessContent {
  readonly user: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly epoch: number;
  /** Milliseconds. */
  readonly expires: number;
  readonly salt: string;
}

type Granted =
  | {
    readonly ok: true;
    readonly user: User;
    readonly scopes: readonly string[];
    readonly nonce?: string | undefined;
    readonly isRenewable: boolean;
  }
  | { readonly ok: false; readonly refusal: Refusal };

/** POST /{tenant}/oauth2/v2.0/token */
export async function token(state: IdentityState, tenant: string, request: StandInRequest): Promise<StandInReply> {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? request.body : '');
  const granted = grant(state, tenant, form);
  if (!granted.ok) return refusalReply(granted.refusal, state.clock.now(), request.headers['client-request-id']);
  return answer(state, granted, form);
}

function grant(state: IdentityState, tenant: string, form: URLSearchParams): Granted {
  const { clientId, name } = state.registration;
  if (!knowsTenant(state, tenant)) return refuse(unknownTenant(tenant));
  const stranger = checkClient(state, tenant, form);
  if (stranger) return refuse(stranger);
  const granted = byGrantType(state, form);
  if (!granted.ok) return granted;
  const foreign = wrongTenant({ tenant }, granted.user);
  if (foreign) return refuse(foreign);
  return missingScopes(state, granted.user, granted.scopes).length > 0 ? refuse(notConsented(clientId, name)) : granted;
}

function checkClient(state: IdentityState, tenant: string, form: URLSearchParams): Refusal | undefined {
  const { clientId, clientSecret } = state.registration;
  const given = form.get('client_id');
  if (!given) return missingParameter('client_id');
  if (given !== clientId) return unknownApplication(given, tenant);
  const secret = form.get('client_secret');
  if (!secret) return missingSecret;
  return secret === clientSecret ? undefined : wrongSecret(clientId);
}

function byGrantType(state: IdentityState, form: URLSearchParams): Granted {
  const type = form.get('grant_type');
  if (!type) return refuse(missingParameter('grant_type'));
  if (type === 'authorization_code') return redeemCode(state, form);
  return type === 'refresh_token' ? redeemRefresh(state, form) : refuse(unsupportedGrant(type));
}

function redeemCode(state: IdentityState, form: URLSearchParams): Granted {
  for (const name of ['code', 'redirect_uri']) if (!form.get(name)) return refuse(missingParameter(name));
  const code = state.codes.get(form.get('code') ?? '');
  const user = code && findUser(state, code.userId);
  if (!code || !user) return refuse(malformed);
  if (code.expiresAt <= state.clock.now()) return refuse(expiredCode);
  if (code.isUsed) return refuse(usedCode);
  if (form.get('redirect_uri') !== code.redirectUri) return refuse(otherRedirect(form.get('redirect_uri'), code.redirectUri));
  const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
  if (challenge !== code.challenge) return refuse(wrongVerifier);
  code.isUsed = true;
  const asked = parseScopes(form.get('scope') ?? '');
  if (!asked.ok) return refuse(invalidScope(asked.unknown));
  return { ok: true, user, scopes: code.scopes, nonce: code.nonce, isRenewable: code.scopes.includes('offline_access') };
}

function redeemRefresh(state: IdentityState, form: URLSearchParams): Granted {
  const given = form.get('refresh_token');
  if (!given) return refuse(missingParameter('refresh_token'));
  const content = unseal(state.keys, REFRESH_PREFIX, given) as RefreshContent | undefined;
  const user = content && findUser(state, content.user);
  if (!content || !user || content.client !== state.registration.clientId) return refuse(malformed);
  const now = state.clock.now();
  if (content.epoch !== (state.grantEpochs.get(user.id) ?? 0)) return refuse(revoked(content.issued, now));
  if (now - content.issued > state.settings.refreshSeconds * 1000) return refuse(idleTooLong(content.issued));
  const asked = parseScopes(form.get('scope') ?? '');
  if (!asked.ok) return refuse(invalidScope(asked.unknown));
  return { ok: true, user, scopes: [...asked.openid, ...asked.graph], isRenewable: true };
}

async function answer(state: IdentityState, granted: Granted & { ok: true }, form: URLSearchParams): Promise<StandInReply> {
  const { user, scopes } = granted;
  const life = lifeSeconds(state, form.get('code') ?? form.get('refresh_token') ?? '');
  const now = state.clock.now();
  const client = state.registration.clientId;
  const all = new Set([...state.consents.get(user.id) ?? [], ...scopes]);
  all.delete('offline_access');
  const body: Record<string, unknown> = {
    token_type: 'Bearer',
    scope: [...all].join(' '),
    expires_in: life,
    ext_expires_in: life,
    access_token: issueAccess(state, user, [...all], life),
  };
  // Replaced at every use; the old one stays good until it is idle for too long or revoked.
  const refresh: RefreshContent = { user: user.id, client, epoch: state.grantEpochs.get(user.id) ?? 0, issued: now, salt: salt() };
  if (granted.isRenewable) body['refresh_token'] = seal(state.keys, REFRESH_PREFIX, refresh);
  if (scopes.includes('openid')) {
    const claims = {
      ...(scopes.includes('profile') ? profileClaims(user) : {}),
      ...(scopes.includes('email') ? { email: user.login } : {}),
      ...(granted.nonce === undefined ? {} : { nonce: granted.nonce }),
    };
    const issuer = `${state.origin}/${user.tenant.id}/v2.0`;
    body['id_token'] = await signJwt(state.keys, { issuer, audience: client, clientId: client, user, now, lifeSeconds: 3600 }, claims);
  }
  if (form.get('client_info') === '1') body['client_info'] = clientInfo(user);
  return { status: 200, headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' }, body };
}

function issueAccess(state: IdentityState, user: User, scopes: readonly string[], life: number): string {
  const content: AccessContent = {
    user: user.id, client: state.registration.clientId, scopes, epoch: state.accessEpochs.get(user.id) ?? 0,
    expires: state.clock.now() + life * 1000, salt: salt(),
  };
  return seal(state.keys, ACCESS_PREFIX, content);
}

/** Graph's side of an access token: what it says, or undefined when this server did not issue it. */
export const readAccess = (state: IdentityState, value: string): AccessContent | undefined =>
  unseal(state.keys, ACCESS_PREFIX, value) as AccessContent | undefined;

/** Between 80 and 120 % of the mean, as Entra spreads them over 60 to 90 minutes; the same grant always gives the same length. */
function lifeSeconds(state: IdentityState, grant: string): number {
  const spread = createHash('sha256').update(grant).digest().readUInt8(0) / 255;
  return Math.round(state.settings.accessSeconds * (0.8 + 0.4 * spread));
}

const salt = (): string => randomBytes(12).toString('base64url');
const refuse = (refusal: Refusal): Granted => ({ ok: false, refusal });
