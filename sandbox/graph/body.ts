/** Reading a JSON body as Graph does: unknown, read-only and mistyped properties are refused, nothing is ignored. */
import { GraphError, badBody } from './reply.ts';

export interface ExtendedProperty { readonly id: string; readonly value: string }
export type Body = Readonly<Record<string, unknown>>;

const DATE_TIME = /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)$/;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isOneOf<T extends string>(names: readonly T[], name: unknown): name is T {
  return names.some((known) => known === name);
}

export function readObject(body: unknown): Body {
  if (isObject(body)) return body;
  throw badBody('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
}

/** Members of a complex value; annotations are left out, unknown names refused. */
export function readMembers(name: string, type: string, known: readonly string[], value: unknown): Body {
  if (!isObject(value)) throw badBody(`The property '${name}' is not of the expected type '${type}'.`);
  const members = Object.entries(value).filter(([key]) => !key.includes('@odata.'));
  const unknown = members.find(([key]) => !known.includes(key));
  if (unknown) throw unknownProperty(unknown[0], type);
  return Object.fromEntries(members);
}

export function readText(name: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  throw wrongType(name, 'Edm.String');
}

export function readBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongType(name, 'Edm.Boolean');
}

export function readInteger(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
  throw wrongType(name, 'Edm.Int32');
}

export function readEnum<T extends string>(name: string, type: string, known: readonly T[], value: unknown): T {
  if (isOneOf(known, value)) return value;
  throw badBody(`Requested value '${String(value)}' was not found in the type 'microsoft.graph.${type}' of the property '${name}'.`);
}

/** `type` is that of the entries. */
export function readList(name: string, type: string, value: unknown): readonly unknown[] {
  if (value === null) {
    const expected = `'Collection(${type})[Nullable=False]'`;
    throw badBody(
      `A null value was found for the property named '${name}', which has the expected type ${expected}. `
      + `The expected type ${expected} does not allow null values.`,
    );
  }
  if (Array.isArray(value)) return value;
  throw badBody(
    `When trying to read a collection for the property '${name}', a node of another type was found. Expected: 'Collection(${type})'.`,
  );
}

export const readTexts = (name: string, value: unknown): string[] =>
  readList(name, 'Edm.String', value).map((entry) => readText(name, entry) ?? '');

/** An instant in UTC, to the second. A day that no calendar has (31 February) is refused, not moved. */
export function readInstant(value: unknown): string {
  const date = typeof value === 'string' ? DATE_TIME.exec(value)?.[1] : undefined;
  if (date === undefined || !isDate(date) || Number.isNaN(Date.parse(String(value)))) {
    throw badBody(`Cannot convert the literal '${String(value)}' to the expected type 'Edm.DateTimeOffset'.`);
  }
  return new Date(String(value)).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** YYYY-MM-DD of a day that exists. */
export function isDate(text: string): boolean {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/** Properties that are not named keep their value; the GUID of an id has no case, its name does. */
export function readExtended(value: unknown, before: readonly ExtendedProperty[]): ExtendedProperty[] {
  const merged = new Map(before.map((property) => [property.id, property]));
  for (const entry of readList('singleValueExtendedProperties', 'microsoft.graph.singleValueLegacyExtendedProperty', value)) {
    if (!isObject(entry) || typeof entry['id'] !== 'string' || typeof entry['value'] !== 'string') {
      throw badBody("An entry of 'singleValueExtendedProperties' needs an id and a value.");
    }
    const id = canonicalPropertyId(entry['id']);
    if (!id) throw new GraphError(400, 'ErrorInvalidPropertyId', `Property id '${entry['id']}' is not in a valid format.`);
    merged.set(id, { id, value: entry['value'] });
  }
  return [...merged.values()];
}

/** "String {guid} Name X" or "String {guid} Id 0x8nnn" or a tag; undefined when it is none of these. */
export function canonicalPropertyId(id: string): string | undefined {
  const named = /^(\w+)\s+\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s+(Name\s+\S.*|Id\s+0x[0-9a-f]+)$/i.exec(id.trim());
  if (named) return `${named[1]} {${named[2]?.toLowerCase()}} ${named[3]}`;
  return /^\w+ 0x[0-9a-f]{1,4}$/i.test(id.trim()) ? id.trim() : undefined;
}

const wrongType = (name: string, type: string): GraphError =>
  badBody(`Cannot convert the literal of the property '${name}' to the expected type '${type}'.`);

export const unknownProperty = (name: string, type: string): GraphError =>
  badBody(
    `The property '${name}' does not exist on type '${type}'. `
    + 'Make sure to only use property names that are defined by the type or mark the type as open type.',
  );

export const readOnlyProperty = (name: string): GraphError =>
  new GraphError(400, 'ErrorInvalidPropertySet', `Set action is invalid for property '${name}'.`);

/** What the store says to a value that is well-formed but not possible. */
export const invalidProperty = (message: string): GraphError => new GraphError(400, 'ErrorPropertyValidationFailure', message);
