/** What the service answers when it refuses, as our kinds. Sentences name codes and fields, never what a person wrote. */
import { SyncError } from '../../engine/errors.ts';
import type { ErrorDetails, ErrorKind } from '../../engine/errors.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import { LineError, type LineFailure } from '../line.ts';
import { canonicalField } from './columns.ts';
import { BUSY_PAUSE } from './limits.ts';

/** An answer as it came. Each handled error is HTTP 200, so the body decides. */
export interface RawAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** `code` is a word, or the number 0. */
interface Fault {
  readonly code: string;
  readonly message: string;
}

type Class = readonly [kind: ErrorKind, sentence: string];

const SIGN_IN_AGAIN = 'vTiger no longer accepts this sign-in: sign in again';
const NOT_UNDERSTOOD = 'vTiger did not understand a request: report this to whoever runs the service';

/** By the code; the server's own table of codes (8.4.0), those that were met and those that were not. */
const CLASSES: Readonly<Record<string, Class>> = {
  INVALID_SESSIONID: ['credentialsRejected', SIGN_IN_AGAIN],
  AUTHENTICATION_REQUIRED: ['credentialsRejected', SIGN_IN_AGAIN],
  SESSION_EXPIRED: ['credentialsRejected', SIGN_IN_AGAIN],
  SESSION_LEFT_IDLE: ['credentialsRejected', SIGN_IN_AGAIN],
  INVALID_USER_CREDENTIALS: ['credentialsRejected', 'vTiger refused this user name with this access key: copy the key from "My Preferences" again'],
  INVALID_AUTH_TOKEN: ['credentialsRejected', SIGN_IN_AGAIN],
  ACCESSKEY_UNDEFINED: ['credentialsRejected', 'This user has no access key in vTiger: ask your administrator to make one'],
  AUTHENTICATION_FAILURE: ['credentialsRejected', SIGN_IN_AGAIN],
  // Of a record that is gone and of one that is forbidden alike, to administrators too: never proof of a deletion.
  ACCESS_DENIED: ['gone', 'This record no longer exists in vTiger, or you may not change it: ask its owner or your administrator'],
  RECORD_NOT_FOUND: ['gone', 'This record no longer exists in vTiger, or you may not see it'],
  INVALID_ID_ATTRIBUTE: ['gone', 'vTiger does not know this record'],
  LEAD_ALREADY_CONVERTED: ['stale', 'This lead was converted in vTiger: its contact is looked up'],
  MANDATORY_FIELDS_MISSING: ['invalid', 'vTiger requires a field that is empty here: fill it in'],
  REFERENCE_INVALID: ['invalid', 'A field of this record points to something else than vTiger allows: choose another'],
  CURRENCY_INACTIVE: ['invalid', 'The currency of this record is switched off in vTiger: ask your administrator'],
  FAILED_TO_CREATE: ['invalid', 'vTiger did not save this record: correct it, or ask your administrator'],
  FAILED_TO_UPDATE: ['invalid', 'vTiger did not save this record: correct it, or ask your administrator'],
  0: ['duplicate', 'vTiger already holds a record with a value that must be unique there: choose the record, or ask your administrator'],
  QUERY_SYNTAX_ERROR: ['bug', NOT_UNDERSTOOD],
  UNKNOWN_OPERATION: ['bug', NOT_UNDERSTOOD],
  OPERATION_NOT_SUPPORTED: ['bug', NOT_UNDERSTOOD],
  UNKOWN_ENTITY: ['bug', NOT_UNDERSTOOD],
  DATABASE_QUERY_ERROR: ['unavailable', 'vTiger failed to ask its own database: it is tried again later'],
  INTERNAL_SERVER_ERROR: ['unavailable', 'vTiger failed by itself: it is tried again later'],
};

const OTHER: Class = ['invalid', 'vTiger does not accept this record: correct it, or ask your administrator'];

const SESSION_CODES = ['INVALID_SESSIONID', 'AUTHENTICATION_REQUIRED', 'SESSION_EXPIRED', 'SESSION_LEFT_IDLE'].map((code) => `VT_${code}`);

/** True when a new session may help: nothing was done then. */
export const isSessionOver = (error: unknown): boolean => error instanceof SyncError && SESSION_CODES.includes(error.details.code);

export const hasCode = (error: unknown, ...codes: readonly string[]): error is SyncError =>
  error instanceof SyncError && codes.some((code) => error.details.code === `VT_${code}`);

/** The result of an answer. Throws SyncError for everything that is none; `wroteMaybe`: what was asked for may have been done all the same. */
export function resultOf(answer: RawAnswer, now: number, wroteMaybe: boolean): unknown {
  const body = bodyOf(answer.text);
  if (body?.success === true && body.result !== undefined) return body.result;
  const fault = body?.success === false ? faultOf(body.error) : undefined;
  if (fault) throw faultError(fault, wroteMaybe);
  throw statusError(answer, now, wroteMaybe);
}

