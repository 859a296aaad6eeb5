import { expect, test } from 'vitest';
import { crmOnly, userOf } from '../../testing/user.ts';
import { canSkip } from './model.ts';

test('the mailbox may be skipped only before one is connected', () => {
  expect(canSkip(crmOnly())).toBe(true);
  expect(canSkip(userOf({ activation: 'mailboxConnected' }))).toBe(false);
  expect(canSkip(userOf({ activation: 'suspended' }))).toBe(false);
});
