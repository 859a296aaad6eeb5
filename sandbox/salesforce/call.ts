/** One call of the REST API, on the wire or inside a composite, and what it answers. */
import type { Catalog, ObjectType } from './objects/catalog.ts';
import type { Org, Person } from './org.ts';
import type { Queries } from './query.ts';
import type { Writer } from './records.ts';
import { errorBody, notFound, Refusal, refuse } from './refusal.ts';
import type { Asker } from './soql/bind.ts';

export interface Call {
  readonly org: Org;
  readonly queries: Queries;
  readonly person: Person;
  readonly catalog: Catalog;
  /** "v67.0". */
  readonly version: string;
  readonly method: string;
  /** Decoded segments after the version. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const writerOf = (call: Call): Writer => ({
  org: call.org,
  catalog: call.catalog,
  person: call.person,
  allowSave: /allowSave\s*=\s*true/i.test(call.headers['sforce-duplicate-rule-header'] ?? ''),
  isApi: true,
});

export const askerFor = (call: Call): Asker => ({
  org: call.org, catalog: call.catalog, personId: call.person.id, version: call.version,
});

/** Decoded segments of a path; what cannot be decoded names nothing. */
export function segmentsOf(pathname: string): string[] {
  try {
    return pathname.split('/').filter(Boolean).map((segment) => decodeURIComponent(segment));
  } catch (error) {
    if (error instanceof URIError) throw notFound();
    throw error;
  }
}

/** The object a path names; unknown ones are not found. */
export function typeNamed(call: Call, name: string | undefined): ObjectType {
  const type = call.catalog.get((name ?? '').toLowerCase());
  if (!type) throw notFound();
  return type;
}

export function objectBody(body: unknown): Readonly<Record<string, unknown>> {
  if (isObject(body)) return body;
  throw refuse(400, 'JSON_PARSER_ERROR', 'The HTTP entity body is required, but this request has no entity body.');
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function wrongMethod(call: Call, allowed: string): Refusal {
  return refuse(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed. Allowed are ${allowed}`);
}

/** Runs a route and turns a refusal into its answer. */
export function answering(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: errorBody(error) };
    throw error;
  }
}
