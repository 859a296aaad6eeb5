/** A first sync of many contacts into an empty side: outside calls, and processor time beside the same work by the packages. */
import { TableClient } from '@azure/data-tables';
import { startChild } from './children.ts';
import type { FloorOrder, WireCall, Work } from './orders.ts';
import { boundedRow, ratioRow, type Row } from './rows.ts';
import type { Bench, Counts } from './set-up.ts';

const CPU_LIMIT = 3;
/** Of what a first sync leaves for each record: link, two lines of the index, and the todo that waits for the confirming look. */
const ROWS_A_RECORD = 4;

export interface FirstSync {
  readonly cost: Counts;
  readonly wire: readonly WireCall[];
  readonly cpuMs: number;
  /** Rows that it left, and their mean size in bytes. */
  readonly rows: number;
  readonly rowBytes: number;
}

/** From the activation to the end of the last continuation; `records` of all kinds. */
export async function firstSync(bench: Bench, records: number): Promise<FirstSync> {
  const works: Work[] = [];
  let wire: readonly WireCall[] = [];
  const cost = await bench.countsOf(async () => {
    wire = await bench.callsOf(async () => { works.push(await bench.ours.ask({ do: 'sync' })); });
  });
  const [work] = works;
  if (work?.outcomes.at(-1) !== 'done') throw new Error(`the first sync ended as "${work?.outcomes.join(', ') ?? ''}"`);
  const { rows, bytes } = await recordRows(bench);
  if (rows !== ROWS_A_RECORD * records) {
    throw new Error(`the first sync left ${rows} rows about ${records} records, ${ROWS_A_RECORD} each were expected`);
  }
  return { cost, wire, cpuMs: work.cpuMs, rows, rowBytes: Math.round(bytes / rows) };
}

/** Last, because the same writes a second time leave doubles behind. */
export async function firstSyncRows(bench: Bench, result: FirstSync, name: string, callLimit: number): Promise<readonly Row[]> {
  const floor = startChild<FloorOrder, Work>('floor-child.ts');
  try {
    let cpuMs = 0;
    const { rows, rowBytes } = result;
    const calls = result.wire.map((call) => bench.withFreshToken(call));
    const cost = await bench.countsOf(async () => {
      ({ cpuMs } = await floor.ask({ do: 'replay', storage: bench.storage, calls, rows, rowBytes }));
    });
    const outside = ({ graph, salesforce }: Counts): number => graph + salesforce;
    const cpu = { name: `${name}: CPU beside the same by the bare SDKs`, ours: result.cpuMs, floor: cpuMs, unit: 'ms CPU' };
    return [
      boundedRow({ name: `${name}: outside calls`, ours: outside(result.cost), floor: outside(cost), unit: 'calls' }, callLimit),
      ratioRow(cpu, CPU_LIMIT),
    ];
  } finally {
    await floor.close();
  }
}

/** Links (l), index (x) and todos (t) in the table; the log and the steering rows do not grow with the records. */
async function recordRows({ storage, partition }: Bench): Promise<{ rows: number; bytes: number }> {
  const table = TableClient.fromConnectionString(storage, 'state', { allowInsecureConnection: true });
  let rows = 0;
  let bytes = 0;
  const filter = `PartitionKey eq '${partition}' and RowKey ge 'l~'`;
  for await (const { rowKey = '', ...cells } of table.listEntities({ queryOptions: { filter } })) {
    if (!/^[ltx]~/.test(rowKey)) continue;
    rows += 1;
    for (const cell of Object.values(cells)) bytes += cell instanceof Uint8Array ? cell.length : String(cell).length;
  }
  return { rows, bytes };
}
