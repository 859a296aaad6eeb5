/** SyncFolderItems: what changed in one folder since a state, by id only; what items hold is read by GetItem (learn.microsoft.com, mailbox synchronization). */
import { callError } from '../answers.ts';
import { refusal } from '../errors.ts';
import { CHANGES_PER_PAGE } from '../limits.ts';
import type { EwsCall } from '../soap.ts';
import { messagesOf } from '../soap.ts';
import type { XmlElement } from '../soap.ts';
import { child, childText, el, render } from '../xml.ts';
import type { FolderName } from './item-shape.ts';
import { folderId, itemShape } from './item-shape.ts';

export interface SyncPage {
  /** To be stored when the changes are. */
  readonly state: string;
  /** False although the page may be empty: then the round goes on. */
  readonly isLast: boolean;
  /** By id, each with its last word; items that are neither new, changed nor gone (only read) are left out. */
  readonly changes: ReadonlyMap<string, SyncChange>;
}

export interface SyncChange {
  readonly what: 'create' | 'update' | 'delete';
  /** The element of the item, "Contact"; of a deletion ''. */
  readonly element: string;
}

/** 'lost': the server no longer knows the state, or the folder it belongs to. */
export async function syncFolderItems(call: EwsCall, folder: FolderName, state: string | undefined): Promise<SyncPage | 'lost'> {
  const body = await call('SyncFolderItems', render(el('m:SyncFolderItems', {}, itemShape([]), el('m:SyncFolderId', {}, folderId(folder)),
    state === undefined ? undefined : el('m:SyncState', {}, state), el('m:MaxChangesReturned', {}, String(CHANGES_PER_PAGE)))));
  const [message] = messagesOf(body);
  if (!message) throw refusal('unavailable', { code: 'EWS_NO_MESSAGE' });
  if (state !== undefined && LOST.includes(message.code)) return 'lost';
  if (message.outcome !== 'Success') throw message.code === NO_FOLDER ? refusal('unavailable', { code: 'EWS_NO_FOLDER' }) : callError(message);
  const next = childText(message.element, 'SyncState');
  if (!next) throw refusal('unavailable', { code: 'EWS_PAGE_WITHOUT_STATE' });
  return { state: next, isLast: childText(message.element, 'IncludesLastItemInRange') === 'true', changes: changesIn(message.element) };
}

const NO_FOLDER = 'ErrorSyncFolderNotFound';
const LOST = ['ErrorInvalidSyncStateData', NO_FOLDER];
const WORDS: Readonly<Record<string, SyncChange['what']>> = { Create: 'create', Update: 'update', Delete: 'delete' };

function changesIn(message: XmlElement): ReadonlyMap<string, SyncChange> {
  const changes = new Map<string, SyncChange>();
  for (const one of child(message, 'Changes')?.children ?? []) {
    const what = WORDS[one.name];
    const item = what === 'delete' ? one : one.children[0];
    const id = child(item, 'ItemId')?.attributes['Id'];
    if (what === undefined || item === undefined || !id) continue;
    changes.delete(id);
    changes.set(id, { what, element: what === 'delete' ? '' : item.name });
  }
  return changes;
}
