/**
 * Which addresses that a person typed, or that a service named, may be called at all: our servers stand inside a network, and a link must not
 * make them call what only that network may reach (CWE-918). Judged anew for each address; the connection goes to the very IP that was judged.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { SyncError } from '../engine/errors.ts';

export interface AddressGuard {
  /**
   * Throws SyncError `denied` with code ADDRESS_REFUSED for what may not be called; what a name stands for is judged by `lookup`, when the
   * connection is made, and arrives there as the same error. `isPlainFine`: also plain http on port 80, for a question without a secret whose
   * answer is not believed.
   */
  check(address: string, isPlainFine?: boolean): CheckedAddress;
  /** The operator named this host with this port, or the host alone. */
  isAllowed(url: URL): boolean;
}

export interface CheckedAddress {
  readonly url: URL;
  /** For node:net: resolves the name once, and gives out nothing that was not judged. */
  readonly lookup: LookupFunction;
}

/** Answers all addresses of a name, as node:dns/promises does. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/** CONCORD_ALLOWED_HOSTS: "host" or "host:port", separated by commas. Such hosts may be private, have other ports, and speak plain http on loopback. */
export function addressGuard(env: Readonly<Record<string, string | undefined>>, resolve: Resolve = resolveAll): AddressGuard {
  const allowed = allowedHosts(env['CONCORD_ALLOWED_HOSTS'] ?? '');
  const isAllowed = (url: URL): boolean => allowed.has(nameOf(url)) || allowed.has(`${nameOf(url)}:${portOf(url)}`);
  return {
    isAllowed,
    check: (address, isPlainFine = false) => {
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (!url) throw refused('This is no address.');
      const rule: Rule = { isAllowed: isAllowed(url), isPlainFine };
      judgeForm(url, rule);
      const name = nameOf(url);
      const judge = (ip: string): void => { judgeIp(ip, url, rule); };
      if (isIP(name)) judge(name);
      return { url, lookup: judgedLookup(resolve, judge) };
    },
  };
}

const resolveAll: Resolve = (name) => systemLookup(name, { all: true });

interface Rule { readonly isAllowed: boolean; readonly isPlainFine: boolean }

function judgeForm(url: URL, { isAllowed, isPlainFine }: Rule): void {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (isAllowed || isPlainFine))) throw refused('The address must start with https://.');
  if (url.username || url.password) throw refused('The address must not hold a name or a password.');
  if (isAllowed) return;
  if (url.port !== '') throw refused('The address must use the usual port 443.');
  if (isInternalName(nameOf(url))) throw refused('The address names a machine inside a network.');
}

/** Names that some network answers with a machine of its own; a name without a dot is completed by each machine differently. */
function isInternalName(name: string): boolean {
  if (isIP(name)) return false;
  return !name.includes('.') || /(^|\.)(localhost|internal|local|localdomain|home\.arpa|in-addr\.arpa|ip6\.arpa)$/.test(name);
}

function judgeIp(ip: string, url: URL, { isAllowed, isPlainFine }: Rule): void {
  if (url.protocol === 'http:' && !isPlainFine && !LOOPBACK.check(ip, familyOf(ip))) throw refused('Plain http is for this machine alone.');
  if (!isAllowed && !isPublic(ip)) throw refused('The address leads into a private network.');
}

/** Whether anybody on the internet may be behind it. */
export function isPublic(ip: string): boolean {
  const plain = ip.split('%')[0] ?? '';
  return isIPv6(plain) ? UNICAST.check(plain, 'ipv6') && !SPECIAL.check(plain, 'ipv6') : isIP(plain) === 4 && !SPECIAL.check(plain, 'ipv4');
}

const familyOf = (ip: string): 'ipv4' | 'ipv6' => (isIPv6(ip) ? 'ipv6' : 'ipv4');

function subnets(...list: readonly string[]): BlockList {
  const made = new BlockList();
  for (const subnet of list) {
    const [net = '', prefix = ''] = subnet.split('/');
    made.addSubnet(net, Number(prefix), familyOf(net));
  }
  return made;
}

const LOOPBACK = subnets('127.0.0.0/8', '::1/128');
/** All that is handed out on the internet; everything else of IPv6 (mapped, unique local, link-local, multicast, translated) is not. */
const UNICAST = subnets('2000::/3');
/** The special-purpose registries of IANA (RFC 6890 and its successors), and the one public address by which Azure's hosts serve their guests. */
const SPECIAL = subnets(
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24',
  '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4',
  '240.0.0.0/4',
  // learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  '168.63.129.16/32',
  '2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20',
);

/** One answer that may not be called condemns the name: which of them a connection takes is not ours to choose. */
function judgedLookup(resolve: Resolve, judge: (ip: string) => void): LookupFunction {
  return (name, { all, family }, callback) => {
    resolve(name).then((found) => {
      for (const { address } of found) judge(address);
      const wanted = found.filter((one) => !family || family === one.family || family === `IPv${one.family}`);
      const [first] = wanted;
      if (!first) return callback(Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' }), '');
      if (all) return callback(null, [...wanted]);
      return callback(null, first.address, first.family);
    }).catch((error: unknown) => { callback(error instanceof Error ? error : new Error(String(error)), ''); });
  };
}

/** Lower case, without the brackets of IPv6 and the dot of the root. */
const nameOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
const portOf = (url: URL): string => url.port || (url.protocol === 'http:' ? '80' : '443');

const refused = (reason: string): SyncError =>
  new SyncError('denied', `${reason} Use the server's public address, or ask whoever runs this service to allow it.`, {
    code: 'ADDRESS_REFUSED', field: 'url',
  });

function allowedHosts(setting: string): ReadonlySet<string> {
  return new Set(setting.split(',').map((part) => part.trim().toLowerCase()).filter((part) => part !== '').map((part) => {
    const [, name, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/.exec(part) ?? [];
    if (name === undefined) throw new Error('CONCORD_ALLOWED_HOSTS must be host or host:port, several separated by commas.');
    return name.replace(/^\[|\]$/g, '') + (port === undefined ? '' : `:${port}`);
  }));
}
