/**
 * The census: the extended properties (sensitivity, our key) of all contacts of the default folder, listed a thousand at a time.
 * A long page of changes is judged with it; reading its items one by one would cost fifty times the calls.
 */
import type { GraphClient } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, kindOf } from './errors.ts';
import type { Json } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { LIST_SIZE } from './limits.ts';
import { versionOf } from './map.ts';
import { EXPAND } from './read.ts';

export interface Census {
  /** Makes the list when these (id, version) are not yet in it; once is enough for a round of many pages. */
  take(items: readonly (readonly [string, string])[]): Promise<void>;
  /** The properties of this very version of a contact; undefined when the list does not tell. */
  propertiesOf(id: string, version: string): Json | undefined;
}

/** Lists made by one Side, that is in one run: a mailbox that changes while it is listed is read by id instead. */
const LISTS_MAX = 2;
const PAGES_MAX = 100;

export function makeCensus(client: GraphClient): Census {
  const known = new Map<string, Json>();
  let lists = 0;
  let isRefused = false;
  const keyOf = (id: string, version: string): string => `${version} ${id}`;
  return {
    propertiesOf: (id, version) => known.get(keyOf(id, version)),
    take: async (items) => {
      const missing = items.filter(([id, version]) => !known.has(keyOf(id, version))).length;
      if (isRefused || lists >= LISTS_MAX || missing * 2 < items.length) return;
      lists += 1;
      let url: string | undefined = `/me/contacts?$select=id,changeKey&$expand=${EXPAND}&$top=${LIST_SIZE}`;
      for (let page = 0; url !== undefined && page < PAGES_MAX; page += 1) {
        const reply: Reply = await client.send({ method: 'GET', url });
        isRefused = kindOf(reply, 'call') === 'bug';
        if (isRefused) return;
        if (reply.status !== 200) throw errorOf(reply, 'call');
        url = note(reply, (id, version, properties) => known.set(keyOf(id, version), properties));
      }
    },
  };
}

/** Takes over one page and answers the link of the next. */
function note(reply: Reply, keep: (id: string, version: string, properties: Json) => void): string | undefined {
  const body = isObject(reply.body) ? reply.body : {};
  for (const item of listOf(body['value']).filter(isObject)) {
    const id = stringOf(item['id']);
    if (id) keep(id, versionOf(item), item['singleValueExtendedProperties'] ?? []);
  }
  return stringOf(body['@odata.nextLink']);
}
