/** Delta of the task lists and of the tasks of each: a stream for the lists, and one for every list they name. */
import type { Seen } from '../../engine/record.ts';
import type { Change, Cursors, Family } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import { isMissing, isSyncStateLost } from './errors.ts';
import type { FeedPage } from '../feed-pages.ts';
import type { DeltaPage, Feed, Rounds } from './feed.ts';
import type { JsonObject } from './json.ts';
import { BATCH_PARTS } from './limits.ts';
import { isWholeTask, projectTask, taskId, taskVersion } from './map-task.ts';
import type { Reader } from './read.ts';
import type { TaskWorld } from './read-tasks.ts';
import { taskCensus } from './read-tasks.ts';
import { isOfMails, listPath } from './task-lists.ts';

const LISTS = 'lists';
const TASKS = 'tasks~';
const FIRST_LISTS = '/me/todo/lists/delta';
const firstTasks = (list: string): string => `${listPath(list)}/tasks/delta`;

export interface TaskFeedWorld extends TaskWorld {
  readonly rounds: Rounds;
  readonly read: Reader['read'];
}

/** What this poll knows of one list. */
interface Stream {
  readonly list: string;
  readonly link: string;
}

export function taskFeed(world: TaskFeedWorld): Feed {
  const censuses: Censuses = new Map();
  return {
    turn: async (cursors) => {
      const kept = Object.fromEntries(Object.entries(cursors).filter(([name]) => name === LISTS || name.startsWith(TASKS)));
      const foreign: string[] = [];
      for (const [name, link] of Object.entries(kept)) if (!await world.client.isOwnLink(link)) foreign.push(name);
      if (foreign.length > 0) {
        const rest = Object.fromEntries(Object.entries(kept).filter(([name]) => name !== LISTS && !foreign.includes(name)));
        return { kept, requests: [], take: () => Promise.resolve({ changes: [], cursors: rest, hasMore: false, lost: foreign }) };
      }
      const lists = kept[LISTS] ?? FIRST_LISTS;
      const streams = Object.entries(kept).flatMap(([name, link]): Stream[] => (name === LISTS ? [] : [{ list: name.slice(TASKS.length), link }]));
      return {
        kept,
        requests: [lists, ...streams.map(({ link }) => link)].map((url) => ({ method: 'GET', url })),
        take: ([first, ...others]) => take(lists, first, streams, others, { world, censuses }),
      };
    },
  };
}

/** Tasks of a list with their linked resources, listed once a run; undefined where that is refused. */
type Censuses = Map<string, ReadonlyMap<string, JsonObject> | undefined>;

interface Poll {
  readonly world: TaskFeedWorld;
  readonly censuses: Censuses;
}

async function take(
  link: string, first: Outcome | undefined, streams: readonly Stream[], outcomes: readonly Outcome[], poll: Poll,
): Promise<FeedPage> {
  const lists = poll.world.rounds.page(LISTS, link, first);
  const [gone, added] = lists === 'lost' ? [new Set<string>(), []] : listChanges(lists);
  const lost: string[] = lists === 'lost' ? [LISTS] : [];
  const cursors: Record<string, string> = {};
  const pages: (readonly [string, DeltaPage])[] = [];
  streams.forEach((stream, index) => {
    const outcome = outcomes[index];
    if (gone.has(stream.list)) return;
    if (outcome && 'reply' in outcome && isMissing(outcome.reply) && !isSyncStateLost(outcome.reply)) gone.add(stream.list);
    else {
      const page = poll.world.rounds.page(TASKS + stream.list, stream.link, outcome);
      if (page === 'lost') lost.push(TASKS + stream.list);
      else {
        cursors[TASKS + stream.list] = page.cursor;
        pages.push([stream.list, page]);
      }
    }
  });
  const known = new Set(streams.map(({ list }) => list));
  const fresh = added.filter((list) => !known.has(list));
  for (const list of fresh) cursors[TASKS + list] = firstTasks(list);
  // A list whose own cursor is lost is named again only by a new round of the lists.
  if (lists !== 'lost' && lost.length === 0) cursors[LISTS] = lists.cursor;
  const changes = await changesOf(pages, poll);
  const hasMore = fresh.length > 0 || (lists !== 'lost' && !lists.isLast) || pages.some(([, page]) => !page.isLast);
  return { changes, families: familiesOf(gone), cursors: inOrder(cursors), hasMore, lost };
}

/** The lists' own stream first. */
const inOrder = (cursors: Cursors): Cursors => Object.fromEntries(Object.entries(cursors).sort(([a], [b]) => (a < b ? -1 : 1)));

function listChanges(page: DeltaPage): readonly [Set<string>, readonly string[]] {
  const gone = page.items.filter(([, list]) => list['@removed'] !== undefined).map(([id]) => id);
  const there = page.items.filter(([, list]) => list['@removed'] === undefined && !isOfMails(list)).map(([id]) => id);
  return [new Set(gone), there];
}

/** The tasks of a list that is gone are not named by anybody: those that are linked are looked at. */
const familiesOf = (gone: ReadonlySet<string>): readonly Family[] => [...gone].map((family) => ({ kind: 'task', family, ids: [] }));

/**
 * A page does not show linked resources, and without our key a task that we made ourselves would be taken for a stranger. So a task
 * counts as seen only with them: a few are read by id in one batch, for many their list is read once.
 */
async function changesOf(pages: readonly (readonly [string, DeltaPage])[], poll: Poll): Promise<readonly Change[]> {
  const items = pages.flatMap(([list, page]) => page.items.map(([id, item]) => ({ list, id, item })));
  const open = items.filter(({ item }) => item['@removed'] === undefined && !isShown(item));
  const isFew = open.length < BATCH_PARTS;
  const looks = isFew ? await poll.world.read(open.map(({ list, id }) => taskId(list, id))) : new Map();
  if (!isFew) for (const list of new Set(open.map((one) => one.list))) await takeCensus(list, poll);
  return items.map(({ list, id, item }): Change => {
    const look = looks.get(taskId(list, id));
    if (item['@removed'] !== undefined || look?.state === 'gone') return { what: 'removed', kind: 'task', id: taskId(list, id) };
    const record = look?.state === 'live' ? look.record : seenOf(list, id, item, poll);
    return record ? { what: 'seen', record } : { what: 'touched', kind: 'task', id: taskId(list, id) };
  });
}

const isShown = (item: JsonObject): boolean => isWholeTask(item) && item['linkedResources'] !== undefined;

async function takeCensus(list: string, { censuses, world }: Poll): Promise<void> {
  if (!censuses.has(list)) censuses.set(list, await taskCensus(world.client, list));
}

/** As the page shows it, or as the list does when that is the very same version. */
function seenOf(list: string, id: string, item: JsonObject, { censuses, world }: Poll): Seen | undefined {
  const listed = censuses.get(list)?.get(id);
  const shown = isShown(item) ? item : listed && taskVersion(listed) === taskVersion(item) && isWholeTask(listed) ? listed : undefined;
  return shown && projectTask(shown, list, world.zone);
}
