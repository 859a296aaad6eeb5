/** Conditions of a query as tests on rows, and as the fewest rows that must be tested. */
import { toLongId } from '../ids.ts';
import type { Field } from '../objects/field.ts';
import type { ObjectType } from '../objects/catalog.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { fromStamp } from '../stamps.ts';
import type { Row, Table, Value } from '../table.ts';
import { bind, valueAt, type Asker } from './bind.ts';
import { malformed, unquote } from './lex.ts';
import type { Condition, Literal, Operator, Query } from './parse.ts';

export type Test = (row: Row) => boolean;

export interface Filter {
  readonly test: Test;
  /** A superset of the rows that pass, found by an index; undefined = all rows must be tested. */
  readonly candidates: ((table: Table) => Iterable<Row>) | undefined;
}

/** A literal as the range it stands for; ordinary values are a range of one. */
interface Range { readonly low: Value; readonly high: Value }

export function bindCondition(asker: Asker, query: Query, type: ObjectType, condition: Condition): Filter {
  if (condition.kind === 'not') {
    const { test } = bindCondition(asker, query, type, condition.part);
    return { test: (row) => !test(row), candidates: undefined };
  }
  if (condition.kind === 'compare') return bindCompare(asker, query, type, condition);
  const parts = condition.parts.map((part) => bindCondition(asker, query, type, part));
  const found = parts.flatMap((part) => part.candidates ?? []);
  if (condition.kind === 'and') return { test: (row) => parts.every((part) => part.test(row)), candidates: found[0] };
  const union = (table: Table): Iterable<Row> => new Set(found.flatMap((candidates) => [...candidates(table)]));
  return { test: (row) => parts.some((part) => part.test(row)), candidates: found.length === parts.length ? union : undefined };
}

function bindCompare(asker: Asker, query: Query, type: ObjectType, condition: Condition & { kind: 'compare' }): Filter {
  const { path, operator, values } = condition;
  const bound = bind(asker, query, type, path);
  const { field } = bound;
  if (!field.filterable || field.type === 'address') {
    throw malformed(query.text, path.at, `field '${path.text}' can not be filtered in a query call`, 'INVALID_FIELD');
  }
  if (operator === 'LIKE') {
    const [literal] = values;
    if (!isText(field) || isId(field) || literal?.kind !== 'string') {
      throw malformed(query.text, path.at, `invalid operator on ${field.type} field`, 'INVALID_QUERY_FILTER_OPERATOR');
    }
    const pattern = likePattern(unquote(literal.text, true));
    return { test: (row) => { const value = valueAt(asker.org, bound, row); return typeof value === 'string' && pattern.test(value); },
      candidates: undefined };
  }
  const ranges = values.map((literal) => rangeOf(asker, query, field, literal));
  const compare = comparer(operator, ranges, isText(field) && !isId(field));
  return {
    test: (row) => compare(valueAt(asker.org, bound, row) as Value),
    candidates: bound.steps.length === 0 ? candidatesOf(field, operator, ranges) : undefined,
  };
}

function candidatesOf(field: Field, operator: Operator, ranges: readonly Range[]): Filter['candidates'] {
  const isEqual = operator === '=' || operator === 'IN';
  const values = ranges.map((range) => range.low);
  if (field.name === 'Id' && isEqual) return (table) => values.flatMap((id) => table.get(String(id)) ?? []);
  if (field.name === 'SystemModstamp' && (operator === '=' || operator === '>' || operator === '>=')) {
    return (table) => table.stampedFrom(String(values[0]));
  }
  if (!isEqual || values.includes(null) || !INDEXED.has(field.name)) return undefined;
  return (table) => new Set(values.flatMap((value) => [...table.equal(field.name, value) ?? table.rows()]));
}

const INDEXED = new Set(
  ['Email', 'LastName', 'AccountId', 'ConcordKey__c', 'Username', 'WhoId', 'WhatId', 'EventId', 'TaskId', 'RelationId']);

