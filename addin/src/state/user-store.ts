/** The user's state as the server last told it, asked again by itself while the pane is looked at. */
import type { UserState } from '@concord/api';
import { ApiFailure, type Api } from '../api/client.ts';
import type { Session } from '../api/session.ts';

export interface Known {
  /** Nothing is known yet and a call is under way. */
  readonly isLoading: boolean;
  readonly user?: UserState;
  /** When `user` was told, by the server's clock. */
  readonly asOf: number;
  readonly isOffline: boolean;
  /** No session. With `user` present the session ended while the pane was open: the screen stays. */
  readonly isSignedOut: boolean;
  /** An answer that is neither a state nor the end of the session. */
  readonly failure?: ApiFailure;
}

export interface UserStore {
  get(): Known;
  subscribe(tell: () => void): () => void;
  /** Asks the server; answers once the new state is known. Never throws for a server's or network's fault. */
  refresh(): Promise<Known>;
  /** After sign-out: nothing of the user stays in memory. */
  forget(): void;
  /** Milliseconds since 1970 by the server's clock. */
  now(): number;
  /** A run was asked for: the state is asked often until it is over, for a minute at most. */
  expectRun(): void;
  isRunExpected(): boolean;
}

const EXPECT_MS = 60_000;

export function makeUserStore(api: Api, session: Session, localNow: () => number): UserStore {
  const listeners = new Set<() => void>();
  let known: Known = { isLoading: session.has(), asOf: 0, isOffline: false, isSignedOut: !session.has() };
  let skew = 0;
  let running: Promise<Known> | null = null;
  let expected: { readonly after: number; readonly until: number } | null = null;

  const set = (next: Known): Known => {
    known = next;
    for (const tell of listeners) tell();
    return next;
  };
  const afterFailure = (failure: ApiFailure): Known => {
    const kept = { asOf: known.asOf, ...(known.user ? { user: known.user } : {}) };
    const base = { ...kept, isLoading: false, isOffline: false, isSignedOut: false };
    // The session lives, its user does not: somebody removed the organization.
    if (failure.isSignedOut || failure.body.code === 'NOT_FOUND') return set({ ...base, isSignedOut: true });
    if (failure.isOffline) return set({ ...base, isOffline: true });
    return set({ ...base, failure });
  };
  async function ask(): Promise<Known> {
    if (!session.has()) return set({ ...known, isLoading: false, isSignedOut: true, isOffline: false });
    try {
      const user = await api.me();
      skew = user.now - localNow();
      return set({ isLoading: false, user, asOf: user.now, isOffline: false, isSignedOut: false });
    } catch (error) {
      if (error instanceof ApiFailure) return afterFailure(error);
      throw error;
    }
  }
  return {
    get: () => known,
    subscribe: (tell) => {
      listeners.add(tell);
      return () => { listeners.delete(tell); };
    },
    refresh: () => {
      running ??= ask().finally(() => { running = null; });
      return running;
    },
    forget: () => { set({ isLoading: false, asOf: 0, isOffline: false, isSignedOut: true }); },
    now: () => localNow() + skew,
    expectRun: () => {
      expected = { after: known.user?.sync.lastRunAt ?? 0, until: localNow() + EXPECT_MS };
      set(known);
    },
    isRunExpected: () => expected !== null && localNow() < expected.until && (known.user?.sync.lastRunAt ?? 0) <= expected.after,
  };
}

const RUNNING_MS = 2_000;
const IDLE_MS = 30_000;

/** Asks again while the page is visible: soon while a run is under way, else twice a minute. Answers with the way to stop. */
export function keepFresh(store: UserStore, page: Document): () => void {
  let timer: number | undefined;
  let isStopped = false;
  const plan = (): void => {
    window.clearTimeout(timer);
    if (isStopped || page.hidden) return;
    const isSoon = store.isRunExpected() || store.get().user?.sync.isRunning === true;
    timer = window.setTimeout(look, isSoon ? RUNNING_MS : IDLE_MS);
  };
  const look = (): void => {
    if (store.get().isSignedOut) plan();
    else void store.refresh().then(plan);
  };
  const seen = (): void => { if (!page.hidden) look(); };
  const unsubscribe = store.subscribe(plan);
  page.addEventListener('visibilitychange', seen);
  window.addEventListener('online', look);
  plan();
  return () => {
    isStopped = true;
    window.clearTimeout(timer);
    unsubscribe();
    page.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', look);
  };
}
