/** Task of Exchange <-> canonical task: `projectTask` reads, `taskPatch` writes. Pure. */
import type { CarryNote } from '../../engine/link.ts';
import type { FieldName, Fields, FieldsDraft, Importance, Seen, TaskField, TaskStatus } from '../../engine/record.ts';
import { bodyText } from '../body-text.ts';
import { cleanLine } from '../clean-text.ts';
import { nearestDay } from '../local-time.ts';
import { note } from '../notes.ts';
import { bodyOf } from './map-event.ts';
import type { Patch } from './patch.ts';
import type { Place, Setting } from './places.ts';
import { bodySetting, field, textSetting } from './places.ts';
import { COMMON, idOf, instantOf, isPrivate, keyOf, leftOf, stampsOf, textIn, versionOf } from './seen.ts';
import type { XmlElement } from './soap.ts';
import { child, childText } from './xml.ts';

export const TASK_FIELDS: ReadonlySet<FieldName> = new Set<TaskField>(['subject', 'dueDate', 'startDate', 'status', 'importance', 'body']);

export const TASK_PLACES: readonly Place[] = [
  ...COMMON, field('item:Importance'), ...['DueDate', 'StartDate', 'Status', 'IsRecurring', 'PercentComplete'].map((name) => field(`task:${name}`)),
];

const STATUSES: Readonly<Record<TaskStatus, string>> = {
  notStarted: 'NotStarted', inProgress: 'InProgress', waiting: 'WaitingOnOthers', deferred: 'Deferred', completed: 'Completed',
};
const IMPORTANCES: Readonly<Record<Importance, string>> = { low: 'Low', normal: 'Normal', high: 'High' };
const DAYS: readonly (readonly [TaskField, string])[] = [['dueDate', 'DueDate'], ['startDate', 'StartDate']];

/** One item stands for all its days, and moves on when one of them is done: it is left alone, as the series of an event is. */
export const isRepeating = (item: XmlElement): boolean => childText(item, 'IsRecurring') === 'true';

/** `zone`: IANA, where the days are days. */
export function projectTask(item: XmlElement, zone: string): Seen {
  const key = keyOf(item);
  const fields = taskFields(item, zone);
  const left = [...(fields.body === undefined ? ['body'] : []), ...leftOf(item)];
  return {
    kind: 'task', id: idOf(item), version: versionOf(item), fields, ...stampsOf(item), ...(key ? { linkKey: key } : {}),
    ...(isPrivate(item) ? { isPrivate: true } : {}), ...(fields.status === 'completed' ? { isClosed: true } : {}),
    ...(left.length > 0 ? { left } : {}),
  };
}

export function taskFields(item: XmlElement, zone: string): Fields {
  const fields: FieldsDraft = { subject: textIn(item, 'Subject') };
  for (const [name, element] of DAYS) fields[name] = dayOf(childText(item, element), zone);
  const status = wordOf(STATUSES, childText(item, 'Status'));
  if (status) fields.status = status;
  const importance = wordOf(IMPORTANCES, childText(item, 'Importance'));
  if (importance) fields.importance = importance;
  const body = bodyText(childText(item, 'Body') ?? '', child(item, 'Body')?.attributes['BodyType'] === 'HTML');
  if (body !== undefined) fields.body = body;
  return fields;
}

const wordOf = <Word extends string>(words: Readonly<Record<Word, string>>, text: string | undefined): Word | undefined =>
  (Object.keys(words) as Word[]).find((word) => words[word] === text);

/** Kept as a date at midnight UTC; an instant of another hour is some program's local midnight (ews.md section 5). */
function dayOf(text: string | undefined, zone: string): string | null {
  const at = instantOf(text);
  if (at === undefined) return null;
  const utc = new Date(at).toISOString();
  const day = utc.includes('T00:00:00') ? utc.slice(0, 10) : nearestDay(at, zone);
  return day.startsWith('0001') ? null : day;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The properties that write `fields`; only what is named. Percentage and day of completion follow the status by themselves. */
export function taskPatch(fields: Fields): Patch {
  const settings: Setting[] = [];
  const notes: CarryNote[] = [];
  const written: FieldName[] = [];
  const write = (name: FieldName, setting: Setting): void => {
    settings.push(setting);
    written.push(name);
  };
  for (const name of Object.keys(fields) as FieldName[]) if (fields[name] !== undefined && !TASK_FIELDS.has(name)) notes.push(note(name, 'notHeld'));
  if (fields.subject !== undefined) write('subject', textSetting('item:Subject', cleanLine(fields.subject)));
  if (fields.body !== undefined) write('body', bodySetting(bodyOf(fields.body)));
  if (fields.importance) write('importance', textSetting('item:Importance', IMPORTANCES[fields.importance as Importance] ?? 'Normal'));
  for (const [name, element] of DAYS) {
    const value = fields[name];
    if (value === undefined) continue;
    if (value !== null && !(typeof value === 'string' && DAY.test(value))) notes.push(note(name, 'notHeld'));
    else write(name, textSetting(`task:${element}`, value === null ? null : `${value}T00:00:00Z`));
  }
  if (fields.status) write('status', textSetting('task:Status', STATUSES[fields.status as TaskStatus] ?? 'NotStarted'));
  return { settings, notes, fields: written };
}
