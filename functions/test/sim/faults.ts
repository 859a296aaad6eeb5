/** What may go wrong and what people do besides editing, and how often: drawn from the seed, many of them never, so that every mix comes up. */
import type { Prng } from './prng.ts';

const MOST = {
  /** A call to a side is refused as a whole: throttled or unavailable. */
  refusedCall: 0.1,
  /** A write is done and its answer lost; or lost on its way there. */
  lostWrite: 0.3, lostRequest: 0.2,
  /** A record is refused on its own; a look at one fails. */
  reject: 0.2, unreadable: 0.1,
  /** The storage commits and does not answer, or does not commit. */
  lostBatch: 0.1, failedStorage: 0.05,
  /** Delta pages: the newest changes are missing, older ones come again, ids without content, a forgotten cursor. */
  lag: 0.8, replay: 0.8, touched: 0.3, forgotten: 0.05,
  /** Search and recall do not yet know new records: the share of the longest lag. */
  searchLag: 1,
  /** A run dies at an await; or sleeps, often for longer than its lease. */
  crash: 0.05, pause: 0.05,
  /** How often what a person does is a deletion, a restoration, a merge, a loss of access or its return, a move to or from another folder. */
  remove: 0.15, restore: 0.1, merge: 0.08, hide: 0.08, leave: 0.1,
  /** A service makes a new version of the same content. */
  stir: 0.2,
  /** Others mark todos, ring the bell, change settings. */
  others: 0.3,
  /** Records that no service ever takes, and such that carry values of a shape nobody expects. */
  refusedRecord: 0.3, malformed: 0.2,
  /** Both services rewrite what we wrote, some time after. */
  rewrite: 1,
} as const;

export type FaultName = keyof typeof MOST;
export type Faults = Readonly<Record<FaultName, number>>;

export const FAULT_NAMES = Object.keys(MOST) as FaultName[];

const RARE: ReadonlySet<FaultName> = new Set(['refusedRecord', 'malformed', 'rewrite', 'merge', 'hide']);

export const NO_FAULTS: Faults = drawn(() => 0);

export function drawFaults(prng: Prng, without: ReadonlySet<FaultName>): Faults {
  return drawn((name) => {
    const rate = prng.chance(RARE.has(name) ? 0.15 : 0.4) ? MOST[name] * prng.fraction() : 0;
    return without.has(name) ? 0 : rate;
  });
}

function drawn(rate: (name: FaultName) => number): Faults {
  return Object.fromEntries(FAULT_NAMES.map((name) => [name, rate(name)])) as Record<FaultName, number>;
}
