/**
 * Finds the server of a mail address, and shows the password to nobody who is not of its domain: hosts that backed off to "autodiscover.<tld>"
 * have given away hundreds of thousands (guardicore.com, "Autodiscovering the Great Leak"). No label is ever stripped, nothing is said over http,
 * no redirect leaves the domain, and a mailbox in the cloud is recognised before anything is sent.
 */
import { Resolver } from 'node:dns/promises';
import { domainToASCII } from 'node:url';
import { SyncError } from '../../engine/errors.ts';
import type { Clock } from '../../ports/world.ts';
import type { LineLimits, LineReply } from '../line.ts';
import type { OpenLine } from '../open-line.ts';
import type { Form, Told } from './autodiscover-forms.ts';
import { POX, SOAP } from './autodiscover-forms.ts';
import { isCloudDomain, isCloudHost } from './cloud.ts';
import { isPage, lineError, refusal } from './errors.ts';
import { HOPS_MAX, SEARCH_BYTES_MAX, SEARCH_TIMEOUT_MS } from './limits.ts';
import type { KnownDomains } from './settings.ts';
import { asSignInError, signInError } from './sign-in-errors.ts';
import type { Credentials, Tries } from './signed-line.ts';
import { signedLine } from './signed-line.ts';
import { parseXml } from './xml.ts';

export interface Found {
  readonly ewsUrl: string;
  /** The mailbox's primary address and name, where the server told. */
  readonly address?: string;
  readonly displayName?: string;
}

export interface Search {
  readonly open: OpenLine;
  /** The operator named this host. */
  isAllowed(url: URL): boolean;
  readonly names: Names;
  readonly known: KnownDomains;
  readonly clock: Clock;
}

