/** The Functions host in a process of its own, which will be killed. It knows nothing of that. */
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { sourceApp } from '../../sandbox/app.ts';
import { movableClock } from '../../sandbox/clock.ts';
import { startHost, type Host } from '../../sandbox/host/host.ts';
import { readHostSettings } from '../../sandbox/host/settings.ts';
import { serveOrders } from '../bench/children.ts';
import { SHORT_SECONDS, type HostOrder, type HostStart } from './orders.ts';

const POLL_MS = 50;
const LONGEST_POLL_MS = 250;

const clock = movableClock();
let host: Host | undefined;

serveOrders<HostOrder, number>(async (order) => {
  switch (order.do) {
    case 'start': return start(order);
    case 'advance': {
      clock.advance(order.milliseconds);
      return 0;
    }
    case 'drain': return running().drainQueues();
    case 'cycle': {
      // The clock was moved, so the timer is due; only its lock may still be the dead host's.
      while (await running().runDueTimers() === 0) await delay(POLL_MS);
      return running().drainQueues();
    }
    default: return order satisfies never;
  }
});

function running(): Host {
  if (!host) throw new Error('the first order is "start"');
  return host;
}

async function start({ root, env, clockOffset, port, isLive }: HostStart): Promise<number> {
  clock.advance(clockOffset);
  const app = await sourceApp();
  const settings = readHostSettings(path.join(root, 'functions/host.json'));
  host = await startHost({
    load: () => app.load(env, clock), expectedFunctions: app.expectedFunctions, port, isLive, hostId: 'concord-chaos', now: () => clock.now(),
    storage: env['AzureWebJobsStorage'] ?? '',
    settings: {
      ...settings, invisibilityMs: SHORT_SECONDS * 1000, timerLeaseSeconds: SHORT_SECONDS,
      queues: { ...settings.queues, visibilityTimeoutMs: SHORT_SECONDS * 1000, maxPollingIntervalMs: LONGEST_POLL_MS },
    },
    log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  });
  return host.functionNames.length;
}
