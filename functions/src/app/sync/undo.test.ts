import { describe, expect, it } from 'vitest';
import { journal, makeWorld, type World } from '../../../test/sim/sync-world.ts';
import { putConfig } from '../../store/control-store.ts';
import type { Fields } from '../../engine/record.ts';
import { recordHistory, wishRecord } from './history.ts';
import { listRuns } from './runs.ts';
import { undoPlan, undoRun } from './undo.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Berg', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };
const BORIS: Fields = { givenName: 'Boris', familyName: 'Otto', primaryEmail: 'boris@acme.example', jobTitle: 'Clerk' };

const lastRun = async (world: World) => {
  const [run] = (await listRuns(world.services, await world.control())).runs;
  if (!run) throw new Error('there is a run');
  return run;
};
const planOf = async (world: World, id: string) => undoPlan(world.services, await world.control(), id);
const undo = async (world: World, id: string) => undoRun(world.services, await world.control(), id);
const titles = (world: World, side: 'm' | 'c') => world[side].live().map(({ fields }) => fields.jobTitle).sort();

async function worldWithEdits(): Promise<World> {
  const world = await makeWorld();
  world.m.add(ANNA);
  world.m.add(BORIS);
  await world.settle();
  for (const { id } of world.m.live()) world.m.edit(id, { jobTitle: 'CEO' });
  await world.settle();
  expect(titles(world, 'c')).toEqual(['CEO', 'CEO']);
  return world;
}

describe('undo of a run', () => {
  it('puts back the values it wrote, leaves the edited side as it is, and is quiet afterwards', async () => {
    const world = await worldWithEdits();
    const run = await lastRun(world);
    const plan = await planOf(world, run.id);
    expect(plan).toMatchObject({ run: run.id, cannot: [] });
    expect(plan.back.map(({ action, side, changes }) => [action, side, changes])).toEqual([
      ['update', 'c', [{ field: 'jobTitle', before: 'Buyer', after: 'CEO' }]], ['update', 'c', [{ field: 'jobTitle', before: 'Clerk', after: 'CEO' }]],
    ]);
    expect(await undo(world, run.id)).toEqual({ count: 2 });
    await world.settle();
    expect([titles(world, 'm'), titles(world, 'c')]).toEqual([['CEO', 'CEO'], ['Buyer', 'Clerk']]);
    expect((await journal(world)).slice(-2)).toEqual(['update c undone', 'update c undone']);
    expect(await planOf(world, run.id)).toEqual({ run: run.id, isOff: 'alreadyUndone', back: [], cannot: [] });
    await expect(undo(world, run.id)).rejects.toMatchObject({ details: { code: 'WRONG_STATE' } });
  });

  it('leaves alone and lists what was changed since, and what was deleted since', async () => {
    const world = await worldWithEdits();
    const run = await lastRun(world);
    const [first, second] = world.c.live();
    world.c.edit(first?.id ?? '', { jobTitle: 'Owner' }, 'Maya Lee');
    world.c.remove(second?.id ?? '', 'Import User');
    const plan = await planOf(world, run.id);
    expect([plan.back, plan.cannot.map(({ reason, by }) => [reason, by]).sort()]).toEqual([
      [], [['changedSince', 'Maya Lee'], ['deletedSince', 'Import User']],
    ]);
    await undo(world, run.id);
    await world.settle();
    expect(titles(world, 'c')).toEqual(['Owner']);
  });

  it('undone again brings the first state back', async () => {
    const world = await worldWithEdits();
    await undo(world, (await lastRun(world)).id);
    await world.settle();
    const again = await lastRun(world);
    expect((await planOf(world, again.id)).back).toHaveLength(2);
    await undo(world, again.id);
    await world.settle();
    expect([titles(world, 'm'), titles(world, 'c')]).toEqual([['CEO', 'CEO'], ['CEO', 'CEO']]);
  });

  it('takes away a record it made, and nothing makes that again; what was edited since stays', async () => {
    const world = await makeWorld();
    world.m.add(ANNA);
    world.m.add(BORIS);
    await world.settle();
    const runs = (await listRuns(world.services, await world.control())).runs;
    const made = runs.find(({ counts }) => counts.insert === 2);
    world.c.edit(world.c.live().find(({ fields }) => fields.givenName === 'Boris')?.id ?? '', { jobTitle: 'Edited' });
    expect((await planOf(world, made?.id ?? '')).cannot.map(({ name, reason }) => [name, reason])).toEqual([['Boris Otto', 'changedSince']]);
    await undo(world, made?.id ?? '');
    await world.settle();
    expect([world.m.live().length, world.c.live().map(({ fields }) => fields.givenName)]).toEqual([2, ['Boris']]);
    world.m.edit(world.m.live().find(({ fields }) => fields.givenName === 'Anna')?.id ?? '', { jobTitle: 'After' });
    await world.settle();
    expect(world.c.live()).toHaveLength(1);
  });

  it('takes a first meeting apart and its fills back', async () => {
    const world = await makeWorld();
    world.m.add(ANNA);
    world.c.add({ ...ANNA, jobTitle: null, department: 'Sales' });
    await world.settle();
    expect(titles(world, 'c')).toEqual(['Buyer']);
    const runs = (await listRuns(world.services, await world.control())).runs;
    await undo(world, runs.find(({ counts }) => counts.link === 1)?.id ?? '');
    await world.settle();
    expect([titles(world, 'c')[0] ?? null, world.m.live()[0]?.fields.department ?? null]).toEqual([null, null]);
    world.m.edit(world.m.live()[0]?.id ?? '', { jobTitle: 'CEO' });
    await world.settle();
    expect(titles(world, 'c')[0] ?? null).toBeNull();
  });

  it('makes a deleted event again from what stood there', async () => {
    const world = await makeWorld();
    const control = await world.control();
    await putConfig(world.services, control.userId, { ...control.config, kinds: ['event'] }, control.configEtag);
    const meeting = { subject: 'Demo', when: '2026-04-01T10:00:00Z/2026-04-01T11:00:00Z', location: 'HQ' };
    world.m.add(meeting, undefined, 'event');
    await world.settle();
    world.m.remove(world.m.live()[0]?.id ?? '');
    await world.settle();
    expect(world.c.live()).toEqual([]);
    await undo(world, (await lastRun(world)).id);
    await world.settle();
    expect(world.c.live().map(({ fields }) => fields)).toEqual([expect.objectContaining(meeting)]);
    expect(world.m.live()).toEqual([]);
  });
});

