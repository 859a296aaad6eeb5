import { expect, test } from 'vitest';
import { en } from '../text/en.ts';
import { enWords } from '../text/en-words.ts';
import { makeText } from '../text/index.ts';
import { endOf, isBusy } from './model.ts';

const text = makeText('en', 'en', { ...en, ...enWords });
const said = (code: string): string | undefined => endOf({ step: 'failed', error: { code } }, text, 'Salesforce', 'evil.example')?.sentence;

test('every way a sign-in ends has its sentence', () => {
  expect(said('CONSENT_REFUSED')).toBe('You did not agree, so nothing is connected.');
  expect(said('ADMIN_MUST_AGREE')).toBe('Your admin must agree first.');
  for (const late of ['STATE_UNKNOWN', 'STATE_USED', 'STATE_EXPIRED']) expect(said(late)).toBe('That took too long. Start again.');
  expect(said('BAD_DOMAIN')).toBe('evil.example may not be used. Nothing was sent.');
  expect(said('SOMETHING_NEW')).toBe('Salesforce did not finish the sign-in. Nothing changed.');
  expect(endOf({ step: 'blocked' }, text, 'S', '')?.sentence).toBe('Your browser blocked the window.');
  expect(endOf({ step: 'closed' }, text, 'S', '')?.sentence).toBe('The window was closed. Nothing changed.');
});

test('a wrong address is said at its field, an admin\'s refusal can be copied', () => {
  expect(endOf({ step: 'failed', error: { code: 'BAD_DOMAIN' } }, text, 'S', 'x')?.isOnField).toBe(true);
  expect(endOf({ step: 'failed', error: { code: 'ADMIN_MUST_AGREE' } }, text, 'S', '')?.verb).toBe('copy');
});

test('a sign-in under way has no end yet', () => {
  for (const step of ['opening', 'waiting', 'checking'] as const) {
    expect(isBusy({ step })).toBe(true);
    expect(endOf({ step }, text, 'S', '')).toBeNull();
  }
});
