/** Outlook's limits per mailbox and application: four requests at a time, 10,000 in ten minutes; and throttling on request. */
import { GraphError } from './reply.ts';
import type { GraphWorld, Load } from './world.ts';

const WINDOW_MS = 10 * 60_000;

export interface Slots {
  /** How many requests may run now, at most as many as were asked for. */
  readonly granted: number;
  refusal(): GraphError;
  release(): void;
}

/** Takes up to `wanted` of the places that are free. Release in a `finally`. */
export function admit(world: GraphWorld, userId: string, wanted: number): Slots {
  const load = loadOf(world, userId);
  const granted = Math.max(0, Math.min(wanted, world.settings.concurrency - load.running));
  load.running += granted;
  return {
    granted,
    // Retry-After may hold a fraction (learn.microsoft.com/graph/throttling).
    refusal: () => overConcurrency('2.128'),
    release: () => { load.running -= granted; },
  };
}

/** Throws 429 while somebody wants requests to be throttled. */
export function refuseThrottled(world: GraphWorld, userId: string): void {
  const { trouble } = world;
  if (trouble.throttled > 0) {
    trouble.throttled -= 1;
    throw throttled('Application is over its RequestRate limit.', trouble.retryAfter);
  }
  const load = loadOf(world, userId);
  if (load.served < world.settings.requestsPerTenMinutes) return;
  const seconds = Math.ceil((load.windowStart + WINDOW_MS - world.clock.now()) / 1000);
  throw throttled('Application is over its 10,000 requests per 10 minutes limit.', String(Math.max(1, seconds)));
}

export function countRequest(world: GraphWorld, userId: string): void {
  loadOf(world, userId).served += 1;
}

/** `retryAfter` in seconds, as text. */
export const overConcurrency = (retryAfter: string): GraphError =>
  throttled('Application is over its MailboxConcurrency limit.', retryAfter);

const throttled = (message: string, retryAfter: string): GraphError =>
  new GraphError(429, 'ApplicationThrottled', message, { 'retry-after': retryAfter });

function loadOf(world: GraphWorld, userId: string): Load {
  const now = world.clock.now();
  const load = world.load.get(userId) ?? { running: 0, served: 0, windowStart: now };
  world.load.set(userId, load);
  if (now - load.windowStart >= WINDOW_MS) {
    load.windowStart = now;
    load.served = 0;
  }
  return load;
}
