/** What tests, the demo and the buttons of the page do to the server that no client could. HTTP faults of any kind are in the shared server. */
import type { Host } from './autodiscover-state.ts';
import type { OddSettings, SignInSettings, Trouble, TroubleKind } from './settings.ts';
import { demandAccount, mailboxOf, standingOf } from './world.ts';
import type { EwsWorld, Standing } from './world.ts';

export interface Controls {
  /** For the next `count` signed-in calls of the operation (SyncFolderItems...), or of any. */
  trouble(kind: TroubleKind, options?: { readonly count?: number; readonly operation?: string; readonly backOffMs?: number }): void;
  clearTroubles(): void;
  /** SyncStates handed out so far are refused with ErrorInvalidSyncStateData. */
  expireSyncStates(account: string): void;
  setPassword(account: string, password: string): void;
  /** `ok` opens a locked account and forgets its wrong passwords. */
  setStanding(account: string, state: Standing['state']): void;
  signIn(settings: Partial<SignInSettings>): void;
  odd(settings: Partial<OddSettings>): void;
  /** How a host answers Autodiscover; null: like every other host. */
  host(name: string, host: Host | null): void;
  autodiscover(settings: { readonly httpRedirect?: string | null; readonly ewsUrl?: string | null; readonly otherwise?: Host }): void;
}

const BACK_OFF_MS = 30_000;

/** Accounts are named by id, address, UPN or DOMAIN\login. */
export function controlsOf(world: EwsWorld): Controls {
  return {
    trouble: (kind, { count = 1, operation, backOffMs = BACK_OFF_MS } = {}) => {
      const trouble: Trouble = { kind, backOffMs, left: count, ...(operation === undefined ? {} : { operation }) };
      world.troubles.push(trouble);
    },
    clearTroubles: () => { world.troubles.length = 0; },
    expireSyncStates: (name) => {
      const mailbox = mailboxOf(world, demandAccount(world, name));
      mailbox.syncEpoch += 1;
      world.changed(mailbox);
    },
    setPassword: (name, password) => {
      standingOf(world, demandAccount(world, name)).password = password;
      world.serviceChanged();
    },
    setStanding: (name, state) => {
      Object.assign(standingOf(world, demandAccount(world, name)), { state, ...(state === 'ok' ? { wrong: 0 } : {}) });
      world.serviceChanged();
    },
    signIn: (settings) => { Object.assign(world.settings.signIn, settings); },
    odd: (settings) => { Object.assign(world.settings.odd, settings); },
    host: (name, host) => {
      if (host) world.autodiscover.hosts.set(name.toLowerCase(), host);
      else world.autodiscover.hosts.delete(name.toLowerCase());
    },
    autodiscover: (settings) => { Object.assign(world.autodiscover, settings); },
  };
}
