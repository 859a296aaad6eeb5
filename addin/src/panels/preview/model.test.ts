import type { Preview, PreviewKind } from '@concord/api';
import { expect, test } from 'vitest';
import { NOW } from '../../testing/user.ts';
import { groupsOf, isAllEqual, isOld, readingSide, whyOff } from './model.ts';

const none = { count: 0, samples: [] };
const kindOf = (change: Partial<PreviewKind> = {}): PreviewKind => ({
  kind: 'contact', total: 9, link: { count: 9, samples: [] },
  createCrm: none, createMailbox: none, fill: none, ask: none, left: none, ...change,
});
const previewOf = (change: Partial<Preview> = {}): Preview => ({
  id: 'p', state: 'ready', startedAt: NOW, readyAt: NOW, read: { m: 9, c: 9 }, checks: [{ id: 'consent', ok: true }],
  kinds: [kindOf()], mailsToSend: 0, ...change,
});

test('the six numbers stand in their fixed order', () => {
  expect(groupsOf(kindOf()).map(({ id, side }) => side ?? id)).toEqual(['link', 'c', 'm', 'fill', 'ask', 'left']);
});

test('of a kind that was off, the pairs that were edited meanwhile are a number of their own, and sides with them do not match', () => {
  const kind = kindOf({ edited: { count: 2, samples: [] } });
  expect(groupsOf(kind).at(-1)).toMatchObject({ id: 'edited', count: 2 });
  expect(isAllEqual(previewOf({ kinds: [kind] }))).toBe(false);
});

test('Start syncing is off while reading, while a check is red, and without a kind', () => {
  const ticked = new Set(['contact']);
  expect(whyOff(null, ticked)).toBe('page.loading');
  expect(whyOff(previewOf({ state: 'reading' }), ticked)).toBe('page.loading');
  expect(whyOff(previewOf({ checks: [{ id: 'crm', ok: false }] }), ticked)).toBe('preview.checkFailed');
  expect(whyOff(previewOf(), new Set())).toBe('preview.needsKind');
  expect(whyOff(previewOf(), ticked)).toBeNull();
});

test('both sides match when only links would be made', () => {
  expect(isAllEqual(previewOf())).toBe(true);
  expect(isAllEqual(previewOf({ kinds: [kindOf({ fill: { count: 1, samples: [] } })] }))).toBe(false);
  expect(isAllEqual(previewOf({ kinds: [] }))).toBe(false);
});

test('counts are old after a quarter of an hour', () => {
  expect(isOld(previewOf(), NOW + 15 * 60_000)).toBe(false);
  expect(isOld(previewOf(), NOW + 15 * 60_000 + 1)).toBe(true);
});

test('the mailbox is read first, then the CRM', () => {
  expect(readingSide(previewOf({ read: { m: 620, c: 0 } }))).toBe('m');
  expect(readingSide(previewOf({ read: { m: 620, c: 1 } }))).toBe('c');
});
