import { describe, expect, it } from 'vitest';
import { PLAIN_DELTA, type Fate } from '../../../test/sim/fake-record.ts';
import { grantOf, ORGANIZATION } from '../../../test/sim/mailbox.ts';
import { answer, journal, makeWorld, MINUTE, only, START, todoIn } from '../../../test/sim/sync-world.ts';
import type { Fields } from '../../engine/record.ts';
import { putGrant } from '../../store/control-store.ts';
import { linkIdOf } from '../../store/keys.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };
const BORIS: Fields = { givenName: 'Boris', familyName: 'Brandt', primaryEmail: 'boris@beta.example' };

const REFUSED: Fate = { kind: 'invalid', details: { code: 'TOO_SHORT', field: 'familyName' } };
const PASSWORD: Fate = { kind: 'credentialsRejected', details: { code: 'PASSWORD' } };
const DEAD: Fate = { kind: 'credentialsRejected', details: { code: 'DEAD', isPermanent: true } };

describe('a record that the service refuses', () => {
  it('is set aside alone, with its code, and tried again once it changes', async () => {
    const world = await makeWorld({ c: { writeFate: (operation) => (operation.op === 'create' && operation.fields.familyName === 'Brandt' ? REFUSED
      : 'serve') } });
    world.m.add(ANNA);
    const id = world.m.add(BORIS);
    await world.settle();
    expect(only(world.c).fields).toMatchObject(ANNA);
    expect((await world.control()).head).toMatchObject({ parked: 1, links: { contact: 1 } });
    expect(todoIn(world, linkIdOf(ORGANIZATION, 'contact', 'm', id))).toMatchObject({ isParked: true,
      error: { kind: 'invalid', code: 'TOO_SHORT', field: 'familyName' } });
    expect(await journal(world)).toContain('error notAccepted');
    world.m.edit(id, { familyName: 'Brandtner' });
    await world.settle();
    expect(world.c.live()).toHaveLength(2);
    expect((await world.control()).head).toMatchObject({ parked: 0, openTodos: 0 });
  });

  it('as a duplicate of a readable one becomes a question, and "same" links the two', async () => {
    const refusal: { current?: Fate } = {};
    const world = await makeWorld({ c: { writeFate: (operation) => (operation.op === 'create' ? refusal.current ?? 'serve' : 'serve') } });
    const known = world.c.add({ familyName: 'Albrecht', primaryEmail: 'a@other.example' });
    await world.settle();
    refusal.current = { kind: 'duplicate', details: { code: 'DUPLICATE', candidates: [known] } };
    const [pair] = world.m.live();
    world.m.remove(pair?.id ?? '');
    await world.settle();
    const other = world.c.add({ familyName: 'Alber', primaryEmail: 'b@other.example' });
    refusal.current = { kind: 'duplicate', details: { code: 'DUPLICATE', candidates: [other] } };
    const id = world.m.add(ANNA);
    await world.run();
    expect(todoIn(world, linkIdOf(ORGANIZATION, 'contact', 'm', id))).toMatchObject({ ask: { reason: 'duplicateRule', candidates: [other] } });
  });

  it('as a duplicate of one that is linked to somebody else is set aside', async () => {
    const refusal: { current?: Fate } = {};
    const world = await makeWorld({ c: { writeFate: (operation) => (operation.op === 'create' ? refusal.current ?? 'serve' : 'serve') } });
    const known = world.c.add({ familyName: 'Albrecht', primaryEmail: 'a@other.example' });
    await world.settle();
    refusal.current = { kind: 'duplicate', details: { code: 'DUPLICATE', candidates: [known] } };
    const id = world.m.add(ANNA);
    await world.settle();
    expect(todoIn(world, linkIdOf(ORGANIZATION, 'contact', 'm', id))).toMatchObject({ isParked: true, error: { code: 'DUPLICATE' } });
  });

  it('as a duplicate once more after the answer "different" is set aside', async () => {
    const world = await makeWorld({ c: { writeFate: (operation) => (operation.op === 'create'
      ? { kind: 'duplicate', details: { code: 'DUPLICATE', candidates: ['c-00001'] } } : 'serve') } });
    world.c.add({ familyName: 'Dahl', givenName: 'Dora' });
    const id = world.m.add({ familyName: 'Dahl', givenName: 'Dora' });
    await world.run();
    await answer(world, id, { verdict: 'different' });
    await world.settle();
    expect((await world.control()).head).toMatchObject({ asks: 0, parked: 1 });
  });
});

