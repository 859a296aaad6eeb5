/** Items of a default folder: found page by page, read in batches, changed and deleted without a mail to anybody. */
import { fieldNode, find, getItem, idOnly, itemNode, named } from '../../../sandbox/ews/test-client.ts';
import { kidOf, textOf, type Xml } from '../../../sandbox/ews/xml.ts';
import { demandSuccess, idOfMade, type Wire } from './wire.ts';

export type FolderName = 'contacts' | 'calendar' | 'tasks';

const PAGE = 250;
/** learn.microsoft.com advises small batches: the server may sleep between items. */
const BATCH = 25;

/** All items of the folder with these properties; masters of series, not what they stand for. */
export async function itemsOf(wire: Wire, folder: FolderName, uris: readonly string[]): Promise<readonly Xml[]> {
  const items: Xml[] = [];
  for (let offset = 0; ;) {
    const [message] = await wire.call(`<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly(uris.map(fieldNode).join(''))}</m:ItemShape>`
      + `<m:IndexedPageItemView MaxEntriesReturned="${PAGE}" Offset="${offset}" BasePoint="Beginning"/>`
      + `<m:ParentFolderIds>${named(folder)}</m:ParentFolderIds></m:FindItem>`);
    const root = kidOf(message, 'm:RootFolder');
    items.push(...kidOf(root, 't:Items')?.kids ?? []);
    const next = Number(root?.attrs['IndexedPagingOffset'] ?? offset);
    if (root?.attrs['IncludesLastItemInRange'] !== 'false' || next <= offset) return items;
    offset = next;
  }
}

/** What a calendar shows between two instants, occurrences in place of masters. */
export async function viewOf(wire: Wire, from: number, to: number, uris: readonly string[]): Promise<readonly Xml[]> {
  const [message] = await wire.call(`<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly(uris.map(fieldNode).join(''))}</m:ItemShape>`
    + `<m:CalendarView StartDate="${new Date(from).toISOString()}" EndDate="${new Date(to).toISOString()}"/>`
    + `<m:ParentFolderIds>${named('calendar')}</m:ParentFolderIds></m:FindItem>`);
  const root = kidOf(message, 'm:RootFolder');
  if (root?.attrs['IncludesLastItemInRange'] !== 'false') return kidOf(root, 't:Items')?.kids ?? [];
  // It has no pages: the rest lies in halves. What reaches over the middle is in both.
  const middle = Math.floor((from + to) / 2);
  const both = [...await viewOf(wire, from, middle, uris), ...await viewOf(wire, middle, to, uris)];
  return [...new Map(both.map((item) => [idOf(item), item])).values()];
}

/** Everything asked of them, bodies as text; what has gone meanwhile is left out. */
export async function readItems(wire: Wire, ids: readonly string[], paths: string): Promise<readonly Xml[]> {
  const items: Xml[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const nodes = ids.slice(at, at + BATCH).map((id) => itemNode(escaped(id))).join('');
    const request = getItem(nodes, paths).replace('<t:AdditionalProperties>', '<t:BodyType>Text</t:BodyType><t:AdditionalProperties>');
    for (const message of await wire.ask(request)) {
      if (textOf(message, 'm:ResponseCode') === 'ErrorItemNotFound') continue;
      demandSuccess(message);
      items.push(...kidOf(message, 'm:Items')?.kids ?? []);
    }
  }
  return items;
}

/** `item` is the whole element; answers its id. */
export async function makeItem(wire: Wire, folder: FolderName, item: string): Promise<string> {
  const [message] = await wire.call(`<m:CreateItem SendMeetingInvitations="SendToNone"><m:SavedItemFolderId>${named(folder)}</m:SavedItemFolderId>`
    + `<m:Items>${item}</m:Items></m:CreateItem>`);
  return idOfMade(message);
}

/** As a person does whose window shows the item: what he writes stands, whoever wrote meanwhile. */
export async function changeItem(wire: Wire, id: string, changes: readonly string[]): Promise<void> {
  await wire.call('<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly" SendMeetingInvitationsOrCancellations="SendToNone">'
    + `<m:ItemChanges><t:ItemChange>${itemNode(escaped(id))}<t:Updates>${changes.join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`);
}

/** Of an occurrence: that one only. False when there is no such item any more. */
export async function removeItem(wire: Wire, id: string, type: 'MoveToDeletedItems' | 'HardDelete'): Promise<boolean> {
  const [message] = await wire.ask(`<m:DeleteItem DeleteType="${type}" SendMeetingCancellations="SendToNone" AffectedTaskOccurrences="AllOccurrences">`
    + `<m:ItemIds>${itemNode(escaped(id))}</m:ItemIds></m:DeleteItem>`);
  if (!message || textOf(message, 'm:ResponseCode') === 'ErrorItemNotFound') return false;
  demandSuccess(message);
  return true;
}

/** Changes of one property: `leaf` is its element, null takes the property away. */
export function setField(kind: 'Contact' | 'CalendarItem' | 'Task', uri: string, leaf: string | null): string {
  return setPath(kind, fieldNode(uri), leaf);
}

export function setPath(kind: 'Contact' | 'CalendarItem' | 'Task', path: string, leaf: string | null): string {
  return leaf === null ? `<t:DeleteItemField>${path}</t:DeleteItemField>` : `<t:SetItemField>${path}<t:${kind}>${leaf}</t:${kind}></t:SetItemField>`;
}

export function idOf(item: Xml): string {
  return find(item, 't:ItemId')?.attrs['Id'] ?? '';
}

const escaped = (id: string): string => id.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
