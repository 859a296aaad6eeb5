/** Queries as text: literals, lists, and lists cut so that each query fits a request line. */
import { problem } from './errors.ts';
import { PAGE_ROWS, URL_LENGTH_MAX } from './limits.ts';
import type { Client, Reply } from './client.ts';
import type { ReadPart } from './together.ts';

export interface QueryPage {
  readonly records: readonly Record<string, unknown>[];
  /** Rows of the whole result, over all pages. */
  readonly total: number;
  /** Path of the next page; only this tells whether there is more, never a count of rows. */
  readonly next?: string;
  readonly serverNow?: number;
}

/** `query` leaves deleted rows out; `queryAll` shows those in the bin, merged ones among them. */
export type Verb = 'query' | 'queryAll';

async function queryPage(client: Client, verb: Verb, soql: string): Promise<QueryPage> {
  return pageOf(await client.call({ method: 'GET', ...queryPart(verb, soql) }));
}

async function nextPage(client: Client, path: string): Promise<QueryPage> {
  return pageOf(await client.call({ method: 'GET', ...nextPart(path) }));
}

/** A query as one of several reads. */
export const queryPart = (verb: Verb, soql: string): Required<ReadPart> => ({ path: `/${verb}?q=${encode(soql)}`, headers: BATCH });

/** The page that `next` of another names. */
export const nextPart = (path: string): Required<ReadPart> => ({ path, headers: BATCH });

/** The rows of a page that is known to be the only one. */
export const rowsOf = (reply: Reply): readonly Record<string, unknown>[] => pageOf(reply).records;

/** All rows of a query, page after page. */
export async function queryRows(client: Client, verb: Verb, soql: string): Promise<readonly Record<string, unknown>[]> {
  return queryRest(client, await queryPage(client, verb, soql));
}

/** The rows of a page and of all that follow it. */
export async function queryRest(client: Client, first: QueryPage): Promise<readonly Record<string, unknown>[]> {
  const rows = [...first.records];
  for (let page = first; page.next !== undefined;) {
    page = await nextPage(client, page.next);
    rows.push(...page.records);
  }
  return rows;
}

/** All rows, or undefined when the first page shows that another way of asking takes fewer calls. */
export async function rowsIfFewerCalls(client: Client, soql: string, otherCalls: number): Promise<readonly Record<string, unknown>[] | undefined> {
  const first = await queryPage(client, 'query', soql);
  const have = first.records.length;
  return (first.total - have) / Math.max(1, have) > otherCalls ? undefined : queryRest(client, first);
}

const BATCH = { 'sforce-query-options': `batchSize=${PAGE_ROWS}` };

/** A page's address must stay below the API: tokens go with it. */
const NEXT = /^\/services\/data\/v\d+\.0\/(query|queryAll)\/[\w-]+$/;

/** Throws SyncError `unavailable` for what is no page. */
export function pageOf({ body, serverNow }: Reply): QueryPage {
  const { records, nextRecordsUrl, totalSize } = body as { records?: unknown; nextRecordsUrl?: unknown; totalSize?: unknown };
  const isPage = Array.isArray(records) && typeof totalSize === 'number';
  const isNextRight = nextRecordsUrl === undefined || (typeof nextRecordsUrl === 'string' && NEXT.test(nextRecordsUrl));
  if (!isPage || !isNextRight) throw problem('unavailable', 'BAD_PAGE', 'Salesforce answered a query with something that is no page of it');
  return {
    records: records.filter((row): row is Record<string, unknown> => typeof row === 'object' && row !== null),
    total: totalSize,
    ...(typeof nextRecordsUrl === 'string' ? { next: nextRecordsUrl } : {}),
    ...(serverNow === undefined ? {} : { serverNow }),
  };
}

/** A text literal. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t').replace(/[\p{Cc}]/gu, '')}'`;
}

/** A literal for LIKE: texts that begin so. `_` in it stands for any one letter. */
export function beginningLiteral(text: string): string {
  return `${quote(text).slice(0, -1).replace(/%/g, '\\%')}%'`;
}

/** A date-time literal; whole seconds, unquoted. */
export const instantLiteral = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** As fetch will send it, so that lengths are true: the URL standard escapes the apostrophe in queries too. */
const encode = (soql: string): string => encodeURIComponent(soql).replaceAll('%20', '+').replaceAll("'", '%27');

/**
 * Distributes the items over as few queries as fit a request line. `item` gives one item's text (a literal, a comparison),
 * `soql` the query around a joined list.
 */
export function packed<T>(items: readonly T[], item: (one: T) => string, separator: string, soql: (list: string) => string): string[] {
  const room = URL_LENGTH_MAX - encode(soql('')).length;
  const queries: string[] = [];
  let list: string[] = [];
  let length = 0;
  for (const one of items) {
    const text = item(one);
    const cost = encode(text + separator).length;
    if (list.length > 0 && length + cost > room) {
      queries.push(soql(list.join(separator)));
      list = [];
      length = 0;
    }
    list.push(text);
    length += cost;
  }
  if (list.length > 0) queries.push(soql(list.join(separator)));
  return queries;
}