interface Envelope { readonly success?: unknown; readonly result?: unknown; readonly error?: unknown }

/** Undefined for what is no JSON object: the server answers plain text when it fails in one way, and nothing in another. */
function bodyOf(text: string): Envelope | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Envelope;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function faultOf(error: unknown): Fault | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  return { code: String(code), message: typeof message === 'string' ? message : '' };
}

function faultError({ code, message }: Fault, wroteMaybe: boolean): SyncError {
  // "Permission to access '.x.' attribute denied.": not the record, but one of its fields.
  if (code === 'ACCESS_DENIED' && /attribute denied/.test(message)) {
    return problem('denied', 'FIELD_DENIED', 'A field is no longer visible to you in vTiger: ask your administrator about your profile');
  }
  const [kind, sentence] = CLASSES[code] ?? OTHER;
  const field = code === 'MANDATORY_FIELDS_MISSING' ? /^(\w+) does not have a value/.exec(message)?.[1] : undefined;
  const name = code === '0' ? 'DUPLICATE' : /^[A-Z_]{1,60}$/.test(code) ? code : 'UNKNOWN_CODE';
  return problem(kind, name, sentence, {
    ...(field === undefined ? {} : { field: canonicalField(field) }), ...(wroteMaybe && kind === 'unavailable' ? { isOutcomeUnknown: true } : {}),
  });
}

/** Answers that are none of the webservice's: a proxy's, a login page, a crash of PHP (HTTP 500 without a body). */
function statusError({ status, retryAfter, text }: RawAnswer, now: number, wroteMaybe: boolean): SyncError {
  const pause = parseRetryAfter(retryAfter, now);
  if (status === 429) return problem('throttled', 'TOO_MANY_REQUESTS', 'vTiger asks to come back later', { retryAfterMs: pause ?? BUSY_PAUSE });
  if (status >= 300 && status < 400) {
    return problem('unavailable', 'REDIRECTED', 'vTiger sent this request elsewhere, which is not followed: sign in again with its present address');
  }
  if (status === 401 || status === 403) return problem('denied', 'FORBIDDEN', 'Something before vTiger does not let us in: ask its administrator');
  if (status === 404 || status === 410) return problem('unavailable', 'NO_SUCH_PAGE', 'There is no vTiger at this address now: it is tried again later');
  const isBlank = text.trim() === '';
  const code = status === 500 && isBlank ? 'CRASHED' : status >= 400 ? `HTTP_${status}` : isBlank ? 'EMPTY_ANSWER' : 'NOT_JSON';
  const isOpen = wroteMaybe && (status < 400 || (status >= 500 && status !== 503));
  return problem('unavailable', code, 'vTiger gave no usable answer: it is tried again later', {
    ...(pause === undefined ? {} : { retryAfterMs: pause }), ...(isOpen ? { isOutcomeUnknown: true } : {}),
  });
}

const NO_ANSWER: Readonly<Record<LineFailure, readonly [kind: ErrorKind, code: string, sentence: string]>> = {
  unknownHost: ['unavailable', 'UNKNOWN_HOST', 'The address of vTiger is not known: it is tried again later'],
  unreachable: ['unavailable', 'UNREACHABLE', 'vTiger cannot be reached: it is tried again later'],
  certificate: ['denied', 'CERTIFICATE', 'The certificate of vTiger is not trusted: ask whoever runs this service to allow it'],
  tls: ['unavailable', 'TLS', 'vTiger cannot be reached safely: it is tried again later'],
  timeout: ['unavailable', 'TIMEOUT', 'vTiger did not answer in time: it is tried again later'],
  tooLarge: ['unavailable', 'TOO_LARGE', 'vTiger answered with more than is read: report this to whoever runs the service'],
  unreadable: ['unavailable', 'UNREADABLE', 'vTiger answered with something unreadable: it is tried again later'],
  lost: ['unavailable', 'NETWORK', 'The connection to vTiger broke: it is tried again later'],
  moved: ['unavailable', 'NETWORK', 'The connection to vTiger broke: it is tried again later'],
};

/** No answer came. The guard's own refusal is passed on as it is. */
export function lineError(error: unknown, wroteMaybe: boolean): unknown {
  if (!(error instanceof LineError)) return error;
  const [kind, code, sentence] = NO_ANSWER[error.failure];
  return problem(kind, code, sentence, { cause: error, ...(wroteMaybe && error.wasSent ? { isOutcomeUnknown: true } : {}) });
}

/** A SyncError with one of this connector's codes. */
export function problem(kind: ErrorKind, code: string, sentence: string, details: Omit<ErrorDetails, 'code'> = {}): SyncError {
  return new SyncError(kind, `${sentence}.`, { ...details, code: `VT_${code}` });
}
