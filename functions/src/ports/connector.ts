/** A connector: how one vendor is signed in to, and how a Side is opened with the result. */
import type { SignInForm } from '@concord/api/sign-in';
import type { SyncError } from '../engine/errors.ts';
import type { Instant, Kind, SideKey } from '../engine/record.ts';
import type { Scope, Side } from './side.ts';

export interface Connector {
  /** Stable and stored: "salesforce", "graph". */
  readonly id: string;
  readonly side: SideKey;
  /** The form the pane draws: choices, fields, labels, links. */
  readonly signIn: SignInForm;
  readonly flow: OAuthFlow | CredentialsFlow;
  /** Kinds of records this connector can sync. */
  readonly kinds: readonly Kind[];
  open(access: Access, account: Account, scope: Scope): Side;
  /**
   * Who holds a token that the host of the pane got for our API (nested app authentication). Present where the vendor has such
   * tokens. Throws SyncError `credentialsRejected` for one that is not good, `unavailable` when it cannot be checked now.
   */
  identify?(token: string): Promise<Identity>;
  /** Present where the vendor calls us when something changed. */
  readonly notices?: NoticeFlow;
}

/** Change notices: a vendor's call that something changed. It is a hint and no data; the poll stays the net below it. */
export interface NoticeFlow {
  /** What to answer, word for word, to a call by which the vendor checks our address; undefined: this is no such call. */
  handshake(query: Readonly<Record<string, string>>): string | undefined;
  /** What a call says. Nothing of it is trusted yet; what is not of the vendor's shape is left out. */
  read(body: unknown): readonly Notice[];
  open(access: Access): NoticeDesk;
}

export interface Notice {
  /** The vendor's id of the subscription. */
  readonly subscription: string;
  /** What was given to the vendor when it was made: proves that the vendor speaks. */
  readonly state: string;
  /** `expiring`: the vendor wants it renewed. `ended`: it is gone. */
  readonly what: 'changed' | 'expiring' | 'ended';
}

/** Where one user's subscriptions are made and ended. Every method may throw SyncError. */
export interface NoticeDesk {
  /** What there is to subscribe to for these kinds, in the vendor's words; bounded. */
  topics(kinds: readonly Kind[]): Promise<readonly string[]>;
  /** Answers in the order of what is wanted. */
  subscribe(wanted: readonly Wanted[]): Promise<readonly (Subscribed | SyncError)[]>;
  /** For the vendor's longest life from now; `gone`: it must be made anew. In the order of the ids. */
  renew(ids: readonly string[]): Promise<readonly (Subscribed | SyncError | 'gone')[]>;
  /** One that is gone is success. */
  cancel(ids: readonly string[]): Promise<void>;
}

export interface Wanted {
  readonly topic: string;
  readonly address: string;
  /** At most 128 characters. */
  readonly state: string;
}

export interface Subscribed {
  readonly id: string;
  readonly expiresAt: Instant;
}

/** The same ids as an Account's, so that both can be compared. */
export interface Identity {
  readonly organization: string;
  readonly user: string;
  readonly login: string;
}

/** What both ways of signing in keep going afterwards. */
interface GrantKeeper {
  /** Trades the stored secret for fresh tokens. A dead grant throws `credentialsRejected` with `isPermanent`. */
  refresh(secret: string, account: Account): Promise<Grant>;
  /** Ends the grant at the vendor, where it knows of it. Already dead is success. */
  revoke(secret: string, account: Account): Promise<void>;
}

/** A sign-in in the vendor's own window. */
export interface OAuthFlow extends GrantKeeper {
  readonly by: 'oauth';
  /** The vendor's page to open. `choice` is the id of a SignInForm choice, `domain` what the person typed for it. */
  authorizeUrl(request: AuthorizeRequest): string;
  /** Exchanges the code. Throws SyncError `invalid` for a bad domain, `denied` for an admin's refusal. */
  finish(answer: CodeAnswer): Promise<Grant>;
  /** What a redirect that carries `error` instead of a code means. Absent: the app's own sentence for a refusal. */
  refused?(parameters: Readonly<Record<string, string>>): SyncError;
}

export type OAuthConnector = Connector & { readonly flow: OAuthFlow };

/** A sign-in with what a person types in the pane: login and password, user name and access key. */
export interface CredentialsFlow extends GrantKeeper {
  readonly by: 'credentials';
  /**
   * Tries what was typed, at most twice at the service, so that no account is locked by us. Throws SyncError whose code is one of
   * SIGN_IN_CODES (api/sign-in.ts) wherever one fits, and whose `field` is the id of the form's field at fault, if it is one's.
   */
  connect(typed: TypedAnswer): Promise<Grant>;
}

export interface TypedAnswer {
  readonly choice: string;
  /** By field id of the SignInForm; trimmed, but for secrets. Empty fields are absent. */
  readonly values: Readonly<Record<string, string>>;
  /** The address that Outlook shows, when known. */
  readonly expectedAddress?: string;
}

export interface AuthorizeRequest {
  readonly choice: string;
  readonly domain?: string;
  readonly state: string;
  /** S256 of the verifier, base64url. */
  readonly challenge: string;
  readonly redirectUri: string;
  /** The address to prefill, when known. */
  readonly loginHint?: string;
}

export interface CodeAnswer {
  readonly choice: string;
  readonly domain?: string;
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** What a sign-in yields. `secret` is what refreshes it (a refresh token, a token cache): sealed at rest, never logged. */
export interface Grant {
  readonly secret: string;
  readonly token: AccessToken;
  readonly account: Account;
}

export interface AccessToken {
  readonly value: string;
  /** Base address of the API, without a trailing slash. */
  readonly endpoint: string;
  /** Absent where the vendor does not tell: a 401 is then the only signal. */
  readonly expiresAt?: Instant;
}

/** Who signed in, in the vendor's stable ids. */
export interface Account {
  /** Vendor's organization or tenant id. */
  readonly organization: string;
  /** Vendor's user id within it. */
  readonly user: string;
  /** What a person recognises: a login or an address. */
  readonly login: string;
  readonly displayName: string;
  /** For people: the organization's name. */
  readonly organizationName?: string;
  /** IANA zone, BCP 47 locale and two-letter country, where the vendor tells. */
  readonly timeZone?: string;
  readonly locale?: string;
  readonly country?: string;
  /** The vendor's sign-in host, needed to refresh and revoke. */
  readonly loginHost: string;
}

/** The tokens of one connection. `renew` is asked once after a 401 with the token that was refused. */
export interface Access {
  token(): Promise<AccessToken>;
  renew(refused: AccessToken): Promise<AccessToken>;
}
