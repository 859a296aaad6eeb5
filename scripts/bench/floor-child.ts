/** The floors: the same requests by bare fetch, or by the vendors' own packages. Nothing of ours is between them and the wire. */
import { createHmac } from 'node:crypto';
import { TableClient, type TransactionAction } from '@azure/data-tables';
import { Client as GraphClient, type GraphRequest } from '@microsoft/microsoft-graph-client';
import { Connection } from 'jsforce/lib/connection.js';
import { cpuOf, serveOrders } from './children.ts';
import type { FloorOrder, FloorStart, Replay, WireCall, Work } from './orders.ts';

type Cycle = () => Promise<unknown>;

let cycles: Readonly<Record<'fetch' | 'packages', Cycle>> | undefined;

serveOrders<FloorOrder, Work>(async (order) => {
  switch (order.do) {
    case 'start': {
      cycles = { fetch: fetchCycle(order), packages: packagesCycle(order) };
      return { cpuMs: 0, outcomes: [] };
    }
    case 'idle': {
      const cycle = cycles?.[order.by];
      if (!cycle) throw new Error('the first order is "start"');
      return measured(async () => { for (let done = 0; done < order.cycles; done += 1) await cycle(); });
    }
    case 'replay': return replay(order);
    default: return order satisfies never;
  }
});

const measured = async (work: () => Promise<void>): Promise<Work> => ({ cpuMs: await cpuOf(work), outcomes: [] });

/** The range in which everything lies that a cycle needs (ARCHITECTURE.md). */
const filterOf = (partition: string): string => `PartitionKey eq '${partition}' and RowKey ge 'a~' and RowKey lt 'a~~'`;

// ---- by the vendors' packages --------------------------------------------------------------------------------------

function packagesCycle({ storage, partition, graph, salesforce }: FloorStart): Cycle {
  const table = TableClient.fromConnectionString(storage, 'state', { allowInsecureConnection: true });
  const mailbox = graph.map((call) => mailboxQuestion(graphClient(call), call));
  const crm = salesforce.map((call) => crmQuestion(connection(call), call));
  return async () => {
    const rows: object[] = [];
    for await (const row of table.listEntities({ queryOptions: { filter: filterOf(partition) } })) rows.push(row);
    await Promise.all([...mailbox, ...crm].map((ask) => ask()));
    return rows;
  };
}

/** One stream is a plain call, several are a batch. */
function mailboxQuestion(client: GraphClient, call: WireCall): Cycle {
  if (call.method !== 'GET') return graphWork(client, call, new Map());
  return async () => graphRequest(client, call).get() as Promise<unknown>;
}

/** A query by its own method; several in one composite by the package's bare request, since it knows no composite. */
function crmQuestion(crm: Connection, call: WireCall): Cycle {
  if (call.method === 'POST') return salesforceWork(crm, call);
  const { pathname, searchParams } = new URL(call.url);
  const soql = searchParams.get('q') ?? '';
  const scanAll = pathname.endsWith('/queryAll');
  return async () => crm.query(soql, { scanAll });
}

function graphClient({ url, headers }: WireCall): GraphClient {
  const token = bearerOf(headers);
  return GraphClient.init({ baseUrl: new URL(url).origin, defaultVersion: 'v1.0', authProvider: (done) => done(null, token) });
}

/** The package hands its token to https addresses only; the stand-in's gets it as a header. */
function graphRequest(client: GraphClient, { url, headers }: Pick<WireCall, 'url' | 'headers'>): GraphRequest {
  const { pathname, search } = new URL(url);
  return client.api(`${pathname.replace('/v1.0', '')}${search}`)
    .headers({ authorization: headers['authorization'] ?? '', ...(headers['prefer'] ? { prefer: headers['prefer'] } : {}) });
}

function connection({ url, headers }: WireCall): Connection {
  const { origin, pathname } = new URL(url);
  const version = /\/v(\d+\.\d)\//.exec(pathname)?.[1] ?? '';
  return new Connection({ instanceUrl: origin, accessToken: bearerOf(headers), version });
}

function bearerOf(headers: WireCall['headers']): string {
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
  if (!token) throw new Error('a call without a bearer token cannot be asked again');
  return token;
}

async function replay({ storage, calls, rows, rowBytes }: Replay): Promise<Work> {
  const graph = onceAToken(graphClient);
  const salesforce = onceAToken(connection);
  const links = new Map<string, string>();
  const works = calls.map((call) => (call.service === 'graph' ? graphWork(graph(call), call, links) : salesforceWork(salesforce(call), call)));
  const table = TableClient.fromConnectionString(storage, 'floor', { allowInsecureConnection: true });
  await table.createTable();
  const result = await measured(async () => {
    for (const work of works) await work();
    await storeRows(table, rows, rowBytes);
  });
  await table.deleteTable();
  return result;
}

function onceAToken<Client>(make: (call: WireCall) => Client): (call: WireCall) => Client {
  const made = new Map<string, Client>();
  return (call) => {
    const token = bearerOf(call.headers);
    const client = made.get(token) ?? make(call);
    made.set(token, client);
    return client;
  };
}

interface Page { readonly '@odata.nextLink'?: string }
interface Part { readonly id: string; readonly url: string }
interface Answer { readonly responses?: readonly { readonly id: string; readonly body?: Page }[] }

