/** A task as Exchange holds it: its days are midnights in UTC whatever the zone. In the words of Graph on the other side. */
import { instantOf } from '../../../sandbox/graph/zones.ts';
import { element, leaf, textOf, type Xml } from '../../../sandbox/ews/xml.ts';
import { ZONE, type RawTask } from '../mailbox.ts';
import { idOf, setField } from './folder.ts';

export const TASK_URIS = ['item:Subject', 'item:Importance', 'task:DueDate', 'task:Status'];

const capital = (word: unknown): string => String(word).charAt(0).toUpperCase() + String(word).slice(1);
const small = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

export function taskXml(task: RawTask): string {
  const due = task['dueDateTime'] as { readonly dateTime: string } | undefined;
  return element('t:Task', {}, [
    leaf('t:Subject', String(task['title'])),
    task['importance'] === undefined ? '' : leaf('t:Importance', capital(task['importance'])),
    due ? leaf('t:DueDate', `${due.dateTime.slice(0, 10)}T00:00:00Z`) : '',
  ].join(''));
}

/** Only the status: percentage and date of completion follow it. */
export function taskChanges(patch: RawTask): readonly string[] {
  return Object.entries(patch).map(([name, value]) => {
    if (name !== 'status') throw new Error(`the hand cannot set ${name} of a task`);
    return setField('Task', 'task:Status', leaf('t:Status', capital(value)));
  });
}

export function readTask(item: Xml): RawTask {
  const day = textOf(item, 't:DueDate')?.slice(0, 10);
  const due = day === undefined ? {} : { dueDateTime: { dateTime: new Date(instantOf(`${day}T00:00:00`, ZONE)).toISOString().slice(0, 19), timeZone: 'UTC' } };
  return {
    id: idOf(item), title: textOf(item, 't:Subject') ?? '', status: small(textOf(item, 't:Status') ?? 'NotStarted'),
    importance: small(textOf(item, 't:Importance') ?? 'Normal'), ...due,
  };
}
