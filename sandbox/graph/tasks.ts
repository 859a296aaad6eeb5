/** Routes of To Do: lists, tasks, their links and both deltas. */
import type { StandInReply } from '../server.ts';
import { deltaReply } from './delta.ts';
import { LISTS_FOLDER, demandFolder, isCurrent } from './mailbox.ts';
import type { Item, LogEntry, Mailbox, Shelf } from './mailbox.ts';
import type { Told } from './delta.ts';
import { linkedResourcesReply } from './linked-resources.ts';
import { allowOnly, listOptions, readSelect } from './query.ts';
import type { Resource } from './query.ts';
import { GraphError, contextOf, demandScope, nextLink, noContent, noSuchSegment, notFound, ok, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { TASK_PROPERTIES } from './task-fields.ts';
import type { TaskFields } from './task-fields.ts';
import { demandList, demandTask, listId, showList, showTask, taskId } from './task-show.ts';
import type { ListItem, TaskItem } from './task-show.ts';
import { changeTask, createList, createTask, deleteList, deleteTask, renameList } from './task-writes.ts';
import { demandMatch } from './version.ts';
import type { GraphWorld } from './world.ts';

const TASKS: Resource<TaskFields> = {
  properties: TASK_PROPERTIES, type: 'microsoft.graph.todoTask',
  filter: () => { throw new GraphError(400, 'invalidRequest', 'Invalid filter clause: no filter is documented for tasks.'); },
};

/** `rest` is what follows /me/todo. */
export function todoReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  const [lists, id, below, ...deeper] = rest;
  if (lists !== 'lists') throw noSuchSegment(lists ?? 'todo');
  demandScope(call, ...call.method === 'GET' ? ['Tasks.Read', 'Tasks.ReadWrite'] : ['Tasks.ReadWrite']);
  if (call.method !== 'GET') allowOnly(call.query, []);
  if (id === undefined) return listsReply(world, mailbox, call);
  if (id === 'delta' && below === undefined) return listsDelta(world, mailbox, call);
  const list = demandList(mailbox, id);
  if (below === undefined) return listReply(world, mailbox, list, call);
  if (below !== 'tasks') throw noSuchSegment(below);
  return tasksReply(world, mailbox, list, call, deeper);
}

function listsReply(world: GraphWorld, mailbox: Mailbox, call: Call): StandInReply {
  if (call.method === 'POST') {
    const made = showList(mailbox, createList(world, mailbox, call.body));
    return ok(call, 201, { '@odata.context': contextOf(call, 'todo/lists/$entity'), ...made });
  }
  if (call.method !== 'GET') throw wrongVerb();
  allowOnly(call.query, ['$top', '$skip']);
  const value = [...mailbox.taskLists.items.values()].map((item) => showList(mailbox, item));
  return ok(call, 200, { '@odata.context': contextOf(call, 'todo/lists'), value });
}

function listReply(world: GraphWorld, mailbox: Mailbox, list: ListItem, call: Call): StandInReply {
  if (call.method === 'DELETE') {
    deleteList(world, mailbox, list);
    return noContent(call);
  }
  if (call.method === 'PATCH') renameList(world, mailbox, list, call.body);
  else if (call.method !== 'GET') throw wrongVerb();
  return ok(call, 200, { '@odata.context': contextOf(call, 'todo/lists/$entity'), ...showList(mailbox, list) });
}

/** `rest` is what follows `tasks`: [], ['delta'], [id] or [id, 'linkedResources', ...]. */
function tasksReply(world: GraphWorld, mailbox: Mailbox, list: ListItem, call: Call, rest: readonly string[]): StandInReply {
  const [id, below, ...deeper] = rest;
  if (id === undefined) {
    if (call.method === 'GET') return pageOfTasks(mailbox, list, call);
    if (call.method !== 'POST') throw wrongVerb();
    const item = createTask(world, mailbox, call.caller.user, list, call.body);
    const shown = showTask(mailbox, item, undefined, item.fields.linkedResources.length > 0);
    return ok(call, 201, { '@odata.context': contextOf(call, taskPath(mailbox, list)), ...shown });
  }
  if (id === 'delta' && below === undefined) return tasksDelta(world, mailbox, list, call);
  const item = demandTask(mailbox, id);
  if (item.folder !== list.n) throw notFound();
  if (below === 'linkedResources') return linkedResourcesReply(world, mailbox, item, call, deeper);
  if (below !== undefined) throw noSuchSegment(below);
  switch (call.method) {
    case 'GET': return one(mailbox, list, item, call);
    case 'PATCH': {
      demandMatch(mailbox.tasks, item, call);
      changeTask(world, mailbox, call.caller.user, item, call.body);
      return one(mailbox, list, item, call);
    }
    case 'DELETE': {
      demandMatch(mailbox.tasks, item, call);
      deleteTask(world, mailbox, item);
      return noContent(call);
    }
    default: throw wrongVerb();
  }
}

