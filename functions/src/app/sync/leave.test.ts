import { beforeEach, describe, expect, test } from 'vitest';
import { journal, makeWorld, MINUTE, type World, type WorldOptions } from '../../../test/sim/sync-world.ts';
import { FakeSide } from '../../../test/sim/fake-side.ts';
import { USER } from '../../../test/sim/mailbox.ts';
import type { FieldName, Fields } from '../../engine/record.ts';
import { FIELDS } from '../../engine/fields.ts';
import { linkRefs } from '../../store/codec.ts';
import { putConfig } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import { buildPreview, readPreview, requestPreview } from './preview.ts';
import { syncMailbox } from './sync-mailbox.ts';

const KINDS = ['contact', 'event', 'task'] as const;
const HOUR = 60 * MINUTE;

/** A mailbox whose people, events and tasks matching alone could not all tell apart. */
function fill(mailbox: FakeSide, start: number): void {
  for (let one = 0; one < 30; one += 1) {
    const kin = { givenName: 'Anna', familyName: `Berg${Math.floor(one / 3)}`, company: 'Acme' };
    // A third has an address, a third only a name at a company, a third is somebody's very namesake.
    if (one % 3 === 0) mailbox.add({ ...kin, primaryEmail: `p${one}@acme.example`, jobTitle: `Job ${one}` });
    else if (one % 3 === 1) mailbox.add({ ...kin, givenName: `Ben${one}`, jobTitle: `Job ${one}` });
    else mailbox.add({ givenName: 'Carl', familyName: 'Twin', company: 'Acme' });
  }
  for (let one = 0; one < 20; one += 1) {
    const at = new Date(start + (one % 10) * 24 * HOUR).toISOString().slice(0, 16);
    mailbox.add({ subject: one < 10 ? 'Weekly call' : `Visit ${one % 5}`, when: `${at}/${at.slice(0, 11)}23:00` }, undefined, 'event');
  }
  for (let one = 0; one < 10; one += 1) mailbox.add({ subject: one < 5 ? 'Call back' : `Offer ${one}`, status: 'open' }, undefined, 'task');
}

async function setConfig({ services, control }: World, change: object): Promise<void> {
  const { config, configEtag } = await control();
  await putConfig(services, USER, { ...config, ...change }, configEtag);
}

const rows = ({ state }: World, prefix: string) => state.rows(userPartition(USER)).filter(({ key }) => key.startsWith(prefix));
const counts = (side: FakeSide): Readonly<Record<string, number>> => (
  Object.fromEntries(KINDS.map((kind) => [kind, side.live().filter((one) => one.kind === kind).length])));
const contents = (side: FakeSide): readonly string[] => side.live().map(({ fields }) => JSON.stringify(fields)).sort();

/** The same records under new ids, as a mailbox that was moved holds them. */
function moved(from: FakeSide, clock: World['clock'], prefix: string): FakeSide {
  const to = new FakeSide({ side: 'm', clock, holds: Object.keys(FIELDS) as FieldName[], key: 'plain', isStrict: true, pageSize: 100 });
  // In another order, so that no place in a list tells who is who.
  for (const { kind, fields, id } of [...from.live()].reverse()) to.put({ kind, id: `${prefix}${id}`, version: '1', fields });
  return to;
}

/** What the API does when the person has said so. */
async function change(world: World, mailbox: FakeSide): Promise<void> {
  Object.assign(world.services, { openSide: (_: unknown, side: 'm' | 'c') => Promise.resolve(side === 'm' ? mailbox : world.c) });
  await setConfig(world, { activation: 'mailboxConnected', isLeaving: true });
}

async function approve(world: World): Promise<Readonly<Record<string, { link: number; create: number; ask: number }>>> {
  Object.assign(world.services, { connectors: (['m', 'c'] as const).map((side) => ({ id: side === 'm' ? 'mail' : 'crm', side, kinds: KINDS })) });
  await requestPreview(world.services, USER);
  await buildPreview(world.services, USER);
  const preview = await requestPreviewed(world);
  await setConfig(world, { activation: 'active' });
  return preview;
}

async function requestPreviewed(world: World) {
  const preview = await readPreview(world.services, USER);
  if (preview?.state !== 'ready') throw new Error(`the preview is ${preview?.state ?? 'missing'}: ${preview?.error ?? ''}`);
  return Object.fromEntries(preview.kinds.map(({ kind, link, createCrm, createMailbox, ask }) => (
    [kind, { link: link.count, create: createCrm.count + createMailbox.count, ask: ask.count }])));
}

async function syncedWorld(options: WorldOptions = {}): Promise<World> {
  const world = await makeWorld(options);
  await setConfig(world, { kinds: [...KINDS] });
  fill(world.m, world.clock.now());
  await world.settle();
  return world;
}

