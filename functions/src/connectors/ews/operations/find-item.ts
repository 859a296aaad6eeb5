/** FindItem: ids and a few properties of the items of a folder, page by page; or of a calendar's days, with the occurrences of series. */
import { callError } from '../answers.ts';
import { refusal } from '../errors.ts';
import { ROWS_PER_PAGE, STALE_PAGES, VIEW_MS, VIEW_ROWS } from '../limits.ts';
import type { Place } from '../places.ts';
import { pathOf } from '../places.ts';
import type { EwsCall, XmlElement } from '../soap.ts';
import { messagesOf } from '../soap.ts';
import type { XmlNode } from '../xml.ts';
import { at, child, el, render } from '../xml.ts';
import type { FolderName } from './item-shape.ts';
import { folderId, itemShape } from './item-shape.ts';

interface Search {
  readonly folder: FolderName;
  readonly places: readonly Place[];
  /** Items that satisfy one of them; where there is none, all. */
  readonly conditions?: readonly XmlNode[];
}

/** Unset properties are equal to nothing. */
export const isEqual = (place: Place, value: string): XmlNode =>
  el('t:IsEqualTo', {}, pathOf(place), el('t:FieldURIOrConstant', {}, el('t:Constant', { Value: value })));

/** The whole text, whatever its case. */
export const isSameText = (place: Place, value: string): XmlNode =>
  el('t:Contains', { ContainmentMode: 'FullString', ContainmentComparison: 'IgnoreCase' }, pathOf(place), el('t:Constant', { Value: value }));

/** A page may be shorter than asked for, and rows shift while items change: they are in no order and may come twice. */
export async function findItems(call: EwsCall, { folder, places, conditions = [] }: Search): Promise<readonly XmlElement[]> {
  const found: XmlElement[] = [];
  const condition = conditions.length > 1 ? el('t:Or', {}, ...conditions) : conditions[0];
  const restriction = condition && el('m:Restriction', {}, condition);
  let offset = 0;
  for (let page = 0; page < STALE_PAGES; page += 1) {
    const view = el('m:IndexedPageItemView', { MaxEntriesReturned: ROWS_PER_PAGE, Offset: offset, BasePoint: 'Beginning' });
    const root = await find(call, folder, places, view, restriction);
    found.push(...(child(root, 'Items')?.children ?? []));
    const next = Number(root.attributes['IndexedPagingOffset']);
    if (root.attributes['IncludesLastItemInRange'] === 'true' || !(next > offset)) return found;
    offset = next;
  }
  throw refusal('unavailable', { code: 'EWS_ENDLESS_LIST' });
}

/** Singles, occurrences and exceptions that touch the interval (milliseconds), never masters. What is too long or too full is asked in halves. */
export async function viewCalendar(call: EwsCall, from: number, to: number, places: readonly Place[]): Promise<readonly XmlElement[]> {
  const halves = async (): Promise<readonly XmlElement[]> => {
    const middle = Math.floor((from + to) / 2000) * 1000;
    return [...await viewCalendar(call, from, middle, places), ...await viewCalendar(call, middle, to, places)];
  };
  if (to - from > VIEW_MS) return halves();
  const root = await find(call, 'calendar', places,
    el('m:CalendarView', { MaxEntriesReturned: VIEW_ROWS, StartDate: stamp(from), EndDate: stamp(to) }));
  const items = child(root, 'Items')?.children ?? [];
  // Some seconds that are fuller than a page can hold are no calendar of a person's.
  const isFull = root.attributes['IncludesLastItemInRange'] === 'false' || items.length >= VIEW_ROWS;
  if (isFull && to - from <= 2000) throw refusal('unavailable', { code: 'EWS_VIEW_TOO_FULL' });
  return isFull ? halves() : items;
}

const stamp = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

async function find(call: EwsCall, folder: FolderName, places: readonly Place[], ...parts: readonly (XmlNode | undefined)[]): Promise<XmlElement> {
  const body = await call('FindItem', render(el('m:FindItem', { Traversal: 'Shallow' }, itemShape(places), ...parts,
    el('m:ParentFolderIds', {}, folderId(folder)))));
  const [message] = messagesOf(body);
  if (!message) throw refusal('unavailable', { code: 'EWS_NO_MESSAGE' });
  const root = at(message.element, 'RootFolder');
  if (message.outcome !== 'Success' || !root) throw callError(message);
  return root;
}
