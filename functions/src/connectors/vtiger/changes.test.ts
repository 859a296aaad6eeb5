/** Finding changes by both ways: lost seconds, long lists, deletions with and without a word of the service, windows that move. */
import { afterEach, expect, test } from 'vitest';
import { pages } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import { START, vtigerWorld, type VtigerWorld, type VtigerWorldOptions } from '../../../test/worlds/vtiger.ts';
import type { Change, Cursors, Side } from '../../ports/side.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALL = ['contact', 'event', 'task'] as const;
const worlds: VtigerWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(options: VtigerWorldOptions = {}): Promise<VtigerWorld> {
  const world = await vtigerWorld({ recordAs: 'vtiger-changes', ...options });
  worlds.push(world);
  return world;
}

/** A server as a fresh install is: `sync` crashes. */
const startFresh = (options: VtigerWorldOptions = {}): Promise<VtigerWorld> => start({ ...options, settings: { sync: 'unmodified' } });

async function round(side: Side, from: Cursors = {}): Promise<{ readonly changes: readonly Change[]; readonly cursors: Cursors }> {
  const { all, cursors } = await pages(side, from);
  return { changes: all.flatMap(({ changes }) => changes), cursors };
}

const idOf = (change: Change): string => (change.what === 'seen' ? change.record.id : change.id);
const told = (changes: readonly Change[]): string[] => changes.map((change) => `${change.what} ${idOf(change)}`).sort();
const operations = (world: VtigerWorld): string[] => world.requests.map(({ operation }) => operation);

for (const [mode, begin, operation] of [['sync', start, 'sync'], ['query', startFresh, 'query']] as const) {
  test(`an idle look is one call a module, in a cold process too (${mode})`, async () => {
    const world = await begin({ kinds: ALL });
    world.hands.addAccount({ accountname: 'Acme' });
    for (let number = 0; number < 230; number += 1) await world.addRecord({ familyName: `Person ${number}` });
    const first = await round(world.side);
    world.clock.advance(30 * MINUTE);
    // Many records of one last second are listed once more where only a query tells, and not again.
    const { cursors, changes } = await round(world.side, first.cursors);
    expect(changes).toEqual([]);
    world.clock.advance(30 * MINUTE);
    world.requests.length = 0;
    expect(await world.openAgain(true).changes(cursors)).toMatchObject({ changes: [], hasMore: false, lost: [] });
    expect(operations(world)).toEqual([operation, operation, operation, operation]);
  });

  test(`more than a page of one second, and what changes while it is read, is neither lost nor repeated (${mode})`, async () => {
    const world = await begin();
    const first = await round(world.side);
    world.clock.advance(MINUTE);
    const made: string[] = [];
    for (let number = 0; number < 250; number += 1) made.push(await world.addRecord({ familyName: `Same second ${number}` }));
    const page = await world.side.changes(first.cursors);
    world.clock.advance(MINUTE);
    await world.editRecord(made[0] ?? '', { jobTitle: 'Edited meanwhile' });
    const rest = await round(world.side, page.cursors);
    const next = await round(world.side, rest.cursors);
    const all = [...page.changes, ...rest.changes, ...next.changes].map(idOf);
    expect([...new Set(all)].sort()).toEqual(made.sort());
    const titles = [...rest.changes, ...next.changes].map((change) => change.what === 'seen' && change.record.fields.jobTitle);
    expect(titles).toContain('Edited meanwhile');
    expect((await round(world.side, next.cursors)).changes).toEqual([]);
  });

  test(`a change in the very second of the last look is not missed, and a save without a change is none (${mode})`, async () => {
    const world = await begin();
    const id = await world.addRecord({ familyName: 'Albers' });
    const first = await round(world.side);
    const late = await world.addRecord({ familyName: 'Same second' });
    const second = await round(world.side, first.cursors);
    expect(told(second.changes)).toEqual([`seen ${late}`]);
    world.clock.advance(MINUTE);
    await world.editRecord(id, { familyName: 'Albers' });
    const { changes: [noChange] } = await round(world.side, second.cursors);
    expect(noChange).toBeUndefined();
    world.clock.advance(MINUTE);
    await world.editRecord(id, { familyName: 'Brandt' });
    expect(told((await round(world.side, second.cursors)).changes)).toEqual([`seen ${id}`]);
  });

  test(`the first round asks for open tasks and events of the window alone; a colleague's records are nobody's news (${mode})`, async () => {
    const world = await begin({ kinds: ALL });
    await world.add('task', { subject: 'Done', status: 'completed' });
    await world.add('event', { subject: 'Long ago', when: '2025-11-05T12:00:00Z/2025-11-05T13:00:00Z' });
    world.clock.advance(MINUTE);
    const task = await world.add('task', { subject: 'Open' });
    const event = await world.add('event', { subject: 'In the window', when: '2026-11-05T12:00:00Z/2026-11-05T13:00:00Z' });
    world.colleague.addContact({ lastname: 'Theirs' });
    const { changes, cursors } = await round(world.side);
    expect(told(changes)).toEqual([`seen ${event}`, `seen ${task}`].sort());
    world.clock.advance(MINUTE);
    await world.edit('task', task, { status: 'completed' });
    const next = await round(world.side, cursors);
    expect(next.changes.map((change) => change.what === 'seen' && change.record.isClosed)).toEqual([true]);
  });

  test(`a window that moves on or is set wider takes in what lies there; a narrower one forgets nothing made outside it (${mode})`, async () => {
    const world = await begin({ kinds: ['event'] });
    const at = (day: string): string => `${day}T12:00:00Z/${day}T13:00:00Z`;
    const wide = await world.add('event', { subject: 'In 200 days', when: at('2027-05-21') });
    const past = await world.add('event', { subject: '20 days ago', when: at('2026-10-13') });
    const openWith = (back: number, ahead: number): Side => world.openAgain(false, scopeAround(START, ['event'], 'Europe/Berlin', { back, ahead }));
    const first = await round(openWith(14, 180));
    expect(first.changes).toEqual([]);
    const wider = await round(openWith(30, 220), first.cursors);
    expect(told(wider.changes)).toEqual([`seen ${wide}`, `seen ${past}`].sort());
    const narrow = await round(openWith(7, 30), wider.cursors);
    world.clock.advance(MINUTE);
    const outside = await world.add('event', { subject: 'Made while it was narrow', when: at('2027-01-20') });
    const made = await round(openWith(7, 30), narrow.cursors);
    expect(made.changes.map((change) => change.what === 'seen' && change.record.isOutside)).toEqual([true]);
    expect(told((await round(openWith(14, 180), made.cursors)).changes)).toContain(`seen ${outside}`);
  });
}

