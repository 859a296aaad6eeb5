/** Time, randomness, queue, secrets, log: everything outside that the app may touch, passed in. */
import type { Instant } from '../engine/record.ts';

export interface Clock {
  now(): Instant;
}

export interface Random {
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array;
}

/** At least once, in no order: a message says only "look at this mailbox". */
export interface Queue {
  send(queue: QueueName, message: QueueMessage, delaySeconds?: number): Promise<void>;
}

export type QueueName = 'sync-mailbox' | 'preview-mailbox';

export interface QueueMessage {
  readonly userId: string;
}

/** AES-256-GCM under the organization's data key; the context (organization, user, purpose) is authenticated with it. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws SyncError `bug` when the bytes, the key or the context do not fit. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

export interface Keyring {
  /** The sealer of an organization; makes its data key on first use. Cached by the implementation. */
  sealer(organization: string): Promise<Sealer>;
}

/** Structured: one event name per fact, ids, codes, counts, field names. Never what a person wrote. */
export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;
