/** Records of a CRM that several users share: what was a colleague's, or was made by a colleague's run. */
import { expect, test } from 'vitest';
import type { Fields } from '../../src/engine/record.ts';
import { linkIdOf } from '../../src/store/keys.ts';
import { ORGANIZATION } from './mailbox.ts';
import { answer, fieldsOf, makeWorld, MINUTE, only, todoIn } from './sync-world.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };
const COLLEAGUE = { id: 'u2', name: 'Maya Lee', isUser: false };
const ME = { id: 'u1', name: 'Anna Weber', isUser: true };

test.each([false, true])('a record that a colleague\'s run had made and that was handed over is matched like any other (known here: %s)', async (isKnown) => {
  const world = await makeWorld();
  if (isKnown) world.m.add(ANNA);
  const linkKey = linkIdOf(ORGANIZATION, 'contact', 'm', 'a card of the colleague');
  world.c.put({ kind: 'contact', id: 'c9', version: '1', linkKey, fields: ANNA, owner: ME });
  await world.settle();
  expect(only(world.m).fields).toMatchObject(ANNA);
  expect(only(world.c).id).toBe('c9');
  expect(todoIn(world, linkKey)).toBeUndefined();
  expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 1 } });
});

test('the user\'s word about a record that a colleague\'s run had made is heard', async () => {
  const world = await makeWorld();
  const id = world.m.add({ ...ANNA, company: 'Acme' });
  const linkKey = linkIdOf(ORGANIZATION, 'contact', 'm', 'a card of the colleague');
  const fields: Fields = { givenName: 'Anna', familyName: 'Albers', company: 'Acme', jobTitle: null };
  world.c.put({ kind: 'contact', id: 'c9', version: '1', linkKey, fields, owner: ME });
  await world.settle();
  await answer(world, id, { verdict: 'same', candidate: 'c9' });
  await world.settle();
  expect(only(world.c).fields['jobTitle']).toBe('Buyer');
  expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { contact: 1 } });
});

test('a record that was handed to a colleague is never written again, and its pair is taken apart', async () => {
  const world = await makeWorld();
  const id = world.m.add(ANNA);
  await world.settle();
  const pair = only(world.c);
  world.c.of(pair.id).owner = COLLEAGUE;
  world.c.edit(pair.id, { department: 'East' });
  world.m.edit(id, { jobTitle: 'Head of purchasing' });
  await world.settle();
  expect(world.c.of(pair.id).fields['jobTitle']).toBe('Buyer');
  expect(only(world.m).fields['department'] ?? null).toBeNull();
  expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 0 } });
});

test('who was set aside as a colleague\'s is asked about when a record of one\'s own could be meant', async () => {
  const world = await makeWorld();
  const id = world.m.add({ ...ANNA, company: 'Acme' });
  world.c.put({ kind: 'contact', id: 'c8', version: '1', fields: ANNA, owner: COLLEAGUE });
  await world.settle();
  expect((await world.control()).head).toMatchObject({ openTodos: 0, asks: 0 });
  world.c.remove('c8');
  world.clock.advance(MINUTE);
  const own = world.c.add({ givenName: 'Anna', familyName: 'Albers', company: 'Acme' });
  await world.settle();
  expect((await world.control()).head.asks).toBe(1);
  expect(todoIn(world, linkIdOf(ORGANIZATION, 'contact', 'm', id))?.ask?.candidates).toEqual([own]);
  expect(fieldsOf(world.m, 'anna@acme.example')).toBeDefined();
});
