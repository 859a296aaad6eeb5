/** Every class of refusal that users of the service have met, with what we make of it. */
import { expect, test } from 'vitest';
import { answerError, faultError, faultOf } from './errors.ts';
import { callbackError, tokenError } from './oauth-errors.ts';

const HTML = { 'content-type': 'text/html' };
const refusal = (code: string, message = '', fields?: readonly string[]): string =>
  JSON.stringify([{ errorCode: code, message, ...(fields ? { fields } : {}) }]);

test.each([
  [401, refusal('INVALID_SESSION_ID', 'Session expired or invalid'), 'credentialsRejected', 'SF_INVALID_SESSION_ID'],
  [401, refusal('INVALID_SESSION_ID', 'This session is not valid for use with the REST API'), 'denied', 'SF_APP_NOT_ATTACHED'],
  [403, refusal('API_DISABLED_FOR_ORG'), 'denied', 'SF_API_DISABLED_FOR_ORG'],
  [403, refusal('API_CURRENTLY_DISABLED'), 'denied', 'SF_API_CURRENTLY_DISABLED'],
  [403, refusal('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'), 'quota', 'SF_DAILY_LIMIT'],
  [403, refusal('REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'), 'throttled', 'SF_CONCURRENT_LIMIT'],
  [403, refusal('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'), 'throttled',
    'SF_CONCURRENT_LIMIT'],
  [429, '', 'throttled', 'SF_TOO_MANY_REQUESTS'],
  [503, refusal('SERVER_UNAVAILABLE', 'Server is too busy'), 'throttled', 'SF_SERVER_UNAVAILABLE'],
  [400, '<html><h1>Access Declined</h1></html>', 'throttled', 'SF_ACCESS_DECLINED'],
  [503, '<html>down</html>', 'unavailable', 'SF_HTTP_503'],
  [420, '', 'unavailable', 'SF_ORG_GONE'],
  [500, '', 'unavailable', 'SF_HTTP_500'],
  [301, '', 'unavailable', 'SF_REDIRECTED'],
  [400, refusal('INVALID_FIELD', "No such column 'Birthdate' on entity 'Contact'"), 'denied', 'SF_INVALID_FIELD'],
  [400, refusal('INVALID_TYPE'), 'denied', 'SF_INVALID_TYPE'],
  [400, refusal('INVALID_QUERY_LOCATOR'), 'stale', 'SF_INVALID_QUERY_LOCATOR'],
  [500, refusal('QUERY_TIMEOUT'), 'unavailable', 'SF_QUERY_TIMEOUT'],
  [404, refusal('NOT_FOUND', 'The requested resource does not exist'), 'gone', 'SF_NOT_FOUND'],
])('%i %s is %s (%s)', (status, text, kind, code) => {
  expect(answerError({ status, text, headers: HTML }, 0, false)).toMatchObject({ kind, details: { code } });
});

test('the day\'s pool is waited for in hours, concurrency in seconds, and a date of the service wins', () => {
  const of = (message: string, headers = {}): number | undefined =>
    answerError({ status: 403, text: refusal('REQUEST_LIMIT_EXCEEDED', message), headers }, 0, false).details.retryAfterMs;
  expect(of('TotalRequests Limit exceeded.')).toBe(3_600_000);
  expect(of('ConcurrentRequests Limit exceeded.')).toBe(30_000);
  expect(of('ConcurrentRequests Limit exceeded.', { 'retry-after': '7' })).toBe(7000);
});

test('a server error of a write leaves its outcome open, a refusal and a plain 503 do not', () => {
  const isOpen = (status: number, text: string): boolean | undefined =>
    answerError({ status, text, headers: {} }, 0, true).details.isOutcomeUnknown;
  expect(isOpen(502, '<html></html>')).toBe(true);
  expect(isOpen(503, '<html></html>')).toBeUndefined();
  expect(isOpen(400, refusal('JSON_PARSER_ERROR'))).toBeUndefined();
});

