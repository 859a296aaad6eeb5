/** What every record of this service has, whatever its object: id, owner, stamps and a version. */
import { createHash } from 'node:crypto';
import type { Fields, Instant, Kind, Seen } from '../../engine/record.ts';

/** A row as a query answers it: only what was selected. */
export type Row = Readonly<Record<string, unknown>>;

/** Our external id, there if the organization has a package that brings it. */
export const KEY_FIELD = 'ConcordKey__c';

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

/** The text of a column; blank is null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Prose of several lines, which the service may end with CR LF. */
export function linesOf(value: unknown): string | null {
  return text(value)?.replace(/\r\n?/g, '\n') ?? null;
}

export const idOf = (row: Row): string => id18(String(row['Id']));

/** A record with id, version, times and owner. `me` is the user's 18-character id; `extra` is what only its kind has. */
export function seenOf(kind: Kind, row: Row, fields: Fields, me: string, extra: Partial<Seen> = {}): Seen {
  const owner = id18(String(row['OwnerId']));
  const ownerRow = row['Owner'];
  const [modifiedAt, createdAt] = [instant(row['LastModifiedDate']), instant(row['CreatedDate'])];
  const key = text(row[KEY_FIELD]);
  const author = authorOf(row);
  return {
    kind,
    id: idOf(row),
    version: versionOf(row, fields),
    fields,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(author === null ? {} : { modifiedBy: author }),
    ...(key === null ? {} : { linkKey: key }),
    // The contact behind a person account is written through its account, so it is nobody's to sync: shown, never linked.
    owner: {
      id: owner,
      name: (isRow(ownerRow) ? text(ownerRow['Name']) : null) ?? owner,
      isUser: owner === me && row['IsPersonAccount'] !== true,
    },
    ...extra,
  };
}

/** Who touched the row last, where it was asked for. */
function authorOf({ LastModifiedBy: author }: Row): string | null {
  return isRow(author) ? text(author['Name']) : null;
}

/**
 * Who deleted a row. That a deletion counts as the last modification is [unconfirmed]; where it does not, its stamp is older than the
 * deletion, and nobody is named.
 */
export function deleterOf(row: Row): string | null {
  return row['LastModifiedDate'] === row['SystemModstamp'] ? authorOf(row) : null;
}

/** Stamps have the precision of seconds, so two edits can share one: the version also tells the content. */
function versionOf(row: Row, fields: Fields): string {
  const stamp = String(row['SystemModstamp']).replace(/\.000\+0000$/, 'Z');
  return `${stamp}~${createHash('sha1').update(JSON.stringify(fields)).digest('base64url').slice(0, 10)}`;
}

/** "2023-05-28T21:10:08.000+0000": the zone has no colon, which only some parsers take (airbyte#27146). */
export function instant(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(parsed) ? undefined : parsed;
}

const CHECK_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form of an id: 15 case-sensitive characters and three that tell which of them are capitals. */
export function id18(id: string): string {
  if (id.length !== 15) return id;
  const capitals = (from: number): number =>
    [...id.slice(from, from + 5)].reduce((bits, letter, place) => bits + (/[A-Z]/.test(letter) ? 1 << place : 0), 0);
  return id + [0, 5, 10].map((from) => CHECK_LETTERS[capitals(from)]).join('');
}

/** Anything else put into a query would fail it as a whole. */
export const isId = (id: string): boolean => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id);
