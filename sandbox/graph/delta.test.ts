import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, DELTA, PLAIN_DELTA, round, testWorld } from './test-client.ts';
import type { Send, TestWorld } from './test-client.ts';
import type { MailboxAccess } from './access.ts';

let world: TestWorld;
let send: Send;
let mailbox: MailboxAccess;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
  mailbox = world.microsoft.mailbox(ANNA);
});
afterEach(() => world.microsoft.close());

const ids = (rows: readonly Record<string, unknown>[]): string[] => rows.map(({ id }) => String(id));
const fill = (count: number): string[] => Array.from({ length: count }, (_, n) => mailbox.addContact({ surname: `S${n}`, jobTitle: 'x' }));
const setDelta = (change: object): void => { Object.assign(world.microsoft.world.settings.delta, PLAIN_DELTA, change); };
const size = (n: number) => ({ prefer: `IdType="ImmutableId", odata.maxpagesize=${n}` });

test('the first round lists everything in pages of the size asked for and ends with a deltaLink', async () => {
  const all = fill(25);
  const { pages, rows } = await round(send, DELTA, size(10));
  expect(pages.map(({ value }) => value?.length)).toEqual([10, 10, 5]);
  expect(ids(rows)).toEqual(all);
});

test('the link carries the size and the $select of the first call, is absolute and opaque', async () => {
  fill(3);
  const first = await send('GET', `${DELTA}?$select=surname`, undefined, size(2));
  const link = String(first.body['@odata.nextLink']);
  expect(link).toMatch(/^http:\/\/localhost:\d+\/v1\.0\/me\/contactFolders\/contacts\/contacts\/delta\?\$skiptoken=[\w.-]+$/);
  const { rows, deltaLink } = await round(send, link);
  expect(rows).toEqual([{ '@odata.etag': expect.any(String), id: expect.any(String), surname: 'S2' }]);
  expect(deltaLink).toMatch(/\?\$deltatoken=[\w.-]+$/);
});

test('a link with anything added, rebuilt or of another mailbox is refused', async () => {
  const { deltaLink } = await round(send, DELTA);
  expect((await send('GET', `${deltaLink}&$select=surname`)).status).toBe(400);
  expect((await send('GET', `${deltaLink}x`)).status).toBe(400);
  const ben = await world.as('ben.carter@fabrikam.example');
  expect((await ben('GET', deltaLink)).status).toBe(400);
});

test('later rounds tell additions, changes and removals, and nothing when nothing happened', async () => {
  const [changed = '', deleted = ''] = fill(3);
  const first = await round(send, DELTA);
  mailbox.updateContact(changed, { jobTitle: 'Chief' });
  mailbox.deleteContact(deleted);
  const added = mailbox.addContact({ surname: 'New' });
  const second = await round(send, first.deltaLink);
  expect(second.rows).toEqual([
    expect.objectContaining({ id: changed, jobTitle: 'Chief' }),
    { id: deleted, '@removed': { reason: 'deleted' } },
    expect.objectContaining({ id: added, surname: 'New' }),
  ]);
  expect((await round(send, second.deltaLink)).rows).toEqual([]);
});

test('what was created and deleted between two calls is never told', async () => {
  const { deltaLink } = await round(send, DELTA);
  const [short = ''] = fill(1);
  mailbox.deleteContact(short);
  expect((await round(send, deltaLink)).rows).toEqual([]);
});

test('a contact deleted while the first round is being paged is told as removed once it was shown', async () => {
  const all = fill(4);
  const first = await send('GET', DELTA, undefined, size(2));
  mailbox.deleteContact(all[0] ?? '');
  mailbox.deleteContact(all[3] ?? '');
  const { rows } = await round(send, String(first.body['@odata.nextLink']));
  expect(rows.map((row) => [row['id'], '@removed' in row])).toEqual([[all[2], false], [all[0], true]]);
});

test('a move is a removal in one folder and an addition in the other', async () => {
  const [id = ''] = fill(1);
  const other = String((await send('POST', '/me/contactFolders', { displayName: 'Other' })).body.id);
  const here = await round(send, DELTA);
  const there = await round(send, `/me/contactFolders/${other}/contacts/delta`);
  mailbox.moveContact(id, other);
  expect((await round(send, here.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'changed' } }]);
  expect(ids((await round(send, there.deltaLink)).rows)).toEqual([id]);
});

test('a move there and back shows only the removal when ids are immutable', async () => {
  const [id = ''] = fill(1);
  const other = String((await send('POST', '/me/contactFolders', { displayName: 'Other' })).body.id);
  const home = String((await send('GET', '/me/contactFolders/contacts')).body.id);
  const { deltaLink } = await round(send, DELTA);
  mailbox.moveContact(id, other);
  mailbox.moveContact(id, home);
  expect((await round(send, deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'changed' } }]);
  expect((await send('GET', `/me/contacts/${id}`)).status).toBe(200);
});

