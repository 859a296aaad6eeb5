/** The Functions app in plain Node: loads it, asserts what it registered, and plays the Azure Functions host around it. */
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { collect } from './core-module.ts';
import { startHttpFront } from './http.ts';
import type { AppHookData, HostLog } from './invoke.ts';
import { startQueues } from './queues.ts';
import type { HostSettings } from './settings.ts';
import { startTimers } from './timers.ts';

export interface HostOptions {
  /** Loads the app: imports its bundle, or registers it from source. Everything it registers is collected. */
  readonly load: () => Promise<unknown>;
  /** How many functions must be there: a bundle that lost its core module registers none and does not fail. */
  readonly expectedFunctions: number;
  readonly settings: HostSettings;
  readonly port: number;
  readonly storage: string;
  readonly hostId: string;
  readonly now: () => number;
  /** True: timers tick each second and queues are polled. False: only runDueTimers and drainQueues do anything. */
  readonly isLive: boolean;
  readonly functionKey?: string;
  readonly log?: HostLog;
}

export interface Host {
  readonly origin: string;
  readonly functionNames: readonly string[];
  runDueTimers(): Promise<number>;
  drainQueues(): Promise<number>;
  close(): Promise<void>;
}

const TICK_MS = 1000;

export async function startHost(options: HostOptions): Promise<Host> {
  const log: HostLog = options.log ?? (() => undefined);
  const registry = await collect(options.load);
  const found = registry.functions.size;
  if (found !== options.expectedFunctions) {
    throw new Error(`the app registered ${found} functions, ${options.expectedFunctions} were expected: is @azure/functions-core external in its bundle?`);
  }
  await registry.model?.getCapabilities({});
  const appHookData: AppHookData = {};
  for (const hook of registry.hooks.get('appStart') ?? []) await hook({ hookData: {}, appHookData });
  registry.isStarted = true;
  const shared = { registry, appHookData, log };
  const blobs = BlobServiceClient.fromConnectionString(options.storage);
  const timers = await startTimers({ ...shared, blobs, hostId: options.hostId, now: options.now, leaseSeconds: options.settings.timerLeaseSeconds });
  const queues = await startQueues({ ...shared, queues: QueueServiceClient.fromConnectionString(options.storage), settings: options.settings });
  const front = await startHttpFront({
    ...shared, routePrefix: options.settings.routePrefix, port: options.port, functionKey: options.functionKey ?? 'local-key',
  });
  const ticker = options.isLive ? startTicking(() => timers.runDue(), log) : null;
  if (options.isLive) queues.listen();
  return {
    origin: `http://localhost:${front.port}`,
    functionNames: [...registry.functions.keys()],
    runDueTimers: () => timers.runDue(),
    drainQueues: () => queues.drain(),
    close: async () => {
      await ticker?.stop();
      await front.close();
      await queues.close();
      await timers.close();
      for (const hook of registry.hooks.get('appTerminate') ?? []) await hook({ hookData: {}, appHookData });
    },
  };
}

/** One tick a second, never two at once. */
export function startTicking(tick: () => Promise<unknown>, log: HostLog): { stop(): Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  let isBusy = false;
  const interval = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    current = tick()
      .catch((error: unknown) => log('error', 'ticker', error instanceof Error ? error.stack ?? error.message : String(error)))
      .finally(() => { isBusy = false; });
  }, TICK_MS);
  return { stop: async () => { clearInterval(interval); await current; } };
}
