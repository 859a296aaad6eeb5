/** What happens to records, links and open questions when the kinds that are synced change. */
import { beforeEach, expect, test } from 'vitest';
import { USER } from '../../../test/sim/mailbox.ts';
import { journal, makeWorld, MINUTE, type World } from '../../../test/sim/sync-world.ts';
import type { FakeSide } from '../../../test/sim/fake-side.ts';
import type { Fields, Kind } from '../../engine/record.ts';
import type { ChangePage, Side } from '../../ports/side.ts';
import { putConfig, ringBell } from '../../store/control-store.ts';
import { placeOf } from '../../store/due-store.ts';
import type { Services } from '../services.ts';
import { listAsks } from './asks.ts';
import { heldAuthors, listHeld } from './held.ts';
import { wishRecord } from './history.ts';
import { buildPreview, readPreview, requestPreview } from './preview.ts';
import { listRuns } from './runs.ts';
import { syncMailbox } from './sync-mailbox.ts';
import { undoPlan, undoRun } from './undo.ts';

const WINDOW = { back: 14, ahead: 180 };
const ANNA: Fields = { givenName: 'Anna', familyName: 'Berg', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };
const call = (n: number): Fields => ({ subject: `Call ${n}`, dueDate: `2026-03-0${n}`, status: 'notStarted' });

let world: World;
let services: Services;
beforeEach(async () => {
  world = await makeWorld();
  services = { ...world.services, openSide: (control, side, kinds = control.config.kinds) => Promise.resolve(ofKinds(world[side], kinds)) };
});

/** A stream for each kind, as real services have. */
function ofKinds(fake: FakeSide, kinds: readonly Kind[]): Side {
  const changes: Side['changes'] = async (cursors) => {
    const pages = await Promise.all(kinds.map(async (kind): Promise<ChangePage> => {
      const { [kind]: cursor } = cursors;
      const page = await fake.changes(cursor === undefined ? {} : { all: cursor });
      const own = page.changes.filter((change) => (change.what === 'seen' ? change.record.kind : change.kind) === kind);
      return { ...page, changes: own, cursors: { [kind]: page.cursors['all'] ?? '' } };
    }));
    return {
      changes: pages.flatMap((page) => page.changes), cursors: Object.assign({}, ...pages.map((page) => page.cursors)) as ChangePage['cursors'],
      hasMore: pages.some(({ hasMore }) => hasMore), lost: [],
    };
  };
  return {
    name: fake.name, changes, holds: (kind) => fake.holds(kind), read: (kind, ids) => fake.read(kind, ids),
    search: (kind, probes) => fake.search(kind, probes), recall: (kind, lost) => fake.recall(kind, lost), write: (operations) => fake.write(operations),
  };
}

async function setKinds(kinds: readonly Kind[]): Promise<void> {
  const control = await world.control();
  await putConfig(services, USER, { ...control.config, kinds }, control.configEtag);
  world.clock.advance(MINUTE);
  await ringBell(services, USER, world.clock.now(), 'settings');
}

async function settle(): Promise<void> {
  for (let cycle = 0; cycle < 12; cycle += 1) {
    if (await syncMailbox(services, USER) === 'idle') return;
    world.clock.advance(30 * MINUTE);
  }
  throw new Error('never idle');
}

const tasks = (side: 'm' | 'c') => world[side].live().filter(({ kind }) => kind === 'task').map(({ fields }) => fields.subject).sort();

async function withTasks(count: number): Promise<void> {
  await setKinds(['contact', 'task']);
  world.m.add(ANNA);
  for (let n = 1; n <= count; n += 1) world.m.add(call(n), undefined, 'task');
  await settle();
  expect(tasks('c')).toHaveLength(count);
}

test('a kind that is taken away is deleted nowhere and travels no more, while the others go on', async () => {
  await withTasks(3);
  await setKinds(['contact']);
  const [task] = world.m.live().filter(({ kind }) => kind === 'task');
  world.m.edit(task?.id ?? '', { subject: 'Changed while off' });
  world.m.add(call(4), undefined, 'task');
  const [anna] = world.m.live().filter(({ kind }) => kind === 'contact');
  world.m.edit(anna?.id ?? '', { jobTitle: 'CEO' });
  await settle();
  expect([tasks('m').length, tasks('c')]).toEqual([4, ['Call 1', 'Call 2', 'Call 3']]);
  expect(world.c.live().find(({ kind }) => kind === 'contact')?.fields.jobTitle).toBe('CEO');
  const { head, cursors } = await world.control();
  expect(head.links).toMatchObject({ contact: 1, task: 3 });
  expect([Object.keys(cursors.m), Object.keys(cursors.c)]).toEqual([['contact'], ['contact']]);
});

test('turned on again it is linked, not doubled: edits made meanwhile travel, a deletion made meanwhile does not', async () => {
  await withTasks(3);
  await setKinds(['contact']);
  await settle();
  const [first, second] = world.m.live().filter(({ kind }) => kind === 'task');
  world.m.edit(first?.id ?? '', { subject: 'Changed while off' });
  world.m.remove(second?.id ?? '');
  world.m.add(call(4), undefined, 'task');
  await setKinds(['contact', 'task']);
  await settle();
  expect(tasks('m')).toEqual(['Call 3', 'Call 4', 'Changed while off']);
  expect(tasks('c')).toEqual(['Call 2', 'Call 3', 'Call 4', 'Changed while off']);
  expect((await journal(world)).filter((line) => line.startsWith('delete'))).toEqual([]);
});

