import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Internet, TestExchange } from '../../../test/worlds/exchange-network.ts';
import { internetTo, networkTo, testExchange } from '../../../test/worlds/exchange-network.ts';
import type { Grant } from '../../ports/connector.ts';
import { pinnedCertificates } from '../pinned-certificates.ts';
import { exchangeSignIn, serviceUrl } from './auth.ts';
import { ewsClient, readCredentials } from './client.ts';
import { messagesOf } from './soap.ts';

let world: TestExchange;
let net: Internet;
beforeAll(async () => { world = await testExchange({ suite: 'ews-sign-in' }); });
afterAll(() => world.close());
beforeEach(() => {
  world.exchange.world.autodiscover.hosts.clear();
  world.exchange.controls.autodiscover({ httpRedirect: null, ewsUrl: null, otherwise: { kind: 'missing' } });
  world.exchange.controls.host('autodiscover.contoso.example', { kind: 'answers' });
  net = internetTo(world.exchange, world.clock);
});
afterEach(() => {
  world.exchange.controls.clearTroubles();
  world.exchange.server.clearFaults();
  world.exchange.controls.setStanding('anna', 'ok');
  world.exchange.controls.signIn({ schemes: ['NTLM', 'Basic'], extendedProtection: 'allow', isBridged: false, loginForms: ['upn', 'domain'] });
});

const ANNA = { login: 'CONTOSO\\anna.weber', password: 'Exchange-2026' } as const;
const ADDRESS = 'anna.weber@contoso.example';

/** By the link: straight to the stand-in, over the real guard and its pinned certificate. */
const byLink = (values: Readonly<Record<string, string>> = {}, expectedAddress?: string): Promise<Grant> =>
  exchangeSignIn(networkTo(world.exchange, world.clock)).connect({
    choice: 'default', values: { ...ANNA, url: world.exchange.ewsUrl, ...values }, ...(expectedAddress ? { expectedAddress } : {}),
  });
/** Without a link: through Autodiscover. */
const bySearch = (values: Readonly<Record<string, string>>, expectedAddress?: string): Promise<Grant> =>
  exchangeSignIn({ ...net.network, open: net.open, names: net.names })
    .connect({ choice: 'default', values, ...(expectedAddress ? { expectedAddress } : {}) });
const refused = async (work: Promise<Grant>): Promise<unknown> => {
  interface Failure { readonly kind: string; readonly details: { readonly code: string; readonly field?: string } }
  const { kind, details } = await work.then(() => { throw new Error('it worked'); }, (error: unknown) => error as Failure);
  return [kind, details.code, ...(details.field === undefined ? [] : [details.field])];
};
const refusals = (): readonly string[] => world.exchange.refusals;

describe('whose mailbox it is', () => {
  test('is known by an id of the mailbox, and by the address that the server agrees to', async () => {
    const { account, token, secret } = await byLink({}, ADDRESS);
    const { host } = new URL(world.exchange.ewsUrl);
    expect(account).toEqual({
      organization: host, user: expect.stringMatching(/^[0-9a-f]{64}$/) as string, login: ADDRESS, displayName: ADDRESS, loginHost: world.exchange.ewsUrl,
    });
    expect(readCredentials(token.value)).toEqual({ ...ANNA, scheme: 'NTLM', address: ADDRESS });
    expect([token.endpoint, token.expiresAt, secret]).toEqual([world.exchange.ewsUrl, undefined, token.value]);
  });

  test('is the same however he signs in, and another for another person', async () => {
    const one = await byLink();
    const same = await byLink({ login: ADDRESS });
    const other = await byLink({ login: 'mschmidt@contoso.local', password: 'Sömmer 2026' });
    expect([same.account.user === one.account.user, other.account.user === one.account.user]).toEqual([true, false]);
    expect([one.account.login, same.account.login, other.account.login]).toEqual(['CONTOSO\\anna.weber', ADDRESS, 'mschmidt@contoso.local']);
  });

  test('is not what Outlook shows, when that is somebody else\'s address', async () => {
    expect((await byLink({}, 'mia.schmidt@contoso.example')).account.login).toBe('CONTOSO\\anna.weber');
    expect((await byLink({}, 'nobody@other.example')).account.login).toBe('CONTOSO\\anna.weber');
  });

  test('works for the client afterwards, and needs no renewal', async () => {
    const grant = await byLink({}, ADDRESS);
    const flow = exchangeSignIn(networkTo(world.exchange, world.clock));
    const again = await flow.refresh(grant.secret, grant.account);
    expect(again).toEqual(grant);
    const token = (): Promise<Grant['token']> => Promise.resolve(again.token);
    const body = await ewsClient({ token, renew: token }, networkTo(world.exchange, world.clock))('GetFolder',
      '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>'
      + '<m:FolderIds><t:DistinguishedFolderId Id="tasks"/></m:FolderIds></m:GetFolder>');
    expect(messagesOf(body)[0]?.code).toBe('NoError');
    await expect(flow.revoke(grant.secret, grant.account)).resolves.toBeUndefined();
  });
});

