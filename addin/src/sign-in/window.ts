/** A sign-in window: opened by a click, shown the vendor's page, and heard from when it is over. */

/** What the window hands over: a one-time code, or why there is none. */
export interface SignInMessage {
  readonly attempt: string;
  readonly code?: string;
  readonly error?: string;
}

export interface SignInWindowEvents {
  readonly result: (message: SignInMessage) => void;
  readonly closed: () => void;
  readonly blocked: () => void;
}

export interface SignInWindow {
  /** Goes to the vendor's page. */
  show(url: string): void;
  close(): void;
}

export const SIGN_IN_CHANNEL = 'concord.signIn';
const FEATURES = 'popup,width=520,height=680';
const LOOK_EVERY_MS = 500;

/** Reads what the window sent; anything that is not ours is null. */
export function readSignInMessage(text: unknown): SignInMessage | null {
  if (typeof text !== 'string' || !text.startsWith(`${SIGN_IN_CHANNEL}?`)) return null;
  const values = new URLSearchParams(text.slice(SIGN_IN_CHANNEL.length + 1));
  const attempt = values.get('attempt');
  const code = values.get('code');
  const error = values.get('error');
  if (!attempt || (!code && !error)) return null;
  return { attempt, ...(code ? { code } : {}), ...(error ? { error } : {}) };
}

export function writeSignInMessage(message: SignInMessage): string {
  const { attempt, code, error } = message;
  return `${SIGN_IN_CHANNEL}?${new URLSearchParams({ attempt, ...(code ? { code } : {}), ...(error ? { error } : {}) }).toString()}`;
}

/** Only a secure page may be gone to; a plain one only on the machine itself, where the stand-ins are. */
export function isSafeAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1'));
}

/**
 * The window of the web page. It is opened empty within the click, so that no blocker objects, and goes on as soon as
 * the server has answered. The result is heard on two ways: a vendor whose page cuts the tie between windows
 * (Cross-Origin-Opener-Policy) leaves only the channel, and such a window also looks closed, hence both keep listening.
 */
export function openBrowserSignIn(dialogPage: string, events: SignInWindowEvents): SignInWindow {
  const opened = window.open(dialogPage, '_blank', FEATURES);
  if (!opened) {
    events.blocked();
    return { show: () => undefined, close: () => undefined };
  }
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL);
  const hear = (event: MessageEvent<unknown>): void => {
    const message = event.origin === window.location.origin ? readSignInMessage(event.data) : null;
    if (message) events.result(message);
  };
  const watch = window.setInterval(() => {
    if (!opened.closed) return;
    window.clearInterval(watch);
    events.closed();
  }, LOOK_EVERY_MS);
  channel.addEventListener('message', hear);
  window.addEventListener('message', hear);
  return {
    show: (url) => { if (isSafeAddress(url)) opened.location.replace(url); },
    close: () => {
      window.clearInterval(watch);
      window.removeEventListener('message', hear);
      channel.close();
      if (!opened.closed) opened.close();
    },
  };
}
