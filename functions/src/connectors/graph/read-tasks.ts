/** Tasks: looks by id, search by title, recall by the resource that points back to our link. */
import { SyncError } from '../../engine/errors.ts';
import type { Look, Seen } from '../../engine/record.ts';
import { titleKey } from '../probes.ts';
import { replyOf } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { JsonObject } from './json.ts';
import { stringOf } from './json.ts';
import { PAGE_SIZE } from './limits.ts';
import { listAll, lookOf, refuseIfShut } from './looks.ts';
import { idParts, projectTask } from './map-task.ts';
import type { Reader } from './read.ts';
import type { TaskLists } from './task-lists.ts';
import { listPath } from './task-lists.ts';

export interface TaskWorld {
  readonly client: GraphClient;
  readonly lists: TaskLists;
  /** IANA. */
  readonly zone: string;
}

/** Linked resources come only when they are asked for. */
const SHAPE = '$expand=linkedResources';

export const taskPath = (list: string, task: string): string => `${listPath(list)}/tasks/${encodeURIComponent(task)}`;

export const tasksOf = (list: string): Request => ({ method: 'GET', url: `${listPath(list)}/tasks?${SHAPE}&$top=${PAGE_SIZE}` });

export function taskReader(world: TaskWorld): Reader {
  const { client, zone } = world;
  return {
    read: async (ids) => {
      const distinct = [...new Set(ids)];
      const asked = distinct.flatMap((id) => {
        const parts = idParts(id);
        return parts ? [{ id, ...parts }] : [];
      });
      const outcomes = await client.batch(asked.map(({ list, task }) => ({ method: 'GET', url: `${taskPath(list, task)}?${SHAPE}` })));
      const replies = outcomes.map(replyOf);
      refuseIfShut(replies);
      const looks = new Map(asked.map(({ id, list }, index) => [
        id, lookOf(replies[index], (task): Look => ({ state: 'live', record: projectTask(task, list, zone) })),
      ]));
      return new Map(distinct.map((id) => [id, looks.get(id) ?? { state: 'gone' }]));
    },
    // No filter by title is documented, and a person's lists are short.
    search: async (probes) => {
      const titles = new Set(probes.flatMap(({ subject }) => (subject?.trim() ? titleKey(subject) : [])));
      if (titles.size === 0) return [];
      return (await allTasks(world)).filter(({ fields: { subject } }) => typeof subject === 'string' && titles.has(titleKey(subject)));
    },
    recall: async (lost) => {
      const tasks = lost.length > 0 ? await allTasks(world) : [];
      return new Map(lost.map(({ linkId }) => [linkId, { found: tasks.filter(({ linkKey }) => linkKey === linkId.toLowerCase()), isByKey: true }]));
    },
  };
}

async function allTasks({ client, lists, zone }: TaskWorld): Promise<readonly Seen[]> {
  const ids = await lists.ids();
  const found = await listAll(client, ids.map(tasksOf));
  return ids.flatMap((list, index) => (found[index] ?? []).map((task) => projectTask(task, list, zone)));
}

/** The tasks of one list with their linked resources, by id; undefined where the service does not expand them in a list. */
export async function taskCensus(client: GraphClient, list: string): Promise<ReadonlyMap<string, JsonObject> | undefined> {
  try {
    const [tasks = []] = await listAll(client, [tasksOf(list)]);
    return new Map(tasks.map((task) => [stringOf(task['id']) ?? '', task]));
  } catch (error) {
    // Refused as a request: then each task is looked at by id.
    if (error instanceof SyncError && error.kind === 'bug') return undefined;
    throw error;
  }
}
