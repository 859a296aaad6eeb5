import { beforeEach, expect, it } from 'vitest';
import { HOUR, noticeWorld, type NoticeWorld } from '../../../test/notice-world.ts';
import { codeOf } from '../../../test/sign-in-world.ts';
import { USER } from '../../../test/sim/mailbox.ts';
import { MINUTE, only } from '../../../test/sim/sync-world.ts';
import { headChange, putConfig, ringBell } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import type { Head } from '../control.ts';
import { takeNotices } from './notices.ts';
import { syncMailbox } from './sync-mailbox.ts';

const OTHER = 'abcdefghijklmnop0123456789';
let all: NoticeWorld;

beforeEach(async () => {
  all = await noticeWorld();
  all.world.m.add({ familyName: 'Albers', primaryEmail: 'anna@acme.example' });
  for (let cycle = 0; cycle < 8; cycle += 1) {
    if (await all.run() === 'idle') break;
    all.world.clock.advance(30 * MINUTE);
  }
  all.sent.length = 0;
});

const bell = async () => (await all.world.control()).bell;
const setHead = async (change: Partial<Head>): Promise<void> => {
  const { head, headEtag } = await all.world.control();
  await all.world.state.batch(userPartition(USER), [headChange({ ...head, ...change }, headEtag)]);
};
const now = (): number => all.world.clock.now();
/** Reads and writes of the user's partition meanwhile. */
const cost = async (work: () => Promise<unknown>): Promise<{ readonly reads: number; readonly writes: number }> => {
  const { reads, writes } = all.world.state.counts;
  await work();
  return { reads: all.world.state.counts.reads - reads, writes: all.world.state.counts.writes - writes };
};

it('a change at the vendor rings once and queues one run, which carries it over long before the interval', async () => {
  all.world.m.edit(only(all.world.m).id, { jobTitle: 'Director' });
  await all.post([all.notice('/contact'), all.notice('/contact')]);
  expect(all.sent).toEqual([{ message: { userId: USER }, delaySeconds: 2 }]);
  expect(await bell()).toEqual({ rungAt: now(), by: 'notification', until: now() + 2_000 });
  all.world.clock.advance(2_000);
  expect(await all.run()).toBe('done');
  expect(only(all.world.c).fields).toMatchObject({ jobTitle: 'Director' });
});

it('the words by which a vendor checks the address come back, and nothing is read or written for them', async () => {
  const used = await cost(async () => {
    expect(await takeNotices(all.services, { system: 'mail', query: { check: 'the words' }, body: {} })).toBe('the words');
  });
  expect(used).toEqual({ reads: 0, writes: 0 });
  expect(await codeOf(takeNotices(all.services, { system: 'crm', query: { check: 'x' }, body: {} }))).toBe('NOT_FOUND');
  expect(await codeOf(takeNotices(all.services, { system: 'nobody', query: {}, body: {} }))).toBe('NOT_FOUND');
});

it('a forged secret, an unknown subscription and an unknown user ring nothing, write nothing and open nothing sealed', async () => {
  const genuine = all.notice('/contact');
  const forged = { ...genuine, state: `${USER}.${'A'.repeat(43)}` };
  const unknown = { ...genuine, subscription: 'subscription-9' };
  const nobody = { ...genuine, state: genuine.state.replace(USER, OTHER) };
  const shapeless = { ...genuine, state: 'x' };
  for (const notice of [forged, unknown, nobody, shapeless]) {
    const used = await cost(() => all.post([notice]));
    expect(used.writes).toBe(0);
    expect(used.reads).toBeLessThanOrEqual(1);
  }
  expect(all.sent).toEqual([]);
  expect(await bell()).toBeUndefined();
});

it("a stranger's call about very many users costs a bounded number of reads", async () => {
  const notices = Array.from({ length: 900 }, (_, number) => (
    { subscription: 's', state: `${String(number).padStart(26, '0')}.${'A'.repeat(43)}`, what: 'changed' as const }));
  expect(await cost(() => all.post(notices))).toEqual({ reads: 50, writes: 0 });
});

it('in a call that mixes users and forgeries, each genuine user is rung once', async () => {
  const genuine = all.notice('/contact');
  await all.post([
    { ...genuine, state: genuine.state.replace(USER, OTHER) }, genuine, { ...genuine, state: `${USER}.${'B'.repeat(43)}` }, genuine,
  ]);
  expect(all.sent).toHaveLength(1);
});

it('while a queued look is still to come, further notices cost no message and no write', async () => {
  await all.post([all.notice('/contact')]);
  all.world.clock.advance(1_999);
  expect((await cost(() => all.post([all.notice('/contact')]))).writes).toBe(0);
  expect(all.sent).toHaveLength(1);
});

