/** How several streams share a poll: played by a client that answers from a list. */
import { expect, test } from 'vitest';
import { SyncError } from '../../engine/errors.ts';
import type { Change } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import { eventFeed } from './changes-events.ts';
import { changesReader } from './changes.ts';
import type { GraphClient } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, refusal } from './errors.ts';
import type { FeedPage } from '../feed-pages.ts';
import type { Feed } from './feed.ts';
import { makeRounds } from './feed.ts';
import type { JsonObject } from './json.ts';
import { makeSeriesBook } from './series.ts';

const HOST = 'https://graph.microsoft.com/v1.0';
const ok = (body: JsonObject): Reply => ({ status: 200, body });

function play(answer: (url: string) => Reply): { client: GraphClient; asked: string[]; batches: string[][] } {
  const asked: string[] = [];
  const batches: string[][] = [];
  const send = (url: string): Reply => {
    asked.push(url);
    return answer(url);
  };
  return {
    asked, batches,
    client: {
      isOwnLink: (link) => Promise.resolve(link.startsWith(HOST) || link.startsWith('/')),
      send: ({ url }) => Promise.resolve(send(url)),
      batch: (requests) => {
        if (requests.length > 0) batches.push(requests.map(({ url }) => url));
        return Promise.resolve(requests.map(({ url }): Outcome => ({ reply: send(url) })));
      },
    },
  };
}

/** A stream that gives these pages one after the other, and is idle after the last. */
function feedOf(name: string, pages: (FeedPage | SyncError)[]): Feed {
  return {
    turn: () => Promise.resolve({
      kept: { [name]: 'kept' }, requests: [{ method: 'GET', url: `/${name}` }],
      take: () => {
        const page = pages.shift() ?? { changes: [], cursors: { [name]: 'end' }, hasMore: false, lost: [] };
        return page instanceof SyncError ? Promise.reject(page) : Promise.resolve(page);
      },
    }),
  };
}

const change: Change = { what: 'touched', kind: 'contact', id: 'A' };
const withChange: FeedPage = { changes: [change], cursors: { contacts: 'new' }, hasMore: false, lost: [] };
const down = (): SyncError => errorOf({ status: 504, body: undefined }, 'call');

test('a stream that cannot be read lets the others go first, and then tells its failure', async () => {
  const { client } = play(() => ok({}));
  const changes = changesReader(client, [feedOf('contacts', [withChange]), feedOf('calendar', [down(), down()])]);
  expect(await changes({})).toEqual({ changes: [change], cursors: { contacts: 'new', calendar: 'kept' }, hasMore: true, lost: [] });
  await expect(changes({})).rejects.toMatchObject({ kind: 'unavailable' });
});

test('throttling of one stream ends the poll for all', async () => {
  const { client } = play(() => ok({}));
  const throttled = refusal('throttled', { code: 'GRAPH_X', retryAfterMs: 5 });
  await expect(changesReader(client, [feedOf('contacts', [withChange]), feedOf('calendar', [throttled])])({})).rejects.toBe(throttled);
});

test('all streams are asked in one batch', async () => {
  const { client, batches } = play(() => ok({}));
  await changesReader(client, [feedOf('contacts', []), feedOf('calendar', []), feedOf('lists', [])])({});
  expect(batches).toEqual([['/contacts', '/calendar', '/lists']]);
});