describe('a mailbox of 30 people, 20 events and 10 tasks that moves', () => {
  let world: World;
  let mailbox: FakeSide;
  const all = { contact: 30, event: 20, task: 10 };

  beforeEach(async () => {
    world = await syncedWorld();
    expect([counts(world.m), counts(world.c)]).toEqual([all, all]);
    mailbox = moved(world.m, world.clock, 'new-');
    await change(world, mailbox);
  });

  test('leaves nothing that points at the old one but the memory of its pairs, and asks neither side', async () => {
    const asked = world.m.total + world.c.total + mailbox.total;
    const epoch = (await world.control()).head.epoch;
    expect(await world.run()).toBe('done');
    expect(world.m.total + world.c.total + mailbox.total).toBe(asked);
    for (const prefix of ['t~', 'x~', 'l~', 'a~cursor', 'p~']) expect(rows(world, prefix), prefix).toEqual([]);
    expect(rows(world, 'o~')).toHaveLength(60);
    expect(rows(world, 'j~').length).toBeGreaterThan(0);
    const { head, config } = await world.control();
    expect(head).toMatchObject({ links: { contact: 0, event: 0, task: 0 }, openTodos: 0, former: true });
    expect(head.epoch).toBeGreaterThan(epoch);
    expect([head.holder, head.lastRunAt, config.isLeaving, config.activation]).toEqual([undefined, undefined, undefined, 'mailboxConnected']);
    expect(await world.run()).toBe('notActive');
  });

  test('finds every pair again: nothing is made, asked or changed on either side', async () => {
    const before = [contents(mailbox), contents(world.c)];
    await world.run();
    expect(await approve(world)).toEqual({
      contact: { link: 30, create: 0, ask: 0 }, event: { link: 20, create: 0, ask: 0 }, task: { link: 10, create: 0, ask: 0 },
    });
    await world.settle();
    expect([contents(mailbox), contents(world.c)]).toEqual(before);
    expect(mailbox.writes).toBe(0);
    const { head } = await world.control();
    expect(head).toMatchObject({ links: all, asks: 0, parked: 0, openTodos: 0 });
    expect([head.former, rows(world, 'o~')]).toEqual([undefined, []]);
    const links = rows(world, 'l~').map(linkRefs);
    expect(links.every(({ m }) => m?.id.startsWith('new-'))).toBe(true);
    expect((await journal(world)).filter((line) => line === 'link formerPair')).toHaveLength(60);
  });

  test('goes on syncing with the new one: an edit there reaches the very record it belongs to', async () => {
    await world.run();
    await approve(world);
    await world.settle();
    const ben = mailbox.live().find(({ fields }) => fields.givenName === 'Ben4');
    mailbox.edit(ben?.id ?? '', { jobTitle: 'Moved on' });
    await world.settle();
    expect(world.c.live().filter(({ fields }) => fields.jobTitle === 'Moved on').map(({ fields }) => fields.givenName)).toEqual(['Ben4']);
  });

  test('and back again before the first sync is over: the memory of both counts', async () => {
    await world.run();
    await change(world, world.m);
    expect(await world.run()).toBe('done');
    await approve(world);
    await world.settle();
    expect([counts(world.m), counts(world.c)]).toEqual([all, all]);
    expect((await world.control()).head).toMatchObject({ links: all, asks: 0 });
  });
});

test('a mailbox with other people is matched by what is equal, and what is left is made, as the preview said', async () => {
  const world = await syncedWorld();
  const other = new FakeSide({ side: 'm', clock: world.clock, holds: Object.keys(FIELDS) as FieldName[], key: 'plain', isStrict: true, pageSize: 100 });
  const put = (id: string, fields: Fields): void => other.put({ kind: 'contact', id, version: '1', fields });
  put('other-1', { givenName: 'Anna', familyName: 'Berg0', company: 'Acme', primaryEmail: 'p0@acme.example' });
  put('other-2', { givenName: 'Only', familyName: 'Here', primaryEmail: 'only@here.example' });
  await change(world, other);
  await world.run();
  const preview = await approve(world);
  expect(preview['contact']).toMatchObject({ link: 1, create: 30, ask: 0 });
  await world.settle();
  expect(counts(other)).toEqual({ contact: 31, event: 20, task: 10 });
  expect(counts(world.c)).toEqual({ contact: 31, event: 20, task: 10 });
  expect(rows(world, 'o~')).toEqual([]);
});

test('a crash at any batch is followed by one that ends it, and no run comes between', async () => {
  let left = Infinity;
  const world = await syncedWorld({ fate: (request) => (request === 'batch' && (left -= 1) < 0 ? 'fail' : 'serve') });
  const mailbox = moved(world.m, world.clock, 'new-');
  for (let batches = 0; batches < 8; batches += 1) {
    if (!(await world.control()).config.isLeaving) await change(world, mailbox);
    left = batches;
    const [crashed] = await Promise.allSettled([syncMailbox(world.services, USER)]);
    if (crashed.status === 'fulfilled') expect(crashed.value).toMatch(/done|notActive|lost/);
    left = Infinity;
    world.clock.advance(2 * MINUTE);
  }
  expect(await syncMailbox(world.services, USER)).toMatch(/done|notActive/);
  await approve(world);
  await world.settle();
  expect(counts(world.c)).toEqual({ contact: 30, event: 20, task: 10 });
  expect(mailbox.writes).toBe(0);
});
