import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Host, Internet, TestExchange } from '../../../test/worlds/exchange-network.ts';
import { internetTo, testExchange } from '../../../test/worlds/exchange-network.ts';
import type { Found } from './autodiscover.ts';
import { discover } from './autodiscover.ts';
import { knownDomains } from './settings.ts';

let world: TestExchange;
let net: Internet;
beforeAll(async () => { world = await testExchange(); });
afterAll(() => world.close());
beforeEach(() => {
  const { autodiscover } = world.exchange.world;
  autodiscover.hosts.clear();
  autodiscover.leaks.length = 0;
  world.exchange.controls.autodiscover({ httpRedirect: null, ewsUrl: null, otherwise: { kind: 'missing' } });
  world.exchange.controls.signIn({ schemes: ['NTLM', 'Basic'] });
  world.exchange.controls.setStanding('anna', 'ok');
  net = internetTo(world.exchange, world.clock);
});

const ADDRESS = 'anna.weber@contoso.example';
const PASSWORD = 'Exchange-2026';
const host = (name: string, answer: Host): void => { world.exchange.controls.host(name, answer); };
const find = (address = ADDRESS, { password = PASSWORD, tries = 2, allowed = [] as string[], known = {} } = {}): Promise<Found> => discover(
  address, { login: 'CONTOSO\\anna.weber', password }, { left: tries },
  { open: net.open, names: net.names, clock: world.clock, isAllowed: (url) => allowed.includes(url.host), known: new Map(Object.entries(known)) },
);
const refused = (code: string, host?: string): object => ({ details: { code, ...(host === undefined ? {} : { host }) } });
const hosts = (): string[] => [...new Set(net.asked.map((one) => new URL(one.split(' ')[1] ?? '').host))];

describe('the server is found', () => {
  test('at the domain', async () => {
    host('contoso.example', { kind: 'answers' });
    expect(await find()).toEqual({ ewsUrl: 'https://contoso.example/EWS/Exchange.asmx', address: ADDRESS });
    expect(hosts()).toEqual(['contoso.example']);
  });

  test('where the operator says, before any other place', async () => {
    host('mail.contoso.example', { kind: 'answers' });
    host('contoso.example', { kind: 'answers' });
    const known = knownDomains({ CONCORD_AUTODISCOVER: 'Contoso.example=https://mail.contoso.example/autodiscover/autodiscover.xml' });
    expect((await find(ADDRESS, { known: Object.fromEntries(known) })).ewsUrl).toBe('https://mail.contoso.example/EWS/Exchange.asmx');
    expect(hosts()).toEqual(['mail.contoso.example']);
    expect(() => knownDomains({ CONCORD_AUTODISCOVER: 'contoso.example=http://mail.contoso.example/' })).toThrow('CONCORD_AUTODISCOVER');
  });

  test.each([
    { kind: 'shop' }, { kind: 'missing' }, { kind: 'noPost' }, { kind: 'bearerOnly' }, { kind: 'http302', to: 'https://www.shop.example/welcome' },
  ] as const)(
    'at the autodiscover host, behind a web server of kind $kind, which never sees the password', async (web) => {
      host('contoso.example', web);
      host('autodiscover.contoso.example', { kind: 'answers' });
      expect((await find()).ewsUrl).toBe('https://autodiscover.contoso.example/EWS/Exchange.asmx');
      expect(hosts()).toEqual(['contoso.example', 'autodiscover.contoso.example']);
    },
  );

  test('where a redirect within the domain leads', async () => {
    host('contoso.example', { kind: 'http302', to: 'https://mail.contoso.example/autodiscover/autodiscover.xml' });
    host('mail.contoso.example', { kind: 'answers' });
    expect((await find()).ewsUrl).toBe('https://mail.contoso.example/EWS/Exchange.asmx');
  });

  test('where a redirect over plain http leads, which is asked without a password', async () => {
    world.exchange.controls.autodiscover({ httpRedirect: 'https://mail.contoso.example/autodiscover/autodiscover.xml' });
    host('mail.contoso.example', { kind: 'answers' });
    expect((await find()).ewsUrl).toBe('https://mail.contoso.example/EWS/Exchange.asmx');
    expect(net.asked.filter((one) => one.includes('http:'))).toEqual(['GET http://autodiscover.contoso.example/autodiscover/autodiscover.xml']);
    expect(world.exchange.leaks).toEqual([]);
  });

  test('where DNS points to', async () => {
    net.srvs.set('_autodiscover._tcp.contoso.example', [{ name: 'mail.contoso.example.', port: 443 }]);
    host('mail.contoso.example', { kind: 'answers' });
    expect((await find()).ewsUrl).toBe('https://mail.contoso.example/EWS/Exchange.asmx');
  });

  test('by a redirect of the protocol to a host or an address of the same domain', async () => {
    host('contoso.example', { kind: 'redirectUrl', to: 'https://mail.contoso.example/autodiscover/autodiscover.xml' });
    host('mail.contoso.example', { kind: 'redirectAddress', to: 'anna.weber@sub.contoso.example' });
    host('sub.contoso.example', { kind: 'answers' });
    await expect(find()).rejects.toMatchObject(refused('MAILBOX_NOT_FOUND'));
    expect(hosts()).toContain('sub.contoso.example');
  });

  test('at a foreign host that the operator named', async () => {
    world.exchange.controls.autodiscover({ ewsUrl: 'https://mail.hoster.example/EWS/Exchange.asmx' });
    host('contoso.example', { kind: 'answers' });
    expect((await find(ADDRESS, { allowed: ['mail.hoster.example'] })).ewsUrl).toBe('https://mail.hoster.example/EWS/Exchange.asmx');
  });
});

