/** Events: whose they are, the window and its rolling edge, days, people instead of guests, and what is never written. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, insertEvent, insertLead, insertPerson, REP, salesforceWorld, START, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import { collect, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import type { Fields, Kind, Seen } from '../../engine/record.ts';
import type { Cursors, Operation, Side } from '../../ports/side.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ALL: readonly Kind[] = ['contact', 'event', 'task'];
const NOON = '2026-11-05T12:00:00Z/2026-11-05T13:00:00Z';
const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}, kinds = ALL): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-events', kinds);
  worlds.push(world);
  return world;
}

const create = (fields: Fields, number = 1): Operation =>
  ({ op: 'create', kind: 'event', linkId: `link${String(number).padStart(22, '0')}`, fields: { subject: 'Demo', when: NOON, ...fields } });
const update = (current: Seen, patch: Fields): Operation => ({ op: 'update', kind: 'event', current, patch });
const stored = (world: SalesforceWorld, id: string): Record<string, unknown> => world.standIn.org().events().find((one) => one.Id === id) ?? {};
/** An hour that begins then. */
const at = (time: number): Record<string, unknown> =>
  ({ StartDateTime: new Date(time).toISOString(), EndDateTime: new Date(time + 60 * MINUTE).toISOString() });
const on = (days: number): Record<string, unknown> => at(START + days * DAY);
const seenIds = async (side: Side, from: Cursors = {}): Promise<string[]> => [...(await collect(side, from)).seen.keys()].sort();

test('contacts, leads, events and tasks are one call, an idle one too, also in a cold process', async () => {
  const world = await start();
  const made = [insertPerson(world, 'Albers'), insertLead(world), insertEvent(world), world.standIn.org().insert('Task', { Subject: 'Call' }, REP)];
  world.clock.advance(11 * MINUTE);
  const before = world.calls();
  const page = await world.side.changes({});
  expect(page.changes.map((change) => (change.what === 'seen' ? change.record.id : ''))).toEqual(made);
  expect(page.changes.map((change) => (change.what === 'seen' ? change.record.kind : ''))).toEqual(['contact', 'contact', 'event', 'task']);
  // The first look of a process describes all four objects at once.
  expect(world.calls() - before).toBe(2);
  expect(Object.keys(page.cursors)).toEqual(['contacts', 'leads', 'events', 'tasks']);
  world.clock.advance(30 * MINUTE);
  const idle = world.calls();
  expect(await world.openAgain(true).changes(page.cursors)).toMatchObject({ changes: [], hasMore: false, lost: [] });
  expect(world.calls() - idle).toBe(1);
});

test('one object alone is a plain query', async () => {
  const world = await start({}, ['event']);
  await world.side.changes({});
  expect(world.requests.at(-1)?.url.pathname).toBe('/services/data/v67.0/query');
});

test('a first read of many pages goes on with its own streams only, and brings every record once', async () => {
  const world = await start({ pageRows: 3 });
  const made = [insertEvent(world), ...Array.from({ length: 8 }, (_, number) => world.standIn.org().insert('Task', { Subject: `Task ${number}` }, REP))];
  await world.side.holds('task');
  const found: string[] = [];
  let cursors: Cursors = {};
  for (let pages = 1, hasMore = true; hasMore; pages += 1) {
    const page = await world.side.changes(cursors);
    found.push(...page.changes.map((change) => (change.what === 'seen' ? change.record.id : '')));
    ({ cursors, hasMore } = page);
    expect(pages).toBeLessThan(5);
  }
  expect(found.sort()).toEqual(made.sort());
});

test('a dead locator of one stream does not disturb the others', async () => {
  const world = await start({ pageRows: 3, locatorHours: 1 });
  const made = Array.from({ length: 5 }, (_, number) => insertEvent(world, { Subject: `Event ${number}` }));
  const tasks = Array.from({ length: 5 }, (_, number) => world.standIn.org().insert('Task', { Subject: `Task ${number}` }, REP));
  const first = await world.side.changes({});
  world.clock.advance(61 * MINUTE);
  const rest = await collect(world.side, first.cursors);
  const early = first.changes.map((change) => (change.what === 'seen' ? change.record.id : ''));
  expect([...early, ...rest.seen.keys()].sort()).toEqual([...made, ...tasks].sort());
});

test("an invited user's copy, the row of a pattern and a colleague's event are not read", async () => {
  const world = await start();
  const org = world.standIn.org();
  const theirs = insertEvent(world, { Subject: 'Theirs' }, COLLEAGUE);
  org.insert('EventRelation', { EventId: theirs, RelationId: world.account.user, IsInvitee: true }, COLLEAGUE);
  const copy = org.events().find((one) => one['IsChild'] === true);
  const { patternId, occurrenceIds } = org.addSeries('Event', { Subject: 'Stand-up', DurationInMinutes: 15 },
    ['2026-11-05T08:00:00Z', '2026-11-06T08:00:00Z'], REP);
  expect(copy?.['OwnerId']).toBe(world.account.user);
  expect(await seenIds(world.side)).toEqual([...occurrenceIds].sort());
  const looks = await world.side.read('event', [copy?.Id ?? '', patternId, occurrenceIds[0] ?? '']);
  expect([...looks.values()].map(({ state }) => state)).toEqual(['hidden', 'hidden', 'live']);
});

