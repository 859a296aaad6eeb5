/** What the engine compares: canonical records, in no vendor's words. See ARCHITECTURE.md, "The words". */

/** `m` is the mailbox, `c` the CRM. */
export type SideKey = 'm' | 'c';

export type Kind = 'contact' | 'event' | 'task';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A postal address; decided as one group, never mixed from two sides. `street` may hold several lines, joined by LF. */
export interface Address {
  readonly street?: string;
  readonly city?: string;
  readonly region?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

export type PhoneSlot = 'work' | 'work2' | 'mobile' | 'home' | 'home2' | 'other' | 'workFax' | 'assistant';

export type ContactField =
  | 'prefix' | 'givenName' | 'middleName' | 'familyName' | 'suffix'
  | 'company' | 'jobTitle' | 'department' | 'assistantName'
  | 'primaryEmail' | 'otherEmails' | `phones.${PhoneSlot}`
  | 'addresses.business' | 'addresses.home' | 'addresses.other'
  | 'webPage' | 'birthday';

/** `when` is an interval (when.ts); `attendees` holds addresses, without the user's own. */
export type EventField = 'subject' | 'when' | 'location' | 'body' | 'showAs' | 'attendees';

export type TaskField = 'subject' | 'dueDate' | 'startDate' | 'status' | 'importance' | 'body';

/** Each kind's fields and their forms stand in fields.ts. */
export type FieldName = ContactField | EventField | TaskField;

export type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
export type TaskStatus = 'notStarted' | 'inProgress' | 'waiting' | 'deferred' | 'completed';
export type Importance = 'low' | 'normal' | 'high';

/** RAW text as the side holds it (compared in normal form, written raw); a set is an array, a group is an object. */
export type FieldValue = string | readonly string[] | Address;

/**
 * The fields one side shows. A missing key means "this side says nothing" (not held, hidden, not asked for): never a
 * change, never written. `null` means "held and blank": clearing is an edit like any other.
 */
export type Fields = { readonly [Name in FieldName]?: FieldValue | null };

/** Fields under construction, before they are handed out as Fields. */
export type FieldsDraft = { -readonly [Name in keyof Fields]: Fields[Name] };

/** One record as a side showed it at one moment. */
export interface Seen {
  readonly kind: Kind;
  readonly id: string;
  /** The side's own version word (change key, modification stamp); equal versions mean an unchanged record. */
  readonly version: string;
  readonly fields: Fields;
  /** The server's modification time; absent where the side has none. */
  readonly modifiedAt?: Instant;
  /** The name of who touched it last, where a look by id tells; for people's eyes alone: never stored, never compared. */
  readonly modifiedBy?: string;
  /** Our key, where the side can hold one: the id of the link that created the record. */
  readonly linkKey?: string;
  /** Who owns the record in the CRM. Absent on the mailbox side: everything there is the user's own. */
  readonly owner?: Owner;
  /** When the side says the record was made. */
  readonly createdAt?: Instant;
  /** True: the user or the policy keeps this record out of sync; it may never leave its side. */
  readonly isPrivate?: boolean;
  /**
   * What every copy of one meeting has in common (calendar id of the meeting and original start), so that colleagues' copies
   * and a series' occurrences are known again. Events of the mailbox only.
   */
  readonly identity?: string;
  /** The series that an occurrence belongs to, by the side's own id. */
  readonly family?: string;
  /** True: beyond the synced window. Nothing is made from it; a pair it belongs to goes on. */
  readonly isOutside?: boolean;
  /** Present when others are invited. Writing to it or deleting it could make the server mail them, so neither is done. */
  readonly meeting?: 'organizer' | 'attendee';
  /** A person who is not yet a contact of the CRM: where the same person is one already, that one is meant. */
  readonly isProspect?: boolean;
  /** A task that is done: a pair goes on, but nothing is made from it. */
  readonly isClosed?: boolean;
  /** Fields the side holds that the canonical record cannot carry (instant messaging, photo, a fourth e-mail). */
  readonly left?: readonly string[];
  /** The connector's own note on this look, handed back with an update (`Operation.current`). Never stored, never compared. */
  readonly memo?: unknown;
}

export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly isUser: boolean;
}

/** The result of looking a record up by its id. Only `gone` is evidence of a deletion. */
export type Look =
  | { readonly state: 'live'; readonly record: Seen }
  /** `by`: the name of who deleted it, where the side tells; for people's eyes alone. */
  | { readonly state: 'gone'; readonly by?: string }
  /** It lives on under another id (a merge). */
  | { readonly state: 'moved'; readonly to: string }
  /** It may exist, but this user may no longer read it: unlink, never delete. */
  | { readonly state: 'hidden' }
  /** The read failed: no decision may be taken. */
  | { readonly state: 'unknown' };
