/** What every record of this service has, whatever its module: id, owner, stamps and a version. All values are texts or null. */
import { createHash } from 'node:crypto';
import type { Fields, Instant, Kind, Owner, Seen } from '../../engine/record.ts';

export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The text of a column; blank is null, as an empty date or reference is in some answers. Script tags come back encoded and nothing else does,
 * so they are read as they were written.
 */
export function text(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  return value.replace(/&lt;(\/?script[^&<>]*)&gt;/gi, '<$1>');
}

/** Prose of several lines. */
export const linesOf = (value: unknown): string | null => text(value)?.replace(/\r\n?/g, '\n') ?? null;

export const isOn = (value: unknown): boolean => value === '1' || value === 'on';

/** Boxes that make the server mail somebody when the record is saved; we never tick one, and leave alone what bears one. */
const MAILING_BOXES = ['sendnotification', 'notify_owner', 'portal'];
export const mayMail = (row: Row): boolean => MAILING_BOXES.some((box) => isOn(row[box]));

/** "2026-11-22 10:55:48", which is UTC for everybody. */
export function instant(value: unknown): Instant | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return undefined;
  const parsed = Date.parse(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** What the connector remembers of a look for an update that rests on it. */
export interface Memo {
  readonly mayMail: boolean;
  /** Of events: the one contact that it names. */
  readonly contactId?: string | null;
  /** Of events and tasks: `notime`, and the day on which it starts for its owner. */
  readonly isMarked?: boolean;
  readonly startDay?: string;
}

export const memoOf = (seen: Seen | undefined): Memo =>
  (isRow(seen?.memo) && typeof seen.memo['mayMail'] === 'boolean' ? seen.memo as unknown as Memo : { mayMail: false });

export interface RowView {
  /** The user's id, "19x5". */
  readonly me: string;
  /** Names of owners, as far as this user may read them. */
  readonly owners: ReadonlyMap<string, string>;
}

export interface Extra extends Partial<Seen> {
  readonly memo: Memo;
  /** Fields that tell nothing about a change of this very record. */
  readonly unjudged?: readonly string[];
}

/** A record with id, version, times and owner; `extra` is what only its kind has. */
export function seenOf(kind: Kind, row: Row, fields: Fields, { me, owners }: RowView, { unjudged = [], ...extra }: Extra): Seen {
  const ownerId = String(row['assigned_user_id']);
  const owner: Owner = { id: ownerId, name: owners.get(ownerId) ?? ownerId, isUser: ownerId === me };
  const [modifiedAt, createdAt] = [instant(row['modifiedtime']), instant(row['createdtime'])];
  const judged = Object.entries(fields).filter(([name]) => !unjudged.includes(name));
  return {
    kind, id: String(row['id']), version: digest([judged, ownerId, extra.isPrivate === true, extra.isClosed === true, extra.memo.mayMail]), fields, owner,
    ...(modifiedAt === undefined ? {} : { modifiedAt }), ...(createdAt === undefined ? {} : { createdAt }),
    ...extra,
  };
}

/** A save that changes nothing moves modifiedtime all the same, so the version is what the record says. */
const digest = (content: unknown): string => createHash('sha1').update(JSON.stringify(content)).digest('base64url').slice(0, 16);
