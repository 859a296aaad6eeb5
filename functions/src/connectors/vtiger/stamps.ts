/** The service's clock, as far as the records tell it. */
import { instant, isRow, type Row } from './row.ts';
import { quote, rowsIn } from './vtql.ts';
import { OVERLAP_SECONDS } from './limits.ts';
import { createHash } from 'node:crypto';
import type { Cursor } from './cursor.ts';
import type { ModuleSpec } from './modules.ts';
import type { SideParts } from './records.ts';

/** Seconds of a row's modifiedtime; 0 where it has none. */
export const secondsOf = (row: Row): number => Math.floor((instant(row['modifiedtime']) ?? 0) / 1000);

/** The latest stamp of the user's records, at least 1: what is changed from now on bears no earlier one. */
export async function latestStamp({ client, me }: SideParts, { name }: ModuleSpec): Promise<number> {
  const query = `select modifiedtime from ${name} where assigned_user_id = ${quote(me)} order by modifiedtime desc limit 1;`;
  const [row] = rowsIn(await client.call('query', { query }));
  return Math.max(1, row ? secondsOf(row) : 0);
}

/** Of a row's content: its stamp moves without a change, and an empty value has two shapes. */
function digestOf(row: Row): string {
  const content = Object.entries(row).filter(([name]) => name !== 'modifiedtime' && name !== 'modifiedby')
    .map(([name, value]) => [name, isRow(value) ? '' : value ?? '']);
  return createHash('sha1').update(JSON.stringify(content)).digest('base64url').slice(0, 12);
}

/** Rows that are news, and what is to be remembered of the last seconds before `since` so that they are none again. */
export function newsOf(rows: readonly Row[], { recent }: Cursor, since: number): { readonly rows: readonly Row[]; readonly recent: Cursor['recent'] } {
  const before = new Map(recent.map((one) => [one[0], one]));
  const news: Row[] = [];
  for (const row of rows) {
    const [id, digest] = [String(row['id']), digestOf(row)];
    if (before.get(id)?.[2] !== digest) news.push(row);
    before.set(id, [id, secondsOf(row), digest]);
  }
  return { rows: news, recent: [...before.values()].filter(([, stamp]) => stamp >= since - OVERLAP_SECONDS) };
}
