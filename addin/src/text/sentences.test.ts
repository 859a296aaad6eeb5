import { ErrorKindName, type ApiErrorBody } from '@concord/api';
import { expect, test } from 'vitest';
import { NOW } from '../testing/user.ts';
import { de } from './de.ts';
import { deWords } from './de-words.ts';
import { en } from './en.ts';
import { enWords } from './en-words.ts';
import { makeText } from './index.ts';
import { fieldName, logLineOf, reasonOf, sentenceOf } from './sentences.ts';

const texts = [makeText('en', 'en-GB', { ...en, ...enWords }), makeText('de', 'de-DE', { ...de, ...deWords })] as const;
const english = texts[0];
const error = (kind: ErrorKindName, more: Partial<ApiErrorBody> = {}): ApiErrorBody => (
  { kind, code: 'VENDOR_CODE', message: '', system: 'Salesforce', ...more }
);

test.each(ErrorKindName.options)('the kind %s has a whole sentence in both languages', (kind) => {
  for (const text of texts) {
    expect(sentenceOf(error(kind), text, NOW)).not.toMatch(/[{}]/);
    expect(logLineOf(error(kind), text, NOW)).not.toMatch(/[{}]/);
  }
});

test('a sentence names the vendor and the time of the next try', () => {
  expect(sentenceOf(error('throttled', { at: NOW }), english, NOW)).toMatch(
    /^Salesforce asked us to slow down\. Sync goes on at \d\d:\d\d\.$/,
  );
  expect(sentenceOf(error('credentialsRejected'), english, NOW)).toBe(
    'Salesforce no longer accepts your sign-in. Sync stopped; nothing is lost.',
  );
});

test('our own codes have sentences of their own', () => {
  expect(sentenceOf(error('throttled', { code: 'TOO_SOON', retryAfterSeconds: 40 }), english, NOW)).toBe('Again in 40 s');
  expect(sentenceOf(error('unavailable', { code: 'OFFLINE' }), english, NOW)).toBe('Concord does not answer.');
  expect(sentenceOf(error('stale', { code: 'WRONG_STATE' }), english, NOW)).toBe('This changed since. Look again.');
  expect(sentenceOf(error('unavailable', { code: 'PREVIEW_FAILED' }), english, NOW)).toBe(
    'Counting stopped before its end. Nothing was written; count again.',
  );
  expect(sentenceOf(error('invalid', { code: 'WRONG_ORGANIZATION' }), english, NOW)).toBe(
    'You signed in to another organization than before. Nothing was changed.',
  );
  expect(sentenceOf(error('bug', { code: 'INTERNAL' }), english, NOW)).toBe('Something broke here. Sync itself goes on.');
  expect(sentenceOf(error('credentialsRejected', { code: 'SESSION_EXPIRED' }), english, NOW)).toBe('You are signed out.');
});

test('a rejected record says its field and a reason a rep understands', () => {
  expect(
    logLineOf(error('invalid', { code: 'SF_STRING_TOO_LONG', field: 'jobTitle' }), english, NOW),
  ).toBe('Job title: a value is too long.');
  expect(reasonOf('SF_REQUIRED_FIELD_MISSING')).toBe('reason.required');
  expect(fieldName(english, 'Custom__c')).toBe('Custom__c');
});
