/** SyncFolderItems and SyncFolderHierarchy: what a client does not know yet, page by page. */
import type { StandInReply } from '../server.ts';
import { EwsError, answer, failure, notValid, success } from './fault.ts';
import { findFolder, folderNotFound, foldersBelow, readFolderShape, showFolder } from './folders.ts';
import { folderId, itemId, readItemId } from './ids.ts';
import { demandWellKnown, itemsIn, removeItem } from './mailbox.ts';
import type { Folder, Item } from './mailbox.ts';
import { demandChildren } from './schema.ts';
import { whole } from './series.ts';
import { readShape } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { showItem } from './show.ts';
import { firstState, isIn, numbersOf, readState, runsOf, writeState } from './sync-state.ts';
import type { SyncState } from './sync-state.ts';
import { viewOf } from './world.ts';
import type { Call } from './world.ts';
import { element, kidOf, leaf, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

const MAX_CHANGES = 512;
const invalidState = (): EwsError => new EwsError('ErrorInvalidSyncStateData', 'Synchronization state data is corrupt or otherwise invalid.');

export function syncItems(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:ItemShape! m:SyncFolderId! m:SyncState m:Ignore m:MaxChangesReturned! m:SyncScope');
  const shape = readShape(kidOf(request, 'm:ItemShape'));
  const most = readMost(textOf(request, 'm:MaxChangesReturned'));
  const ignored = new Set((kidOf(request, 'm:Ignore')?.kids ?? []).map(({ attrs }) => readItemId(call.mailbox.tag, attrs['Id'] ?? '')?.n));
  return syncAnswer('SyncFolderItems', 'm:IncludesLastItemInRange', () => {
    const folder = folderToSync(call, kidOf(request, 'm:SyncFolderId')?.kids[0]);
    const state = stateOf(call, `items/${folder.n}`, textOf(request, 'm:SyncState'));
    return itemsPage(call, folder, state, shape, most, ignored);
  });
}

/** The schema holds it to 1 to 512. */
function readMost(text: string | undefined): number {
  const most = Number(text);
  if (Number.isInteger(most) && most >= 1 && most <= MAX_CHANGES) return most;
  throw notValid(`The 'MaxChangesReturned' element is invalid - The value '${text ?? ''}' is invalid according to its datatype 'MaxSyncChangesReturnedType'.`);
}

function folderToSync(call: Call, id: Xml | undefined): Folder {
  try {
    return findFolder(call, id);
  } catch (error) {
    if (error instanceof EwsError && error.code === 'ErrorFolderNotFound') throw folderNotFound('ErrorSyncFolderNotFound');
    throw error;
  }
}

function stateOf({ mailbox }: Call, scope: string, text: string | undefined): SyncState {
  if (text === undefined || text === '') return firstState(scope, mailbox.syncEpoch);
  const state = readState(text, scope, mailbox.syncEpoch);
  if (!state) throw invalidState();
  return state;
}

interface Page { readonly state: SyncState; readonly isLast: boolean; readonly changes: readonly string[] }

/** Also in an error there is a state, an empty one (contracts of the service). */
function syncAnswer(operation: string, last: string, work: () => Page): StandInReply {
  try {
    const { state, isLast, changes } = work();
    return answer(operation, [success(operation, leaf('m:SyncState', writeState(state)) + leaf(last, isLast) + element('m:Changes', {}, changes.join('')))]);
  } catch (error) {
    if (!(error instanceof EwsError) || error.constructor !== EwsError) throw error;
    return answer(operation, [failure(operation, error, `<m:SyncState/>${leaf(last, true)}`)]);
  }
}

interface News { readonly fresh: readonly Item[]; readonly gone: readonly number[] }

function itemsPage(call: Call, folder: Folder, state: SyncState, shape: Shape, most: number, ignored: ReadonlySet<number | undefined>): Page {
  const { mailbox, world } = call;
  if (state.all === mailbox.seq) return { state, isLast: true, changes: [] };
  const { fresh, gone } = newsOf(call, folder, state, ignored);
  const { odd } = world.settings;
  if (fresh.length + gone.length === 0) return { state, isLast: true, changes: [] };
  if (world.dice(odd.emptyPages)) return { state, isLast: false, changes: [] };
  const shown = fresh.slice(0, most);
  const removed = gone.slice(0, most - shown.length);
  const isLast = shown.length === fresh.length && removed.length === gone.length;
  const again = repeated(call, folder, state, shown.length + removed.length < most && shown.length + removed.length > 0);
  const show = (word: string, item: Item): string => element(`t:${word}`, {}, showItem(viewOf(call, whole(item)), shape, 'sync'));
  const changes = [
    ...shown.map((item) => show(isIn(state.given, item.n) ? 'Update' : 'Create', item)),
    ...again.map((item) => show('Update', item)),
    ...removed.map((n) => element('t:Delete', {}, element('t:ItemId', { Id: itemId(mailbox.tag, n), ChangeKey: 'DwAAABYAAAA=' }))),
  ];
  const given = new Set([...numbersOf(state.given), ...shown.map(({ n }) => n)]);
  for (const n of removed) given.delete(n);
  const next: SyncState = {
    ...state, given: runsOf(given),
    // What is ignored stays unknown, so it is told once it is no longer ignored.
    all: isLast && ignored.size === 0 ? mailbox.seq : state.all,
    seen: isLast && ignored.size === 0 ? [] : runsOf([...numbersOf(state.seen), ...shown.map(({ seq }) => seq)]),
  };
  for (const item of shown.filter(({ isVanishing }) => isVanishing)) removeItem(mailbox, item);
  return { state: next, isLast, changes };
}

/** At first the newest come first (learn.microsoft.com, SyncFolderItems since Exchange 2010 SP2); later in order of the writes. */
function newsOf({ mailbox }: Call, folder: Folder, state: SyncState, ignored: ReadonlySet<number | undefined>): News {
  const present = itemsIn(mailbox, folder);
  const fresh = present.filter(({ n, seq }) => seq > state.all && !isIn(state.seen, seq) && !ignored.has(n));
  fresh.sort((left, right) => (state.all === 0 ? right.n - left.n : left.seq - right.seq));
  const here = new Set(present.map(({ n }) => n));
  return { fresh, gone: [...numbersOf(state.given)].filter((n) => !here.has(n)) };
}

/** One that the client has already, drawn by chance; not the ones of this page. */
function repeated({ mailbox, world }: Call, folder: Folder, state: SyncState, hasRoom: boolean): Item[] {
  if (!hasRoom || !world.dice(world.settings.odd.repeats)) return [];
  const known = itemsIn(mailbox, folder).find(({ n, seq }) => isIn(state.given, n) && (seq <= state.all || isIn(state.seen, seq)));
  return known ? [known] : [];
}

/** Without a folder the scope is another than that of the root, though they hold the same (learn.microsoft.com, handling-synchronization). */
export function syncHierarchy(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:FolderShape! m:SyncFolderId m:SyncState');
  const shape = readFolderShape(kidOf(request, 'm:FolderShape'));
  return syncAnswer('SyncFolderHierarchy', 'm:IncludesLastFolderInRange', () => {
    const { mailbox } = call;
    const id = kidOf(request, 'm:SyncFolderId')?.kids[0];
    const top = id ? folderToSync(call, id) : demandWellKnown(mailbox, 'msgfolderroot');
    const state = stateOf(call, `folders/${id ? top.n : 'null'}`, textOf(request, 'm:SyncState'));
    const present = foldersBelow(mailbox, top, true);
    const here = new Set(present.map(({ n }) => n));
    const fresh = present.filter(({ seq }) => seq > state.all);
    const gone = [...numbersOf(state.given)].filter((n) => !here.has(n));
    return {
      state: { ...state, given: runsOf(here), all: mailbox.seq, seen: [] }, isLast: true,
      changes: [
        ...fresh.map((folder) => element(isIn(state.given, folder.n) ? 't:Update' : 't:Create', {}, showFolder(mailbox, folder, shape))),
        ...gone.map((n) => element('t:Delete', {}, element('t:FolderId', { Id: folderId(mailbox.tag, n) }))),
      ],
    };
  });
}
