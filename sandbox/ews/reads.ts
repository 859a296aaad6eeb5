/** GetItem and FindItem. */
import type { StandInReply } from '../server.ts';
import { EwsError, answer, notValid, success } from './fault.ts';
import { each, findFolder, pageAttributes, readPage } from './folders.ts';
import { itemsIn } from './mailbox.ts';
import type { Folder } from './mailbox.ts';
import { isPath, readPath } from './paths.ts';
import { satisfies, valueOf } from './restriction.ts';
import { demandAttribute, demandChildren } from './schema.ts';
import { findTarget, targetsIn, whole } from './series.ts';
import type { Target } from './series.ts';
import { readShape } from './shapes.ts';
import { showItem } from './show.ts';
import { inZone, readDateTime } from './times.ts';
import { viewOf } from './world.ts';
import type { Call } from './world.ts';
import { element, kidOf } from './xml.ts';
import type { Xml } from './xml.ts';

/** learn.microsoft.com, CalendarView. */
const VIEW_MAX_YEARS = 2;
const VIEW_ROWS = 1000;

export function getItem(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:ItemShape! m:ItemIds!');
  const shape = readShape(kidOf(request, 'm:ItemShape'));
  const ids = kidOf(request, 'm:ItemIds')?.kids ?? [];
  if (ids.length === 0) throw notValid("The element 'ItemIds' has incomplete content.");
  return answer('GetItem', ids.map((id) => each('GetItem', () =>
    success('GetItem', element('m:Items', {}, showItem(viewOf(call, findTarget(call.mailbox, id)), shape, 'get'))), '<m:Items/>')));
}

export function findItem(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:ItemShape! m:IndexedPageItemView|m:FractionalPageItemView|m:SeekToConditionPageItemView|m:CalendarView|m:ContactsView '
    + 'm:GroupBy|m:DistinguishedGroupBy m:Restriction m:SortOrder m:ParentFolderIds! m:QueryString');
  const traversal = demandAttribute(request, 'Traversal', ['Shallow', 'SoftDeleted', 'Associated']);
  const shape = readShape(kidOf(request, 'm:ItemShape'));
  const folders = kidOf(request, 'm:ParentFolderIds')?.kids ?? [];
  return answer('FindItem', folders.map((id) => each('FindItem', () => {
    const folder = findFolder(call, id);
    const { targets, next, total } = kidOf(request, 'm:CalendarView') ? viewed(call, request, folder) : listed(call, request, folder, traversal);
    const items = targets.map((target) => showItem(viewOf(call, target), shape, 'find')).join('');
    return success('FindItem', element('m:RootFolder', pageAttributes(next, total), element('t:Items', {}, items)));
  })));
}

interface Found { readonly targets: readonly Target[]; readonly next: number; readonly total: number }

/** Occurrences in place of masters; no paging, no restriction, no order of one's own. */
function viewed(call: Call, request: Xml, folder: Folder): Found {
  const view = kidOf(request, 'm:CalendarView');
  if (!folder.folderClass.startsWith('IPF.Appointment')) {
    throw new EwsError('ErrorCalendarFolderIsInvalidForCalendarView', 'Calendar view can only be applied to a calendar folder.');
  }
  if (kidOf(request, 'm:Restriction') ?? kidOf(request, 'm:SortOrder')) {
    throw new EwsError('ErrorUnsupportedQueryFilter', 'A calendar view takes neither a restriction nor an order.');
  }
  const [start, end] = ['StartDate', 'EndDate'].map((name) => Date.parse(inZone(readDateTime(view?.attrs[name] ?? '', name), call.zone)));
  if (start === undefined || end === undefined) throw notValid('The calendar view needs both ends.');
  if (end < start) throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate.');
  if (end > yearsAfter(start, VIEW_MAX_YEARS)) {
    throw new EwsError('ErrorCalendarViewRangeTooBig', 'The specified view range exceeds the maximum range of two years.');
  }
  const all = targetsIn(itemsIn(call.mailbox, folder).filter(({ kind, isVanishing }) => kind === 'CalendarItem' && !isVanishing), { start, end });
  const wanted = Number(view?.attrs['MaxEntriesReturned'] ?? VIEW_ROWS);
  if (!Number.isInteger(wanted) || wanted < 1) throw notValid("The 'MaxEntriesReturned' attribute is invalid.");
  const most = Math.min(wanted, VIEW_ROWS);
  return { targets: all.slice(0, most), next: Math.min(most, all.length), total: all.length };
}

function yearsAfter(instant: number, years: number): number {
  const date = new Date(instant);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** By offset, so that what changes meanwhile shifts the rows; a page may be shorter than asked. */
function listed(call: Call, request: Xml, folder: Folder, traversal: string): Found {
  if (kidOf(request, 'm:GroupBy') ?? kidOf(request, 'm:DistinguishedGroupBy') ?? kidOf(request, 'm:QueryString')) {
    throw new EwsError('ErrorUnsupportedQueryFilter', 'The sandbox does not group and takes no query strings.');
  }
  const restriction = kidOf(request, 'm:Restriction')?.kids[0];
  const { offset, size } = readPage(kidOf(request, 'm:IndexedPageItemView'));
  const { findPage, findPageRestricted } = call.world.settings.limits;
  const targets = itemsIn(call.mailbox, folder).filter(({ isVanishing }) => traversal === 'Shallow' && !isVanishing).map(whole)
    .filter((target) => !restriction || satisfies(target, restriction));
  targets.sort(orderOf(kidOf(request, 'm:SortOrder')));
  const shown = targets.slice(offset, offset + Math.min(size, restriction ? findPageRestricted : findPage));
  return { targets: shown, next: offset + shown.length, total: targets.length };
}

/** Without an order: the newest first [unconfirmed]. */
function orderOf(node: Xml | undefined): (left: Target, right: Target) => number {
  const fields = (node?.kids ?? []).map((field) => {
    const path = field.kids.find(isPath);
    if (!path) throw notValid("The element 'FieldOrder' has no path.");
    return { key: readPath(path).key, sign: demandAttribute(field, 'Order', ['Ascending', 'Descending']) === 'Ascending' ? 1 : -1 };
  });
  return (left, right) => {
    for (const { key, sign } of fields) {
      const [a, b] = [left, right].map((target) => String(valueOf(target, key) ?? '').toLowerCase());
      if (a !== b) return (a ?? '') < (b ?? '') ? -sign : sign;
    }
    return right.item.n - left.item.n;
  };
}
