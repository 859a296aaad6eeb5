/** The product's side of a comparison: the functions' own code in a process of its own, and nothing else in it. */
import process from 'node:process';
import { createServices } from '../../functions/src/compose.ts';
import { syncMailbox } from '../../functions/src/app/sync/sync-mailbox.ts';
import { movableClock } from '../../sandbox/clock.ts';
import { cpuOf, serveOrders } from './children.ts';
import type { OurOrder, OurStart, Work } from './orders.ts';

const clock = movableClock();
let runOnce: (() => Promise<string>) | undefined;

/** A first sync that goes on for ever is a fault to be shown, not waited for. */
const RUNS_MAX = 100;

serveOrders<OurOrder, Work>(async (order) => {
  switch (order.do) {
    case 'start': return start(order);
    case 'advance': {
      clock.advance(order.milliseconds);
      return { cpuMs: 0, outcomes: [] };
    }
    case 'sync': return measured(async (outcomes) => {
      do outcomes.push(await runNow()); while (outcomes.at(-1) === 'continues' && outcomes.length < RUNS_MAX);
    });
    case 'idle': return measured(async (outcomes) => {
      for (let cycle = 0; cycle < order.cycles; cycle += 1) outcomes.push(await runNow());
    });
    default: return order satisfies never;
  }
});

/** Packages are loaded here, as in the floor's process: what is compared is the work, and cold import has a row of its own. */
async function start({ env, clockOffset, userId }: OurStart): Promise<Work> {
  clock.advance(clockOffset);
  const services = createServices(env, { clock, log: { info: () => undefined, warn: tell, error: tell } });
  runOnce = () => syncMailbox(services, userId);
  await Promise.all([
    import('@azure/data-tables'), import('@azure/core-rest-pipeline'), import('@azure/storage-queue'),
    import('@microsoft/microsoft-graph-client'), import('jsforce/lib/connection.js'),
  ]);
  return { cpuMs: 0, outcomes: [] };
}

function tell(event: string, facts?: object): void {
  process.stderr.write(`${event} ${JSON.stringify(facts ?? {})}\n`);
}

function runNow(): Promise<string> {
  if (!runOnce) throw new Error('the first order is "start"');
  return runOnce();
}

async function measured(work: (outcomes: string[]) => Promise<void>): Promise<Work> {
  const outcomes: string[] = [];
  return { cpuMs: await cpuOf(() => work(outcomes)), outcomes };
}
