/** The server's refusals -> our error kinds: response codes, SOAP faults, bare HTTP, and no answer at all (knowledge of 2026-11, section 9). */
import type { ErrorDetails, ErrorKind } from '../../engine/errors.ts';
import { SyncError } from '../../engine/errors.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import type { LineFailure, LineReply } from '../line.ts';
import { LineError } from '../line.ts';
import { upperSnake } from '../upper-snake.ts';
import type { ResponseMessage, XmlElement } from './soap.ts';
import { valuesOf } from './soap.ts';
import { at, childText } from './xml.ts';

/** What was refused: the whole request, which is then a mistake of ours, or one record, whose matter it is. */
export type ErrorScope = 'call' | 'record';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  ...kindsOf('throttled', 'ErrorServerBusy', 'ErrorExceededConnectionCount', 'ErrorExceededSubscriptionCount', 'ErrorExceededFindCountLimit',
    'ErrorTooManyObjectsOpened'),
  ...kindsOf('unavailable', 'ErrorMailboxStoreUnavailable', 'ErrorMailboxMoveInProgress', 'ErrorMailboxFailover', 'ErrorADUnavailable', 'ErrorADOperation',
    'ErrorConnectionFailed', 'ErrorInternalServerError', 'ErrorInternalServerTransientError', 'ErrorTimeoutExpired', 'ErrorBatchProcessingStopped',
    'ErrorFolderNotFound', 'ErrorNotEnoughMemory', 'ErrorInsufficientResources'),
  ...kindsOf('credentialsRejected', 'ErrorPasswordExpired', 'ErrorPasswordChangeRequired', 'ErrorAccountDisabled'),
  ...kindsOf('denied', 'ErrorAccessDenied', 'ErrorImpersonateUserDenied', 'ErrorImpersonationDenied', 'ErrorNonExistentMailbox', 'ErrorMailboxConfiguration',
    'ErrorMissingEmailAddress', 'ErrorCreateItemAccessDenied'),
  ...kindsOf('gone', 'ErrorItemNotFound', 'ErrorCalendarOccurrenceIsDeletedFromRecurrence', 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'),
  ...kindsOf('stale', 'ErrorIrresolvableConflict', 'ErrorStaleObject', 'ErrorInvalidChangeKey', 'ErrorChangeKeyRequiredForWriteOperations',
    'ErrorInvalidSyncStateData', 'ErrorSyncFolderNotFound'),
  ...kindsOf('quota', 'ErrorQuotaExceeded'),
};

function kindsOf(kind: ErrorKind, ...codes: readonly string[]): Readonly<Record<string, ErrorKind>> {
  return Object.fromEntries(codes.map((code) => [code, kind]));
}

const SENTENCES: Readonly<Record<ErrorKind, string>> = {
  credentialsRejected: 'The Exchange server refused the sign-in.',
  denied: 'The Exchange server does not allow this; its administrator must permit it.',
  unavailable: 'The Exchange server could not be reached or did not give a usable answer.',
  throttled: 'The Exchange server asked to wait.',
  gone: 'The record is no longer in the mailbox.',
  stale: 'The record was changed in the mailbox at the same time.',
  duplicate: 'The mailbox already holds this record.',
  invalid: 'The Exchange server did not accept this record.',
  quota: 'The mailbox is full.',
  bug: 'The Exchange server did not understand our request.',
};

/** No words of the server are taken over: they may quote what a person wrote. */
export const refusal = (kind: ErrorKind, details: ErrorDetails): SyncError => new SyncError(kind, `${SENTENCES[kind]} (${details.code})`, details);

/** Where the server says no time (learn.microsoft.com, EWS throttling). */
const BACK_OFF_MS = 60_000;
/** A day: what is longer is a mistake somewhere. */
const BACK_OFF_MS_MAX = 24 * 3600_000;
/** The server stops before these are tried; any other failure of its own may have come after the work was done. */
const NOT_DONE = ['ErrorBatchProcessingStopped', 'ErrorMailboxMoveInProgress', 'ErrorADUnavailable', 'ErrorFolderNotFound'];

/** The error of a response code. `values`: what MessageXml holds; a busy server may hide there inside another code (exchangelib#356). */
export function codeError(code: string, values: Readonly<Record<string, string>>, scope: ErrorScope, isWrite = false): SyncError {
  const inner = values['InnerErrorResponseCode'];
  const known = inner !== undefined && KINDS[inner] === 'throttled' ? inner : code;
  const kind = KINDS[known] ?? (scope === 'record' ? 'invalid' : 'bug');
  return refusal(kind, {
    code: /^Error[A-Za-z0-9]{1,70}$/.test(known) ? `EWS_${upperSnake(known)}` : 'EWS_UNKNOWN_CODE',
    ...(kind === 'throttled' ? { retryAfterMs: backOff(values['BackOffMilliseconds']) } : {}),
    ...(kind === 'unavailable' && isWrite && !NOT_DONE.includes(known) ? { isOutcomeUnknown: true } : {}),
  });
}

