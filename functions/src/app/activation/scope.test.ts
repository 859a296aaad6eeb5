import { ScopeChange, type Preview, type ScopeChoice } from '@concord/api';
import { beforeEach, expect, test } from 'vitest';
import { claimMailbox, claimSignIn, codeOf, signInWorld, type SignInWorld } from '../../../test/sign-in-world.ts';
import { countedKind, storePreview } from '../../../test/stored-preview.ts';
import { placeOf } from '../../store/due-store.ts';
import { grownKinds, scopeOf, windowOf } from '../scope.ts';
import { activate, startPreview } from './activate.ts';
import { changeScope } from './scope.ts';
import { userState } from './state.ts';
import { deactivate, pause } from './switch.ts';
import { loadUser } from './user.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WINDOW = { back: 14, ahead: 180 };
let world: SignInWorld;
let userId: string;

beforeEach(async () => {
  world = signInWorld();
  userId = (await claimSignIn(world)).userId;
  await claimMailbox(world, userId);
  await storePreview(world, userId);
  await activate(world, userId, { kinds: ['contact'], previewId: 'preview-1' });
  world.clock.advance(MINUTE);
});

const config = async () => (await loadUser(world, userId)).config;
const counted = (scope: ScopeChoice, kinds: readonly string[], change: Partial<Preview> = {}): Promise<Preview> =>
  storePreview(world, userId, { id: 'preview-2', scope, kinds: kinds.map(countedKind), ...change });
const change = (choice: ScopeChoice, previewId?: string): Promise<void> => changeScope(world, userId, { ...choice, ...(previewId ? { previewId } : {}) });

test('a kind that is added after its numbers were seen is synced by a run that comes now', async () => {
  const choice: ScopeChoice = { kinds: ['contact', 'task'], window: WINDOW };
  await counted(choice, ['task']);
  const sent = world.queue.sent.length;
  await change(choice, 'preview-2');
  expect(await config()).toMatchObject({ activation: 'active', kinds: ['contact', 'task'], window: WINDOW, approvedAt: world.clock.now() });
  expect((await loadUser(world, userId)).bell).toMatchObject({ by: 'settings', rungAt: world.clock.now() });
  expect(world.queue.sent.slice(sent)).toEqual([{ queue: 'sync-mailbox', message: { userId } }]);
  expect(await userState(world, userId)).toMatchObject({ kinds: ['contact', 'task'], window: WINDOW });
});

test('nothing is added that was not counted: without a preview, with an old one, of another kind, or in another window', async () => {
  const choice: ScopeChoice = { kinds: ['contact', 'event'], window: { back: 30, ahead: 180 } };
  const before = await config();
  expect(await codeOf(change(choice))).toBe('PREVIEW_OLD');
  await counted(choice, ['event'], { readyAt: world.clock.now() - 15 * MINUTE - 1 });
  expect(await codeOf(change(choice, 'preview-2'))).toBe('PREVIEW_OLD');
  await counted(choice, ['task']);
  expect(await codeOf(change(choice, 'preview-2'))).toBe('BAD_REQUEST');
  await counted({ ...choice, window: WINDOW }, ['event']);
  expect(await codeOf(change(choice, 'preview-2'))).toBe('PREVIEW_OLD');
  await counted(choice, ['event'], { checks: [{ id: 'crm', ok: false, code: 'X' }] });
  expect(await codeOf(change(choice, 'preview-2'))).toBe('WRONG_STATE');
  expect(await config()).toEqual(before);
});

test('counts of a first sync approve no change, and those of a change no first sync', async () => {
  const choice: ScopeChoice = { kinds: ['contact', 'task'], window: WINDOW };
  await storePreview(world, userId, { kinds: [countedKind('contact'), countedKind('task')] });
  expect(await codeOf(change(choice, 'preview-1'))).toBe('PREVIEW_OLD');
  await counted(choice, ['contact', 'task']);
  expect(await codeOf(activate(world, userId, { kinds: ['contact'], previewId: 'preview-2' }))).toBe('PREVIEW_OLD');
});