describe('no stranger hears the password', () => {
  const stranger = (): void => { host('autodiscover.hoster.example', { kind: 'trap' }); };
  const link = 'https://autodiscover.hoster.example/autodiscover/autodiscover.xml';

  test.each([
    ['an HTTP redirect', () => { host('contoso.example', { kind: 'http302', to: link }); }],
    ['a redirect over plain http', () => { world.exchange.controls.autodiscover({ httpRedirect: link }); }],
    ['a redirect of the protocol', () => { host('contoso.example', { kind: 'redirectUrl', to: link }); }],
    ['DNS', () => { net.srvs.set('_autodiscover._tcp.contoso.example', [{ name: 'autodiscover.hoster.example', port: 443 }]); }],
  ])('who is named by %s: the person is told the host', async (_what, prepare) => {
    stranger();
    prepare();
    await expect(find()).rejects.toMatchObject(refused('FOREIGN_REDIRECT', 'autodiscover.hoster.example'));
    expect(hosts()).not.toContain('autodiscover.hoster.example');
    expect(world.exchange.leaks).toEqual([]);
  });

  test('whose domain a redirect of the address names', async () => {
    host('contoso.example', { kind: 'redirectAddress', to: 'anna@hoster.example' });
    await expect(find()).rejects.toMatchObject(refused('FOREIGN_REDIRECT', 'hoster.example'));
    expect(hosts()).toEqual(['contoso.example']);
  });

  test('whose server the answer names', async () => {
    host('contoso.example', { kind: 'answers' });
    world.exchange.controls.autodiscover({ ewsUrl: 'https://contoso.example.evil.example/EWS/Exchange.asmx' });
    await expect(find()).rejects.toMatchObject(refused('FOREIGN_REDIRECT', 'contoso.example.evil.example'));
  });

  test.each([
    'https://evilcontoso.example/autodiscover/autodiscover.xml', 'https://contoso.example@evil.example/autodiscover/autodiscover.xml',
    'http://contoso.example/autodiscover/autodiscover.xml', 'https://[::1]/autodiscover/autodiscover.xml',
  ])('%s is not followed', async (to) => {
    host('contoso.example', { kind: 'redirectUrl', to });
    await expect(find()).rejects.toBeInstanceOf(Error);
    expect(hosts().filter((name) => !name.endsWith('contoso.example') || name === 'evilcontoso.example')).toEqual([]);
    expect(net.asked.filter((one) => one.startsWith('POST http:'))).toEqual([]);
  });

  test.each(['anna@example', 'anna@com', 'anna@co.uk', 'anna@127.0.0.1', 'anna@[10.0.0.1]', 'anna@', 'anna@contoso..example', 'anna@con toso.example'])(
    'nobody is asked about %s', async (address) => {
      await expect(find(address)).rejects.toMatchObject(refused('SERVER_NOT_FOUND'));
      expect(net.asked).toEqual([]);
    },
  );

  test('no label is ever stripped', async () => {
    await expect(find('anna@mail.contoso.example')).rejects.toMatchObject(refused('SERVER_NOT_FOUND'));
    expect(hosts()).toEqual(['mail.contoso.example', 'autodiscover.mail.contoso.example']);
  });

  test('a host that leads into our own network is not called', async () => {
    for (const name of ['contoso.example', 'autodiscover.contoso.example']) net.ips.set(name, '169.254.169.254');
    await expect(find()).rejects.toMatchObject({ kind: 'denied', details: { code: 'ADDRESS_REFUSED' } });
    expect(net.asked).toEqual([]);
  });
});

