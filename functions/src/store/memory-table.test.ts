import { expect, test } from 'vitest';
import { storeContract } from '../../test/contract/store-contract.ts';
import { MemoryTable } from './memory-table.ts';

storeContract('table in memory', () => Promise.resolve(new MemoryTable({ now: Date.now })));

test('a lost reply has stored the batch, a failed request has not', async () => {
  const fates: ('serve' | 'fail' | 'lostReply')[] = ['lostReply', 'serve', 'fail', 'serve'];
  const table = new MemoryTable({ fate: () => fates.shift() ?? 'serve' });
  const first = table.batch('p', [{ op: 'insert', key: 'a', cells: { n: 1 } }]);
  await expect(first).rejects.toMatchObject({ details: { isOutcomeUnknown: true } });
  expect((await table.get('p', 'a'))?.cells).toEqual({ n: 1 });
  await expect(table.batch('p', [{ op: 'put', key: 'a', cells: { n: 2 } }])).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await table.get('p', 'a'))?.cells).toEqual({ n: 1 });
});

// Not in the shared suite: the emulator answers 204 here, the service itself 404 (learn.microsoft.com, "Delete Entity").
test('a row that is not there cannot be deleted, and the batch stores nothing', async () => {
  const table = new MemoryTable();
  const work = table.batch('p', [{ op: 'insert', key: 'a', cells: {} }, { op: 'delete', key: 'nowhere' }]);
  await expect(work).rejects.toMatchObject({ name: 'Conflict', index: 1 });
  expect(await table.get('p', 'a')).toBeNull();
});
