/** Change notices through the whole local world: the real app in its host, real storage, the stand-in that calls it over HTTP. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceApp } from '../../sandbox/app.ts';
import { movableClock } from '../../sandbox/clock.ts';
import { freePorts } from '../../sandbox/ports.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { activate, MINUTE_MS, untilQuiet } from '../../scripts/demo/story.ts';
import { graphHand } from '../../scripts/hands/graph.ts';
import { salesforceHand } from '../../scripts/hands/salesforce.ts';
import type { Rep } from '../../sandbox/rep.ts';

const ANNA = 'anna.weber@contoso.example';
const clock = movableClock();
let world: World;
let rep: Rep;

beforeAll(async () => {
  world = await startWorld({
    root: path.resolve(import.meta.dirname, '../..'), ports: await freePorts(), clock, dataDir: null, isLive: false, hasPane: false, hasNotices: true,
    app: await sourceApp(),
  });
  world.microsoft.mailbox(ANNA).addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] });
  const scene = { world, clock, mailbox: graphHand(world.microsoft), crm: salesforceHand(world.salesforce) };
  rep = await activate(scene, ['contact', 'event', 'task']);
  await untilQuiet(scene, rep);
  // Long after our own writing, and nowhere near the next turn: no timer runs from here on.
  clock.advance(5 * MINUTE_MS);
});
afterAll(async () => { await world.close(); });

const subscriptions = (): number => [...world.microsoft.world.mailboxes.values()].flatMap((mailbox) => Object.values(mailbox.subscriptions)).length;
const title = (): unknown => world.salesforce.org().contacts().find((row) => row['LastName'] === 'Maurer')?.['Title'];

test('contacts, events and the task list are watched once the first sync is over', () => {
  expect(subscriptions()).toBe(3);
});

test('an edit in Outlook arrives in Salesforce without waiting for the interval', async () => {
  const mailbox = world.microsoft.mailbox(ANNA);
  const id = mailbox.contacts().find((contact) => contact['surname'] === 'Maurer')?.['id'];
  await world.microsoft.deliverNotifications();
  await world.host.drainQueues();
  mailbox.updateContact(String(id), { jobTitle: 'Director' });
  expect(title()).not.toBe('Director');
  clock.advance(5 * MINUTE_MS);
  expect((await world.microsoft.deliverNotifications()).sent).toBeGreaterThan(0);
  await expect.poll(async () => { await world.host.drainQueues(); return title(); }, { timeout: 20_000, interval: 250 }).toBe('Director');
  const { sync } = await rep.call<{ sync: { lastChangeAt?: number; lastRunAt?: number } }>('GET', 'me');
  expect(clock.now() - (sync.lastChangeAt ?? 0)).toBeLessThan(30_000);
});

test('a stranger who posts a forged notice gets the same answer and causes nothing', async () => {
  const value = [{ subscriptionId: 'x', clientState: `${'0'.repeat(26)}.${'A'.repeat(43)}`, changeType: 'updated' }];
  const answer = await fetch(`${world.host.origin}/api/notify/graph`, { method: 'POST', body: JSON.stringify({ value }) });
  expect([answer.status, await answer.text()]).toEqual([202, '']);
  expect(await world.host.drainQueues()).toBe(0);
});

test('paused, the vendor is told to be quiet; resumed, it is asked again', async () => {
  await rep.call('POST', 'pause', {});
  expect(subscriptions()).toBe(0);
  await rep.call('POST', 'resume');
  await world.host.drainQueues();
  expect(subscriptions()).toBe(3);
});
