/** The closed set of error kinds, by meaning. Every vendor error maps to one (DESIGN section 4). */

export const ERROR_KINDS = [
  'credentialsRejected', 'denied', 'unavailable', 'throttled', 'gone', 'stale', 'duplicate', 'invalid', 'quota', 'bug',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface ErrorDetails {
  /** Stable code, upper case, for example `SF_STRING_TOO_LONG`. */
  readonly code: string;
  /** Canonical or vendor name of the field at fault; never its value. */
  readonly field?: string;
  /** The server at fault, where a person must be told which one is meant. Never in a log. */
  readonly host?: string;
  /** When the service asked us to come back, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** The write may have happened although no answer came. */
  readonly isOutcomeUnknown?: boolean;
  /** The sign-in is dead for good (revoked, expired): suspend at once instead of counting tries. */
  readonly isPermanent?: boolean;
  /** Ids of the records that the service takes for the same person, best first (kind `duplicate`). */
  readonly candidates?: readonly string[];
  readonly cause?: unknown;
}

/** The one error that crosses a port. Its message is a sentence about codes and fields and holds nothing a person wrote. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.details = details;
  }
}
