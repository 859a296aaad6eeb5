/** Every error the API answers: a stable code, a kind, and what the pane needs to say it in words. */
import { z } from 'zod';

export const ErrorKindName = z.enum([
  'credentialsRejected', 'denied', 'unavailable', 'throttled', 'gone', 'stale', 'duplicate', 'invalid', 'quota', 'bug',
]);
export type ErrorKindName = z.infer<typeof ErrorKindName>;

/** Codes of our own; a vendor's codes (SF_..., GRAPH_...) pass through beside them. */
export const API_CODES = [
  'NO_SESSION', 'SESSION_EXPIRED', 'SESSION_REVOKED', 'BAD_JSON', 'TOO_LARGE', 'BAD_REQUEST', 'NOT_FOUND', 'TOO_SOON', 'TOO_MANY_TRIES', 'WRONG_STATE',
  'STATE_UNKNOWN', 'STATE_USED', 'STATE_EXPIRED', 'CONSENT_REFUSED', 'ADMIN_MUST_AGREE', 'BAD_DOMAIN', 'FIELD_MISSING', 'WRONG_ORGANIZATION',
  'PREVIEW_OLD', 'NEWER_ROWS', 'INTERNAL',
] as const;
export type ApiCode = (typeof API_CODES)[number];

export const ApiErrorBody = z.object({
  kind: ErrorKindName,
  code: z.string(),
  /** English, for logs and for people without the pane; the pane prints its own sentence for the code or the kind. */
  message: z.string(),
  /** The product concerned, for {system} in a sentence. */
  system: z.string().optional(),
  field: z.string().optional(),
  /** The server at fault, where the person must know which one is meant. */
  host: z.string().optional(),
  /** When it may be tried again, in seconds from now or as an instant. */
  retryAfterSeconds: z.number().optional(),
  at: z.number().optional(),
});
export type ApiErrorBody = z.infer<typeof ApiErrorBody>;

export const ApiError = z.object({ error: ApiErrorBody });
export type ApiError = z.infer<typeof ApiError>;
