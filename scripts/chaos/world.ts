/** The world of the crash test: what survives (storage, stand-ins), gates before each of it, and the host as a process to be killed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { movableClock } from '../../sandbox/clock.ts';
import { freePorts, type Ports } from '../../sandbox/ports.ts';
import { appSettings, ownServers, startOutside, type Outside } from '../../sandbox/world.ts';
import { startChild, type Child } from '../bench/children.ts';
import { bundle } from '../build-functions.ts';
import { ROOT } from '../run.ts';
import { startGate, type Gate, type Target, type Watch } from './gate.ts';
import type { Hands } from './people.ts';
import type { HeadRow, Service } from './calls.ts';
import { standInEwsHand } from '../hands/ews/exchange.ts';
import { graphHand } from '../hands/graph.ts';
import type { MailboxSystem } from '../hands/mailbox.ts';
import { salesforceHand } from '../hands/salesforce.ts';
import { SHORT_SECONDS, type HostOrder } from './orders.ts';

export type HostProcess = Child<HostOrder, number>;

export interface ChaosWorld {
  readonly outside: Outside;
  readonly hands: Hands;
  readonly apiOrigin: string;
  /** A new process; it still has to be told to start. */
  spawn(): HostProcess;
  start(host: HostProcess, isLive: boolean): Promise<number>;
  /** Moves the world's clock, and the host's with it when it runs. */
  advance(milliseconds: number, host?: HostProcess): Promise<void>;
  /** Requests that the services are still carrying out, whoever sent them. */
  pending(): number;
  head(): Promise<HeadRow | undefined>;
  /** Messages that lie in the queue of runs, invisible ones included, and whether one of them is visible. */
  queued(): Promise<{ readonly count: number; readonly isVisible: boolean }>;
  close(): Promise<void>;
}

export async function startChaosWorld(watch: Watch, mailbox: MailboxSystem): Promise<ChaosWorld> {
  mkdirSync(path.join(ROOT, '.concord'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, '.concord', 'chaos-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const closers: (() => Promise<void>)[] = [() => Promise.resolve(remove())];
  const close = async (): Promise<void> => { for (const end of closers.reverse()) await end(); };
  try {
    // Bundled once: every restart then loads the same code, and in a fifth of the time.
    const script = path.join(folder, 'host.cjs');
    await bundle(script, { entryPoints: ['scripts/chaos/host-child.ts'] });
    const ports = await freePorts();
    const clock = movableClock();
    const outside = await startOutside({ ports, clock, dataDir: null });
    closers.push(() => outside.close());
    const direct = outside.storage.replace(`:${outside.state.port}/`, `:${ports.table}/`);
    const gates = await startGates(ports, outside, watch, closers);
    const storage = [ports.blob, ports.queue, ports.table]
      .reduce((text, port) => text.replace(`:${port}/`, `:${portOf(gates, port)}/`), direct);
    const shown = { ...ports, microsoft: portOf(gates, ports.microsoft), salesforce: portOf(gates, ports.salesforce) };
    const env = {
      ...appSettings(shown, storage, path.join(folder, 'local.key')),
      // Plain http on this machine: the gate could not read what it passes on else.
      ...ownServers(outside, { allowedHosts: [`localhost:${portOf(gates, ports.ews)}`], certificates: [] }),
      CONCORD_LEASE_SECONDS: String(SHORT_SECONDS),
    };
    let offset = 0;
    return {
      outside, close, hands: handsOf(outside, mailbox, portOf(gates, ports.ews), closers), apiOrigin: `http://localhost:${ports.functions}`,
      spawn: () => startChild<HostOrder, number>(script),
      start: (host, isLive) => host.ask({ do: 'start', root: ROOT, env, clockOffset: offset, port: ports.functions, isLive }),
      advance: async (milliseconds, host) => {
        clock.advance(milliseconds);
        offset += milliseconds;
        await host?.ask({ do: 'advance', milliseconds });
      },
      pending: () => [...gates.values()].reduce((sum, gate) => sum + gate.pending(), 0),
      ...look(direct),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the port they stand before. */
async function startGates(ports: Ports, outside: Outside, watch: Watch, closers: (() => Promise<void>)[]): Promise<ReadonlyMap<number, Gate>> {
  const gates = new Map<number, Gate>();
  const places: readonly (readonly [Service, Target])[] = [
    ['microsoft', { port: ports.microsoft }], ['ews', { port: ports.ews, certificate: outside.exchange.certificate }],
    ['salesforce', { port: ports.salesforce }], ['blob', { port: ports.blob }], ['queue', { port: ports.queue }], ['table', { port: ports.table }],
  ];
  for (const [service, target] of places) {
    const gate = await startGate(service, target, watch);
    closers.push(() => gate.close());
    gates.set(target.port, gate);
  }
  return gates;
}

function handsOf(outside: Outside, mailbox: MailboxSystem, ewsPort: number, closers: (() => Promise<void>)[]): Hands {
  const crm = salesforceHand(outside.salesforce);
  if (mailbox === 'graph') return { mailbox: graphHand(outside.microsoft), crm };
  const ews = standInEwsHand(outside.exchange, { shownUrl: `http://localhost:${ewsPort}/EWS/Exchange.asmx`, schemes: ['Basic'] });
  closers.push(() => Promise.resolve(ews.close()));
  return { mailbox: ews, crm };
}

function portOf(gates: ReadonlyMap<number, Gate>, port: number): number {
  const gate = gates.get(port);
  if (!gate) throw new Error(`no gate stands before port ${port}`);
  return gate.port;
}

/** The parent's own looks at the storage, past the gates. */
function look(storage: string): Pick<ChaosWorld, 'head' | 'queued'> {
  const table = TableClient.fromConnectionString(storage, 'state', { allowInsecureConnection: true });
  const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient('sync-mailbox');
  return {
    head: async () => {
      for await (const { d } of table.listEntities<{ d: string }>({ queryOptions: { filter: 'RowKey eq \'a~head\'' } })) return JSON.parse(d) as HeadRow;
      return undefined;
    },
    queued: async () => {
      const { approximateMessagesCount: count = 0 } = await queue.getProperties();
      const { peekedMessageItems } = await queue.peekMessages();
      return { count, isVisible: peekedMessageItems.length > 0 };
    },
  };
}
