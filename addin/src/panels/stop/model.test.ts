import { expect, test } from 'vitest';
import { crmOnly, NOW, userOf } from '../../testing/user.ts';
import { accountsOf, canDeactivate, pauseEnd } from './model.ts';

test('a pause ends when it was chosen to end', () => {
  expect(pauseEnd('resume', '', NOW)).toBeUndefined();
  expect(pauseEnd('hour', '', NOW)).toBe(NOW + 3_600_000);
  const morning = new Date(pauseEnd('tomorrow', '', NOW) ?? 0);
  expect([morning.getHours(), morning.getTime() > NOW, morning.getTime() - NOW < 48 * 3_600_000]).toEqual([8, true, true]);
  expect(new Date(pauseEnd('date', '2027-01-31', NOW) ?? 0).getHours()).toBe(8);
});

test('a missing or past date ends no pause', () => {
  expect(pauseEnd('date', '', NOW)).toBeNull();
  expect(pauseEnd('date', '2020-01-01', NOW)).toBeNull();
});

test('the accounts that can be disconnected are those that are connected', () => {
  expect(accountsOf(userOf()).map(({ side }) => side)).toEqual(['m', 'c']);
  expect(accountsOf(crmOnly()).map(({ side }) => side)).toEqual(['c']);
});

test('only a sync that was set up and is on can be deactivated', () => {
  expect((['active', 'paused', 'suspended'] as const).every((activation) => canDeactivate(userOf({ activation })))).toBe(true);
  expect(
    (['crmConnected', 'mailboxConnected', 'deactivated'] as const).some((activation) => canDeactivate(userOf({ activation }))),
  ).toBe(false);
});
