/** What a reading operation shows of each item: its id and these properties, and nothing by default. */
import type { Place } from '../places.ts';
import { pathOf } from '../places.ts';
import type { XmlNode } from '../xml.ts';
import { el } from '../xml.ts';

/** Bodies come as text; a list cuts them, so that only GetItem asks for them. */
export function itemShape(places: readonly Place[]): XmlNode {
  return el('m:ItemShape', {}, el('t:BaseShape', {}, 'IdOnly'), el('t:BodyType', {}, 'Text'),
    places.length > 0 ? el('t:AdditionalProperties', {}, ...places.map(pathOf)) : undefined);
}

export const itemId = (id: string, version = ''): XmlNode => el('t:ItemId', { Id: id, ChangeKey: version || undefined });

/** The series of an occurrence. */
export const masterOf = (occurrence: string): XmlNode => el('t:RecurringMasterItemId', { OccurrenceId: occurrence });

export type FolderName = 'contacts' | 'calendar' | 'tasks';

export const folderId = (name: FolderName): XmlNode => el('t:DistinguishedFolderId', { Id: name });

/** Lists in pieces of so many. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
