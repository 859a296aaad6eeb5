import { expect, test } from 'vitest';
import { leaseOf } from './app/sync/limits.ts';
import { readSettings, type Environment } from './config.ts';

const LIVE: Environment = {
  AzureWebJobsStorage__accountName: 'concordstore', AzureWebJobsStorage__clientId: 'identity-1', WEBSITE_HOSTNAME: 'concord.example.net',
  CONCORD_PANE_URL: 'https://pane.example.com/', CONCORD_KEY_VAULT_KEY: 'https://vault.example.com/keys/concord',
};
const LOCAL: Environment = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true', CONCORD_API_URL: 'http://localhost:7071', CONCORD_PANE_URL: 'http://localhost:4301',
  CONCORD_KEY_FILE: '.concord/local.key',
};
const without = (env: Environment, ...names: string[]): Environment => (
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name))));

test('a live app needs its storage, its pane and its key; its own address comes from Azure', () => {
  expect(readSettings(LIVE)).toEqual({
    apiUrl: 'https://concord.example.net', noticeUrl: 'https://concord.example.net',
    paneUrl: 'https://pane.example.com', paneOrigins: ['https://pane.example.com'],
    storage: {
      by: 'identity', clientId: 'identity-1',
      tables: 'https://concordstore.table.core.windows.net', queues: 'https://concordstore.queue.core.windows.net',
    },
    key: { by: 'vault', keyId: 'https://vault.example.com/keys/concord', clientId: 'identity-1' },
  });
});

test('a local app names a connection string and a key file', () => {
  expect(readSettings(LOCAL)).toMatchObject(
    { storage: { by: 'connectionString' }, key: { by: 'file', path: '.concord/local.key' }, apiUrl: 'http://localhost:7071' },
  );
});

test.each([
  ['CONCORD_PANE_URL', without(LIVE, 'CONCORD_PANE_URL')],
  ['CONCORD_PANE_URL', { ...LIVE, CONCORD_PANE_URL: ' , ' }],
  ['CONCORD_API_URL', without(LIVE, 'WEBSITE_HOSTNAME')],
  ['CONCORD_KEY_VAULT_KEY', without(LIVE, 'CONCORD_KEY_VAULT_KEY')],
  ['AzureWebJobsStorage', without(LIVE, 'AzureWebJobsStorage__accountName')],
  ['AzureWebJobsStorage', {
    ...without(LIVE, 'AzureWebJobsStorage__accountName'), AzureWebJobsStorage__tableServiceUri: 'https://t.example.com',
  }],
])('without %s the start stops with its name and where to set it', (name, env) => {
  expect(() => readSettings(env)).toThrow(new RegExp(`${name}.*app settings`));
});

const UNSAFE = ['http://pane.example.com', 'pane.example.com', 'ftp://pane.example.com', 'javascript:alert(1)'];
test.each(UNSAFE)('%s is no address for tokens to travel over', (url) => {
  expect(() => readSettings({ ...LIVE, CONCORD_PANE_URL: url })).toThrow(/CONCORD_PANE_URL must be an https address/);
});

test('further addresses of the pane may call the API; the first is where sign-in windows come back', () => {
  const { paneUrl, paneOrigins } = readSettings({ ...LIVE, CONCORD_PANE_URL: 'https://a.example.com/, https://b.example.com' });
  expect([paneUrl, paneOrigins]).toEqual(['https://a.example.com', ['https://a.example.com', 'https://b.example.com']]);
});

test('a run\'s lease is 90 s with 20 s of it in reserve, unless a setting shortens both', () => {
  expect(leaseOf(readSettings(LIVE))).toEqual({ lengthMs: 90_000, neededMs: 20_000 });
  expect(leaseOf(readSettings({ ...LIVE, CONCORD_LEASE_SECONDS: '9' }))).toEqual({ lengthMs: 9_000, neededMs: 2_000 });
});

test.each(['0', '-1', '2.5', 'two', '1000'])('a lease of "%s" seconds stops the start', (value) => {
  expect(() => readSettings({ ...LIVE, CONCORD_LEASE_SECONDS: value })).toThrow(/CONCORD_LEASE_SECONDS.*app settings/);
});

test('settings cannot be changed after the start', () => {
  expect(Object.isFrozen(readSettings(LIVE))).toBe(true);
});

test('vendors are asked to call a public https address; on this machine only where the settings say so, and never where they say "off"', () => {
  expect(readSettings(LOCAL).noticeUrl).toBeUndefined();
  expect(readSettings({ ...LOCAL, CONCORD_API_URL: 'https://localhost:7071' }).noticeUrl).toBeUndefined();
  expect(readSettings({ ...LOCAL, CONCORD_NOTICE_URL: 'http://localhost:7071/' }).noticeUrl).toBe('http://localhost:7071');
  expect(readSettings({ ...LIVE, CONCORD_NOTICE_URL: 'off' }).noticeUrl).toBeUndefined();
  expect(() => readSettings({ ...LIVE, CONCORD_NOTICE_URL: 'http://concord.example.net' })).toThrow(/CONCORD_NOTICE_URL must be an https address/);
});
