/** Refusals of the sign-in endpoints: the callback, the token endpoint. The service answers 400 for all of them. */
import { SyncError } from '../../engine/errors.ts';
import { problem } from './errors.ts';
import { BUSY_PAUSE } from './limits.ts';

/** Parts of `error_description` that mean: this grant will never work again. */
const DEAD_GRANT = [
  'expired access/refresh token', 'authentication failure', 'inactive user', 'inactive organization', "user hasn't approved this consumer",
  'user has not approved this consumer', 'invalid refresh token', 'token revoked',
];
const DEAD_CODE = ['expired authorization code', 'invalid authorization code', 'invalid code verifier', 'invalid or expired code'];

/** Errors that say nothing about the user: the registration and our settings differ. */
const OUR_SETTINGS = ['invalid_client', 'unsupported_grant_type', 'unauthorized_client', 'invalid_scope', 'redirect_uri_mismatch',
  'invalid_request'];

/** A refusal of the token endpoint. Descriptions are the service's own words and stay out of the sentence. */
export function tokenError(status: number, error: string, description: string): SyncError {
  const text = description.toLowerCase();
  const says = (parts: readonly string[]): boolean => parts.some((part) => text.includes(part));
  if (text.includes('already being processed')) {
    return problem('unavailable', 'TOKEN_BUSY', 'Salesforce is still answering another request for this sign-in: it is tried again');
  }
  if (/login rate exceeded/.test(text) || status === 429) {
    return problem('throttled', 'LOGIN_RATE_EXCEEDED', 'Salesforce saw too many sign-ins and asks to come back later',
      { retryAfterMs: BUSY_PAUSE });
  }
  if (text.includes('ip restricted')) {
    return problem('denied', 'IP_RESTRICTED',
      'Salesforce does not let this app in from its address: ask your administrator about IP relaxation');
  }
  if (error === 'invalid_grant') {
    const sentence = 'The sign-in took too long or was used already: sign in again';
    if (says(DEAD_CODE)) return problem('credentialsRejected', 'CODE_EXPIRED', sentence);
    return problem('credentialsRejected', 'GRANT_DEAD', 'Salesforce no longer accepts this sign-in: sign in again',
      says(DEAD_GRANT) ? { isPermanent: true } : {});
  }
  if (OUR_SETTINGS.some((start) => error.startsWith(start))) {
    return problem('denied', 'APP_MISCONFIGURED', 'Salesforce does not accept the settings of this app: ask whoever runs this service');
  }
  return callbackError(error);
}

const REFUSED: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  access_denied: ['CONSENT_REFUSED', 'Access was refused in Salesforce: try again and choose Allow'],
  OAUTH_APP_BLOCKED: ['ADMIN_MUST_AGREE', 'This app is blocked in your Salesforce organization: ask your administrator to unblock it'],
  OAUTH_APP_ACCESS_DENIED: ['ADMIN_MUST_AGREE', 'Your Salesforce administrator has not allowed you this app: ask for it'],
  OAUTH_APPROVAL_ERROR_GENERIC: ['ADMIN_MUST_AGREE',
    'Salesforce could not approve this app: ask your administrator to install and allow it'],
  OAUTH_EC_APP_NOT_FOUND: ['ADMIN_MUST_AGREE',
    'This app is not installed in your Salesforce organization: ask your administrator to install it'],
  OAUTH_AUTHORIZATION_BLOCKED: ['ADMIN_MUST_AGREE', 'Your Salesforce organization blocks this app: ask your administrator'],
};

/** What the service put into the redirect instead of a code. Asking again would only loop, save after a plain refusal. */
export function callbackError(error: string): SyncError {
  const known = REFUSED[error];
  if (known) return new SyncError('denied', `${known[1]}.`, { code: known[0] });
  return problem('denied', 'SIGN_IN_REFUSED', 'Salesforce refused the sign-in: ask your administrator');
}