test('the first read leaves events beyond the window out; one that changes out there is reported as outside', async () => {
  const world = await start();
  const far = insertEvent(world, { StartDateTime: '2028-01-05T12:00:00Z', EndDateTime: '2028-01-05T13:00:00Z' });
  const past = insertEvent(world, { StartDateTime: '2026-09-01T12:00:00Z', EndDateTime: '2026-09-01T13:00:00Z' });
  const near = insertEvent(world);
  const first = await collect(world.side);
  expect([...first.seen.keys()]).toEqual([near]);
  world.clock.advance(30 * MINUTE);
  for (const id of [far, past, near]) world.standIn.org().update('Event', id, { Subject: 'Moved' });
  const next = await collect(world.side, first.cursors);
  expect([far, past, near].map((id) => next.seen.get(id)?.isOutside)).toEqual([true, true, undefined]);
});

test('an event that enters the window as it rolls on is found although nobody touched it, and only once', async () => {
  const world = await start();
  const { to } = scopeAround(START).window;
  const entering = insertEvent(world, at(to + DAY));
  insertEvent(world, at(to + 40 * DAY));
  world.clock.advance(11 * MINUTE);
  const first = await collect(world.side);
  expect([...first.seen.keys()]).toEqual([]);
  world.clock.advance(30 * MINUTE);
  // Half a day is no reason to ask.
  const soon = { ...scopeAround(START, ALL), window: { from: START, to: to + DAY / 2 } };
  expect(await seenIds(world.openAgain(false, soon), first.cursors)).toEqual([]);
  const later = world.openAgain(false, scopeAround(START + 2 * DAY, ALL));
  const before = world.calls();
  const next = await collect(later, first.cursors);
  expect([...next.seen.values()].map(({ id, isOutside }) => [id, isOutside])).toEqual([[entering, undefined]]);
  expect(world.calls() - before).toBe(1);
  world.clock.advance(30 * MINUTE);
  expect(await seenIds(later, next.cursors)).toEqual([]);
});

test('a window that is set wider brings what lies in it, back and ahead, in the same one call and only once', async () => {
  const world = await start();
  const [past, near, far] = [insertEvent(world, on(-20)), insertEvent(world, on(5)), insertEvent(world, on(300))];
  world.clock.advance(11 * MINUTE);
  const first = await collect(world.side);
  expect([...first.seen.keys()]).toEqual([near]);
  world.clock.advance(30 * MINUTE);
  const wide = world.openAgain(false, scopeAround(START, ALL, undefined, { back: 30, ahead: 365 }));
  const before = world.calls();
  const next = await collect(wide, first.cursors);
  expect([...next.seen.values()].map(({ id, isOutside }) => [id, isOutside])).toEqual(expect.arrayContaining([[past, undefined], [far, undefined]]));
  expect(world.calls() - before).toBe(1);
  expect(await seenIds(wide, next.cursors)).toEqual([]);
});

test('what was made outside a window that was drawn in comes when it is widened again', async () => {
  const world = await start();
  const first = await collect(world.side);
  const narrow = world.openAgain(false, scopeAround(START, ALL, undefined, { back: 1, ahead: 30 }));
  world.clock.advance(30 * MINUTE);
  const made = [insertEvent(world, on(-8)), insertEvent(world, on(90))];
  const out = await collect(narrow, first.cursors);
  expect([...out.seen.values()].map(({ isOutside }) => isOutside)).toEqual([true, true]);
  world.clock.advance(30 * MINUTE);
  const again = await collect(world.openAgain(false, scopeAround(START, ALL)), out.cursors);
  expect([...again.seen.values()].map(({ id, isOutside }) => [id, isOutside]).sort()).toEqual(made.map((id) => [id, undefined]).sort());
});

test('a cursor of an older build, which does not tell where its window began, is asked back once', async () => {
  const world = await start();
  const past = insertEvent(world, on(-20));
  world.clock.advance(11 * MINUTE);
  const { cursors } = await collect(world.side);
  world.clock.advance(30 * MINUTE);
  const { from: _, ...older } = JSON.parse(cursors['events'] ?? '{}') as Record<string, unknown>;
  const wide = world.openAgain(false, scopeAround(START, ALL, undefined, { back: 30 }));
  const next = await collect(wide, { ...cursors, events: JSON.stringify(older) });
  expect([...next.seen.keys()]).toEqual([past]);
  expect(await seenIds(wide, next.cursors)).toEqual([]);
});

test('whole days keep their dates, whatever the zone of the user, and end on an inclusive day', async () => {
  const world = await start();
  const id = insertEvent(world, { IsAllDayEvent: true, StartDateTime: '2026-12-01T00:00:00Z', EndDateTime: '2026-12-02T00:00:00Z' });
  expect((await live(world.side, id, 'event')).fields.when).toBe('2026-12-01/2026-12-03');
  const made = await writeOne(world.side, create({ when: '2026-12-24/2026-12-25' }));
  const midnight = '2026-12-24T00:00:00.000+0000';
  expect(stored(world, made.id)).toMatchObject({ IsAllDayEvent: true, StartDateTime: midnight, EndDateTime: midnight });
});

