/** Events: looks by id, search among the days of the calendar, recall by our key. */
import type { Look, Seen } from '../../engine/record.ts';
import { daysOf } from '../probes.ts';
import type { GraphClient, Request } from './client.ts';
import type { JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { PAGE_SIZE, PREFER_TEXT } from './limits.ts';
import { listAll, lookOf, refuseIfShut } from './looks.ts';
import type { EventScope } from './map-event.ts';
import { projectEvent, standingOf } from './map-event.ts';
import type { Reader } from './read.ts';
import { keyFilter } from './read.ts';
import type { SeriesBook } from './series.ts';
import { EVENT_SHAPE } from './series.ts';

export interface EventWorld {
  readonly client: GraphClient;
  readonly series: SeriesBook;
  readonly scope: EventScope;
}

export function eventReader(world: EventWorld): Reader {
  return {
    read: async (ids) => {
      const distinct = [...new Set(ids)];
      if (distinct.length === 0) return new Map();
      const replies = await world.series.fetch([], distinct);
      refuseIfShut([...replies.values()]);
      await fetchMasters([...replies.values()].flatMap(({ status, body }) => (status === 200 && isObject(body) ? [body] : [])), world);
      return new Map(distinct.map((id) => [id, lookOf(replies.get(id), (event) => lookAt(event, world))]));
    },
    search: async (probes) => {
      const found = await listAll(world.client, daysOf(probes).map(viewOf));
      const events = [...new Map(found.flat().map((event) => [stringOf(event['id']) ?? '', event])).values()];
      await fetchMasters(events, world);
      return events.filter((event) => standingOf(event) === 'record').map((event) => seen(event, world));
    },
    recall: async (lost) => {
      const found = await listAll(world.client, lost.map(({ linkId }) => keyed(keyFilter(linkId))));
      return new Map(lost.map(({ linkId }, index) => [linkId, { found: (found[index] ?? []).map((event) => seen(event, world)), isByKey: true }]));
    },
  };
}

/** Called off means that it is gone; a series itself, and what was declined, is in nobody's day and may not be deleted anywhere. */
export function lookAt(event: JsonObject, world: EventWorld): Look {
  switch (standingOf(event)) {
    case 'record': return { state: 'live', record: seen(event, world) };
    case 'cancelled': return { state: 'gone' };
    default: return { state: 'hidden' };
  }
}

const seen = (event: JsonObject, { scope, series }: EventWorld): Seen => projectEvent(event, scope, series.of(event));

async function fetchMasters(events: readonly JsonObject[], { series }: EventWorld): Promise<void> {
  const masters = [...new Set(events.flatMap((event) => stringOf(event['seriesMasterId']) ?? []))].filter((id) => !series.isKnown(id));
  if (masters.length > 0) await series.fetch(masters, []);
}

const keyed = (filter: string): Request => ({
  method: 'GET', url: `/me/events?$filter=${encodeURIComponent(filter)}&${EVENT_SHAPE}`, prefer: PREFER_TEXT,
});

const viewOf = ([from, to]: readonly [number, number]): Request => ({
  method: 'GET', url: `/me/calendarView?${windowQuery(from, to)}&$top=${PAGE_SIZE}`, prefer: PREFER_TEXT,
});

/** Without an offset these would be UTC as well; it is said all the same (user-list-calendarview). */
export const windowQuery = (from: number, to: number): string =>
  `startDateTime=${encodeURIComponent(new Date(from).toISOString())}&endDateTime=${encodeURIComponent(new Date(to).toISOString())}`;
