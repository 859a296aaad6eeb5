import { X509Certificate, createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../../test/worlds/exchange-network.ts';
import { md4 } from './md4.ts';
import { authenticateMessage, channelBinding, clientBlob, negotiateMessage, proofOf, responseKey, sessionKey, splitLogin } from './ntlm.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  ['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 'e33b4ddc9c38f2199c3e7b164fcc0536'],
])('MD4 of %j is that of RFC 1320', (text, digest) => { expect(md4(Buffer.from(text)).toString('hex')).toBe(digest); });

describe('the published example (MS-NLMP 4.2.4)', () => {
  const key = responseKey('User', 'Domain', 'Password');
  const pairs = Buffer.concat([hex('02000c00'), Buffer.from('Domain', 'utf16le'), hex('01000c00'), Buffer.from('Server', 'utf16le'), hex('00000000')]);
  const proof = proofOf(key, hex('0123456789abcdef'), clientBlob(Buffer.alloc(8), hex('aaaaaaaaaaaaaaaa'), pairs));

  test('of the hash of the password', () => { expect(md4(Buffer.from('Password', 'utf16le'))).toEqual(hex('a4f49c406510bdcab6824ee7c30fd852')); });
  test('of the response key', () => { expect(key).toEqual(hex('0c868a403bfd7a93a3001ef22ef02e3f')); });
  test('of the proof', () => { expect(proof).toEqual(hex('68cd0ab851e51c96aabc927bebef6a1c')); });
  test('of the session key', () => { expect(sessionKey(key, proof)).toEqual(hex('8de40ccadbc14a82f15cb0ad0de95ca3')); });
});

test.each([
  ['CONTOSO\\anna', { domain: 'CONTOSO', user: 'anna' }],
  ['anna@contoso.local', { domain: '', user: 'anna@contoso.local' }], ['anna', { domain: '', user: 'anna' }],
])('the login %s', (login, parts) => { expect(splitLogin(login)).toEqual(parts); });

describe('the binding to the channel', () => {
  /** RFC 5929's own words put together here again, over a certificate whose signature names `oid`. */
  const bindingBy = (hash: string, certificate: Buffer): Buffer => {
    const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(hash).update(certificate).digest()]);
    return createHash('md5').update(Buffer.concat([Buffer.alloc(16), Buffer.from([data.length, 0, 0, 0]), data])).digest();
  };
  const certificateWith = (oid: string): Buffer => Buffer.from(
    new X509Certificate(selfSigned(['localhost'], Date.UTC(2026, 0)).cert).raw.toString('hex').replaceAll('06082a8648ce3d040302', oid), 'hex',
  );

  test.each([['06082a8648ce3d040302', 'sha256'], ['06082a8648ce3d040303', 'sha384'], ['06082a8648ce3d040304', 'sha512'], ['06082a8648ce3d040301', 'sha256']])(
    'a certificate signed by %s is hashed with %s', (oid, hash) => {
      const certificate = certificateWith(oid);
      expect(channelBinding(certificate)).toEqual(bindingBy(hash, certificate));
    },
  );
});

describe('what is no challenge', () => {
  const negotiate = negotiateMessage();
  const answerTo = (challenge: Buffer): Buffer | undefined =>
    authenticateMessage({ negotiate, challenge, login: 'a', password: 'b', host: 'h', certificate: undefined, now: 0 });
  const challenge = (flags: number, info: Buffer): Buffer => {
    const head = Buffer.alloc(48);
    head.write('NTLMSSP\0', 'latin1');
    head.writeUInt32LE(2, 8);
    head.writeUInt32LE(flags, 20);
    head.writeUInt16LE(info.length, 40);
    head.writeUInt32LE(48, 44);
    return Buffer.concat([head, info]);
  };

  test('is not answered', () => {
    // Pairs of a wrong length are taken for absent.
    for (const info of ['00000000', '0600010001 0700030000000000000000'.replace(' ', '')]) expect(answerTo(challenge(1, hex(info)))).toBeInstanceOf(Buffer);
    const bad = [Buffer.alloc(0), Buffer.from('hello'), negotiate, challenge(0, hex('00000000')), challenge(1, hex('0200ff00')), challenge(1, Buffer.alloc(0)),
      challenge(1, hex('00000000')).subarray(0, 50)];
    for (const one of bad) expect(answerTo(one)).toBeUndefined();
  });

  test('the first message names nobody, and neither holds the password', () => {
    expect(negotiate.toString('latin1')).not.toMatch(/CONTOSO|anna/i);
    const secret = authenticateMessage({
      negotiate, challenge: challenge(1, hex('00000000')), login: 'CONTOSO\\anna', password: 'Secret-1', host: 'h', certificate: undefined, now: 0,
    });
    expect(secret?.toString('utf16le')).toContain('CONTOSOanna');
    expect(secret?.includes(Buffer.from('Secret-1', 'utf16le'))).toBe(false);
  });
});
