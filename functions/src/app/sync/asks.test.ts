import { beforeEach, describe, expect, test } from 'vitest';
import { AskList } from '@concord/api';
import { codeOf } from '../../../test/sign-in-world.ts';
import { ORGANIZATION, person, twoSides, USER, type TwoSides } from '../../../test/two-sides.ts';
import type { Ask, Todo } from '../../engine/link.ts';
import { decodeTodo, encodeTodo } from '../../store/codec.ts';
import { keys, linkIdOf, userPartition } from '../../store/keys.ts';
import { answerAsk, listAsks, retryRecord, wordOf } from './asks.ts';
import { NEVER } from './limits.ts';

const OWNER = `${ORGANIZATION}/${USER}`;
const P = userPartition(USER);
let world: TwoSides;
beforeEach(async () => { world = await twoSides(); });

const idOf = (side: 'm' | 'c', id: string): string => linkIdOf(ORGANIZATION, 'contact', side, id);

async function put(todo: Partial<Todo> & Pick<Todo, 'linkId'>): Promise<void> {
  const sealer = await world.keyring.sealer(ORGANIZATION);
  const whole: Todo = { kind: 'contact', seen: {}, reason: 'delta', nextTry: NEVER, ...todo };
  await world.state.batch(P, [{ op: 'put', key: keys.todo(todo.linkId), cells: encodeTodo(whole, sealer, OWNER) }]);
}

async function todo(linkId: string): Promise<Todo> {
  const row = await world.state.get(P, keys.todo(linkId));
  if (!row) throw new Error('the todo is there');
  return decodeTodo(row, await world.keyring.sealer(ORGANIZATION), OWNER);
}

/** A mailbox record with an open question about CRM records. */
async function asked(id: string, ask: Ask, more: Partial<Todo> = {}): Promise<string> {
  const linkId = idOf('m', id);
  world.m.records.set(id, person(id, { givenName: 'Tom', familyName: 'Ford', primaryEmail: `${id}@fabrikam.example` }));
  await put({ linkId, seen: { m: { id, version: '1' } }, ask, ...more });
  return linkId;
}

