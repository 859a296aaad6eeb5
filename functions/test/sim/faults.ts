/** What may go wrong, and how often: drawn from the seed, many of them zero, so that every mix of troubles comes up. */
import type { Prng } from './prng.ts';

export interface Faults {
  /** A call to a side is refused as a whole: throttled or unavailable. */
  readonly refusedCall: number;
  /** A write is done and its answer lost; or lost on its way there. */
  readonly lostWrite: number;
  readonly lostRequest: number;
  /** A record is refused on its own. */
  readonly reject: number;
  readonly unreadable: number;
  /** The storage commits and does not answer, or does not commit. */
  readonly lostBatch: number;
  readonly failedStorage: number;
  /** Delta pages: the newest changes are missing, older ones come again, ids without content, a forgotten cursor. */
  readonly lag: number;
  readonly replay: number;
  readonly touched: number;
  readonly forgotten: number;
  /** A run dies at an await; or sleeps, often for longer than its lease. */
  readonly crash: number;
  readonly pause: number;
}

export const NO_FAULTS: Faults = {
  refusedCall: 0, lostWrite: 0, lostRequest: 0, reject: 0, unreadable: 0, lostBatch: 0, failedStorage: 0, lag: 0, replay: 0, touched: 0, forgotten: 0,
  crash: 0, pause: 0,
};

export function drawFaults(prng: Prng): Faults {
  const upTo = (most: number): number => (prng.chance(0.6) ? 0 : most * prng.fraction());
  return {
    refusedCall: upTo(0.1), lostWrite: upTo(0.3), lostRequest: upTo(0.2), reject: upTo(0.2),
    unreadable: upTo(0.1), lostBatch: upTo(0.1), failedStorage: upTo(0.05),
    lag: upTo(0.8), replay: upTo(0.8), touched: upTo(0.3), forgotten: upTo(0.05), crash: upTo(0.05), pause: upTo(0.05),
  };
}
