/** A task -> columns. A label that already stands for what is asked is never replaced, so an administrator's own words stay. Pure. */
import { carrySingle, eachField, emptyBag, note, type Bag, type Carried } from './carry.ts';
import { PRIORITY_LABELS, STATUS_LABELS, statusOf, TASK_COLUMNS } from './map-task.ts';
import type { FieldName, Fields, FieldValue, Importance, Seen, TaskStatus } from '../../engine/record.ts';
import type { ObjectShape, StatusLabel } from './describe.ts';

/** `current`: the fresh look that an update rests on. */
export function carryTask(fields: Fields, shape: ObjectShape, current?: Seen): Carried {
  const bag = emptyBag(shape);
  eachField(fields, (name, value) => { carryField(name, value, bag, current); });
  return bag;
}

function carryField(name: FieldName, value: FieldValue | null, bag: Bag, current: Seen | undefined): void {
  switch (name) {
    case 'subject': return carrySingle(name, TASK_COLUMNS.subject, 'prose', value, bag);
    case 'dueDate': return carrySingle(name, TASK_COLUMNS.dueDate, 'date', value, bag);
    case 'body': return carrySingle(name, TASK_COLUMNS.body, 'lines', value, bag);
    case 'status': return carryWord(name, value, (word) => labelOf(word as TaskStatus, bag.shape)?.value, bag, current);
    case 'importance': return carryWord(name, value, (word) => PRIORITY_LABELS[word as Importance], bag, current);
    default: if (value !== null) note(bag, name, 'notHeld');
  }
}

function carryWord(
  name: 'status' | 'importance', word: FieldValue | null, labelFor: (word: string) => string | undefined, bag: Bag, current: Seen | undefined,
): void {
  const column = TASK_COLUMNS[name];
  const shape = bag.shape.fields.get(column);
  if (!shape) return note(bag, name, 'accessDenied');
  // The service requires both: a blank leaves what is there.
  if (typeof word !== 'string') return word === null ? undefined : note(bag, name, 'notHeld');
  if (current?.fields[name] !== word) {
    const label = shape.choices?.get(labelFor(word)?.toLowerCase() ?? '');
    if (label === undefined) return note(bag, name, 'notInPicklist');
    bag.columns[column] = label;
  }
  bag.written[name] = word;
}

/** The usual label where it means the same here; else the organization's own closed one, or its own first. */
function labelOf(word: TaskStatus, shape: ObjectShape): StatusLabel | undefined {
  const choices = shape.fields.get('Status')?.choices;
  const labels = (shape.statuses ?? defaultLabels(choices)).filter(({ value }) => choices?.has(value.toLowerCase()));
  const usual = labels.find(({ value, isClosed }) => value.toLowerCase() === STATUS_LABELS[word].toLowerCase() && statusOf(value, isClosed) === word);
  const same = labels.filter(({ value, isClosed }) => statusOf(value, isClosed) === word);
  return usual ?? same.find(({ isDefault }) => isDefault) ?? same[0];
}

/** Where the list of statuses cannot be read. */
const defaultLabels = (choices: ReadonlyMap<string, string> | undefined): readonly StatusLabel[] =>
  [...new Set(choices?.values() ?? [])].map((value) => ({ value, isClosed: value === STATUS_LABELS.completed, isDefault: false }));