/** A token of a round that is over is not taken again: pages are followed as they come. */
const NEXT = '$skiptoken=';

/** Bodies are objects here, as a program has them; the packages make texts of them. `links` is by path: the page that comes next there. */
function graphWork(client: GraphClient, { method, url, headers, body }: WireCall, links: Map<string, string>): () => Promise<unknown> {
  const content: unknown = body === '' ? undefined : JSON.parse(body);
  const { pathname } = new URL(url);
  if (url.endsWith('/$batch')) return batchWork(client, { url, headers }, content as { readonly requests: readonly Part[] }, links);
  return async () => {
    if (method !== 'GET') return graphRequest(client, { url, headers }).post(content) as Promise<unknown>;
    const link = url.includes(NEXT) ? links.get(pathname) : undefined;
    const page = await graphRequest(client, { url: link ?? url, headers }).get() as Page;
    if (page['@odata.nextLink']) links.set(pathname, page['@odata.nextLink']);
    return page;
  };
}

function batchWork(
  client: GraphClient, call: Pick<WireCall, 'url' | 'headers'>, { requests }: { readonly requests: readonly Part[] }, links: Map<string, string>,
): () => Promise<unknown> {
  const pathOf = (one: string): string => one.replace(/\?.*$/s, '').replace(/^.*\/v1\.0/s, '');
  return async () => {
    const parts = requests.map((part) => {
      const link = decodeURIComponent(part.url).includes(NEXT) ? links.get(pathOf(part.url)) : undefined;
      return link ? { ...part, url: link.replace(/^.*\/v1\.0/s, '') } : part;
    });
    const answer = await graphRequest(client, call).post({ requests: parts }) as Answer;
    for (const { id, body } of answer.responses ?? []) {
      const part = parts.find((one) => one.id === id);
      if (part && body?.['@odata.nextLink']) links.set(pathOf(part.url), body['@odata.nextLink']);
    }
    return answer;
  };
}

function salesforceWork(crm: Connection, { method, url, headers, body }: WireCall): () => Promise<unknown> {
  const content: unknown = body === '' ? undefined : JSON.parse(body);
  const { pathname, search } = new URL(url);
  const options = headers['sforce-query-options'];
  return async () => crm.request({
    method: verbOf(method), url: `${pathname}${search}`,
    headers: { 'content-type': 'application/json', ...(options ? { 'sforce-query-options': options } : {}) },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
}

function verbOf(method: string): 'GET' | 'POST' | 'PATCH' | 'DELETE' {
  if (method === 'GET' || method === 'POST' || method === 'PATCH' || method === 'DELETE') return method;
  throw new Error(`nobody plans to send ${method}`);
}

/** Entity group transactions take a hundred rows. */
const TRANSACTION_ROWS = 100;

async function storeRows(table: TableClient, count: number, bytes: number): Promise<void> {
  const value = Buffer.alloc(bytes, 7);
  for (let from = 0; from < count; from += TRANSACTION_ROWS) {
    const actions = Array.from({ length: Math.min(TRANSACTION_ROWS, count - from) }, (_, index): TransactionAction => (
      ['create', { partitionKey: 'floor', rowKey: String(from + index).padStart(8, '0'), value }]));
    await table.submitTransaction(actions);
  }
}

// ---- by fetch ------------------------------------------------------------------------------------------------------

function fetchCycle({ storage, partition, graph, salesforce }: FloorStart): Cycle {
  return async () => {
    await text(tableRequest(storage, partition));
    await Promise.all([...graph, ...salesforce].map(text));
  };
}

/** Everything is read to its end, as nobody can use half an answer. */
async function text({ method, url, headers, body: content }: Omit<WireCall, 'service'>): Promise<string> {
  const answer = await fetch(url, { method, headers: keptHeaders(headers), ...(content === '' ? {} : { body: content }) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname} was answered with ${answer.status}: ${body.slice(0, 300)}`);
  return body;
}

/** fetch writes those of the connection itself. */
function keptHeaders(headers: WireCall['headers']): Record<string, string> {
  const own = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'user-agent', 'sec-fetch-mode']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)));
}

/** Signed by "Shared Key Lite" (learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key, table service). */
function tableRequest(storage: string, partition: string): Omit<WireCall, 'service'> {
  const words = new Map(storage.split(';').filter(Boolean).map((word): [string, string] => {
    const sign = word.indexOf('=');
    return [word.slice(0, sign), word.slice(sign + 1)];
  }));
  const url = `${words.get('TableEndpoint') ?? ''}/state()?$filter=${encodeURIComponent(filterOf(partition))}`;
  const date = new Date().toUTCString();
  const account = words.get('AccountName') ?? '';
  const signature = createHmac('sha256', Buffer.from(words.get('AccountKey') ?? '', 'base64'))
    .update(`${date}\n/${account}${new URL(url).pathname}`).digest('base64');
  return {
    method: 'GET', url, body: '',
    headers: {
      authorization: `SharedKeyLite ${account}:${signature}`, 'x-ms-date': date, 'x-ms-version': '2019-02-02',
      accept: 'application/json;odata=minimalmetadata', dataserviceversion: '3.0',
    },
  };
}
