import { createRequire } from 'node:module';
import type * as AzureFunctions from '@azure/functions';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAzurite } from '../azurite.ts';
import { movableClock } from '../clock.ts';
import { startHost, type Host, type HostOptions } from './host.ts';
import type { HostSettings } from './settings.ts';
import { nextTick } from './timers.ts';

const require = createRequire(import.meta.url);
const functions = (): typeof AzureFunctions => require('@azure/functions') as typeof AzureFunctions;

const SETTINGS: HostSettings = {
  routePrefix: 'api', invisibilityMs: 60_000, timerLeaseSeconds: 15,
  queues: { batchSize: 8, newBatchThreshold: 4, maxDequeueCount: 2, maxPollingIntervalMs: 1000, visibilityTimeoutMs: 0, messageEncoding: 'base64' },
};

let storage: Awaited<ReturnType<typeof startAzurite>>;
let running: Host | undefined;

beforeAll(async () => { storage = await startAzurite({}); });
afterAll(async () => { await storage.close(); });

async function host(load: () => void, expectedFunctions: number, more: Partial<HostOptions> = {}): Promise<Host> {
  running = await startHost({
    load: () => { load(); return Promise.resolve(); }, expectedFunctions, settings: SETTINGS, port: 0, storage: storage.connectionString,
    hostId: `host-${Math.random().toString(36).slice(2)}`, now: () => Date.now(), isLive: false, ...more,
  });
  return running;
}

async function stopped(use: (started: Host) => Promise<void>): Promise<void> {
  try { await use(running as Host); } finally { await running?.close(); running = undefined; }
}

const queue = (name: string) => QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(name);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

describe('loading', () => {
  it('refuses an app that registered fewer functions than expected', async () => {
    await expect(host(() => undefined, 1)).rejects.toThrow(/registered 0 functions, 1 were expected/);
  });

  it('refuses two functions of one name', async () => {
    const { app } = functions();
    const twice = (): void => { app.get('same', { handler: () => ({}) }); app.get('same', { handler: () => ({}) }); };
    await expect(host(twice, 2)).rejects.toThrow(/already been registered/);
  });
});

