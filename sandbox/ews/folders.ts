/** Folders: the one that an id means, and the operations GetFolder and FindFolder. */
import type { StandInReply } from '../server.ts';
import { EwsError, answer, failure, malformedId, notValid, success } from './fault.ts';
import { changeKey, folderId, readFolderId } from './ids.ts';
import { itemsIn, wellKnownFolder } from './mailbox.ts';
import type { Folder, Mailbox } from './mailbox.ts';
import { readPath } from './paths.ts';
import { demandAttribute, demandChildren } from './schema.ts';
import type { Call } from './world.ts';
import { element, kidOf, leaf, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

const ELEMENTS: Readonly<Record<string, string>> = { 'IPF.Appointment': 'CalendarFolder', 'IPF.Contact': 'ContactsFolder', 'IPF.Task': 'TasksFolder' };
const PROPERTIES = ['FolderId', 'ParentFolderId', 'FolderClass', 'DisplayName', 'TotalCount', 'ChildFolderCount', 'DistinguishedFolderId'];
const DEFAULT = ['FolderId', 'DisplayName', 'TotalCount', 'ChildFolderCount'];

export const folderNotFound = (code = 'ErrorFolderNotFound'): EwsError => new EwsError(code, 'The specified folder could not be found in the store.');

/** t:FolderId or t:DistinguishedFolderId; a distinguished one may name a mailbox, which must be the caller's own. */
export function findFolder({ mailbox, owner }: Call, node: Xml | undefined): Folder {
  if (node?.name === 't:DistinguishedFolderId') {
    const address = textOf(kidOf(node, 't:Mailbox'), 't:EmailAddress');
    if (address !== undefined && address.toLowerCase() !== owner.address.toLowerCase()) {
      throw new EwsError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
    }
    const found = wellKnownFolder(mailbox, node.attrs['Id'] ?? '');
    if (!found) throw folderNotFound();
    return found;
  }
  if (node?.name !== 't:FolderId') throw notValid('A folder id is missing.');
  const n = readFolderId(mailbox.tag, node.attrs['Id'] ?? '');
  if (n === null) throw malformedId();
  const folder = mailbox.folders.get(n ?? 0);
  if (!folder) throw folderNotFound();
  return folder;
}

export interface FolderShape { readonly names: ReadonlySet<string> }

export function readFolderShape(node: Xml | undefined): FolderShape {
  if (!node) throw notValid("The element 'FolderShape' is missing.");
  demandChildren(node, 't:BaseShape! t:AdditionalProperties');
  const base = textOf(node, 't:BaseShape')?.trim();
  const names = base === 'IdOnly' ? ['FolderId'] : base === 'Default' ? DEFAULT : base === 'AllProperties' ? PROPERTIES : undefined;
  if (!names) throw notValid('The shape is not known.');
  const extra = (kidOf(node, 't:AdditionalProperties')?.kids ?? []).map(readPath);
  return { names: new Set([...names, ...extra.map(({ uri }) => uri.replace('folder:', ''))]) };
}

export function showFolder(mailbox: Mailbox, folder: Folder, { names }: FolderShape): string {
  const parent = mailbox.folders.get(folder.parent);
  const children = [...mailbox.folders.values()].filter((other) => other.parent === folder.n).length;
  const all: Readonly<Record<string, string | undefined>> = {
    FolderId: element('t:FolderId', { Id: folderId(mailbox.tag, folder.n), ChangeKey: changeKey(folder.seq) }),
    ParentFolderId: parent && element('t:ParentFolderId', { Id: folderId(mailbox.tag, parent.n), ChangeKey: changeKey(parent.seq) }),
    FolderClass: folder.folderClass ? leaf('t:FolderClass', folder.folderClass) : undefined,
    DisplayName: leaf('t:DisplayName', folder.name),
    TotalCount: leaf('t:TotalCount', itemsIn(mailbox, folder).length),
    ChildFolderCount: leaf('t:ChildFolderCount', children),
    DistinguishedFolderId: folder.wellKnown ? leaf('t:DistinguishedFolderId', folder.wellKnown) : undefined,
  };
  return element(`t:${ELEMENTS[/^IPF\.\w+/.exec(folder.folderClass)?.[0] ?? ''] ?? 'Folder'}`, {},
    PROPERTIES.filter((name) => names.has(name)).map((name) => all[name] ?? '').join(''));
}

export function getFolder(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:FolderShape! m:FolderIds!');
  const shape = readFolderShape(kidOf(request, 'm:FolderShape'));
  return answer('GetFolder', (kidOf(request, 'm:FolderIds')?.kids ?? []).map((id) => each('GetFolder', () =>
    success('GetFolder', element('m:Folders', {}, showFolder(call.mailbox, findFolder(call, id), shape))), '<m:Folders/>')));
}

export function foldersBelow(mailbox: Mailbox, top: Folder, isDeep: boolean): Folder[] {
  const children = [...mailbox.folders.values()].filter(({ parent }) => parent === top.n);
  return isDeep ? children.flatMap((child) => [child, ...foldersBelow(mailbox, child, true)]) : children;
}

export function findFolders(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:FolderShape! m:IndexedPageFolderView|m:FractionalPageFolderView m:Restriction m:ParentFolderIds!');
  const isDeep = demandAttribute(request, 'Traversal', ['Shallow', 'Deep', 'SoftDeleted']) === 'Deep';
  const shape = readFolderShape(kidOf(request, 'm:FolderShape'));
  if (kidOf(request, 'm:Restriction')) throw new EwsError('ErrorUnsupportedQueryFilter', 'The sandbox takes no restriction on folders.');
  const page = readPage(kidOf(request, 'm:IndexedPageFolderView'));
  return answer('FindFolder', (kidOf(request, 'm:ParentFolderIds')?.kids ?? []).map((id) => each('FindFolder', () => {
    const all = foldersBelow(call.mailbox, findFolder(call, id), isDeep);
    const shown = all.slice(page.offset, page.offset + page.size);
    return success('FindFolder', element('m:RootFolder', pageAttributes(page.offset + shown.length, all.length),
      element('t:Folders', {}, shown.map((folder) => showFolder(call.mailbox, folder, shape)).join(''))));
  })));
}

export interface Page { readonly offset: number; readonly size: number }

/** IndexedPageItemView or IndexedPageFolderView; without one, everything. */
export function readPage(node: Xml | undefined): Page {
  if (!node) return { offset: 0, size: Infinity };
  demandAttribute(node, 'BasePoint', ['Beginning', 'End']);
  const offset = Number(node.attrs['Offset']);
  const size = Number(node.attrs['MaxEntriesReturned'] ?? Infinity);
  if (!Number.isInteger(offset) || size < 1 || Number.isNaN(size)) throw notValid('The view is invalid.');
  if (offset < 0) throw new EwsError('ErrorInvalidIndexedPagingParameters', 'Offset cannot be negative.');
  return { offset, size };
}

export const pageAttributes = (next: number, total: number): Readonly<Record<string, string | number | boolean>> =>
  ({ IndexedPagingOffset: next, TotalItemsInView: total, IncludesLastItemInRange: next >= total });

/** One message of a batch: what goes wrong with it goes wrong with it alone. Faults end the request. */
export function each(operation: string, work: () => string, empty = ''): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof EwsError && error.constructor === EwsError) return failure(operation, error, empty);
    throw error;
  }
}
