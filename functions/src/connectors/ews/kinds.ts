/** Contacts and tasks as kinds of items: where they lie, what is asked of them, how they are found. */
import type { Probe } from '../../ports/side.ts';
import { titleKey } from '../probes.ts';
import { CONTACT_PLACES, project } from './map.ts';
import { isRepeating, projectTask, TASK_PLACES } from './map-task.ts';
import { findItems, isSameText } from './operations/find-item.ts';
import { field } from './places.ts';
import type { ItemKind } from './read.ts';
import { findAny } from './read.ts';
import { idOf } from './seen.ts';
import type { EwsCall } from './soap.ts';
import { childText } from './xml.ts';

/** `zone`: IANA, for birthdays. Distribution lists lie in the same folder. */
export const contactKind = (zone: string): ItemKind => ({
  kind: 'contact', folder: 'contacts', element: 'Contact', places: CONTACT_PLACES,
  look: (item) => ({ state: 'live', record: project(item, zone) }),
  find: findContacts,
});

const EMAILS = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'];

async function findContacts(call: EwsCall, probes: readonly Probe[]): Promise<readonly string[]> {
  const addresses = new Set(probes.flatMap(({ emails }) => emails).map((email) => email.trim().toLowerCase()).filter(Boolean));
  const conditions = [...addresses].flatMap((address) => EMAILS.map((index) => isSameText({ uri: 'contacts:EmailAddress', index }, address)));
  return (await findAny(call, 'contacts', conditions, [])).filter(({ name }) => name === 'Contact').map(idOf);
}

/** `zone`: IANA, where the days are days. */
export const taskKind = (zone: string): ItemKind => ({
  kind: 'task', folder: 'tasks', element: 'Task', places: TASK_PLACES,
  look: (item) => (isRepeating(item) ? { state: 'hidden' } : { state: 'live', record: projectTask(item, zone) }),
  find: findTasks,
});

/** No comparison of the server's is as wide as ours, and a person's tasks are few. */
async function findTasks(call: EwsCall, probes: readonly Probe[]): Promise<readonly string[]> {
  const titles = new Set(probes.flatMap(({ subject }) => (subject?.trim() ? titleKey(subject) : [])));
  if (titles.size === 0) return [];
  const tasks = await findItems(call, { folder: 'tasks', places: [field('item:Subject')] });
  return [...new Set(tasks.filter((item) => item.name === 'Task' && titles.has(titleKey(childText(item, 'Subject') ?? ''))).map(idOf))];
}
