/** Pages of delta that the stand-in does not send: played by a client that answers from a list. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ChangePage, Cursors } from '../../ports/side.ts';
import { makeCensus } from './census.ts';
import { contactFeed } from './changes-contacts.ts';
import { changesReader } from './changes.ts';
import type { GraphClient } from './client.ts';
import type { Reply } from './errors.ts';
import { makeRounds } from './feed.ts';
import type { Json, JsonObject } from './json.ts';
import { STALE_PAGES } from './limits.ts';
import { SELECT } from './map.ts';
import { makeReader } from './read.ts';

const HOST = 'https://graph.microsoft.com';
const DELTA = JSON.parse(readFileSync(new URL('fixtures/delta-page.json', import.meta.url), 'utf8')) as JsonObject;

interface Played {
  readonly client: GraphClient;
  readonly asked: string[];
}

/** `answer` gives the reply to a URL; batches are answered part by part. */
function play(answer: (url: string) => Reply): Played {
  const asked: string[] = [];
  const send = (url: string): Reply => {
    asked.push(url);
    return answer(url);
  };
  return {
    asked,
    client: {
      isOwnLink: (link) => Promise.resolve(link.startsWith(HOST)),
      send: ({ url }) => Promise.resolve(send(url)),
      batch: (requests) => Promise.resolve(requests.map(({ url }) => ({ reply: send(url) }))),
    },
  };
}

const ok = (body: JsonObject): Reply => ({ status: 200, body });
const refused = (status: number, code: string): Reply => ({ status, body: { error: { code, message: '' } } });
const reading = (client: GraphClient): ((cursors: Cursors) => Promise<ChangePage>) => {
  const { read: readById } = makeReader({ client, zone: undefined });
  return changesReader(client, [contactFeed({ client, rounds: makeRounds(), zone: undefined, census: makeCensus(client), read: readById })]);
};
const read = ({ client }: Played, cursors: Cursors = {}): Promise<ChangePage> => reading(client)(cursors);
const wholeContact = (id: string): JsonObject => ({
  ...Object.fromEntries(SELECT.map((name) => [name, null as Json])),
  id,
  changeKey: `K${id}`,
  parentFolderId: 'F',
});

test('of an item that occurs twice in a page the last word counts, and a short page is read by id at once', async () => {
  const played = play((url) => (url.includes('/delta') ? ok(DELTA) : ok({ ...wholeContact('A'), surname: 'Read' })));
  const page = await read(played);
  expect(page.changes).toMatchObject([
    { what: 'seen', record: { id: 'A', fields: { familyName: 'Read' } } },
    { what: 'removed', id: 'B' },
  ]);
  expect(page).toMatchObject({ hasMore: true, lost: [], cursors: { contacts: DELTA['@odata.nextLink'] } });
});

test('a link is followed to the letter', async () => {
  const link = `${HOST}/v1.0/me/contactFolders('x')/contacts/delta?$deltatoken=a%2Bb&odd=1&&$select=id`;
  const played = play(() => ok({ value: [], '@odata.deltaLink': link }));
  await read(played, { contacts: link });
  expect(played.asked).toEqual([link]);
});

test.each([
  [410, 'SyncStateNotFound'],
  [410, ''],
  [400, 'syncStateNotFound'],
  [404, 'ResyncRequired'],
  [403, 'resyncrequired'],
])('an answer %i %s to a cursor means that it is lost', async (status, code) => {
  expect(
    await read(
      play(() => refused(status, code)),
      { contacts: `${HOST}/link` },
    ),
  ).toEqual({ changes: [], cursors: {}, hasMore: false, lost: ['contacts'] });
});

test('a missing mailbox is unavailable and loses nothing', async () => {
  await expect(read(play(() => refused(404, 'MailboxNotEnabledForRESTAPI')))).rejects.toMatchObject({ kind: 'unavailable' });
});

test('a folder name that the service does not know is replaced by the id that a contact tells', async () => {
  const played = play((url) => {
    if (url.startsWith('/me/contacts?')) return ok({ value: [{ id: 'A', parentFolderId: 'F=' }] });
    return url.includes('contactFolders/F%3D/') ? ok({ value: [], '@odata.deltaLink': `${HOST}/next` }) : refused(404, 'ErrorItemNotFound');
  });
  expect((await read(played)).cursors).toEqual({ contacts: `${HOST}/next` });
  expect(
    await read(play((url) => (url.startsWith('/me/contacts?') ? ok({ value: [] }) : refused(404, 'ErrorItemNotFound')))),
  ).toMatchObject({ cursors: {}, hasMore: false, lost: [] });
});

