import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../test/worlds/exchange-network.ts';
import { addressGuard } from './address-guard.ts';
import { guardedLine } from './guarded-line.ts';
import type { Line, LineLimits } from './line.ts';
import { pinnedCertificates } from './pinned-certificates.ts';

const CERTIFICATE = selfSigned(['localhost'], Date.now());
const PRINT = new X509Certificate(CERTIFICATE.cert).fingerprint256;
const POST = { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' } as const;

const open: (() => void)[] = [];
afterEach(() => { for (const end of open.splice(0)) end(); });

interface Talk { readonly port: number; readonly heard: string[]; readonly sockets: net.Socket[] }

/** A server of bare sockets: `answer` is what follows the n-th request, undefined: it hangs up, null: it says nothing. */
async function serve(answer: (n: number, request: string) => string | Buffer | undefined | null, isSecure = false): Promise<Talk> {
  const talk = { heard: [] as string[], sockets: [] as net.Socket[] };
  const greet = (socket: net.Socket): void => {
    talk.sockets.push(socket);
    socket.on('error', () => { socket.destroy(); });
    socket.on('data', (chunk) => {
      talk.heard.push(chunk.toString());
      const reply = answer(talk.heard.length, chunk.toString());
      if (reply === undefined) socket.destroy();
      else if (reply !== null) socket.write(reply);
    });
  };
  const server = isSecure ? tls.createServer({ ...CERTIFICATE, key: CERTIFICATE.key }, greet) : net.createServer(greet);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  open.push(() => { for (const socket of talk.sockets) socket.destroy(); server.close(); });
  return { port: (server.address() as AddressInfo).port, ...talk };
}

function lineTo(url: string, { pins, limits }: { pins?: string; limits?: Partial<LineLimits> } = {}): Line {
  const guard = addressGuard({ CONCORD_ALLOWED_HOSTS: new URL(url).host }, () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
  const line = guardedLine(guard.check(url), pinnedCertificates({ CONCORD_CERTIFICATES: pins }), { timeoutMs: 20_000, maxBytes: 1000, ...limits });
  open.push(() => { line.close(); });
  return line;
}

const reply = (body: string | Buffer, ...headers: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from(['HTTP/1.1 200 OK', ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', ''].join('\r\n')), Buffer.from(body)]);

describe('an exchange', () => {
  test('says what it was given, and tells repeated challenges apart', async () => {
    const talk = await serve(() => reply('<b/>', 'WWW-Authenticate: Negotiate', 'WWW-Authenticate: Basic realm="a, b"', 'X-A: 1'));
    const answer = await lineTo(`http://localhost:${talk.port}/EWS/x?y=1`).send(POST);
    expect([answer.status, answer.text, answer.challenges, answer.headers['x-a']]).toEqual([200, '<b/>', ['Negotiate', 'Basic realm="a, b"'], '1']);
    expect(talk.heard[0]).toMatch(/^POST \/EWS\/x\?y=1 HTTP\/1.1\r\n/);
    expect(talk.heard[0]).toMatch(new RegExp(`host: localhost:${talk.port}\r\n`, 'i'));
  });

  test('keeps its connection, and sends nothing over another one when that very one is meant', async () => {
    const talk = await serve((n) => (n === 2 ? undefined : reply(`<n>${n}</n>`)));
    const line = lineTo(`http://localhost:${talk.port}/`);
    const { connection } = await line.send(POST);
    expect(connection.isOpen()).toBe(true);
    await expect(line.send(POST, connection)).rejects.toMatchObject({ failure: 'lost', wasSent: true });
    expect(connection.isOpen()).toBe(false);
    await expect(line.send(POST, connection)).rejects.toMatchObject({ failure: 'moved', wasSent: false });
    expect((await line.send(POST)).text).toBe('<n>3</n>');
    expect(talk.heard.length).toBe(3);
  });

  test('follows no redirect', async () => {
    const talk = await serve(() => 'HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n');
    const answer = await lineTo(`http://localhost:${talk.port}/`).send(POST);
    expect([answer.status, answer.headers.location, talk.heard.length]).toEqual([302, '/other', 1]);
  });
});

describe('an answer', () => {
  test('is unpacked', async () => {
    const talk = await serve(() => reply(gzipSync('<ä/>'), 'Content-Encoding: gzip'));
    expect((await lineTo(`http://localhost:${talk.port}/`).send(POST)).text).toBe('<ä/>');
  });

  test.each([
    ['announced too long', 'HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n'],
    ['too long without a word', `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(2000)}`],
    ['a small one that unfolds into a huge one', reply(gzipSync('x'.repeat(100_000)), 'Content-Encoding: gzip')],
  ])('%s is refused', async (_what, text) => {
    const talk = await serve(() => text);
    await expect(lineTo(`http://localhost:${talk.port}/`).send(POST)).rejects.toMatchObject({ failure: 'tooLarge', wasSent: true });
  });

  test.each([
    ['cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>', 'lost'],
    ['no HTTP', 'hello\r\n\r\n', 'lost'],
    ['packed in an unknown way', reply('x', 'Content-Encoding: br'), 'unreadable'],
    ['packed badly', reply('not gzip at all', 'Content-Encoding: gzip'), 'unreadable'],
  ])('%s is none', async (_what, text, failure) => {
    const talk = await serve(() => {
      queueMicrotask(() => { for (const socket of talk.sockets) socket.end(); });
      return text;
    });
    await expect(lineTo(`http://localhost:${talk.port}/`).send(POST)).rejects.toMatchObject({ failure, wasSent: true });
  });

  test('that does not come is not waited for', async () => {
    const talk = await serve(() => null);
    const line = lineTo(`http://localhost:${talk.port}/`, { limits: { timeoutMs: 50 } });
    await expect(line.send(POST)).rejects.toMatchObject({ failure: 'timeout', wasSent: true });
  });

  test('that drips is not waited for either', async () => {
    const talk = await serve(() => 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>');
    const line = lineTo(`http://localhost:${talk.port}/`, { limits: { timeoutMs: 50 } });
    await expect(line.send(POST)).rejects.toMatchObject({ failure: 'timeout', wasSent: true });
  });
});

describe('a connection', () => {
  test('that is refused sent nothing', async () => {
    const talk = await serve(() => null);
    for (const end of open.splice(0)) end();
    await expect(lineTo(`http://localhost:${talk.port}/`).send(POST)).rejects.toMatchObject({ failure: 'unreachable', wasSent: false });
  });

  test('to a name that leads inward is not made', async () => {
    const guard = addressGuard({}, () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
    const line = guardedLine(guard.check('https://mail.contoso.com/'), pinnedCertificates({}), { timeoutMs: 20_000, maxBytes: 1000 });
    await expect(line.send(POST)).rejects.toMatchObject({ kind: 'denied', details: { code: 'ADDRESS_REFUSED' } });
  });

  test('to an unknown name says so', async () => {
    const guard = addressGuard({}, () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })));
    const line = guardedLine(guard.check('https://mail.contoso.com/'), pinnedCertificates({}), { timeoutMs: 20_000, maxBytes: 1000 });
    await expect(line.send(POST)).rejects.toMatchObject({ failure: 'unknownHost', wasSent: false });
  });

  test('with a certificate of nobody hears nothing', async () => {
    const talk = await serve(() => reply('<a/>'), true);
    await expect(lineTo(`https://localhost:${talk.port}/`).send(POST)).rejects.toMatchObject({ failure: 'certificate', wasSent: false });
    expect(talk.heard).toEqual([]);
  });

  test('with the certificate that the operator pinned is good, whatever its name', async () => {
    const talk = await serve(() => reply('<a/>'), true);
    const answer = await lineTo(`https://exchange.contoso.local:${talk.port}/`, { pins: `exchange.contoso.local=${PRINT}` }).send(POST);
    expect([answer.text, answer.connection.certificate]).toEqual(['<a/>', new X509Certificate(CERTIFICATE.cert).raw]);
  });

  test('with another than the pinned one hears nothing', async () => {
    const talk = await serve(() => reply('<a/>'), true);
    const pins = `localhost=${'AB'.repeat(32)}`;
    await expect(lineTo(`https://localhost:${talk.port}/`, { pins }).send(POST)).rejects.toMatchObject({ failure: 'certificate', wasSent: false });
    expect(talk.heard).toEqual([]);
  });

  test('to a server without TLS is a failure of TLS', async () => {
    const talk = await serve(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(lineTo(`https://localhost:${talk.port}/`).send(POST)).rejects.toMatchObject({ failure: 'tls', wasSent: false });
  });
});

describe('the setting of pinned certificates', () => {
  test('takes fingerprints with and without colons, several a host', () => {
    const pins = pinnedCertificates({ CONCORD_CERTIFICATES: `EX01.contoso.local=${'ab'.repeat(32)}, ex01.contoso.local=${PRINT},` });
    expect([pins('ex01.contoso.local'), pins('ex02.contoso.local')]).toEqual([['AB:'.repeat(31) + 'AB', PRINT], []]);
  });

  test.each(['ex01', 'ex01=12:34', '=abc', `ex01 ${'ab'.repeat(32)}`, `https://ex01=${'ab'.repeat(32)}`])('%s is no such setting', (setting) => {
    expect(() => pinnedCertificates({ CONCORD_CERTIFICATES: setting })).toThrow(/CONCORD_CERTIFICATES/);
  });
});
