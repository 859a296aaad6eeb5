import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SyncError } from '../../engine/errors.ts';
import type { TestExchange, TroubleKind } from '../../../test/worlds/exchange-network.ts';
import { networkTo, testExchange } from '../../../test/worlds/exchange-network.ts';
import { pinnedCertificates } from '../pinned-certificates.ts';
import { ewsClient, readCredentials, writeCredentials } from './client.ts';
import type { Network } from '../open-line.ts';
import type { Credentials } from './signed-line.ts';
import type { EwsCall } from './soap.ts';
import { messagesOf } from './soap.ts';
import { el, render } from './xml.ts';

let world: TestExchange;
// Not recorded for the contract check: some of these requests are wrong on purpose, and the connector's suites go over the same client.
beforeAll(async () => { world = await testExchange(); });
afterAll(() => world.close());
beforeEach(() => { world.exchange.server.calls.clear(); });
afterEach(() => {
  world.exchange.controls.clearTroubles();
  world.exchange.server.clearFaults();
  world.exchange.controls.setStanding('anna', 'ok');
  world.exchange.controls.signIn({ schemes: ['NTLM', 'Basic'], extendedProtection: 'allow', isBridged: false });
});

const ANNA: Credentials = { login: 'CONTOSO\\anna.weber', password: 'Exchange-2026', address: 'anna.weber@contoso.example' };
const network = (): Network => networkTo(world.exchange, world.clock);
const client = (credentials = ANNA, endpoint = world.exchange.ewsUrl): EwsCall => {
  const token = { value: writeCredentials(credentials), endpoint };
  return ewsClient({ token: () => Promise.resolve(token), renew: () => Promise.reject(new Error('nobody renews a password')) }, network());
};

const folder = (id: string): string => render(el('m:GetFolder', {},
  el('m:FolderShape', {}, el('t:BaseShape', {}, 'IdOnly')), el('m:FolderIds', {}, el('t:DistinguishedFolderId', { Id: id }))));
const contact = (name: string): string => render(el('m:CreateItem', {}, el('m:Items', {}, el('t:Contact', {}, el('t:Surname', {}, name)))));
const GET = folder('contacts');
const get = (call = client()): ReturnType<EwsCall> => call('GetFolder', GET);
const failure = (work: Promise<unknown>): Promise<SyncError> => work.then(() => { throw new Error('it worked'); }, (error: unknown) => error as SyncError);
const failed = async (work: Promise<unknown>): Promise<unknown> => {
  const { kind, details: { code, retryAfterMs, isOutcomeUnknown, isPermanent } } = await failure(work);
  return { kind, code, ...(retryAfterMs ? { retryAfterMs } : {}), ...(isOutcomeUnknown ? { isOutcomeUnknown } : {}), ...(isPermanent ? { isPermanent } : {}) };
};
const calls = (): Record<string, number> => Object.fromEntries(world.exchange.server.calls);

