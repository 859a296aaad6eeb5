import { expect, test } from 'vitest';
import { encodeMessage, readMessage } from './queue.ts';

const USER = 'a'.repeat(26);

test('a message survives the way through the queue: base64 out, parsed JSON in', () => {
  const text = encodeMessage({ userId: USER });
  expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
  expect(readMessage(JSON.parse(Buffer.from(text, 'base64').toString()))).toEqual({ userId: USER });
});

const FOREIGN = [null, 123, 'text', {}, { userId: USER }, { v: 2, userId: USER }, { v: 1, userId: 'short' }, { v: 1, userId: `${USER}/` }];
test.each(FOREIGN)('%j is no message of ours', (entry) => {
  expect(() => readMessage(entry)).toThrow(/not of the shape/);
});
