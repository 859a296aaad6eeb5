/** When to try a todo again, and when only a person can help. */
import { assert } from './assert.ts';
import type { ErrorKind } from './errors.ts';
import type { Instant } from './record.ts';

const SECOND_MS = 1_000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS;

/** The first pause doubles with every failure in a row, up to the longest. */
const PAUSES: Readonly<Record<ErrorKind, { readonly first: number; readonly longest: number }>> = {
  // Somebody else wrote in between: look again soon.
  stale: { first: 5 * SECOND_MS, longest: HOUR_MS },
  gone: { first: 5 * SECOND_MS, longest: HOUR_MS },
  unavailable: { first: MINUTE_MS, longest: 6 * HOUR_MS },
  throttled: { first: MINUTE_MS, longest: HOUR_MS },
  quota: { first: HOUR_MS, longest: DAY_MS },
  credentialsRejected: { first: 30 * MINUTE_MS, longest: 6 * HOUR_MS },
  // An admin must act, and nobody tells us when: once a day.
  denied: { first: DAY_MS, longest: DAY_MS },
  // Parked: a change of the record or the user's word comes first; the daily mark only keeps the row readable.
  invalid: { first: DAY_MS, longest: DAY_MS },
  duplicate: { first: DAY_MS, longest: DAY_MS },
  bug: { first: DAY_MS, longest: DAY_MS },
};

/**
 * The next try after `tries` failures in a row (at least 1), in milliseconds since 1970. `jitterSeed` (the link id) spreads the
 * tries by up to a tenth, always the same way, so that a crowd does not return at once.
 */
export function nextTry(tries: number, kind: ErrorKind, now: Instant, jitterSeed: string): Instant {
  assert(tries >= 1, 'a next try follows at least one failure');
  const { first, longest } = PAUSES[kind];
  const pause = Math.min(first * 2 ** Math.min(tries - 1, 30), longest);
  const next = now + Math.round(pause * (1 + spread(jitterSeed) / 10));
  assert(next > now, 'the next try lies ahead');
  return next;
}

/** True when trying again is useless until somebody changes something. A `denied` record is parked too, yet tried once a day. */
export function shouldPark(kind: ErrorKind): boolean {
  switch (kind) {
    case 'invalid':
    case 'duplicate':
    case 'denied':
    case 'bug': return true;
    case 'stale':
    case 'gone':
    case 'unavailable':
    case 'throttled':
    case 'quota':
    case 'credentialsRejected': return false;
    default: return kind satisfies never;
  }
}

/** 0 to 1 from a text (FNV-1a). */
function spread(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193) >>> 0;
  return hash / 0xffffffff;
}
