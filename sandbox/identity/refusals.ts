/** What the identity service refuses, with AADSTS numbers (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
import type { Refusal } from './errors.ts';

const invalidGrant = (code: number, message: string): Refusal => ({ error: 'invalid_grant', code, message });
const date = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const missingParameter = (name: string): Refusal =>
  ({ error: 'invalid_request', code: 900144, message: `The request body must contain the following parameter: '${name}'.` });

export const unknownTenant = (tenant: string): Refusal =>
  ({ error: 'invalid_request', code: 90002, message: `Tenant '${tenant}' not found.` });

export const unknownApplication = (clientId: string, tenant: string): Refusal => ({
  error: 'unauthorized_client', code: 700016,
  message: `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
});

export const missingSecret: Refusal = {
  error: 'invalid_client', code: 7000218, status: 401,
  message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
};

export const wrongSecret = (clientId: string): Refusal =>
  ({ error: 'invalid_client', code: 7000215, status: 401, message: `Invalid client secret provided for app '${clientId}'.` });

export const unsupportedGrant = (type: string): Refusal =>
  ({ error: 'unsupported_grant_type', code: 70003, message: `The app requested an unsupported grant type '${type}'.` });

export const invalidScope = (scope: string): Refusal => ({
  error: 'invalid_scope', code: 70011,
  message: `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
});

export const malformed = invalidGrant(9002313, 'Invalid request. Request is malformed or invalid.');

export const expiredCode = invalidGrant(
  70008, 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request.',
);

export const usedCode = invalidGrant(
  54005, 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
);

export const otherRedirect = (given: string | null, asked: string): Refusal => invalidGrant(
  500112, `The reply address '${given}' does not match the reply address '${asked}' provided when requesting Authorization code.`,
);

export const wrongVerifier =
  invalidGrant(501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.');

/** Times in milliseconds. */
export const revoked = (issued: number, now: number): Refusal => invalidGrant(
  50173, 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset '
  + `their password. The grant was issued on '${date(issued)}' and the TokensValidFrom date for this user is '${date(now)}'.`,
);

export const idleTooLong = (issued: number): Refusal => invalidGrant(
  700082, `The refresh token has expired due to inactivity. The token was issued on ${date(issued)} and was inactive for 90.00:00:00.`,
);

export const notConsented = (clientId: string, name: string): Refusal => ({
  error: 'invalid_grant', code: 65001, suberror: 'consent_required',
  message: `The user or administrator has not consented to use the application with ID '${clientId}' named '${name}'. `
    + 'Send an interactive authorization request for this user and resource.',
});
