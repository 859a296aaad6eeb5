import { expect, it } from 'vitest';
import type { Fate } from '../../../test/sim/fake-record.ts';
import { answer, journal, makeWorld, only, type World, type WorldOptions } from '../../../test/sim/sync-world.ts';
import { putConfig } from '../../store/control-store.ts';
import { keys, organizationPartition } from '../../store/keys.ts';

const meeting = (id: string, identity: string) => ({
  kind: 'event' as const, id, version: '1', identity, meeting: 'attendee' as const,
  fields: { subject: `Meeting ${id}`, when: '2026-04-01T10:00:00Z/2026-04-01T11:00:00Z', attendees: ['zoe@acme.example'] },
});

async function eventWorld(options: WorldOptions = {}): Promise<World> {
  const world = await makeWorld(options);
  const control = await world.control();
  await putConfig(world.services, control.userId, { ...control.config, kinds: ['event'] }, control.configEtag);
  return world;
}

it('a meeting that a colleague has brought into the CRM is not made there once more', async () => {
  const world = await eventWorld();
  const { config } = await world.control();
  const key = keys.meeting('uid-1|');
  await world.state.batch(organizationPartition(config.organization), [{ op: 'insert', key, cells: { u: 'somebody else' } }]);
  world.m.put(meeting('m1', 'uid-1|'));
  world.m.put(meeting('m2', 'uid-2|'));
  await world.settle();
  expect(world.c.live().map(({ fields }) => fields.subject)).toEqual(['Meeting m2']);
  expect((await journal(world)).filter((line) => line.startsWith('skip'))).toEqual(['skip colleague']);
});

it('a claim of our own is no obstacle: a run that crashed after it goes on', async () => {
  const world = await eventWorld();
  const { config, userId } = await world.control();
  await world.state.batch(organizationPartition(config.organization), [{ op: 'insert', key: keys.meeting('uid-1|'), cells: { u: userId } }]);
  world.m.put(meeting('m1', 'uid-1|'));
  await world.settle();
  expect(world.c.live()).toHaveLength(1);
});

it('an event without guests is nobody else\'s', async () => {
  const world = await eventWorld();
  const { config } = await world.control();
  const { meeting: _meeting, ...own } = meeting('m1', 'uid-1|');
  world.m.put(own);
  await world.settle();
  expect(await world.state.get(organizationPartition(config.organization), keys.meeting('uid-1|'))).toBeNull();
  expect(world.c.live()).toHaveLength(1);
});

it('nor when the user says that it is none of the records it could be, and nobody asks again', async () => {
  // The other record's own counterpart cannot be made at first: it is matched once more.
  const fates: Fate[] = [{ kind: 'unavailable', details: { code: 'DOWN' } }];
  const world = await eventWorld({ m: { writeFate: ({ op }) => (op === 'create' ? fates.shift() : undefined) ?? 'serve' } });
  const { config } = await world.control();
  await world.state.batch(organizationPartition(config.organization), [{ op: 'insert', key: keys.meeting('uid-1|'), cells: { u: 'somebody else' } }]);
  const own = world.c.add({ subject: 'Meeting m1', when: '2026-04-01T15:00:00Z/2026-04-01T16:00:00Z' }, undefined, 'event');
  world.m.put(meeting('m1', 'uid-1|'));
  await world.settle();
  expect((await world.control()).head.asks).toBe(1);
  await answer(world, 'm1', { verdict: 'different' }, 'event');
  await world.settle();
  expect(only(world.c).id).toBe(own);
  expect(world.m.live().map(({ fields }) => fields.when).sort()).toEqual([meeting('m1', '').fields.when, world.c.of(own).fields.when]);
  expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { event: 1 } });
});

it('a meeting that the user said is none of the others is claimed like any other', async () => {
  const world = await eventWorld();
  const { config, userId } = await world.control();
  world.c.add({ subject: 'Meeting m1', when: '2026-04-01T15:00:00Z/2026-04-01T16:00:00Z' }, undefined, 'event');
  world.m.put(meeting('m1', 'uid-1|'));
  await world.settle();
  await answer(world, 'm1', { verdict: 'different' }, 'event');
  await world.settle();
  expect(world.c.live()).toHaveLength(2);
  expect((await world.state.get(organizationPartition(config.organization), keys.meeting('uid-1|')))?.cells['u']).toBe(userId);
});
