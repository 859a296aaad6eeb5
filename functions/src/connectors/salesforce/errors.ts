/** What the service answers when it refuses, as our kinds. Sentences name codes and fields, never what a person wrote. */
import { SyncError } from '../../engine/errors.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import { BUSY_PAUSE, POOL_PAUSE } from './limits.ts';
import { canonicalField } from './columns.ts';
import type { ErrorDetails, ErrorKind } from '../../engine/errors.ts';

/** An answer as it came: body as text, header names in lower case. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One entry of an error body, or of `errors` in a collection's result (there the code is `statusCode`). */
export interface ServiceFault {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Records that a duplicate rule found. */
  readonly duplicates: readonly string[];
}

type Class = readonly [kind: ErrorKind, sentence: string, pause?: number];

/** By the service's own error code (REST guide "Status Codes and Error Responses", SOAP guide "StatusCode"). */
const CLASSES: Readonly<Record<string, Class>> = {
  INVALID_SESSION_ID: ['credentialsRejected', 'Salesforce no longer accepts this sign-in: sign in again'],
  INVALID_AUTH_HEADER: ['credentialsRejected', 'Salesforce no longer accepts this sign-in: sign in again'],
  API_DISABLED_FOR_ORG: ['denied', 'The API is off for this Salesforce organization: ask your administrator for "API Enabled"'],
  API_CURRENTLY_DISABLED: ['denied', 'The API is off for this user: ask your Salesforce administrator for "API Enabled"'],
  OAUTH_APP_BLOCKED: ['denied', 'This app is blocked in your Salesforce organization: ask your administrator to unblock it'],
  FUNCTIONALITY_NOT_ENABLED: ['denied', 'Salesforce has a needed feature switched off: ask your administrator'],
  INSUFFICIENT_ACCESS: ['denied', 'Your Salesforce profile does not allow this: ask your administrator'],
  INVALID_TYPE: ['denied', 'This kind of record is not visible to you in Salesforce: ask your administrator for read access'],
  INVALID_FIELD: ['denied', 'A field is no longer visible to you in Salesforce: ask your administrator about field-level security'],
  SERVER_UNAVAILABLE: ['throttled', 'Salesforce is busy and asks to come back later', BUSY_PAUSE],
  LOGIN_RATE_EXCEEDED: ['throttled', 'Salesforce saw too many sign-ins and asks to come back later', BUSY_PAUSE],
  QUERY_TIMEOUT: ['unavailable', 'Salesforce did not finish a query in time: it is tried again'],
  UNABLE_TO_LOCK_ROW: ['stale', 'Somebody else is saving this record in Salesforce: it is tried again'],
  PROCESSING_HALTED: ['stale', 'Salesforce stopped because of another record: this one is tried again'],
  INVALID_QUERY_LOCATOR: ['stale', 'Salesforce forgot where this list was: it is read again'],
  ENTITY_IS_DELETED: ['gone', 'This record was deleted in Salesforce'],
  NOT_FOUND: ['gone', 'This record no longer exists in Salesforce, or you may not see it'],
  INVALID_CROSS_REFERENCE_KEY: ['gone', 'This record no longer exists in Salesforce, or you may not see it'],
  MALFORMED_ID: ['gone', 'Salesforce does not know this record'],
  DUPLICATES_DETECTED: ['duplicate',
    'A duplicate rule in Salesforce found this person already: choose the record, or ask your administrator'],
  DUPLICATE_VALUE: ['duplicate', 'Salesforce already holds a record with this unique value'],
  CANNOT_UPDATE_CONVERTED_LEAD: ['stale', 'This lead was converted in Salesforce: its contact is looked up'],
  REQUIRED_FIELD_MISSING: ['invalid', 'Salesforce requires a field that is empty here: fill it in'],
  STRING_TOO_LONG: ['invalid', 'A value is longer than Salesforce allows: shorten it'],
  INVALID_EMAIL_ADDRESS: ['invalid', 'Salesforce does not accept this e-mail address: correct it'],
  FIELD_CUSTOM_VALIDATION_EXCEPTION: ['invalid',
    'A validation rule of your organization refuses this record: correct it, or ask your administrator'],
  FIELD_INTEGRITY_EXCEPTION: ['invalid', 'Salesforce does not accept the value of a field: correct it'],
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: ['invalid', 'Salesforce does not offer the value of a field: choose one of its own'],
  INVALID_FIELD_FOR_INSERT_UPDATE: ['invalid', 'You may not write a field of this record in Salesforce: ask your administrator'],
  INSUFFICIENT_ACCESS_OR_READONLY: ['invalid', 'You may not change this record in Salesforce: ask its owner or your administrator'],
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: ['invalid', 'You may not use what this record refers to in Salesforce: choose another'],
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ['invalid', 'An automation of your organization refuses this record: ask your administrator'],
  MIXED_DML_OPERATION: ['bug', 'Salesforce cannot save these records together: report this to whoever runs the service'],
  MALFORMED_QUERY: ['bug', 'Salesforce did not understand a query: report this to whoever runs the service'],
  JSON_PARSER_ERROR: ['bug', 'Salesforce did not understand a request: report this to whoever runs the service'],
};