describe('the list', () => {
  test('shows both records as they are now, with the owner of a colleague\'s', async () => {
    world.c.records.set('c1', person('c1', {
      givenName: 'Thomas', familyName: 'Ford', otherEmails: ['t@a.example', 't@b.example'], company: null, 'phones.work': ' ',
      'addresses.business': { street: 'Ringstr. 4\nHof', postalCode: '50667', city: 'Köln', country: 'Germany' },
    }));
    world.c.colleagues.set('c2', person('c2', { familyName: 'Ford' }, { owner: { id: 'u2', name: 'Maya Lee', isUser: false } }));
    const linkId = await asked('m1', { reason: 'sameName', candidates: ['c1', 'c2', 'gone'] });
    expect(AskList.parse(await listAsks(world, await world.control()))).toEqual({
      total: 1,
      asks: [{
        id: linkId, kind: 'contact', reason: 'sameName', side: 'm',
        record: { id: 'm1', fields: { givenName: 'Tom', familyName: 'Ford', primaryEmail: 'm1@fabrikam.example' } },
        candidates: [
          { id: 'c1', fields: {
            givenName: 'Thomas', familyName: 'Ford', otherEmails: 't@a.example, t@b.example',
            'addresses.business': 'Ringstr. 4, Hof, 50667 Köln, Germany',
          } },
          { id: 'c2', fields: { familyName: 'Ford' }, owner: 'Maya Lee' },
        ],
      }],
    });
  });

  test('holds open questions only, twenty a page, each once, and each side is read once a page', async () => {
    for (let n = 0; n < 45; n += 1) await asked(`m${n}`, { reason: 'sameName', candidates: ['c1'] });
    await asked('answered', { reason: 'sameName', candidates: ['c1'], answer: { verdict: 'different' } });
    await put({ linkId: idOf('m', 'other'), seen: { m: { id: 'other', version: '1' } } });
    const found: string[] = [];
    const sizes: number[] = [];
    let next: string | undefined;
    do {
      const page = await listAsks(world, await world.control(), next);
      expect(page.total).toBe(45);
      found.push(...page.asks.map(({ record }) => record.id));
      sizes.push(page.asks.length);
      next = page.next;
    } while (next);
    expect(sizes).toEqual([20, 20, 5]);
    expect(new Set(found).size).toBe(45);
    expect(found).not.toContain('answered');
    expect([world.m.asked.read.length, world.c.asked.read]).toEqual([3, [['c1'], ['c1'], ['c1']]]);
  });

  test('a question whose record is gone is left out', async () => {
    await asked('m1', { reason: 'sameName', candidates: ['c1'] });
    world.m.records.delete('m1');
    expect((await listAsks(world, await world.control())).asks).toEqual([]);
  });

  test('a question about a lost creation shows the record that was to be carried', async () => {
    world.c.records.set('c1', person('c1', { familyName: 'Ford' }));
    world.m.records.set('m8', person('m8', { familyName: 'Ford' }));
    const intent = { op: 'create', side: 'm', payload: {}, source: { id: 'c1', version: '1' }, startedAt: 1, epoch: 1 } as const;
    const ask: Ask = { reason: 'severalOwnCreations', candidates: ['m8'] };
    await put({ linkId: idOf('c', 'c1'), seen: { c: { id: 'c1', version: '1' } }, intent, ask });
    const { asks } = await listAsks(world, await world.control());
    expect(asks).toMatchObject([{ side: 'c', record: { id: 'c1' }, candidates: [{ id: 'm8' }] }]);
  });

  test('nothing open asks neither side', async () => {
    expect(await listAsks(world, await world.control())).toEqual({ asks: [], total: 0 });
    expect([world.m.asked.read, world.c.asked.read]).toEqual([[], []]);
  });
});

