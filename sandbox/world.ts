/** The whole local world: storage, the stand-ins, the Functions app in the local host, and on demand Outlook with the pane. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startAzurite } from './azurite.ts';
import type { MovableClock } from './clock.ts';
import { startExchange, type Exchange } from './ews/server.ts';
import { startMicrosoft } from './graph/server.ts';
import { startHost, startTicking, type Host } from './host/host.ts';
import type { HostLog } from './host/invoke.ts';
import { readHostSettings } from './host/settings.ts';
import { startOffice, startPane } from './office/server.ts';
import type { Ports } from './ports.ts';
import { startSalesforce } from './salesforce/server.ts';
import { SANDBOX_APP } from './salesforce/settings.ts';
import type { Recorder } from './server.ts';
import { startStateProxy, type StateProxy } from './state-proxy.ts';
import { startVtiger, type Vtiger } from './vtiger/server.ts';

export interface WorldOptions {
  readonly root: string;
  readonly ports: Ports;
  readonly clock: MovableClock;
  /** Where everything is kept between starts; null keeps it in memory. */
  readonly dataDir: string | null;
  /** Forget what was kept. */
  readonly isFresh?: boolean;
  /** True: timers tick and queues are polled. False: `cycle` does it on request. */
  readonly isLive: boolean;
  /**
   * True: the app asks for change notices, and in a live world they are sent each second. In another one a test says when:
   * `microsoft.deliverNotifications()`.
   */
  readonly hasNotices?: boolean;
  /** Fill both sides with a few invented people when they start empty. */
  readonly hasSamples?: boolean;
  /** Outlook's page and the pane are needed only where somebody looks. */
  readonly hasPane: boolean;
  readonly recorder?: Recorder;
  /** How far the table service's clock is ahead of this machine's (milliseconds, negative: behind), for a world in another year. */
  readonly storageSkewMs?: number;
  readonly log?: HostLog;
  /** Servers of somebody's own beside the stand-in for one, which the operator would allow and vouch for: CONCORD_ALLOWED_HOSTS, CONCORD_CERTIFICATES. */
  readonly ownServers?: OwnServers;
  /** Loads the app with these settings; see app.ts for from source and from the bundle. */
  readonly app: App;
}

export interface OwnServers { readonly allowedHosts: readonly string[]; readonly certificates: readonly string[] }

export interface App {
  readonly expectedFunctions: number;
  load(env: Readonly<Record<string, string>>, clock: MovableClock): Promise<unknown>;
}

export interface World {
  readonly microsoft: Awaited<ReturnType<typeof startMicrosoft>>;
  readonly salesforce: Awaited<ReturnType<typeof startSalesforce>>;
  readonly exchange: Exchange;
  readonly vtiger: Vtiger;
  readonly host: Host;
  readonly state: StateProxy;
  readonly paneOrigin: string;
  readonly outlookOrigin: string;
  /** One minute's work: due mailboxes are queued, queues run until empty. */
  cycle(): Promise<void>;
  close(): Promise<void>;
}

/** Storage and the stand-ins: what goes on when the Functions host ends. */
export interface Outside {
  readonly microsoft: Awaited<ReturnType<typeof startMicrosoft>>;
  readonly salesforce: Awaited<ReturnType<typeof startSalesforce>>;
  readonly exchange: Exchange;
  readonly vtiger: Vtiger;
  readonly state: StateProxy;
  readonly storage: string;
  close(): Promise<void>;
}

type OutsideOptions = Pick<WorldOptions, 'ports' | 'clock' | 'dataDir' | 'hasSamples' | 'recorder' | 'storageSkewMs'>;

