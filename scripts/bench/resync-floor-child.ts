/** The floor of a resync: reads the link rows once and opens them by node's own means, with nothing of ours. */
import { createDecipheriv } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { cpuOf, serveOrders } from './children.ts';
import type { ResyncOrder, ResyncWork } from './orders.ts';
import { arrived, openRows, peakMemory, type PlainRow } from './resync-rows.ts';

/** The codec's byte, the seal's byte, nonce, tag (functions/src/store). */
const NONCE = 2;
const TAG = NONCE + 12;
const TEXT = TAG + 16;
const PAGE_ROWS = 1000;

serveOrders<ResyncOrder, ResyncWork>(async ({ file, links, key, owner }) => {
  const rows = openRows(file);
  let opened = 0;
  let reads = 0;
  const cpuMs = await cpuOf(async () => {
    for (let from = 'l~', isOver = false; !isOver;) {
      const page = await arrived(rows.range(from, 'l~~', PAGE_ROWS));
      reads += 1;
      for (const row of page) if (openRow(row, key, owner)) opened += 1;
      isOver = page.length < PAGE_ROWS;
      from = `${page.at(-1)?.key ?? ''}!`;
    }
  });
  rows.close();
  if (opened !== links) throw new Error(`${opened} of ${links} rows could be opened`);
  return { cpuMs, peakMb: peakMemory(), reads, writes: 0 };
});

function openRow({ key: rowKey, cells }: PlainRow, key: Uint8Array, owner: string): boolean {
  const bytes = cells['s'];
  if (!(bytes instanceof Uint8Array)) return false;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(NONCE, TAG));
  decipher.setAAD(Buffer.from(`${owner}/link/${rowKey.slice(rowKey.lastIndexOf('~') + 1)}`, 'utf8'));
  decipher.setAuthTag(bytes.subarray(TAG, TEXT));
  const plain = Buffer.concat([decipher.update(bytes.subarray(TEXT)), decipher.final()]);
  return Array.isArray(JSON.parse(inflateRawSync(plain).toString('utf8')));
}