const OTHER: Class = ['invalid', 'Salesforce does not accept this record: correct it, or ask your administrator'];

/** 401 texts that a new token cannot cure: the app's or the session's policy says no (jsforce 3.10, http-api.js). */
const NOT_A_SESSION_MATTER = ['Connected app is not attached to Agent', 'This session is not valid for use with the REST API'];

/** True when a fresh access token may help. */
export function isSessionExpired(answer: RawAnswer): boolean {
  return answer.status === 401 && !NOT_A_SESSION_MATTER.some((text) => answer.text.includes(text));
}

/** The error of a refused call. `wroteMaybe`: the call was a write, so an answer from halfway leaves its outcome open. */
export function answerError(answer: RawAnswer, now: number, wroteMaybe: boolean): SyncError {
  const retryAfter = parseRetryAfter(answer.headers['retry-after'], now);
  const [fault] = faultsOf(answer.text);
  if (answer.status === 401 && !isSessionExpired(answer)) {
    return problem('denied', 'APP_NOT_ATTACHED', 'Salesforce does not let this app use its API: ask your administrator to allow it');
  }
  if (answer.status === 429) {
    return problem('throttled', 'TOO_MANY_REQUESTS', 'Salesforce asks to come back later', { retryAfterMs: retryAfter ?? BUSY_PAUSE });
  }
  if (fault) return withPause(faultError(fault), retryAfter);
  if (answer.status === 400 && /access declined/i.test(answer.text)) {
    return problem('throttled', 'ACCESS_DECLINED', 'Salesforce declines requests for a while', { retryAfterMs: retryAfter ?? BUSY_PAUSE });
  }
  const status = answer.status >= 300 && answer.status < 400 ? 300 : answer.status;
  const known = STATUSES[status];
  if (known) return problem(...known);
  // A proxy's or a server's error page: the write behind it may have been committed.
  const isOpen = wroteMaybe && answer.status >= 500 && answer.status !== 503;
  return problem('unavailable', `HTTP_${answer.status}`, 'Salesforce is not available: it is tried again later', {
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }), ...(isOpen ? { isOutcomeUnknown: true } : {}),
  });
}

/** 200 with a page, or with nothing, where JSON belongs: a maintenance page, a proxy, a login form. */
export function notJsonError(answer: RawAnswer, wroteMaybe: boolean): SyncError {
  const code = answer.text.trim() === '' ? 'EMPTY_ANSWER' : 'NOT_JSON';
  return problem('unavailable', code, 'Salesforce answered with something unreadable: it is tried again later',
    wroteMaybe ? { isOutcomeUnknown: true } : {});
}

/** Answers that say nothing but their status; 300 stands for every redirect. */
const STATUSES: Readonly<Record<number, readonly [kind: ErrorKind, code: string, sentence: string]>> = {
  300: ['unavailable', 'REDIRECTED', 'Salesforce sent this request elsewhere, which is not followed: sign in again if it stays so'],
  401: ['credentialsRejected', 'UNAUTHORIZED', 'Salesforce no longer accepts this sign-in: sign in again'],
  403: ['denied', 'FORBIDDEN', 'Salesforce does not allow this: ask your administrator'],
  404: ['unavailable', 'NO_SUCH_PAGE', 'Salesforce does not know this address: it is tried again later'],
  410: ['unavailable', 'NO_SUCH_PAGE', 'Salesforce does not know this address: it is tried again later'],
  420: ['unavailable', 'ORG_GONE', 'This Salesforce organization is expired or being moved: it is tried again later'],
};

