/** SOQL as far as it is used: one object, its parents, conditions, order, limits. No sub-selects, groups or joins. */
import { lex, malformed, type Token } from './lex.ts';

export interface Literal {
  readonly kind: 'string' | 'number' | 'date' | 'datetime' | 'period' | 'boolean' | 'null';
  /** As written, quotes included. */
  readonly text: string;
  readonly at: number;
}

export interface Path { readonly text: string; readonly at: number }

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly path: Path; readonly operator: Operator; readonly values: readonly Literal[] };

export type Selected =
  | { readonly kind: 'field'; readonly path: Path }
  | { readonly kind: 'count'; readonly path: Path | undefined }
  | { readonly kind: 'all'; readonly which: string };

export interface Order { readonly path: Path; readonly isDescending: boolean; readonly nullsLast: boolean }

export interface Query {
  readonly text: string;
  readonly object: Path;
  readonly alias: string | undefined;
  readonly scope: string | undefined;
  readonly select: readonly Selected[];
  readonly where: Condition | undefined;
  readonly orderBy: readonly Order[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

const RESERVED = new Set(['FROM', 'USING', 'WHERE', 'WITH', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FOR', 'ALL', 'AND', 'OR']);
const PERIODS = new Set(['TODAY', 'YESTERDAY', 'TOMORROW']);
const COMPARISONS: Readonly<Record<string, Operator>> = {
  '=': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=', LIKE: 'LIKE', IN: 'IN',
};

interface Reader {
  readonly text: string;
  peek(): Token;
  next(): Token;
  /** Takes the word or mark when it comes next. */
  accepts(word: string): boolean;
  expect(word: string): void;
  fail(token?: Token): Error;
}

export function parse(text: string): Query {
  const reader = createReader(text);
  reader.expect('SELECT');
  const select = list(reader, selected);
  reader.expect('FROM');
  const object = name(reader);
  const alias = reader.peek().kind === 'word' && !RESERVED.has(reader.peek().text.toUpperCase()) ? reader.next().text : undefined;
  let scope: string | undefined;
  if (reader.accepts('USING')) {
    reader.expect('SCOPE');
    scope = name(reader).text;
  }
  const where = reader.accepts('WHERE') ? condition(reader) : undefined;
  let orderBy: Order[] = [];
  if (reader.accepts('ORDER')) {
    reader.expect('BY');
    orderBy = list(reader, order);
  }
  const limit = reader.accepts('LIMIT') ? count(reader) : undefined;
  const offset = reader.accepts('OFFSET') ? count(reader) : undefined;
  if (reader.peek().kind !== 'end') throw reader.fail();
  return { text, object, alias, scope, select, where, orderBy, limit, offset };
}

function createReader(text: string): Reader {
  const tokens = lex(text);
  const end: Token = { kind: 'end', text: '<EOF>', at: text.length };
  let at = 0;
  const peek = (): Token => tokens[at] ?? end;
  const fail = (token = peek()): Error => malformed(text, token.at, `unexpected token: ${token.text}`);
  const accepts = (word: string): boolean => {
    const { kind, text: found } = peek();
    const isThere = (kind === 'word' || kind === 'mark') && found.toUpperCase() === word;
    if (isThere) at += 1;
    return isThere;
  };
  return {
    text, peek, accepts, fail,
    next: () => { at += 1; return tokens[at - 1] ?? end; },
    expect: (word) => { if (!accepts(word)) throw fail(); },
  };
}

function list<T>(reader: Reader, one: (reader: Reader) => T): T[] {
  const found = [one(reader)];
  while (reader.accepts(',')) found.push(one(reader));
  return found;
}

function name(reader: Reader): Path {
  const token = reader.next();
  if (token.kind !== 'word') throw reader.fail(token);
  return { text: token.text, at: token.at };
}

function selected(reader: Reader): Selected {
  const path = name(reader);
  if (!reader.accepts('(')) return { kind: 'field', path };
  const word = path.text.toUpperCase();
  if (word === 'COUNT') {
    const inside = reader.peek().text === ')' ? undefined : name(reader);
    reader.expect(')');
    return { kind: 'count', path: inside };
  }
  if (word !== 'FIELDS') throw malformed(reader.text, path.at, `the stand-in does not know the function ${path.text}`);
  const which = name(reader).text.toUpperCase();
  reader.expect(')');
  return { kind: 'all', which };
}

/** AND and OR may not be mixed without parentheses. */
function condition(reader: Reader): Condition {
  const first = term(reader);
  for (const [word, kind] of [['AND', 'and'], ['OR', 'or']] as const) {
    const parts = [first];
    while (reader.accepts(word)) parts.push(term(reader));
    if (parts.length > 1) return { kind, parts };
  }
  return first;
}

function term(reader: Reader): Condition {
  if (reader.accepts('NOT')) return { kind: 'not', part: term(reader) };
  if (reader.accepts('(')) {
    const inside = condition(reader);
    reader.expect(')');
    return inside;
  }
  const path = name(reader);
  const isNegated = reader.accepts('NOT');
  const token = reader.next();
  const operator = COMPARISONS[token.text.toUpperCase()];
  if (!operator || (isNegated && operator !== 'IN')) throw reader.fail(token);
  if (operator !== 'IN') return { kind: 'compare', path, operator, values: [literal(reader)] };
  reader.expect('(');
  const values = list(reader, literal);
  reader.expect(')');
  return { kind: 'compare', path, operator: isNegated ? 'NOT IN' : 'IN', values };
}

function literal(reader: Reader): Literal {
  const { kind, text, at } = reader.next();
  if (kind === 'string' || kind === 'number' || kind === 'date' || kind === 'datetime' || kind === 'period') return { kind, text, at };
  if (kind === 'word' && /^(true|false)$/i.test(text)) return { kind: 'boolean', text: text.toLowerCase(), at };
  if (kind === 'word' && /^null$/i.test(text)) return { kind: 'null', text, at };
  if (kind === 'word' && PERIODS.has(text.toUpperCase())) return { kind: 'period', text: text.toUpperCase(), at };
  throw reader.fail({ kind, text, at });
}

function order(reader: Reader): Order {
  const path = name(reader);
  const isDescending = reader.accepts('DESC');
  if (!isDescending) reader.accepts('ASC');
  let nullsLast = false;
  if (reader.accepts('NULLS')) {
    nullsLast = reader.accepts('LAST');
    if (!nullsLast) reader.expect('FIRST');
  }
  return { path, isDescending, nullsLast };
}

function count(reader: Reader): number {
  const token = reader.next();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw reader.fail(token);
  return Number(token.text);
}