const utc = (dateTime: string): JsonObject => ({ dateTime, timeZone: 'UTC' });
const WHOLE: JsonObject = {
  '@odata.etag': 'W/"V"', type: 'singleInstance', iCalUId: 'UID', subject: 'Demo', start: utc('2026-12-01T14:00:00'), end: utc('2026-12-01T15:30:00'),
  isAllDay: false, showAs: 'busy', sensitivity: 'normal', attendees: [], isOrganizer: true,
};
const stub = (id: string, day: number, series = 'M'): JsonObject => ({
  id, type: 'occurrence', seriesMasterId: series, '@odata.etag': 'W/"O"', start: utc(`2026-12-0${day}T14:00:00`), end: utc(`2026-12-0${day}T15:30:00`),
});
const WINDOW = { from: Date.parse('2026-11-09T00:00:00Z'), to: Date.parse('2027-05-22T00:00:00Z') };
const calendar = (client: GraphClient): ReturnType<typeof changesReader> => {
  const scope = { login: 'a@acme.example', zone: 'Europe/Berlin', window: WINDOW };
  return changesReader(client, [eventFeed({ client, rounds: makeRounds(), series: makeSeriesBook(client), scope })]);
};
const deltaLink = `${HOST}/me/calendarView/delta?$deltatoken=x`;
const page = (value: readonly JsonObject[], link: JsonObject = { '@odata.deltaLink': deltaLink }): Reply => ok({ value, ...link });

test('the first call names the window and no other option', async () => {
  const { client, asked } = play(() => page([]));
  const { cursors } = await calendar(client)({});
  expect(asked).toEqual(['/me/calendarView/delta?startDateTime=2026-11-09T00%3A00%3A00.000Z&endDateTime=2027-05-22T00%3A00%3A00.000Z']);
  expect(JSON.parse(cursors['calendar'] ?? '')).toEqual({ v: 1, ...WINDOW, link: deltaLink });
});

test('a series that the page lacks is fetched once, in one batch with what came incomplete', async () => {
  const { client, asked, batches } = play((url) => {
    if (url.includes('/delta')) return page([stub('O1', 2), stub('O2', 3), { id: 'P', type: 'singleInstance', subject: 'Partly' }]);
    return ok(url.includes('/events/M?') ? { ...WHOLE, id: 'M', type: 'seriesMaster', subject: 'Series' } : { ...WHOLE, id: 'P' });
  });
  const changes = calendar(client);
  const { changes: told } = await changes({});
  const named = told.map((one) => (one.what === 'seen' ? `${one.record.id} ${String(one.record.fields.subject)}` : one.what));
  expect(named).toEqual(['O1 Series', 'O2 Series', 'P Demo']);
  // The delta goes alone; what it lacks is fetched in one batch.
  expect(batches).toHaveLength(1);
  await changes({});
  expect(asked.filter((url) => url.includes('/events/M?'))).toHaveLength(1);
});

test('occurrences of a series that cannot be found are looked at', async () => {
  const { client } = play((url) => (url.includes('/delta') ? page([stub('O1', 2)]) : { status: 404, body: { error: { code: 'ErrorItemNotFound' } } }));
  expect((await calendar(client)({})).changes).toEqual([{ what: 'touched', kind: 'event', id: 'O1' }]);
});

test('a series that is split over pages is named with all that came so far', async () => {
  const second = `${HOST}/me/calendarView/delta?$skiptoken=2`;
  const master = { ...WHOLE, id: 'M', type: 'seriesMaster' };
  const { client } = play((url) => (url === second ? page([stub('O2', 3)]) : page([master, stub('O1', 2)], { '@odata.nextLink': second })));
  const changes = calendar(client);
  const first = await changes({});
  expect(first.families).toEqual([{ kind: 'event', family: 'M', ids: ['O1'] }]);
  expect((await changes(first.cursors)).families).toEqual([{ kind: 'event', family: 'M', ids: ['O1', 'O2'] }]);
});

test('many that came incomplete are left to be looked at', async () => {
  const partial = Array.from({ length: 30 }, (_, number) => ({ id: `P${number}`, type: 'singleInstance' }));
  const { client, batches } = play(() => page(partial));
  const { changes } = await calendar(client)({});
  expect(changes.every(({ what }) => what === 'touched')).toBe(true);
  expect(batches).toHaveLength(0);
});

test('a calendar that answers with a gateway error on its link is unavailable and keeps its cursor', async () => {
  const { client } = play(() => ({ status: 504, body: undefined }));
  await expect(calendar(client)({ calendar: JSON.stringify({ v: 1, ...WINDOW, link: deltaLink }) })).rejects.toMatchObject({ kind: 'unavailable' });
});
