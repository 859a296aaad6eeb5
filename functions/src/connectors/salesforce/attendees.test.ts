/** Guests of a meeting become the people an event is about: who that is, how many, and that nobody is ever invited. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, insertEvent, insertLead, insertPerson, REP, salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import { live, writeOne } from '../../../test/contract/side-world.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { Operation } from '../../ports/side.ts';

const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-attendees', ['contact', 'event']);
  worlds.push(world);
  return world;
}

const create = (attendees: Fields['attendees'], number = 1): Operation => ({
  op: 'create', kind: 'event', linkId: `link${String(number).padStart(22, '0')}`,
  fields: { subject: 'Demo', when: '2026-11-05T12:00:00Z/2026-11-05T13:00:00Z', ...attendees === undefined ? {} : { attendees } },
});
const update = (current: Seen, patch: Fields): Operation => ({ op: 'update', kind: 'event', current, patch });
const stored = (world: SalesforceWorld, id: string): Record<string, unknown> => world.standIn.org().events().find((one) => one.Id === id) ?? {};

test('a guest becomes the contact that has the address, the own one first; nobody is invited and nobody mailed', async () => {
  const world = await start();
  const own = insertPerson(world, 'Albers');
  insertPerson(world, 'Ashworth', 'albers@acme.example', COLLEAGUE);
  const theirs = insertPerson(world, 'Brandt', 'BRANDT@acme.example', COLLEAGUE);
  const [first, second] = await world.side.write([create(['ALBERS@acme.example']), create(['brandt@acme.example'], 2)]);
  expect([first, second].map((result) => result?.ok && [result.written.attendees, result.notes]))
    .toEqual([[['albers@acme.example'], []], [['brandt@acme.example'], []]]);
  expect([first, second].map((result) => result?.ok && stored(world, result.id)['WhoId'])).toEqual([own, theirs]);
  expect(world.standIn.org().eventRelations()).toEqual([]);
  expect(world.mailsSent()).toBe(0);
});

test('an address of nobody, or of several, is not carried; a lead stands for its address until it is converted', async () => {
  const world = await start();
  for (const name of ['Twin', 'Twain']) insertPerson(world, name, 'twin@acme.example', COLLEAGUE);
  const prospect = insertLead(world, { LastName: 'Lead', Email: 'lead@acme.example' }, COLLEAGUE);
  const results = await world.side.write(['nobody@acme.example', 'twin@acme.example', 'lead@acme.example'].map((email, number) => create([email], number)));
  expect(results.map((result) => result.ok && [result.written.attendees, result.notes.map(({ reason }) => reason)]))
    .toEqual([[null, ['noPerson']], [null, ['noPerson']], [['lead@acme.example'], []]]);
  const [, , third] = results;
  expect(third?.ok && stored(world, third.id)['WhoId']).toBe(prospect);
  world.standIn.org().convertLead(insertLead(world, { LastName: 'Gone', Email: 'gone@acme.example' }));
  const made = await writeOne(world.side, create(['gone@acme.example'], 4));
  expect(String(stored(world, made.id)['WhoId'])).toMatch(/^003/);
});

test('guests of a whole write are looked up in one call', async () => {
  const world = await start();
  for (let number = 0; number < 60; number += 1) insertPerson(world, `Person${number}`);
  await Promise.all([world.side.holds('contact'), world.side.holds('event')]);
  const before = world.calls();
  const results = await world.side.write(Array.from({ length: 60 }, (_, number) => create([`person${number}@acme.example`], number)));
  expect(results.every((result) => result.ok && result.notes.length === 0)).toBe(true);
  expect(world.calls() - before).toBe(2);
});

test('without Shared Activities one person is named and the others are listed', async () => {
  const world = await start();
  const [anna] = [insertPerson(world, 'Anna'), insertPerson(world, 'Boris')];
  const made = await writeOne(world.side, create(['anna@acme.example', 'boris@acme.example']));
  expect(made).toMatchObject({ written: { attendees: ['anna@acme.example'] }, notes: [{ field: 'attendees', what: 'notCarried', reason: 'tooMany' }] });
  expect(stored(world, made.id)['WhoId']).toBe(anna);
});

test('with Shared Activities all are named as parents, never as invitees; removed ones go, people without an address stay', async () => {
  const world = await start({ sharedActivities: true });
  const [anna, boris, clara] = ['Anna', 'Boris', 'Clara'].map((name) => insertPerson(world, name));
  const nameless = insertPerson(world, 'Nameless', null);
  const made = await writeOne(world.side, create(['anna@acme.example', 'boris@acme.example']));
  expect(made).toMatchObject({ written: { attendees: ['anna@acme.example', 'boris@acme.example'] }, notes: [] });
  world.standIn.org().insert('EventRelation', { EventId: made.id, RelationId: nameless, IsParent: true }, REP);
  const current = await live(world.side, made.id, 'event');
  expect(current.fields.attendees).toEqual(['anna@acme.example', 'boris@acme.example']);
  const changed = await writeOne(world.side, update(current, { attendees: ['anna@acme.example', 'clara@acme.example'] }));
  expect(changed.written.attendees).toEqual(['anna@acme.example', 'clara@acme.example']);
  const relations = world.standIn.org().eventRelations().filter((relation) => relation['EventId'] === made.id);
  expect(relations.map((relation) => relation['RelationId']).sort()).toEqual([anna, clara, nameless].sort());
  expect(relations.map((relation) => relation['RelationId'])).not.toContain(boris);
  expect(relations.some((relation) => relation['IsInvitee'] === true)).toBe(false);
  expect(world.mailsSent()).toBe(0);
  expect((await live(world.side, made.id, 'event')).fields.attendees).toEqual(['anna@acme.example', 'clara@acme.example']);
});

test('clearing the guests clears the person that had one of the addresses', async () => {
  const world = await start();
  const id = insertEvent(world, { WhoId: insertPerson(world, 'Anna') });
  const current = await live(world.side, id, 'event');
  expect(current.fields.attendees).toEqual(['anna@acme.example']);
  expect((await writeOne(world.side, update(current, { attendees: null }))).written).toEqual({ attendees: null });
  expect(stored(world, id)['WhoId']).toBeNull();
});

test('an event about a deal takes no lead', async () => {
  const world = await start();
  const id = insertEvent(world, { WhatId: world.standIn.org().insert('Account', { Name: 'Deal' }, REP) });
  insertLead(world, { LastName: 'Prospect', Email: 'prospect@acme.example' });
  const result = await writeOne(world.side, update(await live(world.side, id, 'event'), { attendees: ['prospect@acme.example'], subject: 'Changed' }));
  expect(result).toMatchObject({ written: { subject: 'Changed', attendees: null }, notes: [{ field: 'attendees' }] });
});

test('a person who cannot be named is told apart from those who are; a call that fails is tried again as a whole', async () => {
  const world = await start({ sharedActivities: true });
  for (const name of ['Anna', 'Boris']) insertPerson(world, name);
  const made = await writeOne(world.side, create(['anna@acme.example']));
  const both: Fields = { attendees: ['anna@acme.example', 'boris@acme.example'] };
  const current = await live(world.side, made.id, 'event');
  world.standIn.org().lockRows(1);
  expect(await writeOne(world.side, update(current, both)))
    .toMatchObject({ written: { attendees: ['anna@acme.example'] }, notes: [{ field: 'attendees', what: 'notCarried', reason: 'accessDenied' }] });
  world.inject({ route: 'POST /services/data/v67.0/composite/sobjects', count: 1, status: 503, body: '' });
  const [failed] = await world.side.write([update(current, both)]);
  expect(failed).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  expect((await writeOne(world.side, update(current, both))).written).toEqual(both);
});
