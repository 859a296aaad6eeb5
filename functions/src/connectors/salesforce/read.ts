/** Looks by id, candidates for a match, and what became of lost creations: each few queries for any number of records. */
import { keyText } from '../../engine/forms.ts';
import { SyncError } from '../../engine/errors.ts';
import { carry } from './carry.ts';
import { contactShape, KEY_FIELD, type ContactShape, type ShapeCache } from './describe.ts';
import { PROBES_FEW, SKEW } from './limits.ts';
import { id18, toSeen, type Row } from './map.ts';
import { instantLiteral, packed, queryRows, quote, rowsIfFewerCalls } from './soql.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Look, Seen } from '../../engine/record.ts';
import type { LostCreation, Probe, Recall } from '../../ports/side.ts';
import type { Clock } from '../../ports/world.ts';
import type { Client } from './client.ts';

/** What every verb of a side works with. */
export interface ReadParts {
  readonly client: Client;
  readonly shapes: ShapeCache;
  /** Key of the shape cache: organization and user. */
  readonly owner: string;
  /** The user's 18-character id. */
  readonly me: string;
  readonly clock: Clock;
}

/** The shape, and once more with a fresh one when a column has gone since it was described. */
export async function withShape<T>({ client, shapes, owner, clock }: ReadParts, use: (shape: ContactShape) => Promise<T>): Promise<T> {
  try {
    return await use(await contactShape(client, shapes, owner, clock));
  } catch (error) {
    if (!(error instanceof SyncError) || error.details.code !== 'SF_INVALID_FIELD') throw error;
    shapes.forget(owner);
    return use(await contactShape(client, shapes, owner, clock));
  }
}

/**
 * One query tells live, in the bin, merged and not visible apart; about 500 ids fit one. A collection's retrieve takes 2,000
 * ids, but answers null for three of these and cannot follow a reference, so it would need two more calls.
 */
export function readContacts(parts: ReadParts, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  if (ids.length === 0) return Promise.resolve(new Map());
  return withShape(parts, async ({ select }) => {
    const looks = new Map<string, Look>();
    const known = [...new Set(ids.filter(isId).map(id18))];
    for (const soql of packed(known, quote, ',', (list) => `SELECT ${select.join(',')} FROM Contact WHERE Id IN (${list})`)) {
      for (const row of await queryRows(parts.client, 'queryAll', soql)) looks.set(id18(String(row['Id'])), lookOf(row, parts.me));
    }
    // Not in the answer: out of the bin, or out of this user's sight. Neither proves a deletion.
    return new Map(ids.map((id) => [id, looks.get(id18(id)) ?? { state: 'hidden' as const }]));
  });
}

const isId = (id: string): boolean => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id);

function lookOf(row: Row, me: string): Look {
  if (typeof row['MasterRecordId'] === 'string') return { state: 'moved', to: id18(row['MasterRecordId']) };
  if (row['IsDeleted'] === true) return { state: 'gone' };
  return row['IsPersonAccount'] === true ? { state: 'hidden' } : { state: 'live', record: toSeen(row, me) };
}

/** Everybody readable who shares an address or a family name with a probe; colleagues' contacts come with their owner. */
export function searchContacts(parts: ReadParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const emails = [...new Set(probes.flatMap((probe) => probe.emails.map((email) => email.trim().toLowerCase())))].filter(Boolean);
  const names = [...new Set(probes.flatMap(namesOf))].filter(Boolean);
  if (emails.length + names.length === 0) return Promise.resolve([]);
  return withShape(parts, async ({ select }) => {
    const base = `SELECT ${select.join(',')} FROM Contact`;
    const queries = [
      ...packed(emails, quote, ',', (list) => `${base} WHERE Email IN (${list})`),
      ...packed(names, quote, ',', (list) => `${base} WHERE LastName IN (${list})`),
    ];
    const listed = probes.length > PROBES_FEW ? await rowsIfFewerCalls(parts.client, `${base} ORDER BY Id`, queries.length) : undefined;
    const rows = new Map<unknown, Row>();
    const [addresses, nameKeys] = [new Set(emails), new Set(names.map(keyText))];
    for (const row of listed ?? []) if (isWanted(row, addresses, nameKeys)) rows.set(row['Id'], row);
    if (!listed) for (const soql of queries) for (const row of await queryRows(parts.client, 'query', soql)) rows.set(row['Id'], row);
    return [...rows.values()].map((row) => toSeen(row, parts.me));
  });
}

