/** What lies under the sign-in library: its requests, sent with our rules, and its errors in our words. */
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import type { SyncError } from '../../engine/errors.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import type { Clock } from '../../ports/world.ts';
import { exchangeText } from './client.ts';
import { upperSnake } from '../upper-snake.ts';
import { refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';
import type { GraphSettings } from './settings.ts';

/** The library speaks to https addresses only; a world on http is reached under this name and mapped back on the wire. */
const AUTHORITY = 'https://login.microsoftonline.com';
const authorityOrigin = (settings: GraphSettings): string => (settings.loginUrl.startsWith('https:') ? settings.loginUrl : AUTHORITY);

/** Endpoints are the same for every tenant, so nothing need be discovered (learn.microsoft.com/entra/identity-platform/v2-protocols). */
export function staticMetadata(
  settings: GraphSettings,
  tenant: string,
): { authority: string; knownAuthorities: string[]; authorityMetadata: string } {
  const origin = authorityOrigin(settings);
  const base = `${origin}/${tenant}`;
  return {
    authority: base,
    knownAuthorities: [new URL(origin).host],
    authorityMetadata: JSON.stringify({
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      issuer: `${base}/v2.0`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    }),
  };
}

export interface SignInTraffic extends INetworkModule {
  /** Why a request got no usable answer; the library itself forgets it. */
  failure(): SyncError | undefined;
  /** How long the last access token lives, in seconds: counted from our clock, not from the library's. */
  lifeSeconds(): number | undefined;
}

export function signInTraffic(settings: GraphSettings, clock: Clock): SignInTraffic {
  let failed: SyncError | undefined;
  let seconds: number | undefined;
  const send = async <T>(method: 'GET' | 'POST', url: string, options: NetworkRequestOptions | undefined): Promise<NetworkResponse<T>> => {
    try {
      const { status, headers, body } = await usable(
        settings.loginUrl + url.slice(authorityOrigin(settings).length),
        method,
        options,
        clock,
      );
      const life = Number(body['expires_in']);
      if (status === 200 && Number.isFinite(life)) seconds = life;
      return { status, headers, body: body as T };
    } catch (error) {
      failed = error as SyncError;
      throw error;
    }
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
    failure: () => failed,
    lifeSeconds: () => seconds,
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
}

/** Throws SyncError `unavailable` for whatever says nothing about the person: no answer, 429, 5xx, HTML. */
async function usable(url: string, method: 'GET' | 'POST', options: NetworkRequestOptions | undefined, clock: Clock): Promise<Answer> {
  const { status, headers, json } = await exchangeText(url, {
    method,
    headers: options?.headers ?? {},
    ...(options?.body === undefined ? {} : { body: options.body }),
  });
  if (status !== 429 && status < 500 && isObject(json)) return { status, headers, body: json };
  const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.now());
  const code = isObject(json) || status >= 400 ? `GRAPH_SIGN_IN_HTTP_${status}` : 'GRAPH_SIGN_IN_NOT_JSON';
  throw refusal('unavailable', { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** The application itself was refused: an operator must act, and no user may be disconnected for it. */
const APPLICATION = ['invalid_client', 'unauthorized_client'];
const TRANSIENT = ['temporarily_unavailable', 'server_error', 'request_timeout'];
/** AADSTS numbers that mean "an administrator must agree first" (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const CONSENT = ['65001', '65004', '90094', '90093'];
const ADMIN = ['90093', '90094', '90095'];
const PERSON = [
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
  'bad_token',
  'ui_not_allowed',
  'interrupted_user',
];

interface LibraryError {
  readonly errorCode?: unknown;
  readonly subError?: unknown;
  readonly errorNo?: unknown;
}

/** A plain invalid_grant is not among the library's "interaction required" errors, so the words are read here. */
export function classifySignIn(error: unknown, step: 'code' | 'refresh'): SyncError {
  const { errorCode, subError, errorNo } = (typeof error === 'object' && error !== null ? error : {}) as LibraryError;
  const word = typeof errorCode === 'string' ? errorCode : '';
  const number = typeof errorNo === 'string' || typeof errorNo === 'number' ? String(errorNo) : '';
  const details = { code: number ? `GRAPH_AADSTS${number}` : `GRAPH_${upperSnake(word || 'sign_in_failed')}`, cause: error };
  if (APPLICATION.includes(word)) return refusal('denied', details);
  if (TRANSIENT.includes(word)) return refusal('unavailable', details);
  const isConsent = word === 'consent_required' || subError === 'consent_required' || CONSENT.includes(number);
  // While signing in, missing consent is an administrator's matter; later it was taken back, and the person must connect again.
  if (isConsent && step === 'code') return refusal('denied', details);
  if (PERSON.includes(word) || isConsent)
    return refusal('credentialsRejected', { ...details, ...(step === 'refresh' ? { isPermanent: true } : {}) });
  return refusal('bug', details);
}

/**
 * What the redirect carries instead of a code. The description begins with the AADSTS number; its words are not taken over. Who
 * returns from the page "Need admin approval" cannot agree himself (AADSTS90094), however often he tries.
 */
export function redirectError({ error = '', error_description = '' }: Readonly<Record<string, string>>): SyncError {
  const number = /^AADSTS(\d+)/.exec(error_description)?.[1] ?? '';
  if (ADMIN.includes(number)) return refusal('denied', { code: 'ADMIN_MUST_AGREE' });
  if (error === 'access_denied' || number === '65004') return refusal('denied', { code: 'CONSENT_REFUSED' });
  return classifySignIn({ errorCode: error, errorNo: number }, 'code');
}
