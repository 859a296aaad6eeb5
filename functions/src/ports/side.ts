/**
 * What the app asks of one side, and nothing else. A connector makes a Side out of a vendor's API.
 *
 * Record   canonical fields of one contact, event or task, with id and version.
 * Stream   one source of changes (a folder, an object); its cursor is the vendor's delta token, opaque to everyone else.
 * Look     what a record is right now, by its id. Absence from a list is never evidence of a deletion.
 *
 * Every method throws SyncError and nothing else. A method counts its own limits (page sizes, batches, concurrency);
 * callers pass as many items as they like. No method retries by sleeping: throttling ends the run with `throttled`.
 * `write` throws only before anything was sent; afterwards each operation has its own answer.
 */
import type { CarryNote, LinkId } from '../engine/link.ts';
import type { FieldName, Fields, Instant, Kind, Look, Seen } from '../engine/record.ts';
import { SyncError } from '../engine/errors.ts';

export interface Side {
  /** The name a person knows: "Salesforce", "Outlook". */
  readonly name: string;
  /** The canonical fields this side holds for this user, by kind (the connector asks the vendor's description). */
  holds(kind: Kind): Promise<ReadonlySet<FieldName>>;
  /**
   * One page of changes of all streams since these cursors, in ONE call to the service, or one a stream where it has no call for several
   * (docs/decisions/0007). `{}` starts from nothing.
   * An idle page has no changes and `hasMore` false; its cursors need not be stored.
   */
  changes(cursors: Cursors): Promise<ChangePage>;
  /** Fresh looks by id, batched. Every id asked for is in the answer. */
  read(kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Look>>;
  /** Everybody the user may READ who could be one of these people, colleagues' records included (with their owner). */
  search(kind: Kind, probes: readonly Probe[]): Promise<readonly Seen[]>;
  /** What became of creations whose outcome is unknown. */
  recall(kind: Kind, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>>;
  /**
   * Answers in the order of the operations; one record's failure is that record's answer, never an exception. No request that
   * writes starts after `until`: a run that was asleep must not write when its lease is over. What was not sent answers `notSent`.
   */
  write(operations: readonly Operation[], until?: Instant): Promise<readonly WriteResult[]>;
}

export function notSent(): SyncError {
  return new SyncError('unavailable', 'the time to write was over before this was sent', { code: 'NOT_SENT' });
}

/** Stream name -> opaque cursor. */
export type Cursors = Readonly<Record<string, string>>;

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Series whose deleted occurrences the service does not announce. */
  readonly families?: readonly Family[];
  /** All cursors to store after these changes are safe as todos; may point into the middle of a round. */
  readonly cursors: Cursors;
  /** The round goes on: ask again with the new cursors. */
  readonly hasMore: boolean;
  /** Streams whose cursor the service no longer knows: their cursor is absent above, and a resync is due. */
  readonly lost: readonly string[];
}

export type Change =
  /** The page carried the whole record. */
  | { readonly what: 'seen'; readonly record: Seen }
  /** Only the id is known, or the item left the stream: look before deciding. */
  | { readonly what: 'touched'; readonly kind: Kind; readonly id: string }
  | { readonly what: 'removed'; readonly kind: Kind; readonly id: string };

/**
 * A series that changed, with all of its occurrences inside the window; each of them also stands in this page or an earlier one of
 * the round. Linked occurrences that are not named may be gone, and are looked at by id.
 */
export interface Family {
  readonly kind: Kind;
  /** As in Seen.family. */
  readonly family: string;
  readonly ids: readonly string[];
}

/** What a side is asked for: decided by the user, the same for a whole run. */
export interface Scope {
  /** Only these kinds are read; each is a stream or several. */
  readonly kinds: readonly Kind[];
  /**
   * Events beyond it are not asked for. Roll it with an overlap: a round of a new window may list what the old one had. Days alone move both
   * edges alike; any other move is the user's, and is followed at once, a narrower window too, so that nothing made outside it is missing later.
   */
  readonly window: { readonly from: Instant; readonly to: Instant };
  /** IANA zone of the user: days of tasks are days there. */
  readonly timeZone: string;
}

/**
 * What is known of a record when looking for a counterpart. Raw values; the connector only uses them to narrow. People have
 * addresses, numbers and names; events a subject and a `when`; tasks a subject.
 */
export interface Probe {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly familyName?: string;
  readonly givenName?: string;
  readonly subject?: string;
  readonly when?: string;
}

export interface LostCreation {
  readonly linkId: LinkId;
  readonly payload: Fields;
  readonly startedAt: Instant;
}

export interface Recall {
  /** Found records that this creation may have made: without a key, all of the user's own that were made since. */
  readonly found: readonly Seen[];
  /** True: our key was found, or looked for where it cannot be missed. False: judged by equal key fields. */
  readonly isByKey: boolean;
}

export type Operation =
  | { readonly op: 'create'; readonly kind: Kind; readonly linkId: LinkId; readonly fields: Fields }
  /** `current` is the fresh look the patch was planned on: whole collections are rebuilt from it. Only `patch` is written. */
  | {
    readonly op: 'update';
    readonly kind: Kind;
    readonly current: Seen;
    readonly patch: Fields;
    /** The other side's patched fields at the last agreement: they tell a side with references what a blank was meant to clear. */
    readonly agreed?: Fields;
  }
  | { readonly op: 'delete'; readonly kind: Kind; readonly id: string; readonly version: string };

export type WriteResult =
  | {
    readonly ok: true;
    readonly id: string;
    /** '' when the service does not tell; the next delta is then judged by content. */
    readonly version: string;
    /** The written fields as the server now shows them (cut, normalised); what could not be carried is absent. */
    readonly written: Fields;
    readonly notes: readonly CarryNote[];
  }
  | { readonly ok: false; readonly error: SyncError };