export async function startOutside(options: OutsideOptions): Promise<Outside> {
  const { ports, clock } = options;
  const kept = (name: string): { dataDir: string } | Record<string, never> => (options.dataDir ? { dataDir: path.join(options.dataDir, name) } : {});
  return closedOnFailure(async (closers) => {
    const azurite = await startAzurite({
      blobPort: ports.blob, queuePort: ports.queue, tablePort: ports.table,
      ...(options.dataDir ? { dir: path.join(options.dataDir, 'azurite') } : {}),
    });
    closers.push(() => azurite.close());
    const state = await startStateProxy(ports.table, options.storageSkewMs);
    closers.push(() => state.close());
    const shared = { clock, ...(options.recorder ? { recorder: options.recorder } : {}) };
    const microsoft = await startMicrosoft({ ...shared, ...kept('microsoft'), port: ports.microsoft, hasSamples: options.hasSamples === true });
    closers.push(() => microsoft.close());
    const salesforce = await startSalesforce({ ...shared, ...kept('salesforce'), port: ports.salesforce, withSamples: options.hasSamples === true });
    closers.push(() => salesforce.close());
    const exchange = await startExchange({
      ...shared, ...kept('exchange'), port: ports.ews, pagePort: ports.ewsPage, hasSamples: options.hasSamples === true,
    });
    closers.push(() => exchange.close());
    const vtiger = await startVtiger({ ...shared, ...kept('vtiger'), port: ports.vtiger, hasSamples: options.hasSamples === true });
    closers.push(() => vtiger.close());
    return { microsoft, salesforce, exchange, vtiger, state, storage: azurite.connectionString.replace(`:${ports.table}/`, `:${state.port}/`) };
  });
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { ports, clock } = options;
  if (options.dataDir && options.isFresh) rmSync(options.dataDir, { recursive: true, force: true });
  if (options.dataDir) mkdirSync(options.dataDir, { recursive: true });
  return closedOnFailure(async (closers) => {
    const keyFolder = options.dataDir ?? path.join(options.root, '.concord', `run-${ports.functions}`);
    // What is kept in memory is sealed with a key that nobody needs afterwards.
    if (!options.dataDir) closers.push(() => rm(keyFolder, { recursive: true, force: true }));
    const outside = await startOutside(options);
    closers.push(() => outside.close());
    const host = await startHost({
      load: () => {
        const own = ownServers(outside, options.ownServers);
        const settings = { ...appSettings(ports, outside.storage, path.join(keyFolder, 'local.key')), ...own };
        return options.app.load({ ...settings, ...(options.hasNotices ? { CONCORD_NOTICE_URL: `http://localhost:${ports.functions}` } : {}) }, clock);
      },
      expectedFunctions: options.app.expectedFunctions,
      settings: readHostSettings(path.join(options.root, 'functions/host.json')),
      port: ports.functions, storage: outside.storage, hostId: 'concord-local', now: () => clock.now(), isLive: options.isLive,
      ...(options.log ? { log: options.log } : {}),
    });
    closers.push(() => host.close());
    if (options.hasNotices && options.isLive) {
      const notices = startTicking(() => outside.microsoft.deliverNotifications(), options.log ?? (() => undefined));
      closers.push(() => notices.stop());
    }
    if (options.hasPane) closers.push(...await startScreens(options, outside.microsoft.origin, host.origin));
    return {
      microsoft: outside.microsoft, salesforce: outside.salesforce, exchange: outside.exchange, vtiger: outside.vtiger, state: outside.state, host,
      paneOrigin: `http://localhost:${ports.pane}`, outlookOrigin: `http://localhost:${ports.outlook}`,
      cycle: async () => { await host.runDueTimers(); await host.drainQueues(); },
    };
  });
}

/** Gives what was started one `close` that ends it in reverse; a start that fails half-way ends what it had begun. */
async function closedOnFailure<T extends object>(start: (closers: (() => Promise<void>)[]) => Promise<T>): Promise<T & { close(): Promise<void> }> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => { for (const end of closers.reverse()) await end(); };
  try {
    return { ...await start(closers), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startScreens(options: WorldOptions, microsoftOrigin: string, apiOrigin: string): Promise<(() => Promise<void>)[]> {
  const { ports } = options;
  const paneOrigin = `http://localhost:${ports.pane}`;
  const outlookOrigin = `http://localhost:${ports.outlook}`;
  const pane = await startPane({ port: ports.pane, apiOrigin, outlookOrigin, dist: path.join(options.root, 'addin/dist') });
  const outlook = await startOffice({ port: ports.outlook, paneOrigin, microsoftOrigin });
  return [() => pane.close(), () => outlook.close()];
}

/** What an operator sets for servers inside his network, some with certificates of their own: their hosts, and their fingerprints. */
export function ownServers({ exchange, vtiger }: Pick<Outside, 'exchange' | 'vtiger'>, others?: OwnServers): Record<string, string> {
  const { origin, certificate } = exchange;
  const hosts = [origin, vtiger.origin].map((one) => new URL(one).host);
  return {
    CONCORD_ALLOWED_HOSTS: [...hosts, ...others?.allowedHosts ?? []].join(','),
    CONCORD_AUTODISCOVER: ['contoso.example', 'fabrikam.example'].map((domain) => `${domain}=${origin}/autodiscover/autodiscover.xml`).join(','),
    CONCORD_CERTIFICATES: [`${new URL(origin).hostname}=${new X509Certificate(certificate).fingerprint256}`, ...others?.certificates ?? []].join(','),
  };
}

/** Where the app finds the world: the ports of its own address, of the pane and of the stand-ins. */
export type AppPorts = Pick<Ports, 'functions' | 'pane' | 'microsoft' | 'salesforce'>;

/** The live program with local addresses: these are its settings, and the only way it learns of this world. */
export function appSettings(ports: AppPorts, storage: string, keyFile: string): Record<string, string> {
  const microsoft = `http://localhost:${ports.microsoft}`;
  const salesforce = `http://localhost:${ports.salesforce}`;
  return {
    AzureWebJobsStorage: storage,
    CONCORD_API_URL: `http://localhost:${ports.functions}`,
    CONCORD_PANE_URL: `http://localhost:${ports.pane}`,
    CONCORD_KEY_FILE: keyFile,
    MICROSOFT_CLIENT_ID: 'concord-local',
    MICROSOFT_CLIENT_SECRET: 'local-secret',
    MICROSOFT_LOGIN_URL: microsoft,
    MICROSOFT_GRAPH_URL: microsoft,
    SALESFORCE_CLIENT_ID: SANDBOX_APP.clientId,
    SALESFORCE_CLIENT_SECRET: SANDBOX_APP.clientSecret,
    SALESFORCE_LOGIN_URL: salesforce,
    SALESFORCE_SANDBOX_LOGIN_URL: salesforce,
    SALESFORCE_EXTRA_HOSTS: salesforce,
  };
}