describe('signing in', () => {
  test.each([
    ['NTLM', ['Negotiate', 'NTLM'], 'none'], ['NTLM bound to the channel', ['NTLM'], 'require'], ['NTLM under the name of Negotiate', ['Negotiate'], 'require'],
    ['Basic where nothing else is offered', ['Basic'], 'none'],
  ] as const)('%s works', async (_what, schemes, extendedProtection) => {
    world.exchange.controls.signIn({ schemes, extendedProtection });
    expect(messagesOf(await get()).map(({ code }) => code)).toEqual(['NoError']);
  });

  test.each(['mschmidt@contoso.local', 'CONTOSO\\mschmidt', 'contoso\\MSchmidt'])('the login %s with an umlaut in its password works', async (login) => {
    for (const schemes of [['NTLM'], ['Basic']] as const) {
      world.exchange.controls.signIn({ schemes });
      expect(messagesOf(await get(client({ login, password: 'Sömmer 2026' })))[0]?.code).toBe('NoError');
    }
  });

  test('by Windows holds for the connection: one handshake with an empty first body, then one request a call', async () => {
    const call = client();
    await get(call);
    await get(call);
    await Promise.all([get(call), get(call)]);
    expect(calls()).toEqual({ 'ews-sign-in': 1, 'ews': 4 });
  });

  test('begins anew when the connection was lost', async () => {
    const call = client();
    await get(call);
    world.exchange.server.addFault({ route: 'POST *', count: 1, dropRequest: true });
    expect(await failed(get(call))).toEqual({ kind: 'unavailable', code: 'EWS_NO_ANSWER' });
    await get(call);
    expect(calls()).toEqual({ 'ews-sign-in': 2, 'ews': 3 });
  });

  test('a password that is refused is sent once in a run, and never condemned for good', async () => {
    const call = client({ ...ANNA, password: 'wrong' });
    for (let n = 0; n < 3; n += 1) expect(await failed(get(call))).toEqual({ kind: 'credentialsRejected', code: 'EWS_UNAUTHORIZED' });
    expect(world.exchange.refusals.filter((reason) => reason === 'wrongPassword').length).toBe(1);
  });

  test('a server that only takes tokens is no refusal of the password, which it never sees', async () => {
    world.exchange.controls.signIn({ schemes: ['Bearer'] });
    expect(await failed(get())).toEqual({ kind: 'denied', code: 'EWS_SCHEME_UNSUPPORTED' });
  });

  test('Basic that is offered no more is no refusal: Windows is tried', async () => {
    world.exchange.controls.signIn({ schemes: ['NTLM'] });
    expect(messagesOf(await get(client({ ...ANNA, scheme: 'Basic' })))[0]?.code).toBe('NoError');
  });

  test('a password that went by Windows does not go by Basic because a server suddenly asks for it', async () => {
    world.exchange.controls.signIn({ schemes: ['Basic'] });
    expect(await failed(get(client({ ...ANNA, scheme: 'NTLM' })))).toEqual({ kind: 'denied', code: 'EWS_SCHEME_UNSUPPORTED' });
  });

  test('new credentials in the middle are used at once', async () => {
    let value = writeCredentials({ ...ANNA, password: 'wrong' });
    const token = (): Promise<{ value: string; endpoint: string }> => Promise.resolve({ value, endpoint: world.exchange.ewsUrl });
    const call = ewsClient({ token, renew: token }, network());
    expect(await failed(get(call))).toEqual({ kind: 'credentialsRejected', code: 'EWS_UNAUTHORIZED' });
    value = writeCredentials(ANNA);
    expect(messagesOf(await get(call))[0]?.code).toBe('NoError');
  });

  test('the stored form holds what is needed and nothing else', () => {
    expect(readCredentials(writeCredentials({ ...ANNA, scheme: 'Basic' }))).toEqual({ ...ANNA, scheme: 'Basic' });
    expect(readCredentials(writeCredentials(ANNA))).toEqual(ANNA);
    expect(() => readCredentials('{}')).toThrow(expect.objectContaining({ kind: 'bug' }) as Error);
  });
});

