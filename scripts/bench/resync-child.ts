/** The product's side of a resync: one run over a side that forgot its cursor and lists everything again, unchanged. */
import { sealerOf } from '../../functions/src/store/seal.ts';
import { activate, OWNER, servicesOf, USER } from '../../functions/test/sim/mailbox.ts';
import { syncMailbox } from '../../functions/src/app/sync/sync-mailbox.ts';
import { readControl, cursorChanges, headChange } from '../../functions/src/store/control-store.ts';
import { userPartition } from '../../functions/src/store/keys.ts';
import { MemoryTable } from '../../functions/src/store/memory-table.ts';
import type { ChangePage, Side } from '../../functions/src/ports/side.ts';
import type { Row, RowChange, Table } from '../../functions/src/ports/table.ts';
import { cpuOf, serveOrders } from './children.ts';
import type { ResyncOrder, ResyncWork } from './orders.ts';
import { HELD, linkedSeen } from './resync-records.ts';
import { openRows, peakMemory, type PlainRow, type RowFile } from './resync-rows.ts';

/** As the connector asks for (PAGE_SIZE of connectors/graph/limits.ts). */
const PAGE_RECORDS = 100;
const NOW = Date.UTC(2026, 7, 3, 9);
const FORGOTTEN = 'forgotten';

serveOrders<ResyncOrder, ResyncWork>(async ({ file, links, key, owner }) => {
  if (owner !== OWNER) throw new Error(`the rows belong to ${owner}`);
  const rows = openRows(file);
  const state = new ReadOnlyLinks(rows);
  const services = {
    ...servicesOf({ clock: { now: () => NOW }, state, sides: { m: listingSide(links), c: quietSide() } }),
    keyring: { sealer: () => Promise.resolve(sealerOf(key)) },
  };
  await activate(state, NOW - 1000, key);
  return { cpuMs: 0, peakMb: 0, reads: 0, writes: 0 };
});
