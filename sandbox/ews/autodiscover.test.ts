import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ANNA, basic, find, send, testExchange } from './test-client.ts';
import type { HttpAnswer, TestExchange } from './test-client.ts';
import { parseXml } from './xml.ts';

let world: TestExchange;
beforeAll(async () => { world = await testExchange({ hostNames: ['autodiscover.example'] }); });
afterAll(() => world.close());
afterEach(() => {
  world.exchange.world.autodiscover.hosts.clear();
  world.exchange.world.autodiscover.leaks.length = 0;
  world.exchange.controls.autodiscover({ httpRedirect: null });
});

const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';
const pox = (address: string, schema = `${OUTLOOK}/responseschema/2006a`): string =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${OUTLOOK}/requestschema/2006"><Request>`
  + `<EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
const NAMESPACE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const VERSION = '<a:RequestedServerVersion>Exchange2013_SP1</a:RequestedServerVersion>';
const soapBody = (address: string, header = VERSION): string => {
  const users = `<a:Users><a:User><a:Mailbox>${address}</a:Mailbox></a:User></a:Users>`;
  const settings = ['ExternalEwsUrl', 'ActiveDirectoryServer'].map((name) => `<a:Setting>${name}</a:Setting>`).join('');
  const request = `<a:Request>${users}<a:RequestedSettings>${settings}</a:RequestedSettings></a:Request>`;
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="${NAMESPACE}"><s:Header>${header}</s:Header><s:Body>`
    + `<a:GetUserSettingsRequestMessage>${request}</a:GetUserSettingsRequestMessage></s:Body></s:Envelope>`;
};

/** As a client would reach `host`, whose name resolves to this server. */
function ask(host: string, body: string, options: { path?: string; signIn?: boolean; origin?: string; method?: string } = {}): Promise<HttpAnswer> {
  const { path = '/autodiscover/autodiscover.xml', signIn = true, origin = world.exchange.origin, method = 'POST' } = options;
  const headers = { 'content-type': 'text/xml', host, ...(signIn ? { authorization: basic(ANNA) } : {}) };
  return send(world.exchange, { url: `${origin}${path}`, method, headers, body });
}

test('POX asks who calls and then tells the address of EWS for inside and outside', async () => {
  expect((await ask('contoso.example', pox('anna.weber@contoso.example'), { signIn: false })).schemes).toEqual(['NTLM', 'Basic realm="ex01"']);
  const { status, text } = await ask('contoso.example', pox('anna.weber@contoso.example'));
  expect(status).toBe(200);
  expect([...text.matchAll(/<Type>(\w+)<\/Type>/g)].map(([, type]) => type)).toEqual(['EXCH', 'EXPR', 'WEB']);
  expect(/<EwsUrl>(.*?)<\/EwsUrl>/.exec(text)?.[1]).toBe('https://contoso.example/EWS/Exchange.asmx');
});

test('POX says its errors within a 200', async () => {
  const codeOf = async (body: string): Promise<string | undefined> => /<ErrorCode>(\d+)</.exec((await ask('contoso.example', body)).text)?.[1];
  expect(await codeOf(pox('nobody@contoso.example'))).toBe('500');
  expect(await codeOf(pox('anna.weber@contoso.example', 'http://example.com/other'))).toBe('601');
  expect(await codeOf('<Autodiscover/>')).toBe('600');
  expect(await codeOf('<!DOCTYPE a><a/>')).toBe('600');
});

