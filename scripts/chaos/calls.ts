/** What a request of the host means: an outside write, a write of the state, or anything else. */

export type Service = 'microsoft' | 'ews' | 'salesforce' | 'table' | 'queue' | 'blob';

export interface Call {
  readonly service: Service;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
}

/** True for what changes a contact on a side; sign-ins and reads are none. */
export function isOutsideWrite({ service, method, path, body }: Call): boolean {
  if (service === 'microsoft') {
    if (!path.startsWith('/v1.0/')) return false;
    return path.startsWith('/v1.0/$batch') ? hasWrite(body, 'requests') : method !== 'GET';
  }
  if (service === 'ews') return ['CreateItem', 'UpdateItem', 'DeleteItem'].includes(operationOf(body) ?? '');
  if (service !== 'salesforce' || method === 'GET') return false;
  const [, rest = ''] = /^\/services\/data\/v[\d.]+(\/[^?]*)/.exec(path) ?? [];
  if (rest === '/composite') return hasWrite(body, 'compositeRequest');
  if (rest === '/composite/batch') return hasWrite(body, 'batchRequests');
  // A POST to /composite/sobjects/Contact reads many records by id; without the object's name it writes.
  return rest === '/composite/sobjects' || rest.startsWith('/sobjects/');
}

/** Of a SOAP request: the first element of its body, without prefix. */
export function operationOf(body: string): string | undefined {
  return /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1];
}

function hasWrite(body: string, list: string): boolean {
  const parts = (JSON.parse(body) as Record<string, readonly { method: string }[] | undefined>)[list] ?? [];
  return parts.some(({ method }) => method !== 'GET');
}

/** The keys of the rows of table `state` that this request changes; none for any other request. */
export function stateKeys({ service, method, path, body }: Call): readonly string[] {
  if (service !== 'table' || method === 'GET') return [];
  if (!path.includes('$batch')) return /\/state(\(|\?|$)/.test(path) ? [path] : [];
  if (!/\/state[( ?]/.test(body)) return [];
  return [...new Set([...body.matchAll(/RowKey(?:='|":")([^'"]+)/g)].map(([, key]) => key ?? ''))];
}

/** Refreshed sign-ins are counted apart from the work of a cycle (DESIGN section 3). */
export function isStateWrite(call: Call): boolean {
  return stateKeys(call).some((key) => !key.startsWith('a~conn~'));
}

export interface HeadRow {
  readonly epoch: number;
  readonly holder?: string;
  readonly leaseUntil: number;
  readonly suspended?: { readonly side: 'm' | 'c' };
}

/** The mailbox's head as this batch writes it. */
export function headOf(call: Call): HeadRow | undefined {
  if (!stateKeys(call).includes('a~head')) return undefined;
  for (const line of call.body.split('\r\n')) {
    if (!line.startsWith('{"PartitionKey"') || !line.includes('"RowKey":"a~head"')) continue;
    return JSON.parse((JSON.parse(line) as { d: string }).d) as HeadRow;
  }
  return undefined;
}
