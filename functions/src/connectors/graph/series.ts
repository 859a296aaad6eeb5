/** The masters of series, remembered for a run: an occurrence of delta is little more than its time. */
import { replyOf } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, isMissing } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { KEY_PROPERTY, PREFER_TEXT } from './limits.ts';

const KEY = encodeURIComponent(`id eq '${KEY_PROPERTY}'`);
/** No $select: a calendar view does not bear one for all properties, and all answers are to be alike (user-list-calendarview). */
export const EVENT_SHAPE = `$expand=singleValueExtendedProperties($filter=${KEY})`;

export const getEvent = (id: string): Request => ({ method: 'GET', url: `/me/events/${encodeURIComponent(id)}?${EVENT_SHAPE}`, prefer: PREFER_TEXT });

export interface SeriesBook {
  /** A master that a page showed; the newest one counts. */
  remember(master: JsonObject): void;
  isKnown(id: string): boolean;
  /** Fetches what is not known, one batch for twenty, together with other events. Answers all of them by id. */
  fetch(masters: readonly string[], others: readonly string[]): Promise<ReadonlyMap<string, Reply>>;
  /** The series of an occurrence or exception; undefined for other events, and for a series that is no longer there. */
  of(event: JsonObject): JsonObject | undefined;
}

export function makeSeriesBook(client: GraphClient): SeriesBook {
  const known = new Map<string, JsonObject | undefined>();
  return {
    remember: (master) => known.set(stringOf(master['id']) ?? '', master),
    isKnown: (id) => known.has(id),
    fetch: async (masters, others) => {
      const ids = [...new Set([...masters.filter((id) => !known.has(id)), ...others])];
      const outcomes = await client.batch(ids.map(getEvent));
      const replies = new Map(ids.map((id, index) => [id, replyOf(outcomes[index])]));
      for (const id of masters) {
        const reply = replies.get(id);
        if (reply) known.set(id, masterIn(reply));
      }
      return replies;
    },
    of: (event) => known.get(stringOf(event['seriesMasterId']) ?? ''),
  };
}

/** A series that cannot be read now says nothing of its occurrences; one that is gone leaves them to be looked at. */
function masterIn(reply: Reply): JsonObject | undefined {
  if (reply.status === 200 && isObject(reply.body)) return reply.body;
  if (isMissing(reply) || reply.status === 403) return undefined;
  throw errorOf(reply, 'call');
}
