/** The user's word about what runs did: beside an update of unknown outcome, one word after another, about a colleague's record. */
import { expect, test } from 'vitest';
import { storeWishes } from '../../src/app/sync/word.ts';
import type { UndoStep } from '../../src/engine/link.ts';
import type { Fields } from '../../src/engine/record.ts';
import { linkIdOf } from '../../src/store/keys.ts';
import type { Fate } from './fake-record.ts';
import { ORGANIZATION } from './mailbox.ts';
import { journal, makeWorld, MINUTE, only } from './sync-world.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer', department: 'East' };

const step = (field: string, before: string, after: string): UndoStep => ({ action: 'update', side: 'c', fields: [{ field, before, after }] });

test.each([
  ['changes nothing', step('department', 'North', 'South'), 'East'], ['is carried out', step('department', 'North', 'East'), 'North'],
] as const)('an update whose reply got lost is told although a word that %s came first', async (_what, undone, department) => {
  const fates: Fate[] = [];
  const world = await makeWorld({ c: { writeFate: () => fates.shift() ?? 'serve' } });
  const id = world.m.add(ANNA);
  await world.settle();
  world.m.edit(id, { jobTitle: 'Senior buyer' });
  fates.push('lost');
  world.clock.advance(30 * MINUTE);
  await world.run();
  expect(only(world.c).fields['jobTitle']).toBe('Senior buyer');
  expect(await journal(world)).not.toContain('update c changedHere');
  const linkId = linkIdOf(ORGANIZATION, 'contact', 'm', id);
  await storeWishes(world.services, await world.control(), [{ linkId, kind: 'contact', wish: { do: 'undo', steps: [undone] } }]);
  world.clock.advance(30 * MINUTE);
  await world.settle();
  expect(await journal(world)).toContain('update c changedHere');
  expect(only(world.c).fields['department']).toBe(department);
  expect(only(world.m).fields['jobTitle']).toBe('Senior buyer');
});

test('two runs taken back before any run has heard of the first are both taken back, step by step', async () => {
  const world = await makeWorld();
  const id = world.m.add({ ...ANNA, department: 'South' });
  await world.settle();
  const linkId = linkIdOf(ORGANIZATION, 'contact', 'm', id);
  const wish = async (undone: UndoStep): Promise<void> => {
    await storeWishes(world.services, await world.control(), [{ linkId, kind: 'contact', wish: { do: 'undo', steps: [undone] } }]);
  };
  await wish(step('department', 'East', 'South'));
  await wish(step('department', 'North', 'East'));
  await wish(step('jobTitle', 'Assistant', 'Buyer'));
  // What was made is edited since, so it stays.
  await wish({ action: 'insert', side: 'c', fields: [] });
  world.c.edit(only(world.c).id, { webPage: 'https://acme.example' });
  world.clock.advance(30 * MINUTE);
  await world.settle();
  expect(only(world.c).fields).toMatchObject({ department: 'North', jobTitle: 'Assistant' });
});

test.each(['insert', 'update'] as const)('a record that was handed to a colleague since is not touched by an undo (%s)', async (action) => {
  const world = await makeWorld();
  const id = world.m.add(ANNA);
  await world.settle();
  const pair = only(world.c);
  world.c.of(pair.id).owner = { id: 'u2', name: 'Maya Lee', isUser: false };
  const linkId = linkIdOf(ORGANIZATION, 'contact', 'm', id);
  const undone: UndoStep = { ...step('jobTitle', 'Assistant', 'Buyer'), action };
  await storeWishes(world.services, await world.control(), [{ linkId, kind: 'contact', wish: { do: 'undo', steps: [undone] } }]);
  world.clock.advance(30 * MINUTE);
  await world.settle();
  expect(only(world.c).fields['jobTitle']).toBe('Buyer');
  expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 0 } });
});

test('a deletion that is taken back is made good although its pair could not be read at first', async () => {
  const world = await makeWorld();
  const id = world.m.add(ANNA);
  await world.settle();
  world.c.remove(only(world.c).id);
  await world.settle();
  expect(world.c.live()).toEqual([]);
  const linkId = linkIdOf(ORGANIZATION, 'contact', 'm', id);
  const fields = Object.entries(ANNA).map(([field, before]) => ({ field, before, after: null }));
  const undone: UndoStep = { action: 'delete', side: 'c', fields };
  await storeWishes(world.services, await world.control(), [{ linkId, kind: 'contact', wish: { do: 'undo', steps: [undone] } }]);
  const read = world.m.read.bind(world.m);
  world.m.read = (_kind, ids) => Promise.resolve(new Map(ids.map((one) => [one, { state: 'unknown' }])));
  world.clock.advance(30 * MINUTE);
  await world.run();
  world.m.read = read;
  world.clock.advance(30 * MINUTE);
  await world.settle();
  expect(only(world.c).fields).toMatchObject(ANNA);
});