function backOff(word: string | undefined): number {
  const milliseconds = Number(word?.trim() || Number.NaN);
  return milliseconds > 0 ? Math.min(Math.ceil(milliseconds), BACK_OFF_MS_MAX) : BACK_OFF_MS;
}

/** The error of one message of a batch; undefined where it succeeded. A warning is one only where nothing was tried. */
export function messageError({ outcome, code, element }: ResponseMessage, isWrite = false): SyncError | undefined {
  if (outcome === 'Success' || (outcome === 'Warning' && code !== 'ErrorBatchProcessingStopped')) return undefined;
  return codeError(code, valuesOf(element), 'record', isWrite);
}

/** The error of a SOAP fault: its code stands in the detail, or behind a prefix in faultcode. Undefined: the body holds none. */
export function faultError(body: XmlElement | undefined, isWrite: boolean): SyncError | undefined {
  const fault = at(body, 'Fault');
  if (!fault) return undefined;
  const detail = at(fault, 'detail');
  const code = childText(detail, 'ResponseCode') ?? childText(fault, 'faultcode')?.replace(/^.*:/, '') ?? '';
  return codeError(code.trim(), detail ? valuesOf(detail) : {}, 'call', isWrite);
}

/** Whether an answer is a web page, where the service answers XML. */
export const isPage = ({ headers, text }: Pick<LineReply, 'headers' | 'text'>): boolean =>
  /html/i.test(headers['content-type'] ?? '') || /^\s*(<!doctype html|<html)/i.test(text.slice(0, 200));

/** The error of an answer that is no SOAP envelope. */
export function statusError(reply: Pick<LineReply, 'status' | 'headers' | 'text'>, now: number, isWrite: boolean): SyncError {
  const { status, headers } = reply;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  const pause = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 401) return refusal('credentialsRejected', { code: 'EWS_UNAUTHORIZED' });
  if (status === 429) return refusal('throttled', { code: 'EWS_HTTP_429', retryAfterMs: retryAfterMs ?? BACK_OFF_MS });
  // Said by what stands before the service: nothing was done.
  if (status === 503) return refusal(retryAfterMs === undefined ? 'unavailable' : 'throttled', { code: 'EWS_HTTP_503', ...pause });
  if (status === 403) return refusal('denied', { code: 'EWS_FORBIDDEN' });
  if (isNoService(reply)) return refusal('unavailable', { code: 'EWS_NOT_AN_ENDPOINT' });
  if (status >= 400 && status < 500 && status !== 408) return refusal('bug', { code: `EWS_HTTP_${status}` });
  return refusal('unavailable', { code: `EWS_HTTP_${status}`, ...pause, ...(isWrite ? { isOutcomeUnknown: true } : {}) });
}

/** A redirect, a login page, a page about something else: there is no EWS behind this address, or a proxy keeps it. Nothing was done. */
const isNoService = (reply: Pick<LineReply, 'status' | 'headers' | 'text'>): boolean =>
  (reply.status >= 300 && reply.status < 400) || [404, 405, 410, 440].includes(reply.status) || (reply.status < 300 && isPage(reply));

const LINE_CODES: Readonly<Record<LineFailure, string>> = {
  unknownHost: 'EWS_UNKNOWN_HOST', unreachable: 'EWS_UNREACHABLE', certificate: 'EWS_CERTIFICATE', tls: 'EWS_TLS', timeout: 'EWS_TIMEOUT',
  tooLarge: 'EWS_TOO_LARGE', unreadable: 'EWS_UNREADABLE', lost: 'EWS_NO_ANSWER', moved: 'EWS_CONNECTION_CHANGED',
};

/** Translates what a line throws; what is translated already passes. */
export function lineError(error: unknown, isWrite: boolean): unknown {
  if (!(error instanceof LineError)) return error;
  const { failure, wasSent } = error;
  return refusal('unavailable', { code: LINE_CODES[failure], cause: error, ...(isWrite && wasSent ? { isOutcomeUnknown: true } : {}) });
}

/** The same failure met by a request that writes: whether it was done is not known. */
export const withUnknownOutcome = (error: SyncError): SyncError => new SyncError(error.kind, error.message, { ...error.details, isOutcomeUnknown: true });
