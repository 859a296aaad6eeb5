/** Stands before the table service and counts what a cycle reads and writes in table `state`. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StateCounts {
  /** Requests that read rows of table `state`. */
  reads: number;
  /** Requests that change rows of table `state`; a batch is one. */
  writes: number;
}

export interface StateProxy {
  readonly port: number;
  readonly counts: StateCounts;
  close(): Promise<void>;
}

/** Forwards everything unchanged but the answer's date, by which leases are judged. Shared-key signatures cover the path, not the host, so they stay valid. */
export async function startStateProxy(tablePort: number, skewMs = 0): Promise<StateProxy> {
  const counts: StateCounts = { reads: 0, writes: 0 };
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      count(counts, incoming.method ?? 'GET', incoming.url ?? '/', body);
      const forward = http.request({ agent, host: '127.0.0.1', port: tablePort, method: incoming.method, path: incoming.url, headers: incoming.headers });
      forward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, withSkew(answer.rawHeaders, skewMs));
        answer.pipe(outgoing);
      });
      forward.on('error', (error) => outgoing.destroy(error));
      forward.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    close: () => new Promise((resolve, reject) => {
      agent.destroy();
      server.close((error) => { if (error) reject(error); else resolve(); });
      server.closeAllConnections();
    }),
  };
}

/** Names and values in turn, as they came. */
function withSkew(headers: readonly string[], skewMs: number): string[] {
  return headers.map((word, index) => (
    skewMs !== 0 && index % 2 === 1 && headers[index - 1]?.toLowerCase() === 'date' ? new Date(Date.parse(word) + skewMs).toUTCString() : word));
}

const STATE_PATH = /\/state(\(|\?|$)/;

function count(counts: StateCounts, method: string, url: string, body: Buffer): void {
  const isBatch = url.includes('$batch');
  if (isBatch ? !body.includes('/state(') && !body.includes('/state?') && !body.includes('/state ') : !STATE_PATH.test(url)) return;
  if (method === 'GET') counts.reads += 1;
  else counts.writes += 1;
}