test('a deleted record is named once by a service that tells, and a reassigned one sends no sign', async () => {
  const world = await start();
  const [gone, given] = [await world.addRecord({ familyName: 'Gone' }), await world.addRecord({ familyName: 'Given' })];
  const first = await round(world.side);
  world.clock.advance(MINUTE);
  await world.removeRecord(gone);
  world.hands.reassign(given, '19x6');
  const second = await round(world.side, first.cursors);
  expect(told(second.changes)).toEqual([`removed ${gone}`]);
  expect((await round(world.side, second.cursors)).changes).toEqual([]);
  const looks = await world.side.read('contact', [gone, given, '12x99999', 'nonsense', '77x1']);
  expect([...looks.values()].map(({ state }) => state)).toEqual(['gone', 'live', 'hidden', 'hidden', 'hidden']);
  expect(looks.get(given)).toMatchObject({ record: { owner: { id: '19x6', isUser: false } } });
});

test('where deletions are not told, a census finds what is missing, and no look calls it gone', async () => {
  const world = await startFresh();
  const stays = await world.addRecord({ familyName: 'Stays' });
  const [gone, given] = [await world.addRecord({ familyName: 'Gone' }), await world.addRecord({ familyName: 'Given' })];
  const first = await round(world.side);
  world.clock.advance(MINUTE);
  await world.removeRecord(gone);
  world.hands.reassign(given, '19x6');
  const second = await round(world.side, first.cursors);
  expect(second.changes).toEqual([]);
  world.clock.advance(6 * HOUR);
  const third = await round(world.side, second.cursors);
  expect(told(third.changes)).toEqual([`touched ${gone}`, `touched ${given}`].sort());
  expect((await round(world.side, third.cursors)).changes).toEqual([]);
  const looks = await world.side.read('contact', [stays, gone, given]);
  expect([...looks.values()].map(({ state }) => state)).toEqual(['live', 'hidden', 'live']);
});

test('a service whose deletions were told and are no more loses its cursor; one that is down keeps it', async () => {
  const world = await start();
  await world.addRecord({ familyName: 'Albers' });
  const first = await round(world.side);
  world.inject({ route: '* /webservice.php', count: 20, status: 500, body: '' });
  await expect(world.side.changes(first.cursors)).rejects.toMatchObject({ kind: 'unavailable' });
  world.crm.server.clearFaults();
  world.crm.controls.sync('unmodified');
  const page = await world.side.changes(first.cursors);
  expect([page.lost, page.cursors]).toEqual([['contacts', 'leads'], {}]);
  const anew = await round(world.side, page.cursors);
  expect(anew.changes).toHaveLength(1);
  // A day later the operation is there again, and is used.
  world.crm.controls.sync('registered');
  world.clock.advance(25 * HOUR);
  const later = await round(world.side, anew.cursors);
  world.requests.length = 0;
  await world.side.changes(later.cursors);
  expect(operations(world)).toEqual(['sync', 'sync']);
});

test('a module that an administrator takes away falls silent, and comes back after a day', async () => {
  const world = await start({ kinds: ['event'] });
  world.crm.controls.set({ hidden: ['Events.time_end'] });
  const first = await round(world.side);
  world.requests.length = 0;
  expect((await round(world.side, first.cursors)).changes).toEqual([]);
  expect(operations(world)).toEqual([]);
  expect([...await world.side.holds('event')]).toEqual([]);
  world.crm.controls.set({ hidden: [] });
  const id = await world.add('event', { subject: 'Back', when: '2026-11-05T12:00:00Z/2026-11-05T13:00:00Z' });
  world.clock.advance(25 * HOUR);
  expect(told((await round(world.side, first.cursors)).changes)).toEqual([`seen ${id}`]);
});

test('a cursor of another build is given up', async () => {
  const world = await start();
  expect((await world.side.changes({ contacts: '{"v":0}', leads: 'x' })).lost).toEqual(['contacts', 'leads']);
});

test('7.x, which reads no kind of sync, is asked the same way', async () => {
  const world = await start({ settings: { sync: 'userOnly' } });
  const id = await world.addRecord({ familyName: 'Albers' });
  const first = await round(world.side);
  world.clock.advance(MINUTE);
  await world.removeRecord(id);
  expect(told((await round(world.side, first.cursors)).changes)).toEqual([`removed ${id}`]);
});
