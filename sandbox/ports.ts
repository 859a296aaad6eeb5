/** Where the pieces of the local world listen, and what to say when one of these places is taken. */
import net from 'node:net';

export interface Ports {
  readonly outlook: number;
  readonly pane: number;
  readonly functions: number;
  readonly microsoft: number;
  readonly salesforce: number;
  /** TLS; its page for people and its plain http lie behind it. */
  readonly ews: number;
  readonly ewsPage: number;
  readonly vtiger: number;
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

export const USUAL_PORTS: Ports = {
  outlook: 4300, pane: 4301, functions: 7071, microsoft: 4303, salesforce: 4304, ews: 4305, ewsPage: 4306, vtiger: 4307,
  blob: 10100, queue: 10101, table: 10102,
};

const NAMES: Readonly<Record<keyof Ports, string>> = {
  outlook: 'Outlook page', pane: 'pane', functions: 'Functions host', microsoft: 'Microsoft stand-in', salesforce: 'Salesforce stand-in',
  ews: 'Exchange stand-in', ewsPage: "Exchange stand-in's page", vtiger: 'vTiger stand-in',
  blob: 'storage (blobs)', queue: 'storage (queues)', table: 'storage (tables)',
};

export function shiftedPorts(offset: number): Ports {
  return Object.fromEntries(Object.entries(USUAL_PORTS).map(([name, port]) => [name, port + offset])) as unknown as Ports;
}

/** The sentence for the first port that is taken, or null when all are free. */
export async function takenPort(ports: Ports): Promise<string | null> {
  for (const [name, port] of Object.entries(ports) as [keyof Ports, number][]) {
    if (await isTaken(port)) {
      return `Port ${port} (${NAMES[name]}) is taken by another program: stop that program, or run \`npm start -- --ports ${port + 1000}\` to move all ports.`;
    }
  }
  return null;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}

/** A free port for each, held until all are known so that none is named twice. */
export async function freePorts(): Promise<Ports> {
  const servers: net.Server[] = [];
  const entries: [string, number][] = [];
  for (const name of Object.keys(USUAL_PORTS)) {
    const server = net.createServer();
    await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(0, '127.0.0.1', resolve); });
    servers.push(server);
    entries.push([name, (server.address() as net.AddressInfo).port]);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
  return Object.fromEntries(entries) as unknown as Ports;
}
