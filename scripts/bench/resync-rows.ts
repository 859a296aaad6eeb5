/** The rows of a mailbox with very many links in a file, so that they weigh on no process: as a service's table would not. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';

export interface PlainRow {
  readonly key: string;
  readonly cells: Readonly<Record<string, string | number | boolean | Uint8Array>>;
}

export interface RowFile {
  get(key: string): PlainRow | undefined;
  /** Rows with from <= key < to, in key order. */
  range(from: string, to: string, limit: number): readonly PlainRow[];
  close(): void;
}

export function writeRows(file: string, rows: Iterable<PlainRow>): void {
  const database = new DatabaseSync(file);
  database.exec('CREATE TABLE rows (key TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID; BEGIN');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  for (const { key, cells } of rows) insert.run(key, textOf(cells));
  database.exec('COMMIT');
  database.close();
}

export function openRows(file: string): RowFile {
  const database = new DatabaseSync(file, { readOnly: true });
  const one = database.prepare('SELECT key, cells FROM rows WHERE key = ?');
  const many = database.prepare('SELECT key, cells FROM rows WHERE key >= ? AND key < ? ORDER BY key LIMIT ?');
  return {
    get: (key) => {
      const row = one.get(key);
      return row && rowOf(row);
    },
    range: (from, to, limit) => many.all(from, to, limit).map(rowOf),
    close: () => { database.close(); },
  };
}

/**
 * As a service's answer comes: by a turn of the event loop. V8 does there what it puts off, such as ending a collection; a run
 * without a turn keeps garbage that the product never has.
 */
export function arrived<T>(answer: T): Promise<T> {
  return new Promise((resolve) => { setImmediate(resolve, answer); });
}

/** Bytes as base64, as the table service sends them; it tells them from text by a type, this file by a sign in front. */
const BYTES = '=';

function textOf(cells: PlainRow['cells']): string {
  return JSON.stringify(Object.fromEntries(Object.entries(cells).map(([name, cell]) => (
    [name, cell instanceof Uint8Array ? BYTES + Buffer.from(cell).toString('base64') : cell]))));
}

function rowOf({ key, cells }: Readonly<Record<string, unknown>>): PlainRow {
  if (typeof cells !== 'string') throw new Error('a row without its cells');
  const read = JSON.parse(cells) as Record<string, string | number | boolean | Uint8Array>;
  for (const [name, cell] of Object.entries(read)) {
    if (typeof cell === 'string' && cell.startsWith(BYTES)) read[name] = Buffer.from(cell.slice(BYTES.length), 'base64');
  }
  return { key: String(key), cells: read };
}

/**
 * The most memory that this process ever had, in MiB. Linux counts into `maxRSS` what the starting process had (getrusage(2)),
 * so there its own mark is read.
 */
export function peakMemory(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes ?? process.resourceUsage().maxRSS) / 1024;
}
