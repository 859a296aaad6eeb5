/** The sandbox's clock: real time plus an offset that a demo or a test moves forward, so that nothing ever waits. */

export interface MovableClock {
  /** Milliseconds since 1970. */
  now(): number;
  advance(milliseconds: number): void;
}

/** Starts at real time, or stands at `start` and moves only by `advance`. */
export function movableClock(start?: number): MovableClock {
  let offset = 0;
  return {
    now: () => (start ?? Date.now()) + offset,
    advance: (milliseconds) => { offset += milliseconds; },
  };
}
