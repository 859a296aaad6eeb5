/** One side forgot its cursor and lists everything again: what it costs to find that nothing has changed. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OWNER } from '../../functions/test/sim/mailbox.ts';
import { startChild } from './children.ts';
import { instanceFlags, instanceMemoryMb } from './instance.ts';
import type { ResyncOrder, ResyncWork } from './orders.ts';
import { linkedRows } from './resync-records.ts';
import { writeRows } from './resync-rows.ts';
import { boundedRow, median, ratioRow, type Row } from './rows.ts';

const RESYNC_LINKS = 50_000;
/** Fresh processes of each, in turn. */
const PROCESSES = 3;
const CPU_LIMIT = 5;
const MEMORY_LIMIT = 150;
const TABLE_PAGE = 1000;
/**
 * Rows one by one until as many are asked for as a pass over all is worth (a fiftieth of them, and the page under way with its links
 * and lines of the index), then three passes: index, links, and links once more for those that were not listed. Forty for the rest.
 */
const readLimit = (links: number): number => links / 50 + 200 + 3 * Math.ceil(links / TABLE_PAGE) + 40;
/** The data key of the simulation's organization; with another one the floor could open no row. */
const KEY = createHash('sha256').update('simulation').digest();

type File = 'resync-child.ts' | 'resync-floor-child.ts';

export async function resyncRows(links = RESYNC_LINKS): Promise<readonly Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'concord-bench-'));
  try {
    const file = path.join(folder, 'rows');
    writeRows(file, linkedRows(links));
    const empty = path.join(folder, 'no-rows');
    writeRows(empty, []);
    const works: Record<File, ResyncWork[]> = { 'resync-child.ts': [], 'resync-floor-child.ts': [] };
    const bare: Record<File, number> = { 'resync-child.ts': 0, 'resync-floor-child.ts': 0 };
    for (const child of ['resync-child.ts', 'resync-floor-child.ts'] as const) {
      bare[child] = (await once(child, { file: empty, links: 0, key: KEY, owner: OWNER })).peakMb;
      for (let process = 0; process < PROCESSES; process += 1) works[child].push(await once(child, { file, links, key: KEY, owner: OWNER }));
    }
    return rowsOf(`resync after a lost cursor, ${links} links`, links, works, bare);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function once(file: File, order: ResyncOrder): Promise<ResyncWork> {
  const child = startChild<ResyncOrder, ResyncWork>(file, instanceFlags(instanceMemoryMb()));
  try {
    return await child.ask(order);
  } finally {
    await child.close();
  }
}

/** Memory is what the process had at its worst, above the same process with no rows at all; both with the heap of an instance. */
function rowsOf(name: string, links: number, works: Readonly<Record<File, readonly ResyncWork[]>>, bare: Readonly<Record<File, number>>): readonly Row[] {
  const of = (file: File, key: keyof ResyncWork): number => median(works[file].map((work) => work[key]));
  const [ours, floor] = ['resync-child.ts', 'resync-floor-child.ts'] as const;
  const heap = `heap as on ${instanceMemoryMb()} MB`;
  const worst = (file: File): number => Math.max(...works[file].map(({ peakMb }) => peakMb)) - bare[file];
  return [
    ratioRow({ name: `${name}: CPU beside decoding the rows`, ours: of(ours, 'cpuMs'), floor: of(floor, 'cpuMs'), unit: 'ms CPU' }, CPU_LIMIT),
    boundedRow({ name: `${name}: peak memory above the empty process, ${heap}`, ours: worst(ours), floor: worst(floor), unit: 'MiB' }, MEMORY_LIMIT),
    boundedRow({ name: `${name}: state reads`, ours: of(ours, 'reads'), floor: of(floor, 'reads'), unit: 'requests' }, readLimit(links)),
  ];
}
