import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createForms, sameValue } from '../engine/forms.ts';
import type { Link, Todo } from '../engine/link.ts';
import type { Fields } from '../engine/record.ts';
import type { Row } from '../ports/table.ts';
import {
  CODEC_VERSION, answerCells, askOf, decodeLink, decodeTodo, digestOf, encodeLink, encodeTodo, linkRefs, markCells, pack, packWide, plainCells,
  plainValue, retryCells, unpack, unpackWide, type Cells,
} from './codec.ts';
import { sealerOf } from './seal.ts';

const sealer = sealerOf(new Uint8Array(32).fill(1));
const OWNER = 'org-1/user-1';
const ID = '0123456789abcdefghijklmnop';
const row = (key: string, cells: Cells): Row => ({ partition: 'u~1', key, etag: 'e', cells });

const ANNA: Fields = {
  givenName: 'Anna', familyName: 'Weber', middleName: null,
  primaryEmail: 'anna@fabrikam.example', otherEmails: ['a.weber@fabrikam.example', 'aw@home.example'],
  'phones.mobile': '+49 171 5551234', 'addresses.business': { street: 'Ringstr. 4\nHof', city: 'Köln', postalCode: '50667' },
};
const LINK: Link = {
  id: ID, kind: 'contact', m: { id: 'm/1', version: 'v1' }, c: { id: 'c#1', version: '' },
  status: 'live', agreedAt: 1_767_603_600_123, epoch: 4,
  shadow: { m: ANNA, c: { ...ANNA, familyName: 'Weber-Li', middleName: 'K', otherEmails: [] } },
};
const OPEN: Todo = {
  linkId: ID, kind: 'contact', seen: { m: { id: 'm/1', version: 'v1' } }, reason: 'retry', nextTry: 1_767_603_600_123,
  intent: { op: 'create', side: 'c', payload: ANNA, fills: ['familyName'], source: { id: 'm/1', version: 'v1' }, startedAt: 5, epoch: 4 },
  error: { kind: 'invalid', code: 'X_TOO_LONG', tries: 2, field: 'jobTitle' }, isParked: true,
  ask: { reason: 'sameName', candidates: ['c#1', 'c#2'] },
};

const readLink = (cells: Cells, id = ID): Link => decodeLink(row(`l~contact~${id}`, cells), sealer, OWNER);
const readTodo = (cells: Cells): Todo => decodeTodo(row(`t~${ID}`, cells), sealer, OWNER);

describe('links', () => {
  test.each<[string, Partial<Link>]>([
    ['with shadows that differ', {}],
    ['with equal shadows', { shadow: { m: ANNA, c: ANNA } }],
    ['with a field that only one side shows', { shadow: { m: ANNA, c: { company: 'Fabrikam' } } }],
    ['with nothing in common', { shadow: { m: {}, c: ANNA } }],
    ['that lost a side', { status: 'unlinked', m: undefined as never }],
    ['that is dead', { status: 'dead' }],
  ])('a link %s comes back as it was', (_, change) => {
    const link = Object.fromEntries(Object.entries({ ...LINK, ...change }).filter(([, value]) => value !== undefined)) as unknown as Link;
    expect(readLink(encodeLink(link, sealer, OWNER))).toEqual(link);
  });

  test('of a long text only a digest is kept, which tells it from every other; a short one is kept whole', () => {
    const long = 'An agenda of many lines. '.repeat(100);
    const link: Link = { ...LINK, kind: 'event', family: 'series-1', shadow: { m: { body: long }, c: { body: 'short' } } };
    const read = readLink(encodeLink(link, sealer, OWNER));
    expect(read).toMatchObject({ family: 'series-1', shadow: { c: { body: 'short' } } });
    const forms = createForms('DE', digestOf);
    const kept = read.shadow.m.body ?? null;
    expect(String(kept).length).toBeLessThan(40);
    expect([sameValue('body', kept, long, forms), sameValue('body', kept, `${long}.`, forms)]).toEqual([true, false]);
  });

  test('the ids can be read without the key, the values cannot', () => {
    const cells = encodeLink(LINK, sealer, OWNER);
    expect(linkRefs(row(`l~contact~${ID}`, cells))).toEqual({ id: ID, kind: 'contact', status: 'live', m: LINK.m, c: LINK.c });
    const readable = Object.values(cells)
      .map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell))).join(' ');
    expect(readable).not.toMatch(/Anna|Weber|fabrikam|171/);
  });

  test('equal shadows cost next to nothing: the second is stored as its difference', () => {
    const size = (link: Link): number => (encodeLink(link, sealer, OWNER)['s'] as Uint8Array).length;
    const names = { familyName: randomBytes(400).toString('base64') };
    const alike = size({ ...LINK, shadow: { m: names, c: names } });
    expect(alike).toBeLessThan(600);
    expect(size({ ...LINK, shadow: { m: names, c: { familyName: randomBytes(400).toString('base64') } } })).toBeGreaterThan(alike + 300);
  });

  test('a live link without one of its sides is neither written nor read', () => {
    const { c: _, ...half } = LINK;
    expect(() => encodeLink(half, sealer, OWNER)).toThrow(/has both sides/);
    const { ci: __, cv: ___, ...cells } = encodeLink(LINK, sealer, OWNER);
    expect(() => readLink(cells)).toThrow(/has both sides/);
  });

  test('a link above 32 KiB is a fault', () => {
    const shadow = { m: { givenName: randomBytes(40_000).toString('hex') }, c: {} };
    expect(() => encodeLink({ ...LINK, shadow }, sealer, OWNER)).toThrow(/stay below 32768/);
  });

  test('values open only for the link and the owner they were sealed for', () => {
    const cells = encodeLink(LINK, sealer, OWNER);
    expect(() => readLink(cells, ID.replace('0', '1'))).toThrow(/do not fit/);
    expect(() => decodeLink(row(`l~contact~${ID}`, cells), sealer, 'org-1/user-2')).toThrow(/do not fit/);
    expect(() => decodeLink(row(`l~contact~${ID}`, cells), sealerOf(new Uint8Array(32).fill(2)), OWNER)).toThrow(/do not fit/);
  });
});

