/** What the single messages of a batch mean: an answer is in order or a refusal in our own kinds of errors. */
import { SyncError } from '../../engine/errors.ts';
import type { ErrorKind } from '../../engine/errors.ts';
import type { ResponseMessage, XmlElement } from './soap.ts';
import { valuesOf } from './soap.ts';
import { child } from './xml.ts';

/** Of one item that was asked for: itself, or why not. */
export type Answer = { readonly item: XmlElement } | { readonly error: SyncError; readonly code: string };

/** What a refused request was about: a refused call is a mistake of ours; a refused record is that record's. */
export type Subject = 'call' | 'record';

/** The one item of a message of GetItem, CreateItem or UpdateItem. */
export function answerOf(message: ResponseMessage | undefined, subject: Subject = 'record'): Answer {
  if (!message) return { error: refusal('unavailable', 'EWS_NO_MESSAGE'), code: '' };
  const item = child(message.element, 'Items')?.children[0];
  if (message.outcome === 'Success' && item) return { item };
  return { error: errorOf(message, subject), code: message.code };
}

const words = (list: string): readonly string[] => list.trim().split(/\s+/).map((word) => `Error${word}`);

/** ResponseCodeType of messages.xsd, by what a person or a run does about it (ews.md section 9). */
const CODES: readonly (readonly [ErrorKind, readonly string[]])[] = [
  ['throttled', words('ServerBusy ExceededConnectionCount ExceededFindCountLimit ExceededSubscriptionCount TooManyObjectsOpened')],
  ['credentialsRejected', words('PasswordExpired PasswordChangeRequired AccountDisabled')],
  ['denied', words('AccessDenied ImpersonateUserDenied NonExistentMailbox CreateItemAccessDenied MissingEmailAddress')],
  ['gone', words('ItemNotFound CalendarOccurrenceIsDeletedFromRecurrence')],
  ['stale', words('IrresolvableConflict StaleObject ChangeKeyRequiredForWriteOperations InvalidChangeKey')],
  ['quota', words('QuotaExceeded MessageSizeExceeded')],
  ['unavailable', words(`MailboxStoreUnavailable MailboxMoveInProgress ADUnavailable ADOperation ConnectionFailed InternalServerError InternalServerTransientError TimeoutExpired
    MailboxFailover BatchProcessingStopped InsufficientResources NotEnoughMemory ContentConversionFailed`)],
];

const SENTENCES: Readonly<Partial<Record<ErrorKind, string>>> = {
  throttled: 'Exchange asked to wait.', credentialsRejected: 'Exchange refused the sign-in.', gone: 'The record is no longer in the mailbox.',
  denied: 'Exchange does not allow this; an administrator must permit it.', stale: 'The record was changed in the mailbox at the same time.',
  quota: 'The mailbox is full.', unavailable: 'Exchange did not give a usable answer.', invalid: 'Exchange did not accept this record.',
  bug: 'Exchange did not understand our request.',
};

/** How long to wait where a server is busy and does not say. */
const BACK_OFF_MS = 60_000;

export function errorOf(message: ResponseMessage, subject: Subject): SyncError {
  const values = valuesOf(message.element);
  const code = message.code === 'ErrorInternalServerError' ? values['InnerErrorResponseCode'] ?? message.code : message.code;
  const kind = CODES.find(([, codes]) => codes.includes(code))?.[0] ?? (subject === 'record' ? 'invalid' : 'bug');
  const asked = Number(values['BackOffMilliseconds']);
  return refusal(kind, `EWS_${upperSnake(code)}`, kind === 'throttled' ? { retryAfterMs: asked > 0 ? asked : BACK_OFF_MS } : {});
}

/** No words of the server's own are taken over: they may quote what a person wrote. */
export const refusal = (kind: ErrorKind, code: string, details: { readonly retryAfterMs?: number; readonly isOutcomeUnknown?: boolean } = {}): SyncError =>
  new SyncError(kind, `${SENTENCES[kind] ?? 'Exchange refused.'} (${code})`, { code, ...details });

const upperSnake = (word: string): string =>
  (/^[A-Za-z]{1,80}$/.test(word) ? word.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase() : 'ERROR_WITHOUT_CODE');
