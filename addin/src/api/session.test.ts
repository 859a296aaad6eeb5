import type { SessionTokens } from '@concord/api';
import { expect, test } from 'vitest';
import { ApiFailure, type Send } from './client.ts';
import { aloneAcrossTabs, makeSession } from './session.ts';

const NOW = 1_000_000;
const HOUR = 3_600_000;

/** A server whose refresh tokens work once each; bearer tokens of before stay good, as ours do for other tabs. */
function server() {
  let turn = 0;
  let living = 'refresh-0';
  const calls: string[] = [];
  const good = new Set(['access-0']);
  const refused = (): ApiFailure => new ApiFailure(401, { kind: 'credentialsRejected', code: 'SESSION_REVOKED', message: '' });
  const send: Send = async (route, call = {}, access) => {
    calls.push(access ? `${route} ${access}` : route);
    await Promise.resolve();
    if (route === 'refreshSession') {
      if ((call.body as { refresh: string }).refresh !== living) throw refused();
      turn += 1;
      living = `refresh-${turn}`;
      good.add(`access-${turn}`);
      return { access: `access-${turn}`, accessExpiresAt: NOW + HOUR, refresh: living } satisfies SessionTokens;
    }
    if (!good.has(access ?? '')) throw refused();
    return 'fine';
  };
  return { send, calls, end: () => { living = 'gone'; good.clear(); } };
}

function memoryStorage(start: Readonly<Record<string, string>> = {}): Storage {
  const kept = new Map(Object.entries(start));
  return {
    get length() { return kept.size; },
    clear: () => { kept.clear(); },
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => { kept.delete(key); },
    setItem: (key, value) => { kept.set(key, value); },
  };
}

const STORED = { 'concord.session': 'refresh-0' };

test('a session survives a restart by its stored refresh token', async () => {
  const { send, calls } = server();
  const session = makeSession(send, memoryStorage(STORED), aloneAcrossTabs(undefined), () => NOW);
  expect(session.has()).toBe(true);
  expect(await session.call('me')).toBe('fine');
  expect(await session.call('me')).toBe('fine');
  expect(calls).toEqual(['refreshSession', 'me access-1', 'me access-1']);
});

test('many calls at once renew the token once', async () => {
  const { send, calls } = server();
  const session = makeSession(send, memoryStorage(STORED), aloneAcrossTabs(undefined), () => NOW);
  await Promise.all([session.call('me'), session.call('runs'), session.call('asks')]);
  expect(calls.filter((call) => call === 'refreshSession')).toHaveLength(1);
});

test('two tabs of one person never use a refresh token twice', async () => {
  const { send } = server();
  const storage = memoryStorage(STORED);
  const alone = aloneAcrossTabs(undefined);
  const tabs = [makeSession(send, storage, alone, () => NOW), makeSession(send, storage, alone, () => NOW)] as const;
  expect(await Promise.all([tabs[0].call('me'), tabs[1].call('me')])).toEqual(['fine', 'fine']);
  expect(storage.getItem('concord.session')).toBe('refresh-2');
});

test('a refused access token is renewed once and the call repeated', async () => {
  const { send, calls } = server();
  const session = makeSession(send, memoryStorage(STORED), aloneAcrossTabs(undefined), () => NOW);
  session.begin({ access: 'old', accessExpiresAt: NOW + HOUR, refresh: 'refresh-0' });
  expect(await session.call('me')).toBe('fine');
  expect(calls).toEqual(['me old', 'refreshSession', 'me access-1']);
});

test('a dead session is forgotten and said so', async () => {
  const world = server();
  const storage = memoryStorage(STORED);
  const session = makeSession(world.send, storage, aloneAcrossTabs(undefined), () => NOW);
  world.end();
  await expect(session.call('me')).rejects.toMatchObject({ status: 401 });
  expect(session.has()).toBe(false);
  expect(storage.getItem('concord.session')).toBeNull();
});

test('without storage the session lives as long as the pane', async () => {
  const { send } = server();
  const session = makeSession(send, null, aloneAcrossTabs(undefined), () => NOW);
  expect(session.has()).toBe(false);
  session.begin({ access: 'access-0', accessExpiresAt: NOW + HOUR, refresh: 'refresh-0' });
  expect(await session.call('me')).toBe('fine');
});

test('signing out forgets the tokens even when the server cannot be told', async () => {
  const storage = memoryStorage();
  const send: Send = () => Promise.reject(new ApiFailure(0, { kind: 'unavailable', code: 'OFFLINE', message: '' }));
  const session = makeSession(send, storage, aloneAcrossTabs(undefined), () => NOW);
  session.begin({ access: 'a', accessExpiresAt: NOW + HOUR, refresh: 'r' });
  await expect(session.end()).rejects.toMatchObject({ isOffline: true });
  expect(session.has()).toBe(false);
});
