/** What changed since: ids, late rows, limits, versions, faults, and state that outlives a restart. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { movableClock } from '../clock.ts';
import { faultNamed } from './faults.ts';
import { ANNA, BEN, codeOf, idOf, pageOf, queryPath, START, startWorld, type Client, type World } from './world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const span = (from: number, to: number): string =>
  `start=${encodeURIComponent(new Date(from).toISOString().replace('Z', '+00:00'))}&end=${encodeURIComponent(new Date(to).toISOString())}`;
const MINUTE = 60_000;

test('updated and deleted answer ids with the time that they cover', async () => {
  const org = world.crm.org();
  const [kept, gone] = [org.insert('Contact', { LastName: 'a' }, ANNA), org.insert('Contact', { LastName: 'b' }, ANNA)];
  org.remove('Contact', gone);
  world.clock.advance(5 * MINUTE);
  const between = span(START - MINUTE, START + 2 * MINUTE);
  expect((await client('GET', `/sobjects/Contact/updated?${between}`)).body).toEqual({ ids: [kept],
    latestDateCovered: '2026-11-23T10:02:00.000+0000' });
  expect((await client('GET', `/sobjects/Contact/deleted?${between}`)).body).toMatchObject({
    deletedRecords: [{ id: gone, deletedDate: '2026-11-23T10:00:00.000+0000' }], latestDateCovered: '2026-11-23T10:02:00.000+0000' });
  const future = (await client('GET', `/sobjects/Contact/updated?${span(START, START + 60 * MINUTE)}`)).body;
  expect(future).toMatchObject({ latestDateCovered: '2026-11-23T10:05:00.000+0000' });
});

test('spans that are empty, too old or missing are refused', async () => {
  const code = async (area: string, query: string): Promise<string> => codeOf(await client('GET', `/sobjects/Contact/${area}?${query}`));
  expect(await code('updated', span(START, START + 1000))).toBe('INVALID_REPLICATION_DATE');
  expect(await code('updated', span(START - 31 * 1440 * MINUTE, START))).toBe('INVALID_REPLICATION_DATE');
  expect(await code('deleted', span(START - 16 * 1440 * MINUTE, START))).toBe('INVALID_REPLICATION_DATE');
  expect(await code('updated', 'start=x')).toBe('MISSING_ARGUMENT');
});

test('a change of a long transaction surfaces later with its early stamp, and locks its row until then', async () => {
  const org = world.crm.org();
  const id = org.insert('Contact', { LastName: 'before' }, ANNA);
  world.clock.advance(60 * MINUTE);
  org.change({ lateSeconds: 300 });
  org.update('Contact', id, { LastName: 'after' });
  org.insert('Contact', { LastName: 'new' }, ANNA);
  const names = async (): Promise<unknown[]> =>
    pageOf(await client('GET', queryPath('SELECT LastName FROM Contact ORDER BY LastName'))).records.map((one) => one['LastName']);
  world.clock.advance(2 * MINUTE);
  expect(await names()).toEqual(['before']);
  expect(pageOf(await client('GET', queryPath("SELECT Id FROM Contact WHERE LastName = 'before'"))).totalSize).toBe(1);
  expect(codeOf(await client('PATCH', `/sobjects/Contact/${id}`, { Title: 'x' }))).toBe('UNABLE_TO_LOCK_ROW');
  const covered = await client('GET', `/sobjects/Contact/updated?${span(START, world.clock.now())}`);
  expect(covered.body).toMatchObject({ latestDateCovered: '2026-11-23T11:00:00.000+0000' });
  world.clock.advance(3 * MINUTE);
  expect(await names()).toEqual(['after', 'new']);
  const { records } = pageOf(await client('GET', queryPath('SELECT SystemModstamp FROM Contact')));
  expect(records.map((one) => one['SystemModstamp'])).toEqual(['2026-11-23T11:00:00.000+0000', '2026-11-23T11:00:00.000+0000']);
});

test('every answer tells the calls used, and an empty pool refuses until the day is over', async () => {
  world.crm.org().change({ dailyRequests: 2, sessionMinutes: 10_000 });
  expect((await client('GET', '/limits')).body).toMatchObject({ DailyApiRequests: { Max: 2, Remaining: 1 } });
  expect((await client('GET', '/sobjects/Nope')).headers.get('sforce-limit-info')).toBe('api-usage=2/2');
  const refused = await client('GET', '/limits');
  expect([refused.status, codeOf(refused)]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
  expect(refused.text).toContain('TotalRequests Limit exceeded.');
  world.clock.advance(25 * 60 * MINUTE);
  expect((await client('GET', '/limits')).status).toBe(200);
});

test('versions are listed without a session, and an older organization has fewer', async () => {
  const list = async (): Promise<object | undefined> => ((await world.fetch('/services/data')).body as object[]).at(-1);
  expect(await list()).toEqual({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
  world.crm.org().change({ newestVersion: 64 });
  expect(await list()).toEqual({ label: "Summer '25", url: '/services/data/v64.0', version: '64.0' });
  expect((await client('GET', '/services/data/v67.0/limits')).status).toBe(404);
});

test('calls are counted as salesforce, pages for people are not', async () => {
  const { calls } = world.crm.server;
  const before = calls.get('salesforce') ?? 0;
  await world.fetch('/');
  await world.fetch('/services/oauth2/authorize');
  expect(calls.get('salesforce')).toBe(before);
  await client('GET', '/limits');
  expect(calls.get('salesforce')).toBe(before + 1);
});

test('an injected fault is served once; a lost reply has been saved', async () => {
  world.crm.server.addFault(faultNamed('declined', 1));
  const html = await client('GET', '/limits');
  expect([html.status, html.headers.get('content-type')]).toEqual([400, 'text/html']);
  expect((await client('GET', '/limits')).status).toBe(200);
  world.crm.server.addFault(faultNamed('lostReply', 1));
  await expect(client('POST', '/composite/sobjects',
    { records: [{ attributes: { type: 'Contact' }, LastName: 'a' }] })).rejects.toThrow('fetch failed');
  expect(world.crm.org().contacts()).toHaveLength(1);
});

test('records, tokens and switches outlive a restart, open queries do not', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'crm-'));
  const first = await startWorld({ dataDir });
  const tokens = await first.signIn();
  const id = idOf(await first.as(tokens)('POST', '/sobjects/Contact', { LastName: 'kept' }));
  await first.as(tokens)('POST', '/sobjects/Contact', { LastName: 'too' });
  first.crm.org().change({ duplicateRule: 'alert', pageRows: 1 });
  const { nextRecordsUrl = '' } = pageOf(await first.as(tokens)('GET', queryPath('SELECT Id FROM Contact')));
  await first.stop();
  const second = await startWorld({ dataDir, clock: movableClock(START + MINUTE) });
  const again = second.as(tokens);
  expect((await again('GET', `/sobjects/Contact/${id}`)).status).toBe(200);
  expect(second.crm.org().settings().duplicateRule).toBe('alert');
  expect(codeOf(await again('GET', nextRecordsUrl))).toBe('INVALID_QUERY_LOCATOR');
  expect(idOf(await again('POST', '/sobjects/Contact', { LastName: 'new' }))).not.toBe(id);
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

test('activities, leads, invitations and what was counted outlive a restart, and a file of an older build is read', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'crm-'));
  const first = await startWorld({ dataDir });
  const org = first.crm.org();
  const WhoId = org.insert('Lead', { LastName: 'x', Company: 'y' }, ANNA);
  const EventId = org.insert('Event', { WhoId, StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 }, ANNA);
  org.insert('EventRelation', { EventId, RelationId: org.people()[1]?.id ?? '' });
  org.insert('Task', { Subject: 'x' }, ANNA);
  org.change({ multidayEvents: false, taskStatuses: [{ name: 'Open', label: 'Offen', isClosed: false, isDefault: true }] });
  await first.stop();
  const second = await startWorld({ dataDir });
  const again = second.crm.org();
  expect([again.events().length, again.tasks().length, again.leads().length, again.eventRelations().length, again.mailsSent()]).toEqual([2, 1, 1, 1, 1]);
  expect(again.settings()).toMatchObject({ multidayEvents: false, taskStatuses: [{ name: 'Open' }] });
  await second.stop();
  const file = path.join(dataDir, 'salesforce.json');
  const saved = JSON.parse(readFileSync(file, 'utf8')) as { rows: Record<string, unknown> };
  writeFileSync(file, JSON.stringify({ ...saved, mailsSent: undefined, rows: { Contact: [], Account: [], User: saved.rows['User'], Organization: [] } }));
  const third = await startWorld({ dataDir });
  expect([third.crm.org().events(), third.crm.org().mailsSent()]).toEqual([[], 0]);
  await third.stop();
  rmSync(dataDir, { recursive: true });
});

test('5,000 contacts are created and read without a pause', async () => {
  const org = world.crm.org();
  const started = performance.now();
  for (let number = 0; number < 5000; number += 1) {
    org.insert('Contact', { LastName: `Row ${number}`, Email: `row${number}@example.com` }, number % 2 ? ANNA : BEN);
  }
  world.clock.advance(60 * MINUTE);
  org.update('Contact', org.contacts()[1]?.Id ?? '', { Title: 'x' });
  for (let round = 0; round < 50; round += 1) {
    const { totalSize } = pageOf(await client('GET',
      queryPath('SELECT Id, LastName FROM Contact WHERE SystemModstamp >= 2026-11-23T10:50:00Z ORDER BY SystemModstamp, Id')));
    expect(totalSize).toBe(1);
  }
  expect(pageOf(await client('GET', queryPath("SELECT Id FROM Contact WHERE Email = 'ROW4999@example.com'"))).totalSize).toBe(1);
  expect(performance.now() - started).toBeLessThan(5000);
});
