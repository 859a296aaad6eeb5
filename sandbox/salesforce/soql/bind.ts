/** Paths of a query followed through the objects: Account.Owner.Name becomes steps and a field, or an error. */
import { readField, type Address } from '../computed.ts';
import type { Catalog, ObjectType } from '../objects/catalog.ts';
import type { Field } from '../objects/field.ts';
import { namedRow } from '../named.ts';
import { visible, type Org } from '../org.ts';
import type { Row, Value } from '../table.ts';
import { refuse } from '../refusal.ts';
import { malformed } from './lex.ts';
import type { Path, Query } from './parse.ts';

/** Who asks; the catalog holds only what this person may see. */
export interface Asker {
  readonly org: Org;
  readonly catalog: Catalog;
  readonly personId: string;
  readonly version: string;
}

export interface Bound {
  /** Reference fields to follow, each with the object it leads to. */
  readonly steps: readonly { readonly field: Field; readonly to: ObjectType }[];
  readonly type: ObjectType;
  readonly field: Field;
}

const CUSTOM_HINT = 'Please reference your WSDL or the describe call for the appropriate names.';

export function objectOf(asker: Asker, query: Query): ObjectType {
  const { text, at } = query.object;
  const type = asker.catalog.get(text.toLowerCase());
  if (type && !type.isQueryable) throw refuse(400, 'INVALID_TYPE_FOR_OPERATION', `entity type ${type.name} does not support query`);
  if (type) return type;
  const what = `sObject type '${text}' is not supported. If you are attempting to use a custom object, be sure to append `
    + `the '__c' after the entity name. ${CUSTOM_HINT}`;
  throw malformed(query.text, at, what, 'INVALID_TYPE');
}

export function bind(asker: Asker, query: Query, root: ObjectType, path: Path): Bound {
  const parts = path.text.split('.');
  const self = [query.object.text, query.alias].map((name) => name?.toLowerCase());
  if (parts.length > 1 && self.includes(parts[0]?.toLowerCase())) parts.shift();
  const last = parts.pop() ?? '';
  const steps: { field: Field; to: ObjectType }[] = [];
  let type = root;
  for (const part of parts) {
    const reference = type.byRelationship.get(part.toLowerCase());
    const to = reference && asker.catalog.get((reference.isPolymorphic ? 'Name' : reference.referenceTo[0] ?? '').toLowerCase());
    if (!reference || !to) throw malformed(query.text,
      path.at, `Didn't understand relationship '${part}' in field path. ${CUSTOM_HINT}`, 'INVALID_FIELD');
    steps.push({ field: reference, to });
    type = to;
  }
  const field = type.byName.get(last.toLowerCase());
  if (!field) throw noSuchColumn(query, path, last, type);
  return { steps, type, field };
}

function noSuchColumn(query: Query, path: Path, name: string, type: ObjectType): Error {
  const what = `No such column '${name}' on entity '${type.name}'. If you are attempting to use a custom field, be sure to append `
    + `the '__c' after the custom field name. ${CUSTOM_HINT}`;
  return malformed(query.text, path.at, what, 'INVALID_FIELD');
}

/** The row at the end of the steps. */
export function follow(org: Org, bound: Bound, row: Row): Row | undefined {
  let at: Row | undefined = row;
  for (const { field, to } of bound.steps) {
    const id: Value = at?.[field.name] ?? null;
    if (typeof id !== 'string') return undefined;
    at = to.name === 'Name' ? namedRow(org, id) : visible(org, org.tables[to.name].get(id), id);
  }
  return at;
}

export function valueAt(org: Org, bound: Bound, row: Row): Value | Address {
  const end = follow(org, bound, row);
  return end ? readField(org, bound.type, end, bound.field) : null;
}
