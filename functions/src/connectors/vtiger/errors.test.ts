/** What an answer means: the body decides, whatever the status; what is no answer of the webservice has kinds of its own. */
import { expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import { LineError } from '../line.ts';
import { isSessionOver, lineError, resultOf } from './errors.ts';

const NOW = Date.UTC(2026, 10, 2, 8);

function errorOf(status: number, text: string, wroteMaybe = false, retryAfter?: string): SyncError {
  try {
    resultOf({ status, text, retryAfter }, NOW, wroteMaybe);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('the answer was taken for a result');
}

const refusal = (code: string | number, message = ''): string => JSON.stringify({ success: false, error: { code, message } });

test('a result is taken from an answer of success alone', () => {
  expect(resultOf({ status: 200, text: '{"success":true,"result":[]}', retryAfter: undefined }, NOW, false)).toEqual([]);
  expect(resultOf({ status: 200, text: '\n{"success":true,"result":{"id":"12x1"}}', retryAfter: undefined }, NOW, true)).toEqual({ id: '12x1' });
  for (const text of ['{"success":true}', '{}', '[]', '{broken']) expect(errorOf(200, text).details.code).toBe('VT_NOT_JSON');
});

test('each code of the server has its kind, and one that nobody knows is this record\'s matter', () => {
  const kinds = Object.fromEntries([
    'INVALID_SESSIONID', 'SESSION_LEFT_IDLE', 'ACCESS_DENIED', 'MANDATORY_FIELDS_MISSING', 'REFERENCE_INVALID', 'INVALID_ID_ATTRIBUTE', 0,
    'QUERY_SYNTAX_ERROR', 'INTERNAL_SERVER_ERROR', 'LEAD_ALREADY_CONVERTED', 'SOMETHING_NEW',
  ].map((code) => [code, errorOf(200, refusal(code)).kind]));
  expect(kinds).toEqual({
    INVALID_SESSIONID: 'credentialsRejected', SESSION_LEFT_IDLE: 'credentialsRejected', ACCESS_DENIED: 'gone', MANDATORY_FIELDS_MISSING: 'invalid',
    REFERENCE_INVALID: 'invalid', INVALID_ID_ATTRIBUTE: 'gone', 0: 'duplicate', QUERY_SYNTAX_ERROR: 'bug', INTERNAL_SERVER_ERROR: 'unavailable',
    LEAD_ALREADY_CONVERTED: 'stale', SOMETHING_NEW: 'invalid',
  });
  expect(errorOf(200, refusal(0)).details.code).toBe('VT_DUPLICATE');
  expect(errorOf(200, refusal('MANDATORY_FIELDS_MISSING', 'lastname does not have a value')).details.field).toBe('familyName');
  expect(errorOf(200, refusal('ACCESS_DENIED', "Permission to access '.x.' attribute denied.")).details.code).toBe('VT_FIELD_DENIED');
});

test('no sentence repeats what the server said, which may be what a person wrote', () => {
  expect(errorOf(200, refusal('REFERENCE_INVALID', 'Anna Albers')).message).not.toContain('Anna');
  expect(errorOf(200, refusal('Anna Albers')).details.code).toBe('VT_UNKNOWN_CODE');
});

test('the four ends of a session are told apart from every other refusal', () => {
  for (const code of ['INVALID_SESSIONID', 'AUTHENTICATION_REQUIRED', 'SESSION_EXPIRED', 'SESSION_LEFT_IDLE']) {
    expect(isSessionOver(errorOf(200, refusal(code)))).toBe(true);
  }
  for (const code of ['INVALID_USER_CREDENTIALS', 'ACCESS_DENIED']) expect(isSessionOver(errorOf(200, refusal(code)))).toBe(false);
});

test('what stands before the server or breaks it has a kind by its status, and leaves a write open where it may have been done', () => {
  const seen = ([
    [429, 'slow', '7'], [500, '', undefined], [502, '<html>', undefined], [503, '<html>', '30'], [302, '', undefined], [404, '<html>', undefined],
    [403, '<html>', undefined], [200, '', undefined], [200, 'Sorry! Attempt to access restricted file.', undefined],
  ] as const).map(([status, text, wait]) => {
    const { kind, details: { code, retryAfterMs, isOutcomeUnknown } } = errorOf(status, text, true, wait);
    return [kind, code, retryAfterMs, isOutcomeUnknown === true];
  });
  expect(seen).toEqual([
    ['throttled', 'VT_TOO_MANY_REQUESTS', 7000, false], ['unavailable', 'VT_CRASHED', undefined, true], ['unavailable', 'VT_HTTP_502', undefined, true],
    ['unavailable', 'VT_HTTP_503', 30_000, false], ['unavailable', 'VT_REDIRECTED', undefined, false], ['unavailable', 'VT_NO_SUCH_PAGE', undefined, false],
    ['denied', 'VT_FORBIDDEN', undefined, false], ['unavailable', 'VT_EMPTY_ANSWER', undefined, true], ['unavailable', 'VT_NOT_JSON', undefined, true],
  ]);
});

test('without an answer a write is open only if it was sent; a certificate is an administrator\'s matter', () => {
  const of = (error: unknown): unknown => error instanceof SyncError && [error.kind, error.details.code, error.details.isOutcomeUnknown === true];
  expect(of(lineError(new LineError('timeout', true), true))).toEqual(['unavailable', 'VT_TIMEOUT', true]);
  expect(of(lineError(new LineError('unreachable', false), true))).toEqual(['unavailable', 'VT_UNREACHABLE', false]);
  expect(of(lineError(new LineError('lost', true), false))).toEqual(['unavailable', 'VT_NETWORK', false]);
  expect(of(lineError(new LineError('certificate', false), true))).toEqual(['denied', 'VT_CERTIFICATE', false]);
});
