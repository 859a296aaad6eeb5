/** SyncState: what a client was told, in a text that only the server reads. Like the real one it grows with the folder (OfficeDev/ews-managed-api#220). */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Numbers as runs: [from, to] with both ends. */
export type Runs = readonly (readonly [number, number])[];

export interface SyncState {
  /** Operation and folder: a state of one is nothing to another. */
  readonly scope: string;
  readonly epoch: number;
  /** The items that the client has. */
  readonly given: Runs;
  /** The writes that it knows of; all up to `all`, and these behind it. */
  readonly all: number;
  readonly seen: Runs;
}

const HEAD_BYTES = 4;
const BYTES_PER_ITEM = 8;

export const firstState = (scope: string, epoch: number): SyncState => ({ scope, epoch, given: [], all: 0, seen: [] });

export function writeState(state: SyncState): string {
  const text = JSON.stringify(state);
  const packed = deflateRawSync(Buffer.from(`${digest(text)}${text}`));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(packed.length);
  return Buffer.concat([head, packed, ballast(state.given)]).toString('base64');
}

/** Runs take next to no room, a real state some bytes for each item: nobody shall find room for it in a short column. */
const ballast = (given: Runs): Buffer => Buffer.alloc(BYTES_PER_ITEM * given.reduce((sum, [from, to]) => sum + to - from + 1, 0), 'item');

/** Undefined for what this server did not write, for another scope or an older epoch. */
export function readState(text: string, scope: string, epoch: number): SyncState | undefined {
  try {
    const bytes = Buffer.from(text, 'base64');
    const packed = bytes.subarray(HEAD_BYTES, HEAD_BYTES + bytes.readUInt32LE());
    const whole = inflateRawSync(packed, { maxOutputLength: 64 * 1024 * 1024 }).toString('utf8');
    if (digest(whole.slice(8)) !== whole.slice(0, 8)) return undefined;
    const state = JSON.parse(whole.slice(8)) as SyncState;
    // To the last letter: what a column cut off is no state either.
    return state.scope === scope && state.epoch === epoch && writeState(state) === text ? state : undefined;
  } catch (error) {
    // What cannot be unpacked was not packed here.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

export const runsOf = (numbers: Iterable<number>): Runs => {
  const runs: [number, number][] = [];
  for (const n of [...numbers].sort((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last && n <= last[1] + 1) last[1] = Math.max(last[1], n);
    else runs.push([n, n]);
  }
  return runs;
};

export function* numbersOf(runs: Runs): Generator<number> {
  for (const [from, to] of runs) for (let n = from; n <= to; n += 1) yield n;
}

export const isIn = (runs: Runs, n: number): boolean => {
  let [low, high] = [0, runs.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = runs[middle] ?? [0, 0];
    if (n < from) high = middle - 1;
    else if (n > to) low = middle + 1;
    else return true;
  }
  return false;
};
