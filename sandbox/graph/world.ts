/** Everything the Graph side holds while it runs, passed to each route. */
import type { MovableClock } from '../clock.ts';
import type { Keys } from '../identity/tokens.ts';
import type { User } from '../identity/accounts.ts';
import type { Mailbox } from './mailbox.ts';
import { newMailbox } from './mailbox.ts';
import { GraphError } from './reply.ts';
import type { Call } from './reply.ts';
import type { Dice, GraphSettings, Trouble } from './settings.ts';

export interface GraphWorld {
  readonly clock: MovableClock;
  readonly users: readonly User[];
  readonly keys: Keys;
  readonly settings: GraphSettings;
  readonly trouble: Trouble;
  readonly dice: Dice;
  /** By user id; made on first use. */
  readonly mailboxes: Map<string, Mailbox>;
  /** What would have mailed somebody: one entry a mail. A sync that works leaves this empty. */
  readonly mailsSent: readonly SentMail[];
  mailed(mail: SentMail): void;
  /** Requests under way and of the last ten minutes, by mailbox. */
  readonly load: Map<string, Load>;
  /** Called after a change of a mailbox that must be kept. */
  changed(mailbox: Mailbox): void;
}

export interface SentMail { readonly userId: string; readonly at: string; readonly reason: string; readonly recipients: number }
export interface Load { running: number; served: number; windowStart: number }

/** A Windows name; a person may have chosen another than the account came with. */
export const timeZoneOf = (mailbox: Mailbox, user: User): string => mailbox.timeZone ?? user.timeZone;

export function mailboxOf(world: GraphWorld, userId: string): Mailbox {
  const found = world.mailboxes.get(userId);
  if (found) return found;
  const made = newMailbox(userId);
  world.mailboxes.set(userId, made);
  return made;
}

/** The caller's mailbox, or the 404 that users without one get (microsoft-graph-docs-contrib#4340). */
export function callersMailbox(world: GraphWorld, call: Call): Mailbox {
  if (call.caller.user.hasMailbox) return mailboxOf(world, call.caller.user.id);
  throw new GraphError(404, 'MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.');
}
