/** A birthday is a date; Exchange holds an instant, whoever asks. Pure. */
import type { FieldValue } from '../engine/record.ts';
import { nearestDay } from './local-time.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** 00:00Z and 11:59Z mean that UTC date; any other instant is some program's local midnight: the nearest one in the mailbox's zone. */
export function birthdayOf(value: string | undefined, zone: string | undefined): string | null {
  const at = Date.parse(value ?? '');
  if (Number.isNaN(at)) return null;
  const utc = new Date(at).toISOString();
  const date = /T(00:00|11:59):/.test(utc) ? utc.slice(0, 10) : nearestDay(at, zone ?? 'UTC');
  return date.startsWith('0001-') ? null : date;
}

/** What is sent: 11:59Z falls on the same date in nearly every zone [unconfirmed that Outlook keeps it]. Undefined: not a full date. */
export function birthdayText(value: FieldValue | null | undefined): string | null | undefined {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' && DATE.test(value) ? `${value}T11:59:00Z` : undefined;
}