describe('a record', () => {
  const idOf = async (world: World) => {
    const plan = await planOf(world, (await lastRun(world)).id);
    return plan.back.find(({ name }) => name === 'Anna Berg')?.record ?? '';
  };

  it('is explained: what happened, with values and the rule, newest first, and what both sides show now', async () => {
    const world = await worldWithEdits();
    const history = await recordHistory(world.services, await world.control(), await idOf(world));
    expect(history).toMatchObject({ kind: 'contact', name: 'Anna Berg', status: 'live', now: { m: { jobTitle: 'CEO' }, c: { jobTitle: 'CEO' } } });
    expect(history.entries.map(({ action, why, changes }) => [action, why, changes.at(-1)?.after])).toEqual([
      ['update', 'changedHere', 'CEO'], ['insert', 'newRecord', expect.any(String)],
    ]);
  });

  it('gets the other side\'s value when the user says so, whatever the rules say', async () => {
    const world = await worldWithEdits();
    await undo(world, (await lastRun(world)).id);
    await world.settle();
    const id = await idOf(world);
    await wishRecord(world.services, await world.control(), id, { do: 'use', field: 'jobTitle', from: 'c' });
    await world.settle();
    expect([titles(world, 'm'), titles(world, 'c')]).toEqual([['Buyer', 'CEO'], ['Buyer', 'Clerk']]);
    expect((await journal(world)).at(-1)).toBe('update m usedOther');
  });

  it('is unlinked and linked again by the user', async () => {
    const world = await worldWithEdits();
    const id = await idOf(world);
    await wishRecord(world.services, await world.control(), id, { do: 'unlink' });
    await world.settle();
    world.m.edit(world.m.live()[0]?.id ?? '', { jobTitle: 'Apart' });
    await world.settle();
    expect(titles(world, 'c')).toEqual(['CEO', 'CEO']);
    await wishRecord(world.services, await world.control(), id, { do: 'relink' });
    await world.settle();
    world.m.edit(world.m.live()[0]?.id ?? '', { jobTitle: 'Together' });
    await world.settle();
    expect(titles(world, 'c')).toEqual(['CEO', 'Together']);
  });

  it('is refused with a sentence when nobody knows it, or when it has no such field', async () => {
    const world = await worldWithEdits();
    const control = await world.control();
    await expect(recordHistory(world.services, control, 'x'.repeat(26))).rejects.toMatchObject({ details: { code: 'NOT_FOUND' } });
    await expect(recordHistory(world.services, control, '0'.repeat(26))).rejects.toMatchObject({ details: { code: 'NOT_FOUND' } });
    await expect(wishRecord(world.services, control, await idOf(world), { do: 'use', field: 'shoeSize', from: 'm' }))
      .rejects.toMatchObject({ details: { code: 'BAD_REQUEST' } });
  });
});
