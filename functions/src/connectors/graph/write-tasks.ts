/** What is peculiar to writing tasks. */
import { stringOf } from './json.ts';
import { LINKED_APPLICATION } from './limits.ts';
import { idParts, taskFields, taskId, taskPatch, taskVersion } from './map-task.ts';
import { taskPath } from './read-tasks.ts';
import type { TaskLists } from './task-lists.ts';
import { listPath } from './task-lists.ts';
import type { Writer } from './write.ts';

/** `zone`: IANA, where the days are days. */
export function taskWriter(lists: TaskLists, zone: string): Writer {
  return {
    place: async () => ({ method: 'POST', url: `${listPath(await lists.standard())}/tasks` }),
    // The person sees the linked resource in the task: it says in which program the other half lies.
    createPatch: ({ fields, linkId }) => {
      const patch = taskPatch(fields, zone);
      const resource = { applicationName: LINKED_APPLICATION, displayName: LINKED_APPLICATION, externalId: linkId };
      return { ...patch, body: { ...patch.body, linkedResources: [resource] } };
    },
    updatePatch: ({ patch }) => taskPatch(patch, zone),
    path: (id) => {
      const parts = idParts(id);
      return parts && taskPath(parts.list, parts.task);
    },
    fieldsOf: (shown) => taskFields(shown, zone),
    idOf: (shown, { url }) => {
      const list = decodeURIComponent(/\/lists\/([^/]+)\//.exec(url)?.[1] ?? '');
      const task = stringOf(shown['id']);
      return list && task ? taskId(list, task) : undefined;
    },
    versionOf: taskVersion,
  };
}
