/** Why a sign-in failed, in the words of the sign-in form: each code has another cure. */
import type { SignInCode } from '@concord/api/sign-in';
import type { ErrorKind } from '../../engine/errors.ts';
import { SyncError } from '../../engine/errors.ts';

type Code = Extract<SignInCode, 'PASSWORD_WRONG' | 'ACCESS_OFF' | 'SERVER_UNREACHABLE' | 'NOT_A_SERVER' | 'CERTIFICATE'>;

/** Kind, the form's field at fault if it is one's, and the sentence. */
const REASONS: Readonly<Record<Code, readonly [kind: ErrorKind, field: 'accessKey' | 'url' | undefined, sentence: string]>> = {
  PASSWORD_WRONG: ['credentialsRejected', 'accessKey', 'vTiger refused this user name with this access key: copy the key from "My Preferences".'],
  ACCESS_OFF: ['denied', undefined, 'The sign-in worked, but this user does not see contacts: ask your administrator for another profile.'],
  SERVER_UNREACHABLE: ['unavailable', 'url', 'The server does not answer: try again later, or check the address.'],
  NOT_A_SERVER: ['invalid', 'url', 'There is no vTiger behind this address: check it.'],
  CERTIFICATE: ['denied', 'url', 'The certificate of the server is not trusted: ask whoever runs this service to allow it.'],
};

/** `host`: the server it is about. */
export function signInError(code: Code, host?: string, cause?: unknown): SyncError {
  const [kind, field, sentence] = REASONS[code];
  return new SyncError(kind, sentence, {
    code, ...(field === undefined ? {} : { field }), ...(host === undefined ? {} : { host }), ...(cause === undefined ? {} : { cause }),
  });
}

const NO_WEBSERVICE = [
  'NOT_JSON', 'EMPTY_ANSWER', 'NO_SUCH_PAGE', 'REDIRECTED', 'CRASHED', 'TOO_LARGE', 'UNREADABLE', 'FORBIDDEN', 'UNKNOWN_OPERATION', 'BAD_LOGIN',
];

/** What a call's error means for who signs in; what is no matter of the sign-in (throttled, a mistake of ours) passes. */
export function asSignInError(error: unknown, host: string): unknown {
  if (!(error instanceof SyncError) || !error.details.code.startsWith('VT_')) return error;
  if (error.kind === 'credentialsRejected') return signInError('PASSWORD_WRONG', host, error);
  if (NO_WEBSERVICE.some((code) => error.details.code === `VT_${code}`)) return signInError('NOT_A_SERVER', host, error);
  if (error.details.code === 'VT_CERTIFICATE') return signInError('CERTIFICATE', host, error);
  return error.kind === 'unavailable' ? signInError('SERVER_UNREACHABLE', host, error) : error;
}