describe('the link', () => {
  test.each([
    ['mail.contoso.com', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://mail.contoso.com/', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://mail.contoso.com/owa/#path=/mail', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://mail.contoso.com/owa/auth/logon.aspx?url=x', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://mail.contoso.com/ews/exchange.asmx?wsdl', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://mail.contoso.com/EWS/', 'https://mail.contoso.com/EWS/Exchange.asmx'],
    ['https://proxy.contoso.com/exchange/EWS/Exchange.asmx/', 'https://proxy.contoso.com/exchange/EWS/Exchange.asmx'],
    ['http://mail.contoso.com', 'http://mail.contoso.com/EWS/Exchange.asmx'],
  ])('%s means %s', (typed, url) => { expect(serviceUrl(typed)).toBe(url); });

  test.each([
    ['https://', ['invalid', 'NOT_A_SERVER', 'url']], ['http://mail.contoso.com', ['denied', 'ADDRESS_REFUSED', 'url']],
    ['https://10.0.0.1/', ['denied', 'ADDRESS_REFUSED', 'url']], ['https://169.254.169.254/metadata', ['denied', 'ADDRESS_REFUSED', 'url']],
    ['https://anna:x@mail.contoso.com/', ['denied', 'ADDRESS_REFUSED', 'url']],
    ['https://outlook.office365.com/EWS/Exchange.asmx', ['invalid', 'CLOUD_MAILBOX', 'login']],
    ['outlook.office.com', ['invalid', 'CLOUD_MAILBOX', 'login']],
  ])('%s is refused before anything is sent', async (url, expected) => { expect(await refused(byLink({ url }))).toEqual(expected); });

  test('to something else is no server', async () => {
    expect(await refused(byLink({ url: `${world.exchange.origin}/shop` }))).toEqual(['invalid', 'NOT_A_SERVER', 'url']);
    for (const kind of ['html', 'redirectToOwa', 'truncated', 'entityBomb', 'huge'] as const) {
      world.exchange.controls.trouble(kind);
      expect(await refused(byLink())).toEqual(['invalid', 'NOT_A_SERVER', 'url']);
    }
  });

  test('to a server that is down, busy, or closed to the person', async () => {
    for (const [kind, expected] of [
      ['unavailable', ['unavailable', 'SERVER_UNREACHABLE', 'url']], ['serverError', ['unavailable', 'SERVER_UNREACHABLE', 'url']],
      ['moved', ['unavailable', 'SERVER_UNREACHABLE', 'url']], ['busy', ['throttled', 'EWS_ERROR_SERVER_BUSY']], ['forbidden', ['denied', 'ACCESS_OFF']],
    ] as const) {
      world.exchange.controls.trouble(kind);
      expect(await refused(byLink())).toEqual(expected);
    }
    world.exchange.server.addFault({ route: 'POST *', count: 1, dropRequest: true });
    expect(await refused(byLink())).toEqual(['unavailable', 'SERVER_UNREACHABLE', 'url']);
  });

  test('to a server whose certificate nobody signed', async () => {
    const flow = exchangeSignIn({ ...networkTo(world.exchange, world.clock), pins: pinnedCertificates({}) });
    await expect(flow.connect({ choice: 'default', values: { ...ANNA, url: world.exchange.ewsUrl } })).rejects.toMatchObject({
      kind: 'denied', details: { code: 'CERTIFICATE', field: 'url', host: new URL(world.exchange.ewsUrl).host },
    });
  });
});

describe('a refusal', () => {
  test('of a wrong password costs two tries and no more', async () => {
    const before = refusals().length;
    expect(await refused(byLink({ password: 'wrong' }))).toEqual(['credentialsRejected', 'PASSWORD_WRONG', 'password']);
    expect(refusals().slice(before)).toEqual(['wrongPassword', 'wrongPassword']);
  });

  test('by Basic alone costs one', async () => {
    world.exchange.controls.signIn({ schemes: ['Basic'] });
    const before = refusals().length;
    expect(await refused(byLink({ password: 'wrong' }))).toEqual(['credentialsRejected', 'PASSWORD_WRONG', 'password']);
    // The first message of Windows, which holds no password, is what the server did not take.
    expect(refusals().slice(before)).toEqual(['scheme', 'wrongPassword']);
  });

  test('of a channel that is taken apart is told from that of a password', async () => {
    world.exchange.controls.signIn({ schemes: ['Negotiate', 'NTLM'], isBridged: true });
    expect(await refused(byLink())).toEqual(['denied', 'EXTENDED_PROTECTION']);
  });

  test('of such a channel leaves Basic where the server offers it, and that is kept', async () => {
    world.exchange.controls.signIn({ isBridged: true });
    expect(readCredentials((await byLink()).token.value)).toMatchObject({ scheme: 'Basic' });
  });

  test('because only tokens are taken', async () => {
    world.exchange.controls.signIn({ schemes: ['Bearer'] });
    expect(await refused(byLink())).toEqual(['denied', 'SCHEME_UNSUPPORTED']);
  });

  test('because there is no mailbox', async () => {
    expect(await refused(byLink({ login: 'CONTOSO\\svc-sync', password: 'Service-2026' }))).toEqual(['invalid', 'MAILBOX_NOT_FOUND', 'login']);
    expect(await refused(byLink({ login: 'svc-sync@contoso.example', password: 'Service-2026' }))).toEqual(['invalid', 'MAILBOX_NOT_FOUND', 'login']);
  });

  test.each([['login', { login: '' }], ['password', { password: '' }]] as const)('because the %s is missing', async (field, values) => {
    expect(await refused(byLink(values))).toEqual(['invalid', 'FIELD_MISSING', field]);
  });
});

describe('without a link', () => {
  test.each([
    ['an address', ADDRESS, undefined], ['DOMAIN\\user and the address that Outlook shows', 'CONTOSO\\anna.weber', ADDRESS],
    ['an address of nobody and the one that Outlook shows', 'anna.weber@contoso.local', ADDRESS],
  ])('the server is found by %s', async (_what, login, expectedAddress) => {
    net.ips.set('contoso.local', '');
    const password = login.endsWith('.local') ? 'Sömmer 2026' : ANNA.password;
    const who = login.endsWith('.local') ? 'mschmidt@contoso.local' : login;
    const expected = login.endsWith('.local') ? 'mia.schmidt@contoso.example' : expectedAddress;
    const { account } = await bySearch({ login: who, password }, expected);
    expect(account).toMatchObject({ login: expected ?? ADDRESS, loginHost: 'https://autodiscover.contoso.example/EWS/Exchange.asmx' });
  });

  test('a login that is no address needs the link', async () => {
    expect(await refused(bySearch(ANNA))).toEqual(['invalid', 'SERVER_NOT_FOUND', 'url']);
    expect(net.asked).toEqual([]);
  });

  test('a person of the cloud is sent to Microsoft before anything is asked', async () => {
    for (const login of ['anna@outlook.com', 'anna@contoso.onmicrosoft.com', 'anna@hotmail.de', 'anna@live.com']) {
      expect(await refused(bySearch({ ...ANNA, login }))).toEqual(['invalid', 'CLOUD_MAILBOX', 'login']);
    }
    expect(net.asked).toEqual([]);
  });

  test('a wrong password is refused twice in all, by Autodiscover or by the service', async () => {
    world.exchange.controls.host('contoso.example', { kind: 'answers' });
    const before = refusals().length;
    expect(await refused(bySearch({ login: ADDRESS, password: 'wrong' }))).toEqual(['credentialsRejected', 'PASSWORD_WRONG', 'password']);
    expect(refusals().slice(before)).toEqual(['wrongPassword', 'wrongPassword']);
  });

  test('a server of somebody else is named, and used once the person enters it', async () => {
    world.exchange.controls.autodiscover({ ewsUrl: 'https://mail.hoster.example/EWS/Exchange.asmx' });
    await expect(bySearch({ login: ADDRESS, password: ANNA.password })).rejects.toMatchObject({
      kind: 'invalid', details: { code: 'FOREIGN_REDIRECT', field: 'url', host: 'mail.hoster.example' },
    });
    const { account } = await bySearch({ login: ADDRESS, password: ANNA.password, url: 'mail.hoster.example' });
    expect(account.loginHost).toBe('https://mail.hoster.example/EWS/Exchange.asmx');
  });
});
