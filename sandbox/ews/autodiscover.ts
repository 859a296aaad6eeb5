/** Autodiscover: the older POX and the newer SOAP form, and the hosts that answer in their place. */
import type { StandInReply, StandInRequest } from '../server.ts';
import type { Host } from './autodiscover-state.ts';
import type { Doorkeeper } from './sign-in.ts';
import { zulu } from './times.ts';
import type { EwsWorld } from './world.ts';
import { BadXml, escapeXml, kidOf, parseXml, textOf } from './xml.ts';

export const isAutodiscoverPath = (path: string): boolean => /^\/autodiscover\//i.test(path);
const POX = '/autodiscover/autodiscover.xml';
const SOAP = '/autodiscover/autodiscover.svc';
const XML = { 'content-type': 'text/xml; charset=utf-8' } as const;
const HTML = { 'content-type': 'text/html; charset=utf-8' } as const;
const RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const OUTLOOK_REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const CLOUD = 'outlook.office365.com';
const SHOP = '<!DOCTYPE html><html><head><title>Welcome to our shop</title></head><body><h1>Summer sale</h1></body></html>';

/** `isSecure`: over TLS. Plain http knows one thing only: a redirect, without asking who calls. */
export function autodiscoverReply(world: EwsWorld, keeper: Doorkeeper, request: StandInRequest, isSecure: boolean): StandInReply {
  const state = world.autodiscover;
  const name = request.url.hostname.toLowerCase();
  const host = state.hosts.get(name) ?? state.otherwise;
  const credentials = request.headers['authorization'];
  if (credentials !== undefined && (!isSecure || host.kind === 'trap')) {
    state.leaks.push({ host: name, isSecure, what: credentials.split(' ')[0] ?? '', at: zulu(world.clock.now()) });
  }
  if (!isSecure) return state.httpRedirect === null ? missing() : found(state.httpRedirect);
  switch (host.kind) {
    case 'shop': return { status: 200, headers: HTML, body: SHOP };
    case 'missing': return missing();
    case 'noPost': return { status: 405, headers: { ...HTML, allow: 'GET, HEAD' }, body: '' };
    case 'http302': return found(host.to ?? '/');
    case 'bearerOnly': return { status: 401, headers: { ...HTML, 'www-authenticate': 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000"' }, body: '' };
    case 'trap': return { status: 401, headers: { ...HTML, 'www-authenticate': 'Basic realm="Autodiscover"' }, body: '' };
    default: return answered(world, keeper, request, host);
  }
}

const missing = (): StandInReply => ({ status: 404, headers: HTML, body: '404 - File or directory not found.' });
const found = (location: string): StandInReply => ({ status: 302, headers: { location, ...HTML }, body: '' });

function answered(world: EwsWorld, keeper: Doorkeeper, request: StandInRequest, host: Host): StandInReply {
  const path = request.url.pathname.toLowerCase();
  if (path !== POX && path !== SOAP) return missing();
  const caller = keeper.admit(request);
  if ('status' in caller) return caller;
  if (request.method !== 'POST') return path === POX ? poxError('600', 'Invalid Request') : missing();
  if (!/^text\/xml\b/i.test(request.headers['content-type'] ?? '')) return { status: 415, headers: HTML, body: '' };
  const ewsUrl = world.autodiscover.ewsUrl ?? `${request.url.protocol}//${request.url.host}/EWS/Exchange.asmx`;
  try {
    return path === POX ? poxReply(world, request.body, host, ewsUrl) : soapReply(world, request.body, host, ewsUrl);
  } catch (error) {
    if (error instanceof BadXml) return path === POX ? poxError('600', 'Invalid Request') : { status: 400, headers: HTML, body: '' };
    throw error;
  }
}

const knows = (world: EwsWorld, address: string): boolean =>
  world.accounts.some((account) => account.hasMailbox && account.address.toLowerCase() === address.toLowerCase());

/** learn.microsoft.com, Autodiscover (POX): Account, Action, Protocol; errors come with 200. */
function poxReply(world: EwsWorld, text: string, host: Host, ewsUrl: string): StandInReply {
  const request = kidOf(parseXml(text), 'o:Request');
  const address = textOf(request, 'o:EMailAddress');
  if (address === undefined) return poxError('600', 'Invalid Request');
  if (textOf(request, 'o:AcceptableResponseSchema')?.trim() !== OUTLOOK_REQUEST) return poxError('601', 'Provider is not available');
  if (host.kind === 'busy') return poxError('603', 'Active Directory Unavailable');
  if (host.kind === 'redirectAddress') return poxAccount(`<Action>redirectAddr</Action><RedirectAddr>${escapeXml(host.to ?? '')}</RedirectAddr>`);
  if (host.kind === 'redirectUrl') return poxAccount(`<Action>redirectUrl</Action><RedirectUrl>${escapeXml(host.to ?? '')}</RedirectUrl>`);
  if (host.kind === 'unknownUser' || !knows(world, address)) return poxError('500', "The e-mail address can't be found");
  const isCloud = host.kind === 'cloud';
  const url = escapeXml(isCloud ? `https://${CLOUD}/EWS/Exchange.asmx` : ewsUrl);
  const protocol = (type: string): string => `<Protocol><Type>${type}</Type><Server>${isCloud ? CLOUD : 'ex01.contoso.local'}</Server>`
    + `<EwsUrl>${url}</EwsUrl><EmwsUrl>${url}</EmwsUrl><OOFUrl>${url}</OOFUrl></Protocol>`;
  return poxAccount(`<AccountType>email</AccountType><Action>settings</Action><MicrosoftOnline>${isCloud ? 'True' : 'False'}</MicrosoftOnline>`
    + `${protocol('EXCH')}${protocol('EXPR')}<Protocol><Type>WEB</Type></Protocol>`, address);
}

const poxAccount = (content: string, address?: string): StandInReply => ({
  status: 200, headers: XML,
  body: `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${RESPONSE}"><Response xmlns="${OUTLOOK}">${
    address === undefined ? '' : `<User><AutoDiscoverSMTPAddress>${escapeXml(address)}</AutoDiscoverSMTPAddress></User>`
  }<Account>${content}</Account></Response></Autodiscover>`,
});

const poxError = (code: string, message: string): StandInReply => ({
  status: 200, headers: XML,
  body: `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${RESPONSE}"><Response><Error Time="00:00:00" Id="1"><ErrorCode>${code}</ErrorCode>`
    + `<Message>${escapeXml(message)}</Message><DebugData/></Error></Response></Autodiscover>`,
});

const NAMESPACE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';

/** learn.microsoft.com, GetUserSettings (SOAP): an error code for the answer, for the user, for a setting. */
function soapReply(world: EwsWorld, text: string, host: Host, ewsUrl: string): StandInReply {
  const root = parseXml(text);
  // The header that names the server's version is required (learn.microsoft.com, RequestedServerVersion (SOAP)) [unconfirmed which code].
  if (!textOf(kidOf(root, 's:Header'), 'a:RequestedServerVersion')) return soapAnswer('InvalidRequest', '');
  const message = kidOf(kidOf(root, 's:Body'), 'a:GetUserSettingsRequestMessage');
  const request = kidOf(message, 'a:Request');
  const address = textOf(kidOf(kidOf(request, 'a:Users'), 'a:User'), 'a:Mailbox');
  const asked = (kidOf(request, 'a:RequestedSettings')?.kids ?? []).map((kid) => kid.text);
  if (address === undefined || asked.length === 0) return soapAnswer('InvalidRequest', '');
  if (host.kind === 'busy') return soapAnswer('ServerBusy', '');
  const redirect = host.kind === 'redirectAddress' ? 'RedirectAddress' : host.kind === 'redirectUrl' ? 'RedirectUrl' : undefined;
  if (redirect) return soapAnswer('NoError', userResponse(redirect, `<RedirectTarget>${escapeXml(host.to ?? '')}</RedirectTarget>`));
  if (host.kind === 'unknownUser' || !knows(world, address)) return soapAnswer('NoError', userResponse('InvalidUser', '<RedirectTarget i:nil="true"/>'));
  const url = host.kind === 'cloud' ? `https://${CLOUD}/EWS/Exchange.asmx` : ewsUrl;
  const known: Readonly<Record<string, string>> = {
    ExternalEwsUrl: url, InternalEwsUrl: host.kind === 'cloud' ? url : 'https://ex01.contoso.local/EWS/Exchange.asmx', UserDisplayName: address,
    ExternalEwsVersion: '15.02.1544.000', EwsSupportedSchemas: 'Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP2, Exchange2013_SP1',
  };
  const settings = asked.filter((name) => known[name] !== undefined)
    .map((name) => `<UserSetting i:type="StringSetting"><Name>${name}</Name><Value>${escapeXml(known[name] ?? '')}</Value></UserSetting>`);
  const errors = asked.filter((name) => known[name] === undefined)
    .map((name) => '<UserSettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage/>'
      + `<SettingName>${escapeXml(name)}</SettingName></UserSettingError>`);
  return soapAnswer('NoError', userResponse('NoError', '<RedirectTarget i:nil="true"/>', errors.join(''), settings.join('')));
}

const userResponse = (code: string, target: string, errors = '', settings = ''): string =>
  `<UserResponse><ErrorCode>${code}</ErrorCode><ErrorMessage>${code}</ErrorMessage>${target}<UserSettingErrors>${errors}</UserSettingErrors>`
  + `<UserSettings>${settings}</UserSettings></UserResponse>`;

const soapAnswer = (code: string, users: string): StandInReply => ({
  status: 200, headers: XML,
  body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>`
    + `<a:Action s:mustUnderstand="1">${NAMESPACE}/Autodiscover/GetUserSettingsResponse</a:Action></s:Header><s:Body>`
    + `<GetUserSettingsResponseMessage xmlns="${NAMESPACE}"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance">`
    + `<ErrorCode>${code}</ErrorCode><ErrorMessage/><UserResponses>${users}</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`,
});
