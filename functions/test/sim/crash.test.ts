/** I7, exhaustively for a small world: a run dies before or after any call it awaits, and the next ones make everything good. */
import { expect, test } from 'vitest';
import type { Services } from '../../src/app/services.ts';
import { syncMailbox } from '../../src/app/sync/sync-mailbox.ts';
import type { SideKey } from '../../src/engine/record.ts';
import { decodeTodo } from '../../src/store/codec.ts';
import { userPartition } from '../../src/store/keys.ts';
import { OWNER, SEALER, USER } from './mailbox.ts';
import { makeWorld, MINUTE, type World } from './sync-world.ts';

const CALLS_MAX = 200;

/** A small world in which each kind of write is due: a creation on either side, an update, and a first meeting with fills. */
async function busyWorld(key: 'plain' | 'none'): Promise<World> {
  const world = await makeWorld({ c: { key } });
  const known = world.m.add({ givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' });
  await world.settle();
  world.clock.advance(30 * MINUTE);
  world.m.edit(known, { jobTitle: 'Senior buyer' });
  world.m.add({ givenName: 'Boris', familyName: 'Brandt', primaryEmail: 'boris@acme.example' });
  world.c.add({ givenName: 'Cleo', familyName: 'Conrad', primaryEmail: 'cleo@acme.example' });
  world.m.add({ givenName: 'Dora', familyName: 'Dahl', primaryEmail: 'dora@acme.example', jobTitle: 'Lead' });
  world.c.add({ givenName: 'Dora', familyName: 'Dahl', primaryEmail: 'dora@acme.example', department: 'East' });
  return world;
}

/** The same services, but the call of this number is the last: it does not happen, or its answer never arrives. */
function dyingAt(services: Services, last: number, isServed: boolean, died: () => void): Services {
  let count = 0;
  const gate = <Words extends unknown[], Answer>(call: (...words: Words) => Promise<Answer>) => async (...words: Words): Promise<Answer> => {
    count += 1;
    if (count < last) return call(...words);
    if (count === last && isServed) await call(...words);
    died();
    return new Promise<Answer>(() => undefined);
  };
  const { state } = services;
  return {
    ...services,
    state: {
      now: () => state.now(), get: gate((partition, key) => state.get(partition, key)), batch: gate((partition, changes) => state.batch(partition, changes)),
      range: gate((partition, from, to, limit) => state.range(partition, from, to, limit)),
    },
    openSide: async (control, key: SideKey, ...rest) => {
      const side = await services.openSide(control, key, ...rest);
      return {
        name: side.name, holds: (kind) => side.holds(kind), changes: gate((cursors) => side.changes(cursors)), read: gate((kind, ids) => side.read(kind, ids)),
        search: gate((kind, probes) => side.search(kind, probes)), recall: gate((kind, lost) => side.recall(kind, lost)),
        write: gate((operations) => side.write(operations)),
      };
    },
  };
}

const cards = (world: World, side: SideKey): string[] => world[side].live()
  .map(({ fields: { givenName, familyName, jobTitle, department } }) => JSON.stringify([givenName, familyName, jobTitle ?? null, department ?? null])).sort();

test.each([['plain', false], ['plain', true], ['none', false], ['none', true]] as const)(
  'a run that dies at any call leaves nothing lost and nothing doubled (key: %s, the call is served: %s)', async (key, isServed) => {
    let number = 1;
    for (; number < CALLS_MAX; number += 1) {
      const world = await busyWorld(key);
      const isOver = await new Promise<boolean>((resolve, reject) => {
        syncMailbox(dyingAt(world.services, number, isServed, () => { resolve(false); }), USER).then(() => { resolve(true); }, reject);
      });
      if (isOver) break;
      world.clock.advance(15 * MINUTE);
      await world.settle();
      expect(cards(world, 'm'), `call ${number}`).toEqual(cards(world, 'c'));
      expect(cards(world, 'm'), `call ${number}`).toHaveLength(4);
      expect(cards(world, 'm')[0]).toContain('Senior buyer');
      const left = world.state.rows(userPartition(USER)).filter((row) => row.key.startsWith('t~')).map((row) => decodeTodo(row, SEALER, OWNER));
      expect(left, `call ${number}`).toEqual([]);
    }
    expect(number).toBeGreaterThan(20);
  });