const isId = (field: Field): boolean => field.type === 'id' || field.type === 'reference';
const isText = (field: Field): boolean => !['boolean', 'date', 'datetime', 'double', 'currency', 'int', 'address'].includes(field.type);

function comparer(operator: Operator, ranges: readonly Range[], isFolded: boolean): (value: Value) => boolean {
  const fold = (value: Value): Value => (isFolded && typeof value === 'string' ? value.toLowerCase() : value);
  const wanted = ranges.map(({ low, high }) => ({ low: fold(low), high: fold(high) }));
  const isIn = (value: Value): boolean => wanted.some(({ low, high }) => (low === null || value === null ? low === value
    : typeof value === typeof low && value >= low && high !== null && value <= high));
  if (operator === '=' || operator === 'IN') return (value) => isIn(fold(value));
  if (operator === '!=' || operator === 'NOT IN') return (value) => !isIn(fold(value));
  const [range] = wanted;
  return (raw) => {
    const value = fold(raw);
    if (!range || value === null || range.low === null || range.high === null) return false;
    if (operator === '<') return value < range.low;
    if (operator === '<=') return value <= range.high;
    if (operator === '>') return value > range.high;
    return value >= range.low;
  };
}

function rangeOf(asker: Asker, query: Query, field: Field, literal: Literal): Range {
  const one = (value: Value): Range => ({ low: value, high: value });
  const { kind, text } = literal;
  if (kind === 'null') return one(null);
  if (isText(field) && kind === 'string') {
    if (!isId(field)) return one(unquote(text));
    const id = toLongId(unquote(text));
    if (!id) throw refuse(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${unquote(text)}`);
    return one(id);
  }
  if (field.type === 'boolean' && kind === 'boolean') return one(text === 'true');
  if (field.type === 'datetime' && kind === 'datetime') return one(`${new Date(fromStamp(text) ?? 0).toISOString().slice(0, 23)}+0000`);
  if (field.type === 'date' && kind === 'date') return one(text);
  if ((field.type === 'datetime' || field.type === 'date') && kind === 'period') return periodRange(asker, query, field, literal);
  if (['double', 'currency', 'int'].includes(field.type) && kind === 'number') return one(Number(text));
  throw wrongLiteral(query, field, literal);
}

function wrongLiteral(query: Query, field: Field, literal: Literal): Refusal {
  const quotes = isText(field) ? 'should be enclosed in quotes' : 'should not be enclosed in quotes';
  return malformed(query.text, literal.at,
    `value of filter criterion for field '${field.name}' must be of type ${field.type} and ${quotes}`, 'INVALID_FIELD');
}

const DAY = 86_400_000;

/** Days of the organization, which lives in UTC here. */
function periodRange(asker: Asker, query: Query, field: Field, literal: Literal): Range {
  const [word = '', count = '0'] = literal.text.toUpperCase().split(':');
  const days: Readonly<Record<string, readonly [number, number]>> = {
    TODAY: [0, 0], YESTERDAY: [-1, -1], TOMORROW: [1, 1], LAST_N_DAYS: [-Number(count), 0], NEXT_N_DAYS: [1, Number(count)],
  };
  const span = days[word];
  if (!span) throw malformed(query.text, literal.at, `the stand-in does not know the date literal ${literal.text}`);
  const [from = '', to = ''] = span.map((day) => new Date(asker.org.clock.now() + day * DAY).toISOString().slice(0, 10));
  return field.type === 'date' ? { low: from, high: to } : { low: `${from}T00:00:00.000+0000`, high: `${to}T23:59:59.999+0000` };
}

function likePattern(text: string): RegExp {
  const source = text.replace(/\\(.)|[%_]|[.*+?^${}()|[\]\\]/gs, (whole, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (whole === '%') return '.*';
    return whole === '_' ? '.' : `\\${whole}`;
  });
  return new RegExp(`^${source}$`, 'is');
}
