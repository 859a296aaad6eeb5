/**
 * Moves between screens by the hash alone, with a Back stack of its own: Office.js sets history.pushState and
 * replaceState to null (office-js#429, #1344), so neither may be needed.
 */
import { parseRoute, type Route } from './route.ts';

export interface Place {
  readonly hash: string;
  readonly route: Route;
  /** Id of the element that had the focus when the person went on from here; Back returns to it. */
  readonly returnTo?: string;
}

export interface Router {
  current(): Place;
  canGoBack(): boolean;
  go(hash: string): void;
  /** Like go, but Back does not return to the screen that is left. */
  replace(hash: string): void;
  back(): void;
  /** Calls `tell` after every change; answers with the way to stop. */
  listen(tell: () => void): () => void;
}

/** The part of a window that the router needs; a test brings its own. */
export interface AddressBar {
  readonly location: { hash: string; replace(url: string): void };
  addEventListener(type: 'hashchange', listener: () => void): void;
  focusedId(): string | undefined;
}

export function makeRouter(bar: AddressBar): Router {
  const listeners = new Set<() => void>();
  let stack: readonly Place[] = [placeOf(bar.location.hash)];

  const top = (): Place => stack.at(-1) ?? placeOf('');
  const set = (next: readonly Place[]): void => {
    stack = next;
    for (const tell of listeners) tell();
  };
  bar.addEventListener('hashchange', () => {
    const { hash } = placeOf(bar.location.hash);
    if (hash === top().hash) return;
    // The browser's own Back on the web page ends here too: one step down is Back, everything else a new place.
    if (stack.at(-2)?.hash === hash) set(stack.slice(0, -1));
    else set([...stack, placeOf(hash)]);
  });
  return {
    current: top,
    canGoBack: () => stack.length > 1,
    go: (hash) => {
      const next = placeOf(hash);
      if (next.hash === top().hash) return;
      const id = bar.focusedId();
      set([...stack.slice(0, -1), { ...top(), ...(id ? { returnTo: id } : {}) }, next]);
      bar.location.hash = next.hash;
    },
    replace: (hash) => {
      const next = placeOf(hash);
      if (next.hash === top().hash) return;
      set([...stack.slice(0, -1), next]);
      bar.location.replace(next.hash);
    },
    back: () => {
      const below = stack.at(-2) ?? placeOf('');
      set(stack.length > 1 ? stack.slice(0, -1) : [below]);
      bar.location.replace(below.hash);
    },
    listen: (tell) => {
      listeners.add(tell);
      return () => { listeners.delete(tell); };
    },
  };
}

function placeOf(hash: string): Place {
  const full = hash.startsWith('#/') ? hash : `#/${hash.replace(/^#/, '')}`;
  return { hash: full, route: parseRoute(full) };
}

/** The window as the router sees it. */
export function addressBarOf(page: Window): AddressBar {
  return {
    location: page.location,
    addEventListener: (type, listener) => page.addEventListener(type, listener),
    focusedId: () => page.document.activeElement?.id,
  };
}
