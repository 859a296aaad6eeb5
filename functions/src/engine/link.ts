/** The memory of one pair and the marks around it. Field values here are sealed at rest (store/codec.ts). */
import type { ErrorKind } from './errors.ts';
import type { Turns } from './oscillation.ts';
import type { FieldName, Fields, Instant, Kind, SideKey } from './record.ts';

/** 26 characters of base32hex: sha256 over organization, kind, birth side, birth id and incarnation. */
export type LinkId = string;

export interface SideRef {
  readonly id: string;
  readonly version: string;
}

/** What each side looked like when both last agreed. */
export type Shadows = Readonly<Record<SideKey, Fields>>;

/** A live link has both sides; an unlinked or dead one may have lost one. */
export interface Link {
  readonly id: LinkId;
  readonly kind: Kind;
  readonly m?: SideRef;
  readonly c?: SideRef;
  readonly shadow: Shadows;
  readonly status: 'live' | 'unlinked' | 'dead';
  /** The series that the mailbox's record belongs to, so that all its occurrences are found when the series changes. */
  readonly family?: string;
  /** Fields that were written to both sides in turn (R7). */
  readonly turns?: Turns;
  readonly agreedAt: Instant;
  readonly epoch: number;
}

export type TodoReason = 'delta' | 'resync' | 'user' | 'undo' | 'retry' | 'confirm';

/** A durable mark that a link is not settled. It may be re-marked by anybody; only a run touches its intent. */
export interface Todo {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly seen: { readonly m?: SideRef; readonly c?: SideRef };
  readonly reason: TodoReason;
  readonly intent?: Intent;
  readonly error?: TodoError;
  readonly nextTry: Instant;
  readonly isParked?: boolean;
  /** The user is asked: same person? The answer, when given, is the user's word. */
  readonly ask?: Ask;
  /** The brake keeps it from being carried out until the user has spoken. */
  readonly held?: Held;
  /** What the user asked for; written by the API, carried out and taken away by a run. */
  readonly wish?: Wish;
}

export interface Held {
  readonly what: 'delete' | 'unlink' | 'blank';
  /** The side that would be written, and is untouched. */
  readonly side: SideKey;
  readonly field?: FieldName;
  readonly since: Instant;
}

export type Wish =
  /** What a run did to this record is to be taken back, as far as it still holds what was written. */
  | { readonly do: 'undo'; readonly steps: readonly UndoStep[] }
  /** The other side gets this side's value. */
  | { readonly do: 'use'; readonly field: FieldName; readonly from: SideKey }
  | { readonly do: 'unlink' | 'relink' }
  /** The answers to what the brake holds. */
  | { readonly do: 'confirm' | 'keep' | 'restore' };

/** One line of a run's log. */
export interface UndoStep {
  readonly action: 'insert' | 'update' | 'delete' | 'link';
  /** The side that was written; absent for a link. */
  readonly side?: SideKey;
  readonly fields: readonly FieldChange[];
}

export interface TodoError {
  readonly kind: ErrorKind;
  /** Stable, for example `SF_REQUIRED_FIELD_MISSING`. */
  readonly code: string;
  readonly tries: number;
  /** Names of fields and lengths only, never what a person wrote. */
  readonly field?: string;
}

export type AskReason =
  | 'sameName' | 'severalCandidates' | 'sharedAddress' | 'differentNames' | 'differentBirthdays' | 'severalOwnCreations' | 'duplicateRule'
  | 'sameSubject';

export interface Ask {
  readonly reason: AskReason;
  /** Record ids on the other side, best first, at most ten. */
  readonly candidates: readonly string[];
  readonly answer?: { readonly verdict: 'same'; readonly candidate: string } | { readonly verdict: 'different' };
}

/** What a run is about to write, stored before it writes. A creation's payload is frozen until it is resolved (R9). */
export type Intent =
  | {
    readonly op: 'create';
    readonly side: SideKey;
    readonly payload: Fields;
    /** Payload fields nobody wrote (birth.ts); the source's shadow keeps them blank. */
    readonly fills?: readonly FieldName[];
    readonly source: SideRef;
    /** Made again after a deletion was undone: it has no counterpart, and its link stays taken apart. */
    readonly isAlone?: true;
    readonly startedAt: Instant;
    readonly epoch: number;
  }
  | {
    readonly op: 'update';
    /** Per side: the canonical fields to write, their values before (the before-image), and the version they rest on. */
    readonly patch: { readonly m?: Fields; readonly c?: Fields };
    readonly before: { readonly m?: Fields; readonly c?: Fields };
    /** Per written side: the values of the other side which the patch rests on (R10 makes them common ground). */
    readonly base: { readonly m?: Fields; readonly c?: Fields };
    readonly basedOn: { readonly m: string; readonly c: string };
    readonly startedAt: Instant;
    readonly epoch: number;
  }
  | {
    readonly op: 'delete';
    readonly side: SideKey;
    readonly id: string;
    /** The before-image: enough to make the record again. */
    readonly before: Fields;
    readonly why: Why;
    readonly startedAt: Instant;
    readonly epoch: number;
  };

export type JournalAction = 'insert' | 'update' | 'delete' | 'link' | 'unlink' | 'skip' | 'hold' | 'ask' | 'error';

/** One line of a run's log: what happened to one record, why, and what stood there before. */
export interface JournalEntry {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly action: JournalAction;
  /** The side that was written; absent when nothing was. */
  readonly side?: SideKey;
  readonly why: Why;
  readonly fields: readonly FieldChange[];
  readonly notes: readonly CarryNote[];
  readonly error?: TodoError;
}

/** The rule that decided; the pane has one sentence for each. */
export type Why =
  | 'changedHere' | 'newerWins' | 'sideWins' | 'firstMeeting' | 'sameEmail' | 'samePhoneAndName' | 'answeredSame' | 'answeredDifferent'
  | 'newRecord' | 'private' | 'deletedThereKept' | 'deletedThere' | 'lostAccess' | 'merged' | 'oscillation' | 'unclear'
  | 'colleague' | 'notAccepted' | 'adopted' | 'bothGone' | 'noReply' | 'ownAddress' | 'blank' | 'alsoContact'
  | 'sameTime' | 'outside' | 'closed' | 'meeting' | 'held' | 'keptByUser' | 'restored' | 'undone' | 'changedSince' | 'usedOther' | 'userUnlinked'
  | 'userLinked' | 'formerPair';

export interface FieldChange {
  readonly field: string;
  readonly before: Fields[keyof Fields];
  readonly after: Fields[keyof Fields];
}

/** What a side could not hold: cut (`shortened`) or left where it is (`notCarried`). Lists, not errors. */
export interface CarryNote {
  readonly field: string;
  readonly what: 'shortened' | 'notCarried';
  readonly reason: CarryReason;
}

export type CarryReason =
  | 'notHeld' | 'tooMany' | 'tooLong' | 'noSingleAccount' | 'notInPicklist' | 'noYear' | 'noText' | 'notAnAddress' | 'accessDenied'
  /** Others are invited to the event: a write could make the server mail them. */
  | 'guests'
  /** No single person in the CRM has this address. */
  | 'noPerson';
