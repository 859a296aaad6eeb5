/** What the demo and the crash test do in a CRM, as a person does it, and how they look at it. One implementation a system. */
import type { Rep } from '../../sandbox/rep.ts';

/** Texts by the names of PERSON_FIELDS; null is blank, and a name that is missing is a field that this CRM has no column for. */
export type CrmValues = Readonly<Partial<Record<string, string | null>>>;

export interface CrmContact { readonly id: string; readonly values: CrmValues }

export interface CrmEvent {
  readonly id: string;
  readonly subject: string;
  readonly location: string;
  readonly body: string;
  /** "2026-12-01T14:00:00.000Z/2026-12-01T15:00:00.000Z", or days with the end exclusive: "2026-12-01/2026-12-02". */
  readonly when: string;
}

/** A new event; instants in milliseconds. */
export interface NewCrmEvent { readonly subject: string; readonly location: string; readonly start: number; readonly end: number }

export const TASK_STATUSES = ['notStarted', 'inProgress', 'waitingOnOthers', 'deferred', 'completed'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];
export type TaskImportance = 'low' | 'normal' | 'high';

export interface CrmTask {
  readonly id: string;
  readonly subject: string;
  /** "2026-12-01", or "". */
  readonly due: string;
  /** A TaskStatus, or the CRM's own word where it has another one. */
  readonly status: string;
  readonly importance: string;
}

export interface NewCrmTask { readonly subject: string; readonly due: string; readonly status: TaskStatus; readonly importance: TaskImportance }

export interface CrmHand {
  /** As the app calls the system, and the report the CRM. */
  readonly system: string;
  /** Opens a session of the API. */
  signIn(apiOrigin: string): Promise<Rep>;
  /** Companies that the CRM knows before anybody works there. */
  addCompanies(names: readonly string[]): Promise<void>;
  contacts(): Promise<readonly CrmContact[]>;
  /** Answers the id; the rep owns it. */
  addContact(values: CrmValues): Promise<string>;
  updateContact(id: string, values: CrmValues): Promise<void>;
  events(): Promise<readonly CrmEvent[]>;
  addEvent(event: NewCrmEvent): Promise<string>;
  updateEvent(id: string, change: Partial<Pick<NewCrmEvent, 'location'>>): Promise<void>;
  tasks(): Promise<readonly CrmTask[]>;
  addTask(task: NewCrmTask): Promise<string>;
  updateTask(id: string, change: Partial<Pick<NewCrmTask, 'due' | 'importance'>>): Promise<void>;
  /** Changes each time a record does. */
  fingerprint(): Promise<string>;
  /** Requests of the app since its start, by service. The hand's own are no part of it. */
  calls(): Readonly<Record<string, number>>;
  /** The services of which an idle cycle is told. */
  readonly services: readonly string[];
}
