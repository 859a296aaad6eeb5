import { expect, test } from 'vitest';
import { crmOnly, userOf } from '../../testing/user.ts';
import { menuItems, setUpHash } from './model.ts';

const texts = (...known: Parameters<typeof menuItems>): readonly string[] => menuItems(...known).flatMap(
  (entry) => (entry.does === 'divider' ? [] : [entry.text]),
);

test('the menu says Set up sync until sync is set up, Sync settings afterwards', () => {
  expect(texts({ user: crmOnly(), isSignedOut: false }, 'outlook')).toContain('verb.setUp');
  expect(texts({ user: userOf({ activation: 'mailboxConnected' }), isSignedOut: false }, 'outlook')).toContain('verb.setUp');
  expect(texts({ user: userOf(), isSignedOut: false }, 'outlook')).toContain('settings.title');
});

test('an active sync can be paused, a paused one resumed', () => {
  expect(texts({ user: userOf(), isSignedOut: false }, 'web')).toContain('verb.pause');
  expect(texts({ user: userOf({ activation: 'paused' }), isSignedOut: false }, 'web')).toContain('verb.resume');
});

test('open questions are counted in the menu', () => {
  expect(texts({ user: userOf({}, { asks: 3 }), isSignedOut: false }, 'web')).toContain('menu.conflictsCount');
  expect(texts({ user: userOf(), isSignedOut: false }, 'web')).toContain('menu.conflicts');
});

test('nobody signed in sees neither settings nor sign out, and the web page does not offer itself', () => {
  expect(texts({ isSignedOut: true }, 'outlook')).toEqual(['menu.home', 'menu.webPage', 'menu.help']);
  expect(texts({ isSignedOut: true }, 'web')).toEqual(['menu.home', 'menu.help']);
});

test('setting up goes on where it was left', () => {
  expect(setUpHash(crmOnly())).toBe('#/activate/mailbox');
  expect(setUpHash(userOf({ activation: 'mailboxConnected' }))).toBe('#/activate/preview');
});
