import type https from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { ANNA, agentOf, basic, getFolder, ntlmAuthenticate, ntlmNegotiate, send, sendByNtlm, soap, testExchange } from './test-client.ts';
import type { HttpAnswer, NtlmOptions, TestExchange } from './test-client.ts';
import type { SignInSettings } from './settings.ts';

const FOLDER = getFolder('contacts');
const XML = { 'content-type': 'text/xml; charset=utf-8' };
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const end of open.splice(0).reverse()) await end(); });

interface SignInWorld extends TestExchange { readonly agent: https.Agent; ntlm(options?: Partial<NtlmOptions>): Promise<HttpAnswer> }

async function world(signIn: Partial<SignInSettings> = {}): Promise<SignInWorld> {
  const made = await testExchange({ settings: { signIn: { schemes: ['Negotiate', 'NTLM'], ...signIn } } });
  const agent = agentOf(made.exchange);
  open.push(() => made.close(), () => agent.destroy());
  const ntlm = (options: Partial<NtlmOptions> = {}): Promise<HttpAnswer> =>
    sendByNtlm(made.exchange, { ...ANNA, ...options }, { url: made.exchange.ewsUrl, headers: XML, body: soap(FOLDER), agent });
  return { ...made, agent, ntlm };
}

describe('NTLM', () => {
  test('a caller without credentials is told each scheme in a header of its own', async () => {
    const { exchange } = await world({ schemes: ['Negotiate', 'NTLM', 'Basic'] });
    const answer = await send(exchange, { url: exchange.ewsUrl, headers: XML, body: soap(FOLDER) });
    expect(answer.status).toBe(401);
    expect(answer.schemes).toEqual(['Negotiate', 'NTLM', 'Basic realm="ex01"']);
  });

  test.each([[false], [true]])('the right password signs the connection in, with a session key of its own: %s', async (hasKeyExchange) => {
    const { exchange, agent, ntlm } = await world();
    expect((await ntlm({ hasKeyExchange })).status).toBe(200);
    const again = await send(exchange, { url: exchange.ewsUrl, headers: XML, body: soap(FOLDER), agent });
    expect(again.status).toBe(200);
    const elsewhere = await send(exchange, { url: exchange.ewsUrl, headers: XML, body: soap(FOLDER) });
    expect(elsewhere.status).toBe(401);
  });

  test('a third message on another connection than the challenge came on is refused', async () => {
    const { exchange, agent } = await world();
    const negotiate = ntlmNegotiate();
    const first = await send(exchange, { url: exchange.ewsUrl, agent, headers: { authorization: `NTLM ${negotiate.toString('base64')}` } });
    const challenge = Buffer.from((first.schemes[0] ?? '').slice(5), 'base64');
    const message = ntlmAuthenticate(negotiate, challenge, ANNA, undefined);
    const other = await send(exchange, { url: exchange.ewsUrl, headers: { ...XML, authorization: `NTLM ${message.toString('base64')}` }, body: soap(FOLDER) });
    expect(other.status).toBe(401);
    expect(exchange.refusals).toEqual(['noHandshake']);
  });

  test.each([
    ['a wrong password', { password: 'x' }, 'wrongPassword'], ['an unknown user', { user: 'CONTOSO\\nobody' }, 'unknownUser'],
    ['a code that does not cover the messages', { mic: 'wrong' }, 'badMic'], ['a binding to another certificate', { binding: 'wrong' }, 'badChannelBinding'],
  ] as const)('%s is refused', async (_name, options, reason) => {
    const { exchange, ntlm } = await world();
    expect((await ntlm(options)).status).toBe(401);
    expect(exchange.refusals).toEqual([reason]);
  });

  test('Extended Protection lets in who is bound to this TLS channel, and nobody else', async () => {
    const { exchange, ntlm } = await world({ extendedProtection: 'require' });
    expect((await ntlm({ binding: 'none' })).status).toBe(401);
    expect((await ntlm({ binding: 'right' })).status).toBe(200);
    expect(exchange.refusals).toEqual(['noChannelBinding']);
  });

  test('behind a proxy that ends TLS the honest binding never fits', async () => {
    const { exchange, ntlm } = await world({ extendedProtection: 'require', isBridged: true });
    expect((await ntlm()).status).toBe(401);
    expect(exchange.refusals).toEqual(['badChannelBinding']);
  });

  test('a client that leaves out the binding is let in where it may, and a message without code too', async () => {
    const { ntlm } = await world({ extendedProtection: 'allow' });
    expect((await ntlm({ binding: 'none', mic: 'none' })).status).toBe(200);
  });

  test('the name of the directory works, the mail address of somebody whose login is another does not', async () => {
    const { ntlm } = await world();
    expect((await ntlm({ user: 'mschmidt@contoso.local', password: 'Sömmer 2026' })).status).toBe(200);
    expect((await ntlm({ user: 'mia.schmidt@contoso.example', password: 'Sömmer 2026' })).status).toBe(401);
  });
});

