/** What the records of all kinds have in common: id, version, times, our key. Pure. */
import type { Instant, Seen } from '../../engine/record.ts';
import { field } from './places.ts';
import { extendedText } from './places.ts';
import { KEY } from './limits.ts';
import type { XmlElement } from './soap.ts';
import { child, childText, children } from './xml.ts';

/** Asked for of every item. */
export const COMMON = [field('item:Sensitivity'), field('item:Categories'), field('item:HasAttachments'), field('item:DateTimeCreated'),
  field('item:LastModifiedTime'), field('item:Body'), field('item:Subject'), KEY] as const;

export const idOf = (item: XmlElement): string => child(item, 'ItemId')?.attributes['Id'] ?? '';
export const versionOf = (item: XmlElement): string => child(item, 'ItemId')?.attributes['ChangeKey'] ?? '';

export function instantOf(text: string | undefined): Instant | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** An unset property is missing in the reply, and all of them were asked for: missing is blank. */
export function textIn(item: XmlElement | undefined, name: string): string | null {
  const text = childText(item, name);
  return text === undefined || text.trim() === '' ? null : text;
}

/** Personal, private and confidential alike; a value that is new is taken for private. */
export const isPrivate = (item: XmlElement): boolean => (childText(item, 'Sensitivity') ?? 'Normal') !== 'Normal';

export function stampsOf(item: XmlElement): Pick<Seen, 'modifiedAt' | 'createdAt'> {
  const modifiedAt = instantOf(childText(item, 'LastModifiedTime'));
  const createdAt = instantOf(childText(item, 'DateTimeCreated'));
  return { ...(modifiedAt === undefined ? {} : { modifiedAt }), ...(createdAt === undefined ? {} : { createdAt }) };
}

export const keyOf = (item: XmlElement): string | undefined => extendedText(item, KEY)?.toLowerCase();

/** What an event and a task hold beside their fields. */
export const leftOf = (item: XmlElement): readonly string[] => [
  ...(childText(item, 'HasAttachments') === 'true' ? ['attachments'] : []),
  ...(children(child(item, 'Categories'), 'String').length > 0 ? ['categories'] : []),
];