describe('HTTP', () => {
  it('routes by method and parameter, decodes parameters, and answers 404 for another method', async () => {
    const { app } = functions();
    await host(() => { app.get('one', { route: 'things/{id}', handler: (request) => ({ jsonBody: { id: request.params['id'] } }) }); }, 1);
    await stopped(async ({ origin }) => {
      expect(await (await fetch(`${origin}/api/things/a%20b`)).json()).toEqual({ id: 'a b' });
      expect((await fetch(`${origin}/api/things/1`, { method: 'PUT' })).status).toBe(404);
    });
  });

  it('answers 204 for no result and a bare 500 for a thrown error', async () => {
    const { app } = functions();
    await host(() => {
      app.get('nothing', { handler: () => undefined as never });
      app.get('thrown', { handler: () => { throw new Error('private words'); } });
    }, 2);
    await stopped(async ({ origin }) => {
      expect((await fetch(`${origin}/api/nothing`)).status).toBe(204);
      const failed = await fetch(`${origin}/api/thrown`);
      expect([failed.status, await failed.text()]).toEqual([500, '']);
    });
  });

  it('copies a body that has a length, and drops a chunked one as the real host does', async () => {
    const { app } = functions();
    await host(() => { app.post('echo', { handler: async (request) => ({ body: await request.text() }) }); }, 1);
    await stopped(async ({ origin }) => {
      expect(await (await fetch(`${origin}/api/echo`, { method: 'POST', body: 'words' })).text()).toBe('words');
      const stream = new ReadableStream({ start: (controller) => { controller.enqueue(new TextEncoder().encode('words')); controller.close(); } });
      const chunked = await fetch(`${origin}/api/echo`, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
      expect(await chunked.text()).toBe('');
    });
  });

  it('wants the key of a function of level function', async () => {
    const { app } = functions();
    await host(() => { app.get('locked', { authLevel: 'function', handler: () => ({ body: 'in' }) }); }, 1);
    await stopped(async ({ origin }) => {
      expect((await fetch(`${origin}/api/locked`)).status).toBe(401);
      expect((await fetch(`${origin}/api/locked?code=local-key`)).status).toBe(200);
    });
  });

  it('runs hooks around a call, and a throwing hook stops it', async () => {
    const { app } = functions();
    const seen: string[] = [];
    await host(() => {
      app.hook.preInvocation((context) => { seen.push('pre'); if (context.invocationContext.functionName === 'refused') throw new Error('no'); });
      app.hook.postInvocation((context) => { seen.push(`post ${String(context.result !== null)}`); });
      app.get('fine', { handler: () => { seen.push('call'); return { body: 'x' }; } });
      app.get('refused', { handler: () => { seen.push('never'); return { body: 'x' }; } });
    }, 2);
    await stopped(async ({ origin }) => {
      await fetch(`${origin}/api/fine`);
      expect((await fetch(`${origin}/api/refused`)).status).toBe(500);
      expect(seen).toEqual(['pre', 'call', 'post true', 'pre']);
    });
  });
});

describe('queues', () => {
  it('runs a message once and deletes it', async () => {
    const { app } = functions();
    const seen: unknown[] = [];
    await host(() => { app.storageQueue('q', { queueName: 'once', connection: '', handler: (message) => { seen.push(message); } }); }, 1);
    await stopped(async (started) => {
      await queue('once').sendMessage(encoded({ userId: 'u1' }));
      expect(await started.drainQueues()).toBe(1);
      expect(seen).toEqual([{ userId: 'u1' }]);
      expect((await queue('once').getProperties()).approximateMessagesCount).toBe(0);
    });
  });

  it('moves a message that always fails to the poison queue after maxDequeueCount tries', async () => {
    const { app } = functions();
    let tries = 0;
    await host(() => { app.storageQueue('q', { queueName: 'bad', connection: '', handler: () => { tries += 1; throw new Error('always'); } }); }, 1);
    await stopped(async (started) => {
      await queue('bad').sendMessage(encoded({ userId: 'u1' }));
      await started.drainQueues();
      expect(tries).toBe(2);
      expect((await queue('bad-poison').peekMessages()).peekedMessageItems).toHaveLength(1);
      expect((await queue('bad').getProperties()).approximateMessagesCount).toBe(0);
    });
  });

  it('sends a message that is not base64 to the poison queue without a call', async () => {
    const { app } = functions();
    let calls = 0;
    await host(() => { app.storageQueue('q', { queueName: 'plain', connection: '', handler: () => { calls += 1; } }); }, 1);
    await stopped(async (started) => {
      await queue('plain').sendMessage('{"userId":"u1"}');
      await started.drainQueues();
      expect(calls).toBe(0);
      expect((await queue('plain-poison').peekMessages()).peekedMessageItems).toHaveLength(1);
    });
  });
});

describe('timers', () => {
  it('ticks once however many minutes were missed, and only one of two hosts ticks', async () => {
    const { app } = functions();
    const clock = movableClock(Date.UTC(2026, 0, 5, 10, 0, 30));
    let ticks = 0;
    const load = (): void => { app.timer('t', { schedule: '0 * * * * *', handler: () => { ticks += 1; } }); };
    const shared = { now: () => clock.now(), hostId: 'timers' };
    const first = await host(load, 1, shared);
    const second = await host(load, 1, shared);
    try {
      expect(await first.runDueTimers()).toBe(0);
      clock.advance(5 * 60_000);
      expect(await first.runDueTimers()).toBe(1);
      expect(await second.runDueTimers()).toBe(0);
      expect(ticks).toBe(1);
    } finally { await first.close(); await second.close(); running = undefined; }
  });

  it('leaves a lock shorter than a lease alone while it lives, and takes it over once its holder is gone', async () => {
    const { app } = functions();
    const clock = movableClock(Date.UTC(2026, 0, 5, 10, 0, 30));
    const load = (): void => { app.timer('t', { schedule: '0 * * * * *', handler: () => undefined }); };
    const shared = { now: () => clock.now(), hostId: 'short-lock', settings: { ...SETTINGS, timerLeaseSeconds: 2 } };
    const first = await host(load, 1, shared);
    const second = await host(load, 1, shared);
    try {
      clock.advance(60_000);
      expect(await first.runDueTimers()).toBe(1);
      const renewedAt = Date.now();
      clock.advance(60_000);
      // The first one does nothing any more, as if it had been killed.
      const tries = await vi.waitUntil(async () => await second.runDueTimers() === 1 && [Date.now()], { timeout: 10_000, interval: 20 });
      const waitedMs = (tries[0] ?? 0) - renewedAt;
      expect(waitedMs).toBeGreaterThan(1_500);
      expect(waitedMs).toBeLessThan(6_000);
      expect(await first.runDueTimers()).toBe(0);
    } finally { await first.close(); await second.close(); running = undefined; }
  });

  it('says past due at the first tick after a stop, and only then', async () => {
    const { app } = functions();
    const clock = movableClock(Date.UTC(2026, 0, 5, 10, 0, 30));
    const seen: boolean[] = [];
    const load = (): void => { app.timer('t', { schedule: '0 * * * * *', handler: (timer) => { seen.push(timer.isPastDue); } }); };
    const shared = { now: () => clock.now(), hostId: 'past-due' };
    const first = await host(load, 1, shared);
    clock.advance(60_000);
    await first.runDueTimers();
    await first.close();
    clock.advance(10 * 60_000);
    const second = await host(load, 1, shared);
    await second.runDueTimers();
    clock.advance(60_000);
    await second.runDueTimers();
    await second.close();
    running = undefined;
    expect(seen).toEqual([false, true, false]);
  });

  it('reads NCRONTAB: six fields, and a day must fit both day fields', () => {
    expect(new Date(nextTick('0 30 9 * * *', Date.UTC(2026, 0, 5, 10))).toISOString()).toBe('2026-01-06T09:30:00.000Z');
    // Friday the 13th, not "every 13th and every Friday".
    expect(new Date(nextTick('0 0 0 13 * 5', Date.UTC(2026, 0, 1))).toISOString()).toBe('2026-02-13T00:00:00.000Z');
    expect(() => nextTick('* * * * *', 0)).toThrow(/six fields/);
  });
});
