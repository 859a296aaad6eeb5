/**
 * The user's session. The access token lives in memory only. The refresh token is kept in localStorage, which survives an
 * Outlook restart and is partitioned by the page that embeds the pane; it is used once and replaced at every use, so a
 * copy is soon worthless. Not in Office's roamingSettings: those lie in the mailbox, readable by every other add-in
 * client of it. Where storage is refused the session lives as long as the pane, and the person signs in again.
 */
import type { SessionTokens } from '@concord/api';
import { ApiFailure, type Call, type Send } from './client.ts';
import type { RouteName } from '@concord/api/routes';

const KEY = 'concord.session';
const LOCK = 'concord.session.refresh';
/** A token that ends within a minute is renewed before it is used. */
const EARLY_MS = 60_000;

export interface Session {
  /** Is there anything to be signed in with? */
  has(): boolean;
  begin(tokens: SessionTokens): void;
  /** Sends with a bearer token, renewing it at most once. */
  call(route: RouteName, call?: Call): Promise<unknown>;
  end(): Promise<void>;
}

/** Runs `work` alone among all tabs of this origin, where the browser has locks; else alone within this tab. */
export type Alone = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function aloneAcrossTabs(locks: LockManager | undefined): Alone {
  let last: Promise<unknown> = Promise.resolve();
  if (locks) return async (work) => await locks.request(LOCK, work);
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}

/** The browser's storage, or null where a setting or the embedding page forbids it. */
export function findStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch (error) {
    console.warn('The browser keeps no data for this page; the session ends with the pane.', error instanceof Error ? error.name : '');
    return null;
  }
}

export function makeSession(send: Send, storage: Storage | null, alone: Alone, now: () => number): Session {
  const tokens = makeTokens(send, storage, alone, now);
  return {
    has: tokens.has,
    begin: tokens.keep,
    call: async (route, call) => {
      const first = await tokens.access(undefined);
      try {
        return await send(route, call, first);
      } catch (error) {
        if (!(error instanceof ApiFailure) || !error.isSignedOut) throw error;
        return await send(route, call, await tokens.access(first));
      }
    },
    end: async () => {
      try {
        await send('signOut', {}, await tokens.access(undefined));
      } finally {
        tokens.forget();
      }
    },
  };
}

interface Tokens {
  has(): boolean;
  keep(tokens: SessionTokens): void;
  /** A bearer token that is good for a while yet and is not the one that was `refused`. */
  access(refused: string | undefined): Promise<string>;
  forget(): void;
}

function makeTokens(send: Send, storage: Storage | null, alone: Alone, now: () => number): Tokens {
  let current: SessionTokens | null = null;
  let inMemory: string | null = null;
  // Another tab may have renewed meanwhile: the stored token is then the living one.
  const newest = (): string | null => (storage ? storage.getItem(KEY) : inMemory);
  const good = (refused: string | undefined): string | null => (
    current && current.access !== refused && current.accessExpiresAt - now() > EARLY_MS ? current.access : null
  );
  const keep = (tokens: SessionTokens): void => {
    current = tokens;
    inMemory = tokens.refresh;
    storage?.setItem(KEY, tokens.refresh);
  };
  const forget = (): void => {
    current = null;
    inMemory = null;
    storage?.removeItem(KEY);
  };
  const renew = async (refused: string | undefined): Promise<string> => {
    // Whoever waited for the lock may find that another call renewed already.
    const renewed = good(refused);
    if (renewed !== null) return renewed;
    const refresh = newest();
    if (refresh === null) throw signedOut();
    try {
      const tokens = await send('refreshSession', { body: { refresh } }) as SessionTokens;
      keep(tokens);
      return tokens.access;
    } catch (error) {
      if (error instanceof ApiFailure && error.isSignedOut) forget();
      throw error;
    }
  };
  return {
    has: () => current !== null || newest() !== null,
    keep,
    forget,
    access: async (refused) => good(refused) ?? await alone(() => renew(refused)),
  };
}

function signedOut(): ApiFailure {
  return new ApiFailure(401, { kind: 'credentialsRejected', code: 'NO_SESSION', message: 'Nobody is signed in.' });
}
