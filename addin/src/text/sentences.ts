/** Errors in words: one sentence for each kind, with the values the server gave. */
import type { ApiErrorBody } from '@concord/api';
import type { AnyKey, Text } from './index.ts';
import { clockTime } from './times.ts';

export interface Names {
  readonly crm?: string;
  readonly side?: string;
  /** Of the record concerned. */
  readonly name?: string;
  /** Since when a problem lasts, in milliseconds since 1970. */
  readonly since?: number;
}

/** What was shown is no longer so: another window or a run was faster. */
const CHANGED: readonly string[] = ['WRONG_STATE', 'NOT_FOUND'];
/** Our own mistake, which no record is the cause of. */
const BROKEN: readonly string[] = ['BAD_JSON', 'BAD_REQUEST', 'TOO_LARGE', 'INTERNAL'];

/** The pane's sentence for an error; `now` is milliseconds since 1970 by the server's clock. */
export function sentenceOf(error: ApiErrorBody, text: Text, now: number, names: Names = {}): string {
  if (error.code === 'TOO_SOON') return text('error.tooSoon', { s: secondsLeft(error, now) });
  if (error.code === 'PREVIEW_OLD') return text('error.previewOld');
  if (error.code === 'PREVIEW_FAILED') return text('error.previewFailed');
  if (error.code === 'WRONG_ORGANIZATION') return text('signIn.otherOrg');
  if (error.code === 'NEWER_ROWS') return text('error.newerRows');
  if (error.code === 'OFFLINE' || error.code === 'NO_REPLY') return text('lost.server');
  if (error.code === 'SESSION_EXPIRED' || error.code === 'SESSION_REVOKED' || error.code === 'NO_SESSION') return text('home.signedOut');
  if (CHANGED.includes(error.code)) return text('asks.stale');
  if (BROKEN.includes(error.code)) return text('lost.crash');
  return text(`error.${error.kind}`, valuesOf(error, text, now, names));
}

/** The line of the log for one record's error. */
export function logLineOf(error: ApiErrorBody, text: Text, now: number, names: Names = {}): string {
  // A refused sign-in and a used-up limit concern the run, which says them once.
  const kind = error.kind === 'credentialsRejected' ? null : error.kind === 'quota' ? 'throttled' : error.kind;
  if (kind === null) return sentenceOf(error, text, now, names);
  return text(`log.${kind}`, valuesOf(error, text, now, names));
}

export function fieldName(text: Text, field: string | undefined): string {
  return field === undefined ? text('field.some') : text.known(`field.${field}`, field);
}

/** A vendor's code as a reason a rep understands. */
export function reasonOf(code: string): AnyKey {
  if (/TOO_LONG|LENGTH/.test(code)) return 'reason.tooLong';
  if (/REQUIRED|MISSING/.test(code)) return 'reason.required';
  if (/EMAIL|FORMAT|MALFORMED|TYPE|PICKLIST/.test(code)) return 'reason.format';
  if (/VALIDATION|RULE|TRIGGER/.test(code)) return 'reason.rule';
  return 'reason.some';
}

function valuesOf(error: ApiErrorBody, text: Text, now: number, names: Names): Readonly<Record<string, string>> {
  const crm = names.crm ?? error.system ?? 'CRM';
  const next = error.at ?? (error.retryAfterSeconds === undefined ? undefined : now + error.retryAfterSeconds * 1000);
  const time = error.kind === 'unavailable' ? names.since ?? now : next;
  return {
    system: error.system ?? crm,
    crm,
    side: names.side ?? crm,
    what: text('what.sync'),
    name: names.name ?? text('name.some'),
    field: fieldName(text, error.field),
    reason: text(reasonOf(error.code)),
    code: error.code,
    time: time === undefined ? text('time.soon') : clockTime(text, time),
  };
}

function secondsLeft(error: ApiErrorBody, now: number): number {
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds;
  return error.at === undefined ? 60 : Math.max(1, Math.ceil((error.at - now) / 1000));
}