describe('a mailbox in the cloud is told before a password is sent there', () => {
  test.each([
    ['the domain', 'anna@outlook.com', () => undefined], ['the domain of a tenant', 'anna@contoso.onmicrosoft.com', () => undefined],
    ['the alias of its autodiscover host', ADDRESS, () => { net.cnames.set('autodiscover.contoso.example', ['autodiscover.outlook.com']); }],
  ])('by %s, without a request', async (_what, address, prepare) => {
    prepare();
    await expect(find(address)).rejects.toMatchObject(refused('CLOUD_MAILBOX'));
    expect(net.asked).toEqual([]);
  });

  test.each([
    ['the answer of a local server', () => { host('contoso.example', { kind: 'cloud' }); }],
    ['a redirect', () => { host('contoso.example', { kind: 'http302', to: 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml' }); }],
    ['a redirect of the address', () => { host('contoso.example', { kind: 'redirectAddress', to: 'anna@contoso.mail.onmicrosoft.com' }); }],
    ['a redirect over plain http', () => {
      world.exchange.controls.autodiscover({ httpRedirect: 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml' });
    }],
    ['DNS', () => { net.srvs.set('_autodiscover._tcp.contoso.example', [{ name: 'autodiscover.outlook.com', port: 443 }]); }],
  ])('by %s', async (_what, prepare) => {
    prepare();
    await expect(find()).rejects.toMatchObject(refused('CLOUD_MAILBOX'));
    expect(hosts().filter((name) => name.endsWith('outlook.com'))).toEqual([]);
  });
});

describe('refusals and failures', () => {
  test('a wrong password is refused twice at most, wherever it was asked for', async () => {
    for (const name of ['contoso.example', 'autodiscover.contoso.example', 'mail.contoso.example']) host(name, { kind: 'answers' });
    world.exchange.controls.autodiscover({ httpRedirect: 'https://mail.contoso.example/autodiscover/autodiscover.xml' });
    const before = world.exchange.refusals.length;
    await expect(find(ADDRESS, { password: 'wrong' })).rejects.toMatchObject({
      kind: 'credentialsRejected', details: { code: 'PASSWORD_WRONG', field: 'password' },
    });
    expect(world.exchange.refusals.slice(before)).toEqual(['wrongPassword', 'wrongPassword']);
    expect(hosts()).toEqual(['contoso.example', 'autodiscover.contoso.example']);
  });

  test('one host that refuses is no proof', async () => {
    host('contoso.example', { kind: 'trap' });
    host('autodiscover.contoso.example', { kind: 'answers' });
    expect((await find()).ewsUrl).toBe('https://autodiscover.contoso.example/EWS/Exchange.asmx');
  });

  test.each([
    ['unknownUser', 'MAILBOX_NOT_FOUND', 'invalid'], ['busy', 'EWS_AUTODISCOVER_BUSY', 'throttled'], ['bearerOnly', 'SCHEME_UNSUPPORTED', 'denied'],
    ['missing', 'SERVER_NOT_FOUND', 'invalid'],
  ] as const)('%s becomes %s', async (kind, code, expected) => {
    host('autodiscover.contoso.example', { kind });
    await expect(find()).rejects.toMatchObject({ kind: expected, details: { code } });
  });

  test('hosts that send the asker in circles are asked once each', async () => {
    host('contoso.example', { kind: 'http302', to: 'https://autodiscover.contoso.example/autodiscover/autodiscover.xml' });
    host('autodiscover.contoso.example', { kind: 'http302', to: 'https://contoso.example/autodiscover/autodiscover.xml' });
    await expect(find()).rejects.toMatchObject(refused('SERVER_NOT_FOUND'));
    expect(net.asked.filter((one) => one.startsWith('POST')).length).toBe(2);
  });

  test('a chain without end is left after ten hops', async () => {
    for (let n = 0; n < 20; n += 1) host(`h${n}.contoso.example`, { kind: 'http302', to: `https://h${n + 1}.contoso.example/autodiscover/autodiscover.xml` });
    host('contoso.example', { kind: 'http302', to: 'https://h0.contoso.example/autodiscover/autodiscover.xml' });
    await expect(find()).rejects.toMatchObject(refused('SERVER_NOT_FOUND'));
    expect(hosts().filter((name) => name.startsWith('h')).length).toBe(10);
  });

  test('names that nobody knows', async () => {
    for (const name of ['contoso.example', 'autodiscover.contoso.example']) net.ips.set(name, '');
    await expect(find()).rejects.toMatchObject({ kind: 'invalid', details: { code: 'SERVER_NOT_FOUND', field: 'url' } });
  });
});
