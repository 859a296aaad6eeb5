/** What a cycle costs when nothing has changed: calls, storage requests, processor time. */
import { startChild } from './children.ts';
import type { FloorOrder, FloorStart, WireCall, Work } from './orders.ts';
import { boundedRow, informationRow, median, ratioRow, type Row } from './rows.ts';
import { difference, type Bench, type Counts } from './set-up.ts';

const HALF_HOUR_MS = 31 * 60_000;
const CYCLES_TO_QUIET = 12;
/** Cycles that are counted: one that does more now and then must not slip through. */
const COUNTED = 10;
/** Cycles before the rounds, in which each process's code gets warm. */
const WARM_CYCLES = 200;
const ROUNDS = 51;
const CYCLES_A_ROUND = 10;
const CPU_LIMIT = 1.3;

const BOUNDS: readonly (readonly [keyof Counts, string, string])[] = [
  ['graph', 'calls to Graph', 'calls'],
  ['salesforce', 'calls to Salesforce', 'calls'],
  ['stateReads', 'state reads', 'requests'],
  ['stateWrites', 'state writes', 'requests'],
];
const IDLE_LIMITS: Counts = { graph: 1, salesforce: 1, stateReads: 1, stateWrites: 0 };
/** The first batch also asks for contacts, events and the list of lists. */
const LISTS_IN_FIRST_BATCH = 17;
const PARTS_OF_A_BATCH = 20;

export interface IdleResult {
  readonly rows: readonly Row[];
  /** Of one cycle. */
  readonly ours: Counts;
  readonly floor: Counts;
}

/** All kinds: what `lists` lists of tasks cost; a batch holds contacts, events, the list of lists and up to 17 of them. */
export async function idleOfAllKinds(bench: Bench, lists: number): Promise<readonly Row[]> {
  bench.growLists(lists);
  const calls = 1 + Math.max(0, Math.ceil((lists - LISTS_IN_FIRST_BATCH) / PARTS_OF_A_BATCH));
  const { rows } = await idleRows(bench, `all kinds, ${lists} task lists`, { ...IDLE_LIMITS, graph: calls }, false);
  return rows;
}

export async function idleRows(bench: Bench, what: string, limits = IDLE_LIMITS, hasCpu = true): Promise<IdleResult> {
  await untilQuiet(bench);
  const wire = await bench.callsOf(() => ourIdle(bench, 1));
  const floor = startChild<FloorOrder, Work>('floor-child.ts');
  try {
    await floor.ask({ do: 'start', storage: bench.storage, partition: bench.partition, ...requestsOf(wire) });
    const oursCost = await costOf(bench, () => ourIdle(bench, COUNTED));
    const floorCost = await costOf(bench, () => floor.ask({ do: 'idle', by: 'packages', cycles: COUNTED }));
    const name = (which: string): string => `idle cycle, ${what}: ${which}`;
    const counted = BOUNDS.map(([key, which, unit]) => boundedRow({ name: name(which), ours: oursCost[key], floor: floorCost[key], unit }, limits[key]));
    if (!hasCpu) return { ours: oursCost, floor: floorCost, rows: counted };
    const cpu = await cpuOfCycles(bench, floor);
    return {
      ours: oursCost, floor: floorCost,
      rows: [
        ...counted,
        informationRow({ name: name('CPU beside bare fetch'), ours: cpu.ours, floor: cpu.fetch, unit: 'ms CPU' }),
        ratioRow({ name: name('CPU beside the bare SDK calls'), ours: cpu.ours, floor: cpu.packages, unit: 'ms CPU' }, CPU_LIMIT),
      ],
    };
  } finally {
    await floor.close();
  }
}

/** The cost of a cycle must not depend on how much there is. */
export function equalRow(few: IdleResult, many: IdleResult): Row {
  const apart = (a: Counts, b: Counts): number => Object.values(difference(a, b)).reduce((sum, count: number) => sum + Math.abs(count), 0);
  const name = 'idle cycle: calls and requests that more contacts add';
  return boundedRow({ name, ours: apart(many.ours, few.ours), floor: apart(many.floor, few.floor), unit: 'calls' }, 0);
}

/** The clock moves past the overlap until a cycle finds nothing; then the tokens are fresh as well. */
async function untilQuiet(bench: Bench): Promise<void> {
  for (let cycle = 0; cycle < CYCLES_TO_QUIET; cycle += 1) {
    await bench.advance(HALF_HOUR_MS);
    const { outcomes } = await bench.ours.ask({ do: 'sync' });
    if (outcomes.length === 1 && outcomes[0] === 'idle') return;
  }
  throw new Error(`no idle cycle within ${CYCLES_TO_QUIET} half hours: something is written again and again`);
}

async function ourIdle({ ours }: Bench, cycles: number): Promise<Work> {
  const work = await ours.ask({ do: 'idle', cycles });
  const other = work.outcomes.find((outcome) => outcome !== 'idle');
  if (other !== undefined) throw new Error(`a cycle with nothing to do ended as "${other}"`);
  return work;
}

function requestsOf(wire: readonly WireCall[]): Pick<FloorStart, 'graph' | 'salesforce'> {
  const [graph, salesforce] = [wire.filter(({ service }) => service === 'graph'), wire.filter(({ service }) => service === 'salesforce')];
  if (graph.length === 0 || salesforce.length === 0) throw new Error('an idle cycle did not ask both sides');
  return { graph, salesforce };
}

async function costOf(bench: Bench, work: () => Promise<unknown>): Promise<Counts> {
  const { graph, salesforce, stateReads, stateWrites } = await bench.countsOf(work);
  return { graph: graph / COUNTED, salesforce: salesforce / COUNTED, stateReads: stateReads / COUNTED, stateWrites: stateWrites / COUNTED };
}

type By = 'ours' | 'packages' | 'fetch';

/**
 * Milliseconds a cycle: medians of many short rounds of each in turn, so that whatever else the machine does meets all of them.
 * Every other round goes backwards, because the first of a round may find the machine quieter than the last.
 */
async function cpuOfCycles(bench: Bench, floor: { ask(order: FloorOrder): Promise<Work> }): Promise<Record<By, number>> {
  const run = (by: By, cycles: number): Promise<Work> => (by === 'ours' ? ourIdle(bench, cycles) : floor.ask({ do: 'idle', by, cycles }));
  const turns: readonly By[] = ['ours', 'packages', 'fetch'];
  const each: Record<By, number[]> = { ours: [], packages: [], fetch: [] };
  for (const by of turns) await run(by, WARM_CYCLES);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const by of round % 2 === 0 ? turns : turns.toReversed()) each[by].push((await run(by, CYCLES_A_ROUND)).cpuMs / CYCLES_A_ROUND);
  }
  return { ours: median(each.ours), packages: median(each.packages), fetch: median(each.fetch) };
}
