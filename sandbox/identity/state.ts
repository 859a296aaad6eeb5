/** What the identity service remembers: who consented to what, which grants are dead, and the codes not yet redeemed. */
import type { MovableClock } from '../clock.ts';
import type { Registration, User } from './accounts.ts';
import type { Keys } from './tokens.ts';

export interface StoredIdentity {
  /** User id -> scopes granted to the application, lower case without resource. */
  readonly consents: Readonly<Record<string, readonly string[]>>;
  /** Tenants whose administrator has let the application in for everybody. */
  readonly adminConsents: readonly string[];
  /** User id -> how often all of the user's refresh tokens were revoked. */
  readonly grantEpochs: Readonly<Record<string, number>>;
  /** User id -> how often the access tokens were made worthless. */
  readonly accessEpochs: Readonly<Record<string, number>>;
}

/** A code is single-use; a used one stays until it expires, so that a replay gets the answer that Entra gives. */
export interface CodeGrant {
  readonly userId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly expiresAt: number;
  isUsed: boolean;
}

export interface IdentitySettings {
  /** Access tokens live 60 to 90 minutes, 75 on average; the mean in seconds. */
  accessSeconds: number;
  codeSeconds: number;
  /** Idle life of a refresh token of a web application: 90 days. */
  refreshSeconds: number;
}

export interface IdentityState {
  readonly clock: MovableClock;
  readonly users: readonly User[];
  readonly registration: Registration;
  readonly keys: Keys;
  readonly settings: IdentitySettings;
  readonly consents: Map<string, Set<string>>;
  readonly adminConsents: Set<string>;
  readonly grantEpochs: Map<string, number>;
  readonly accessEpochs: Map<string, number>;
  readonly codes: Map<string, CodeGrant>;
  /** The server's own address, first part of every issuer. */
  origin: string;
  /** Called after each change that must be kept. */
  changed(): void;
}

export interface IdentityOptions {
  readonly clock: MovableClock;
  readonly users: readonly User[];
  readonly registration: Registration;
  readonly keys: Keys;
  readonly settings?: Partial<IdentitySettings>;
  readonly stored?: StoredIdentity | undefined;
  readonly changed: () => void;
}

export function identityState(options: IdentityOptions): IdentityState {
  const { stored } = options;
  return {
    clock: options.clock,
    users: options.users,
    registration: options.registration,
    keys: options.keys,
    settings: { accessSeconds: 75 * 60, codeSeconds: 10 * 60, refreshSeconds: 90 * 24 * 3600, ...options.settings },
    consents: new Map(Object.entries(stored?.consents ?? {}).map(([user, scopes]) => [user, new Set(scopes)])),
    adminConsents: new Set(stored?.adminConsents),
    grantEpochs: new Map(Object.entries(stored?.grantEpochs ?? {})),
    accessEpochs: new Map(Object.entries(stored?.accessEpochs ?? {})),
    codes: new Map(),
    origin: '',
    changed: options.changed,
  };
}

export function storedIdentity(state: IdentityState): StoredIdentity {
  return {
    consents: Object.fromEntries([...state.consents].map(([user, scopes]) => [user, [...scopes]])),
    adminConsents: [...state.adminConsents],
    grantEpochs: Object.fromEntries(state.grantEpochs),
    accessEpochs: Object.fromEntries(state.accessEpochs),
  };
}

export const findUser = (state: IdentityState, idOrLogin: string): User | undefined =>
  state.users.find((user) => user.id === idOrLogin || user.login.toLowerCase() === idOrLogin.toLowerCase());

/** Kills every refresh token of the user, as "revoke sessions" does; access tokens run on until they expire. */
export function revokeGrants(state: IdentityState, userId: string): void {
  state.grantEpochs.set(userId, (state.grantEpochs.get(userId) ?? 0) + 1);
  state.changed();
}

/** Makes Graph refuse the access tokens handed out so far: what an expired token looks like, without waiting. */
export function expireAccess(state: IdentityState, userId: string): void {
  state.accessEpochs.set(userId, (state.accessEpochs.get(userId) ?? 0) + 1);
  state.changed();
}
