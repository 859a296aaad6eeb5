/**
 * The rows that steer one user's sync. They lie in one key range of the user's partition (keys `a~...` of table `state`),
 * so one storage request reads them all and an idle cycle costs no other. Nobody but the lease holder writes Head and
 * the cursors; the API writes Config, Bell and Grants. Implemented by store/control-store.ts.
 */
import type { EventWindow } from '@concord/api';
import type { Passed } from '../engine/brake.ts';
import type { ErrorKind } from '../engine/errors.ts';
import type { Instant, Kind, SideKey } from '../engine/record.ts';
import type { Account, AccessToken } from '../ports/connector.ts';
import type { Cursors } from '../ports/side.ts';

export interface Control {
  readonly userId: string;
  readonly config: Config;
  readonly configEtag: string;
  readonly grants: { readonly m?: StoredGrant; readonly c?: StoredGrant };
  /** A mailbox that was signed in to and waits for the person's word, because the links belong to another one. */
  readonly next?: StoredGrant;
  readonly cursors: { readonly m: Cursors; readonly c: Cursors };
  /** When the stored cursors of a side were last written; a fresher one of an idle page is stored at most daily. */
  readonly cursorsAt: { readonly m?: Instant; readonly c?: Instant };
  readonly head: Head;
  readonly headEtag: string;
  readonly bell?: Bell;
  readonly watches?: Readonly<Partial<Record<SideKey, StoredWatch>>>;
}

export interface Bell {
  readonly rungAt: Instant;
  readonly by: 'user' | 'settings' | 'notification';
  /** The message that a notification queued comes up at this moment: whatever changes before will be seen by its run. */
  readonly until?: Instant;
}

/** A vendor's promise to tell of a side's changes (app/sync/watches.ts). Written by runs; ended and marked by the API, under its ETag. */
export interface Watch {
  readonly system: string;
  /** Where the vendor calls. */
  readonly address: string;
  /** The sign-in it was made with. */
  readonly connectedAt: Instant;
  readonly kinds: readonly Kind[];
  readonly topics: readonly WatchedTopic[];
  /** Failures in a row; nothing is tried before `tryAt`. */
  readonly failures: number;
  readonly tryAt?: Instant;
}

export interface StoredWatch extends Watch { readonly etag: string }

/** One subscription at the vendor, in its words. */
export interface WatchedTopic {
  readonly id: string;
  readonly topic: string;
  /** Of the random part of what the vendor sends with each notice. */
  readonly secretHash: string;
  readonly renewedAt: Instant;
  readonly renewAt: Instant;
  readonly expiresAt: Instant;
}

/** What the user and the admin decided. `activation` is the user's word; `suspended` is derived from Head. */
export interface Config {
  /** Our organization key: names the data key that seals everything of this user. */
  readonly organization: string;
  readonly activation: 'crmConnected' | 'mailboxConnected' | 'active' | 'paused' | 'deactivated';
  readonly pausedUntil?: Instant;
  readonly skippedMailbox: boolean;
  readonly kinds: readonly Kind[];
  /** Of events; absent where the user never chose, and in rows of older builds (app/scope.ts has the default). */
  readonly window?: EventWindow;
  readonly intervalMinutes: number;
  /** Two-letter country for phone numbers without a prefix. */
  readonly region: string;
  readonly timeZone: string;
  /** Outlook's address, where it differs from the connected one and the user has not yet said which is meant. */
  readonly unconfirmedInsteadOf?: string;
  readonly approvedAt?: Instant;
  /** The mailbox was changed: what is stored about the one before is being put aside, and no run starts until that is done. */
  readonly isLeaving?: true;
}

export interface Typed {
  readonly choice: string;
  /** By field id of the form. */
  readonly values: Readonly<Record<string, string>>;
}

/** One side's connection as stored: secret and token are sealed, the rest is readable. */
export interface StoredGrant {
  readonly system: string;
  readonly account: Account;
  readonly connectedAt: Instant;
  readonly secret: string;
  readonly token: AccessToken;
  /** What the person typed for it, secrets apart, so that it is typed once. Sealed. */
  readonly typed?: Typed;
  readonly etag: string;
  /** A refresh is under way until then; its outcome is unknown if it passes. */
  readonly refreshingUntil?: Instant;
  /** The vendor ended this grant for good: nothing may be tried with it. */
  readonly isDead: boolean;
}

export interface Head {
  readonly epoch: number;
  readonly holder?: string;
  /** By the storage service's clock. */
  readonly leaseUntil: Instant;
  readonly openTodos: number;
  readonly nextTodoAt?: Instant;
  /** Retry-After of a service: no run before this. */
  readonly notBefore?: Instant;
  readonly links: Readonly<Record<Kind, number>>;
  readonly asks: number;
  /** Pairs of the mailbox before are remembered until the first sync with this one is over (sync/former.ts). */
  readonly former?: true;
  /** Todos that the brake holds; absent in heads of older builds. */
  readonly held?: number;
  /** What the brake let pass in the last 24 hours. */
  readonly passed?: Passed;
  readonly parked: number;
  readonly lastRunAt?: Instant;
  readonly lastChangeAt?: Instant;
  readonly lastRunChanges?: number;
  /** The end of the last run that wrote to this side: its echoes come soon after. */
  readonly wroteAt?: Readonly<Partial<Record<SideKey, Instant>>>;
  /** Runs in a row in which a side refused the sign-in. Six suspend (DESIGN section 4). */
  readonly refusals: { readonly m: number; readonly c: number };
  readonly suspended?: { readonly side: SideKey; readonly at: Instant; readonly tries: number };
  readonly problem?: { readonly side?: SideKey; readonly kind: ErrorKind; readonly code: string; readonly since: Instant };
  /** The first sync is not over: its progress. */
  readonly firstSync?: { readonly done: number; readonly total: number; readonly startedAt: Instant };
  /** The last run had no time left: the next one goes on, and polls only a side whose delta round is unfinished. */
  readonly continues?: { readonly m: boolean; readonly c: boolean };
  /** A side forgot its cursor: the round under way lists everything again, and linked records that it does not name are looked at. */
  readonly resync?: { readonly m: boolean; readonly c: boolean };
  readonly today: { readonly day: string; readonly counts: Readonly<Record<string, number>> };
}
