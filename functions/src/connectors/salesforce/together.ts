/** Several reads in one call: a composite where there is more than one, which counts as one call (REST guide, "Composite"). */
import { SyncError } from '../../engine/errors.ts';
import { answerError, problem } from './errors.ts';
import { API_VERSION, PARTS_MAX, QUERIES_MAX } from './limits.ts';
import { isRow, type Row } from './row.ts';
import { pageOf, queryPart, queryRest, type Verb } from './soql.ts';
import type { Clock } from '../../ports/world.ts';
import type { Client, Reply } from './client.ts';

/** A path below the version ("/query?q=..."), or a whole one that the service named. */
export interface ReadPart {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Outcome = { readonly reply: Reply } | { readonly error: SyncError };

/** In the order of the parts. Throws SyncError when a call as a whole fails; a refused part is that part's outcome. */
export async function readTogether(client: Client, clock: Clock, parts: readonly ReadPart[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const group of groups(parts)) {
    const [only, ...more] = group;
    if (only && more.length === 0) outcomes.push(await readAlone(client, only));
    else outcomes.push(...await readGroup(client, clock, group));
  }
  return outcomes;
}

/** All rows of several queries, in their order; what goes beyond the first pages is read page after page. */
export async function rowsTogether(client: Client, clock: Clock, verb: Verb, queries: readonly string[]): Promise<readonly Row[]> {
  const outcomes = await readTogether(client, clock, queries.map((soql) => queryPart(verb, soql)));
  const rows: Row[] = [];
  for (const outcome of outcomes) {
    if ('error' in outcome) throw outcome.error;
    rows.push(...await queryRest(client, pageOf(outcome.reply)));
  }
  return rows;
}

const isQuery = ({ path }: ReadPart): boolean => /\/query(All)?[/?]/.test(path);

function groups(parts: readonly ReadPart[]): ReadPart[][] {
  const all: ReadPart[][] = [];
  for (const part of parts) {
    const last = all.at(-1);
    const isFull = !last || last.length >= PARTS_MAX || (isQuery(part) && last.filter(isQuery).length >= QUERIES_MAX);
    if (isFull) all.push([part]); else last.push(part);
  }
  return all;
}

async function readAlone(client: Client, { path, headers }: ReadPart): Promise<Outcome> {
  try {
    return { reply: await client.call({ method: 'GET', path, ...(headers ? { headers } : {}) }) };
  } catch (error) {
    if (error instanceof SyncError) return { error };
    throw error;
  }
}

async function readGroup(client: Client, clock: Clock, group: readonly ReadPart[]): Promise<readonly Outcome[]> {
  const compositeRequest = group.map(({ path, headers }, index) => ({
    method: 'GET', referenceId: `part${index}`, url: path.startsWith('/services/') ? path : `/services/data/v${API_VERSION}${path}`,
    ...(headers ? { httpHeaders: headers } : {}),
  }));
  const { body, serverNow } = await client.call({ method: 'POST', path: '/composite', body: { allOrNone: false, compositeRequest }, isRead: true });
  const { compositeResponse: answers } = body as { readonly compositeResponse?: unknown };
  if (!Array.isArray(answers)) throw notUnderstood();
  const byReference = new Map(answers.filter(isRow).map((answer) => [answer['referenceId'], answer]));
  return compositeRequest.map(({ referenceId }): Outcome => {
    const { httpStatusCode: status, body: part } = byReference.get(referenceId) ?? {};
    if (typeof status !== 'number') throw notUnderstood();
    if (status >= 300) return { error: answerError({ status, headers: {}, text: JSON.stringify(part ?? '') }, clock.now(), false) };
    return { reply: { body: part, ...(serverNow === undefined ? {} : { serverNow }) } };
  });
}

const notUnderstood = (): SyncError =>
  problem('unavailable', 'BAD_COMPOSITE', 'Salesforce answered several questions at once in a way that is not understood: it is tried again later');