describe('todos', () => {
  test('a todo comes back as it was, with everything and with nothing', () => {
    expect(readTodo(encodeTodo(OPEN, sealer, OWNER))).toEqual(OPEN);
    const bare: Todo = { linkId: ID, kind: 'contact', seen: {}, reason: 'delta', nextTry: 7 };
    expect(readTodo(encodeTodo(bare, sealer, OWNER))).toEqual(bare);
  });

  test('a todo rewritten without intent, error and question has none, also when it was merged', () => {
    const bare: Todo = { linkId: ID, kind: 'contact', seen: { c: { id: 'c', version: '1' } }, reason: 'delta', nextTry: 7 };
    const cells = { ...encodeTodo(OPEN, sealer, OWNER), ...encodeTodo(bare, sealer, OWNER) };
    expect(readTodo(cells)).toEqual({ ...bare, seen: { ...OPEN.seen, ...bare.seen } });
  });

  test('a mark, an answer and another try leave the intent alone', () => {
    const cells = encodeTodo(OPEN, sealer, OWNER);
    const ask = askOf(row(`t~${ID}`, cells));
    expect(ask).toEqual(OPEN.ask);
    if (!ask) throw new Error('there is a question');
    const mark = markCells({ kind: 'contact', seen: { c: { id: 'c#1', version: '2' } }, reason: 'delta', nextTry: 9 });
    const marked = readTodo({ ...cells, ...mark });
    const answered = readTodo({ ...cells, ...answerCells(ask, { verdict: 'same', candidate: 'c#2' }, 9) });
    const retried = readTodo({ ...cells, ...retryCells(9) });
    for (const todo of [marked, answered, retried]) expect(todo.intent).toEqual(OPEN.intent);
    expect(marked.seen).toEqual({ ...OPEN.seen, c: { id: 'c#1', version: '2' } });
    expect(answered).toEqual({ ...OPEN, reason: 'user', nextTry: 9, ask: { ...ask, answer: { verdict: 'same', candidate: 'c#2' } } });
    expect(retried).toEqual({ ...withoutPark(OPEN), reason: 'user', nextTry: 9 });
  });
});

describe('versions', () => {
  const newer = { kind: 'bug', details: { code: 'NEWER_ROWS' }, message: /newer build/ } as const;
  const codeOf = (work: () => unknown): unknown => {
    try { return work(); } catch (error) { return error; }
  };

  test('packed bytes of a newer build are refused with a cure, before anything is opened', () => {
    const bytes = Buffer.from(pack({ a: 1 }, sealer, 'x'));
    bytes[0] = CODEC_VERSION + 1;
    expect(codeOf(() => unpack(bytes, sealer, 'x'))).toMatchObject({ kind: newer.kind, details: newer.details });
    expect(() => unpack(bytes, sealer, 'x')).toThrow(newer.message);
  });

  test('rows of a newer build are refused, plain ones and todos alike', () => {
    const plain = row('a~cfg', { ...plainCells({ a: 1 }), v: CODEC_VERSION + 1 });
    expect(codeOf(() => plainValue(plain))).toMatchObject(({ details: newer.details }));
    expect(codeOf(() => readTodo({ ...encodeTodo(OPEN, sealer, OWNER), v: CODEC_VERSION + 1 }))).toMatchObject({ details: newer.details });
    expect(codeOf(() => askOf(row(`t~${ID}`, { v: 99, ask: '' })))).toMatchObject({ details: newer.details });
  });

  test('plain values come back', () => {
    expect(plainValue(row('a~cfg', plainCells({ a: [1, 'x', null], b: { c: true } })))).toEqual({ a: [1, 'x', null], b: { c: true } });
  });
});

describe('long values', () => {
  test.each([10, 61_000, 200_000])('%i random characters come back from as many cells as they need', (length) => {
    const value = { text: randomBytes(length / 2).toString('hex') };
    const cells = packWide('p', value, sealer, 'x');
    for (const cell of Object.values(cells)) expect((cell as Uint8Array).length).toBeLessThanOrEqual(61_440);
    expect(Object.keys(cells)).toHaveLength(Math.ceil((length / 2 + 60) / 61_440));
    expect(unpackWide(cells, 'p', sealer, 'x')).toEqual(value);
  });

  test('a value that no row could hold is a fault', () => {
    expect(() => packWide('p', randomBytes(800_000).toString('base64'), sealer, 'x')).toThrow(/stay below/);
    expect(() => pack(randomBytes(62_000).toString('base64'), sealer, 'x')).toThrow(/stay below/);
  });

  test('a missing piece is noticed', () => {
    const { p1: _, ...cells } = packWide('p', randomBytes(100_000).toString('hex'), sealer, 'x');
    expect(() => unpackWide(cells, 'p', sealer, 'x')).toThrow(/do not fit/);
  });
});

function withoutPark({ isParked: _, ...todo }: Todo): Todo {
  return todo;
}
