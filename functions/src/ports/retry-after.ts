/** Retry-After as services really send it. Pure: the caller gives the present moment. */
import type { Instant } from '../engine/record.ts';

/** Longer demands are cut: a run a day later asks again, and a typing error of a proxy does not stop a mailbox for months. */
export const RETRY_AFTER_MS_MAX = 24 * 3600_000;

const HTTP_DATE = /^(?:[A-Za-z]{3,9},\s|[A-Za-z]{3}\s[A-Za-z]{3}\s)/;

/**
 * Milliseconds from `now`, never negative. Seconds may be decimal ("2.128", Microsoft Graph throttling page); a date may come
 * in the three forms of RFC 9110. Anything else says nothing: undefined.
 */
export function parseRetryAfter(value: string | null | undefined, now: Instant): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return within(Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return undefined;
  // The asctime form names no zone, yet means GMT; Date.parse would take it as local time.
  const at = Date.parse(/GMT|UTC|[+-]\d{4}$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : within(at - now);
}

const within = (milliseconds: number): number => Math.min(Math.max(Math.ceil(milliseconds), 0), RETRY_AFTER_MS_MAX);
