/** CreateItem: new items of one folder, several a call; nobody is invited. */
import type { XmlNode } from '../xml.ts';
import { el, render } from '../xml.ts';
import type { FolderName } from './item-shape.ts';
import { folderId } from './item-shape.ts';

/** A calendar wants to be told whom to invite (ErrorSendMeetingInvitationsRequired): nobody. */
export const createItems = (folder: FolderName, items: readonly XmlNode[]): string => render(el('m:CreateItem',
  { SendMeetingInvitations: folder === 'calendar' ? 'SendToNone' : undefined },
  el('m:SavedItemFolderId', {}, folderId(folder)), el('m:Items', {}, ...items)));
