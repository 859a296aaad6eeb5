/** The calendar, its views by a window of time, and the delta of a view with everything that bites there. */
import { displayNameOf } from '../identity/accounts.ts';
import type { StandInReply } from '../server.ts';
import { deltaReply } from './delta.ts';
import type { Feed, Told } from './delta.ts';
import { EVENTS, readWindow } from './event-query.ts';
import { showBareOccurrence, showEvent, viewOf } from './event-show.ts';
import { overlaps, windowOf } from './event-times.ts';
import { eventsReply, mayReadCalendar, pageOfEvents } from './events.ts';
import { folderId, immutableId, mutableId } from './ids.ts';
import { CALENDAR_FOLDER, demandFolder, isCurrent } from './mailbox.ts';
import type { LogEntry, Mailbox, TimeWindow } from './mailbox.ts';
import { allowOnly, listOptions, readSelect } from './query.ts';
import { GraphError, contextOf, noSuchSegment, notFound, ok, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { occurrencesIn } from './series.ts';
import type { EventItem, Target } from './series.ts';
import { changeKey } from './version.ts';
import type { GraphWorld } from './world.ts';

/** Below /me/calendar and /me/calendars/{id}: the calendar itself, its events, its views. There is one calendar. */
export function calendarReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  const [below, ...deeper] = rest;
  switch (below) {
    case undefined: return oneCalendar(mailbox, call);
    case 'events': return eventsReply(world, mailbox, call, deeper);
    case 'calendarView': return calendarViewReply(world, mailbox, call, deeper);
    default: throw noSuchSegment(below);
  }
}

export function calendarsReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  const [id, ...deeper] = rest;
  if (id !== undefined) {
    if (id !== folderId(mailbox.calendar.tag, CALENDAR_FOLDER)) throw notFound();
    return calendarReply(world, mailbox, call, deeper);
  }
  mayReadCalendar(call);
  if (call.method !== 'GET') throw wrongVerb();
  allowOnly(call.query, ['$top', '$skip']);
  return ok(call, 200, { '@odata.context': contextOf(call, 'calendars'), value: [showCalendar(mailbox, call)] });
}

function oneCalendar(mailbox: Mailbox, call: Call): StandInReply {
  mayReadCalendar(call);
  if (call.method !== 'GET') throw wrongVerb();
  allowOnly(call.query, ['$select']);
  const all = showCalendar(mailbox, call);
  const names = readSelect(call.query, new Set(Object.keys(all)), 'microsoft.graph.calendar') ?? Object.keys(all);
  const shown = Object.fromEntries(Object.entries(all).filter(([name]) => name === 'id' || names.includes(name)));
  return ok(call, 200, { '@odata.context': contextOf(call, 'calendar/$entity'), ...shown });
}

function showCalendar(mailbox: Mailbox, { caller: { user } }: Call): Record<string, unknown> {
  return {
    id: folderId(mailbox.calendar.tag, CALENDAR_FOLDER), name: 'Calendar', color: 'auto', hexColor: '', isDefaultCalendar: true,
    changeKey: changeKey(mailbox.calendar, { seq: 0 }), canShare: true, canViewPrivateItems: true, canEdit: true,
    allowedOnlineMeetingProviders: ['teamsForBusiness'], defaultOnlineMeetingProvider: 'teamsForBusiness', isTallyingResponses: true,
    isRemovable: false, owner: { name: displayNameOf(user), address: user.login },
  };
}

export function calendarViewReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  mayReadCalendar(call);
  if (call.method !== 'GET') throw wrongVerb();
  if (rest[0] === 'delta' && rest.length === 1) return deltaReply(world, mailbox, viewFeed(mailbox, call), call);
  if (rest[0] !== undefined) throw noSuchSegment(rest[0]);
  // An extended property cannot be asked for here: a filter answers 500, $expand is without effect (msgraph-sdk-dotnet#2375, docs#13385).
  if (call.query.has('$filter')) throw new GraphError(500, 'ErrorInternalServerError', 'An internal server error occurred. The operation failed.');
  const window = readWindow(call.query);
  const options = listOptions(call, EVENTS, ['startDateTime', 'endDateTime'], ['$select', '$expand', '$top', '$skip', '$count']);
  // These two do not come through $select in a view (learn.microsoft.com/graph/api/calendar-list-calendarview).
  const select = options.select?.filter((name) => name !== 'createdDateTime' && name !== 'lastModifiedDateTime');
  return pageOfEvents(mailbox, targetsIn(mailbox, window), { ...options, select, expand: [] }, call);
}

/** Single events, occurrences and exceptions by their start; masters are not in a view. */
export function targetsIn(mailbox: Mailbox, window: TimeWindow): Target[] {
  const found = [...mailbox.calendar.items.values()].flatMap((item): Target[] => {
    if (item.fields.recurrence) return occurrencesIn(item, window).map((occurrence) => ({ kind: 'occurrence', ...occurrence }));
    return overlaps(windowOf(item.fields), window) ? [{ kind: 'whole', item }] : [];
  });
  const startOf = (target: Target): number => windowOf(target.kind === 'occurrence' ? target.fields : target.item.fields).start;
  return found.sort((left, right) => startOf(left) - startOf(right));
}

function viewFeed(mailbox: Mailbox, call: Call): Feed {
  return {
    shelf: mailbox.calendar, folder: demandFolder(mailbox.calendar, CALENDAR_FOLDER), name: 'Calendar', type: 'event',
    options: ['startDateTime', 'endDateTime'],
    open: () => ({ select: undefined, window: readWindow(call.query) }),
    rows: (entry, told, { window }) => (window ? rowsOf(mailbox, call, entry, told, window) : []),
  };
}

/**
 * What is not in the window and was added, changed or deleted since comes as @removed (microsoft-graph-docs#6599): a client cannot tell
 * it from a deletion. A series comes whole, its unchanged occurrences bare, and nothing says that one was deleted.
 */
function rowsOf(mailbox: Mailbox, call: Call, entry: LogEntry, told: Told, window: TimeWindow): Record<string, unknown>[] {
  const { calendar } = mailbox;
  if (!isCurrent(calendar, demandFolder(calendar, CALENDAR_FOLDER), entry)) return [];
  const view = viewOf(call);
  const id = view.isImmutable ? immutableId(calendar.tag, entry.n) : mutableId(calendar.tag, entry.n, entry.moves ?? 0);
  const removal = { id, '@removed': { reason: 'deleted' } };
  const item = calendar.items.get(entry.n);
  if (!item) return (entry.entered ?? 0) <= told.position ? [removal] : [];
  const rows = rowsInWindow(calendar, item, window, view);
  if (rows.length > 0) return rows;
  // In the first round only what the client may have been shown a page ago.
  const isNews = told.firstRound === undefined || (entry.seq > told.firstRound && item.entered <= told.position);
  return isNews ? [removal] : [];
}

function rowsInWindow(calendar: Mailbox['calendar'], item: EventItem, window: TimeWindow, view: ReturnType<typeof viewOf>): Record<string, unknown>[] {
  const whole: Target = { kind: 'whole', item };
  if (!item.fields.recurrence) return overlaps(windowOf(item.fields), window) ? [showEvent(calendar, whole, view)] : [];
  const occurrences = occurrencesIn(item, window).map((occurrence) =>
    (occurrence.isException ? showEvent(calendar, { kind: 'occurrence', ...occurrence }, view) : showBareOccurrence(calendar, occurrence, view)));
  // The order is not defined: the master comes last, so that nobody relies on it.
  return occurrences.length > 0 ? [...occurrences, showEvent(calendar, whole, view)] : [];
}