test('what is only taken away needs no count, and a kind that was not approved stays as it was', async () => {
  const all: ScopeChoice = { kinds: ['contact', 'event', 'task'], window: WINDOW };
  await counted(all, ['event', 'task']);
  await change({ ...all, kinds: ['contact', 'event'] }, 'preview-2');
  expect((await config()).kinds).toEqual(['contact', 'event']);
  await change({ kinds: ['event'], window: { back: 0, ahead: 30 } });
  expect(await config()).toMatchObject({ kinds: ['event'], window: { back: 0, ahead: 30 } });
});

test('of a user who is paused or off the choice is kept, and no run comes', async () => {
  const sent = world.queue.sent.length;
  await pause(world, userId, {});
  await change({ kinds: ['contact'], window: { back: 7, ahead: 90 } });
  await deactivate(world, userId);
  await change({ kinds: ['contact'], window: { back: 7, ahead: 30 } });
  expect(await config()).toMatchObject({ activation: 'deactivated', window: { back: 7, ahead: 30 } });
  expect([world.queue.sent.length - sent, await placeOf(world.due, userId)]).toEqual([0, null]);
});

test('before the first sync is approved there is nothing to change', async () => {
  const other = signInWorld();
  const id = (await claimSignIn(other)).userId;
  await claimMailbox(other, id);
  expect(await codeOf(changeScope(other, id, { kinds: ['contact'], window: WINDOW }))).toBe('WRONG_STATE');
});

test('a preview is counted only for a choice that adds something', async () => {
  expect(await codeOf(startPreview(world, userId, { scope: { kinds: ['contact'], window: { back: 1, ahead: 1 } } }))).toBe('WRONG_STATE');
  const scope: ScopeChoice = { kinds: ['event'], window: WINDOW };
  const asked = await startPreview(world, userId, { scope });
  expect(asked).toMatchObject({ state: 'reading', scope });
  // The same again is kept; another choice is another count.
  expect((await startPreview(world, userId, { scope })).id).toBe(asked.id);
  expect((await startPreview(world, userId, { scope: { ...scope, window: { back: 30, ahead: 180 } } })).id).not.toBe(asked.id);
});

test('kinds grow that are new, and events whose window is wider on either end', () => {
  const now = { kinds: ['contact', 'event'] } as const;
  const grown = (kinds: ScopeChoice['kinds'], back: number, ahead: number): readonly string[] => grownKinds(now, { kinds, window: { back, ahead } });
  expect([grown(['contact', 'event'], 14, 180), grown(['contact'], 365, 365), grown(['event'], 0, 30)]).toEqual([[], [], []]);
  expect([grown(['event'], 15, 1), grown(['event'], 0, 181), grown(['task', 'event'], 15, 180)]).toEqual([['event'], ['event'], ['event', 'task']]);
});

test('a row of an older build has the usual window, whose edges lie on whole days', () => {
  expect(windowOf({})).toEqual(WINDOW);
  const parts = { config: { timeZone: 'Europe/Berlin' } as never, grants: {} };
  const { window } = scopeOf(parts, ['event'], 100 * DAY + 5 * MINUTE);
  expect(window).toEqual({ from: 86 * DAY, to: 280 * DAY });
});

test('days beyond a year, halves, nothing at all and strange kinds are no choice', () => {
  const isGood = (choice: object): boolean => ScopeChange.safeParse({ kinds: ['event'], window: WINDOW, ...choice }).success;
  expect(isGood({})).toBe(true);
  for (const window of [{ back: -1, ahead: 9 }, { back: 366, ahead: 9 }, { back: 1, ahead: 0 }, { back: 1, ahead: 366 }, { back: 0.5, ahead: 9 }]) {
    expect(isGood({ window })).toBe(false);
  }
  expect([isGood({ kinds: [] }), isGood({ kinds: ['mail'] })]).toEqual([false, false]);
});
