import { beforeEach, expect, test } from 'vitest';
import { codeOf, signInWorld, type SignInWorld } from '../../../test/sign-in-world.ts';
import { beginSession, checkSession, endSession, listSessions, rotateSession } from './sessions.ts';

const USER = 'a'.repeat(26);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let world: SignInWorld;

beforeEach(() => { world = signInWorld(); });

test('a bearer token names its user for an hour and not longer', async () => {
  const { access, accessExpiresAt } = await beginSession(world, USER);
  expect(accessExpiresAt - world.clock.now()).toBe(60 * MINUTE);
  expect((await checkSession(world, access)).userId).toBe(USER);
  world.clock.advance(60 * MINUTE);
  expect(await codeOf(checkSession(world, access))).toBe('SESSION_EXPIRED');
});

test('nothing in the table is a token', async () => {
  const first = await beginSession(world, USER);
  const second = await rotateSession(world, first.refresh);
  const stored = JSON.stringify(world.accounts.rows(`s~${USER}`));
  for (const token of [first.access, first.refresh, second.access, second.refresh]) {
    expect(stored).not.toContain(token.split('.')[2]);
  }
});

test('a refresh gives new tokens, and the old bearer token lives on so that a second tab is not thrown out', async () => {
  const first = await beginSession(world, USER);
  const second = await rotateSession(world, first.refresh);
  expect(second.refresh).not.toBe(first.refresh);
  expect((await checkSession(world, second.access)).userId).toBe(USER);
  expect((await checkSession(world, first.access)).userId).toBe(USER);
});

test('a refresh whose reply was lost may be repeated within a minute', async () => {
  const first = await beginSession(world, USER);
  await rotateSession(world, first.refresh);
  world.clock.advance(MINUTE - 1);
  const again = await rotateSession(world, first.refresh);
  expect((await checkSession(world, again.access)).userId).toBe(USER);
  expect((await rotateSession(world, again.refresh)).refresh).not.toBe(again.refresh);
});

test('a refresh token used again after the minute ends the session for everybody who holds a part of it', async () => {
  const first = await beginSession(world, USER);
  const second = await rotateSession(world, first.refresh);
  world.clock.advance(MINUTE);
  expect(await codeOf(rotateSession(world, first.refresh))).toBe('SESSION_REVOKED');
  expect(await codeOf(rotateSession(world, second.refresh))).toBe('SESSION_REVOKED');
  expect(await codeOf(checkSession(world, second.access))).toBe('SESSION_REVOKED');
  expect(world.log.lines).toContainEqual({ level: 'warn', event: 'session.reuse', facts: { user: USER } });
});

test('a stolen token that is used within the minute is found out when its owner comes back', async () => {
  const owner = await beginSession(world, USER);
  const next = await rotateSession(world, owner.refresh);
  const thief = await rotateSession(world, owner.refresh);
  world.clock.advance(MINUTE);
  expect(await codeOf(rotateSession(world, next.refresh))).toBe('SESSION_REVOKED');
  expect(await codeOf(checkSession(world, thief.access))).toBe('SESSION_REVOKED');
});

test('two refreshes at the same moment both succeed', async () => {
  const { refresh } = await beginSession(world, USER);
  const [one, two] = await Promise.all([rotateSession(world, refresh), rotateSession(world, refresh)]);
  expect((await checkSession(world, one.access)).userId).toBe(USER);
  expect((await checkSession(world, two.access)).userId).toBe(USER);
});

test('a session survives 89 idle days and not 90', async () => {
  const first = await beginSession(world, USER);
  world.clock.advance(89 * DAY);
  const second = await rotateSession(world, first.refresh);
  world.clock.advance(90 * DAY);
  expect(await codeOf(rotateSession(world, second.refresh))).toBe('SESSION_EXPIRED');
});

test('signing out ends this session and no other, and may be said twice', async () => {
  const [pane, page] = [await beginSession(world, USER), await beginSession(world, USER)];
  const ref = await checkSession(world, pane.access);
  await endSession(world, ref);
  await endSession(world, ref);
  expect(await codeOf(checkSession(world, pane.access))).toBe('NO_SESSION');
  expect(await codeOf(rotateSession(world, pane.refresh))).toBe('NO_SESSION');
  expect((await checkSession(world, page.access)).userId).toBe(USER);
  expect((await listSessions(world, USER)).length).toBe(1);
});

test('made-up, cut and mixed tokens are no session', async () => {
  const [one, two] = [await beginSession(world, USER), await beginSession(world, 'b'.repeat(26))];
  const [user, session] = one.access.split('.');
  const mixed = `${user}.${session}.${two.access.split('.')[2]}`;
  for (const token of ['', 'x', 'a.b.c', one.access.slice(1), `${one.access}x`, `${USER}.${'x'.repeat(43)}.${'y'.repeat(43)}`, "a'b.c.d"]) {
    expect(await codeOf(checkSession(world, token)), token).toBe('NO_SESSION');
  }
  expect(await codeOf(checkSession(world, mixed))).toBe('SESSION_EXPIRED');
  expect(await codeOf(checkSession(world, one.refresh))).toBe('SESSION_EXPIRED');
});

test('a person has at most twenty sessions; the longest unused goes', async () => {
  const first = await beginSession(world, USER);
  for (let index = 0; index < 20; index += 1) { world.clock.advance(1); await beginSession(world, USER); }
  expect((await listSessions(world, USER)).length).toBe(20);
  expect(await codeOf(checkSession(world, first.access))).toBe('NO_SESSION');
});