describe('a service that', () => {
  it('asks for patience moves the next run and shows a problem, which the next good run clears', async () => {
    const trouble: { fate: Fate } = { fate: { kind: 'throttled', details: { code: 'SLOW', retryAfterMs: 10 * MINUTE } } };
    const world = await makeWorld({ c: { callFate: (call) => (call === 'changes' ? trouble.fate : 'serve') } });
    expect(await world.run()).toBe('failed');
    expect((await world.control()).head).toMatchObject({ notBefore: START + 10 * MINUTE,
      problem: { side: 'c', kind: 'throttled', code: 'SLOW', since: START } });
    expect(await world.run()).toBe('notYet');
    trouble.fate = 'serve';
    world.clock.advance(11 * MINUTE);
    expect(await world.run()).toBe('done');
    const { head } = await world.control();
    expect([head.notBefore, head.problem]).toEqual([undefined, undefined]);
  });

  it('stops answering in the middle of writing blames no record, and all arrive later', async () => {
    let count = 0;
    const world = await makeWorld({ c: { writeFate: () => ((count += 1) === 3 ? { kind: 'throttled', details: { code: 'SLOW' } } : 'serve') } });
    for (let number = 0; number < 5; number += 1) world.m.add({ ...ANNA, familyName: `Albers ${number}`, primaryEmail: `anna${number}@acme.example` });
    expect(await world.run()).toBe('failed');
    expect(world.c.live()).toHaveLength(2);
    expect((await journal(world)).filter((line) => line.startsWith('error'))).toEqual([]);
    world.clock.advance(MINUTE);
    await world.run();
    expect(world.c.live()).toHaveLength(5);
    expect((await world.control()).head.links.contact).toBe(5);
  });

  it('loses the reply of a creation does not get a second one', async () => {
    let count = 0;
    const world = await makeWorld({ c: { key: 'none', writeFate: () => ((count += 1) === 1 ? 'lost' : 'serve') } });
    world.m.add(ANNA);
    await world.settle();
    expect(only(world.c).fields).toMatchObject(ANNA);
    expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 1 } });
    expect(await journal(world)).toContain('insert c adopted');
  });

  it('dies before it answers on one side loses nothing of the other', async () => {
    const trouble: { fate: Fate } = { fate: 'serve' };
    const world = await makeWorld({ m: { callFate: (call) => (call === 'write' ? trouble.fate : 'serve') } });
    world.m.add(ANNA);
    await world.settle();
    trouble.fate = { kind: 'unavailable', details: { code: 'DOWN' } };
    world.m.edit(only(world.m).id, { jobTitle: 'Director' });
    world.c.edit(only(world.c).id, { department: 'East' });
    expect(await world.run()).toBe('failed');
    expect(only(world.c).fields.jobTitle).toBe('Director');
    trouble.fate = 'serve';
    world.clock.advance(30 * MINUTE);
    await world.settle();
    expect(only(world.m).fields).toMatchObject({ jobTitle: 'Director', department: 'East' });
  });

  it('forgot its cursor is listed again: what was deleted meanwhile is found, what was not is left alone', async () => {
    let isForgotten = false;
    const world = await makeWorld({ m: { deltaFate: () => { const fate = { ...PLAIN_DELTA, isForgotten }; isForgotten = false; return fate; } } });
    world.m.add(ANNA);
    const gone = world.m.add(BORIS);
    await world.settle();
    world.m.remove(gone);
    isForgotten = true;
    await world.settle();
    expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 1 } });
    expect(await journal(world)).toContain('unlink deletedThere');
  });
});

