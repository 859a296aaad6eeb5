import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyringOf, type KeyWrapper } from './keyring.ts';
import { MemoryTable } from './memory-table.ts';
import { sealerOf } from './seal.ts';

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
const master = sealerOf(new Uint8Array(32).fill(9));
const wrapper = (calls: string[] = []): KeyWrapper => ({
  wrap: (key) => { calls.push('wrap'); return Promise.resolve(master.seal(key, 'wrap')); },
  unwrap: (wrapped) => { calls.push('unwrap'); return Promise.resolve(master.open(wrapped, 'wrap')); },
});
const PLAIN = Buffer.from('secret');

test('each organization has a key of its own, which another instance finds again', async () => {
  const accounts = new MemoryTable();
  const sealed = (await keyringOf(accounts, wrapper(), random).sealer('org-1')).seal(PLAIN, 'x');
  const later = keyringOf(accounts, wrapper(), random);
  expect(Buffer.from((await later.sealer('org-1')).open(sealed, 'x')).toString()).toBe('secret');
  const other = await later.sealer('org-2');
  expect(() => other.open(sealed, 'x')).toThrow(/do not fit/);
});

test('what is stored is the wrapped key, never the key', async () => {
  const accounts = new MemoryTable();
  const keys: Uint8Array[] = [];
  const watched = { bytes: (count: number) => { const key = randomBytes(count); keys.push(key); return key; } };
  await keyringOf(accounts, wrapper(), watched).sealer('org-1');
  const [stored] = accounts.rows('keys');
  expect(keys).toHaveLength(1);
  expect(Buffer.from(stored?.cells['wrapped'] as Uint8Array).includes(Buffer.from(keys[0] ?? []))).toBe(false);
});

test('the key is unwrapped once, however often and at how many places it is asked for', async () => {
  const accounts = new MemoryTable();
  await keyringOf(accounts, wrapper(), random).sealer('org-1');
  const calls: string[] = [];
  const keyring = keyringOf(accounts, wrapper(calls), random);
  await Promise.all([keyring.sealer('org-1'), keyring.sealer('org-1')]);
  await keyring.sealer('org-1');
  expect(calls).toEqual(['unwrap']);
});

test('of two instances that make the key at the same moment one wins, and both use it', async () => {
  const accounts = new MemoryTable();
  const [one, two] = [keyringOf(accounts, wrapper(), random), keyringOf(accounts, wrapper(), random)];
  const [a, b] = await Promise.all([one.sealer('org-1'), two.sealer('org-1')]);
  expect(Buffer.from(b.open(a.seal(PLAIN, 'x'), 'x')).toString()).toBe('secret');
  expect(accounts.rows('keys')).toHaveLength(1);
});

test('a failure is not remembered', async () => {
  const accounts = new MemoryTable();
  const good = wrapper();
  let isDown = true;
  const wrap = (key: Uint8Array) => (isDown ? Promise.reject(new Error('the vault is down')) : good.wrap(key));
  const keyring = keyringOf(accounts, { ...good, wrap }, random);
  await expect(keyring.sealer('org-1')).rejects.toThrow('the vault is down');
  isDown = false;
  expect(await keyring.sealer('org-1')).toHaveProperty('seal');
});