test('a private event shows that it is, and an event with invitees that it is a meeting', async () => {
  const world = await start();
  const [secret, meeting] = [insertEvent(world, { IsPrivate: true }), insertEvent(world)];
  world.standIn.org().insert('EventRelation', { EventId: meeting, RelationId: insertPerson(world, 'Albers'), IsInvitee: true }, REP);
  expect((await live(world.side, secret, 'event')).isPrivate).toBe(true);
  expect((await live(world.side, meeting, 'event')).meeting).toBe('organizer');
});

test('an event that others are invited to is neither changed nor deleted: a server could mail them', async () => {
  const world = await start();
  const id = insertEvent(world);
  world.standIn.org().insert('EventRelation', { EventId: id, RelationId: insertPerson(world, 'Albers'), IsInvitee: true }, REP);
  const mailed = world.mailsSent();
  const current = await live(world.side, id, 'event');
  const results = await world.side.write([update(current, { subject: 'Other' }), { op: 'delete', kind: 'event', id, version: current.version }]);
  const refusal = { ok: false, error: { kind: 'invalid', details: { code: 'SF_HAS_INVITEES' } } };
  expect(results).toMatchObject([refusal, refusal]);
  expect(stored(world, id)).toMatchObject({ Subject: 'Demo', IsDeleted: false });
  expect(world.mailsSent()).toBe(mailed);
});

test('tentative and working elsewhere are held as busy and free, and a later edit of another field leaves them', async () => {
  const world = await start();
  const made = await writeOne(world.side, create({ showAs: 'tentative' }));
  expect(made).toMatchObject({ written: { showAs: 'busy' }, notes: [] });
  expect(stored(world, made.id)['ShowAs']).toBe('Busy');
  const away = await writeOne(world.side, update(await live(world.side, made.id, 'event'), { showAs: 'workingElsewhere' }));
  expect(away.written).toEqual({ showAs: 'free' });
  expect(stored(world, made.id)['ShowAs']).toBe('Free');
  // Both words mean what is there already: nothing is sent.
  const before = world.calls();
  expect((await writeOne(world.side, update(await live(world.side, made.id, 'event'), { showAs: 'free' }))).written).toEqual({ showAs: 'free' });
  expect(world.calls() - before).toBe(1);
  expect((await writeOne(world.side, update(await live(world.side, made.id, 'event'), { showAs: 'oof' }))).written).toEqual({ showAs: 'oof' });
});

test('a long description stays where it is and says so; a short one travels with its lines', async () => {
  const world = await start();
  const [long, short] = [insertEvent(world, { Description: 'x'.repeat(8001) }), insertEvent(world, { Description: 'One\r\nTwo' })];
  const seen = await live(world.side, long, 'event');
  expect(['body' in seen.fields, seen.left]).toEqual([false, ['body']]);
  expect((await live(world.side, short, 'event')).fields.body).toBe('One\nTwo');
});

test('a search finds own events of the day with the subject, whatever stands before it, and nobody else\'s', async () => {
  const world = await start();
  const id = insertEvent(world, { Subject: 'Demo' });
  insertEvent(world, { StartDateTime: '2026-11-06T12:00:00Z', EndDateTime: '2026-11-06T13:00:00Z' });
  insertEvent(world, { Subject: 'Demonstration' });
  insertEvent(world, {}, COLLEAGUE);
  const found = await world.side.search('event', [{ emails: [], phones: [], subject: 'RE: demo', when: '2026-11-05T16:00:00Z/2026-11-05T17:00:00Z' }]);
  expect(found.map((seen) => seen.id)).toEqual([id]);
});

test('a user who does not see the times of events syncs none, and everything else', async () => {
  const world = await start({ hiddenFields: ['Event.EndDateTime'] });
  insertEvent(world);
  const task = world.standIn.org().insert('Task', { Subject: 'Call' }, REP);
  expect(await seenIds(world.side)).toEqual([task]);
  expect([...await world.side.holds('event')]).toEqual([]);
  const [result] = await world.side.write([create({})]);
  expect(result).toMatchObject({ ok: false, error: { kind: 'denied' } });
});

test('a field hidden from the user is not held, not written and noted', async () => {
  const world = await start({ hiddenFields: ['Event.ShowAs', 'Event.WhoId'] });
  expect([...await world.side.holds('event')].sort()).toEqual(['body', 'location', 'subject', 'when']);
  const made = await writeOne(world.side, create({ showAs: 'free', attendees: ['anna@acme.example'] }));
  expect(made.notes.map(({ field, reason }) => [field, reason])).toEqual([['showAs', 'accessDenied'], ['attendees', 'accessDenied']]);
  expect((await lookAt(world.side, made.id, 'event')).state).toBe('live');
});
