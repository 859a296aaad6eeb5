/** Salesforce Task -> canonical fields, and its closed lists of words. Object Reference, Task and TaskStatus. */
import { BODY_MAX } from './limits.ts';
import { linesOf, seenOf, text, type Row } from './row.ts';
import type { FieldName, FieldsDraft, Importance, Seen, TaskStatus } from '../../engine/record.ts';

/** Canonical field -> column. */
export const TASK_COLUMNS = {
  subject: 'Subject', dueDate: 'ActivityDate', status: 'Status', importance: 'Priority', body: 'Description',
} as const satisfies Readonly<Partial<Record<FieldName, string>>>;

/** The labels that every organization starts with; an administrator may rename, add and close them. */
export const STATUS_LABELS: Readonly<Record<TaskStatus, string>> = {
  notStarted: 'Not Started', inProgress: 'In Progress', waiting: 'Waiting on someone else', deferred: 'Deferred', completed: 'Completed',
};

export const PRIORITY_LABELS: Readonly<Record<Importance, string>> = { low: 'Low', normal: 'Normal', high: 'High' };

/** `me` is the user's 18-character id. */
export function taskSeen(row: Row, me: string): Seen {
  const fields: FieldsDraft = {};
  const body = linesOf(row['Description']);
  const isTooLong = body !== null && body.length > BODY_MAX;
  const isClosed = isClosedRow(row);
  if (row['Subject'] !== undefined) fields.subject = text(row['Subject']);
  if (row['ActivityDate'] !== undefined) fields.dueDate = text(row['ActivityDate'])?.slice(0, 10) ?? null;
  if (row['Status'] !== undefined) fields.status = statusOf(String(row['Status']), isClosed);
  if (row['Priority'] !== undefined) fields.importance = importanceOf(String(row['Priority']), row['IsHighPriority'] === true);
  if (row['Description'] !== undefined && !isTooLong) fields.body = body;
  return seenOf('task', row, fields, me, { ...(isClosed ? { isClosed } : {}), ...(isTooLong ? { left: ['body'] } : {}) });
}

/** A user who may not see the flag is left with the label. */
const isClosedRow = (row: Row): boolean =>
  (row['IsClosed'] === undefined ? row['Status'] === STATUS_LABELS.completed : row['IsClosed'] === true);

/** The flag decides; an open label that nobody knows stands for a task that was not started. */
export function statusOf(label: string, isClosed: boolean): TaskStatus {
  if (isClosed) return 'completed';
  const [known] = Object.entries(STATUS_LABELS).find(([, own]) => own.toLowerCase() === label.toLowerCase()) ?? [];
  return known === undefined || known === 'completed' ? 'notStarted' : known as TaskStatus;
}

export function importanceOf(label: string, isHigh: boolean): Importance {
  const word = label.toLowerCase();
  return isHigh || word === 'high' ? 'high' : word === 'low' ? 'low' : 'normal';
}
