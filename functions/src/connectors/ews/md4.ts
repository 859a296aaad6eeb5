/** MD4 (RFC 1320), which Windows sign-in hashes passwords with and OpenSSL 3 no longer has. For nothing else. */

type Mix = (x: number, y: number, z: number) => number;
const choose: Mix = (x, y, z) => (x & y) | (~x & z);
const majority: Mix = (x, y, z) => (x & y) | (x & z) | (y & z);
const parity: Mix = (x, y, z) => x ^ y ^ z;

const ROUNDS = [
  { add: 0, shifts: [3, 7, 11, 19], order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], mix: choose },
  {
    add: 0x5a827999, shifts: [3, 5, 9, 13], order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    mix: majority,
  },
  { add: 0x6ed9eba1, shifts: [3, 9, 11, 15], order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], mix: parity },
] as const;

/** 16 bytes. */
export function md4(message: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < padded.length; at += 64) state = block(state, padded.subarray(at, at + 64));
  const digest = Buffer.alloc(16);
  state.forEach((word, n) => { digest.writeUInt32LE(word >>> 0, n * 4); });
  return digest;
}

type State = readonly [number, number, number, number];

function block(state: State, bytes: Buffer): State {
  let [a, b, c, d] = state;
  for (const { add, shifts, order, mix } of ROUNDS) {
    order.forEach((word, n) => {
      const sum = (a + mix(b, c, d) + bytes.readUInt32LE(word * 4) + add) | 0;
      const shift = shifts[n % 4] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    });
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
}
