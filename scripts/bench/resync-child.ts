/** The product's side of a resync: one run over a side that forgot its cursor and lists everything again, unchanged. */
import { syncMailbox } from '../../functions/src/app/sync/sync-mailbox.ts';
import type { ChangePage, Side } from '../../functions/src/ports/side.ts';
import type { Row, RowChange, Table } from '../../functions/src/ports/table.ts';
import { cursorChanges, headChange, readControl } from '../../functions/src/store/control-store.ts';
import { userPartition } from '../../functions/src/store/keys.ts';
import { MemoryTable } from '../../functions/src/store/memory-table.ts';
import { activate, servicesOf, USER } from '../../functions/test/sim/mailbox.ts';
import { cpuOf, serveOrders } from './children.ts';
import type { ResyncOrder, ResyncWork } from './orders.ts';
import { HELD, mailboxSeen } from './resync-records.ts';
import { arrived, openRows, peakMemory, type PlainRow, type RowFile } from './resync-rows.ts';

/** As the connector asks for (PAGE_SIZE of connectors/graph/limits.ts). */
const PAGE_RECORDS = 100;
const NOW = Date.UTC(2026, 7, 3, 9);
const STREAM = 'contacts';
const FORGOTTEN = 'forgotten';

serveOrders<ResyncOrder, ResyncWork>(async ({ file, links }) => {
  const rows = openRows(file);
  const state = new LinkedTable(rows);
  const services = servicesOf({ clock: { now: () => NOW }, state, sides: { m: listingSide(links), c: quietSide() } });
  await activate(state, NOW - 1000);
  const control = await readControl(services, USER);
  if (!control) throw new Error('the activation left no user');
  const head = { ...control.head, links: { ...control.head.links, contact: links }, lastRunAt: NOW - 1000 };
  await state.batch(userPartition(USER), [
    headChange(head, control.headEtag), ...cursorChanges('m', { [STREAM]: FORGOTTEN }, {}, NOW - 1000),
      ...cursorChanges('c', { [STREAM]: '1' }, {}, NOW - 1000),
  ]);
  const [reads, { writes }] = [state.reads, state.steering.counts];
  const cpuMs = await cpuOf(async () => {
    const outcome = await syncMailbox(services, USER);
    if (outcome !== 'done') throw new Error(`the resync ended as "${outcome}"`);
  });
  rows.close();
  return { cpuMs, peakMb: peakMemory(), reads: state.reads - reads, writes: state.steering.counts.writes - writes };
});

/** Steering rows in memory; links and index from the file. Nothing has changed, so nothing may be written about a link. */
class LinkedTable implements Table {
  readonly steering = new MemoryTable({ now: () => NOW });
  readonly #rows: RowFile;
  #linkReads = 0;

  constructor(rows: RowFile) {
    this.#rows = rows;
  }

  get reads(): number { return this.#linkReads + this.steering.counts.reads; }

  now(): number { return this.steering.now(); }

  get(partition: string, key: string): Promise<Row | null> {
    if (!isAboutLinks(key)) return this.steering.get(partition, key);
    this.#linkReads += 1;
    const row = this.#rows.get(key);
    return arrived(row ? asRow(partition, row) : null);
  }

  range(partition: string, from: string, to: string, limit = 1000): Promise<readonly Row[]> {
    if (!isAboutLinks(from)) return this.steering.range(partition, from, to, limit);
    this.#linkReads += 1;
    return arrived(this.#rows.range(from, to, limit).map((row) => asRow(partition, row)));
  }

  batch(partition: string, changes: readonly RowChange[]): Promise<ReadonlyMap<string, string>> {
    const strange = changes.find(({ key }) => isAboutLinks(key) || key.startsWith('t~'));
    if (strange) throw new Error(`nothing has changed, but ${strange.op} ${strange.key.slice(0, 2)} is written`);
    return this.steering.batch(partition, changes);
  }
}

const isAboutLinks = (key: string): boolean => key.startsWith('l~') || key.startsWith('x~');

const asRow = (partition: string, { key, cells }: PlainRow): Row => ({ partition, key, etag: 'W/"1"', cells });

/** Refuses its cursor once, then lists everybody, page after page. */
function listingSide(links: number): Side {
  return sideOf((cursor): ChangePage => {
    if (cursor === FORGOTTEN) return { changes: [], cursors: {}, hasMore: true, lost: [STREAM] };
    const from = Number(cursor ?? 0);
    const to = Math.min(from + PAGE_RECORDS, links);
    const changes = Array.from({ length: to - from }, (_, place) => ({ what: 'seen', record: mailboxSeen(from + place) }) as const);
    return { changes, cursors: { [STREAM]: String(to) }, hasMore: to < links, lost: [] };
  });
}

function quietSide(): Side {
  return sideOf((cursor) => ({ changes: [], cursors: { [STREAM]: cursor ?? '' }, hasMore: false, lost: [] }));
}

function sideOf(page: (cursor: string | undefined) => ChangePage): Side {
  const refuse = (): Promise<never> => Promise.reject(new Error('nothing has changed, so nobody is asked for more'));
  return {
    name: 'bench', holds: () => Promise.resolve(HELD), changes: (cursors) => arrived(page(cursors[STREAM])),
    read: refuse, search: refuse, recall: refuse, write: refuse,
  };
}
