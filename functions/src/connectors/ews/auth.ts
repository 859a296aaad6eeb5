/** Signing in with login and password: find the server, try it, learn whose mailbox it is. The password is refused twice at most a click. */
import { createHash } from 'node:crypto';
import { SyncError } from '../../engine/errors.ts';
import type { Account, CredentialsFlow, Grant, TypedAnswer } from '../../ports/connector.ts';
import { openLine, type Network, type OpenLine } from '../open-line.ts';
import type { Found, Names } from './autodiscover.ts';
import { discover, domainOf, systemNames } from './autodiscover.ts';
import { CALL_LIMITS, ewsCall, readCredentials, writeCredentials } from './client.ts';
import { isCloudDomain, isCloudHost } from './cloud.ts';
import { codeError, refusal } from './errors.ts';
import { REFUSALS_PER_CLICK } from './limits.ts';
import { asSignInError, signInError } from './sign-in-errors.ts';
import type { Credentials, Tries } from './signed-line.ts';
import { signedLine } from './signed-line.ts';
import type { KnownDomains } from './settings.ts';
import type { EwsCall, ResponseMessage } from './soap.ts';
import { messagesOf, valuesOf } from './soap.ts';
import { at, child, el, render } from './xml.ts';

export interface SignInParts extends Network {
  readonly known?: KnownDomains;
  /** Replaced by tests, which have no DNS. */
  readonly open?: OpenLine;
  readonly names?: Names;
}

export function exchangeSignIn(parts: SignInParts): CredentialsFlow {
  return {
    by: 'credentials',
    connect: (typed) => connect(parts, typed),
    // A password has nothing to renew: only a person can bring another one.
    refresh: (secret, account) => Promise.resolve(grantOf(readCredentials(secret), account)),
    revoke: () => Promise.resolve(),
  };
}

function grantOf(credentials: Credentials, account: Account): Grant {
  const value = writeCredentials(credentials);
  return { secret: value, token: { value, endpoint: account.loginHost }, account };
}

async function connect(parts: SignInParts, { values: { login, password, url }, expectedAddress }: TypedAnswer): Promise<Grant> {
  if (!login) throw refusal('invalid', { code: 'FIELD_MISSING', field: 'login' });
  if (!password) throw refusal('invalid', { code: 'FIELD_MISSING', field: 'password' });
  const tries: Tries = { left: REFUSALS_PER_CLICK };
  const addresses = [...new Set([login, expectedAddress ?? ''].map((one) => one.trim()).filter(isAddress))];
  refuseCloud(addresses[0], url);
  const found = url ? { ewsUrl: serviceUrl(url) } : await search(parts, addresses, { login, password }, tries);
  if (isCloudHost(new URL(found.ewsUrl).hostname)) throw signInError('CLOUD_MAILBOX');
  const service: Service = { parts, url: found.ewsUrl, tries, addresses: [...new Set([...(found.address ? [found.address] : []), ...addresses])] };
  const { scheme, mailbox } = await enterService(service, { login, password });
  const { address } = mailbox;
  return grantOf({ login, password, ...(scheme ? { scheme } : {}), ...(address ? { address } : {}) }, accountOf(mailbox, found, login));
}

const isAddress = (text: string): boolean => /^[^\s@\\]+@[^\s@\\]+\.[^\s@\\]+$/.test(text);

/** Before anything is sent anywhere. */
function refuseCloud(address: string | undefined, url: string | undefined): void {
  const isCloudUrl = url !== undefined && isCloudHost(new URL(serviceUrl(url)).hostname);
  if (isCloudUrl || (url === undefined && address !== undefined && isCloudDomain(domainOf(address)))) throw signInError('CLOUD_MAILBOX');
}

/** People paste the host, or the address of the web mail: both stand for the service beside it. */
export function serviceUrl(typed: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(text)) throw signInError('NOT_A_SERVER');
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  if (/^\/?$|^\/(owa|ecp|ews)(\/|$)/i.test(url.pathname)) url.pathname = '/EWS/Exchange.asmx';
  return url.href.replace(/\/+$/, '');
}

/** A login may look like an address and be none: then the address that Outlook shows leads on. */
async function search(parts: SignInParts, addresses: readonly string[], credentials: Credentials, tries: Tries): Promise<Found> {
  const [address, ...others] = addresses;
  if (address === undefined) throw signInError('SERVER_NOT_FOUND');
  const open = parts.open ?? openLine(parts);
  try {
    return await discover(address, credentials, tries, {
      open, names: parts.names ?? systemNames(), clock: parts.clock, isAllowed: (url) => parts.guard.isAllowed(url), known: parts.known ?? new Map(),
    });
  } catch (error) {
    const isElsewhere = error instanceof SyncError && ['SERVER_NOT_FOUND', 'ADDRESS_REFUSED', 'MAILBOX_NOT_FOUND'].includes(error.details.code);
    if (isElsewhere && others.length > 0 && tries.left > 0) return search(parts, others, credentials, tries);
    throw error;
  }
}