test('a link that leads to itself, and pages that bring nothing new for ever, begin the round anew', async () => {
  const link = `${HOST}/loop`;
  expect(
    (
      await read(
        play(() => ok({ value: [], '@odata.nextLink': link })),
        { contacts: link },
      )
    ).lost,
  ).toEqual(['contacts']);
  let number = 0;
  const { client } = play(() => ok({ value: [{ id: 'A' }], '@odata.nextLink': `${HOST}/${(number += 1)}` }));
  const changes = reading(client);
  let pages = 0;
  while ((await changes({ contacts: `${HOST}/start` })).lost.length === 0) pages += 1;
  expect(pages).toBe(STALE_PAGES);
  expect((await changes({})).lost).toEqual([]);
});

test('a page without any link is no page', async () => {
  await expect(read(play(() => ok({ value: [] })))).rejects.toMatchObject({ kind: 'unavailable' });
});

test('where the census is refused, every item of a long page is looked at by id', async () => {
  const value = Array.from({ length: 30 }, (_, index) => wholeContact(String(index)));
  const played = play((url) =>
    url.includes('/delta') ? ok({ value, '@odata.deltaLink': `${HOST}/next` }) : refused(400, 'ErrorInvalidUrlQuery'),
  );
  const page = await read(played);
  expect(page.changes).toHaveLength(30);
  expect(page.changes.every((change) => change.what === 'touched')).toBe(true);
});

test('a census of other versions proves nothing', async () => {
  const value = Array.from({ length: 30 }, (_, index) => wholeContact(String(index)));
  const played = play((url) =>
    url.includes('/delta')
      ? ok({ value, '@odata.deltaLink': `${HOST}/next` })
      : /^\/me\/contacts\/7/.test(url)
        ? ok(wholeContact('7'))
        : ok({ value: value.map((item) => ({ id: item['id'], changeKey: item['id'] === '7' ? 'older' : item['changeKey'] })) }),
  );
  const { changes } = await read(played);
  expect(changes.filter((change) => change.what === 'seen')).toHaveLength(30);
  expect(played.asked.filter((url) => /^\/me\/contacts\/[^?]/.test(url))).toEqual([expect.stringContaining('/me/contacts/7?')]);
});

/** The person's folder is F, Deleted Items is no contact folder at all. */
const mailboxOf = (contacts: Readonly<Record<string, Reply>>): Played =>
  play((url) => {
    const id = /contacts\/([^/?]+)/.exec(url)?.[1] ?? '';
    if (url === '/me/contactFolders/contacts?$select=id') return ok({ id: 'F' });
    if (url.startsWith('/me/contactFolders/')) return url.includes('/OTHER?') ? ok({ id: 'OTHER' }) : refused(404, 'ErrorItemNotFound');
    return contacts[id] ?? refused(404, 'ErrorItemNotFound');
  });

test('a contact that lies in Deleted Items is gone, one in another contact folder is live', async () => {
  const { client, asked } = mailboxOf({
    here: ok(wholeContact('here')),
    trash: ok({ ...wholeContact('trash'), parentFolderId: 'DELETED' }),
    other: ok({ ...wholeContact('other'), parentFolderId: 'OTHER' }),
  });
  const reader = makeReader({ client, zone: undefined });
  const looks = await reader.read(['here', 'trash', 'other', 'nowhere']);
  expect([...looks].map(([id, look]) => `${id} ${look.state}`)).toEqual(['here live', 'trash gone', 'other live', 'nowhere gone']);
  asked.length = 0;
  await reader.read(['here']);
  expect(asked).toHaveLength(1);
});

test('one contact that may not be read is hidden; a mailbox that may not be read at all unlinks nothing', async () => {
  const shut = refused(403, 'ErrorAccessDenied');
  const one = await makeReader({ client: mailboxOf({ a: shut, b: ok(wholeContact('b')) }).client, zone: undefined }).read(['a', 'b']);
  expect(one.get('a')).toEqual({ state: 'hidden' });
  await expect(makeReader({ client: mailboxOf({ a: shut, b: shut }).client, zone: undefined }).read(['a', 'b'])).rejects.toMatchObject({
    kind: 'denied',
  });
});

test('a look that failed decides nothing', async () => {
  const looks = await makeReader({
    client: mailboxOf({ a: refused(500, 'UnknownError'), b: refused(404, 'ResourceNotFound') }).client,
    zone: undefined,
  }).read(['a', 'b']);
  expect([...looks.values()]).toEqual([{ state: 'unknown' }, { state: 'unknown' }]);
});