describe('trouble', () => {
  const during = (kind: TroubleKind, work: () => Promise<unknown> = () => get()): Promise<unknown> => {
    world.exchange.controls.trouble(kind, { backOffMs: 1234 });
    return failed(work());
  };

  test.each([
    ['busy', { kind: 'throttled', code: 'EWS_ERROR_SERVER_BUSY', retryAfterMs: 1234 }],
    ['busyInner', { kind: 'throttled', code: 'EWS_ERROR_SERVER_BUSY', retryAfterMs: 1234 }],
    ['busyItem', { kind: 'throttled', code: 'EWS_ERROR_SERVER_BUSY', retryAfterMs: 1234 }],
    ['unavailable', { kind: 'unavailable', code: 'EWS_HTTP_503' }],
    ['unauthorized', { kind: 'credentialsRejected', code: 'EWS_UNAUTHORIZED' }],
    ['forbidden', { kind: 'denied', code: 'EWS_FORBIDDEN' }],
    ['loginPage', { kind: 'unavailable', code: 'EWS_NOT_AN_ENDPOINT' }],
    ['html', { kind: 'unavailable', code: 'EWS_NOT_AN_ENDPOINT' }],
    ['redirectToOwa', { kind: 'unavailable', code: 'EWS_NOT_AN_ENDPOINT' }],
    ['truncated', { kind: 'unavailable', code: 'EWS_XML_BROKEN' }],
    ['entityBomb', { kind: 'unavailable', code: 'EWS_XML_UNSAFE' }],
    ['huge', { kind: 'unavailable', code: 'EWS_TOO_LARGE' }],
    ['serverError', { kind: 'unavailable', code: 'EWS_HTTP_500' }],
    ['storeUnavailable', { kind: 'unavailable', code: 'EWS_ERROR_MAILBOX_STORE_UNAVAILABLE' }],
    ['timeout', { kind: 'unavailable', code: 'EWS_ERROR_TIMEOUT_EXPIRED' }],
    ['moved', { kind: 'unavailable', code: 'EWS_ERROR_MAILBOX_MOVE_IN_PROGRESS' }],
  ] as const)('%s while reading', async (kind, expected) => { expect(await during(kind)).toEqual(expected); });

  test.each([
    ['truncated', 'EWS_XML_BROKEN'], ['entityBomb', 'EWS_XML_UNSAFE'], ['huge', 'EWS_TOO_LARGE'], ['serverError', 'EWS_HTTP_500'],
    ['timeout', 'EWS_ERROR_TIMEOUT_EXPIRED'],
  ] as const)('%s while writing leaves open what was done', async (kind, code) => {
    expect(await during(kind, () => client()('CreateItem', contact('A'), { writes: true }))).toEqual({ kind: 'unavailable', code, isOutcomeUnknown: true });
  });

  test.each([
    ['busy', 'throttled'], ['busyItem', 'throttled'], ['unavailable', 'unavailable'], ['moved', 'unavailable'], ['redirectToOwa', 'unavailable'],
  ] as const)(
    '%s while writing did nothing', async (kind, expected) => {
      expect(await during(kind, () => client()('CreateItem', contact('A'), { writes: true }))).not.toHaveProperty('isOutcomeUnknown');
      world.exchange.controls.trouble(kind, { backOffMs: 1234 });
      expect(await failure(client()('CreateItem', contact('A'), { writes: true }))).toMatchObject({ kind: expected });
    },
  );

  test('a lost reply to a write leaves open what was done', async () => {
    const call = client();
    await get(call);
    world.exchange.server.addFault({ route: 'POST *', count: 1, bodyHolds: 'CreateItem', dropReply: true });
    const lost = call('CreateItem', contact('Lost'), { writes: true });
    expect(await failed(lost)).toEqual({ kind: 'unavailable', code: 'EWS_NO_ANSWER', isOutcomeUnknown: true });
    expect(world.exchange.mailbox('anna').contacts().map((raw) => raw['contacts:Surname'])).toContain('Lost');
  });

  test('after a reply that was too long the next one is read, over another connection', async () => {
    const call = client();
    world.exchange.controls.trouble('huge');
    expect(await failed(get(call))).toEqual({ kind: 'unavailable', code: 'EWS_TOO_LARGE' });
    expect(messagesOf(await get(call))[0]?.code).toBe('NoError');
    expect(calls()['ews-sign-in']).toBe(2);
  });

  test('a fault is ours to mend, an unknown folder is no deletion', async () => {
    expect(await failed(client()('GetFolder', '<m:GetFolder/>'))).toEqual({ kind: 'bug', code: 'EWS_ERROR_SCHEMA_VALIDATION' });
    const [message] = messagesOf(await client()('GetFolder', folder('publicfoldersroot')));
    expect([message?.outcome, message?.code]).toEqual(['Error', 'ErrorFolderNotFound']);
  });

  test('an address that is no service, and one that nobody serves', async () => {
    expect(await failed(get(client(ANNA, `${world.exchange.origin}/EWS/other.asmx`)))).toEqual({ kind: 'unavailable', code: 'EWS_NOT_AN_ENDPOINT' });
    expect(await failed(get(client(ANNA, 'https://localhost:1/EWS/Exchange.asmx')))).toEqual({ kind: 'denied', code: 'ADDRESS_REFUSED' });
  });

  test('a certificate of nobody', async () => {
    const call = ewsClient(
      { token: () => Promise.resolve({ value: writeCredentials(ANNA), endpoint: world.exchange.ewsUrl }), renew: () => Promise.reject(new Error('no')) },
      { ...network(), pins: pinnedCertificates({}) },
    );
    expect(await failed(get(call))).toEqual({ kind: 'unavailable', code: 'EWS_CERTIFICATE' });
  });
});
