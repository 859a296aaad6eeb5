/** What a test, the demo or a person may change about the service: oddities of delta, limits, and trouble on request. */
import { setTimeout as delay } from 'node:timers/promises';

const SERVICE_MS = 3;

/** Chances are per page, drawn from one seeded sequence, so that a run can be repeated. */
export interface DeltaSettings {
  seed: number;
  /** An empty page with a nextLink before the page itself; only in rounds that have something to tell. */
  emptyPages: number;
  /** One item of the page occurs in it twice. */
  repeats: number;
  /** An item of an earlier round is told again; only in rounds that have something to tell. */
  replays: number;
  /** Changes younger than this (milliseconds of the sandbox clock) are not told yet. */
  lagMs: number;
  /** How many states of a chain of tokens the server keeps; older tokens answer 410. */
  generationsKept: number;
  /** The greatest page; the contract lets the server return fewer than asked for. */
  pageLimit: number;
}

export interface GraphSettings {
  readonly delta: DeltaSettings;
  /** Concurrent requests per mailbox and application (learn.microsoft.com/graph/throttling-limits, Outlook). */
  concurrency: number;
  /** Requests per mailbox in ten minutes; each part of a batch is one. */
  requestsPerTenMinutes: number;
  /** A deleted contact can still be read by id, in Deleted Items, instead of answering 404: nobody promises either. */
  keepsDeleted: boolean;
  /** What becomes of an attendee's change of what is the organizer's: nobody promises either. */
  attendeeEdits: 'refused' | 'overwritten';
  /** What a request takes; by default a few milliseconds, so that requests sent together do meet in the mailbox. */
  serviceTime: () => Promise<void>;
}

export type SettingsInput = Partial<Omit<GraphSettings, 'delta'>> & { readonly delta?: Partial<DeltaSettings> };

export function graphSettings(input: SettingsInput = {}): GraphSettings {
  return {
    concurrency: input.concurrency ?? 4,
    requestsPerTenMinutes: input.requestsPerTenMinutes ?? 10_000,
    keepsDeleted: input.keepsDeleted ?? false,
    attendeeEdits: input.attendeeEdits ?? 'refused',
    serviceTime: input.serviceTime ?? (() => delay(SERVICE_MS)),
    delta: {
      seed: 1, emptyPages: 0.05, repeats: 0.2, replays: 0.2, lagMs: 0, generationsKept: 8, pageLimit: 100, ...input.delta,
    },
  };
}

/** Throttling and dead tokens that somebody asked for. HTTP faults of any kind are in the shared server. */
export interface Trouble {
  /** The next requests (parts of a batch count one each) that answer 429. */
  throttled: number;
  /** Seconds, as text: Graph sends decimals too. */
  retryAfter: string;
  /** The next batches of which only `batchRuns` parts run; the others answer 429 (microsoft-graph-docs#8760). */
  narrowBatches: number;
  batchRuns: number;
}

export const noTrouble = (): Trouble => ({ throttled: 0, retryAfter: '10', narrowBatches: 0, batchRuns: 4 });

/** A seeded sequence (mulberry32): true with the given chance. */
export type Dice = (chance: number) => boolean;

export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  return (chance) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < chance;
  };
}
