import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Config } from '../app/control.ts';
import type { Cursors } from '../ports/side.ts';
import type { Table } from '../ports/table.ts';
import { cursorChanges, readControl } from './control-store.ts';
import { plainCells } from './codec.ts';
import { keys, userPartition } from './keys.ts';
import { MemoryTable } from './memory-table.ts';
import type { Keyring } from '../ports/world.ts';

const USER = 'user-1';
const keyring: Keyring = { sealer: () => Promise.reject(new Error('nothing here is sealed')) };

/** As a mail server's sync state: base64 that cannot be made much shorter. */
const state = (characters: number): string => randomBytes(characters * 3 / 4).toString('base64');

async function openStore(): Promise<{ state: Table; cursors(): Promise<Cursors | undefined>; store(next: Cursors, known?: Cursors): Promise<void> }> {
  const table = new MemoryTable({ now: () => 1000 });
  await table.batch(userPartition(USER), [
    { op: 'insert', key: keys.config, cells: plainCells({ organization: 'org-1' } as Config) }, { op: 'insert', key: keys.head, cells: plainCells({}) },
  ]);
  return {
    state: table,
    cursors: async () => (await readControl({ state: table, keyring }, USER))?.cursors.m,
    store: async (next, known = {}) => { await table.batch(userPartition(USER), cursorChanges('m', next, known, 1000)); },
  };
}

test.each([100, 30_000, 70_000, 300_000, 900_000])('cursors of %i characters come back to the letter, three in one batch', async (characters) => {
  const store = await openStore();
  const next = { contacts: state(characters), calendar: `1 0 9 ${state(characters)}`, tasks: state(characters) };
  await store.store(next);
  expect(await store.cursors()).toEqual(next);
});

test('a short cursor replaces a long one wholly, and one that is gone takes its row along', async () => {
  const store = await openStore();
  const long = { contacts: state(300_000), tasks: state(300_000) };
  await store.store(long);
  await store.store({ contacts: 'short' }, long);
  expect(await store.cursors()).toEqual({ contacts: 'short' });
  const row = await store.state.get(userPartition(USER), keys.cursor('m', 'contacts'));
  expect(Object.keys(row?.cells ?? {}).sort()).toEqual(['at', 'c', 'v']);
});

test('a cursor that stands there already is not written again', async () => {
  const store = await openStore();
  const next = { contacts: state(300_000) };
  await store.store(next);
  expect(cursorChanges('m', next, next, 2000)).toEqual([{ op: 'merge', key: keys.cursor('m', 'contacts'), cells: { v: 1, at: 2000 } }]);
  await store.store(next, next);
  expect(await store.cursors()).toEqual(next);
});

test('a cursor that no row can hold is refused with a code, before anything is stored', () => {
  expect(() => cursorChanges('m', { contacts: state(1_200_000) }, {}, 1)).toThrow(expect.objectContaining({ details: { code: 'CURSOR_TOO_LONG' } }));
});
