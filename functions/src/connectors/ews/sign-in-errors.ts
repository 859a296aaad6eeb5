/** Why a sign-in failed, in the words of the sign-in form: each code has another cure. */
import type { SignInCode } from '@concord/api/sign-in';
import type { ErrorKind } from '../../engine/errors.ts';
import { SyncError } from '../../engine/errors.ts';

/** Kind, the form's field at fault if it is one's, and the sentence. */
const REASONS: Readonly<Record<SignInCode, readonly [kind: ErrorKind, field: 'login' | 'password' | 'url' | undefined, sentence: string]>> = {
  PASSWORD_WRONG: ['credentialsRejected', 'password', 'The server refused this login with this password; a locked account looks the same.'],
  ACCOUNT_LOCKED: ['credentialsRejected', 'login', 'This account is locked or disabled: ask your administrator.'],
  PASSWORD_EXPIRED: ['credentialsRejected', 'password', 'The password has expired: change it where you usually do, then connect again.'],
  SCHEME_UNSUPPORTED: ['denied', undefined, 'The server takes no password: its administrator must allow Windows or Basic sign-in for EWS.'],
  EXTENDED_PROTECTION: ['denied', undefined,
    'The password is right, but something between us and the server takes TLS apart, which its Extended Protection forbids: ask your administrator.'],
  MAILBOX_NOT_FOUND: ['invalid', 'login', 'The server knows no mailbox of this person.'],
  ACCESS_OFF: ['denied', undefined, 'The server does not let this person use EWS: ask your administrator to allow it.'],
  SERVER_NOT_FOUND: ['invalid', 'url', 'The server was not found by itself: enter the EWS link.'],
  SERVER_UNREACHABLE: ['unavailable', 'url', 'The server does not answer: try again later, or check the link.'],
  NOT_A_SERVER: ['invalid', 'url', 'There is no Exchange service behind this address: check the link.'],
  CERTIFICATE: ['denied', 'url', 'The certificate of the server is not trusted: ask whoever runs this service to allow it.'],
  ADDRESS_REFUSED: ['denied', 'url', 'This address may not be called: use the public one, or ask whoever runs this service to allow it.'],
  FOREIGN_REDIRECT: ['invalid', 'url', 'The mail domain points to a server of somebody else: if you trust it, enter its EWS link.'],
  CLOUD_MAILBOX: ['invalid', 'login', 'This mailbox is in Microsoft 365: sign in with Microsoft instead. The password was not sent there.'],
};

/** `host`: the server it is about; of a foreign one, which a person must name himself before a password goes there. */
export function signInError(code: SignInCode, host?: string, cause?: unknown): SyncError {
  const [kind, field, sentence] = REASONS[code];
  return new SyncError(kind, sentence, {
    code, ...(field === undefined ? {} : { field }), ...(host === undefined ? {} : { host }), ...(cause === undefined ? {} : { cause }),
  });
}

const SAME: Readonly<Record<string, SignInCode>> = {
  EWS_UNAUTHORIZED: 'PASSWORD_WRONG', EWS_ERROR_PASSWORD_EXPIRED: 'PASSWORD_EXPIRED', EWS_ERROR_PASSWORD_CHANGE_REQUIRED: 'PASSWORD_EXPIRED',
  EWS_ERROR_ACCOUNT_DISABLED: 'ACCOUNT_LOCKED', EWS_SCHEME_UNSUPPORTED: 'SCHEME_UNSUPPORTED', EWS_FORBIDDEN: 'ACCESS_OFF',
  EWS_ERROR_ACCESS_DENIED: 'ACCESS_OFF', EWS_ERROR_NON_EXISTENT_MAILBOX: 'MAILBOX_NOT_FOUND', EWS_ERROR_MISSING_EMAIL_ADDRESS: 'MAILBOX_NOT_FOUND',
  EWS_UNKNOWN_HOST: 'SERVER_NOT_FOUND', EWS_CERTIFICATE: 'CERTIFICATE', EWS_NOT_AN_ENDPOINT: 'NOT_A_SERVER', EWS_NOT_SOAP: 'NOT_A_SERVER',
  EWS_XML_BROKEN: 'NOT_A_SERVER', EWS_XML_UNSAFE: 'NOT_A_SERVER', EWS_TOO_LARGE: 'NOT_A_SERVER', EWS_UNREADABLE: 'NOT_A_SERVER',
  EWS_BAD_CHALLENGE: 'NOT_A_SERVER', ADDRESS_REFUSED: 'ADDRESS_REFUSED',
};

/** What a call's error means for who signs in; what is no matter of the sign-in (throttled, a mistake of ours) passes. */
export function asSignInError(error: unknown, host?: string): unknown {
  if (!(error instanceof SyncError)) return error;
  const code = SAME[error.details.code] ?? (error.kind === 'unavailable' ? 'SERVER_UNREACHABLE' : undefined);
  return code === undefined ? error : signInError(code, host, error);
}