interface Service {
  readonly parts: SignInParts;
  readonly url: string;
  readonly tries: Tries;
  /** Addresses that may be this mailbox's, the likeliest first. */
  readonly addresses: readonly string[];
}

interface Entry { readonly scheme: 'NTLM' | 'Basic' | undefined; readonly mailbox: Mailbox }

async function enterService(service: Service, credentials: Credentials): Promise<Entry> {
  try {
    return await tryBothWays(service, credentials);
  } catch (error) {
    throw asSignInError(error, new URL(service.url).host);
  }
}

/** After a refusal by Windows, one more try tells what was refused: the password, or the channel that the answer is bound to. */
async function tryBothWays(service: Service, credentials: Credentials): Promise<Entry> {
  const first = await enter(service, credentials);
  if (!('refused' in first)) return first;
  if (service.tries.left <= 0 || !first.wasWindows) throw first.refused;
  const second = await enter(service, first.offersBasic ? { ...credentials, scheme: 'Basic' } : credentials, !first.offersBasic);
  if ('refused' in second) throw second.refused;
  // What is not bound is let in, so TLS ends before the server does: this is what Extended Protection is for, and not ours to get around.
  if (!first.offersBasic) throw signInError('EXTENDED_PROTECTION', new URL(service.url).host);
  return second;
}

interface Refused { readonly refused: SyncError; readonly wasWindows: boolean; readonly offersBasic: boolean }

async function enter({ parts, url, tries, addresses }: Service, credentials: Credentials, isUnbound = false): Promise<Entry | Refused> {
  const line = (parts.open ?? openLine(parts))(url, CALL_LIMITS);
  const signed = signedLine({ line, host: new URL(url).host, credentials, tries, clock: parts.clock, isUnbound });
  try {
    return { mailbox: await mailboxBehind(ewsCall(signed, parts.clock), addresses), scheme: signed.scheme() };
  } catch (error) {
    if (!(error instanceof SyncError) || error.details.code !== 'EWS_UNAUTHORIZED') throw error;
    return { refused: error, wasWindows: signed.scheme() !== 'Basic', offersBasic: signed.offersBasic() };
  } finally {
    line.close();
  }
}

interface Mailbox { readonly rootId: string; readonly address?: string }

async function mailboxBehind(call: EwsCall, addresses: readonly string[]): Promise<Mailbox> {
  try {
    return mailboxOf(messagesOf(await call('GetFolder', rootFolders(addresses))), addresses);
  } catch (error) {
    // Whether an address that is nobody's fails alone or takes the request along is [unconfirmed]: the caller's own mailbox is asked for alone then.
    const isOther = error instanceof SyncError && error.kind === 'denied' && error.details.code.startsWith('EWS_ERROR_') && addresses.length > 0;
    if (!isOther) throw error;
    return mailboxBehind(call, []);
  }
}

/** The root of the caller's own mailbox, and the roots of the mailboxes with these addresses: where both are one, the address is his. */
function rootFolders(addresses: readonly string[]): string {
  const roots = [undefined, ...addresses].map((address) => el('t:DistinguishedFolderId', { Id: 'msgfolderroot' },
    address === undefined ? undefined : el('t:Mailbox', {}, el('t:EmailAddress', {}, address))));
  return render(el('m:GetFolder', {}, el('m:FolderShape', {}, el('t:BaseShape', {}, 'IdOnly')), el('m:FolderIds', {}, ...roots)));
}

function mailboxOf([own, ...others]: readonly ResponseMessage[], addresses: readonly string[]): Mailbox {
  const rootId = own && folderIdOf(own);
  if (!own || rootId === undefined) throw codeError(own?.code ?? '', own ? valuesOf(own.element) : {}, 'call');
  const address = addresses.find((_address, n) => others[n] && folderIdOf(others[n]) === rootId);
  return { rootId, ...(address === undefined ? {} : { address }) };
}

const folderIdOf = ({ element }: ResponseMessage): string | undefined =>
  child(at(element, 'Folders')?.children[0], 'FolderId')?.attributes['Id'];

/**
 * The id of the root folder says which mailbox it is: it outlives renamed people and their addresses, and changes only when the mailbox moves
 * to another organization, where all ids of its items change too (learn.microsoft.com, EWS identifiers). It is hashed because it is long and
 * differs by case alone. The zone of a mailbox stands in no folder and is not asked for.
 */
function accountOf({ rootId, address }: Mailbox, { ewsUrl, displayName }: Found, login: string): Account {
  const shown = address ?? login.trim();
  return {
    organization: new URL(ewsUrl).host, user: createHash('sha256').update(rootId).digest('hex'), login: shown, displayName: displayName ?? shown,
    loginHost: ewsUrl,
  };
}
