import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyFileWrapper } from './key-file.ts';
import { keyVaultWrapper } from './key-vault.ts';
import { machineRandom } from './machine.ts';

const DATA_KEY = new Uint8Array(32).fill(7);
let folder: string;

beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'concord-key-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

test('a key file is made on first use, for its owner only, and opens what it sealed after a restart', async () => {
  const file = path.join(folder, 'deep', 'local.key');
  const wrapped = await keyFileWrapper(file, machineRandom).wrap(DATA_KEY);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(file))).toEqual(['local.key']);
  expect(Buffer.from(wrapped).includes(Buffer.from(DATA_KEY))).toBe(false);
  expect([...await keyFileWrapper(file, machineRandom).unwrap(wrapped)]).toEqual([...DATA_KEY]);
});

test('a key file that others can read, or that holds no key, stops with a sentence', () => {
  const file = path.join(folder, 'local.key');
  writeFileSync(file, 'short\n', { mode: 0o600 });
  expect(() => keyFileWrapper(file, machineRandom).wrap(DATA_KEY)).toThrow(/does not hold a key of 32 bytes/);
  chmodSync(file, 0o644);
  expect(() => keyFileWrapper(file, machineRandom).wrap(DATA_KEY)).toThrow(/set its mode to 0600/);
});

test('what another key wrapped does not open', async () => {
  const wrapped = await keyFileWrapper(path.join(folder, 'a.key'), machineRandom).wrap(DATA_KEY);
  expect(() => keyFileWrapper(path.join(folder, 'b.key'), machineRandom).unwrap(wrapped)).toThrow(/do not fit/);
});

interface Vault {
  readonly origin: string;
  readonly asked: { path: string; token: string | undefined; body: unknown }[];
  status: number;
  close(): Promise<void>;
}

/** Answers as the vault's wrap and unwrap do: the value turned round, and the id of the version that did it. */
async function startVault(): Promise<Vault> {
  const asked: Vault['asked'] = [];
  const server = http.createServer((request, reply) => {
    let text = '';
    request.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    request.on('end', () => {
      const body = JSON.parse(text) as { value: string };
      asked.push({ path: request.url ?? '', token: request.headers.authorization, body });
      const value = Buffer.from(body.value, 'base64url').reverse().toString('base64url');
      reply.writeHead(vault.status, { 'content-type': 'application/json' });
      reply.end(JSON.stringify({ kid: `${vault.origin}/keys/concord/v7`, value }));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const vault: Vault = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, status: 200,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
  return vault;
}

const credential = { getToken: () => Promise.resolve({ token: 'identity-token', expiresOnTimestamp: 0 }) };

test('the vault wraps with the newest version and unwraps with the version that wrapped', async () => {
  const vault = await startVault();
  const wrapper = keyVaultWrapper(`${vault.origin}/keys/concord`, credential);
  expect([...await wrapper.unwrap(await wrapper.wrap(DATA_KEY))]).toEqual([...DATA_KEY]);
  expect(vault.asked.map(({ path: asked, token }) => `${asked} ${token}`)).toEqual([
    '/keys/concord/wrapkey?api-version=7.4 Bearer identity-token', '/keys/concord/v7/unwrapkey?api-version=7.4 Bearer identity-token',
  ]);
  expect(vault.asked[0]?.body).toMatchObject({ alg: 'RSA-OAEP-256' });
  await vault.close();
});

test('a vault that refuses names the role that is missing; one that is down is tried again', async () => {
  const vault = await startVault();
  const wrapper = keyVaultWrapper(`${vault.origin}/keys/concord`, credential);
  vault.status = 403;
  await expect(wrapper.wrap(DATA_KEY)).rejects.toMatchObject(
    { kind: 'denied', message: expect.stringContaining('Key Vault Crypto User') as string },
  );
  vault.status = 503;
  await expect(wrapper.wrap(DATA_KEY)).rejects.toMatchObject({ kind: 'unavailable' });
  await vault.close();
  await expect(wrapper.wrap(DATA_KEY)).rejects.toMatchObject({ kind: 'unavailable', details: { code: 'KEY_VAULT_UNAVAILABLE' } });
});

test('the token goes to no other vault than the one in the settings', async () => {
  const [vault, other] = [await startVault(), await startVault()];
  const wrapped = await keyVaultWrapper(`${other.origin}/keys/concord`, credential).wrap(DATA_KEY);
  const wrapper = keyVaultWrapper(`${vault.origin}/keys/concord`, credential);
  await expect(wrapper.unwrap(wrapped)).rejects.toMatchObject({ details: { code: 'KEY_OF_OTHER_VAULT' } });
  expect(other.asked.length).toBe(1);
  await vault.close();
  await other.close();
});
