import { describe, expect, test } from 'vitest';
import type { LineReply } from '../line.ts';
import { LineError } from '../line.ts';
import { ewsCall } from './client.ts';
import { codeError, lineError, statusError } from './errors.ts';
import type { SignedLine } from './signed-line.ts';
import { messagesOf } from './soap.ts';

const NOW = Date.UTC(2026, 10, 23, 9);

/** A line that answers everything with this. */
const saying = (status: number, text: string, headers: Readonly<Record<string, string>> = { 'content-type': 'text/xml' }): SignedLine => {
  const reply: LineReply = { status, text, headers, challenges: [], connection: { certificate: undefined, isOpen: () => true } };
  return { send: () => Promise.resolve(reply), scheme: () => 'NTLM', offersBasic: () => false };
};
const call = (line: SignedLine, writes = false): ReturnType<ReturnType<typeof ewsCall>> =>
  ewsCall(line, { now: () => NOW })('UpdateItem', '<m:UpdateItem/>', { writes });
const envelope = (body: string): string => `<s:Envelope xmlns:s="s"><s:Body>${body}</s:Body></s:Envelope>`;
const message = (outcome: string, code: string, values = ''): string =>
  `<UpdateItemResponseMessage ResponseClass="${outcome}"><ResponseCode>${code}</ResponseCode>`
  + `${values && `<MessageXml>${values}</MessageXml>`}</UpdateItemResponseMessage>`;
const batch = (...messages: readonly string[]): string =>
  envelope(`<UpdateItemResponse><ResponseMessages>${messages.join('')}</ResponseMessages></UpdateItemResponse>`);
const BUSY = message('Error', 'ErrorServerBusy', '<Value Name="BackOffMilliseconds">5000</Value>');
const STOPPED = message('Warning', 'ErrorBatchProcessingStopped');
const DONE = message('Success', 'NoError');

describe('a batch that the server stopped because it is busy', () => {
  test('ends a read, whatever it held', async () => {
    await expect(call(saying(200, batch(DONE, BUSY, STOPPED)))).rejects.toMatchObject({ kind: 'throttled', details: { retryAfterMs: 5000 } });
  });

  test('ends a write of which nothing was done', async () => {
    await expect(call(saying(200, batch(BUSY, STOPPED)), true)).rejects.toMatchObject({ kind: 'throttled', details: { retryAfterMs: 5000 } });
  });

  test('keeps what a write has done, and gives each record its own answer', async () => {
    expect(messagesOf(await call(saying(200, batch(DONE, BUSY, STOPPED)), true)).map(({ code }) => code))
      .toEqual(['NoError', 'ErrorServerBusy', 'ErrorBatchProcessingStopped']);
  });

  test('does not hold back errors of single records', async () => {
    expect(messagesOf(await call(saying(200, batch(message('Error', 'ErrorItemNotFound'), DONE)))).length).toBe(2);
  });
});

describe('response codes', () => {
  test.each([
    ['ErrorServerBusy', 'throttled'], ['ErrorExceededConnectionCount', 'throttled'], ['ErrorTooManyObjectsOpened', 'throttled'],
    ['ErrorExceededFindCountLimit', 'throttled'], ['ErrorExceededSubscriptionCount', 'throttled'], ['ErrorPasswordExpired', 'credentialsRejected'],
    ['ErrorPasswordChangeRequired', 'credentialsRejected'], ['ErrorAccountDisabled', 'credentialsRejected'], ['ErrorAccessDenied', 'denied'],
    ['ErrorImpersonateUserDenied', 'denied'], ['ErrorNonExistentMailbox', 'denied'], ['ErrorMailboxStoreUnavailable', 'unavailable'],
    ['ErrorMailboxMoveInProgress', 'unavailable'], ['ErrorADUnavailable', 'unavailable'], ['ErrorConnectionFailed', 'unavailable'],
    ['ErrorInternalServerTransientError', 'unavailable'], ['ErrorInternalServerError', 'unavailable'], ['ErrorTimeoutExpired', 'unavailable'],
    ['ErrorItemNotFound', 'gone'], ['ErrorFolderNotFound', 'unavailable'], ['ErrorIrresolvableConflict', 'stale'], ['ErrorStaleObject', 'stale'],
    ['ErrorInvalidSyncStateData', 'stale'], ['ErrorSyncFolderNotFound', 'stale'], ['ErrorQuotaExceeded', 'quota'],
  ] as const)('%s is %s for a record and for a call', (code, kind) => {
    expect([codeError(code, {}, 'record').kind, codeError(code, {}, 'call').kind]).toEqual([kind, kind]);
  });

  test.each([
    'ErrorSchemaValidation', 'ErrorInvalidPropertySet', 'ErrorInvalidPropertyRequest', 'ErrorInvalidRequest', 'ErrorMessageSizeExceeded', 'ErrorOfTomorrow',
  ])(
    '%s is a record\'s own matter, and for a call a mistake of ours', (code) => {
      expect([codeError(code, {}, 'record').kind, codeError(code, {}, 'call').kind]).toEqual(['invalid', 'bug']);
    },
  );

  test.each([
    [{}, 60_000], [{ BackOffMilliseconds: '250.5' }, 251], [{ BackOffMilliseconds: 'soon' }, 60_000], [{ BackOffMilliseconds: '-1' }, 60_000],
    [{ BackOffMilliseconds: '99999999999' }, 86_400_000],
  ])('a busy server that says %j is waited for %i ms', (values, expected) => {
    expect(codeError('ErrorServerBusy', values, 'call').details.retryAfterMs).toBe(expected);
  });

  test('only what is a code becomes one, and none is for good', () => {
    expect(codeError('ErrorPasswordExpired', {}, 'call').details).toEqual({ code: 'EWS_ERROR_PASSWORD_EXPIRED' });
    expect(codeError('Anna Weber <anna@contoso.example>', {}, 'record').details).toEqual({ code: 'EWS_UNKNOWN_CODE' });
  });
});

