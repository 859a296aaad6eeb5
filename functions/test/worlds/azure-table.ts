/** The real Azure Table protocol for tests: Azurite, and the SDK's client pointed at it. */
import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../sandbox/azurite.ts';
import { AzureTable } from '../../src/store/azure-table.ts';

export interface AzureWorld {
  readonly azurite: Azurite;
  /** A table by name; made when it is first written or read. */
  table(name: string): AzureTable;
}

export async function startAzureWorld(): Promise<AzureWorld> {
  const azurite = await startAzurite();
  const client = (name: string): TableClient => (
    TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true }));
  return { azurite, table: (name) => new AzureTable(() => Promise.resolve(client(name))) };
}