describe('an answer', () => {
  const ASK: Ask = { reason: 'sameName', candidates: ['c1', 'c2'] };
  const answer = async (linkId: string, words: Parameters<typeof answerAsk>[3]): Promise<void> => (
    answerAsk(world, await world.control(), linkId, words));

  test('is stored beside the intent, frees the candidates that waited, rings the bell and wakes a run', async () => {
    const linkId = await asked('m1', ASK, { error: { kind: 'invalid', code: 'X', tries: 1 } });
    await put({ linkId: idOf('c', 'c1'), seen: { c: { id: 'c1', version: '1' } } });
    await put({ linkId: idOf('c', 'c2'), seen: { c: { id: 'c2', version: '1' } }, nextTry: 5, reason: 'retry' });
    world.clock.advance(1000);
    await answer(linkId, { verdict: 'same', candidate: 'c2' });
    const now = world.clock.now();
    expect(await todo(linkId)).toMatchObject({
      reason: 'user', nextTry: now, ask: { ...ASK, answer: { verdict: 'same', candidate: 'c2' } }, error: { code: 'X' },
      seen: { m: { id: 'm1' } },
    });
    expect(await todo(idOf('c', 'c1'))).toMatchObject({ nextTry: now, reason: 'delta' });
    expect(await todo(idOf('c', 'c2'))).toMatchObject({ nextTry: 5, reason: 'retry' });
    expect((await world.control()).bell).toEqual({ rungAt: now, by: 'user' });
    expect(world.queue.sent).toEqual([{ queue: 'sync-mailbox', message: { userId: USER } }]);
  });

  test('must name one of the candidates', async () => {
    const linkId = await asked('m1', ASK);
    expect(await codeOf(answer(linkId, { verdict: 'same', candidate: 'c3' }))).toBe('BAD_REQUEST');
    expect((await todo(linkId)).ask).toEqual(ASK);
    expect(world.queue.sent).toEqual([]);
  });

  test.each(['same', 'different'] as const)('%s is taken once', async (verdict) => {
    const linkId = await asked('m1', ASK);
    const words = verdict === 'same' ? { verdict, candidate: 'c1' } : { verdict };
    await answer(linkId, words);
    expect(await codeOf(answer(linkId, words))).toBe('NOT_FOUND');
    expect(world.queue.sent).toHaveLength(1);
  });

  test.each(['', 'x', '../a~cfg', idOf('m', 'nobody')])('to %j finds nothing', async (linkId) => {
    expect(await codeOf(answer(linkId, { verdict: 'different' }))).toBe('NOT_FOUND');
  });

  test('to a question that changed while it was given is refused, and nothing is stored', async () => {
    const linkId = await asked('m1', ASK);
    const get = world.state.get.bind(world.state);
    const racing = Object.assign(Object.create(world.state) as typeof world.state, {
      get: async (partition: string, key: string) => {
        const row = await get(partition, key);
        if (key === keys.todo(idOf('c', 'c1'))) await asked('m1', { ...ASK, candidates: ['c1', 'c2', 'c3'] });
        return row;
      },
      batch: world.state.batch.bind(world.state),
    });
    const control = await world.control();
    expect(await codeOf(answerAsk({ ...world, state: racing }, control, linkId, { verdict: 'different' }))).toBe('WRONG_STATE');
    expect((await todo(linkId)).ask).toEqual({ ...ASK, candidates: ['c1', 'c2', 'c3'] });
    expect((await world.control()).bell).toBeUndefined();
  });

  test('holds although a candidate\'s own todo changes at the same moment', async () => {
    const linkId = await asked('m1', ASK);
    await put({ linkId: idOf('c', 'c1'), seen: { c: { id: 'c1', version: '1' } } });
    const batch = world.state.batch.bind(world.state);
    let races = 1;
    const racing = Object.assign(Object.create(world.state) as typeof world.state, {
      get: world.state.get.bind(world.state),
      batch: async (...words: Parameters<typeof batch>) => {
        if ((races -= 1) >= 0) await put({ linkId: idOf('c', 'c1'), seen: { c: { id: 'c1', version: '2' } } });
        return batch(...words);
      },
    });
    await answerAsk({ ...world, state: racing }, await world.control(), linkId, { verdict: 'different' });
    expect((await todo(linkId)).ask?.answer).toEqual({ verdict: 'different' });
    expect(await todo(idOf('c', 'c1'))).toMatchObject({ nextTry: world.clock.now(), seen: { c: { version: '2' } } });
  });
});

describe('trying again', () => {
  test('brings a parked record back at once', async () => {
    const linkId = idOf('m', 'm1');
    await put({ linkId, isParked: true, error: { kind: 'invalid', code: 'X', tries: 3 }, nextTry: 5 });
    await retryRecord(world, await world.control(), linkId);
    expect(await todo(linkId)).toEqual({
      linkId, kind: 'contact', seen: {}, reason: 'user', nextTry: world.clock.now(), error: { kind: 'invalid', code: 'X', tries: 3 },
    });
    expect((await world.control()).bell?.by).toBe('user');
    expect(world.queue.sent).toHaveLength(1);
  });

  test('is refused for a record that waits for nothing', async () => {
    const linkId = await asked('m1', { reason: 'sameName', candidates: ['c1'] });
    expect(await codeOf(retryRecord(world, await world.control(), linkId))).toBe('NOT_FOUND');
    expect(await codeOf(retryRecord(world, await world.control(), 'nonsense'))).toBe('NOT_FOUND');
    expect(world.queue.sent).toEqual([]);
  });
});

test.each([
  [null, ''], ['  x ', 'x'], [[], ''], [['a', ' ', 'b'], 'a, b'], [{}, ''], [{ city: 'Köln' }, 'Köln'],
] as const)('%j reads %j', (value, text) => {
  expect(wordOf(value)).toBe(text);
});
