/** How Microsoft Entra words a refusal: RFC 6749 members plus AADSTS text, codes and ids. */
import { randomUUID } from 'node:crypto';
import type { StandInReply } from '../server.ts';

/** A refusal before it becomes a reply or a redirect. See learn.microsoft.com/entra/identity-platform/reference-error-codes. */
export interface Refusal {
  readonly error: string;
  /** The number behind AADSTS. */
  readonly code: number;
  readonly message: string;
  readonly status?: number;
  /** Tells an application to ask the user again: consent_required, ... */
  readonly suberror?: string;
}

export function describe(refusal: Refusal, now: number, trace: string = randomUUID(), correlation: string = randomUUID()): string {
  return `AADSTS${refusal.code}: ${refusal.message}\r\nTrace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${stamp(now)}`;
}

/** The body of a refused token request. */
export function refusalReply(refusal: Refusal, now: number, correlation: string = randomUUID()): StandInReply {
  const trace = randomUUID();
  return {
    status: refusal.status ?? 400,
    headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': trace },
    body: {
      error: refusal.error,
      error_description: describe(refusal, now, trace, correlation),
      error_codes: [refusal.code],
      timestamp: stamp(now),
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
      ...(refusal.suberror ? { suberror: refusal.suberror } : {}),
    },
  };
}

const stamp = (now: number): string => new Date(now).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
