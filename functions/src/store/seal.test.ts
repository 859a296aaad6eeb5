import { expect, test } from 'vitest';
import { DATA_KEY_BYTES, sealerOf } from './seal.ts';

const sealer = sealerOf(new Uint8Array(DATA_KEY_BYTES).fill(1));
const PLAIN = Buffer.from('a refresh token');

test('sealed bytes open with the same key and context', () => {
  expect(Buffer.from(sealer.open(sealer.seal(PLAIN, 'org/user/grant'), 'org/user/grant')).toString()).toBe('a refresh token');
  expect(sealer.open(sealer.seal(new Uint8Array(0), 'x'), 'x')).toHaveLength(0);
});

test('sealed bytes show nothing of the plain ones, and are never the same twice', () => {
  const [one, two] = [sealer.seal(PLAIN, 'x'), sealer.seal(PLAIN, 'x')];
  expect(Buffer.from(one).includes('refresh')).toBe(false);
  expect(Buffer.from(one).equals(two)).toBe(false);
});

test.each([
  ['another context', (sealed: Uint8Array) => sealer.open(sealed, 'org/other/grant')],
  ['another key', (sealed: Uint8Array) => sealerOf(new Uint8Array(DATA_KEY_BYTES).fill(2)).open(sealed, 'org/user/grant')],
  ['a flipped bit of the text', (sealed: Uint8Array) => sealer.open(flipped(sealed, sealed.length - 1), 'org/user/grant')],
  ['a flipped bit of the tag', (sealed: Uint8Array) => sealer.open(flipped(sealed, 14), 'org/user/grant')],
  ['a flipped bit of the nonce', (sealed: Uint8Array) => sealer.open(flipped(sealed, 1), 'org/user/grant')],
  ['a cut end', (sealed: Uint8Array) => sealer.open(sealed.subarray(0, -1), 'org/user/grant')],
  ['nothing but a head', (sealed: Uint8Array) => sealer.open(sealed.subarray(0, 5), 'org/user/grant')],
])('%s opens nothing', (_, open) => {
  expect(() => open(sealer.seal(PLAIN, 'org/user/grant'))).toThrow(expect.objectContaining({ kind: 'bug' }));
});

test('an unknown format is told apart from a broken seal', () => {
  const sealed = flipped(sealer.seal(PLAIN, 'x'), 0);
  expect(() => sealer.open(sealed, 'x')).toThrow(/a format this build does not know/);
});

test('a data key of another length is refused', () => {
  expect(() => sealerOf(new Uint8Array(16))).toThrow(/32 bytes/);
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 4;
  return copy;
}
