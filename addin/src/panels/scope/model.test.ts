import type { Preview, PreviewKind, ScopeChoice } from '@concord/api';
import { expect, test } from 'vitest';
import { NOW, userOf } from '../../testing/user.ts';
import { approvedChoice, daysFor, grownKinds, isNarrower, isSame, presentChoice, removedKinds, whyOff, withKind } from './model.ts';

const WINDOW = { back: 14, ahead: 180 };
const now = userOf({ kinds: ['contact', 'event'] });
const none = { count: 0, samples: [] };
const counted = (kind: string): PreviewKind => (
  { kind, total: 0, link: none, createCrm: none, createMailbox: none, fill: none, ask: none, left: none });
const previewOf = (kinds: readonly string[], change: Partial<Preview> = {}): Preview => ({
  id: 'p', state: 'ready', startedAt: NOW, readyAt: NOW, read: { m: 0, c: 0 }, checks: [{ id: 'consent', ok: true }],
  kinds: kinds.map(counted), mailsToSend: 0, ...change,
});
const choice = (kinds: ScopeChoice['kinds'], window = WINDOW): ScopeChoice => ({ kinds, window });

test('a choice begins with what is synced, and ticks keep their order', () => {
  expect(presentChoice(now)).toEqual(choice(['contact', 'event']));
  expect(withKind(withKind(presentChoice(now), 'task', true), 'contact', false).kinds).toEqual(['event', 'task']);
  expect([isSame(presentChoice(now), choice(['contact', 'event'])), isSame(presentChoice(now), choice(['event'])),
    isSame(presentChoice(now), choice(['contact', 'event'], { back: 7, ahead: 180 }))]).toEqual([true, false, false]);
});

test('what grows, what goes and what is drawn in are told apart', () => {
  const wide = { back: 30, ahead: 30 };
  expect(grownKinds(now, choice(['contact', 'event', 'task']))).toEqual(['task']);
  expect(grownKinds(now, choice(['event'], wide))).toEqual(['event']);
  expect(removedKinds(now, choice(['event'], wide))).toEqual(['contact']);
  const others = [choice(['contact'], wide), choice(['event'])];
  expect([isNarrower(now, choice(['event'], wide)), ...others.map((one) => isNarrower(now, one))]).toEqual([true, false, false]);
});

test('what is not ticked, or was not counted, stays as it is', () => {
  const all = choice(['contact', 'event', 'task'], { back: 30, ahead: 180 });
  expect(approvedChoice(now, all, previewOf(['event', 'task']), new Set())).toEqual(all);
  expect(approvedChoice(now, all, previewOf(['event', 'task']), new Set(['event']))).toEqual(choice(['contact', 'event', 'task']));
  expect(approvedChoice(now, all, previewOf(['event']), new Set())).toEqual(choice(['contact', 'event'], all.window));
  expect(approvedChoice(now, choice(['event', 'task']), previewOf(['task']), new Set(['task']))).toEqual(choice(['event']));
});

test('saving is off while it counts, while a check is red, and when nothing would change', () => {
  const all = choice(['contact', 'event', 'task']);
  expect(whyOff(now, null, all, new Set())).toBe('page.loading');
  expect(whyOff(now, previewOf(['task'], { checks: [{ id: 'crm', ok: false }] }), all, new Set())).toBe('scope.checkFailed');
  expect(whyOff(now, previewOf(['task']), all, new Set(['task']))).toBe('scope.nothingLeft');
  expect(whyOff(now, previewOf(['task']), all, new Set())).toBeNull();
  expect(whyOff(now, previewOf(['task']), choice(['event', 'task']), new Set(['task']))).toBeNull();
});

test('the days to choose from hold the present number too', () => {
  expect([daysFor('back', 14), daysFor('ahead', 45)]).toEqual([[0, 7, 14, 30, 90, 180, 365], [30, 45, 90, 180, 365]]);
});