it('a change behind the queued look is looked at as well, ten seconds after that look at the earliest', async () => {
  await all.post([all.notice('/contact')]);
  all.world.clock.advance(2_000);
  expect(await all.run()).toBe('idle');
  all.world.m.edit(only(all.world.m).id, { jobTitle: 'Director' });
  all.world.clock.advance(1_000);
  await all.post([all.notice('/contact')]);
  expect(all.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([2, 9]);
  all.world.clock.advance(9_000);
  await all.run();
  expect(only(all.world.c).fields).toMatchObject({ jobTitle: 'Director' });
});

it('an echo of our own writing is looked at once, a minute after the run, and that look ends the storm', async () => {
  all.world.c.edit(only(all.world.c).id, { jobTitle: 'President' });
  expect(await all.run()).toBe('done');
  const wroteAt = (await all.world.control()).head.lastChangeAt ?? 0;
  for (let second = 0; second < 55; second += 5) {
    all.world.clock.advance(5_000);
    await all.post([all.notice('/contact')]);
  }
  expect(all.sent).toHaveLength(1);
  expect((await bell())?.until).toBe(wroteAt + MINUTE);
  all.world.clock.advance(10_000);
  await all.run();
  expect((await all.world.control()).head).toMatchObject({ lastRunChanges: 0, lastChangeAt: wroteAt });
});

it('a run that wrote to the other side alone makes no echo: the next edit is looked at as soon as the first', async () => {
  for (const jobTitle of ['Director', 'President']) {
    all.world.m.edit(only(all.world.m).id, { jobTitle });
    await all.post([all.notice('/contact')]);
    expect(all.sent.at(-1)?.delaySeconds).toBe(2);
    all.world.clock.advance(2_000);
    await all.run();
    expect(only(all.world.c).fields).toMatchObject({ jobTitle });
    all.world.clock.advance(10_000);
  }
});

it('a notice for an echo that the poll has seen leaves no trace of a run', async () => {
  await all.post([all.notice('/contact')]);
  all.world.clock.advance(2_000);
  const used = await cost(async () => { expect(await all.run()).toBe('idle'); });
  expect(used).toEqual({ reads: 1, writes: 0 });
});

it('a notice during a run comes up after it, and again if the run still goes on', async () => {
  await setHead({ holder: 'run-1', leaseUntil: now() + 90_000 });
  await all.post([all.notice('/contact')]);
  expect(all.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([60]);
  all.world.clock.advance(MINUTE);
  expect(await all.run()).toBe('busy');
  expect(all.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([60, 60]);
  // A run that never ends is not asked about for ever.
  all.world.clock.advance(5 * MINUTE);
  await setHead({ holder: 'run-1', leaseUntil: now() + 90_000 });
  expect(await all.run()).toBe('busy');
  expect(all.sent).toHaveLength(2);
});

it("a person's ring that no run has heard stays a person's", async () => {
  await ringBell(all.services, USER, now(), 'user');
  await all.post([all.notice('/contact')]);
  expect((await bell())?.by).toBe('user');
});

it("a person's ring while a run is polling is heard by the next one", async () => {
  let isFirst = true;
  const services = {
    ...all.services,
    openSide: async (...question: Parameters<typeof all.services.openSide>) => {
      all.world.clock.advance(1_000);
      if (isFirst) await ringBell(all.services, USER, now(), 'user');
      isFirst = false;
      return all.services.openSide(...question);
    },
  };
  all.world.m.edit(only(all.world.m).id, { jobTitle: 'Director' });
  expect(await syncMailbox(services, USER)).toBe('done');
  expect(await syncMailbox(services, USER)).toBe('done');
  expect(await syncMailbox(services, USER)).toBe('idle');
});

it('while a service asked for patience nothing is queued: the schedule brings that run', async () => {
  await setHead({ notBefore: now() + HOUR });
  await all.post([all.notice('/contact')]);
  expect(all.sent).toEqual([]);
});

it('a user whose sync is off is not rung', async () => {
  const { config, configEtag } = await all.world.control();
  await putConfig(all.services, USER, { ...config, activation: 'deactivated' }, configEtag);
  await all.post([all.notice('/contact')]);
  expect([all.sent.length, await bell()]).toEqual([0, undefined]);
});

it('a subscription that the vendor ended is made anew by the run that is rung', async () => {
  const genuine = all.notice('/contact', 'ended');
  all.desk.live.clear();
  await all.post([genuine]);
  expect(all.sent).toHaveLength(1);
  expect((await all.world.control()).watches?.m?.topics).toEqual([]);
  all.world.clock.advance(2_000);
  expect(await all.run()).toBe('done');
  expect([...all.desk.live.values()].map(({ topic }) => topic)).toEqual(['/contact']);
});

it('a vendor that wants a renewal gets it with the next run, and not again for the same wish repeated', async () => {
  const renewals = (): number => all.desk.calls.filter((call) => call.startsWith('renew')).length;
  all.world.clock.advance(2 * HOUR);
  await all.post([all.notice('/contact', 'expiring')]);
  all.world.clock.advance(2_000);
  await all.run();
  expect(renewals()).toBe(1);
  all.world.clock.advance(15 * MINUTE);
  await all.post([all.notice('/contact', 'expiring')]);
  all.world.clock.advance(2_000);
  expect(await all.run()).toBe('idle');
  expect(renewals()).toBe(1);
});

it('a storage that is down is told to the vendor, who brings the call again', async () => {
  let isDown = false;
  const broken = await noticeWorld((request) => (isDown && request === 'batch' ? 'fail' : 'serve'));
  await broken.run();
  broken.world.clock.advance(HOUR);
  const notice = broken.notice('/contact');
  isDown = true;
  await expect(broken.post([notice])).rejects.toMatchObject({ kind: 'unavailable' });
  isDown = false;
  await broken.post([notice]);
  expect((await broken.world.control()).bell?.by).toBe('notification');
});
