/** What a fake side is made of: its records, and what its fates decide about a request. */
import type { ErrorDetails, ErrorKind } from '../../src/engine/errors.ts';
import type { FieldName, Fields, FieldValue, Kind, Owner, Seen, SideKey } from '../../src/engine/record.ts';
import type { Operation, Side } from '../../src/ports/side.ts';
import type { Clock } from '../../src/ports/world.ts';
import type { FakeSide } from './fake-side.ts';

export interface FakeRecord {
  readonly id: string;
  readonly kind: Kind;
  fields: Fields;
  version: number;
  modifiedAt: number;
  isGone: boolean;
  readonly createdAt: number;
  /** The link whose creation made it; absent for what a person made. */
  readonly madeFor?: string;
  owner?: Owner;
  /** Who touched it last, where the side tells. */
  by?: string;
  /** A merge: it lives on under this id. */
  movedTo?: string;
  /** The user may no longer read it. */
  isHidden?: boolean;
  /** It left the stream (another folder), and is still there. */
  isAway?: boolean;
  /** What else a look shows of an event. */
  marks?: Pick<Seen, 'identity' | 'meeting'>;
  /** What a look shows beside all this, for directed tests. */
  readonly more?: Partial<Seen>;
}

/** Milliseconds since 1970. */
export interface Window { readonly from: number; readonly to: number }

/** What the service does with a request. `lost`: it is served, and the reply never arrives. */
export type Fate = 'serve' | 'lost' | { readonly kind: ErrorKind; readonly details: ErrorDetails };

/** How a delta answers: `hold` entries come later, `again` old ones come once more, `size` cuts the page. */
export interface DeltaFate {
  readonly hold: number;
  readonly again: number;
  readonly size: number;
  readonly order: <T>(changes: readonly T[]) => readonly T[];
  /** Only the id of this record is told. */
  readonly isBare: (id: string) => boolean;
  readonly isForgotten: boolean;
}

export const PLAIN_DELTA: DeltaFate = { hold: 0, again: 0, size: Infinity, order: (changes) => changes, isBare: () => false, isForgotten: false };

export interface FakeSideOptions {
  readonly side: SideKey;
  readonly name?: string;
  /** Several mailboxes share one CRM: the records of this one are seen, with the eyes of another user. */
  readonly shares?: FakeSide;
  /** Whose eyes: what he makes is his, and a delta names his own records. Absent: there is only one user. */
  readonly user?: string;
  /** How ids begin; absent: the side. */
  readonly prefix?: string;
  /** Events beyond it are outside (ports/side.ts, Scope). */
  readonly window?: () => Window;
  readonly clock: Clock;
  /** Of every kind; a side shows and takes those of the record's own kind. */
  readonly holds: readonly FieldName[];
  /** Whether creations bear our key: not at all, found by it, or refused twice by it. */
  readonly key: 'none' | 'plain' | 'unique';
  /** True: an update with another version than the present one is refused. */
  readonly isStrict: boolean;
  readonly pageSize: number;
  /** Records younger than this are not found by search and recall: an index lags. */
  readonly lagMs?: () => number;
  /** What the server makes of a value at once. */
  readonly shape?: (field: FieldName, value: FieldValue | null) => FieldValue | null;
  readonly callFate?: (call: keyof Side) => Fate;
  readonly writeFate?: (operation: Operation) => Fate;
  readonly deltaFate?: () => DeltaFate;
  /** A write of ours took effect: what stood in the record before. `look` is what the writer had seen there. */
  readonly onWritten?: (written: Effect) => void;
}

/** One write of ours that took effect. */
export interface Effect {
  readonly operation: Operation;
  readonly id: string;
  /** The patched fields before and after; before a creation there is nothing. */
  readonly before: Fields;
  readonly after: Fields;
}
