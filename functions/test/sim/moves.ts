/** The list of what happens in a seed's time of trouble. Each move has its own chance, so any of them can be left out (shrink.ts). */
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';

/** `act` a person, `others` somebody beside a run, `run` one begins, `kill` one dies, `leap` time passes, `step` one gate opens. */
export type MoveKind = 'act' | 'others' | 'run' | 'kill' | 'leap' | 'step';

export interface Move { readonly index: number; readonly kind: MoveKind }

export const MOVES = 500;

export function drawMoves(prng: Prng, faults: Faults): readonly Move[] {
  return Array.from({ length: MOVES }, (_, place) => ({ index: place + 1, kind: drawKind(prng, faults) }));
}

function drawKind(prng: Prng, faults: Faults): MoveKind {
  const dice = prng.fraction();
  if (dice < 0.06) return 'act';
  if (dice < 0.1) return 'run';
  if (dice < 0.11) return 'leap';
  if (dice < 0.11 + 0.05 * faults.others) return 'others';
  return prng.chance(faults.crash) ? 'kill' : 'step';
}
