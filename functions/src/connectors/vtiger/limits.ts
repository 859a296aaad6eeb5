/** Numbers of this service, each with its source; observed on 8.4.0 in 2026-11. Times are milliseconds unless the name says otherwise. */

/** A query answers no more, whatever its limit says, and tells neither a total nor that there is more (observed). */
export const PAGE_ROWS = 100;

/** Requests at once: there are no batches, and four in parallel were no slower than one after the other (observed). */
export const CALLS_AT_ONCE = 4;

/** What is stamped in the second of an answer can be missed by it: the next look starts earlier (observed: strictly later, whole seconds). */
export const OVERLAP_SECONDS = 5;

/** How much two clocks may drift apart between two looks, and a save may take. */
export const DRIFT_SECONDS = 60;

/** How far the end of the window of events moves before those that it took in are asked for. */
export const WINDOW_STEP = 24 * 3_600_000;

/** How far the clock that stamped an intent and the service's clock may differ when a lost creation is looked for. */
export const SKEW = 5 * 60_000;

/** Where `sync` does not work, each known record is asked for by id so often, to see which of them went. */
export const CENSUS_EVERY = 6 * 3_600_000;
/** Ids of one portion of a census: 20 queries. */
export const CENSUS_PORTION = 2_000;

/** How far back `sync` is asked whether it names a missing record among the deleted ones: first days, then a month. */
export const GONE_STEPS = [2 * 24 * 3_600_000, 30 * 24 * 3_600_000] as const;
/** Pages of one such look. */
export const GONE_PAGES = 20;

/** A description of a module, and whether `sync` works, is asked again after a day. */
export const DESCRIBE_LIFE = 24 * 3_600_000;
/** Descriptions kept in memory: four modules for each user that this process serves. */
export const DESCRIBED_MAX = 2_000;

/** PHP's usual life of an unused session (session.gc_maxlifetime, php.net); the server's own is 1800 s. */
export const SESSION_LIFE = 24 * 60_000;

/** A run lasts about 45 s. */
export const CALL_TIMEOUT = 30_000;
/** Two calls of a sign-in have to fit the app's 20 s. */
export const SIGN_IN_TIMEOUT = 9_000;
/** A hundred full records are about 200 kB. */
export const REPLY_BYTES_MAX = 16 * 1024 * 1024;

/** A request line of Apache holds 8,190 bytes (httpd, LimitRequestLine); host, session and the rest need room. */
export const QUERY_LENGTH_MAX = 6_000;

/** Where a proxy before the server throttles without a time. */
export const BUSY_PAUSE = 60_000;
