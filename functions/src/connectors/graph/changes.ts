/** Delta of the default contact folder: cursor -> one page of changes. */
import type { Seen } from '../../engine/record.ts';
import type { Change, ChangePage, Cursors } from '../../ports/side.ts';
import type { Census } from './census.ts';
import type { GraphClient } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, isMissing, isSyncStateLost, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { BATCH_PARTS, CONTACT_FOLDER, STALE_PAGES } from './limits.ts';
import { SELECT, isWhole, project, versionOf } from './map.ts';
import type { Reader } from './read.ts';

const CONTACTS = 'contacts';

/** What fits into one batch beside the question about the folder (read.ts). */
const READ_AT_ONCE = BATCH_PARTS - 1;

/** What one Side remembers between pages, to notice a round that never ends. */
interface Progress {
  readonly ids: Set<string>;
  stalePages: number;
}

interface ChangesWorld {
  readonly client: GraphClient;
  readonly census: Census;
  readonly read: Reader['read'];
  readonly zone: string | undefined;
}

/** Each stream is one link; with more than one, their requests would go into one batch. */
export function changesReader(world: ChangesWorld): (cursors: Cursors) => Promise<ChangePage> {
  const progress: Progress = { ids: new Set(), stalePages: 0 };
  return async (cursors) => {
    const link = cursors[CONTACTS];
    if (link !== undefined && !await world.client.isOwnLink(link)) return LOST;
    const reply = link === undefined ? await firstPage(world.client) : await world.client.send({ method: 'GET', url: link });
    if (reply === null) return NOTHING_YET;
    if (link !== undefined && isSyncStateLost(reply)) return LOST;
    if (reply.status !== 200) throw errorOf(reply, 'call');
    return pageOf(reply, link, progress, world);
  };
}

/** The service has forgotten the token, or the cursor is of another world: a round from nothing lists what exists. */
const LOST: ChangePage = { changes: [], cursors: {}, hasMore: false, lost: [CONTACTS] };

/** An empty default folder whose id nobody can tell: there is nothing to read, and the next run looks again. */
const NOTHING_YET: ChangePage = { changes: [], cursors: {}, hasMore: false, lost: [] };

const deltaOf = (folder: string): string => `/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta?$select=${SELECT.join(',')}`;

async function firstPage(client: GraphClient): Promise<Reply | null> {
  const reply = await client.send({ method: 'GET', url: deltaOf(CONTACT_FOLDER) });
  if (!isMissing(reply)) return reply;
  // The default folder is in no list; any contact in it tells its id (microsoft-graph-docs#6273).
  const contacts = await client.send({ method: 'GET', url: '/me/contacts?$top=1&$select=parentFolderId' });
  if (contacts.status !== 200) throw errorOf(contacts, 'call');
  const [one] = listOf(isObject(contacts.body) ? contacts.body['value'] : undefined);
  const folder = isObject(one) ? stringOf(one['parentFolderId']) : undefined;
  return folder === undefined ? null : client.send({ method: 'GET', url: deltaOf(folder) });
}

async function pageOf(reply: Reply, link: string | undefined, progress: Progress, world: ChangesWorld): Promise<ChangePage> {
  const body = isObject(reply.body) ? reply.body : {};
  const next = stringOf(body['@odata.nextLink']);
  const cursor = next ?? stringOf(body['@odata.deltaLink']);
  // One entity may occur several times in a page; the last word counts (learn.microsoft.com/graph/delta-query-overview).
  const items = new Map(listOf(body['value']).filter(isObject).map((item) => [stringOf(item['id']) ?? '', item]));
  items.delete('');
  if (cursor === undefined) throw refusal('unavailable', { code: 'GRAPH_PAGE_WITHOUT_LINK' });
  if (next === undefined) forget(progress);
  else if (isEndless(next, link, [...items.keys()], progress)) return LOST;
  const changes = await changesOf([...items], world);
  return { changes, cursors: { [CONTACTS]: cursor }, hasMore: next !== undefined, lost: [] };
}

/** Pages without an end, or the same records again and again: the round is begun anew (msgraph-sdk-dotnet#3070). */
function isEndless(next: string, link: string | undefined, ids: readonly string[], progress: Progress): boolean {
  if (link === undefined) forget(progress);
  const fresh = ids.filter((id) => !progress.ids.has(id));
  for (const id of fresh) progress.ids.add(id);
  progress.stalePages = fresh.length > 0 ? 0 : progress.stalePages + 1;
  const isOver = next === link || progress.stalePages >= STALE_PAGES;
  if (isOver) forget(progress);
  return isOver;
}

function forget(progress: Progress): void {
  progress.ids.clear();
  progress.stalePages = 0;
}

/**
 * A page says nothing of sensitivity, since delta does not expand extended properties, and a private contact must not leak. So an
 * item counts as seen only when this very version of it stands in the census, or when it was read by id. A few items are read at
 * once, in one batch; of many that remain, the app is told to look.
 */
async function changesOf(items: readonly (readonly [string, JsonObject])[], world: ChangesWorld): Promise<readonly Change[]> {
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

function seenOf(id: string, item: JsonObject, { census, zone }: ChangesWorld): [string, Seen][] | undefined {
  const properties = isWhole(item) ? census.propertiesOf(id, versionOf(item)) : undefined;
  return properties === undefined ? undefined : [[id, project({ ...item, singleValueExtendedProperties: properties }, zone)]];
}
