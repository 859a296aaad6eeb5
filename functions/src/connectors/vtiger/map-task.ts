/**
 * A record of Calendar (tasks) -> canonical fields, and its lists of words. The due date is a date of its owner and is never shifted. It is
 * mandatory there: where a task has none, the day of its start stands in it, with `notime` as a mark (the CRM's pages ignore it).
 */
import { BODY_LENGTH } from '../body-text.ts';
import { localTime } from '../local-time.ts';
import { instantOf, type ActivityView } from './map-event.ts';
import { isOn, linesOf, mayMail, seenOf, text, type Row } from './row.ts';
import type { FieldName, FieldsDraft, Importance, Seen, TaskStatus } from '../../engine/record.ts';

/** Canonical field -> column. The start is mandatory too, and cannot be told from a fill: it is no field of ours. */
export const TASK_COLUMNS = {
  subject: 'subject', dueDate: 'due_date', status: 'taskstatus', importance: 'taskpriority', body: 'description',
} as const satisfies Readonly<Partial<Record<FieldName, string>>>;

/** The words of a fresh install, in the order in which they are written; what stands behind the first is only read. */
export const STATUS_WORDS: Readonly<Record<TaskStatus, readonly string[]>> = {
  notStarted: ['Not Started', 'Planned'], inProgress: ['In Progress'], waiting: ['Pending Input'], deferred: ['Deferred'], completed: ['Completed'],
};

export const PRIORITY_WORDS: Readonly<Record<Importance, string>> = { low: 'Low', normal: 'Medium', high: 'High' };

export function taskSeen(row: Row, view: ActivityView): Seen {
  const fields: FieldsDraft = {};
  const body = linesOf(row['description']);
  const isTooLong = body !== null && body.length > BODY_LENGTH;
  const status = statusOf(text(row['taskstatus']) ?? '');
  const startDay = startDayOf(row, view.zone);
  const dueDate = dateOf(row['due_date']);
  const isMarked = isOn(row['notime']);
  if (row['subject'] !== undefined) fields.subject = text(row['subject']);
  if (row['due_date'] !== undefined) fields.dueDate = isMarked && dueDate === startDay ? null : dueDate;
  if (row['taskstatus'] !== undefined) fields.status = status;
  if (row['taskpriority'] !== undefined) fields.importance = importanceOf(text(row['taskpriority']) ?? '');
  if (row['description'] !== undefined && !isTooLong) fields.body = body;
  return seenOf('task', row, fields, view, {
    memo: { mayMail: mayMail(row), isMarked, ...(startDay === undefined ? {} : { startDay }) },
    ...(status === 'completed' ? { isClosed: true } : {}),
    ...(text(row['visibility']) === 'Private' ? { isPrivate: true } : {}),
    ...(isTooLong ? { left: ['body'] } : {}),
  });
}

const dateOf = (value: unknown): string | null => {
  const date = text(value)?.slice(0, 10) ?? null;
  return date?.startsWith('0000') ? null : date;
};

function startDayOf(row: Row, zone: string): string | undefined {
  const start = instantOf(row['date_start'], row['time_start']);
  return start === undefined ? dateOf(row['date_start']) ?? undefined : localTime(start, zone).slice(0, 10);
}

/** A word that nobody knows stands for a task that was not started. */
export function statusOf(word: string): TaskStatus {
  const known = Object.entries(STATUS_WORDS).find(([, words]) => words.some((one) => one.toLowerCase() === word.toLowerCase()));
  return known ? known[0] as TaskStatus : 'notStarted';
}

export function importanceOf(word: string): Importance {
  const lower = word.toLowerCase();
  return lower === 'high' ? 'high' : lower === 'low' ? 'low' : 'normal';
}
