import { describe, expect, it } from 'vitest';
import { journal, makeWorld, MINUTE, type World } from '../../../test/sim/sync-world.ts';
import { putConfig } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import { answerHeld, heldAuthors, listHeld } from './held.ts';

const DAY = 24 * 60 * MINUTE;

const dayIn = (day: number): string => `2026-04-${String(day).padStart(2, '0')}`;

const event = (day: number) => ({
  subject: `Meeting ${day}`, when: `${dayIn(day)}T10:00:00Z/${dayIn(day)}T11:00:00Z`, location: null, showAs: 'busy',
});

async function worldWith(events: number): Promise<World> {
  const world = await makeWorld();
  const control = await world.control();
  await putConfig(world.services, control.userId, { ...control.config, kinds: ['contact', 'event'] }, control.configEtag);
  for (let day = 1; day <= events; day += 1) world.m.add(event(day), undefined, 'event');
  await world.settle();
  expect(world.c.live()).toHaveLength(events);
  return world;
}

const held = async (world: World) => (await listHeld(world.services, await world.control())).groups;
const answer = async (world: World, id: string, verdict: 'keep' | 'restore' | 'confirm', records?: string[]) => (
  answerHeld(world.services, await world.control(), id, { verdict, ...(records ? { records } : {}) }));

