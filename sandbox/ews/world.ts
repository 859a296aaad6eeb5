/** Everything the server holds while it runs, passed to each operation; and one call as the operations see it. */
import type { MovableClock } from '../clock.ts';
import type { Dice } from '../graph/settings.ts';
import type { ExchangeAccount } from './accounts.ts';
import type { AutodiscoverState } from './autodiscover-state.ts';
import type { View } from './computed.ts';
import type { Reading } from './fields.ts';
import { newMailbox } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import type { Target } from './series.ts';
import type { EwsSettings, Trouble } from './settings.ts';

/** What the directory knows of an account beside its name. */
export interface Standing {
  password: string;
  /** Wrong passwords since the last right one. */
  wrong: number;
  state: 'ok' | 'locked' | 'expired' | 'disabled' | 'ewsDisabled';
  /** Sign-ins that were let in and turned away, ever. */
  accepted: number;
  refused: number;
}

export interface SentMail { readonly account: string; readonly at: string; readonly reason: string; readonly recipients: readonly string[] }
export interface Load { running: number; syncing: number }

export interface EwsWorld {
  readonly clock: MovableClock;
  readonly accounts: readonly ExchangeAccount[];
  /** By account id. */
  readonly standings: Map<string, Standing>;
  readonly settings: EwsSettings;
  readonly autodiscover: AutodiscoverState;
  readonly troubles: Trouble[];
  readonly dice: Dice;
  /** By account id; made on first use. */
  readonly mailboxes: Map<string, Mailbox>;
  /** One entry for each mail that a real server would have sent. A sync that works leaves this empty. */
  readonly mailsSent: readonly SentMail[];
  mailed(mail: SentMail): void;
  /** Requests under way, by account id. */
  readonly load: Map<string, Load>;
  /** Called after a change of a mailbox that must be kept. */
  changed(mailbox: Mailbox): void;
  /** Called after a change of standings. */
  serviceChanged(): void;
}

export interface Call {
  readonly world: EwsWorld;
  readonly mailbox: Mailbox;
  /** Whose mailbox it is. */
  readonly owner: ExchangeAccount;
  /** Windows name of TimeZoneContext. */
  readonly zone: string | undefined;
  /** Schemas from Exchange2010 on know time zones of items. */
  readonly hasZones: boolean;
}

export const viewOf = ({ mailbox, owner, zone, hasZones }: Call, target: Target): View => ({ target, mailbox, owner, zone, hasZones });

export const readingOf = ({ world, zone, hasZones }: Call): Reading =>
  ({ zone, hasZones, refusesEmpty: world.settings.odd.emptyText === 'refused' });

export function mailboxOf(world: EwsWorld, account: ExchangeAccount): Mailbox {
  const found = world.mailboxes.get(account.id);
  if (found) return found;
  const made = newMailbox(account.id, account.language);
  world.mailboxes.set(account.id, made);
  return made;
}

export function standingOf(world: EwsWorld, account: ExchangeAccount): Standing {
  const found = world.standings.get(account.id);
  if (found) return found;
  const made: Standing = { password: account.password, wrong: 0, state: 'ok', accepted: 0, refused: 0 };
  world.standings.set(account.id, made);
  return made;
}

/** By id, mail address, UPN or DOMAIN\login. */
export function demandAccount(world: EwsWorld, name: string): ExchangeAccount {
  const wanted = name.toLowerCase();
  const found = world.accounts.find(({ id, address, upn, domain, login }) =>
    [id, address, upn, `${domain}\\${login}`].some((form) => form.toLowerCase() === wanted));
  if (!found) throw new Error(`the sandbox's Exchange server has no account ${name}`);
  return found;
}
