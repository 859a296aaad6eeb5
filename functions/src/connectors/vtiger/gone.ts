/**
 * What became of records that a query does not show: the service refuses deleted, unknown and forbidden ones alike, so a deletion is believed
 * only where `sync` names it.
 */
import { hasCode } from './errors.ts';
import { GONE_PAGES, GONE_STEPS, OVERLAP_SECONDS } from './limits.ts';
import { isRow, text, type Row } from './row.ts';
import { isSyncBroken, syncPage } from './sync.ts';
import { atOnce } from './together.ts';
import { allRows, idOf, quote } from './vtql.ts';
import type { Look } from '../../engine/record.ts';
import type { ModuleName } from './modules.ts';
import type { SideParts } from './records.ts';

/** A look for each of the ids that a query did not show. */
export async function looksOfMissing(parts: SideParts, name: ModuleName, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  if (name === 'Leads') for (const [id, look] of await convertedAmong(parts, ids)) looks.set(id, look);
  const left = ids.filter((id) => !looks.has(id));
  const deleted = await deletedAmong(parts, name, left);
  for (const id of left) looks.set(id, { state: deleted.has(id) ? 'gone' : 'hidden' });
  return looks;
}

async function deletedAmong(parts: SideParts, name: ModuleName, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  try {
    for (const step of GONE_STEPS) {
      if (ids.every((id) => found.has(id))) break;
      let after = Math.floor((parts.clock.now() - step) / 1000) - OVERLAP_SECONDS;
      for (let pages = 0; pages < GONE_PAGES; pages += 1) {
        const page = await syncPage(parts.client, name, after);
        for (const id of page.deleted) found.add(id);
        if (!page.hasMore || page.last <= after) break;
        after = page.last;
      }
    }
  } catch (error) {
    if (!isSyncBroken(error)) throw error;
  }
  return found;
}

/** A converted lead is named as deleted and gone from queries, and still shown by its id: it lives on as its contact. */
async function convertedAmong(parts: SideParts, ids: readonly string[]): Promise<readonly (readonly [string, Look])[]> {
  const looks = await atOnce(ids, async (id): Promise<readonly (readonly [string, Look])[]> => {
    const lead = await retrieve(parts, id);
    if (!lead) return [];
    const contact = await contactOf(parts, lead);
    return [[id, contact === undefined ? { state: 'hidden' } : { state: 'moved', to: contact }]];
  });
  return looks.flat();
}

async function retrieve({ client }: SideParts, id: string): Promise<Row | undefined> {
  try {
    const row = await client.call('retrieve', { id });
    return isRow(row) ? row : undefined;
  } catch (error) {
    if (hasCode(error, 'ACCESS_DENIED', 'RECORD_NOT_FOUND', 'INVALID_ID_ATTRIBUTE')) return undefined;
    throw error;
  }
}

/** The one contact that was made of a lead of this name and address; no answer names it. */
async function contactOf({ client }: SideParts, lead: Row): Promise<string | undefined> {
  const same = (column: string): string | null => text(lead[column]);
  const where = ['lastname', 'email'].flatMap((column) => { const value = same(column); return value === null ? [] : [`${column} = ${quote(value)}`]; });
  const rows = await allRows(client, { module: 'Contacts', where, columns: ['firstname', 'lastname', 'email', 'isconvertedfromlead'] });
  const made = rows.filter((row) => ['1', 'on', 'yes'].includes(String(row['isconvertedfromlead']))
    && ['firstname', 'email'].every((column) => (text(row[column]) ?? '').toLowerCase() === (same(column) ?? '').toLowerCase()));
  const [only, ...others] = made;
  return only && others.length === 0 ? idOf(only) : undefined;
}
