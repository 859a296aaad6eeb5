/** The way to an Exchange stand-in: trusted by its fingerprint, and for its mail domains a network in which every name leads to it. */
import { X509Certificate } from 'node:crypto';
import type { Exchange } from '../../../sandbox/ews/server.ts';
import { SyncError } from '../../src/engine/errors.ts';
import { addressGuard } from '../../src/connectors/address-guard.ts';
import type { Names } from '../../src/connectors/ews/autodiscover.ts';
import { openLine, type Network, type OpenLine } from '../../src/connectors/open-line.ts';
import { LineError } from '../../src/connectors/line.ts';
import { pinnedCertificates } from '../../src/connectors/pinned-certificates.ts';
import type { Clock } from '../../src/ports/world.ts';

export type { Host } from '../../../sandbox/ews/autodiscover-state.ts';
export { selfSigned } from '../../../sandbox/ews/certificate.ts';
export type { TroubleKind } from '../../../sandbox/ews/settings.ts';
export type { TestExchange } from '../../../sandbox/ews/test-client.ts';
export { testExchange } from '../../../sandbox/ews/test-client.ts';

export function networkTo(exchange: Exchange, clock: Clock): Network {
  const hosts = [exchange.origin, exchange.pageOrigin].map((origin) => new URL(origin).host).join(',');
  const print = new X509Certificate(exchange.certificate).fingerprint256;
  return { guard: addressGuard({ CONCORD_ALLOWED_HOSTS: hosts }), pins: pinnedCertificates({ CONCORD_CERTIFICATES: `localhost=${print}` }), clock };
}

export interface Internet {
  readonly network: Network;
  readonly open: OpenLine;
  readonly names: Names;
  /** What was asked, as "POST https://host/path". */
  readonly asked: string[];
  /** Records of DNS; a name that is not listed leads to the stand-in at a public address. */
  readonly ips: Map<string, string>;
  readonly cnames: Map<string, readonly string[]>;
  readonly srvs: Map<string, readonly { readonly name: string; readonly port: number }[]>;
}

/** The guard judges the names that the product meant; the line then goes to the stand-in, under that name. `allowed`: CONCORD_ALLOWED_HOSTS. */
export function internetTo(exchange: Exchange, clock: Clock, allowed = ''): Internet {
  const [asked, ips] = [[] as string[], new Map<string, string>()];
  const [cnames, srvs]: [Internet['cnames'], Internet['srvs']] = [new Map(), new Map()];
  const network = networkTo(exchange, clock);
  const guard = addressGuard({ CONCORD_ALLOWED_HOSTS: allowed }, (name) => {
    const ip = ips.get(name) ?? '198.100.1.1';
    return ip === '' ? Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })) : Promise.resolve([{ address: ip, family: 4 }]);
  });
  const open: OpenLine = (address, limits, isPlainFine) => {
    const { url, lookup } = guard.check(address, isPlainFine);
    const line = openLine(network)(new URL(url.pathname + url.search, url.protocol === 'https:' ? exchange.origin : exchange.pageOrigin).href, limits);
    return {
      close: () => { line.close(); },
      send: async (request, on) => {
        await new Promise<void>((resolve, reject) => {
          lookup(url.hostname, {}, (error) => {
            if (error) reject(error instanceof SyncError ? error : new LineError('unknownHost', false, error));
            else resolve();
          });
        });
        asked.push(`${request.method} ${url.href}`);
        return line.send({ ...request, headers: { ...request.headers, host: url.host } }, on);
      },
    };
  };
  const names: Names = { cname: (name) => Promise.resolve(cnames.get(name) ?? []), srv: (name) => Promise.resolve(srvs.get(name) ?? []) };
  return { network: { ...network, guard }, open, names, asked, ips, cnames, srvs };
}
