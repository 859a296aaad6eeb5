/** Queries as text, and their rows: at most a hundred an answer, in the one order that holds, by id. */
import { problem } from './errors.ts';
import { PAGE_ROWS, QUERY_LENGTH_MAX } from './limits.ts';
import { isRow, type Row } from './row.ts';
import { atOnce } from './together.ts';
import type { Client } from './client.ts';

/** A text literal: quotes and backslashes are doubled; line breaks and control characters cannot be asked for. */
export const quote = (text: string): string => `'${text.replace(/[\p{Cc}]/gu, ' ').replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;

/** A moment as the service compares it: UTC, whatever the caller's zone. */
export const stampOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** The day of an instant in UTC. */
export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** Conditions are all to be met: the language has no parentheses. */
export interface Asked {
  readonly module: string;
  readonly where: readonly string[];
  /** "*" when absent. */
  readonly columns?: readonly string[];
}

/** One page of rows whose id is greater than `after` ('' for the first). A full page may have another behind it. */
export async function pageAfter(client: Client, { module, where, columns = ['*'] }: Asked, after = ''): Promise<readonly Row[]> {
  const conditions = [...where, ...(after === '' ? [] : [`id > ${quote(after)}`])];
  const condition = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  return rowsIn(await client.call('query', { query: `select ${columns.join(',')} from ${module}${condition} order by id limit ${PAGE_ROWS};` }));
}

/** All rows, page after page: offsets would skip and repeat some. */
export async function allRows(client: Client, asked: Asked): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ;) {
    const page = await pageAfter(client, asked, after);
    rows.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE_ROWS || !last) return rows;
    after = idOf(last);
  }
}

/** All rows of several questions about one module, each once. */
export async function rowsOf(client: Client, questions: readonly Asked[]): Promise<readonly Row[]> {
  const found = await atOnce(questions, (asked) => allRows(client, asked));
  return [...new Map(found.flat().map((row) => [idOf(row), row])).values()];
}

/** Distributes texts over as few `column in (...)` as fit a request line, and a page each. */
export function inLists(column: string, texts: readonly string[]): readonly string[] {
  const lists: string[][] = [];
  let length = 0;
  for (const text of new Set(texts)) {
    const literal = quote(text);
    const cost = encodeURIComponent(literal).length + 3;
    const last = lists.at(-1);
    if (!last || last.length >= PAGE_ROWS || length + cost > QUERY_LENGTH_MAX) {
      lists.push([literal]);
      length = cost;
    } else {
      last.push(literal);
      length += cost;
    }
  }
  return lists.map((list) => `${column} in (${list.join(',')})`);
}

/** Throws SyncError `unavailable` for what is no list of records. */
export function rowsIn(result: unknown): readonly Row[] {
  if (!Array.isArray(result) || !result.every((row) => isRow(row) && typeof row['id'] === 'string')) {
    throw problem('unavailable', 'BAD_PAGE', 'vTiger answered a question with something that is no list of records: it is tried again later');
  }
  return result as readonly Row[];
}

export const idOf = (row: Row): string => String(row['id']);
