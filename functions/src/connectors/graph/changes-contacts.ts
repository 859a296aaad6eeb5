/** Delta of the default contact folder. */
import type { Seen } from '../../engine/record.ts';
import type { Change, Cursors } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import type { Census } from './census.ts';
import type { GraphClient } from './client.ts';
import { errorOf, isMissing } from './errors.ts';
import type { FeedPage } from '../feed-pages.ts';
import type { Feed, Rounds } from './feed.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { BATCH_PARTS, CONTACT_FOLDER } from './limits.ts';
import { SELECT, isWhole, project, versionOf } from './map.ts';
import type { Reader } from './read.ts';

const CONTACTS = 'contacts';

/** What fits into one batch beside the question about the folder (read.ts). */
const READ_AT_ONCE = BATCH_PARTS - 1;

export interface ContactWorld {
  readonly client: GraphClient;
  readonly rounds: Rounds;
  readonly census: Census;
  readonly read: Reader['read'];
  readonly zone: string | undefined;
}

export function contactFeed(world: ContactWorld): Feed {
  return {
    turn: async (cursors) => {
      const link = cursors[CONTACTS];
      if (link !== undefined && !await world.client.isOwnLink(link)) return { requests: [], kept: {}, take: () => Promise.resolve(LOST) };
      const kept: Cursors = link === undefined ? {} : { [CONTACTS]: link };
      return { kept, requests: [{ method: 'GET', url: link ?? deltaOf(CONTACT_FOLDER) }], take: ([outcome]) => take(outcome, link, world) };
    },
  };
}

/** The service has forgotten the token, or the cursor is of another world: a round from nothing lists what exists. */
const LOST: FeedPage = { changes: [], cursors: {}, hasMore: false, lost: [CONTACTS] };

/** An empty default folder whose id nobody can tell: there is nothing to read, and the next run looks again. */
const NOTHING_YET: FeedPage = { changes: [], cursors: {}, hasMore: false, lost: [] };

const deltaOf = (folder: string): string => `/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta?$select=${SELECT.join(',')}`;

async function take(outcome: Outcome | undefined, link: string | undefined, world: ContactWorld): Promise<FeedPage> {
  const isUnknownName = link === undefined && outcome !== undefined && 'reply' in outcome && isMissing(outcome.reply);
  const answer = isUnknownName ? await firstPageById(world.client) : outcome;
  if (answer === null) return NOTHING_YET;
  const page = world.rounds.page(CONTACTS, link, answer);
  if (page === 'lost') return LOST;
  return { changes: await changesOf(page.items, world), cursors: { [CONTACTS]: page.cursor }, hasMore: !page.isLast, lost: [] };
}

/** The default folder is in no list; any contact in it tells its id (microsoft-graph-docs#6273). */
async function firstPageById(client: GraphClient): Promise<Outcome | null> {
  const contacts = await client.send({ method: 'GET', url: '/me/contacts?$top=1&$select=parentFolderId' });
  if (contacts.status !== 200) throw errorOf(contacts, 'call');
  const [one] = listOf(isObject(contacts.body) ? contacts.body['value'] : undefined);
  const folder = isObject(one) ? stringOf(one['parentFolderId']) : undefined;
  return folder === undefined ? null : { reply: await client.send({ method: 'GET', url: deltaOf(folder) }) };
}

/**
 * A page says nothing of sensitivity, since delta does not expand extended properties, and a private contact must not leak. So an
 * item counts as seen only when this very version of it stands in the census, or when it was read by id. A few items are read at
 * once, in one batch; of many that remain, the app is told to look.
 */
async function changesOf(items: readonly (readonly [string, JsonObject])[], world: ContactWorld): Promise<readonly Change[]> {
  const present = items.filter(([, item]) => item['@removed'] === undefined);
  if (present.length > READ_AT_ONCE) await world.census.take(present.map(([id, item]) => [id, versionOf(item)]));
  const seen = new Map(present.flatMap(([id, item]) => seenOf(id, item, world) ?? []));
  const open = present.map(([id]) => id).filter((id) => !seen.has(id));
  const looks = open.length <= READ_AT_ONCE ? await world.read(open) : undefined;
  return items.map(([id, item]): Change => {
    if (item['@removed'] !== undefined) return { what: 'removed', kind: 'contact', id };
    const look = looks?.get(id);
    const record = seen.get(id) ?? (look?.state === 'live' ? look.record : undefined);
    return record ? { what: 'seen', record } : { what: look?.state === 'gone' ? 'removed' : 'touched', kind: 'contact', id };
  });
}

function seenOf(id: string, item: JsonObject, { census, zone }: ContactWorld): [string, Seen][] | undefined {
  const properties = isWhole(item) ? census.propertiesOf(id, versionOf(item)) : undefined;
  return properties === undefined ? undefined : [[id, project({ ...item, singleValueExtendedProperties: properties }, zone)]];
}
