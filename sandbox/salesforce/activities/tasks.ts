/** Tasks: closed or open by their status, urgent by their priority (Object Reference, Task). */
import { nowStamp } from '../org.ts';
import type { Org } from '../org.ts';
import { patched, type Row } from '../table.ts';
import { assertNoSeries, assertReminder, withAccount } from './people.ts';
import { dropRelations, mirrorParents } from './relations.ts';
import type { Rules, Save } from './rules.ts';

export const TASK_RULES: Rules = {
  complete,
  saved: (org, row, old) => { mirrorParents(org, 'Task', row, old); },
  removed: (org, row) => { dropRelations(org, 'Task', row.Id); },
};

function complete({ org, row, old }: Save): Row {
  assertNoSeries(row, old);
  assertReminder(row);
  const isClosed = isClosing(org, row['Status']);
  const completed = !isClosed ? undefined : old?.['IsClosed'] === true ? old['CompletedDateTime'] : nowStamp(org);
  return withAccount(org, patched(row, { IsClosed: isClosed, IsHighPriority: row['Priority'] === 'High', CompletedDateTime: completed }), old);
}

/** The picklist takes any text; one that the organization does not know leaves the task open. [unconfirmed] */
const isClosing = (org: Org, status: unknown): boolean =>
  org.settings.taskStatuses.some(({ name, isClosed }) => isClosed && name === status);