test.each([
  ['REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]', [], 'invalid', 'familyName'],
  ['INVALID_EMAIL_ADDRESS', 'Email: invalid email address: someone', ['Email'], 'invalid', 'primaryEmail'],
  ['STRING_TOO_LONG', 'Title: data value too large', ['Title'], 'invalid', 'jobTitle'],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Phone needs a country code', ['MailingStreet'], 'invalid', 'addresses.business'],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 'Unable to create/update fields: Birthdate', ['Birthdate'], 'invalid', 'birthday'],
  ['INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['AccountId'], 'invalid', 'company'],
  ['INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 'gone', undefined],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id', [], 'invalid', undefined],
  ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'ContactTrigger: execution of BeforeInsert', [], 'invalid', undefined],
  ['UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record', [], 'stale', undefined],
  ['PROCESSING_HALTED', '', [], 'stale', undefined],
  ['ENTITY_IS_DELETED', 'entity is deleted', [], 'gone', undefined],
  ['DUPLICATE_VALUE', 'duplicate value found', [], 'duplicate', undefined],
  ['MIXED_DML_OPERATION', '', [], 'bug', undefined],
  ['SOMETHING_NEW', 'a refusal of next year', [], 'invalid', undefined],
])('a record refused with %s (%s) is about one record: %s %s', (statusCode, message, fields, kind, field) => {
  const fault = faultOf({ statusCode, message, fields });
  const error = faultError(fault ?? { code: '', message: '', fields: [], duplicates: [] });
  expect(error).toMatchObject({ kind, details: { code: `SF_${statusCode}` } });
  expect(error.details.field).toBe(field);
  if (message !== '') expect(error.message).not.toContain(message);
});

test('a duplicate rule names the records that it found', () => {
  const matchRecords = [{ record: { Id: '003000000000001AAA' } }, { record: { Id: '003000000000002AAA' } }];
  const fault = faultOf({ statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?', fields: [],
    duplicateResult: { matchResults: [{ matchRecords }] } });
  expect(fault?.duplicates).toEqual(['003000000000001AAA', '003000000000002AAA']);
  expect(fault && faultError(fault)).toMatchObject({ kind: 'duplicate',
    details: { code: 'SF_DUPLICATES_DETECTED', candidates: ['003000000000001AAA', '003000000000002AAA'] } });
});

test.each([
  ['invalid_grant', 'expired access/refresh token', 'credentialsRejected', 'SF_GRANT_DEAD', true],
  ['invalid_grant', 'authentication failure', 'credentialsRejected', 'SF_GRANT_DEAD', true],
  ['invalid_grant', 'inactive user', 'credentialsRejected', 'SF_GRANT_DEAD', true],
  ['invalid_grant', 'something new', 'credentialsRejected', 'SF_GRANT_DEAD', undefined],
  ['invalid_grant', 'expired authorization code', 'credentialsRejected', 'SF_CODE_EXPIRED', undefined],
  ['invalid_grant', 'invalid code verifier', 'credentialsRejected', 'SF_CODE_EXPIRED', undefined],
  ['invalid_grant', 'token request is already being processed', 'unavailable', 'SF_TOKEN_BUSY', undefined],
  ['invalid_grant', 'ip restricted', 'denied', 'SF_IP_RESTRICTED', undefined],
  ['invalid_client', 'invalid client credentials', 'denied', 'SF_APP_MISCONFIGURED', undefined],
  ['invalid_client_id', 'client identifier invalid', 'denied', 'SF_APP_MISCONFIGURED', undefined],
  ['OAUTH_APP_BLOCKED', 'this app is blocked by admin', 'denied', 'ADMIN_MUST_AGREE', undefined],
])('a token refused with %s (%s) is %s %s', (error, description, kind, code, isPermanent) => {
  const refused = tokenError(400, error, description);
  expect(refused).toMatchObject({ kind, details: { code } });
  expect(refused.details.isPermanent).toBe(isPermanent);
});

test.each([
  ['access_denied', 'CONSENT_REFUSED'], ['OAUTH_APP_BLOCKED', 'ADMIN_MUST_AGREE'], ['OAUTH_EC_APP_NOT_FOUND', 'ADMIN_MUST_AGREE'],
  ['OAUTH_APPROVAL_ERROR_GENERIC', 'ADMIN_MUST_AGREE'], ['something_else', 'SF_SIGN_IN_REFUSED'],
])('a sign-in page that sends back %s ends as %s', (error, code) => {
  expect(callbackError(error)).toMatchObject({ kind: 'denied', details: { code } });
});
