/** Which addresses tokens may be sent to: the vendor's own hosts, and what the operator's settings name. */
import { SyncError } from '../../engine/errors.ts';
import { problem } from './errors.ts';

/** From the settings; the live values are the default. */
export interface Hosts {
  readonly production: string;
  readonly sandbox: string;
  /** Origins allowed besides: the settings' own sign-in hosts, and SALESFORCE_EXTRA_HOSTS. */
  readonly extra: ReadonlySet<string>;
}

/** The list that the vendor's own packages use (@salesforce/core 8.32.6, sfdcUrl.js). */
const SUFFIXES = ['.salesforce.com', '.force.com', '.cloudforce.com', '.salesforceliveagent.com', '.crmforce.mil', '.sfcrmproducts.cn'];

/** "acme.my.salesforce.com", "acme--dev.sandbox.my.salesforce.com" and other partitions between name and "my". */
const MY_DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z]+)?\.my\.salesforce\.com$/;
const BARE_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const RIGHT_FORM = 'Write your My Domain, for example acme.my.salesforce.com';

/** Origin of the sign-in host for a choice. Throws SyncError `invalid` with code BAD_DOMAIN. */
export function loginOrigin(choice: string, domain: string | undefined, hosts: Hosts): string {
  switch (choice) {
    case 'production': return hosts.production;
    case 'sandbox': return hosts.sandbox;
    case 'myDomain': return myDomainOrigin(domain ?? '', hosts);
    default: throw problem('invalid', 'UNKNOWN_CHOICE', 'This way to sign in does not exist');
  }
}

/** What a person typed, completed and checked. */
export function myDomainOrigin(typed: string, hosts: Hosts): string {
  const text = typed.trim().toLowerCase();
  if (BARE_NAME.test(text)) return `https://${text}${text.includes('--') ? '.sandbox' : ''}.my.salesforce.com`;
  const url = parse(text.includes('://') ? text : `https://${text}`);
  if (!url) throw badDomain(`This is no address. ${RIGHT_FORM}`);
  if (hosts.extra.has(url.origin)) return url.origin;
  if (url.hostname.endsWith('.lightning.force.com')) {
    throw badDomain('A lightning.force.com address only shows pages. Write the same name with .my.salesforce.com instead');
  }
  if (!isPlainHttps(url)) throw badDomain(`The address must start with https:// and name nothing but the host. ${RIGHT_FORM}`);
  if (!MY_DOMAIN.test(url.hostname)) throw badDomain(`This is not a Salesforce My Domain. ${RIGHT_FORM}`);
  return url.origin;
}

/** The origin of an address that the service named (instance, identity), checked before a token goes there. */
export function allowedOrigin(address: string, hosts: Hosts): string {
  const url = parse(address);
  if (url && hosts.extra.has(url.origin)) return url.origin;
  if (!url || !isPlainHttps(url) || !SUFFIXES.some((suffix) => url.hostname.endsWith(suffix)) || isPagesOnly(url.hostname)) {
    throw problem('denied', 'FOREIGN_HOST',
      'The sign-in named an address that is not Salesforce\'s: nothing was sent there; ask whoever runs this service');
  }
  return url.origin;
}

const isPlainHttps = (url: URL): boolean => url.protocol === 'https:' && url.port === '' && url.username === '';

/** These hosts serve pages to browsers and are no API (jsforce refuses them too). */
const isPagesOnly = (hostname: string): boolean => /\.lightning\.(force\.com|crmforce\.mil|sfcrmapps\.cn)$/.test(hostname);

/** Origins written in the settings, as the URL standard spells them; throws on what is no address. */
export function settingOrigin(name: string, address: string): string {
  const url = parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`The setting ${name} is not an address that starts with https://`);
  return url.origin;
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

function badDomain(sentence: string): SyncError {
  return new SyncError('invalid', `${sentence}.`, { code: 'BAD_DOMAIN', field: 'domain' });
}
