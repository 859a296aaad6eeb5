/** What is asked of Autodiscover in its two forms, POX and SOAP, and what their answers say (learn.microsoft.com, Autodiscover reference). */
import type { XmlElement } from './soap.ts';
import { SOAP_NAMESPACE } from './soap.ts';
import { at, child, childText, children, el, render } from './xml.ts';

export type Told =
  | { readonly what: 'server'; readonly ewsUrl: string; readonly address?: string; readonly displayName?: string; readonly isCloud: boolean }
  | { readonly what: 'redirectAddress'; readonly to: string }
  | { readonly what: 'redirectUrl'; readonly to: string }
  | { readonly what: 'unknownUser' }
  | { readonly what: 'busy' }
  /** Something else, or nothing that helps. */
  | { readonly what: 'nothing' };

/** One way to ask: the path on a host, the request, and how its answer is read. */
export interface Form {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  request(address: string): string;
  read(root: XmlElement): Told;
}

const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';
const SERVICE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const ADDRESSING = 'http://www.w3.org/2005/08/addressing';
const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

export const POX: Form = {
  path: '/autodiscover/autodiscover.xml',
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  request: (address) => DECLARATION + render(el('Autodiscover', { xmlns: `${OUTLOOK}/requestschema/2006` },
    el('Request', {}, el('EMailAddress', {}, address), el('AcceptableResponseSchema', {}, `${OUTLOOK}/responseschema/2006a`)))),
  read: readPox,
};

export const SOAP: Form = {
  path: '/autodiscover/autodiscover.svc',
  headers: { 'content-type': 'text/xml; charset=utf-8', 'soapaction': `"${SERVICE}/Autodiscover/GetUserSettings"` },
  request: (address) => DECLARATION + render(el('s:Envelope', { 'xmlns:s': SOAP_NAMESPACE, 'xmlns:a': SERVICE, 'xmlns:w': ADDRESSING },
    el('s:Header', {}, el('a:RequestedServerVersion', {}, 'Exchange2013_SP1'), el('w:Action', {}, `${SERVICE}/Autodiscover/GetUserSettings`)),
    el('s:Body', {}, el('a:GetUserSettingsRequestMessage', {}, el('a:Request', {},
      el('a:Users', {}, el('a:User', {}, el('a:Mailbox', {}, address))),
      el('a:RequestedSettings', {}, ...SETTINGS.map((name) => el('a:Setting', {}, name)))))))),
  read: readSoap,
};

const SETTINGS = ['ExternalEwsUrl', 'InternalEwsUrl', 'AutoDiscoverSMTPAddress', 'UserDisplayName'] as const;

/** EXPR is for the outside, EXHTTP may be, EXCH is for the inside. */
const PROTOCOLS = ['EXPR', 'EXHTTP', 'EXCH'];
/** "The e-mail address can't be found"; "Active Directory is unavailable". */
const POX_ERRORS: Readonly<Record<string, Told>> = { 500: { what: 'unknownUser' }, 603: { what: 'busy' } };

function readPox(root: XmlElement): Told {
  const response = root.name === 'Autodiscover' ? child(root, 'Response') : undefined;
  const account = child(response, 'Account');
  const error = childText(child(response, 'Error'), 'ErrorCode')?.trim();
  if (error !== undefined) return POX_ERRORS[error] ?? { what: 'nothing' };
  const word = (name: string): string => childText(account, name)?.trim() ?? '';
  if (word('Action') === 'redirectAddr') return { what: 'redirectAddress', to: word('RedirectAddr') };
  if (word('Action') === 'redirectUrl') return { what: 'redirectUrl', to: word('RedirectUrl') };
  const protocols = children(account, 'Protocol');
  const urlOf = (type: string): string | undefined =>
    childText(protocols.find((one) => childText(one, 'Type')?.trim() === type && childText(one, 'EwsUrl')?.trim()), 'EwsUrl')?.trim();
  const isCloud = word('MicrosoftOnline').toLowerCase() === 'true';
  const user = child(response, 'User');
  return server(PROTOCOLS.map(urlOf).find(Boolean), isCloud, childText(user, 'AutoDiscoverSMTPAddress'), childText(user, 'DisplayName'));
}

/** Error codes stand at three levels: the answer's, the user's, and each setting's, which then is simply absent. */
const SOAP_CODES: Readonly<Record<string, Told>> = {
  ServerBusy: { what: 'busy' }, InvalidUser: { what: 'unknownUser' }, InvalidDomain: { what: 'unknownUser' },
};

function readSoap(root: XmlElement): Told {
  const response = at(root, 'Body', 'GetUserSettingsResponseMessage', 'Response');
  const user = at(response, 'UserResponses', 'UserResponse');
  const codes = [response, user].map((holder) => childText(holder, 'ErrorCode')?.trim() ?? '');
  const code = codes.find((word) => word !== '' && word !== 'NoError');
  const target = childText(user, 'RedirectTarget')?.trim() ?? '';
  if (code === 'RedirectAddress') return { what: 'redirectAddress', to: target };
  if (code === 'RedirectUrl') return { what: 'redirectUrl', to: target };
  if (code !== undefined) return SOAP_CODES[code] ?? { what: 'nothing' };
  const settings = new Map(children(child(user, 'UserSettings'), 'UserSetting').map((one) => [childText(one, 'Name'), childText(one, 'Value')?.trim()]));
  const [external, internal, address, name] = SETTINGS.map((setting) => settings.get(setting));
  return server(external || internal, false, address, name);
}

function server(ewsUrl: string | undefined, isCloud: boolean, address: string | undefined, displayName: string | undefined): Told {
  if (!ewsUrl && !isCloud) return { what: 'nothing' };
  const [mail, name] = [address?.trim(), displayName?.trim()];
  return { what: 'server', ewsUrl: ewsUrl ?? '', isCloud, ...(mail ? { address: mail } : {}), ...(name ? { displayName: name } : {}) };
}
