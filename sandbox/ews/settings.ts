/** What a test, the demo or a person may change about the server: how it takes people in, its limits, its oddities, and trouble on request. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EmailDeletion } from './emails.ts';

const SERVICE_MS = 3;

export type Scheme = 'Negotiate' | 'NTLM' | 'Basic' | 'Bearer';

export interface SignInSettings {
  /**
   * In the order in which they are offered. A server's own default is Windows sign-in without Basic (learn.microsoft.com, default settings of virtual
   * directories).
   */
  schemes: readonly Scheme[];
  /** Of the Windows sign-in over TLS: whether the channel's binding is looked at, and whether it must come (IIS, tokenChecking). */
  extendedProtection: 'none' | 'allow' | 'require';
  /** A proxy ends TLS with a certificate of its own: what clients bind to is not what the server sees (haproxy/haproxy#1828). */
  isBridged: boolean;
  /** Which forms of a login are known; some servers take one only (nmarus/node-ews#26). */
  loginForms: readonly ('upn' | 'domain')[];
  /** Wrong passwords in a row after which the account is locked, right passwords too. */
  lockoutThreshold: number;
  /** Plain http is refused by the virtual directory (403.4). */
  needsTls: boolean;
}

/** Chances are per call, drawn from one seeded sequence, so that a run can be repeated. */
export interface OddSettings {
  seed: number;
  /** An empty page that is not the last, before a page with news. */
  emptyPages: number;
  /** An item that was told already is told again, as an update; only in rounds that have news. */
  repeats: number;
  /** The server's own assistants write a calendar item just after it was created, so its ChangeKey is stale at once (ews-managed-api#249). */
  assistants: number;
  /** Whether an empty text is stored as one, or refused. */
  emptyText: 'stored' | 'refused';
  emailDeletion: EmailDeletion;
  /** A birthday that a person typed in Outlook stays although its deletion is answered as a success (ews-java-api#444). */
  keepsTypedBirthdays: boolean;
}

export interface LimitSettings {
  /** EWSMaxConcurrency of one user. */
  concurrency: number;
  /** Exchange 2016 and later: sync calls of one mailbox at a time. */
  concurrentSyncCalls: number;
  /** The greatest page of FindItem, and with a restriction (learn.microsoft.com, ews-throttling). */
  findPage: number;
  findPageRestricted: number;
}

export interface EwsSettings {
  readonly signIn: SignInSettings;
  readonly odd: OddSettings;
  readonly limits: LimitSettings;
  /** What a request takes; by default a few milliseconds, so that requests sent together do meet in the mailbox. */
  serviceTime: () => Promise<void>;
}

export interface SettingsInput {
  readonly signIn?: Partial<SignInSettings>;
  readonly odd?: Partial<OddSettings>;
  readonly limits?: Partial<LimitSettings>;
  readonly serviceTime?: () => Promise<void>;
}

export const ewsSettings = (input: SettingsInput = {}): EwsSettings => ({
  signIn: {
    schemes: ['Negotiate', 'NTLM'], extendedProtection: 'allow', isBridged: false, loginForms: ['upn', 'domain'], lockoutThreshold: 5, needsTls: true,
    ...input.signIn,
  },
  odd: {
    seed: 1, emptyPages: 0.05, repeats: 0.2, assistants: 0.2, emptyText: 'stored', emailDeletion: 'leavesName', keepsTypedBirthdays: false, ...input.odd,
  },
  limits: { concurrency: 27, concurrentSyncCalls: 5, findPage: 1000, findPageRestricted: 250, ...input.limits },
  serviceTime: input.serviceTime ?? (() => delay(SERVICE_MS)),
});

/** Answers that no schema knows and that come all the same, and refusals of the whole server. */
export const TROUBLES = [
  'busy', 'busyItem', 'busyInner', 'unavailable', 'unauthorized', 'forbidden', 'loginPage', 'redirectToOwa', 'html', 'truncated', 'entityBomb', 'huge',
  'serverError', 'storeUnavailable', 'timeout', 'moved',
] as const;
export type TroubleKind = (typeof TROUBLES)[number];

/** For the next `left` signed-in calls of the operation, or of any. */
export interface Trouble { readonly kind: TroubleKind; readonly operation?: string; readonly backOffMs: number; left: number }
