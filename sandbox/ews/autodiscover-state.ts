/** Which host answers how when somebody looks for the server of a mail domain, and who gave away a password by asking. */

/**
 * `answers`: tells the address of EWS. `redirectAddress`, `redirectUrl`: answers with a redirect of the protocol to `to`. `http302`: an HTTP redirect to `to`.
 * `shop`: a web server that knows nothing and says 200 with HTML. `missing`: 404. `noPost`: 405. `bearerOnly`: 401 without a scheme for passwords.
 * `trap`: a stranger's host that asks for Basic and keeps what it gets. `cloud`: the mailbox is in Microsoft 365. `busy`: ServerBusy.
 */
export const HOST_KINDS = [
  'answers', 'redirectAddress', 'redirectUrl', 'http302', 'shop', 'missing', 'noPost', 'bearerOnly', 'trap', 'cloud', 'busy', 'unknownUser',
] as const;
export type HostKind = (typeof HOST_KINDS)[number];
export interface Host { readonly kind: HostKind; readonly to?: string }

/** `what`: "Basic", "NTLM"; a password itself is never kept. */
export interface Leak { readonly host: string; readonly isSecure: boolean; readonly what: string; readonly at: string }

export interface AutodiscoverState {
  /** By host name without port, lower case; any other name is that of `otherwise`. */
  readonly hosts: Map<string, Host>;
  otherwise: Host;
  /** Where the plain http address of autodiscover redirects to; null: 404. */
  httpRedirect: string | null;
  /** What is told as the address of EWS; null: this server's own. */
  ewsUrl: string | null;
  /** Credentials that came where none may come: over plain http, or to a trap. */
  readonly leaks: Leak[];
}

export const autodiscoverState = (): AutodiscoverState =>
  ({ hosts: new Map(), otherwise: { kind: 'answers' }, httpRedirect: null, ewsUrl: null, leaks: [] });
