/** Azurite, the storage emulator from npm, as a child process: tables, queues and blobs on ports of our own. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from './ports.ts';

/** Azurite's well-known account: the same on every machine and no secret (learn.microsoft.com, "Use the Azurite emulator"). */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const START_LIMIT_MS = 60_000;
const PROBE_PAUSE_MS = 50;

export interface AzuriteOptions {
  readonly blobPort?: number;
  readonly queuePort?: number;
  readonly tablePort?: number;
  /** Keeps the data there; without it everything stays in memory. */
  readonly dir?: string;
}

export interface Azurite {
  readonly connectionString: string;
  readonly tablePort: number;
  close(): Promise<void>;
}

/** Starts it under this very Node and answers once all three ports accept connections. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const free = await freePorts();
  const blob = options.blobPort ?? free.blob;
  const queue = options.queuePort ?? free.queue;
  const table = options.tablePort ?? free.table;
  if (options.dir) mkdirSync(options.dir, { recursive: true });
  const script = path.join(path.dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/azurite.js');
  const child = spawn(process.execPath, [
    script, '--blobPort', String(blob), '--queuePort', String(queue), '--tablePort', String(table),
    '--skipApiVersionCheck', '--disableTelemetry', '--silent', ...(options.dir ? ['--location', options.dir] : ['--inMemoryPersistence']),
  ], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => { words = (words + chunk.toString('utf8')).slice(-2000); });
  const ended = new Promise<number | null>((resolve) => { child.once('exit', resolve); child.once('error', () => resolve(null)); });
  let isRunning = true;
  void ended.then(() => { isRunning = false; });
  const stop = (): void => { if (isRunning) child.kill('SIGTERM'); };
  process.once('exit', stop);
  const started = Date.now();
  for (const port of [blob, queue, table]) {
    while (!await accepts(port)) {
      if (!isRunning) throw new Error(`Azurite did not start: ${words.trim() || 'it ended without a word'}`);
      if (Date.now() - started > START_LIMIT_MS) { stop(); throw new Error(`Azurite does not answer on port ${port} after ${START_LIMIT_MS / 1000} s`); }
      await delay(PROBE_PAUSE_MS);
    }
  }
  const at = (port: number): string => `http://127.0.0.1:${port}/${ACCOUNT}`;
  return {
    tablePort: table,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};`
      + `BlobEndpoint=${at(blob)};QueueEndpoint=${at(queue)};TableEndpoint=${at(table)};`,
    close: async () => { process.off('exit', stop); stop(); await ended; },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
