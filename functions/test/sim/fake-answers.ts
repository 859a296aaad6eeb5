/** What a fake side finds, where its readers stand, and how it words its refusals. */
import { SyncError, type ErrorKind } from '../../src/engine/errors.ts';
import type { FieldValue } from '../../src/engine/record.ts';
import type { Probe, WriteResult } from '../../src/ports/side.ts';
import type { FakeRecord, Fate } from './fake-record.ts';

/** Where a reader stands: `log` entries are behind it; while it still lists, so are the first `list` records. */
export interface Cursor { readonly log: number; readonly list?: number }

export const cursorOf = (stored: string): Cursor => JSON.parse(stored) as Cursor;

/** Shares an address, a family name or a subject with one of these. */
export function isMeant({ fields }: FakeRecord, probes: readonly Probe[]): boolean {
  const emails = new Set(probes.flatMap((probe) => probe.emails.map((email) => email.toLowerCase())));
  const names = new Set(probes.flatMap(({ familyName, subject }) => [familyName, subject].flatMap((name) => name?.toLowerCase() ?? [])));
  return emails.has(lower(fields.primaryEmail)) || names.has(lower(fields.familyName)) || names.has(lower(fields.subject));
}

const lower = (value: FieldValue | null | undefined): string => (typeof value === 'string' && value !== '' ? value.toLowerCase() : '\u0000');

/** After one of these the rest of a write is not sent. */
export const SERVICE: ReadonlySet<ErrorKind> = new Set(['throttled', 'quota', 'credentialsRejected']);

export const errorOf = ({ kind, details }: Exclude<Fate, string>): SyncError => new SyncError(kind, 'the service refuses', details);
export const LOST = (): SyncError => new SyncError('unavailable', 'no reply arrived', { code: 'LOST', isOutcomeUnknown: true });
export const refused = (kind: ErrorKind, code: string): WriteResult => ({ ok: false, error: new SyncError(kind, 'the service refuses', { code }) });