/** A record without a family name was made under another of its names; marks may be missing on one side (Muller, Müller). */
function namesOf({ familyName, givenName }: Probe): readonly string[] {
  const name = (familyName ?? givenName ?? '').normalize('NFC').trim();
  return [name, name.normalize('NFD').replace(/\p{M}+/gu, '')];
}

function isWanted(row: Row, emails: ReadonlySet<string>, nameKeys: ReadonlySet<string>): boolean {
  const { Email: email, LastName: name } = row;
  return (typeof email === 'string' && emails.has(email.toLowerCase())) || (typeof name === 'string' && nameKeys.has(keyText(name)));
}

/** By our key where the organization has the field; else the user's own records made since, judged by equal key fields. */
export function recallContacts(parts: ReadParts, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  if (lost.length === 0) return Promise.resolve(new Map());
  return withShape(parts, (shape) => (shape.hasKey ? recallByKey(parts, shape, lost) : recallByFields(parts, shape, lost)));
}

async function recallByKey(parts: ReadParts, shape: ContactShape, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  const found = await contactsByKey(parts, shape, lost.map(({ linkId }) => linkId));
  return new Map(lost.map(({ linkId }) => [linkId, { found: found.filter((seen) => seen.linkKey === linkId), isByKey: true }]));
}

/** Live contacts that bear these keys. */
export async function contactsByKey(
  { client, me }: ReadParts, { select }: ContactShape, keys: readonly string[],
): Promise<readonly Seen[]> {
  const queries = packed(keys, quote, ',', (list) => `SELECT ${select.join(',')} FROM Contact WHERE ${KEY_FIELD} IN (${list})`);
  const found: Seen[] = [];
  for (const soql of queries) for (const row of await queryRows(client, 'query', soql)) found.push(toSeen(row, me));
  return found;
}

async function recallByFields(parts: ReadParts, shape: ContactShape, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  const meant = lost.map((one) => ({ ...one, key: keyOf(carry(one.payload, shape, () => 'none').columns) }));
  const from = Math.max(0, Math.min(...lost.map(({ startedAt }) => startedAt)) - SKEW);
  const names = [...new Set(meant.map(({ key }) => key.name).filter(Boolean))];
  const soql = (list: string): string => `SELECT ${shape.select.join(',')} FROM Contact WHERE OwnerId = ${quote(parts.me)} AND `
    + `CreatedById = ${quote(parts.me)} AND CreatedDate >= ${instantLiteral(from)} AND LastName IN (${list})`;
  const made: { readonly seen: Seen; readonly same: string }[] = [];
  for (const query of packed(names, quote, ',', soql)) {
    for (const row of await queryRows(parts.client, 'query', query)) made.push({ seen: toSeen(row, parts.me), same: keyOf(row).same });
  }
  return new Map(meant.map(({ linkId, startedAt, key }) => {
    const found = made.filter(({ seen, same }) => same === key.same && (seen.createdAt ?? startedAt) >= startedAt - SKEW);
    return [linkId, { found: found.map(({ seen }) => seen), isByKey: false }];
  }));
}

/** Equal key fields: both names and the address, as a query shows them and as a creation sends them. */
function keyOf(columns: Row): { readonly name: string; readonly same: string } {
  const text = (column: string): string => {
    const value = columns[column];
    return typeof value === 'string' ? value.normalize('NFC').replace(/\s+/g, ' ').trim() : '';
  };
  return { name: text('LastName'), same: [text('LastName'), text('FirstName'), text('Email').toLowerCase()].join('\n') };
}
