/** The window of events against the stand-in: rolling on by days, and set anew by the user. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { timed } from '../../../test/contract/activity-samples.ts';
import { live, pages } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import { recordedGraphWorlds } from '../../../test/worlds/graph.ts';
import type { GraphWorld } from '../../../test/worlds/graph.ts';
import { rawEvent } from '../../../test/worlds/graph-records.ts';
import type { Fields } from '../../engine/record.ts';
import type { ChangePage, Side } from '../../ports/side.ts';

const worlds = recordedGraphWorlds('graph-window', ['event']);
afterAll(() => {
  worlds.flush();
});

let world: GraphWorld;
let now: number;
beforeEach(async () => {
  world = await worlds.open();
  now = world.now();
});
afterEach(() => world.close());

const DAY_MS = 24 * 3600_000;
const mailbox = (): ReturnType<GraphWorld['microsoft']['mailbox']> => world.microsoft.mailbox(world.login);
const add = (fields: Fields): string => mailbox().addEvent(rawEvent(fields));
const openWith = (days?: { back?: number; ahead?: number }): Side =>
  world.connector.open(world.access, world.grant.account, scopeAround(now, ['event'], undefined, days));
const laterSide = (days: number): Side => world.connector.open(world.access, world.grant.account, scopeAround(now + days * DAY_MS, ['event']));

/** Ids of what was shown, and of the rest with what was said of it. */
const told = (all: readonly ChangePage[]): readonly string[] => all.flatMap(({ changes }) => changes.map((change) => (
  change.what === 'seen' ? change.record.id : `${change.what} ${change.id}`)));

test('a window that rolls on brings what is new in it and removes nothing', async () => {
  const [old = '', near = '', far = ''] = [-10, 5, 190].map((days) => add({ subject: `In ${days} days`, when: timed(now, days, 9) }));
  const first = await pages(openWith());
  expect(new Set(told(first.all))).toEqual(new Set([old, near]));
  const later = laterSide(20);
  const next = await pages(later, first.cursors);
  expect(told(next.all)).toContain(far);
  expect(told(next.all).filter((one) => one.includes(' '))).toEqual([]);
  expect(JSON.parse(next.cursors['calendar'] ?? '')).not.toHaveProperty('next');
  const before = world.calls();
  expect(await later.changes(next.cursors)).toMatchObject({ changes: [], hasMore: false });
  expect(world.calls() - before).toBe(1);
});

test('what is deleted while the window rolls is told', async () => {
  const near = add({ subject: 'Near', when: timed(now, 5, 9) });
  const first = await pages(openWith());
  const later = laterSide(20);
  const rolling = await later.changes(first.cursors);
  expect(rolling.hasMore).toBe(true);
  mailbox().removeEvent(near);
  const { all } = await pages(later, rolling.cursors);
  expect(all.flatMap(({ changes }) => changes)).toContainEqual({ what: 'removed', kind: 'event', id: near });
});

test('a window that moved by less than a week goes on with its own round', async () => {
  const first = await pages(openWith());
  const before = world.calls();
  expect(await laterSide(6).changes(first.cursors)).toMatchObject({ changes: [], hasMore: false });
  expect(world.calls() - before).toBe(1);
});

test('a window that is set wider brings what lies in it at once, however few the days', async () => {
  const [past = '', near = '', far = ''] = [-17, 5, 183].map((days) => add({ subject: `In ${days} days`, when: timed(now, days, 9) }));
  const first = await pages(openWith());
  expect(told(first.all)).toEqual([near]);
  const back = await pages(openWith({ back: 18 }), first.cursors);
  expect(new Set(told(back.all))).toEqual(new Set([past, near]));
  const ahead = await pages(openWith({ back: 18, ahead: 185 }), back.cursors);
  expect(new Set(told(ahead.all))).toEqual(new Set([past, near, far]));
  const before = world.calls();
  expect(await openWith({ back: 18, ahead: 185 }).changes(ahead.cursors)).toMatchObject({ changes: [], hasMore: false });
  expect(world.calls() - before).toBe(1);
});

test('a window that is drawn in removes nothing, and what was made outside it comes when it is widened again', async () => {
  const known = add({ subject: 'Known', when: timed(now, 100, 9) });
  const first = await pages(openWith());
  const narrow = await pages(openWith({ ahead: 30 }), first.cursors);
  const made = add({ subject: 'Made outside', when: timed(now, 120, 9) });
  const still = await pages(openWith({ ahead: 30 }), narrow.cursors);
  const wide = await pages(openWith(), still.cursors);
  // Of what lies outside, the service says that it is not there, and a look tells that it is.
  expect([told(narrow.all), told(still.all)]).toEqual([[], [`removed ${made}`]]);
  expect((await live(openWith(), made, 'event')).isOutside).toBeUndefined();
  expect(new Set(told(wide.all))).toEqual(new Set([known, made]));
});
