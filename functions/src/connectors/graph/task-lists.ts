/** The task lists of a mailbox, fetched once a run when somebody needs to know them. */
import type { GraphClient } from './client.ts';
import { refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { stringOf } from './json.ts';
import { listAll } from './looks.ts';

export interface TaskLists {
  /** All lists that hold tasks; flagged mails are no tasks. */
  ids(): Promise<readonly string[]>;
  /** Where new tasks go. Throws SyncError `unavailable` where the mailbox shows none (microsoft-graph-explorer-v4#3960). */
  standard(): Promise<string>;
}

/** It shows mails (learn.microsoft.com/graph/api/resources/todotasklist). */
export const isOfMails = (list: JsonObject): boolean => list['wellknownListName'] === 'flaggedEmails';

export const listPath = (list: string): string => `/me/todo/lists/${encodeURIComponent(list)}`;

export function makeTaskLists(client: GraphClient): TaskLists {
  let known: readonly JsonObject[] | undefined;
  const all = async (): Promise<readonly JsonObject[]> => {
    known ??= (await listAll(client, [{ method: 'GET', url: '/me/todo/lists' }])).flat().filter((list) => !isOfMails(list));
    return known;
  };
  return {
    ids: async () => (await all()).flatMap((list) => stringOf(list['id']) ?? []),
    standard: async () => {
      const id = stringOf((await all()).find((list) => list['wellknownListName'] === 'defaultList')?.['id']);
      if (id === undefined) throw refusal('unavailable', { code: 'GRAPH_NO_TASK_LIST' });
      return id;
    },
  };
}
