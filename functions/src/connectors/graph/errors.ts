/** Graph's refusals -> our error kinds: by HTTP status first, then by code, which may be empty or nested. */
import type { ErrorDetails, ErrorKind } from '../../engine/errors.ts';
import { SyncError } from '../../engine/errors.ts';
import { upperSnake } from '../upper-snake.ts';
import { canonicalNameIn } from './map.ts';
import type { Json } from './json.ts';
import { isObject } from './json.ts';

/** One answer of the service, of a call or of a part of a batch. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; undefined when the answer had no body. */
  readonly body: Json | undefined;
  readonly retryAfterMs?: number;
  /** The answer carried a claims challenge: the person must sign in again, with more proof. */
  readonly hasClaimsChallenge?: boolean;
}

/** What the refused request was about. A refused call of ours is a mistake of ours; a refused record is that record's. */
type Scope = 'call' | 'record';

/** Codes that mean "this mailbox cannot be reached" although the status says 404: never a deletion (docs-contrib#4340). */
const NO_MAILBOX = ['mailboxnotenabledforrestapi', 'resourcenotfound', 'errornonexistentmailbox', 'mailboxnotsupportedforrestapi'];
const LOST_SYNC = ['syncstatenotfound', 'syncstateinvalid', 'resyncrequired'];
const THROTTLED = ['toomanyrequests', 'applicationthrottled', 'activitylimitreached', 'errortoomanyobjectsopened'];
const FULL = ['quotalimitreached', 'errorquotaexceeded', 'insufficientstorage'];
const STEP_UP = ['insufficient_claims'];

const SENTENCES: Readonly<Record<ErrorKind, string>> = {
  credentialsRejected: 'Office 365 refused the sign-in.',
  denied: 'Office 365 does not allow this; an administrator must permit it.',
  unavailable: 'Office 365 could not be reached or did not give a usable answer.',
  throttled: 'Office 365 asked to wait.',
  gone: 'The record is no longer in the mailbox.',
  stale: 'The record was changed in the mailbox at the same time.',
  duplicate: 'The mailbox already holds this record.',
  invalid: 'Office 365 did not accept this record.',
  quota: 'The mailbox is full.',
  bug: 'Office 365 did not understand our request.',
};

/** All codes of an error body, outermost first, lower case: clients are told to use the most specific one they know. */
function codesOf(body: Json | undefined): readonly string[] {
  const codes: string[] = [];
  let at = isObject(body) ? body['error'] : undefined;
  for (let depth = 0; isObject(at) && depth < 5; depth += 1) {
    if (typeof at['code'] === 'string' && at['code']) codes.push(at['code']);
    at = at['innerError'] ?? at['innererror'];
  }
  return codes;
}

/** A delta token that the service no longer knows (410, or 40X with one of these codes; microsoft-graph-docs#2350). */
export const isSyncStateLost = (reply: Reply): boolean =>
  reply.status === 410 || (reply.status >= 400 && reply.status < 500 && hasCode(reply, LOST_SYNC));

/** The folder or item does not exist, and it is not the mailbox that is missing. */
export const isMissing = (reply: Reply): boolean => reply.status === 404 && !hasCode(reply, NO_MAILBOX);

export function kindOf(reply: Reply, scope: Scope): ErrorKind {
  const { status } = reply;
  if (status === 429 || status === 509 || hasCode(reply, THROTTLED)) return 'throttled';
  if (status === 507 || hasCode(reply, FULL)) return 'quota';
  if (status === 401 || reply.hasClaimsChallenge || hasCode(reply, STEP_UP)) return 'credentialsRejected';
  if (status === 403) return 'denied';
  if (status === 404 && hasCode(reply, NO_MAILBOX)) return 'unavailable';
  if (status === 404 || status === 410) return 'gone';
  if (status === 409 || status === 412) return 'stale';
  if (status >= 400 && status < 500 && status !== 408) return scope === 'record' ? 'invalid' : 'bug';
  // 5xx, 408, a redirect that is not followed, or a success where none can be used.
  return 'unavailable';
}

/** The error of a refused request. `isWrite`: a failure of the service may have come after the write happened. */
export function errorOf(reply: Reply, scope: Scope, isWrite = false): SyncError {
  const kind = kindOf(reply, scope);
  const field = kind === 'invalid' ? canonicalNameIn(messageOf(reply.body)) : undefined;
  return refusal(kind, {
    code: codeOf(reply),
    ...(reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs }),
    ...(field ? { field } : {}),
    ...(kind === 'unavailable' && isWrite ? { isOutcomeUnknown: true } : {}),
  });
}

/** No words of the service's message are taken over: it may quote what a person wrote. */
export const refusal = (kind: ErrorKind, details: ErrorDetails): SyncError =>
  new SyncError(kind, `${SENTENCES[kind]} (${details.code})`, details);

const hasCode = (reply: Reply, known: readonly string[]): boolean => codesOf(reply.body).some((code) => known.includes(code.toLowerCase()));

/** GRAPH_ERROR_ITEM_NOT_FOUND for "ErrorItemNotFound"; GRAPH_HTTP_503 where the service gives no code. */
function codeOf(reply: Reply): string {
  const code = codesOf(reply.body)[0] ?? '';
  return /^[A-Za-z][A-Za-z0-9_.-]{0,79}$/.test(code) ? `GRAPH_${upperSnake(code)}` : `GRAPH_HTTP_${reply.status}`;
}

function messageOf(body: Json | undefined): string {
  const error = isObject(body) ? body['error'] : undefined;
  const message = isObject(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : '';
}
