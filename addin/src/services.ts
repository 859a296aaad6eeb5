/** What every screen may use, handed down by React's context: nothing below imports a singleton. */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Api } from './api/client.ts';
import type { Session } from './api/session.ts';
import type { PaneConfig } from './config.ts';
import type { Host } from './office/host.ts';
import type { Place, Router } from './router/router.ts';
import type { SignInWindow, SignInWindowEvents } from './sign-in/window.ts';
import type { Known, UserStore } from './state/user-store.ts';
import type { Text } from './text/index.ts';

export interface Services {
  readonly api: Api;
  readonly session: Session;
  readonly store: UserStore;
  readonly router: Router;
  readonly host: Host;
  readonly text: Text;
  readonly config: PaneConfig;
  readonly storage: Storage | null;
  readonly openSignIn: (events: SignInWindowEvents) => SignInWindow;
  /** What the person put off in this session of the pane, so that it does not come up by itself again. */
  readonly putOff: Set<'preview' | 'signIn'>;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('A screen is drawn outside of the services it needs.');
  return services;
}

export function useText(): Text {
  return useServices().text;
}

export function useKnown(): Known {
  const { store } = useServices();
  return useSyncExternalStore(store.subscribe, store.get);
}

export function usePlace(): Place {
  const { router } = useServices();
  return useSyncExternalStore(router.listen, router.current);
}

/** The server's time, renewed every `everyMs` so that ages and countdowns stay true. */
export function useNow(everyMs: number): number {
  const { store } = useServices();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((n) => n + 1), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return store.now();
}