test('SOAP answers for the whole, for the user and for each setting', async () => {
  const answer = await ask('contoso.example', soapBody('anna.weber@contoso.example'), { path: '/Autodiscover/Autodiscover.svc' });
  const root = parseXml(answer.text);
  expect(find(root, 'a:UserSetting')?.kids.map(({ text }) => text)).toEqual(['ExternalEwsUrl', 'https://contoso.example/EWS/Exchange.asmx']);
  expect(find(root, 'a:UserSettingError')?.kids.map(({ text }) => text)).toEqual(['SettingIsNotAvailable', '', 'ActiveDirectoryServer']);
  const unknown = await ask('contoso.example', soapBody('nobody@contoso.example'), { path: '/autodiscover/autodiscover.svc' });
  expect(find(find(parseXml(unknown.text), 'a:UserResponse'), 'a:ErrorCode')?.text).toBe('InvalidUser');
  const unversioned = await ask('contoso.example', soapBody('anna.weber@contoso.example', ''), { path: '/autodiscover/autodiscover.svc' });
  expect(find(parseXml(unversioned.text), 'a:ErrorCode')?.text).toBe('InvalidRequest');
});

test.each([
  ['redirectAddress', 'anna@other.example', /<RedirectAddr>anna@other.example</, /<ErrorCode>RedirectAddress</],
  ['redirectUrl', 'https://mail.other.example/x', /<RedirectUrl>https:\/\/mail.other.example\/x</, /<ErrorCode>RedirectUrl</],
] as const)('a host can send its askers on by %s', async (kind, to, inPox, inSoap) => {
  world.exchange.controls.host('contoso.example', { kind, to });
  expect((await ask('contoso.example', pox('anna.weber@contoso.example'))).text).toMatch(inPox);
  expect((await ask('contoso.example', soapBody('anna.weber@contoso.example'), { path: '/autodiscover/autodiscover.svc' })).text).toMatch(inSoap);
});

test('a migrated mailbox is said to be in the cloud', async () => {
  world.exchange.controls.host('contoso.example', { kind: 'cloud' });
  const { text } = await ask('contoso.example', pox('anna.weber@contoso.example'));
  expect([/<MicrosoftOnline>(\w+)</.exec(text)?.[1], /<EwsUrl>(.*?)</.exec(text)?.[1]]).toEqual(['True', 'https://outlook.office365.com/EWS/Exchange.asmx']);
});

test.each([['shop', 200], ['missing', 404], ['noPost', 405], ['bearerOnly', 401], ['http302', 302]] as const)('a host of kind %s answers %i to anybody',
  async (kind, status) => {
  world.exchange.controls.host('contoso.example', { kind, to: 'https://www.contoso.example/' });
  expect((await ask('contoso.example', pox('anna.weber@contoso.example'))).status).toBe(status);
});

test('plain http knows a redirect for who does not sign in, and keeps account of those who do', async () => {
  const origin = world.exchange.pageOrigin;
  const get = (signIn: boolean): Promise<HttpAnswer> => ask('autodiscover.contoso.example', '', { origin, signIn, method: 'GET' });
  expect((await get(false)).status).toBe(404);
  world.exchange.controls.autodiscover({ httpRedirect: 'https://mail.contoso.example/autodiscover/autodiscover.xml' });
  const answer = await get(false);
  expect([answer.status, answer.headers.location]).toEqual([302, 'https://mail.contoso.example/autodiscover/autodiscover.xml']);
  expect(world.exchange.leaks).toEqual([]);
  await get(true);
  expect(world.exchange.leaks).toMatchObject([{ host: 'autodiscover.contoso.example', isSecure: false, what: 'Basic' }]);
});

test("a stranger's host asks for Basic and remembers that it got it", async () => {
  world.exchange.controls.host('autodiscover.example', { kind: 'trap' });
  expect((await ask('autodiscover.example', pox('anna.weber@contoso.example'), { signIn: false })).schemes).toEqual(['Basic realm="Autodiscover"']);
  expect(world.exchange.leaks).toEqual([]);
  await ask('autodiscover.example', pox('anna.weber@contoso.example'));
  expect(world.exchange.leaks).toMatchObject([{ host: 'autodiscover.example', isSecure: true, what: 'Basic' }]);
  expect(JSON.stringify(world.exchange.leaks)).not.toContain(ANNA.password);
});
