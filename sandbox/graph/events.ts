/** Routes of events: the collection, one event, the instances of a series. */
import type { StandInReply } from '../server.ts';
import { EVENTS, readWindow } from './event-query.ts';
import { showEvent, viewOf } from './event-show.ts';
import { changeEvent, createEvent, deleteEvent } from './event-writes.ts';
import type { Writer } from './event-writes.ts';
import type { Mailbox } from './mailbox.ts';
import { allowOnly, listOptions, readExpand, readSelect } from './query.ts';
import type { ListOptions } from './query.ts';
import { contextOf, demandScope, nextLink, noContent, noSuchSegment, notFound, ok, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { findTarget, occurrencesIn } from './series.ts';
import type { EventItem, Target } from './series.ts';
import { demandMatch } from './version.ts';
import type { GraphWorld } from './world.ts';

export const mayReadCalendar = (call: Call): void => { demandScope(call, 'Calendars.Read', 'Calendars.ReadWrite'); };

/** `rest` is what follows `events`: [], [id] or [id, 'instances']. */
export function eventsReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  const [id, below, ...deeper] = rest;
  if (call.method === 'GET') mayReadCalendar(call);
  else demandScope(call, 'Calendars.ReadWrite');
  // Refused before anything is written.
  if (call.method !== 'GET') allowOnly(call.query, []);
  viewOf(call);
  const writer: Writer = { world, mailbox, user: call.caller.user, hand: 'api' };
  if (id === undefined) {
    if (call.method === 'GET') return list(mailbox, call);
    if (call.method !== 'POST') throw wrongVerb();
    return one(mailbox, { kind: 'whole', item: createEvent(writer, call.body) }, call, 201);
  }
  // events/delta is in the metadata, but v1.0 promises only the delta of a calendar view.
  if (id === 'delta') throw noSuchSegment('delta');
  const target = findTarget(mailbox.calendar, id);
  if (!target) throw notFound();
  if (below === 'instances' && deeper.length === 0) return instances(mailbox, target, call);
  if (below !== undefined) throw noSuchSegment(below);
  return single(writer, target, call, id);
}

function single(writer: Writer, target: Target, call: Call, id: string): StandInReply {
  const { mailbox } = writer;
  switch (call.method) {
    case 'GET': return one(mailbox, target, call, 200);
    case 'PATCH': {
      demandMatch(mailbox.calendar, target.item, call);
      changeEvent(writer, target, call.body);
      return one(mailbox, findTarget(mailbox.calendar, id) ?? target, call, 200);
    }
    case 'DELETE': {
      demandMatch(mailbox.calendar, target.item, call);
      deleteEvent(writer, target);
      return noContent(call);
    }
    default: throw wrongVerb();
  }
}

function one(mailbox: Mailbox, target: Target, call: Call, status: number): StandInReply {
  if (call.method === 'GET') allowOnly(call.query, ['$select', '$expand']);
  const select = readSelect(call.query, EVENTS.properties, EVENTS.type);
  const shown = showEvent(mailbox.calendar, target, viewOf(call, select, readExpand(call.query)));
  const reply = ok(call, status, { '@odata.context': contextOf(call, 'events/$entity'), ...shown });
  const location = `${call.origin}/v1.0/me/events/${encodeURIComponent(String(shown['id']))}`;
  return status === 201 ? { ...reply, headers: { ...reply.headers, location } } : reply;
}

/** Single events and masters: a list does not expand series (learn.microsoft.com/graph/api/user-list-events). */
function list(mailbox: Mailbox, call: Call): StandInReply {
  const options = listOptions(call, EVENTS);
  const hits: EventItem[] = [];
  for (const item of mailbox.calendar.items.values()) if (!options.filter || options.filter(item.fields)) hits.push(item);
  return pageOfEvents(mailbox, hits.map((item) => ({ kind: 'whole', item })), options, call);
}

export function pageOfEvents(mailbox: Mailbox, hits: readonly Target[], options: Omit<ListOptions<never>, 'filter'>, call: Call): StandInReply {
  const { top, skip } = options;
  const view = viewOf(call, options.select, options.expand);
  return ok(call, 200, {
    '@odata.context': contextOf(call, 'events'),
    ...(options.wantsCount ? { '@odata.count': hits.length } : {}),
    value: hits.slice(skip, skip + top).map((target) => showEvent(mailbox.calendar, target, view)),
    ...(skip + top < hits.length ? { '@odata.nextLink': nextLink(call, top, skip) } : {}),
  });
}

/** Occurrences and exceptions; of an event that does not repeat there are none. */
function instances(mailbox: Mailbox, target: Target, call: Call): StandInReply {
  if (call.method !== 'GET') throw wrongVerb();
  const window = readWindow(call.query);
  const options = listOptions(call, EVENTS, ['startDateTime', 'endDateTime'], ['$select', '$top', '$skip', '$count']);
  const found = target.kind === 'whole' ? occurrencesIn(target.item, window) : [];
  return pageOfEvents(mailbox, found.map((occurrence) => ({ kind: 'occurrence', ...occurrence })), options, call);
}
