import type { ErrorKindName, SyncState, UserState } from '@concord/api';
import { expect, test } from 'vitest';
import { crmOnly, NOW, userOf } from '../testing/user.ts';
import { firstScreen, minutesLeft, secondsUntilSyncNow, STATUS_LOOKS, statusOf, type StatusName } from './status.ts';

const problem = (kind: ErrorKindName): Partial<SyncState> => ({
  problem: { kind, code: 'X', message: '' },
});
const refusedMailbox = { ...userOf().mailbox, system: 'graph', name: 'O', login: 'a', connectedAt: 0, isRefused: true };

const ROWS: readonly (readonly [string, UserState, StatusName])[] = [
  ['a CRM alone', crmOnly(), 'notSetUp'],
  ['a mailbox that waits for approval', userOf({ activation: 'mailboxConnected' }), 'waiting'],
  ['an idle sync', userOf(), 'active'],
  ['a run under way', userOf({}, { isRunning: true }), 'syncing'],
  ['an open question', userOf({}, { asks: 1 }), 'needsYou'],
  ['a held deletion', userOf({}, { held: 1 }), 'needsYou'],
  ['a record set aside', userOf({}, { parked: 1 }), 'needsYou'],
  ['a vendor that is down', userOf({}, problem('unavailable')), 'delayed'],
  ['a vendor that slows us down', userOf({}, problem('throttled')), 'delayed'],
  ['a used-up limit', userOf({}, problem('quota')), 'delayed'],
  ['an admin who must act', userOf({}, problem('denied')), 'blocked'],
  ['a refused sign-in', userOf({ activation: 'suspended' }), 'signInNeeded'],
  ['a refused mailbox', userOf({ mailbox: refusedMailbox }), 'signInNeeded'],
  ['a pause', userOf({ activation: 'paused' }), 'paused'],
  ['a switched-off sync', userOf({ activation: 'deactivated' }), 'off'],
  ['no run for more than two cycles', userOf({}, { lastRunAt: NOW - 61 * 60_000 }), 'delayed'],
];

test.each(ROWS)('%s shows its state', (_, user, expected) => {
  expect(statusOf({ user, isOffline: false, isSignedOut: false }, NOW)).toBe(expected);
});

test('when several states hold, the first of the order shows', () => {
  const all = userOf({ activation: 'paused', mailbox: refusedMailbox }, { isRunning: true, asks: 3, ...problem('denied') });
  expect(statusOf({ user: all, isOffline: true, isSignedOut: true }, NOW)).toBe('signedOut');
  expect(statusOf({ user: all, isOffline: true, isSignedOut: false }, NOW)).toBe('offline');
  expect(statusOf({ user: all, isOffline: false, isSignedOut: false }, NOW)).toBe('signInNeeded');
  expect(
    statusOf({ user: userOf({ activation: 'paused' }, problem('denied')), isOffline: false, isSignedOut: false }, NOW),
  ).toBe('blocked');
  expect(
    statusOf({ user: userOf({}, { isRunning: true, ...problem('quota') }), isOffline: false, isSignedOut: false }, NOW),
  ).toBe('syncing');
  expect(statusOf({ user: userOf({}, { asks: 2, ...problem('quota') }), isOffline: false, isSignedOut: false }, NOW)).toBe('delayed');
});

test('every red state has a verb that mends it', () => {
  const red = Object.values(STATUS_LOOKS).filter(({ color }) => color === 'danger').map(({ verb }) => verb);
  expect(red).toEqual(['signInAgain', 'copyRequest']);
});

test('the screen that comes up by itself is the next open step', () => {
  expect(firstScreen(crmOnly())).toBe('mailbox');
  const mailboxChange = { to: 'b@contoso.example', links: 3, isUnderWay: false };
  expect(firstScreen(userOf({ activation: 'suspended', mailboxChange }))).toBe('mailbox');
  expect(firstScreen(crmOnly({ skippedMailbox: true }))).toBe('home');
  expect(firstScreen(userOf({ activation: 'mailboxConnected' }))).toBe('preview');
  expect(
    firstScreen(userOf({ activation: 'mailboxConnected', mailbox: { ...refusedMailbox, isRefused: false, unconfirmedInsteadOf: 'b' } })),
  ).toBe('mailbox');
  expect(firstScreen(userOf({ activation: 'suspended' }))).toBe('signIn');
  expect(firstScreen(userOf())).toBe('home');
});

test('Sync now counts whole seconds down to zero', () => {
  expect(secondsUntilSyncNow(userOf({}, { syncNowFrom: NOW + 39_001 }), NOW)).toBe(40);
  expect(secondsUntilSyncNow(userOf({}, { syncNowFrom: NOW - 1 }), NOW)).toBe(0);
});

test('the minutes left follow the pace so far and never reach zero', () => {
  expect(minutesLeft(340, 1240, NOW - 60_000, NOW)).toBe(3);
  expect(minutesLeft(1239, 1240, NOW - 60_000, NOW)).toBe(1);
  expect(minutesLeft(0, 1200, NOW, NOW)).toBe(2);
});
