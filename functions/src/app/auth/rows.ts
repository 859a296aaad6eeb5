/** Deleting rows that another request may be deleting at the same moment. */
import { Conflict, type Table } from '../../ports/table.ts';

/** At most 100 keys. A row that is gone already was what is wanted; the rest of its batch goes with the next sweep. */
export async function dropRows(table: Table, partition: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  try {
    await table.batch(partition, keys.map((key) => ({ op: 'delete', key })));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}