test('what its preview counts: strangers as ever, the linked beside them, and of those the edited; nothing is written', async () => {
  await withTasks(3);
  await setKinds(['contact']);
  await settle();
  const [first] = world.m.live().filter(({ kind }) => kind === 'task');
  world.m.edit(first?.id ?? '', { subject: 'Changed while off' });
  world.m.add(call(4), undefined, 'task');
  const writes = world.m.writes + world.c.writes;
  await requestPreview(services, USER, { kinds: ['contact', 'task'], window: WINDOW });
  await buildPreview(services, USER);
  const preview = await readPreview(services, USER);
  expect(preview).toMatchObject({ state: 'ready', mailsToSend: 0, scope: { kinds: ['contact', 'task'], window: WINDOW } });
  expect(preview?.kinds.map(({ kind, total, createCrm, linked, edited }) => [kind, total, createCrm.count, linked, edited?.count])).toEqual([
    ['task', 1, 1, 3, 1],
  ]);
  expect(preview?.kinds[0]?.edited?.samples[0]?.name).toBe('Changed while off');
  expect(world.m.writes + world.c.writes).toBe(writes);
  expect((await world.control()).config.kinds).toEqual(['contact']);
});

test('the wider window is what a preview of it opens the sides with, and the running scope keeps its own', async () => {
  const { services: { openSide } } = world;
  const asked: unknown[] = [];
  const watched: Services = { ...services, openSide: (control, side, kinds) => {
    asked.push([control.config.window, kinds]);
    return openSide(control, side);
  } };
  await setKinds(['contact', 'event']);
  const window = { back: 30, ahead: 365 };
  await requestPreview(watched, USER, { kinds: ['contact', 'event'], window });
  await buildPreview(watched, USER);
  expect(asked).toEqual([[window, ['event']], [window, ['event']]]);
  expect((await world.control()).config.window).toBeUndefined();
});

test('another choice is not compared with the count before it', async () => {
  const count = async (kinds: ('contact' | 'event' | 'task')[]) => {
    await requestPreview(services, USER, { kinds, window: WINDOW });
    await buildPreview(services, USER);
    return (await readPreview(services, USER))?.changedSince;
  };
  for (let n = 1; n <= 3; n += 1) world.m.add(call(n), undefined, 'task');
  expect([await count(['contact', 'event']), await count(['contact', 'task'])]).toEqual([undefined, undefined]);
  world.m.add(call(4), undefined, 'task');
  expect(await count(['contact', 'task'])).toBe(1);
});

test('open questions, held deletions and retries of a kind that is off call nobody and wake no run; they come back with it', async () => {
  await withTasks(8);
  world.m.add({ subject: 'Twin', dueDate: '2026-03-05', status: 'notStarted' }, undefined, 'task');
  for (let n = 0; n < 2; n += 1) world.c.add({ subject: 'Twin', dueDate: '2026-03-05', status: 'notStarted' }, undefined, 'task');
  for (const { id } of world.c.live().filter(({ fields }) => /Call [1-7]/.test(String(fields.subject)))) world.c.remove(id);
  await settle();
  const on = await world.control();
  expect(on.head).toMatchObject({ asks: 1, held: 7 });
  await setKinds(['contact']);
  await settle();
  const off = await world.control();
  expect(off.head).toMatchObject({ asks: 0, held: 0, parked: 0 });
  expect(off.head.nextTodoAt).toBeUndefined();
  expect([(await listAsks(services, off)).total, (await listHeld(services, off)).groups]).toEqual([0, []]);
  await expect(heldAuthors(services, off, 'task~delete~m')).rejects.toMatchObject({ details: { code: 'NOT_FOUND' } });
  expect(await placeOf(services.due, USER)).toBeNull();
  await setKinds(['contact', 'task']);
  await settle();
  expect((await world.control()).head).toMatchObject({ asks: 1, held: 7 });
});

test('a run that touched a kind that is off now is undone but for that kind, and nothing is asked of its records', async () => {
  await withTasks(2);
  const { runs } = await listRuns(services, await world.control());
  const first = runs.find(({ counts }) => counts.insert === 3);
  await setKinds(['contact']);
  const control = await world.control();
  const plan = await undoPlan(services, control, first?.id ?? '');
  expect(plan.back.map(({ kind }) => kind)).toEqual(['contact']);
  expect(plan.cannot.map(({ kind, reason }) => [kind, reason])).toEqual([['task', 'notSynced'], ['task', 'notSynced']]);
  await expect(wishRecord(services, control, plan.cannot[0]?.record ?? '', { do: 'unlink' })).rejects.toMatchObject({ details: { code: 'WRONG_STATE' } });
  expect(await undoRun(services, control, first?.id ?? '')).toEqual({ count: 1 });
  await settle();
  expect([tasks('c').length, world.c.live().filter(({ kind }) => kind === 'contact').length]).toEqual([2, 0]);
});
