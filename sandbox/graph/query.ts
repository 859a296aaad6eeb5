/** Query options as far as Outlook's contacts understand them; everything else is refused, never ignored. */
import { canonicalPropertyId } from './body.ts';
import type { ExtendedProperty } from './body.ts';
import { CONTACT_PROPERTIES } from './contact-fields.ts';
import type { ContactFields } from './contact-fields.ts';
import { GraphError, preferredPageSize } from './reply.ts';
import type { Call } from './reply.ts';

/** A kind of item as its list is asked for. */
export interface Resource<F> {
  readonly properties: ReadonlySet<string>;
  readonly type: string;
  /** Throws for a filter that the resource does not have. */
  readonly filter: (text: string) => (fields: F) => boolean;
}

export interface ListOptions<F> {
  readonly select: readonly string[] | undefined;
  /** Extended properties to return, in canonical form. */
  readonly expand: readonly string[];
  readonly filter: ((fields: F) => boolean) | undefined;
  readonly top: number;
  readonly skip: number;
  readonly wantsCount: boolean;
}

const DEFAULT_TOP = 10;
const MAX_TOP = 1000;
export const TEXT = /'((?:[^']|'')*)'/.source;
const BY_EMAIL = new RegExp(`^emailAddresses/any\\((\\w+):\\s*\\1/address\\s+eq\\s+${TEXT}\\)$`);
export const BY_PROPERTY = new RegExp(
  `^singleValueExtendedProperties/any\\((\\w+):\\s*\\1/id\\s+eq\\s+${TEXT}\\s+and\\s+\\1/value\\s+eq\\s+${TEXT}\\)$`,
);

/** Throws 400 for an option this resource does not have. */
export function allowOnly(query: URLSearchParams, allowed: readonly string[]): void {
  for (const name of query.keys()) {
    if (!allowed.includes(name)) throw new GraphError(400, 'ErrorInvalidUrlQuery', `The query parameter '${name}' is not supported.`);
  }
}

export const CONTACTS: Resource<ContactFields> = { properties: CONTACT_PROPERTIES, type: 'microsoft.graph.contact', filter: readFilter };
const LIST_OPTIONS = ['$select', '$expand', '$filter', '$top', '$skip', '$count'];

/** `own` are parameters that the route reads itself. */
export function listOptions<F>(
  call: Call, resource: Resource<F>, own: readonly string[] = [], allowed: readonly string[] = LIST_OPTIONS,
): ListOptions<F> {
  const { query } = call;
  allowOnly(query, [...own, ...allowed]);
  const filter = query.get('$filter');
  const top = wholeNumber(query, '$top') ?? preferredPageSize(call) ?? DEFAULT_TOP;
  if (top < 1 || top > MAX_TOP) {
    throw new GraphError(400, 'ErrorInvalidUrlQuery', `Invalid value ${top} for $top. It must be between 1 and ${MAX_TOP}.`);
  }
  return {
    select: readSelect(query, resource.properties, resource.type), expand: readExpand(query),
    filter: filter === null ? undefined : resource.filter(filter), top,
    skip: wholeNumber(query, '$skip') ?? 0, wantsCount: query.get('$count') === 'true',
  };
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new GraphError(400, 'ErrorInvalidUrlQuery', `Invalid value '${text}' for ${name}.`);
  return Number(text);
}

export function readSelect(
  query: URLSearchParams, known: ReadonlySet<string> = CONTACT_PROPERTIES, type = 'microsoft.graph.contact',
): readonly string[] | undefined {
  const text = query.get('$select');
  if (text === null || text === '') return undefined;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) {
      throw new GraphError(400, 'RequestBroker--ParseUri', `Could not find a property named '${name}' on type '${type}'.`);
    }
  }
  return names;
}

/** $expand=singleValueExtendedProperties($filter=id eq '...' or id eq '...'): there is no way to ask for all. */
export function readExpand(query: URLSearchParams): readonly string[] {
  const text = query.get('$expand');
  if (text === null) return [];
  const inner = /^singleValueExtendedProperties\(\$filter=(.+)\)$/.exec(text.trim())?.[1];
  if (!inner) throw new GraphError(400, 'ErrorInvalidUrlQuery', `The expand expression '${text}' is not supported.`);
  return inner.split(/\s+or\s+/).map((part) => {
    const id = canonicalPropertyId(/^\(?\s*id\s+eq\s+'((?:[^']|'')+)'\s*\)?$/.exec(part.trim())?.[1] ?? '');
    if (!id) throw invalidFilter();
    return id;
  });
}

/** Contacts filter by an e-mail address, equal only (learn.microsoft.com, user-list-contacts), or by one extended property. */
function readFilter(text: string): (fields: ContactFields) => boolean {
  const email = BY_EMAIL.exec(text.trim());
  if (email) {
    const wanted = unquote(email[2]).toLowerCase();
    return (fields) => fields.emailAddresses.some(({ address }) => address.toLowerCase() === wanted);
  }
  const property = BY_PROPERTY.exec(text.trim());
  const id = property && canonicalPropertyId(unquote(property[2]));
  if (!property || !id) throw invalidFilter();
  return ({ extended }) => hasProperty(extended, id, unquote(property[3]));
}

/** The name in the id keeps its case, the value is compared without (learn.microsoft.com, singlevaluelegacyextendedproperty-get). */
export const hasProperty = (extended: readonly ExtendedProperty[], id: string, value: string): boolean =>
  extended.some((entry) => entry.id === id && entry.value.toLowerCase() === value.toLowerCase());

export const unquote = (text = ''): string => text.replaceAll("''", "'");
export const invalidFilter = (): GraphError =>
  new GraphError(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
