/**
 * An entity group transaction as bytes (learn.microsoft.com, "Performing entity group transactions"). Written by hand because
 * the SDK's submitTransaction drops the etag of a delete (it sends If-Match: *), and a todo may be deleted only as it was read.
 */
import { randomUUID } from 'node:crypto';
import { SyncError } from '../engine/errors.ts';
import { Conflict } from '../ports/table.ts';
import type { Cell, RowChange } from '../ports/table.ts';

const LINE = '\r\n';
const INT32 = 2 ** 31;

export interface BatchRequest {
  readonly contentType: string;
  readonly body: string;
}

/** `address` is the table's URL without a trailing slash. */
export function batchRequest(address: string, partition: string, changes: readonly RowChange[]): BatchRequest {
  const batch = `batch_${randomUUID()}`;
  const set = `changeset_${randomUUID()}`;
  const head = [`--${set}`, 'content-type: application/http', 'content-transfer-encoding: binary', '', ''].join(LINE);
  const parts = changes.map((change) => `${head}${operation(address, partition, change)}${LINE}`);
  const open = [`--${batch}`, `content-type: multipart/mixed; boundary=${set}`, '', ''].join(LINE);
  return {
    contentType: `multipart/mixed; boundary=${batch}`,
    body: `${open}${parts.join('')}--${set}--${LINE}--${batch}--${LINE}`,
  };
}

/** The new etags by key. Throws Conflict with the index of the change whose condition failed. */
export function batchEtags(text: string, changes: readonly RowChange[]): ReadonlyMap<string, string> {
  const answers = text.split('--changesetresponse_').slice(1, -1);
  const etags = new Map<string, string>();
  answers.forEach((answer, index) => {
    const status = Number(/HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    if (status < 200 || status >= 300) throw refusal(status, answer);
    const change = changes[index];
    const etag = /^etag: *(.*?)\r?$/im.exec(answer)?.[1];
    if (change && change.op !== 'delete' && etag) etags.set(change.key, etag);
  });
  return etags;
}

function operation(address: string, partition: string, change: RowChange): string {
  const row = `${address}(PartitionKey='${literal(partition)}',RowKey='${literal(change.key)}')`;
  const condition = 'etag' in change && change.etag !== undefined ? [`if-match: ${change.etag}`] : [];
  switch (change.op) {
    case 'delete': return request('DELETE', row, condition.length > 0 ? condition : ['if-match: *'], '');
    case 'insert': return request('POST', address, ['prefer: return-no-content'], entity(partition, change.key, change.cells));
    case 'put': return request('PUT', row, condition, entity(partition, change.key, change.cells));
    case 'merge': return request('PATCH', row, condition, entity(partition, change.key, change.cells));
    default: return change satisfies never;
  }
}

function request(verb: string, url: string, headers: readonly string[], body: string): string {
  const all = ['accept: application/json;odata=minimalmetadata', 'dataserviceversion: 3.0', 'content-type: application/json', ...headers];
  return `${verb} ${url} HTTP/1.1${LINE}${all.join(LINE)}${LINE}${LINE}${body}`;
}

function literal(key: string): string {
  return encodeURIComponent(key.replaceAll('\'', '\'\''));
}

function entity(partition: string, key: string, cells: Readonly<Record<string, Cell>>): string {
  const properties: Record<string, unknown> = { PartitionKey: partition, RowKey: key };
  for (const [name, cell] of Object.entries(cells)) {
    if (cell instanceof Uint8Array) {
      properties[name] = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('base64');
      properties[`${name}@odata.type`] = 'Edm.Binary';
    } else {
      properties[name] = cell;
      // The service reads a bare JSON integer as Int32 and refuses greater ones; instants are greater.
      if (typeof cell === 'number' && (!Number.isInteger(cell) || Math.abs(cell) >= INT32)) properties[`${name}@odata.type`] = 'Edm.Double';
    }
  }
  // In a body of lines a separator of another script (U+2028) must not be taken for the end of one: only ASCII goes out.
  return JSON.stringify(properties).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** "0:The update condition specified in the request was not satisfied." begins with the index of the change. */
function refusal(status: number, answer: string): Error {
  const body = /\{.*\}/s.exec(answer)?.[0] ?? '';
  const code = /"code" *: *"(\w+)"/.exec(body)?.[1] ?? String(status);
  if (status === 412 || status === 409 || code === 'ResourceNotFound') {
    return new Conflict(Number(/"value" *: *"(\d+):/.exec(body)?.[1] ?? 0));
  }
  if (code === 'TableNotFound') return Object.assign(new Error('the table does not exist'), { code, statusCode: status });
  if (status === 429 || status >= 500) {
    return new SyncError('unavailable', 'the storage is busy', { code: 'STORE_UNAVAILABLE', isOutcomeUnknown: true });
  }
  return new SyncError('bug', `the storage refused a change: ${code}`, { code: 'STORE_REFUSED' });
}