/** Questions to DNS; no answer is an empty list. */
export interface Names {
  cname(name: string): Promise<readonly string[]>;
  srv(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
}

const LIMITS: LineLimits = { timeoutMs: SEARCH_TIMEOUT_MS, maxBytes: SEARCH_BYTES_MAX };
const PAUSE_MS = 60_000;

interface Walk extends Search {
  readonly credentials: Credentials;
  readonly tries: Tries;
  /** The domain of the address that was asked about: credentials stay below it. */
  readonly domain: string;
  readonly seen: Set<string>;
  readonly problems: SyncError[];
  hops: number;
}

/** Throws SyncError with one of SIGN_IN_CODES, or `throttled`. */
export async function discover(address: string, credentials: Credentials, tries: Tries, search: Search): Promise<Found> {
  const domain = await searchableDomain(address);
  const walk: Walk = { ...search, isAllowed: (url) => search.isAllowed(url), credentials, tries, domain, seen: new Set(), problems: [], hops: 0 };
  const found = await findFor(walk, address, domain);
  if (found) return found;
  throw worst(walk.problems);
}

/** In ASCII. A public suffix is nobody's mail domain, and its "autodiscover" host belongs to who was quick to register it. */
async function searchableDomain(address: string): Promise<string> {
  const domain = domainToASCII(domainOf(address));
  const { getPublicSuffix } = await import('tldts');
  const isDomain = /^([a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/.test(domain);
  if (!isDomain || getPublicSuffix(domain, { allowPrivateDomains: false }) === domain) throw signInError('SERVER_NOT_FOUND');
  return domain;
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).trim().toLowerCase();

/** Where the operator said, then in Microsoft's order: the domain, its autodiscover host, a redirect over plain http, DNS. */
async function findFor(walk: Walk, address: string, domain: string): Promise<Found | undefined> {
  const helper = `autodiscover.${domain}`;
  if (isCloudDomain(domain) || (await walk.names.cname(helper)).some(isCloudHost)) throw signInError('CLOUD_MAILBOX');
  const known = walk.known.get(domain);
  for (const url of [...known === undefined ? [] : [known], ...[domain, helper].map((host) => `https://${host}${POX.path}`)]) {
    const found = await askHost(walk, address, url);
    if (found) return found;
  }
  const location = await plainRedirect(walk, `http://${helper}${POX.path}`);
  const redirected = location === undefined ? undefined : await follow(walk, address, location, false);
  if (redirected) return redirected;
  for (const { name, port } of await walk.names.srv(`_autodiscover._tcp.${domain}`)) {
    const found = await follow(walk, address, `https://${name.replace(/\.$/, '')}:${port}${POX.path}`, true);
    if (found) return found;
  }
  return undefined;
}

async function askHost(walk: Walk, address: string, url: string): Promise<Found | undefined> {
  const forms: readonly Form[] = url.toLowerCase().endsWith('.svc') ? [SOAP] : [POX, SOAP];
  for (const form of forms) {
    const told = await ask(walk, address, form === forms[0] ? url : new URL(form.path, url).href, form);
    if (told === 'useless') return undefined;
    if (told.what !== 'nothing') return act(walk, address, told);
  }
  return undefined;
}

type Heard = Told | { readonly what: 'http302'; readonly to: string };

/** `useless`: nobody there, or nobody who may hear more. */
async function ask(walk: Walk, address: string, url: string, form: Form): Promise<Heard | 'useless'> {
  if (walk.seen.has(url.toLowerCase())) return 'useless';
  walk.seen.add(url.toLowerCase());
  try {
    const line = walk.open(url, LIMITS);
    const signed = signedLine({ line, host: new URL(url).host, credentials: walk.credentials, tries: walk.tries, clock: walk.clock });
    try {
      return await heard(await signed.send({ method: 'POST', headers: form.headers, body: form.request(address) }), url, form);
    } finally {
      line.close();
    }
  } catch (error) {
    noteProblem(walk, url, asSignInError(lineError(error, false), new URL(url).host));
    return 'useless';
  }
}

async function heard(reply: LineReply, url: string, form: Form): Promise<Heard> {
  const { location } = reply.headers;
  if (reply.status >= 300 && reply.status < 400 && location && URL.canParse(location, url)) return { what: 'http302', to: new URL(location, url).href };
  if (reply.status !== 200 || isPage(reply)) return { what: 'nothing' };
  try {
    return form.read(await parseXml(reply.text));
  } catch (error) {
    // Another kind of server answers in its own words.
    if (error instanceof SyncError) return { what: 'nothing' };
    throw error;
  }
}

/** One host's refusal or failure is no proof, and the next one is asked; but no account is locked by us. */
function noteProblem(walk: Walk, url: string, problem: unknown): void {
  if (!(problem instanceof SyncError)) throw problem;
  const isRefusal = problem.details.code === 'PASSWORD_WRONG';
  if (isRefusal && walk.tries.left <= 0) throw problem;
  // Web servers of a bare domain seldom have a certificate for anything else: that says nothing about mail.
  const isWebServer = new URL(url).hostname === walk.domain;
  if (!(isWebServer && problem.details.code === 'CERTIFICATE')) walk.problems.push(problem);
}

async function act(walk: Walk, address: string, told: Heard): Promise<Found | undefined> {
  switch (told.what) {
    case 'server': return accept(walk, told);
    case 'redirectAddress': return restart(walk, address, told.to);
    case 'redirectUrl': return follow(walk, address, told.to, true);
    case 'http302': return follow(walk, address, told.to, false);
    case 'unknownUser': walk.problems.push(signInError('MAILBOX_NOT_FOUND')); return undefined;
    case 'busy': walk.problems.push(refusal('throttled', { code: 'EWS_AUTODISCOVER_BUSY', retryAfterMs: PAUSE_MS })); return undefined;
    case 'nothing': return undefined;
  }
}

function accept(walk: Walk, { ewsUrl, isCloud, address, displayName }: Told & { readonly what: 'server' }): Found | undefined {
  const url = URL.canParse(ewsUrl) ? new URL(ewsUrl) : undefined;
  if (isCloud || (url && isCloudHost(url.hostname))) throw signInError('CLOUD_MAILBOX');
  if (!url) return undefined;
  if (!isOwn(walk, url)) throw signInError('FOREIGN_REDIRECT', url.host);
  return { ewsUrl: url.href, ...(address === undefined ? {} : { address }), ...(displayName === undefined ? {} : { displayName }) };
}

/** Migrated mailboxes are redirected to an address in the cloud. */
async function restart(walk: Walk, address: string, to: string): Promise<Found | undefined> {
  const domain = await searchableDomain(to);
  if (isCloudDomain(domain)) throw signInError('CLOUD_MAILBOX');
  if (!isBelow(walk, domain)) throw signInError('FOREIGN_REDIRECT', domain);
  if (to.toLowerCase() === address.toLowerCase() || !hop(walk)) return undefined;
  return findFor(walk, to, domain);
}

/** `isTold`: by Autodiscover itself; a web server's redirects to anything else are its own matter. */
async function follow(walk: Walk, address: string, to: string, isTold: boolean): Promise<Found | undefined> {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (!url) return undefined;
  if (isCloudHost(url.hostname)) throw signInError('CLOUD_MAILBOX');
  if (url.protocol !== 'https:') return undefined;
  if (!isOwn(walk, url)) {
    if (isTold || /\/autodiscover\.(xml|svc)$/i.test(url.pathname)) walk.problems.push(signInError('FOREIGN_REDIRECT', url.host));
    return undefined;
  }
  return hop(walk) ? askHost(walk, address, url.href) : undefined;
}

function hop(walk: Walk): boolean {
  walk.hops += 1;
  return walk.hops <= HOPS_MAX;
}

const isOwn = (walk: Walk, url: URL): boolean => isBelow(walk, url.hostname.toLowerCase()) || walk.isAllowed(url);
const isBelow = ({ domain }: Walk, host: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** Asked without credentials, and believed no further than a hint where to ask over TLS. */
async function plainRedirect(walk: Walk, url: string): Promise<string | undefined> {
  try {
    const line = walk.open(url, LIMITS, true);
    try {
      const { status, headers: { location } } = await line.send({ method: 'GET', headers: {}, body: '' });
      return status === 302 && location && URL.canParse(location) ? location : undefined;
    } finally {
      line.close();
    }
  } catch (error) {
    const problem = lineError(error, false);
    // Most domains have no such host.
    if (problem instanceof SyncError) return undefined;
    throw problem;
  }
}

/** What a person can do most about comes first. */
const ORDER = ['FOREIGN_REDIRECT', 'PASSWORD_WRONG', 'MAILBOX_NOT_FOUND', 'EWS_AUTODISCOVER_BUSY', 'SCHEME_UNSUPPORTED', 'ADDRESS_REFUSED', 'CERTIFICATE'];

function worst(problems: readonly SyncError[]): SyncError {
  const found = ORDER.flatMap((code) => problems.find(({ details }) => details.code === code) ?? []);
  return found[0] ?? signInError('SERVER_NOT_FOUND');
}

/** The resolver of this machine. */
export function systemNames(): Names {
  const resolver = new Resolver({ timeout: 3_000, tries: 1 });
  return { cname: (name) => none(resolver.resolveCname(name)), srv: (name) => none(resolver.resolveSrv(name)) };
}

/** A name that has no such record, and a resolver that does not answer, are no reason to stop. */
async function none<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return [];
    throw error;
  }
}
