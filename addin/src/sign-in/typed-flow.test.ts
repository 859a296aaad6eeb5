import type { ApiErrorBody, Claimed } from '@concord/api';
import { expect, test } from 'vitest';
import { ApiFailure } from '../api/client.ts';
import { makeTypedFlow } from './typed-flow.ts';

const REFUSED: ApiErrorBody = { kind: 'credentialsRejected', code: 'PASSWORD_WRONG', message: '' };
const CLAIMED: Claimed = { differs: false };

function stage() {
  const seen: string[] = [];
  const flow = makeTypedFlow({ show: (isConnecting) => { seen.push(isConnecting ? 'connecting' : 'idle'); }, refresh: () => { seen.push('refresh'); } });
  const work = (connect: () => Promise<Claimed>) => ({
    connect, done: () => { seen.push('done'); return Promise.resolve(); }, failed: ({ code }: ApiErrorBody) => { seen.push(code); },
  });
  return { seen, flow, work };
}

test('a good answer is done, a refusal is told, and neither is asked twice', async () => {
  const { seen, flow, work } = stage();
  let calls = 0;
  await flow.begin(work(() => { calls += 1; return Promise.resolve(CLAIMED); }));
  await flow.begin(work(() => { calls += 1; return Promise.reject(new ApiFailure(409, REFUSED)); }));
  expect(seen).toEqual(['connecting', 'done', 'idle', 'connecting', 'PASSWORD_WRONG', 'idle']);
  expect(calls).toBe(2);
});

test('after Cancel a late answer moves no screen, but the state is asked for: the server may have connected', async () => {
  const { seen, flow, work } = stage();
  let answer: (claimed: Claimed) => void = () => undefined;
  const running = flow.begin(work(() => new Promise((resolve) => { answer = resolve; })));
  flow.cancel();
  answer(CLAIMED);
  await running;
  expect(seen).toEqual(['connecting', 'idle', 'refresh']);
});

test('after Cancel a late refusal says nothing, and a new press is its own', async () => {
  const { seen, flow, work } = stage();
  let fail: (error: Error) => void = () => undefined;
  const running = flow.begin(work(() => new Promise((_, reject) => { fail = reject; })));
  flow.cancel();
  await flow.begin(work(() => Promise.resolve(CLAIMED)));
  fail(new ApiFailure(409, REFUSED));
  await running;
  expect(seen).toEqual(['connecting', 'idle', 'connecting', 'done', 'idle']);
});

test('the end of the session is no refusal of what was typed', async () => {
  const { seen, flow, work } = stage();
  await flow.begin(work(() => Promise.reject(new ApiFailure(401, { kind: 'credentialsRejected', code: 'SESSION_EXPIRED', message: '' }))));
  expect(seen).toEqual(['connecting', 'refresh', 'idle']);
});

test('a fault of the pane itself is not swallowed', async () => {
  const { flow, work } = stage();
  await expect(flow.begin(work(() => Promise.reject(new TypeError('ours'))))).rejects.toThrow('ours');
});
