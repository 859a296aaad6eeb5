/** What the answers to single reads mean, whatever kind of record was asked for, and how lists are read to their end. */
import type { Look } from '../../engine/record.ts';
import { replyOf } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, isMissing } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';

/** One hidden record is that record's matter; where nothing at all may be read, a policy shut the mailbox and nothing is unlinked. */
export function refuseIfShut(replies: readonly Reply[]): void {
  const shut = replies.find((reply) => reply.status === 403);
  if (shut && !replies.some((reply) => reply.status === 200 || isMissing(reply))) throw errorOf(shut, 'call');
}

/** `live`: what the record itself says once it could be read. */
export function lookOf(reply: Reply | undefined, live: (record: JsonObject) => Look): Look {
  if (!reply) return { state: 'unknown' };
  if (reply.status === 200 && isObject(reply.body)) return live(reply.body);
  if (isMissing(reply)) return { state: 'gone' };
  return { state: reply.status === 403 ? 'hidden' : 'unknown' };
}

/** A text inside $filter. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Pages of one list; what is longer is no answer to a question about a few records. */
const PAGES_MAX = 50;

/** The items of each list, in the order of the requests; all lists go on together, a page of each in one batch. */
export async function listAll(client: GraphClient, requests: readonly Request[]): Promise<readonly (readonly JsonObject[])[]> {
  const found: JsonObject[][] = requests.map(() => []);
  let open = requests.map((request, index) => ({ request, index }));
  for (let page = 0; open.length > 0 && page < PAGES_MAX; page += 1) {
    const outcomes = await client.batch(open.map(({ request }) => request));
    open = open.flatMap(({ request, index }, at) => {
      const reply = replyOf(outcomes[at]);
      if (reply.status !== 200) throw errorOf(reply, 'call');
      const body = isObject(reply.body) ? reply.body : {};
      found[index]?.push(...listOf(body['value']).filter(isObject));
      const next = stringOf(body['@odata.nextLink']);
      return next === undefined ? [] : [{ request: { ...request, url: next }, index }];
    });
  }
  return found;
}