describe('a refused sign-in', () => {
  it('suspends after six runs in a row, and ends with newer credentials', async () => {
    const trouble: { fate: Fate } = { fate: PASSWORD };
    const world = await makeWorld({ m: { callFate: (call) => (call === 'changes' ? trouble.fate : 'serve') } });
    for (let tries = 1; tries <= 6; tries += 1) {
      expect((await world.control()).head.suspended).toBeUndefined();
      expect(await world.run()).toBe('failed');
      world.clock.advance(30 * MINUTE);
    }
    expect((await world.control()).head.suspended).toMatchObject({ side: 'm', tries: 6 });
    expect(await world.run()).toBe('notActive');
    await putGrant(world.services, await world.control(), 'm', grantOf('m', world.clock.now()));
    // A typing error in the new password is the first refusal of six.
    expect(await world.run()).toBe('failed');
    expect((await world.control()).head.suspended).toBeUndefined();
    trouble.fate = 'serve';
    world.clock.advance(30 * MINUTE);
    expect(await world.run()).toBe('done');
    expect((await world.control()).head).toMatchObject({ refusals: { m: 0, c: 0 } });
  });

  it('for good suspends at once', async () => {
    const world = await makeWorld({ c: { callFate: (call) => (call === 'changes' ? DEAD : 'serve') } });
    await world.run();
    expect((await world.control()).head).toMatchObject({ suspended: { side: 'c', tries: 1 }, problem: { side: 'c', code: 'DEAD' } });
  });

  it('does not count runs in between that failed otherwise, and a good run forgets them all', async () => {
    const trouble: { fate: Fate } = { fate: PASSWORD };
    const world = await makeWorld({ m: { callFate: (call) => (call === 'changes' ? trouble.fate : 'serve') } });
    await world.run();
    trouble.fate = { kind: 'unavailable', details: { code: 'DOWN' } };
    await world.run();
    expect((await world.control()).head.refusals).toEqual({ m: 1, c: 0 });
    trouble.fate = 'serve';
    await world.run();
    expect((await world.control()).head.refusals).toEqual({ m: 0, c: 0 });
  });
});

describe('a long run', () => {
  it('stops when its time is up, goes on in a message of its own, and does not poll again', async () => {
    // Each look at the clock costs 200 ms, so a few hundred of them use up the time of a run.
    const world = await makeWorld({ tick: 40 });
    for (let number = 0; number < 900; number += 1) world.m.add({ ...ANNA, familyName: `Albers ${number}`, primaryEmail: `anna${number}@acme.example` });
    expect(await world.run()).toBe('continues');
    expect(world.sent).toEqual(['sync-mailbox']);
    const { head } = await world.control();
    expect(head).toMatchObject({ continues: {} });
    const polls = world.m.calls.changes;
    let outcome = await world.run();
    expect(world.m.calls.changes).toBe(head.continues?.m ? polls + 1 : polls);
    while (outcome === 'continues') outcome = await world.run();
    expect(outcome).toBe('done');
    expect(world.c.live()).toHaveLength(900);
    expect((await world.control()).head).toMatchObject({ links: { contact: 900 } });
    expect((await world.control()).head.firstSync).toBeUndefined();
  });

  it('over 5,000 births reads pages and writes collections, and nothing one by one', async () => {
    const world = await makeWorld();
    for (let number = 0; number < 5_000; number += 1) world.m.add({ ...ANNA, familyName: `Albers ${number}`, primaryEmail: `anna${number}@acme.example` });
    expect(await world.run()).toBe('done');
    expect(world.c.live()).toHaveLength(5_000);
    expect(world.m.calls).toMatchObject({ changes: 50, read: 0, search: 0, recall: 0, write: 0 });
    expect(world.c.calls).toMatchObject({ changes: 1, read: 0, search: 1, recall: 0, write: 25 });
  });
});
