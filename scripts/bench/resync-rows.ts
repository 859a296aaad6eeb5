/** The rows of a mailbox with very many links in a file, so that they weigh on no process: as a service's table would not. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';

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
  database.exec('CREATE TABLE rows (key TEXT PRIMARY KEY, cells BLOB) WITHOUT ROWID; BEGIN');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  for (const { key, cells } of rows) insert.run(key, serialize(cells));
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

function rowOf({ key, cells }: Readonly<Record<string, unknown>>): PlainRow {
  if (!(cells instanceof Uint8Array)) throw new Error('a row without its cells');
  return { key: String(key), cells: deserialize(cells) as PlainRow['cells'] };
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
