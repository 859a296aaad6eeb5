/** What the parent asks of the host's process. */

/** Lease, timer lock and invisibility: 2 s here, so that a crash is over as soon. In production 90 s, 60 s and 10 min. */
export const SHORT_SECONDS = 2;

export interface HostStart {
  readonly do: 'start';
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the world's clock is ahead of real time. */
  readonly clockOffset: number;
  readonly port: number;
  /** True: timers tick and queues are polled by themselves. */
  readonly isLive: boolean;
}

export type HostOrder =
  | HostStart
  | { readonly do: 'advance'; readonly milliseconds: number }
  /** Runs the queues until no message is visible. */
  | { readonly do: 'drain' }
  /** One tick of the timer, then the queues. */
  | { readonly do: 'cycle' };
