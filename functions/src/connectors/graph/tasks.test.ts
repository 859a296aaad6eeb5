/** Tasks against the stand-in: many lists, lists that come and go, flagged mails, and days. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { dayAfter } from '../../../test/contract/activity-samples.ts';
import { collect, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import { scopeAround } from '../../../test/scope.ts';
import { bareId, recordedGraphWorlds, taskKey } from '../../../test/worlds/graph.ts';
import type { GraphWorld } from '../../../test/worlds/graph.ts';
import type { Operation, Side } from '../../ports/side.ts';

const worlds = recordedGraphWorlds('graph-tasks', ['contact', 'event', 'task']);
afterAll(() => {
  worlds.flush();
});

let world: GraphWorld;
let side: Side;
beforeEach(async () => {
  world = await worlds.open();
  ({ side } = world);
});
afterEach(() => world.close());

const mailbox = (): ReturnType<GraphWorld['microsoft']['mailbox']> => world.microsoft.mailbox(world.login);
const add = (title: string, list?: string): string => taskKey(mailbox(), mailbox().addTask({ title }, list));
const make = (number: number): Operation => ({
  op: 'create', kind: 'task', linkId: `0123456789abcdefghijkl${1000 + number}`, fields: { subject: `Task ${number}` },
});

test('tasks of every list are seen, each under its list, and flagged mails are not', async () => {
  const other = mailbox().addTaskList('Acme');
  const [one, two] = [add('In the default list'), add('In another list', other)];
  mailbox().flagMail('Re: offer');
  const { seen, cursors } = await collect(side);
  expect([...seen.keys()].sort()).toEqual([one, two].sort());
  expect(seen.get(two)).toMatchObject({ family: other, fields: { subject: 'In another list' } });
  expect(Object.keys(cursors).filter((name) => name.startsWith('tasks~'))).toHaveLength(2);
});

test('a list made after the first round is followed from then on', async () => {
  const first = await collect(side);
  const list = mailbox().addTaskList('Acme');
  const id = add('New', list);
  const next = await collect(side, first.cursors);
  expect(next.seen.has(id)).toBe(true);
  mailbox().updateTask(bareId(id), { title: 'Newer' });
  expect((await collect(side, next.cursors)).seen.get(id)?.fields.subject).toBe('Newer');
});

test('seventeen lists fit beside contacts and calendar into one call, more take another', async () => {
  for (let number = 0; number < 16; number += 1) mailbox().addTaskList(`List ${number}`);
  const { cursors } = await collect(side);
  const before = world.calls();
  await side.changes(cursors);
  expect(world.calls() - before).toBe(1);
  mailbox().addTaskList('One more');
  const next = await collect(side, cursors);
  const then = world.calls();
  expect(await side.changes(next.cursors)).toMatchObject({ changes: [], hasMore: false });
  expect(world.calls() - then).toBe(2);
});

test('of a list that is gone no task is named, and a look says that they are gone', async () => {
  const list = mailbox().addTaskList('Acme');
  const id = add('Lost', list);
  const { cursors } = await collect(side);
  await removeList(list);
  const page = await side.changes(cursors);
  expect(page.families).toEqual([{ kind: 'task', family: list, ids: [] }]);
  expect(Object.keys(page.cursors)).not.toContain(`tasks~${list}`);
  expect((await lookAt(side, id, 'task')).state).toBe('gone');
});

test('a list whose own token is lost is read anew, the others go on', async () => {
  const list = mailbox().addTaskList('Acme');
  const id = add('Here', list);
  const { cursors } = await collect(side);
  const stream = `tasks~${list}`;
  const page = await side.changes({ ...cursors, [stream]: 'https://graph.elsewhere.example/v1.0/me/x' });
  expect(page.lost).toEqual([stream]);
  expect(Object.keys(page.cursors)).not.toContain(stream);
  const next = await collect(side, page.cursors);
  expect(next.seen.has(id)).toBe(true);
  expect(Object.keys(next.cursors).sort()).toEqual(Object.keys(cursors).sort());
});

test('a task that a link made is known by its key on a short page and on a long one', async () => {
  const { cursors } = await collect(side);
  const results = await side.write(Array.from({ length: 45 }, (_, number) => make(number)));
  expect(results.every((result) => result.ok)).toBe(true);
  const { seen } = await collect(side, cursors);
  const tasks = [...seen.values()].filter(({ kind }) => kind === 'task');
  expect(new Set(tasks.map(({ linkKey }) => linkKey))).toHaveLength(45);
  expect(tasks.every(({ linkKey }) => linkKey !== undefined)).toBe(true);
});

test('a first round of many tasks does not read them one by one', async () => {
  for (let number = 0; number < 150; number += 1) add(`Task ${number}`);
  const before = world.calls();
  const { seen } = await collect(side);
  expect(seen.size).toBe(150);
  expect(world.calls() - before).toBeLessThanOrEqual(9);
});

test('a new task lies in the default list and says where its other half is', async () => {
  const [result] = await side.write([make(1)]);
  if (!result?.ok) throw result?.error ?? new Error('no result');
  expect(mailbox().task(bareId(result.id))).toMatchObject({
    title: 'Task 1', linkedResources: [{ applicationName: 'Concord', externalId: '0123456789abcdefghijkl1001' }],
  });
});

test('a task is recalled by its key, whichever list it lies in', async () => {
  const list = mailbox().addTaskList('Acme');
  const linkId = '0123456789abcdefghijkl1001';
  const ours = { title: 'Ours', linkedResources: [{ applicationName: 'Concord', displayName: 'Concord', externalId: linkId }] };
  const theirs = { title: 'Theirs', linkedResources: [{ applicationName: 'Other', displayName: 'Other', externalId: linkId }] };
  const id = taskKey(mailbox(), mailbox().addTask(ours, list));
  mailbox().addTask(theirs, list);
  const recalled = await side.recall('task', [{ linkId, payload: {}, startedAt: 0 }]);
  expect(recalled.get(linkId)?.found.map((task) => task.id)).toEqual([id]);
});

test.each(['Tokyo Standard Time', 'Pacific Standard Time', 'New Zealand Standard Time'])('a day is a day for somebody in %s', async (name) => {
  mailbox().setTimeZone(name);
  const zones: Readonly<Record<string, string>> = { 'Tokyo Standard Time': 'Asia/Tokyo', 'Pacific Standard Time': 'America/Los_Angeles' };
  const zone = zones[name] ?? 'Pacific/Auckland';
  const own = world.connector.open(world.access, world.grant.account, scopeAround(world.now(), ['task'], zone));
  const dueDate = dayAfter(world.now(), 5);
  const { id, written } = await writeOne(own, { op: 'create', kind: 'task', linkId: '0123456789abcdefghijklmno1', fields: { subject: 'Call', dueDate } });
  expect([written.dueDate, (await live(own, id, 'task')).fields.dueDate]).toEqual([dueDate, dueDate]);
  const theirs = taskKey(mailbox(), mailbox().addTask({ title: 'Theirs', dueDateTime: { dateTime: `${dueDate}T00:00:00`, timeZone: name } }));
  expect((await live(own, theirs, 'task')).fields.dueDate).toBe(dueDate);
});

test('an id that is not one of ours is gone, and costs no call', async () => {
  const before = world.calls();
  expect((await side.read('task', ['no-list'])).get('no-list')?.state).toBe('gone');
  expect(world.calls()).toBe(before);
  const [result] = await side.write([{ op: 'delete', kind: 'task', id: 'no-list', version: '' }]);
  expect(result?.ok === false && result.error.kind).toBe('gone');
});

test('a search for tasks without a title asks nobody', async () => {
  const before = world.calls();
  expect(await side.search('task', [{ emails: [], phones: [], subject: ' ' }])).toEqual([]);
  expect(world.calls()).toBe(before);
});

async function removeList(list: string): Promise<void> {
  const token = (await world.access.token()).value;
  const answer = await fetch(`${world.microsoft.origin}/v1.0/me/todo/lists/${list}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 204) throw new Error(`the list was not deleted: ${answer.status}`);
}