const taskPath = (mailbox: Mailbox, list: ListItem): string => `todo/lists('${encodeURIComponent(listId(mailbox, list.n))}')/tasks/$entity`;

function one(mailbox: Mailbox, list: ListItem, item: TaskItem, call: Call): StandInReply {
  if (call.method === 'GET') allowOnly(call.query, ['$select', '$expand']);
  const select = readSelect(call.query, TASKS.properties, TASKS.type);
  return ok(call, 200, { '@odata.context': contextOf(call, taskPath(mailbox, list)), ...showTask(mailbox, item, select, expandsLinks(call)) });
}

function expandsLinks(call: Call): boolean {
  const text = call.query.get('$expand');
  if (text !== null && text !== 'linkedResources') throw new GraphError(400, 'invalidRequest', `The expand expression '${text}' is not supported.`);
  return text !== null;
}

function pageOfTasks(mailbox: Mailbox, list: ListItem, call: Call): StandInReply {
  const hasLinks = expandsLinks(call);
  const withoutExpand = new URLSearchParams(call.query);
  withoutExpand.delete('$expand');
  const { top, skip, select, wantsCount } = listOptions({ ...call, query: withoutExpand }, TASKS);
  const hits = [...mailbox.tasks.items.values()].filter((item) => item.folder === list.n);
  return ok(call, 200, {
    '@odata.context': contextOf(call, taskPath(mailbox, list).replace('/$entity', '')),
    ...(wantsCount ? { '@odata.count': hits.length } : {}),
    value: hits.slice(skip, skip + top).map((item) => showTask(mailbox, item, select, hasLinks)),
    ...(skip + top < hits.length ? { '@odata.nextLink': nextLink(call, top, skip) } : {}),
  });
}

function tasksDelta(world: GraphWorld, mailbox: Mailbox, list: ListItem, call: Call): StandInReply {
  if (call.method !== 'GET') throw wrongVerb();
  const folder = demandFolder(mailbox.tasks, list.n);
  return deltaReply(world, mailbox, {
    shelf: mailbox.tasks, folder, name: 'Tasks', type: 'todoTask', options: ['$select'],
    open: () => ({ select: readSelect(call.query, TASKS.properties, TASKS.type) }),
    rows: (entry, told, { select }) => entryRows(mailbox.tasks, folder.n, entry, told, {
      show: (item) => showTask(mailbox, item, select), idOf: () => taskId(mailbox, { n: entry.n, moves: entry.moves ?? 0 }),
    }),
  }, call);
}

function listsDelta(world: GraphWorld, mailbox: Mailbox, call: Call): StandInReply {
  if (call.method !== 'GET') throw wrongVerb();
  return deltaReply(world, mailbox, {
    shelf: mailbox.taskLists, folder: demandFolder(mailbox.taskLists, LISTS_FOLDER), name: 'Lists', type: 'todoTaskList', options: [],
    open: () => ({ select: undefined }),
    rows: (entry, told) => entryRows(mailbox.taskLists, LISTS_FOLDER, entry, told, {
      show: (item) => showList(mailbox, item), idOf: () => listId(mailbox, entry.n),
    }),
  }, call);
}

interface Shown<F> { readonly show: (item: Item<F>) => Record<string, unknown>; readonly idOf: () => string }

function entryRows<F>(shelf: Shelf<F>, folder: number, entry: LogEntry, told: Told, { show, idOf }: Shown<F>): Record<string, unknown>[] {
  if (!isCurrent(shelf, demandFolder(shelf, folder), entry)) return [];
  const item = shelf.items.get(entry.n);
  if (item) return [show(item)];
  // What came and went between two calls is never told (microsoft-graph-docs#5301).
  return (entry.entered ?? 0) <= told.position ? [{ id: idOf(), '@removed': { reason: 'deleted' } }] : [];
}