/** No answer came. Refused connections and unknown hosts never reached the service; anything later may have. */
export function networkError(cause: unknown, wroteMaybe: boolean): SyncError {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
  const isOpen = wroteMaybe && (isTimeout || !NEVER_SENT.has(innerCode(cause)));
  const sentence = isTimeout ? 'Salesforce did not answer in time: it is tried again later'
    : 'Salesforce cannot be reached: it is tried again later';
  return problem('unavailable', isTimeout ? 'TIMEOUT' : 'NETWORK', sentence, { cause, ...(isOpen ? { isOutcomeUnknown: true } : {}) });
}

const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT']);

function innerCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** The error of one refused record, or of a refused call. */
export function faultError(fault: ServiceFault): SyncError {
  const field = fault.fields[0] ?? namedField(fault.message);
  const details: Omit<ErrorDetails, 'code'> = {
    ...(field === undefined ? {} : { field: canonicalField(field) }),
    ...(fault.duplicates.length > 0 ? { candidates: fault.duplicates } : {}),
  };
  if (fault.code === 'REQUEST_LIMIT_EXCEEDED') return limitError(fault.message);
  if (/login rate exceeded/i.test(fault.message)) return faultError({ ...fault, code: 'LOGIN_RATE_EXCEEDED', message: '' });
  // A wrong or invisible reference of a field, not the record itself.
  if (fault.code === 'INVALID_CROSS_REFERENCE_KEY' && fault.fields.length > 0) {
    return problem('invalid', fault.code, 'A field of this record points to something you may not see in Salesforce: choose another',
      details);
  }
  const [kind, sentence, pause] = CLASSES[fault.code] ?? OTHER;
  return problem(kind, fault.code, sentence, { ...details, ...(pause === undefined ? {} : { retryAfterMs: pause }) });
}

/** One code, two meanings (salto#3056): the day's pool lasts hours, concurrency only seconds. */
function limitError(message: string): SyncError {
  if (!/total ?requests/i.test(message)) {
    return problem('throttled', 'CONCURRENT_LIMIT', 'Salesforce has too many long requests at once and asks to come back soon',
      { retryAfterMs: BUSY_PAUSE });
  }
  const sentence = 'The calls that Salesforce allows your organization in 24 hours are used up: sync goes on by itself';
  return problem('quota', 'DAILY_LIMIT', sentence, { retryAfterMs: POOL_PAUSE });
}

function withPause(error: SyncError, retryAfter: number | undefined): SyncError {
  if (retryAfter === undefined) return error;
  return new SyncError(error.kind, error.message, { ...error.details, retryAfterMs: retryAfter });
}

/** "Required fields are missing: [LastName]" and "No such column 'X' on entity" name the field when `fields` does not. */
function namedField(message: string): string | undefined {
  return (/missing: \[(\w+)/.exec(message) ?? /No such column '(\w+)'/.exec(message))?.[1];
}

/** The entries of an error body; none when the body is no such array. */
function faultsOf(text: string): readonly ServiceFault[] {
  if (!text.trimStart().startsWith('[')) return [];
  try {
    const body: unknown = JSON.parse(text);
    return Array.isArray(body) ? body.flatMap((entry: unknown) => faultOf(entry) ?? []) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** One error entry of a body or of a collection's result. */
export function faultOf(entry: unknown): ServiceFault | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { errorCode, statusCode, message, fields, duplicateResult, duplicateResut } = entry as Record<string, unknown>;
  const code = errorCode ?? statusCode;
  if (typeof code !== 'string') return undefined;
  return {
    code,
    message: typeof message === 'string' ? message : '',
    fields: Array.isArray(fields) ? fields.filter((name) => typeof name === 'string') : [],
    // The misspelt key is what the REST service sends (jsforce#1055, simple-salesforce#337) [unconfirmed for this version].
    duplicates: duplicateIds(duplicateResult ?? duplicateResut),
  };
}

/** Every record id below `matchRecords`, best first as the service sorts them. */
function duplicateIds(result: unknown): readonly string[] {
  if (typeof result !== 'object' || result === null) return [];
  const ids: string[] = [];
  const { matchResults } = result as { matchResults?: readonly { matchRecords?: readonly { record?: { Id?: unknown } }[] }[] };
  for (const match of matchResults ?? []) {
    for (const { record } of match.matchRecords ?? []) if (typeof record?.Id === 'string') ids.push(record.Id);
  }
  return [...new Set(ids)].slice(0, 10);
}

/** A SyncError with one of this connector's codes. */
export function problem(kind: ErrorKind, code: string, sentence: string, details: Omit<ErrorDetails, 'code'> = {}): SyncError {
  return new SyncError(kind, `${sentence}.`, { ...details, code: `SF_${code}` });
}