test('a deleted contact can be kept readable in Deleted Items, which is no contact folder', async () => {
  world.microsoft.world.settings.keepsDeleted = true;
  const [id = ''] = fill(1);
  const { deltaLink } = await round(send, DELTA);
  expect((await send('DELETE', `/me/contacts/${id}`)).status).toBe(204);
  expect((await round(send, deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  const read = await send('GET', `/me/contacts/${id}?$select=parentFolderId`);
  expect(read.status).toBe(200);
  expect((await send('GET', `/me/contactFolders/${String(read.body['parentFolderId'])}?$select=id`)).status).toBe(404);
  expect((await send('GET', '/me/contacts')).body.value).toEqual([]);
  expect((await send('GET', '/me/contactFolders')).body.value).toEqual([]);
  await send('DELETE', `/me/contacts/${id}`);
  expect((await send('GET', `/me/contacts/${id}`)).status).toBe(404);
});

test('forgotten tokens answer 410 with a place to start again, and the new round lists only what exists', async () => {
  const [kept = '', gone = ''] = fill(2);
  const { deltaLink } = await round(send, DELTA);
  mailbox.deleteContact(gone);
  world.microsoft.controls.expireDeltaTokens(ANNA);
  const refused = await send('GET', deltaLink);
  expect([refused.status, refused.body.error?.code]).toEqual([410, 'SyncStateNotFound']);
  const again = await round(send, refused.headers.get('location') ?? '');
  expect(ids(again.rows)).toEqual([kept]);
});

test('a token outlives idle calls but not many rounds that had something to tell', async () => {
  setDelta({ generationsKept: 3 });
  const first = await round(send, DELTA);
  for (let idle = 0; idle < 10; idle += 1) await round(send, first.deltaLink);
  let link = first.deltaLink;
  for (let busy = 0; busy < 2; busy += 1) {
    fill(1);
    link = (await round(send, link)).deltaLink;
  }
  expect((await send('GET', first.deltaLink)).status).toBe(200);
  fill(1);
  await round(send, link);
  expect((await send('GET', first.deltaLink)).status).toBe(410);
});

test('an empty page with a nextLink comes before news, and an idle round stays one call', async () => {
  setDelta({ emptyPages: 1 });
  fill(3);
  const { pages, rows, deltaLink } = await round(send, DELTA, size(2));
  expect(pages.map(({ value }) => value?.length)).toEqual([0, 2, 0, 1]);
  expect(rows).toHaveLength(3);
  expect((await round(send, deltaLink)).pages).toHaveLength(1);
});

test('one contact can occur twice in a page, and one of an earlier round again with news', async () => {
  setDelta({ repeats: 1, replays: 1 });
  const all = fill(3);
  const first = await round(send, DELTA);
  expect(ids(first.rows)).toEqual([...all, all[0]]);
  const [fresh = ''] = fill(1);
  expect(ids((await round(send, first.deltaLink)).rows)).toEqual([all[2], fresh, fresh]);
});

test('changes can lag', async () => {
  setDelta({ lagMs: 60_000 });
  const { deltaLink } = await round(send, DELTA);
  const [late = ''] = fill(1);
  const early = await round(send, deltaLink);
  expect(early.rows).toEqual([]);
  world.clock.advance(60_000);
  expect(ids((await round(send, early.deltaLink)).rows)).toEqual([late]);
});

const NOT_TAKEN = ['$filter=x', '$expand=singleValueExtendedProperties', '$orderby=surname', '$top=5'];
test.each(NOT_TAKEN)('delta does not take %s', async (option) => {
  const answer = await send('GET', `${DELTA}?${option}`);
  expect(answer.status).toBe(400);
  expect(answer.body.error?.message).toContain('not supported with change tracking');
});

test('a long history of changes leaves delta complete', async () => {
  const all = fill(20);
  for (let pass = 0; pass < 30; pass += 1) for (const id of all) mailbox.updateContact(id, { jobTitle: `t${pass}` });
  for (const id of all.slice(0, 10)) mailbox.deleteContact(id);
  const { rows } = await round(send, DELTA, size(50));
  expect(ids(rows).sort()).toEqual(all.slice(10).sort());
  const folder = [...mailbox.mailbox.folders.values()][0];
  expect(folder?.log.length).toBeLessThan(200);
});

test('5,000 contacts are added and listed quickly', async () => {
  const started = performance.now();
  fill(5000);
  const { pages, rows } = await round(send, DELTA, size(100));
  expect([pages.length, rows.length]).toEqual([50, 5000]);
  expect(performance.now() - started).toBeLessThan(5000);
});
