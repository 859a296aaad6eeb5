import { beforeEach, expect, it } from 'vitest';
import { HOUR, LIFE, noticeWorld, refused, type NoticeWorld } from '../../../test/notice-world.ts';
import { MINUTE, only } from '../../../test/sim/sync-world.ts';
import { putConfig, putGrant } from '../../store/control-store.ts';
import type { Config, Watch } from '../control.ts';
import { syncMailbox } from './sync-mailbox.ts';
import { endWatches } from './watches.ts';

let all: NoticeWorld;
beforeEach(async () => {
  all = await noticeWorld();
  all.world.m.add({ familyName: 'Albers', primaryEmail: 'anna@acme.example' });
});

const watch = async (): Promise<Watch | undefined> => (await all.world.control()).watches?.m;
const setConfig = async (change: Partial<Config>): Promise<void> => {
  const control = await all.world.control();
  await putConfig(all.services, control.userId, { ...control.config, ...change }, control.configEtag);
};
/** Cycles until the last one finds nothing to do. */
const settle = async (): Promise<void> => {
  for (let cycle = 0; cycle < 8; cycle += 1) {
    if (await all.run() === 'idle') return;
    all.world.clock.advance(30 * MINUTE);
  }
  throw new Error('never idle');
};
/** How often the table was read and written meanwhile. */
const requests = async (work: () => Promise<unknown>): Promise<{ readonly reads: number; readonly writes: number }> => {
  const { reads, writes } = all.world.state.counts;
  await work();
  return { reads: all.world.state.counts.reads - reads, writes: all.world.state.counts.writes - writes };
};

it('the first run asks the vendor to tell of each kind, and keeps no secret but its hash', async () => {
  expect(await all.run()).toBe('done');
  const [made] = [...all.desk.live.values()];
  expect(made).toMatchObject({ topic: '/contact', address: 'https://concord.example.com/notify/mail' });
  expect(made?.state.length).toBeLessThanOrEqual(128);
  const secret = made?.state.split('.')[1] ?? '';
  expect(secret).toHaveLength(43);
  const stored = await watch();
  expect(stored).toMatchObject({ topics: [{ topic: '/contact', renewAt: all.world.clock.now() + LIFE / 2 }], failures: 0 });
  expect(JSON.stringify(stored)).not.toContain(secret);
});

it('an idle cycle asks the vendor nothing, reads once and writes nothing; the renewal comes once, at half the life', async () => {
  await settle();
  const made = all.desk.calls.length;
  expect(await requests(async () => { expect(await all.run()).toBe('idle'); })).toEqual({ reads: 1, writes: 0 });
  expect(all.desk.calls).toHaveLength(made);
  const from = all.world.clock.now();
  let renewedAfter = 0;
  for (let cycle = 0; cycle < 72; cycle += 1) {
    all.world.clock.advance(30 * MINUTE);
    const before = all.desk.calls.length;
    await all.run();
    if (all.desk.calls.length > before && renewedAfter === 0) renewedAfter = all.world.clock.now() - from;
  }
  expect(renewedAfter).toBeGreaterThan(LIFE / 2 - 4 * HOUR);
  expect(renewedAfter).toBeLessThanOrEqual(LIFE / 2);
  expect(all.desk.calls.filter((call) => call.startsWith('renew'))).toEqual(['renew subscription-1']);
  expect((await watch())?.topics[0]?.expiresAt).toBe([...all.desk.live.values()][0]?.expiresAt);
});

it('a subscription that is gone at its renewal is made anew with another secret', async () => {
  await settle();
  const [old] = [...all.desk.live.values()];
  all.desk.live.clear();
  all.world.clock.advance(LIFE / 2);
  await all.run();
  const [now] = [...all.desk.live.values()];
  expect(now?.id).toBe('subscription-2');
  expect(now?.state).not.toBe(old?.state);
  expect((await watch())?.topics).toHaveLength(1);
});

it('without an address that vendors can reach nothing is asked for and nothing breaks', async () => {
  const { notices: _, ...services } = all.services;
  expect(await syncMailbox(services, (await all.world.control()).userId)).toBe('done');
  expect(all.desk.calls).toEqual([]);
  expect(await watch()).toBeUndefined();
});

it.each([
  'denied', 'unavailable', 'bug', 'credentialsRejected',
] as const)('a vendor that answers "%s" fails no run, and is asked again after hours', async (kind) => {
  all.desk.failure = { call: 'subscribe', error: refused(kind) };
  expect(await all.run()).toBe('done');
  expect(only(all.world.c).fields).toMatchObject({ familyName: 'Albers' });
  expect((await all.world.control()).head.problem).toBeUndefined();
  expect(all.log.lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'watch.renewed' }));
  const tries = (): number => all.desk.calls.filter((call) => call.startsWith('subscribe')).length;
  await settle();
  const first = tries();
  const tryAt = (await watch())?.tryAt ?? 0;
  all.world.clock.advance(tryAt - all.world.clock.now() - 1);
  expect(await all.run()).toBe('idle');
  expect(tries()).toBe(first);
  all.world.clock.advance(1);
  await all.run();
  expect(tries()).toBe(first + 1);
  all.desk.failure = undefined;
  all.world.clock.advance(12 * HOUR);
  await all.run();
  expect(all.desk.live.size).toBe(1);
  expect(await watch()).toMatchObject({ failures: 0 });
  expect(await watch()).not.toHaveProperty('tryAt');
});

it("a vendor's own time to wait is kept to", async () => {
  all.desk.failure = { call: 'topics', error: refused('throttled', 5 * HOUR) };
  await all.run();
  expect((await watch())?.tryAt).toBe(all.world.clock.now() + 5 * HOUR);
});

it('another set of kinds and another sign-in are followed', async () => {
  await settle();
  await setConfig({ kinds: ['contact', 'task'] });
  await all.run();
  expect([...all.desk.live.values()].map(({ topic }) => topic)).toEqual(['/contact', '/task']);
  await setConfig({ kinds: ['task'] });
  await all.run();
  expect([...all.desk.live.values()].map(({ topic }) => topic)).toEqual(['/task']);
  const control = await all.world.control();
  const { etag: _, ...grant } = control.grants.m ?? (() => { throw new Error('connected'); })();
  await putGrant(all.services, control, 'm', { ...grant, connectedAt: all.world.clock.now() });
  await all.run();
  // What the old sign-in made is left to run out: the mailbox may be another one.
  expect((await watch())?.topics.map(({ id }) => id)).toEqual(['subscription-3']);
});

it('ended watches are told to the vendor, and no row is left even when it does not answer', async () => {
  await settle();
  await endWatches(all.services, await all.world.control());
  expect([all.desk.live.size, await watch()]).toEqual([0, undefined]);
  await settle();
  all.desk.failure = { call: 'cancel', error: refused('unavailable') };
  await endWatches(all.services, await all.world.control());
  expect([all.desk.live.size, await watch()]).toEqual([1, undefined]);
  expect(all.log.lines.at(-1)).toMatchObject({ level: 'warn', event: 'watch.end.failed', facts: { code: 'MAIL_REFUSED' } });
  // Somebody who was faster is no error.
  await endWatches(all.services, { ...await all.world.control(), watches: { m: { ...NOTHING, etag: 'x' } } });
});

const NOTHING: Watch = { system: 'mail', address: '', connectedAt: 0, kinds: [], topics: [], failures: 0 };
