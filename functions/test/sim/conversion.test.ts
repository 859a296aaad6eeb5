/** A record that lives on under another id: the one that it becomes is never taken for a stranger. */
import { expect, test } from 'vitest';
import type { Fields } from '../../src/engine/record.ts';
import { userPartition } from '../../src/store/keys.ts';
import { USER } from './mailbox.ts';
import { makeWorld, only } from './sync-world.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };

test('a converted record is no stranger while its pair cannot be looked at', async () => {
  const world = await makeWorld();
  world.m.add(ANNA);
  await world.settle();
  const lead = only(world.c);
  world.c.merge(lead.id, world.c.add(lead.fields));
  const read = world.m.read.bind(world.m);
  world.m.read = (_kind, ids) => Promise.resolve(new Map(ids.map((id) => [id, { state: 'unknown' }])));
  await world.run();
  world.m.read = read;
  await world.settle();
  expect([world.m.live().length, world.state.rows(userPartition(USER)).filter(({ key }) => key.startsWith('l~')).length]).toEqual([1, 1]);
});

test('a lead that cannot be read may be what looks new: nobody is made in the mailbox for it', async () => {
  const world = await makeWorld();
  const lead = world.c.add(ANNA);
  await world.settle();
  const card = only(world.m).id;
  const contact = world.c.add(ANNA);
  world.c.merge(lead, contact);
  const read = world.c.read.bind(world.c);
  world.c.read = (_kind, ids) => Promise.resolve(new Map(ids.map((id) => [id, { state: 'unknown' }])));
  await world.run();
  world.c.read = read;
  await world.settle();
  expect([only(world.m).id, only(world.c).id]).toEqual([card, contact]);
});