describe('bare answers', () => {
  const of = (status: number, headers: Record<string, string> = {}, text = ''): unknown => {
    const { kind, details: { code, retryAfterMs } } = statusError({ status, headers, text }, NOW, false);
    return [kind, code, retryAfterMs];
  };

  test.each([
    [401, 'credentialsRejected', 'EWS_UNAUTHORIZED'], [403, 'denied', 'EWS_FORBIDDEN'], [302, 'unavailable', 'EWS_NOT_AN_ENDPOINT'],
    [404, 'unavailable', 'EWS_NOT_AN_ENDPOINT'], [405, 'unavailable', 'EWS_NOT_AN_ENDPOINT'], [440, 'unavailable', 'EWS_NOT_AN_ENDPOINT'],
    [400, 'bug', 'EWS_HTTP_400'], [415, 'bug', 'EWS_HTTP_415'], [500, 'unavailable', 'EWS_HTTP_500'], [502, 'unavailable', 'EWS_HTTP_502'],
    [503, 'unavailable', 'EWS_HTTP_503'], [504, 'unavailable', 'EWS_HTTP_504'],
  ] as const)('%i is %s', (status, kind, code) => { expect(of(status)).toEqual([kind, code, undefined]); });

  test('that ask to wait', () => {
    expect(of(503, { 'retry-after': '7' })).toEqual(['throttled', 'EWS_HTTP_503', 7000]);
    expect(of(429)).toEqual(['throttled', 'EWS_HTTP_429', 60_000]);
  });

  test('a success that is something else', async () => {
    const codes = ['<a/>', envelope('<GetItemResponse/>'), envelope(''), ''].map((text) =>
      call(saying(200, text), true).then(() => 'none', (error: unknown) => (error as { details: unknown }).details));
    expect(await Promise.all(codes)).toMatchObject([
      { code: 'EWS_NOT_SOAP', isOutcomeUnknown: true }, { code: 'EWS_NOT_SOAP', isOutcomeUnknown: true }, { code: 'EWS_NOT_SOAP', isOutcomeUnknown: true },
      { code: 'EWS_XML_BROKEN', isOutcomeUnknown: true },
    ]);
    await expect(call(saying(200, '<html><body>Sign in</body></html>', {}), true)).rejects.toMatchObject({ details: { code: 'EWS_NOT_AN_ENDPOINT' } });
  });

  test('a fault whose code stands behind a prefix alone', async () => {
    const text = envelope('<s:Fault><faultcode>a:ErrorADUnavailable</faultcode><faultstring>Anna</faultstring></s:Fault>');
    await expect(call(saying(500, text), true)).rejects.toMatchObject({ kind: 'unavailable', details: { code: 'EWS_ERROR_ADUNAVAILABLE' } });
  });
});

test('what never left did nothing; what may have arrived is open; other errors pass', () => {
  expect(lineError(new LineError('unreachable', false), true)).toMatchObject({ kind: 'unavailable', details: { code: 'EWS_UNREACHABLE' } });
  expect(lineError(new LineError('unreachable', false), true)).not.toHaveProperty('details.isOutcomeUnknown');
  expect(lineError(new LineError('timeout', true), true)).toMatchObject({ details: { code: 'EWS_TIMEOUT', isOutcomeUnknown: true } });
  expect(lineError(new LineError('timeout', true), false)).not.toHaveProperty('details.isOutcomeUnknown');
  const other = new TypeError('ours');
  expect(lineError(other, true)).toBe(other);
});
