import { afterAll, expect, test } from 'vitest';
import { startAzureWorld, type AzureWorld } from '../../test/worlds/azure-table.ts';
import { storeContract } from '../../test/contract/store-contract.ts';

let world: Promise<AzureWorld> | undefined;
const azure = (): Promise<AzureWorld> => (world ??= startAzureWorld());
afterAll(async () => (await world)?.azurite.close());

storeContract('Azure table', async () => (await azure()).table('contract'));

test('a table is made by the first request, whichever it is, and by two at the same time', async () => {
  const { table } = await azure();
  expect(await table('byget').get('p', 'a')).toBeNull();
  expect(await table('byrange').range('p', '', '~')).toEqual([]);
  const [one, other] = [table('bybatch'), table('bybatch')];
  const insert = (key: string) => ({ op: 'insert', key, cells: { n: 1 } }) as const;
  await Promise.all([one.batch('p', [insert('a')]), other.batch('p', [insert('b')])]);
  expect((await one.range('p', '', '~')).map(({ key }) => key)).toEqual(['a', 'b']);
});
