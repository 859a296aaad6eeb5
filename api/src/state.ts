/** What the pane shows of one user: activation, connections, sync. */
import { z } from 'zod';
import { ApiErrorBody } from './errors.ts';
import { EventWindow } from './scope.ts';
import { SignInForm } from './sign-in.ts';

export const ActivationState = z.enum(['crmConnected', 'mailboxConnected', 'active', 'paused', 'suspended', 'deactivated']);
export type ActivationState = z.infer<typeof ActivationState>;

export const ConnectionState = z.object({
  system: z.string(),
  name: z.string(),
  login: z.string(),
  organizationName: z.string().optional(),
  connectedAt: z.number(),
  lastGoodAt: z.number().optional(),
  /** The vendor refuses the sign-in. */
  isRefused: z.boolean(),
  /** Runs in a row in which it was refused, and the last of them; absent where one refusal ended it for good. */
  refused: z.object({ tries: z.number(), at: z.number() }).optional(),
  /** What was typed for it, secrets apart: the form is filled in with it. */
  typed: z.object({ choice: z.string(), values: z.record(z.string(), z.string()) }).optional(),
  /** An address that differs from Outlook's and was not yet confirmed: "Outlook shows {a}, you connected {b}." */
  unconfirmedInsteadOf: z.string().optional(),
});
export type ConnectionState = z.infer<typeof ConnectionState>;

/** Another mailbox was signed in to while links exist: it takes over only when the person says so. */
export const MailboxChange = z.object({
  /** The address that the links belong to; absent where its connection was taken away. */
  from: z.string().optional(),
  to: z.string(),
  links: z.number(),
  /** The person said so; until the links are put aside nothing else goes on. */
  isUnderWay: z.boolean(),
});
export type MailboxChange = z.infer<typeof MailboxChange>;

export const RunCounts = z.object({
  insert: z.number(), update: z.number(), delete: z.number(), link: z.number(),
  skip: z.number(), hold: z.number(), ask: z.number(), error: z.number(),
});
export type RunCounts = z.infer<typeof RunCounts>;

export const Progress = z.object({ kind: z.string(), done: z.number(), total: z.number(), startedAt: z.number() });
export type Progress = z.infer<typeof Progress>;

export const SyncState = z.object({
  isRunning: z.boolean(),
  progress: Progress.optional(),
  lastRunAt: z.number().optional(),
  lastChangeAt: z.number().optional(),
  lastRunChanges: z.number().optional(),
  nextRunAt: z.number().optional(),
  /** The earliest moment "Sync now" is allowed again. */
  syncNowFrom: z.number(),
  intervalMinutes: z.number(),
  links: z.number(),
  /** The same by kind; a kind that is off keeps its links. */
  linksByKind: z.record(z.string(), z.number()),
  asks: z.number(),
  /** Changes that the brake holds for the user's word. */
  held: z.number(),
  /** Records set aside: `invalid`, `denied`, `duplicate`, `bug`. */
  parked: z.number(),
  today: RunCounts,
  mailsSent: z.literal(0),
  /** Why sync does not go on, in the closed set of kinds; absent when all is well. */
  problem: ApiErrorBody.optional(),
  problemSince: z.number().optional(),
});
export type SyncState = z.infer<typeof SyncState>;

export const UserState = z.object({
  now: z.number(),
  activation: ActivationState,
  skippedMailbox: z.boolean(),
  displayName: z.string(),
  crm: ConnectionState.optional(),
  mailbox: ConnectionState.optional(),
  mailboxChange: MailboxChange.optional(),
  forms: z.array(SignInForm),
  /** Kinds whose sync the user approved. */
  kinds: z.array(z.string()),
  window: EventWindow,
  pausedUntil: z.number().optional(),
  sync: SyncState,
});
export type UserState = z.infer<typeof UserState>;

export const PauseRequest = z.object({ until: z.number().optional() });
export const DisconnectRequest = z.object({ side: z.enum(['m', 'c']) });
export const ChangeMailbox = z.object({ go: z.boolean() });
export const ConfirmAddress = z.object({ keep: z.boolean() });
export const ActivateRequest = z.object({ kinds: z.array(z.string().max(20)).min(1).max(3), previewId: z.string().max(60) });
export type PauseRequest = z.infer<typeof PauseRequest>;
export type DisconnectRequest = z.infer<typeof DisconnectRequest>;
export type ChangeMailbox = z.infer<typeof ChangeMailbox>;
export type ConfirmAddress = z.infer<typeof ConfirmAddress>;
export type ActivateRequest = z.infer<typeof ActivateRequest>;
