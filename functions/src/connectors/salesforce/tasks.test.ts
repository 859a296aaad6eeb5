/** Tasks: which of them are to-dos, and an administrator's own words for their states. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, REP, salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import { collect, live, writeOne } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { Operation } from '../../ports/side.ts';

const MINUTE = 60_000;
const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-tasks', ['task']);
  worlds.push(world);
  return world;
}

const task = (world: SalesforceWorld, fields: Record<string, unknown> = {}, owner = REP): string =>
  world.standIn.org().insert('Task', { Subject: 'Call back', ...fields }, owner);
const update = (current: Seen, patch: Fields): Operation => ({ op: 'update', kind: 'task', current, patch });
const status = (world: SalesforceWorld, id: string): unknown => world.standIn.org().tasks().find((one) => one.Id === id)?.['Status'];

/** As an administrator may leave the list: usual words gone, own ones added, two that end a task. */
const OWN_WORDS = [
  { name: 'Planned', label: 'Planned', isClosed: false, isDefault: true }, { name: 'In Progress', label: 'In Progress', isClosed: false, isDefault: false },
  { name: 'Cancelled', label: 'Cancelled', isClosed: true, isDefault: false }, { name: 'Done', label: 'Done', isClosed: true, isDefault: false },
];

test('own open to-dos are read; logged calls, recurring parents, closed ones and those of others are not', async () => {
  const world = await start();
  const org = world.standIn.org();
  const own = task(world);
  task(world, {}, COLLEAGUE);
  task(world, { TaskSubtype: 'Call' });
  task(world, { Status: 'Completed' });
  const { occurrenceIds } = org.addSeries('Task', { Subject: 'Report' }, ['2026-11-05', '2026-11-12'], REP);
  expect([...(await collect(world.side)).seen.keys()].sort()).toEqual([own, ...occurrenceIds].sort());
});

test('a task that is closed after the first read is seen, and says that it is closed', async () => {
  const world = await start();
  const id = task(world);
  const first = await collect(world.side);
  world.clock.advance(30 * MINUTE);
  world.standIn.org().update('Task', id, { Status: 'Completed' });
  const seen = (await collect(world.side, first.cursors)).seen.get(id);
  expect([seen?.isClosed, seen?.fields.status]).toEqual([true, 'completed']);
});

test('an own word reads as the class of its flag, and is never replaced by a word of the same class', async () => {
  const world = await start({ taskStatuses: OWN_WORDS });
  const [planned, cancelled] = [task(world, { Status: 'Planned' }), task(world, { Status: 'Cancelled' })];
  const shown = await Promise.all([planned, cancelled].map((id) => live(world.side, id, 'task')));
  expect(shown.map(({ fields, isClosed }) => [fields.status, isClosed])).toEqual([['notStarted', undefined], ['completed', true]]);
  const [first, second] = shown;
  if (!first || !second) throw new Error('both tasks are live');
  const before = world.requests.length;
  const results = await world.side.write([update(first, { status: 'notStarted' }), update(second, { status: 'completed' })]);
  expect(results.map((result) => result.ok && result.written)).toEqual([{ status: 'notStarted' }, { status: 'completed' }]);
  expect(world.requests.slice(before).filter(({ method }) => method === 'PATCH')).toEqual([]);
  expect([status(world, planned), status(world, cancelled)]).toEqual(['Planned', 'Cancelled']);
});

test('where the usual word is gone, a closed one of the organization ends a task; a state without a word is noted', async () => {
  const world = await start({ taskStatuses: OWN_WORDS });
  const id = task(world, { Status: 'In Progress' });
  const done = await writeOne(world.side, update(await live(world.side, id, 'task'), { status: 'completed' }));
  expect([done.written, status(world, id)]).toEqual([{ status: 'completed' }, 'Cancelled']);
  const reopened = await writeOne(world.side, update(await live(world.side, id, 'task'), { status: 'notStarted' }));
  expect([reopened.written, status(world, id)]).toEqual([{ status: 'notStarted' }, 'Planned']);
  const waiting = await writeOne(world.side, update(await live(world.side, id, 'task'), { status: 'waiting' }));
  expect(waiting).toMatchObject({ written: {}, notes: [{ field: 'status', what: 'notCarried', reason: 'notInPicklist' }] });
});

test('the usual word is taken where it means the same', async () => {
  const world = await start();
  const id = task(world);
  await writeOne(world.side, update(await live(world.side, id, 'task'), { status: 'completed' }));
  expect(status(world, id)).toBe('Completed');
});

test('a start date has no place here, and a due date is a date in every zone', async () => {
  const world = await start();
  expect([...await world.side.holds('task')].sort()).toEqual(['body', 'dueDate', 'importance', 'status', 'subject']);
  const made = await writeOne(world.side, { op: 'create', kind: 'task', linkId: '0123456789abcdefghijklmno1',
    fields: { subject: 'Call', dueDate: '2026-12-02', startDate: '2026-12-01' } });
  expect(made).toMatchObject({ written: { subject: 'Call', dueDate: '2026-12-02' }, notes: [{ field: 'startDate', reason: 'notHeld' }] });
  const away = world.openAgain(false, scopeAround(world.now(), ['task'], 'Pacific/Auckland'));
  expect((await live(away, made.id, 'task')).fields.dueDate).toBe('2026-12-02');
});

test('own open tasks are found by subject, closed ones and those of others are not', async () => {
  const world = await start();
  const id = task(world, { Subject: 'Write the offer' });
  task(world, { Subject: 'Write the offer', Status: 'Completed' });
  task(world, { Subject: 'Write the offer' }, COLLEAGUE);
  const found = await world.side.search('task', [{ emails: [], phones: [], subject: 'WRITE the offer' }]);
  expect(found.map((seen) => seen.id)).toEqual([id]);
});

test('of a lost creation all own tasks made since are told, and none from before', async () => {
  const world = await start();
  const early = task(world, { Subject: 'Call', ActivityDate: '2026-12-02' });
  world.clock.advance(60 * 60_000);
  const startedAt = world.clock.now();
  const payload: Fields = { subject: 'Call', dueDate: '2026-12-02' };
  const [one, other] = [task(world, { Subject: 'Call', ActivityDate: '2026-12-02' }), task(world, { Subject: 'Call', ActivityDate: '2026-12-03' })];
  const recalled = await world.side.recall('task', [{ linkId: 'a'.repeat(26), payload, startedAt }]);
  const { found = [], isByKey } = recalled.get('a'.repeat(26)) ?? {};
  expect([found.map((seen) => seen.id).sort(), isByKey]).toEqual([[one, other].sort(), false]);
  expect(found.map((seen) => seen.id)).not.toContain(early);
});