describe('the brake', () => {
  it('lets a few deletions of events pass, on positive evidence', async () => {
    const world = await worldWith(20);
    for (const { id } of world.m.live().slice(0, 5)) world.m.remove(id);
    await world.settle();
    expect(world.c.live()).toHaveLength(15);
    expect((await journal(world)).filter((line) => line.startsWith('delete'))).toEqual(Array(5).fill('delete c deletedThere'));
    expect(await held(world)).toEqual([]);
  });

  it('holds what is more than a person deletes in a day: nothing is deleted until the user confirms', async () => {
    const world = await worldWith(20);
    for (const { id } of world.m.live().slice(0, 8)) world.m.remove(id);
    await world.settle();
    expect(world.c.live()).toHaveLength(20);
    const [group, ...others] = await held(world);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ id: 'event~delete~c', kind: 'event', what: 'delete', side: 'c', count: 8, limit: 5, isSuspect: false });
    expect(group?.records[0]?.name).toMatch(/^Meeting \d+$/);
    expect((await world.control()).head.held).toBe(8);
    expect(await answer(world, 'event~delete~c', 'confirm')).toEqual({ count: 8 });
    expect(await held(world)).toEqual([]);
    await world.settle();
    expect(world.c.live()).toHaveLength(12);
    expect((await world.control()).head.held).toBe(0);
  });

  it('counts a day: five today, and the sixth is held; tomorrow it starts anew', async () => {
    const world = await worldWith(20);
    const ids = world.m.live().map(({ id }) => id);
    for (const id of ids.slice(0, 5)) world.m.remove(id);
    await world.settle();
    world.m.remove(ids[5] ?? '');
    await world.settle();
    expect([world.c.live().length, (await held(world))[0]?.count]).toEqual([15, 1]);
    await answer(world, 'event~delete~c', 'keep');
    await world.settle();
    world.clock.advance(DAY);
    world.m.remove(ids[6] ?? '');
    await world.settle();
    expect(world.c.live()).toHaveLength(14);
  });

  it('takes an emptied source for a fault', async () => {
    const world = await worldWith(12);
    for (const { id } of world.m.live()) world.m.remove(id);
    await world.settle();
    expect(world.c.live()).toHaveLength(12);
    expect((await held(world))[0]).toMatchObject({ count: 12, isSuspect: true });
  });

  it('keeps the untouched side when the user says so, and never asks again', async () => {
    const world = await worldWith(20);
    for (const { id } of world.m.live().slice(0, 8)) world.m.remove(id);
    await world.settle();
    await answer(world, 'event~delete~c', 'keep');
    await world.settle();
    expect([world.c.live().length, world.m.live().length]).toEqual([20, 12]);
    expect((await journal(world)).filter((line) => line.includes('keptByUser'))).toHaveLength(8);
    world.clock.advance(DAY);
    await world.settle();
    expect([world.c.live().length, world.m.live().length]).toEqual([20, 12]);
  });

  it('makes again what vanished, and the pairs go on', async () => {
    const world = await worldWith(20);
    for (const { id } of world.m.live().slice(0, 8)) world.m.remove(id);
    await world.settle();
    const [one] = (await held(world))[0]?.records ?? [];
    expect(await answer(world, 'event~delete~c', 'restore', [one?.id ?? ''])).toEqual({ count: 1 });
    await world.settle();
    expect(world.m.live()).toHaveLength(13);
    await answer(world, 'event~delete~c', 'restore');
    await world.settle();
    expect([world.m.live().length, world.c.live().length]).toEqual([20, 20]);
    const again = world.m.live().find(({ fields }) => fields.subject === one?.name);
    world.m.edit(again?.id ?? '', { location: 'Room 5' });
    await world.settle();
    expect(world.c.live().find(({ fields }) => fields.subject === one?.name)?.fields.location).toBe('Room 5');
  });

  it('what reappears while it is held is no longer held', async () => {
    const world = await worldWith(20);
    const gone = world.m.live().slice(0, 8);
    for (const { id } of gone) world.m.remove(id);
    await world.settle();
    world.m.restore(gone[0]?.id ?? '');
    await world.settle();
    expect((await held(world))[0]?.count).toBe(7);
    expect(world.c.live()).toHaveLength(20);
  });

  it('holds the emptying of one field in many records; keep leaves the values, restore brings them back', async () => {
    const world = await makeWorld();
    for (let index = 0; index < 20; index += 1) {
      world.m.add({ givenName: 'P', familyName: `Person ${index}`, primaryEmail: `p${index}@acme.example`, jobTitle: 'Buyer' });
    }
    await world.settle();
    for (const { id } of world.m.live().slice(0, 9)) world.m.edit(id, { jobTitle: null });
    await world.settle();
    const titles = (side: 'm' | 'c') => world[side].live().filter(({ fields }) => fields.jobTitle === 'Buyer').length;
    expect([titles('m'), titles('c')]).toEqual([11, 20]);
    const [group] = await held(world);
    expect(group).toMatchObject({ what: 'blank', side: 'c', field: 'jobTitle', count: 9, limit: 5 });
    await answer(world, group?.id ?? '', 'keep', group?.records.slice(0, 4).map(({ id }) => id));
    await world.settle();
    expect([titles('m'), titles('c')]).toEqual([11, 20]);
    await answer(world, group?.id ?? '', 'restore');
    await world.settle();
    expect([titles('m'), titles('c')]).toEqual([16, 20]);
    expect(await held(world)).toEqual([]);
  });

  it('is told with who did it, most first, where the side tells', async () => {
    const world = await worldWith(20);
    const ids = world.m.live().map(({ id }) => id);
    for (const [index, id] of ids.slice(0, 8).entries()) world.m.remove(id, index < 5 ? 'Import User' : index < 7 ? 'Maya Lee' : undefined);
    await world.settle();
    const control = await world.control();
    expect(await heldAuthors(world.services, control, 'event~delete~c')).toEqual({ by: [{ name: 'Import User', count: 5 }, { name: 'Maya Lee', count: 2 }] });
    const rows = JSON.stringify(world.state.rows(userPartition(control.userId)));
    expect(rows).not.toContain('Import User');
    await expect(heldAuthors(world.services, control, 'task~delete~c')).rejects.toMatchObject({ details: { code: 'NOT_FOUND' } });
  });

  it('of emptied fields names who touched the records last', async () => {
    const world = await makeWorld();
    for (let index = 0; index < 20; index += 1) {
      world.m.add({ givenName: 'P', familyName: `Person ${index}`, primaryEmail: `p${index}@acme.example`, jobTitle: 'Buyer' });
    }
    await world.settle();
    for (const { id } of world.m.live().slice(0, 9)) world.m.edit(id, { jobTitle: null }, 'Import User');
    await world.settle();
    expect(await heldAuthors(world.services, await world.control(), 'contact~blank~c~jobTitle')).toEqual({ by: [{ name: 'Import User', count: 9 }] });
  });

  it('an answer to what is no longer held is refused with a sentence', async () => {
    const world = await worldWith(6);
    await expect(answer(world, 'event~delete~c', 'confirm')).rejects.toMatchObject({ details: { code: 'NOT_FOUND' } });
  });
});
