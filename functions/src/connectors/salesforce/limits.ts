/** Numbers of this service, each with its source; read on 2026-11-23. Times are milliseconds unless the name says otherwise. */

/** Summer '26. One version is pinned; the package's own default is 50.0. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta */
export const API_VERSION = '67.0';

/** Records of one create, update or delete call (REST guide, "sObject Collections"). */
export const COLLECTION_MAX = 200;

/** Rows a query page may hold at most; the service often sends fewer (jsforce#36, jsforce#898, cli#626). */
export const PAGE_ROWS = 2_000;

/** The service refuses request lines over about 16 kB; what is left is room for the host and the rest of the line. */
export const URL_LENGTH_MAX = 15_000;

/** A row stamped inside a window that was already read can appear minutes later (airbyte#27146 saw five). */
export const OVERLAP = 10 * 60_000;

/** How far the end of the window of events moves before those that it took in are asked for. */
export const WINDOW_STEP = 24 * 3_600_000;

/** How far the clock that stamped an intent and the service's clock may differ when a lost creation is looked for. */
export const SKEW = 5 * 60_000;

/** Deleted rows stay in the bin for 15 days: an older cursor would miss deletions. */
export const BIN_LIFE = 15 * 24 * 3_600_000;

/** A description of an object is asked again after a day, or at once when the service says that a field is gone. */
export const DESCRIBE_LIFE = 24 * 3_600_000;

/** A run lasts about 45 s; the package's own limit is 30 minutes. */
export const CALL_TIMEOUT = 30_000;
export const SIGN_IN_TIMEOUT = 20_000;

/** From this part of the day's calls on, a run's log carries a warning; the service itself refuses at the end. */
export const USAGE_WARNING = 0.8;

/** "TotalRequests Limit exceeded" is a pool of 24 rolling hours: asking again in seconds cannot help. */
export const POOL_PAUSE = 3_600_000;

/** Concurrency limits, login rates and locks pass within seconds (salto#3056, restforce#412). */
export const BUSY_PAUSE = 30_000;

/** Above this many probes or names it may be cheaper to list everything; see read.ts and accounts.ts. */
export const PROBES_FEW = 200;
export const NAMES_FEW = 50;

/** Descriptions kept in memory: four objects for each user that this process serves. */
export const DESCRIBED_MAX = 2_000;

/** Parts of one composite call, and how many of them may be queries or collections (REST guide, "Composite"). */
export const PARTS_MAX = 25;
export const QUERIES_MAX = 5;

/** The longest text of an event or task that travels, in UTF-16 units: the mailbox sides hold about 8,192. */
export const BODY_MAX = 8_000;

/** Contacts that one event can be about with Shared Activities (Object Reference, Event, EventWhoIds); a lead stands alone. */
export const MEMBERS_MAX = 50;
