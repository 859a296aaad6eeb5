/** The API's own refusals: one kind for each code, so that the pane finds its sentence and a person a cure. */
import type { ApiCode } from '@concord/api';
import { SyncError, type ErrorDetails, type ErrorKind } from '../engine/errors.ts';

const KINDS: Readonly<Record<ApiCode, ErrorKind>> = {
  NO_SESSION: 'credentialsRejected',
  SESSION_EXPIRED: 'credentialsRejected',
  SESSION_REVOKED: 'credentialsRejected',
  BAD_JSON: 'invalid',
  TOO_LARGE: 'invalid',
  BAD_REQUEST: 'invalid',
  NOT_FOUND: 'gone',
  TOO_SOON: 'throttled',
  TOO_MANY_TRIES: 'throttled',
  WRONG_STATE: 'stale',
  STATE_UNKNOWN: 'invalid',
  STATE_USED: 'invalid',
  STATE_EXPIRED: 'invalid',
  CONSENT_REFUSED: 'denied',
  ADMIN_MUST_AGREE: 'denied',
  BAD_DOMAIN: 'invalid',
  FIELD_MISSING: 'invalid',
  WRONG_ORGANIZATION: 'invalid',
  PREVIEW_OLD: 'stale',
  NEWER_ROWS: 'unavailable',
  INTERNAL: 'bug',
};

/** `sentence` says what is wrong and what to do, in English, without anything a person wrote. */
export function refusal(code: ApiCode, sentence: string, details: Omit<ErrorDetails, 'code'> = {}): SyncError {
  return new SyncError(KINDS[code], sentence, { code, ...details });
}
