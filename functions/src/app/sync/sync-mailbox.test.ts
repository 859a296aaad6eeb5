import { beforeEach, describe, expect, it } from 'vitest';
import { USER, ORGANIZATION } from '../../../test/sim/mailbox.ts';
import { answer, fieldsOf, journal, makeWorld, MINUTE, only, todoIn, type World } from '../../../test/sim/sync-world.ts';
import type { Fields } from '../../engine/record.ts';
import { ringBell } from '../../store/control-store.ts';
import { readRuns } from '../../store/journal.ts';
import { linkIdOf, userPartition } from '../../store/keys.ts';

const ANNA: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example', jobTitle: 'Buyer' };
const BORIS: Fields = { givenName: 'Boris', familyName: 'Brandt', primaryEmail: 'boris@beta.example' };
const CLARA: Fields = { givenName: 'Clara', familyName: 'Cox', primaryEmail: 'clara@gamma.example' };

let world: World;
beforeEach(async () => { world = await makeWorld(); });

describe('the first sync', () => {
  it('links who is the same, fills blanks, makes the others on both sides, and never overwrites', async () => {
    const { m, c } = world;
    m.add({ ...ANNA, 'phones.mobile': '+49 171 5550101' });
    c.add({ ...ANNA, jobTitle: 'Head of purchasing', department: 'Purchasing' });
    m.add(BORIS);
    c.add(CLARA);
    expect(await world.run()).toBe('done');
    expect(m.live()).toHaveLength(3);
    expect(c.live()).toHaveLength(3);
    expect(fieldsOf(m, 'anna@acme.example')).toMatchObject({ jobTitle: 'Buyer', department: 'Purchasing' });
    expect(fieldsOf(c, 'anna@acme.example')).toMatchObject({ jobTitle: 'Head of purchasing', 'phones.mobile': '+49 171 5550101' });
    expect(fieldsOf(c, 'boris@beta.example')).toMatchObject({ givenName: 'Boris' });
    expect(fieldsOf(m, 'clara@gamma.example')).toMatchObject({ givenName: 'Clara' });
    const { head } = await world.control();
    expect(head.links.contact).toBe(3);
    expect(head.firstSync).toBeUndefined();
    expect((await journal(world)).sort()).toEqual([
      'insert c newRecord', 'insert m newRecord', 'link sameEmail', 'update c firstMeeting', 'update m firstMeeting',
    ]);
  });

  it('asks about an equal name, makes nothing meanwhile, and follows the answer "same"', async () => {
    const { m, c } = world;
    m.add({ givenName: 'Dora', familyName: 'Dahl', 'phones.home': '+49 30 5550103' });
    const candidate = c.add({ givenName: 'Dora', familyName: 'Dahl', jobTitle: 'Architect' });
    await world.run();
    expect((await world.control()).head.asks).toBe(1);
    expect([m.live().length, c.live().length]).toEqual([1, 1]);
    await answer(world, only(m).id, { verdict: 'same', candidate });
    await world.settle();
    expect(only(m).fields).toMatchObject({ jobTitle: 'Architect' });
    expect(only(c).fields).toMatchObject({ 'phones.home': '+49 30 5550103' });
    expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { contact: 1 } });
  });

  it('makes both on the other side after the answer "different"', async () => {
    const { m, c } = world;
    const id = m.add({ givenName: 'Dora', familyName: 'Dahl' });
    c.add({ givenName: 'Dora', familyName: 'Dahl' });
    await world.run();
    await answer(world, id, { verdict: 'different' });
    await world.settle();
    expect([m.live().length, c.live().length]).toEqual([2, 2]);
    expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { contact: 2 } });
  });

  it('drops a question whose mailbox record vanished, and then carries the CRM record over', async () => {
    const { m, c } = world;
    const id = m.add({ givenName: 'Dora', familyName: 'Dahl' });
    c.add({ givenName: 'Dora', familyName: 'Dahl', jobTitle: 'Architect' });
    await world.run();
    m.remove(id);
    await world.settle();
    expect(only(m).fields).toMatchObject({ jobTitle: 'Architect' });
    expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { contact: 1 } });
  });

  it('matches anew when the record that was chosen has vanished', async () => {
    const { m, c } = world;
    const id = m.add({ givenName: 'Dora', familyName: 'Dahl' });
    const candidate = c.add({ givenName: 'Dora', familyName: 'Dahl' });
    await world.run();
    await answer(world, id, { verdict: 'same', candidate });
    c.remove(candidate);
    await world.settle();
    expect(only(c).id).not.toBe(candidate);
    expect((await world.control()).head).toMatchObject({ asks: 0, openTodos: 0, links: { contact: 1 } });
  });

  it('shows a colleague\'s record and makes no second one', async () => {
    const { m, c } = world;
    m.add(ANNA);
    c.add(ANNA, { id: 'u2', name: 'Bea', isUser: false });
    await world.settle();
    expect([m.live().length, c.live().length]).toEqual([1, 1]);
    expect(await journal(world)).toEqual(['skip colleague']);
  });
});

