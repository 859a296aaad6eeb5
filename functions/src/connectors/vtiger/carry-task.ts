/** A task -> columns. A word that already stands for what is asked is never replaced, so an administrator's own words stay. Pure. */
import { carrySingle, eachField, emptyBag, note, type Bag, type Carried } from './carry.ts';
import { PRIORITY_WORDS, STATUS_WORDS, TASK_COLUMNS } from './map-task.ts';
import { memoOf } from './row.ts';
import { instantAt } from '../local-time.ts';
import type { FieldName, Fields, FieldValue, Importance, Seen, TaskStatus } from '../../engine/record.ts';
import type { ActivityParts } from './carry-event.ts';

/** `today`: of the user, who gets a task without a due date under it. */
export function carryTask(fields: Fields, parts: ActivityParts, today: string): Carried {
  const bag = emptyBag(parts.shape);
  eachField(fields, (name, value) => { carryField(name, value, bag, parts); });
  if (!parts.current) Object.assign(bag.columns, birthColumns(bag, parts, today));
  return bag;
}

/** Mandatory columns, and the type, without which a task turns into an event. It starts at nine on the day that it is due. */
function birthColumns({ columns, shape }: Bag, { zone }: ActivityParts, today: string): Record<string, string> {
  const due = columns[TASK_COLUMNS.dueDate] || undefined;
  const day = due ?? today;
  const words = shape.fields.get(TASK_COLUMNS.status)?.choices;
  const start = new Date(instantAt(`${day}T09:00:00`, zone) ?? Date.parse(`${day}T09:00:00Z`)).toISOString();
  return {
    activitytype: 'Task', date_start: start.slice(0, 10), time_start: start.slice(11, 19), due_date: day,
    ...(due === undefined && shape.fields.has('notime') ? { notime: '1' } : {}),
    ...(columns[TASK_COLUMNS.status] === undefined ? { taskstatus: wordOf(words, STATUS_WORDS.notStarted) ?? 'Not Started' } : {}),
  };
}

function carryField(name: FieldName, value: FieldValue | null, bag: Bag, { current }: ActivityParts): void {
  switch (name) {
    case 'subject': return carrySingle(name, [TASK_COLUMNS.subject, 'prose', 255], value, bag);
    case 'body': return carrySingle(name, [TASK_COLUMNS.body, 'lines', 65_535], value, bag);
    case 'dueDate': return carryDueDate(value, bag, current);
    case 'status': return carryWord(name, value, STATUS_WORDS[value as TaskStatus] ?? [], bag, current);
    case 'importance': return carryWord(name, value, [PRIORITY_WORDS[value as Importance] ?? ''], bag, current);
    default: if (value !== null) note(bag, name, 'notHeld');
  }
}

/** Blank is the day of the start, marked. */
function carryDueDate(value: FieldValue | null, bag: Bag, current: Seen | undefined): void {
  const { isMarked = false, startDay } = memoOf(current);
  if (value !== null) {
    carrySingle('dueDate', [TASK_COLUMNS.dueDate, 'date', 10], value, bag);
    if (isMarked && bag.written.dueDate !== undefined) bag.columns['notime'] = '0';
    return;
  }
  if (!current) {
    bag.written.dueDate = null;
    return;
  }
  if (startDay === undefined || !bag.shape.fields.has('notime') || !bag.shape.fields.has(TASK_COLUMNS.dueDate)) return note(bag, 'dueDate', 'noText');
  bag.columns[TASK_COLUMNS.dueDate] = startDay;
  bag.columns['notime'] = '1';
  bag.written.dueDate = null;
}

function carryWord(name: 'status' | 'importance', word: FieldValue | null, words: readonly string[], bag: Bag, current: Seen | undefined): void {
  const column = TASK_COLUMNS[name];
  const shape = bag.shape.fields.get(column);
  if (!shape) return note(bag, name, 'accessDenied');
  // A blank leaves what is there: both have a meaning without one.
  if (typeof word !== 'string') return word === null ? undefined : note(bag, name, 'notHeld');
  if (current?.fields[name] !== word) {
    const label = wordOf(shape.choices, words);
    if (label === undefined) return note(bag, name, 'notInPicklist');
    bag.columns[column] = label;
  }
  bag.written[name] = word;
}

/** The first of the words that the list offers. */
function wordOf(choices: ReadonlyMap<string, string> | undefined, words: readonly string[]): string | undefined {
  const known = words.flatMap((word) => (choices ? choices.get(word.toLowerCase()) ?? [] : word === '' ? [] : [word]));
  return known[0];
}
