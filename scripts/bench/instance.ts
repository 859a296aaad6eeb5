/** The instances that the functions run on, and the heap that this Node takes there: docs/decisions/0010-memory-of-a-resync.md. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../run.ts';

/** Node 24, 64 bit, MiB: half the memory is old generation, up to a bound that large machines have twice. */
const OLD_MAX = 2048;
const LARGE_MACHINE = 15 * 1024;
/** A semi-space is this part of the old generation; two of them and as much again for large objects are the young one. */
const SEMI_SPACE_PART = 32;
const SEMI_SPACE_MAX = 64;
const SEMI_SPACES = 3;

/** Lets V8 take the heap that it takes on an instance of the product, however large this machine is. */
export function instanceFlags(memoryMb: number): readonly string[] {
  return [`--max-heap-size=${Math.round(heapMbOf(memoryMb))}`];
}

/** MiB, as infra/app.bicep orders them. */
export function instanceMemoryMb(bicep = readFileSync(path.join(ROOT, 'infra/app.bicep'), 'utf8')): number {
  const [, memory] = /\binstanceMemoryMB: (\d+)/.exec(bicep) ?? [];
  if (memory === undefined) throw new Error('infra/app.bicep names no instanceMemoryMB: say it there, or teach scripts/bench/instance.ts.');
  return Number(memory);
}

/** The limit of the heap on a machine of 1 GiB or more (src/heap/heap.cc of V8 13.6; scripts/bench/bench.test.ts asks V8 itself). */
export function heapMbOf(memoryMb: number): number {
  const old = Math.min(memoryMb / 2, memoryMb >= LARGE_MACHINE ? 2 * OLD_MAX : OLD_MAX);
  return old + SEMI_SPACES * Math.min(old / SEMI_SPACE_PART, SEMI_SPACE_MAX);
}
