/** What the demo and the crash test do in a mailbox, as a person does it, and how they look at it. One implementation a system. */
import type { Contact } from '@microsoft/microsoft-graph-types';
import type { Rep } from '../../sandbox/rep.ts';

/** Systems that the demo and the crash test can be played on, by the app's own names. */
export const MAILBOX_SYSTEMS = ['graph', 'ews'] as const;
export type MailboxSystem = (typeof MAILBOX_SYSTEMS)[number];

/** Whoever started the story wants it to end: the hands do nothing more, and no refusal of the mailbox is meant. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A contact with every field that a person sees, in the words of Graph whatever the mailbox is. */
export type MailboxContact = Contact;

/** An event in the words of Graph; times that are read are UTC, times that are written have a zone (IANA id). */
export type RawEvent = Readonly<Record<string, unknown>>;

/** A task in the words of Graph. A due day that is read is the midnight of its day in the owner's zone, told in UTC. */
export type RawTask = Readonly<Record<string, unknown>>;

/** The owner of the mailbox lives here. */
export const ZONE = 'Europe/Berlin';

/** The part of a calendar that importing a file needs. Ids may be those of occurrences. */
export interface CalendarHand {
  /** Answers the id. Throws what the mailbox refuses. */
  addEvent(body: RawEvent): Promise<string>;
  /** What a view shows, by start; ISO instants, the end is exclusive. */
  occurrences(from: string, to: string): Promise<readonly RawEvent[]>;
  updateEvent(id: string, patch: RawEvent): Promise<void>;
  removeEvent(id: string): Promise<void>;
}

export interface MailboxHand extends CalendarHand {
  /** As the app calls the system, and the report the mailbox. */
  readonly system: MailboxSystem;
  /** Signs the mailbox in through the pane's API. */
  connect(rep: Rep): Promise<void>;
  /** The default folder; each with its id, which is the one that the app uses. */
  contacts(): Promise<readonly MailboxContact[]>;
  /** Answers the id. Throws what the mailbox refuses. */
  addContact(contact: MailboxContact): Promise<string>;
  updateContact(id: string, patch: MailboxContact): Promise<void>;
  tasks(): Promise<readonly RawTask[]>;
  addTask(body: RawTask): Promise<string>;
  updateTask(id: string, patch: RawTask): Promise<void>;
  /** Changes each time a record does. */
  fingerprint(): Promise<string>;
  /** Requests of the app since its start, by service. The hand's own are no part of it. */
  calls(): Readonly<Record<string, number>>;
  /** The services of which an idle cycle is told. */
  readonly services: readonly string[];
  /** Mails that people would have been sent; null where nobody can count them. */
  mailsSent(): number | null;
}