describe('edits', () => {
  beforeEach(async () => {
    world.m.add(ANNA);
    await world.settle();
  });

  it('arrive on the other side, from either', async () => {
    world.m.edit(only(world.m).id, { jobTitle: 'Director' });
    await world.settle();
    expect(only(world.c).fields.jobTitle).toBe('Director');
    world.c.edit(only(world.c).id, { jobTitle: 'President' });
    await world.settle();
    expect(only(world.m).fields.jobTitle).toBe('President');
  });

  it('of different fields on both sides both arrive, and of one field the later one, with the other in the log', async () => {
    world.c.edit(only(world.c).id, { department: 'East', jobTitle: 'Early' });
    world.clock.advance(5 * MINUTE);
    world.m.edit(only(world.m).id, { assistantName: 'Ina', jobTitle: 'Late' });
    await world.settle();
    const same = { department: 'East', assistantName: 'Ina', jobTitle: 'Late' };
    expect(only(world.m).fields).toMatchObject(same);
    expect(only(world.c).fields).toMatchObject(same);
    expect(await journal(world)).toContain('update c newerWins');
  });

  it('that clear a field clear it there too', async () => {
    world.c.edit(only(world.c).id, { jobTitle: null });
    await world.settle();
    expect(only(world.m).fields.jobTitle).toBeNull();
  });

  it('of one mailbox record cost two calls to the mailbox at most, and three to the CRM', async () => {
    world.m.edit(only(world.m).id, { jobTitle: 'Director' });
    const before = { m: world.m.total, c: world.c.total };
    await world.run();
    expect(world.m.total - before.m).toBeLessThanOrEqual(2);
    // Changes, what it holds, the look, the write.
    expect(world.c.total - before.c).toBeLessThanOrEqual(4);
  });

  it('tell the CRM what the mailbox agreed on before', async () => {
    const written: unknown[] = [];
    const write = world.c.write.bind(world.c);
    world.c.write = (operations) => { written.push(...operations); return write(operations); };
    world.m.edit(only(world.m).id, { jobTitle: null });
    await world.run();
    expect(written).toMatchObject([{ op: 'update', patch: { jobTitle: null }, agreed: { jobTitle: 'Buyer' } }]);
  });
});

describe('deletions', () => {
  beforeEach(async () => {
    world.m.add(ANNA);
    await world.settle();
  });

  it('unlink and leave the other record alone, whatever happens to it later', async () => {
    world.m.remove(only(world.m).id);
    await world.settle();
    expect(only(world.c).fields.jobTitle).toBe('Buyer');
    expect(await journal(world)).toContain('unlink deletedThere');
    expect((await world.control()).head.links.contact).toBe(0);
    world.c.edit(only(world.c).id, { jobTitle: 'Director' });
    await world.settle();
    expect(world.m.live()).toEqual([]);
  });

  it('of a record that was edited elsewhere keep the edit', async () => {
    world.m.remove(only(world.m).id);
    world.c.edit(only(world.c).id, { jobTitle: 'Director' });
    await world.settle();
    expect(only(world.c).fields.jobTitle).toBe('Director');
    expect(await journal(world)).toContain('unlink deletedThereKept');
  });

  it('of a record just made are found by the next delta (R11)', async () => {
    const id = world.m.add(BORIS);
    await world.run();
    const made = world.c.live().find(({ fields }) => fields.familyName === 'Brandt');
    expect(todoIn(world, linkIdOf(ORGANIZATION, 'contact', 'm', id))?.reason).toBe('confirm');
    world.c.remove(made?.id ?? '');
    await world.settle();
    expect((await world.control()).head).toMatchObject({ openTodos: 0, links: { contact: 1 } });
  });
});

describe('a quiet cycle', () => {
  it('makes one state read, one call to each side, and no write', async () => {
    world.m.add(ANNA);
    await world.settle();
    const [reads, writes, m, c] = [world.state.counts.reads, world.state.counts.writes, world.m.total, world.c.total];
    world.clock.advance(30 * MINUTE);
    expect(await world.run()).toBe('idle');
    expect(world.state.counts.reads - reads).toBe(1);
    expect(world.state.counts.writes - writes).toBe(0);
    expect([world.m.total - m, world.c.total - c]).toEqual([1, 1]);
  });

  it('comes after the next delta has shown what the first sync made, without a look by id', async () => {
    world.m.add(ANNA);
    world.c.add(BORIS);
    await world.run();
    expect((await world.control()).head.openTodos).toBe(2);
    world.clock.advance(30 * MINUTE);
    await world.run();
    expect((await world.control()).head.openTodos).toBe(0);
    expect([world.m.calls.read, world.c.calls.read]).toEqual([0, 0]);
  });

  it('stores a fresher cursor once a day', async () => {
    await world.settle();
    world.clock.advance(25 * 60 * MINUTE);
    expect(await world.run()).toBe('done');
    expect(await world.run()).toBe('idle');
  });

  it('that the user asked for leaves a trace', async () => {
    await world.settle();
    world.clock.advance(MINUTE);
    await ringBell(world.services, USER, world.clock.now(), 'user');
    expect(await world.run()).toBe('done');
    const { head } = await world.control();
    expect(head.lastRunAt).toBe(world.clock.now());
    expect(await world.run()).toBe('idle');
    expect((await readRuns(world.state, userPartition(USER), 10)).runs[0]).toMatchObject({ trigger: 'user' });
  });
});
