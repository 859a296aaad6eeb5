import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import type { CheckedAddress } from './address-guard.ts';
import { addressGuard, isPublic } from './address-guard.ts';

const REFUSED = { kind: 'denied', details: { code: 'ADDRESS_REFUSED', field: 'url' } };

const guardOf = (allowed?: string, ips: readonly string[] = ['198.100.1.1']): { asked: string[]; check(address: string): CheckedAddress } => {
  const asked: string[] = [];
  const guard = addressGuard({ CONCORD_ALLOWED_HOSTS: allowed }, (name) => {
    asked.push(name);
    return Promise.resolve(ips.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  });
  return { asked, check: (address) => guard.check(address) };
};

const reach = ({ url, lookup }: CheckedAddress, options: { all?: boolean; family?: number } = {}): Promise<string | LookupAddress[]> =>
  new Promise((resolve, reject) => { lookup(url.hostname, options, (error, found) => { if (error) reject(error); else resolve(found); }); });

describe('the form of an address', () => {
  test('https on its usual port with a name of the internet is taken as it is', () => {
    expect(guardOf().check('https://Mail.Contoso.com:443/EWS/Exchange.asmx').url.href).toBe('https://mail.contoso.com/EWS/Exchange.asmx');
  });

  test.each([
    '', 'mail.contoso.com', 'http://mail.contoso.com/', 'ftp://mail.contoso.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'https://',
    'https://anna@mail.contoso.com/', 'https://anna:secret@mail.contoso.com/', 'https://mail.contoso.com:8443/', 'https://mail.contoso.com:80/',
    'https://mail.contoso.com:22/',
  ])('%s is refused', (address) => { expect(() => guardOf().check(address)).toThrow(expect.objectContaining(REFUSED) as Error); });

  test.each([
    'localhost', 'localhost.', 'LOCALHOST', 'a.localhost', 'metadata', 'metadata.google.internal', 'metadata.google.internal.', 'instance-data.ec2.internal',
    'exchange', 'mail.contoso.local', 'router.home.arpa', 'localhost.localdomain',
  ])('the name %s is refused without being asked for', (name) => {
    const guard = guardOf();
    expect(() => guard.check(`https://${name}/`)).toThrow(expect.objectContaining(REFUSED) as Error);
    expect(guard.asked).toEqual([]);
  });

  test.each([
    '127.0.0.1', '127.1', '0x7f.0.0.1', '2130706433', '017700000001', '0', '10.0.0.1', '169.254.169.254', '0xa9fea9fe', '[::1]', '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]', '[::ffff:8.8.8.8]', '[fd00::1]', '[fe80::1]', '[::]', '[64:ff9b::7f00:1]', '168.63.129.16',
  ])('the number %s is refused, however it is written', (host) => {
    expect(() => guardOf().check(`https://${host}/`)).toThrow(expect.objectContaining(REFUSED) as Error);
  });
});

describe('what an IP stands for', () => {
  test.each([
    '0.0.0.0', '0.1.2.3', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '127.0.0.1', '127.255.255.254', '168.63.129.16', '169.254.0.1',
    '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1', '192.175.48.1',
    '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::8.8.8.8', '64:ff9b::808:808', '64:ff9b:1::1', '100::1', '2001::1', '2001:0:4136:e378::1',
    '2001:20::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', 'fc00::1', 'fdff::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1',
    '', 'no-ip', '1.2.3',
  ])('%s is nobody on the internet', (ip) => { expect(isPublic(ip)).toBe(false); });

  test.each([
    '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '168.63.129.15', '169.253.255.255', '172.15.255.255', '172.32.0.1',
    '192.0.1.1', '192.167.255.255', '192.169.0.1', '198.17.255.255', '198.20.0.1', '223.255.255.255', '2001:4860:4860::8888', '2606:4700::1111', '2a00:1450::1',
    '2003:a::1',
  ])('%s is public', (ip) => { expect(isPublic(ip)).toBe(true); });
});

describe('what a name stands for', () => {
  test('the connection gets what was judged, from one question', async () => {
    const guard = guardOf(undefined, ['93.184.216.34', '2606:4700::1']);
    const address = guard.check('https://mail.contoso.com/');
    expect(await reach(address)).toBe('93.184.216.34');
    expect(guard.asked).toEqual(['mail.contoso.com']);
    expect(await reach(address, { all: true })).toEqual([{ address: '93.184.216.34', family: 4 }, { address: '2606:4700::1', family: 6 }]);
    expect(await reach(address, { family: 6 })).toBe('2606:4700::1');
  });

  test.each([['127.0.0.1'], ['10.1.2.3'], ['169.254.169.254'], ['::1'], ['fd12::1'], ['93.184.216.34', '192.168.1.1'], ['93.184.216.34', '::ffff:10.0.0.1']])(
    'a name that leads to %s is refused at the connection', async (...ips) => {
      await expect(reach(guardOf(undefined, ips).check('https://mail.contoso.com/'), { all: true })).rejects.toMatchObject(REFUSED);
    },
  );

  test('each connection is judged anew: a name that turns inward later is caught then', async () => {
    let ip = '93.184.216.34';
    const address = addressGuard({}, () => Promise.resolve([{ address: ip, family: 4 }])).check('https://rebind.example.com/');
    expect(await reach(address)).toBe('93.184.216.34');
    ip = '127.0.0.1';
    await expect(reach(address)).rejects.toMatchObject(REFUSED);
  });

  test('a name without an address, and one that cannot be resolved, stay what they are', async () => {
    await expect(reach(guardOf(undefined, []).check('https://nowhere.example.com/'))).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const failing = addressGuard({}, () => Promise.reject(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' })));
    await expect(reach(failing.check('https://nowhere.example.com/'))).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  });
});

describe('what the operator allows', () => {
  test('an inner host by name, on each port or on one', async () => {
    const host = guardOf('mail.contoso.local, Ex01:8443,[fd00::5]:443', ['10.0.0.5']);
    expect(await reach(host.check('https://mail.contoso.local:444/'))).toBe('10.0.0.5');
    expect(await reach(host.check('https://ex01:8443/'))).toBe('10.0.0.5');
    expect(host.check('https://[fd00::5]/').url.host).toBe('[fd00::5]');
    for (const other of ['https://ex01/', 'https://ex02:8443/', 'https://sub.mail.contoso.local/', 'https://[fd00::6]/']) {
      expect(() => host.check(other)).toThrow(expect.objectContaining(REFUSED) as Error);
    }
  });

  test('plain http, but to this machine alone', async () => {
    expect(await reach(guardOf('localhost:4306', ['127.0.0.1', '::1']).check('http://localhost:4306/'))).toBe('127.0.0.1');
    expect(guardOf('127.0.0.1:4306').check('http://127.0.0.1:4306/').url.port).toBe('4306');
    await expect(reach(guardOf('ex01', ['10.0.0.5']).check('http://ex01/'))).rejects.toMatchObject(REFUSED);
    expect(() => guardOf('10.0.0.5').check('http://10.0.0.5/')).toThrow(expect.objectContaining(REFUSED) as Error);
  });

  test('plain http to the internet only for a question that says so', async () => {
    const question = (ip: string): CheckedAddress =>
      addressGuard({}, () => Promise.resolve([{ address: ip, family: 4 }])).check('http://autodiscover.contoso.com/x', true);
    expect(await reach(question('93.184.216.34'))).toBe('93.184.216.34');
    await expect(reach(question('10.0.0.1'))).rejects.toMatchObject(REFUSED);
    for (const address of ['http://contoso.com:8080/', 'http://10.0.0.1/', 'ftp://contoso.com/']) {
      expect(() => addressGuard({}).check(address, true)).toThrow(expect.objectContaining(REFUSED) as Error);
    }
  });

  test('never a password in the address', () => {
    expect(() => guardOf('ex01').check('https://anna:secret@ex01/')).toThrow(expect.objectContaining(REFUSED) as Error);
  });

  test.each(['https://mail.contoso.com', 'mail.contoso.com/ews', 'a b', 'host:port', '*.contoso.com', 'host:123456'])('%s is no such setting', (setting) => {
    expect(() => guardOf(setting)).toThrow(/CONCORD_ALLOWED_HOSTS/);
  });
});
