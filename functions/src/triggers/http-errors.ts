/** SyncError -> what the API answers. */
import type { ApiErrorBody } from '@concord/api';
import type { ErrorKind, SyncError } from '../engine/errors.ts';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  NO_SESSION: 401, SESSION_EXPIRED: 401, SESSION_REVOKED: 401,
  BAD_JSON: 400, BAD_REQUEST: 400, TOO_LARGE: 413, NOT_FOUND: 404, TOO_SOON: 429,
  STATE_UNKNOWN: 404, STATE_USED: 409, STATE_EXPIRED: 410, BAD_DOMAIN: 400, FIELD_MISSING: 400,
  WRONG_ORGANIZATION: 409, NEWER_ROWS: 503,
};

/** A vendor's refusal is never 401: that means our own session is over, and the pane would sign the person out. */
const STATUS_BY_KIND: Readonly<Record<ErrorKind, number>> = {
  credentialsRejected: 409, denied: 403, unavailable: 503, throttled: 429, gone: 410,
  stale: 409, duplicate: 409, invalid: 422, quota: 429, bug: 500,
};

export function statusOf({ code, kind }: ApiErrorBody): number {
  return STATUS_BY_CODE[code] ?? STATUS_BY_KIND[kind];
}

/** Undefined stands for an error nobody foresaw: the caller learns the request id (header x-request-id) and no more. */
export function errorBody(error: SyncError | undefined): ApiErrorBody {
  if (!error) return { kind: 'bug', code: 'INTERNAL', message: 'Something broke here. Report it with the request id of this reply.' };
  const { code, field, host, retryAfterMs } = error.details;
  return {
    kind: error.kind, code, message: error.message,
    ...(field === undefined ? {} : { field }),
    ...(host === undefined ? {} : { host }),
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  };
}