describe('accounts', () => {
  test('five wrong passwords lock the account, and then the right one is refused as well', async () => {
    const { exchange, ntlm } = await world();
    for (let n = 0; n < 5; n += 1) await ntlm({ password: 'x' });
    expect((await ntlm()).status).toBe(401);
    expect(exchange.refusals.at(-1)).toBe('locked');
    exchange.controls.setStanding('anna', 'ok');
    expect((await ntlm()).status).toBe(200);
  });

  test.each(['expired', 'disabled', 'ewsDisabled'] as const)('from outside %s looks like a wrong password', async (state) => {
    const { exchange, ntlm } = await world();
    exchange.controls.setStanding('anna', state);
    const answer = await ntlm();
    expect([answer.status, answer.schemes]).toEqual([401, ['Negotiate', 'NTLM']]);
    expect(exchange.refusals).toEqual([state]);
  });

  test('Basic is UTF-8, and is refused where it is not offered', async () => {
    const { exchange } = await world({ schemes: ['Basic'] });
    const as = (user: string, password: string): Promise<HttpAnswer> =>
      send(exchange, { url: exchange.ewsUrl, headers: { ...XML, authorization: basic({ user, password }) }, body: soap(FOLDER) });
    expect((await as('CONTOSO\\mschmidt', 'Sömmer 2026')).status).toBe(200);
    exchange.controls.signIn({ schemes: ['NTLM'] });
    expect((await as('CONTOSO\\mschmidt', 'Sömmer 2026')).status).toBe(401);
    expect(exchange.refusals).toEqual(['scheme']);
  });

  test('plain http is refused before anybody is asked for a password', async () => {
    const { exchange } = await world({ schemes: ['Basic'] });
    const headers = { ...XML, authorization: basic(ANNA) };
    const answer = await send(exchange, { url: `${exchange.pageOrigin}/EWS/Exchange.asmx`, headers, body: soap(FOLDER) });
    expect(answer.status).toBe(403);
  });

  test('a service account speaks for others only by impersonation', async () => {
    const { ews } = await testExchange().then((made) => { open.push(() => made.close()); return made; });
    const service = { user: 'CONTOSO\\svc-sync', password: 'Service-2026' };
    const version = '<t:RequestServerVersion Version="Exchange2013_SP1"/>';
    const anna = `${version}<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>anna.weber@contoso.example</t:PrimarySmtpAddress>`
      + '</t:ConnectingSID></t:ExchangeImpersonation>';
    expect((await ews(FOLDER, { as: service })).codes).toEqual(['ErrorNonExistentMailbox']);
    expect((await ews(FOLDER, { as: service, header: anna })).codes).toEqual(['NoError']);
    expect((await ews(FOLDER, { header: anna })).codes).toEqual(['ErrorImpersonateUserDenied']);
  });
});
