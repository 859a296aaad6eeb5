import type { Attempt, AttemptStatus, Claimed, ClaimAttempt } from '@concord/api';
import { expect, test } from 'vitest';
import { ApiFailure } from '../api/client.ts';
import { makeFlow } from './flow.ts';
import type { SignInState } from './model.ts';
import { isSafeAddress, readSignInMessage, writeSignInMessage, type SignInWindowEvents } from './window.ts';

const ATTEMPT: Attempt = { attempt: 'a1', secret: 's1', url: 'https://login.example/x', expiresAt: 0 };

/** A window that is moved by hand, and a timer that runs when told. */
function stage(options: { readonly isBlocked?: boolean; readonly status?: AttemptStatus; readonly claim?: () => Promise<Claimed> } = {}) {
  const states: SignInState[] = [];
  const shown: string[] = [];
  const claims: ClaimAttempt[] = [];
  const later: (() => void)[] = [];
  let events: SignInWindowEvents | undefined;
  const flow = makeFlow({
    open: (heard) => {
      events = heard;
      if (options.isBlocked) heard.blocked();
      return { show: (url) => { shown.push(url); }, close: () => { shown.push('closed'); } };
    },
    claim: async (claim) => { claims.push(claim); return options.claim ? await options.claim() : { differs: false }; },
    status: () => Promise.resolve(options.status ?? { state: 'waiting' }),
    after: (_, run) => { later.push(run); },
    show: (state) => { states.push(state); },
  });
  const settle = async (): Promise<void> => { for (let turn = 0; turn < 10; turn += 1) await Promise.resolve(); };
  return {
    flow, states, shown, claims, settle,
    window: () => { if (!events) throw new Error('no window'); return events; },
    runTimers: async () => { for (const run of later.splice(0)) run(); await settle(); },
    steps: () => states.map(({ step }) => step),
  };
}

const start = (): Promise<Attempt> => Promise.resolve(ATTEMPT);
const done = (): Promise<void> => Promise.resolve();

test('a sign-in opens, waits, is claimed with code and secret, and is done', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.window().result({ attempt: 'a1', code: 'c1' });
  await world.settle();
  expect(world.claims).toEqual([{ attempt: 'a1', secret: 's1', code: 'c1' }]);
  expect(world.steps()).toEqual(['opening', 'waiting', 'checking', 'idle']);
  expect(world.shown).toEqual([ATTEMPT.url, 'closed']);
});

test('the result of another attempt is not listened to', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.window().result({ attempt: 'foreign', code: 'c1' });
  await world.settle();
  expect(world.claims).toEqual([]);
  expect(world.steps().at(-1)).toBe('waiting');
});

test('a result that comes twice is claimed once', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.window().result({ attempt: 'a1', code: 'c1' });
  world.window().result({ attempt: 'a1', code: 'c1' });
  await world.settle();
  expect(world.claims).toHaveLength(1);
});

test('a blocked window is said before anything is asked of the server', async () => {
  const world = stage({ isBlocked: true });
  let asked = 0;
  await world.flow.begin(() => { asked += 1; return start(); }, done);
  expect(world.steps().at(-1)).toBe('blocked');
  expect(asked).toBe(0);
});

test('a closed window is asked for once more, then said', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.window().closed();
  expect(world.steps().at(-1)).toBe('waiting');
  await world.runTimers();
  expect(world.steps().at(-1)).toBe('closed');
});

test('a window that only looked closed may still hand its result over', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.window().closed();
  await world.runTimers();
  world.window().result({ attempt: 'a1', code: 'c1' });
  await world.settle();
  expect(world.steps().at(-1)).toBe('idle');
});

test('what the server knows of a closed window is said: a refusal', async () => {
  const world = stage({ status: { state: 'refused', error: 'CONSENT_REFUSED' } });
  await world.flow.begin(start, done);
  world.window().closed();
  await world.runTimers();
  expect(world.states.at(-1)).toEqual({ step: 'failed', error: { code: 'CONSENT_REFUSED' } });
});

test('a failing claim is said with the server\'s code', async () => {
  const body = { kind: 'invalid', code: 'STATE_EXPIRED', message: '' } as const;
  const world = stage({ claim: () => Promise.reject(new ApiFailure(410, body)) });
  await world.flow.begin(start, done);
  world.window().result({ attempt: 'a1', code: 'c1' });
  await world.settle();
  expect(world.states.at(-1)).toEqual({ step: 'failed', error: body });
});

test('after Cancel a late result changes nothing', async () => {
  const world = stage();
  await world.flow.begin(start, done);
  world.flow.cancel();
  world.window().result({ attempt: 'a1', code: 'c1' });
  await world.settle();
  expect(world.claims).toEqual([]);
  expect(world.steps().at(-1)).toBe('idle');
});

test('a message between the windows is read back as it was written, and nothing else is', () => {
  const message = { attempt: 'a&b', code: 'c=d' };
  expect(readSignInMessage(writeSignInMessage(message))).toEqual(message);
  expect(readSignInMessage(writeSignInMessage({ attempt: 'a', error: 'E' }))).toEqual({ attempt: 'a', error: 'E' });
  const foreign = [undefined, 7, {}, 'hello', 'concord.signIn?attempt=a', 'concord.signIn?code=c'];
  expect(foreign.map(readSignInMessage)).toEqual(foreign.map(() => null));
});

test('only secure pages and the machine itself may be gone to', () => {
  expect(['https://login.example/a', 'http://localhost:4303/x', 'http://127.0.0.1/x'].map(isSafeAddress)).toEqual([true, true, true]);
  const unsafe = [
    'http://login.example/', 'javascript:alert(1)', 'data:text/html,x', '//evil.example', 'http://localhost.evil.example/', '',
  ];
  expect(unsafe.map(isSafeAddress)).toEqual(unsafe.map(() => false));
});
