/** From a failing seed to the few moves that still make it fail: delta debugging over its moves and its kinds of trouble. */
import { FAULT_NAMES, type FaultName } from './faults.ts';
import { MOVES } from './moves.ts';
import { runSeed, type SeedResult } from './run.ts';

export interface Shrunk {
  readonly moves: readonly number[];
  readonly without: readonly FaultName[];
  readonly result: SeedResult;
  readonly tries: number;
}

/** Tries smaller and smaller parts until none fails any more or `isOver` says that the time is up. */
export async function shrink(seed: number, isOver: () => boolean): Promise<Shrunk | undefined> {
  let tries = 0;
  let best: Omit<Shrunk, 'tries'> | undefined;
  let meant: string | undefined;
  const fails = async (moves: readonly number[], without: readonly FaultName[]): Promise<boolean> => {
    tries += 1;
    const result = await runSeed(seed, { moves: new Set(moves), without: new Set(without) });
    if (!result.violation) return false;
    meant ??= kindOf(result.violation);
    // Another violation is another fault.
    if (kindOf(result.violation) !== meant) return false;
    best = { moves, without, result };
    return true;
  };
  let moves: readonly number[] = Array.from({ length: MOVES }, (_, place) => place + 1);
  if (!await fails(moves, [])) return undefined;
  let without: readonly FaultName[] = [];
  for (const fault of FAULT_NAMES) {
    if (isOver()) break;
    if (await fails(moves, [...without, fault])) without = [...without, fault];
  }
  for (let size = Math.ceil(moves.length / 2); size >= 1 && !isOver(); size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < moves.length && !isOver();) {
      const rest = [...moves.slice(0, from), ...moves.slice(from + size)];
      if (await fails(rest, without)) moves = rest;
      else from += size;
    }
  }
  return best && { ...best, tries };
}

/** What is left of a sentence without the ids and values in it. */
function kindOf({ message }: Error): string {
  return message.split(/[\s,;:|]+/).filter((word) => /^[a-z()]+$/i.test(word) && !/^run/.test(word)).slice(0, 12).join(' ');
}
