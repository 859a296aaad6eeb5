/** Finding changes: late rows, equal stamps, dying pages, hidden columns, and the price of an idle look. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, REP, salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import type { Change, Cursors, Side } from '../../ports/side.ts';

const MINUTE = 60_000;
const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-changes');
  worlds.push(world);
  return world;
}

async function round(side: Side, from: Cursors = {}): Promise<{ readonly changes: readonly Change[]; readonly cursors: Cursors }> {
  const changes: Change[] = [];
  let cursors = from;
  for (let pages = 1; pages < 50; pages += 1) {
    const page = await side.changes(cursors);
    changes.push(...page.changes);
    cursors = page.cursors;
    if (!page.hasMore) return { changes, cursors };
  }
  throw new Error('the round did not end');
}

const idOf = (change: Change): string => (change.what === 'seen' ? change.record.id : change.id);

test('an idle look is one call, in a cold process too, also for a rep with many contacts', async () => {
  const world = await start();
  for (let number = 0; number < 250; number += 1) await world.addRecord({ familyName: `Person ${number}` });
  world.clock.advance(11 * MINUTE);
  const { cursors } = await round(world.side);
  world.clock.advance(30 * MINUTE);
  const before = world.calls();
  const page = await world.openAgain(true).changes(cursors);
  expect(page).toMatchObject({ changes: [], hasMore: false, lost: [] });
  expect(world.calls() - before).toBe(1);
  expect(world.requests.at(-1)?.url.pathname).toBe('/services/data/v67.0/composite');
});

test('a contact that comes up in the overlap moves the cursor, so it does not come up for ever', async () => {
  const world = await start();
  const first = await round(world.side);
  world.clock.advance(30 * MINUTE);
  const id = await world.addRecord({ familyName: 'Albers' });
  const second = await round(world.side, first.cursors);
  expect(second.changes.map(idOf)).toEqual([id]);
  world.clock.advance(5 * MINUTE);
  const third = await round(world.side, second.cursors);
  expect(third.changes.map(idOf)).toEqual([id]);
  world.clock.advance(6 * MINUTE);
  const fourth = await round(world.side, third.cursors);
  expect(fourth.changes.map(idOf)).toEqual([id]);
  expect((await round(world.side, fourth.cursors)).changes).toEqual([]);
});

test('a row that surfaces minutes after its stamp is not missed', async () => {
  const world = await start({ lateSeconds: 300 });
  const first = await round(world.side);
  world.clock.advance(30 * MINUTE);
  const id = await world.addRecord({ familyName: 'Late' });
  world.clock.advance(MINUTE);
  const seen = await world.addRecord({ familyName: 'Later' });
  world.clock.advance(4 * MINUTE);
  const second = await round(world.side, first.cursors);
  expect(second.changes.map(idOf)).toEqual([id]);
  world.clock.advance(5 * MINUTE);
  expect((await round(world.side, second.cursors)).changes.map(idOf)).toContain(seen);
});

test('a page whose locator died is asked again from the last row, so that rows of one second are neither lost nor doubled', async () => {
  const world = await start({ pageRows: 3, locatorHours: 1 });
  const made: string[] = [];
  for (let number = 0; number < 8; number += 1) made.push(await world.addRecord({ familyName: `Same second ${number}` }));
  const first = await world.side.changes({});
  expect(first.hasMore).toBe(true);
  world.clock.advance(61 * MINUTE);
  const rest = await round(world.side, first.cursors);
  expect([...first.changes, ...rest.changes].map(idOf).sort()).toEqual(made.sort());
});

test('a page shows what its round began with: an edit made meanwhile belongs to the next one', async () => {
  const world = await start({ pageRows: 2 });
  const ids: string[] = [];
  for (const name of ['One', 'Two', 'Three']) ids.push(await world.addRecord({ familyName: name }));
  const first = await world.side.changes({});
  world.clock.advance(20 * MINUTE);
  await world.editRecord(ids[0] ?? '', { jobTitle: 'Buyer' });
  const rest = await round(world.side, first.cursors);
  const next = await round(world.side, rest.cursors);
  expect(next.changes.map(idOf)).toContain(ids[0]);
});

test('deleted and merged contacts are removed, and a look tells where a merged one went', async () => {
  const world = await start();
  const winner = await world.addRecord({ familyName: 'Winner' });
  const loser = await world.addRecord({ familyName: 'Loser' });
  const gone = await world.addRecord({ familyName: 'Gone' });
  const first = await round(world.side);
  world.clock.advance(30 * MINUTE);
  world.standIn.org().merge(winner, loser);
  await world.removeRecord(gone);
  const { changes } = await round(world.side, first.cursors);
  expect(changes.filter((change) => change.what === 'removed').map(idOf).sort()).toEqual([loser, gone].sort());
  const looks = await world.side.read('contact', [loser, gone, winner, '003000000000999AAA']);
  expect([...looks.values()].map((look) => look.state)).toEqual(['moved', 'gone', 'live', 'hidden']);
  expect(looks.get(loser)).toEqual({ state: 'moved', to: winner });
});

test('a look names who touched a record last, and who deleted it where the deletion is what was done last', async () => {
  const world = await start();
  const org = world.standIn.org();
  org.setPerson(COLLEAGUE, { isAdmin: true });
  const { name } = org.people().find(({ username }) => username === COLLEAGUE) ?? { name: '' };
  const [edited, gone] = [await world.addRecord({ familyName: 'Edited' }), await world.addRecord({ familyName: 'Gone' })];
  const account = org.insert('Account', { Name: 'Acme' }, REP);
  const along = await world.addRecord({ familyName: 'Along' });
  org.update('Contact', along, { AccountId: account }, COLLEAGUE);
  org.update('Contact', edited, { Title: 'Buyer' }, COLLEAGUE);
  world.clock.advance(MINUTE);
  org.remove('Contact', gone, COLLEAGUE);
  // Its contacts go with it, and nobody is known to have done that.
  org.remove('Account', account, COLLEAGUE);
  const looks = await world.side.read('contact', [edited, gone, along]);
  expect(looks.get(edited)).toMatchObject({ state: 'live', record: { modifiedBy: name } });
  expect([name === '', looks.get(gone), looks.get(along)]).toEqual([false, { state: 'gone', by: name }, { state: 'gone' }]);
});

test('the first round leaves rows of the bin and colleagues\' contacts out', async () => {
  const world = await start();
  const id = await world.addRecord({ familyName: 'Mine' });
  await world.removeRecord(await world.addRecord({ familyName: 'Binned' }));
  world.standIn.org().insert('Contact', { LastName: 'Theirs' }, COLLEAGUE);
  expect((await round(world.side)).changes.map(idOf)).toEqual([id]);
});

test('a column hidden since the cursor was made costs one description, and the round goes on without it', async () => {
  const world = await start();
  const first = await round(world.side);
  world.standIn.org().change({ hiddenFields: ['Contact.Birthdate'] });
  await world.addRecord({ familyName: 'Albers' });
  const before = world.calls();
  const { changes } = await round(world.side, first.cursors);
  expect(world.calls() - before).toBe(3);
  const [change] = changes;
  expect(change?.what === 'seen' && 'birthday' in change.record.fields).toBe(false);
  expect((await world.side.holds('contact')).has('birthday')).toBe(false);
});

test('a cursor older than the recycle bin, of another build or unreadable is lost without a call', async () => {
  const world = await start();
  const { cursors } = await round(world.side);
  world.clock.advance(15 * 86_400_000 + MINUTE);
  const fresh = await round(world.side);
  const before = world.calls();
  expect(await world.side.changes(cursors)).toEqual({ changes: [], cursors: {}, hasMore: false, lost: ['contacts', 'leads'] });
  for (const old of ['{"v":2}', 'no JSON']) {
    const { leads } = fresh.cursors;
    expect(await world.side.changes({ contacts: old, ...(leads === undefined ? {} : { leads }) }))
      .toEqual({ changes: [], cursors: { leads }, hasMore: false, lost: ['contacts'] });
  }
  expect(world.calls()).toBe(before);
});

test('a person account\'s contact is hidden: its name belongs to the account', async () => {
  const world = await start();
  const id = await world.addRecord({ familyName: 'Private' });
  const row = { Id: id, IsPersonAccount: true, OwnerId: world.account.user, IsDeleted: false, MasterRecordId: null,
    SystemModstamp: '2026-11-02T08:00:00.000+0000' };
  await world.side.holds('contact');
  const page = { totalSize: 1, done: true, records: [row] };
  const compositeResponse = [page, { totalSize: 0, done: true, records: [] }]
    .map((body, part) => ({ referenceId: `part${part}`, httpStatusCode: 200, httpHeaders: {}, body }));
  world.inject({ route: 'POST /services/data/v67.0/composite', count: 1, status: 200, body: { compositeResponse } });
  world.inject({ route: 'GET /services/data/v67.0/query*', count: 1, status: 200, body: page });
  expect((await world.side.changes({})).changes).toEqual([]);
  expect((await world.side.read('contact', [id])).get(id)).toEqual({ state: 'hidden' });
});

test('a question among several that is refused ends the look with its own error, and reading loses nothing by a lost answer', async () => {
  const world = await start();
  const { cursors } = await round(world.side);
  const compositeResponse = [[200, { totalSize: 0, done: true, records: [] }],
    [403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]]]
    .map(([httpStatusCode, body], part) => ({ referenceId: `part${part}`, httpStatusCode, httpHeaders: {}, body }));
  world.inject({ route: 'POST /services/data/v67.0/composite', count: 1, status: 200, body: { compositeResponse } });
  await expect(world.side.changes(cursors)).rejects.toMatchObject({ kind: 'quota', details: { code: 'SF_DAILY_LIMIT' } });
  world.inject({ route: 'POST /services/data/v67.0/composite', count: 1, status: 200, body: { compositeResponse: [] } });
  await expect(world.side.changes(cursors)).rejects.toMatchObject({ kind: 'unavailable', details: { code: 'SF_BAD_COMPOSITE' } });
  world.trouble('lostReply', 1);
  const lost: unknown = await world.side.changes(cursors).catch((error: unknown) => error);
  expect(lost).toMatchObject({ kind: 'unavailable' });
  expect(lost).not.toMatchObject({ details: { isOutcomeUnknown: true } });
});
