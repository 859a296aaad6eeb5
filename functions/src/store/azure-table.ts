/** The Table port over Azure Table Storage. The SDK is loaded on first use. */
import type { TableClient, TableEntityResult } from '@azure/data-tables';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { SyncError } from '../engine/errors.ts';
import { Conflict } from '../ports/table.ts';
import type { Cell, Row, RowChange, Table } from '../ports/table.ts';
import { assertBatch } from './limits.ts';
import { batchEtags, batchRequest } from './table-batch.ts';

/** Makes the SDK's client; called once, on first use. */
export type TableClientFactory = () => Promise<TableClient>;

/** The service answers no more rows at once, and refuses to be asked for more. */
const PAGE_ROWS = 1_000;

export class AzureTable implements Table {
  readonly #make: TableClientFactory;
  #client: Promise<TableClient> | undefined;
  #http: HttpClient | undefined;
  /** The service's clock minus ours, from its last Date header (whole seconds). */
  #skewMs = 0;

  constructor(make: TableClientFactory) {
    this.#make = make;
  }

  now(): number {
    return Date.now() + this.#skewMs;
  }

  get(partition: string, key: string): Promise<Row | null> {
    return this.#call(async (client) => {
      try {
        return rowOf(await client.getEntity(partition, key));
      } catch (error) {
        if (codeOf(error) === 'ResourceNotFound') return null;
        throw error;
      }
    });
  }

  range(partition: string, from: string, to: string, limit = 1000): Promise<readonly Row[]> {
    const filter = `PartitionKey eq '${quoted(partition)}' and RowKey ge '${quoted(from)}' and RowKey lt '${quoted(to)}'`;
    return this.#call(async (client) => {
      const rows: Row[] = [];
      // The service may cut a page short; it then hands a token and the SDK asks again.
      const pages = client.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: Math.min(limit, PAGE_ROWS) });
      for await (const page of pages) {
        for (const entity of page) rows.push(rowOf(entity));
        if (rows.length >= limit) break;
      }
      return rows.slice(0, limit);
    });
  }

  batch(partition: string, changes: readonly RowChange[]): Promise<ReadonlyMap<string, string>> {
    assertBatch(changes);
    return this.#call(async (client) => {
      const rest = await import('@azure/core-rest-pipeline');
      const { contentType, body } = batchRequest(`${client.url}/${client.tableName}`, partition, changes);
      const request = rest.createPipelineRequest({
        url: `${client.url}/$batch`, method: 'POST', body, allowInsecureConnection: client.url.startsWith('http://'),
        headers: rest.createHttpHeaders({
          'content-type': contentType, accept: 'application/json', 'x-ms-version': '2019-02-02', dataserviceversion: '3.0',
        }),
      });
      const answer = await client.pipeline.sendRequest(this.#http ??= rest.createDefaultHttpClient(), request);
      if (answer.status !== 202) {
        throw Object.assign(new Error('the batch was refused'), { statusCode: answer.status, code: errorCode(answer.bodyAsText) });
      }
      return batchEtags(answer.bodyAsText ?? '', changes);
    });
  }

  async #call<T>(work: (client: TableClient) => Promise<T>): Promise<T> {
    const client = await (this.#client ??= this.#open());
    try {
      return await work(client);
    } catch (error) {
      if (codeOf(error) === 'TableNotFound') {
        await client.createTable();
        return work(client).catch((again: unknown) => { throw translated(again); });
      }
      throw translated(error);
    }
  }

  async #open(): Promise<TableClient> {
    const client = await this.#make();
    client.pipeline.addPolicy({
      name: 'serviceClock',
      sendRequest: async (request, next) => {
        const answer = await next(request);
        const date = Date.parse(answer.headers.get('date') ?? '');
        if (!Number.isNaN(date)) this.#skewMs = date - Math.floor(Date.now() / 1000) * 1000;
        return answer;
      },
    });
    return client;
  }
}

function errorCode(body: string | null | undefined): string {
  return /"code" *: *"(\w+)"/.exec(body ?? '')?.[1] ?? '';
}

function rowOf(entity: TableEntityResult<Record<string, unknown>>): Row {
  const { partitionKey, rowKey, etag, timestamp: _timestamp, ...rest } = entity;
  const cells: Record<string, Cell> = {};
  // A point read also carries the service's own words about the row (odata.metadata).
  for (const [name, value] of Object.entries(rest)) if (isCell(value) && !name.includes('odata.')) cells[name] = value;
  return { partition: partitionKey ?? '', key: rowKey ?? '', etag, cells };
}

function isCell(value: unknown): value is Cell {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Uint8Array;
}

function quoted(text: string): string {
  return text.replaceAll('\'', '\'\'');
}

interface ServiceError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly odataError?: { readonly code?: string } };
}

function codeOf(error: unknown): string {
  const { code, details } = error as ServiceError;
  return details?.odataError?.code ?? code ?? '';
}

/** Conditions that failed become Conflict with the change's index ("0:The update condition..." begins the message). */
function translated(error: unknown): unknown {
  if (error instanceof SyncError || error instanceof Conflict) return error;
  const { statusCode, message } = error as ServiceError;
  const code = codeOf(error);
  const isConflict = statusCode === 412 || statusCode === 409 || code === 'EntityAlreadyExists' || code === 'UpdateConditionNotSatisfied';
  if (isConflict || (statusCode === 404 && code === 'ResourceNotFound')) {
    return new Conflict(Number(/^(\d+):/.exec(message ?? '')?.[1] ?? 0));
  }
  if (statusCode === 400 || statusCode === 413) {
    return new SyncError('bug', `the storage refused a request: ${code}`, { code: 'STORE_REFUSED', cause: error });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new SyncError('denied', `the storage refuses this app: ${code}`, { code: 'STORE_DENIED', cause: error });
  }
  return new SyncError('unavailable', 'the storage did not answer', { code: 'STORE_UNAVAILABLE', isOutcomeUnknown: true, cause: error });
}
