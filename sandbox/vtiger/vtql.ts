/** The query language, as narrow as the vendor's parser. */
import { VtigerError, internal } from './fault.ts';

export const OPERATORS = ['=', '!=', '<', '>', '<=', '>=', 'like', 'in'] as const;
type Operator = (typeof OPERATORS)[number];
export interface Condition { readonly field: string; readonly operator: Operator; readonly values: readonly string[] }

export interface Vtql {
  readonly module: string;
  /** "*" alone for all. */
  readonly fields: readonly string[];
  /** Or of ands: without parentheses `and` binds first, as in SQL [unconfirmed]. */
  readonly where: readonly (readonly Condition[])[];
  readonly orderBy?: { readonly field: string; readonly isDescending: boolean };
  readonly offset: number;
  readonly limit: number;
  /** count(*) is read, and answered with nothing. */
  readonly isCount: boolean;
}

interface Token { readonly kind: 'text' | 'number' | 'word' | 'mark' | 'end'; readonly text: string }
interface Tokens { peek(): Token; next(): Token; accept(text: string): boolean; expect(text: string): void }

export const PAGE_ROWS = 100;
/** Quotes are doubled; a backslash takes the one behind it with it, and before a quote it breaks the text. */
const TOKEN = /\s*(?:'((?:[^'\\]|''|\\\\|\\(?!'))*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|!=|<>|[^\s]))/y;
const WORDS = ['select', 'from', 'where', 'and', 'or', 'order', 'by', 'limit', 'asc', 'desc', 'like', 'in'];

const unexpected = (token: Token, expected: string): VtigerError => new VtigerError('QUERY_SYNTAX_ERROR',
  `Syntax Error on line 1: token '${token.text}' Unexpected ${token.kind === 'end' ? 'End of Input(0)' : token.kind}, expected one of: ${expected}`);

export function parseVtql(query: string): Vtql {
  const tokens = read(query);
  tokens.expect('select');
  const isCount = /^\s*select\s+count\s*\(\s*\*\s*\)/i.test(query);
  const fields = isCount ? skipCount(tokens) : fieldList(tokens);
  tokens.expect('from');
  const module = word(tokens, 'MODULENAME');
  const where = tokens.accept('where') ? conditions(tokens) : [];
  const orderBy = tokens.accept('order') ? order(tokens) : undefined;
  const [offset, limit] = tokens.accept('limit') ? range(tokens) : [0, PAGE_ROWS];
  if (!tokens.accept(';')) throw unexpected(tokens.peek(), 'SEMICOLON');
  if (tokens.peek().kind !== 'end') throw unexpected(tokens.peek(), 'END');
  return { module, fields, where, offset, limit: Math.min(limit, PAGE_ROWS), isCount, ...(orderBy ? { orderBy } : {}) };
}

function read(query: string): Tokens {
  const list: Token[] = [];
  const end = query.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const [, text, number, name, mark] = TOKEN.exec(query) ?? [];
    if (text !== undefined) list.push({ kind: 'text', text: text.replaceAll('\'\'', '\'').replace(/\\(\\?)/g, '$1') });
    else if (number !== undefined) list.push({ kind: 'number', text: number });
    else if (name !== undefined) list.push({ kind: 'word', text: name });
    else list.push({ kind: 'mark', text: mark ?? '' });
  }
  let at = 0;
  const peek = (): Token => list[at] ?? { kind: 'end', text: list.at(-1)?.text ?? '' };
  const next = (): Token => { const token = peek(); at += 1; return token; };
  const accept = (text: string): boolean => {
    const token = peek();
    const isIt = (token.kind === 'word' || token.kind === 'mark') && token.text.toLowerCase() === text;
    if (isIt) at += 1;
    return isIt;
  };
  return { peek, next, accept, expect: (text) => { if (!accept(text)) throw unexpected(peek(), text.toUpperCase()); } };
}

function word(tokens: Tokens, expected: string): string {
  const token = tokens.next();
  if (token.kind !== 'word' || WORDS.includes(token.text.toLowerCase())) throw unexpected(token, expected);
  return token.text;
}

/** There are no joins: a dot is an internal error. */
function column(tokens: Tokens): string {
  const name = word(tokens, 'COLUMNNAME');
  if (tokens.accept('.')) throw internal();
  return name;
}

function skipCount(tokens: Tokens): string[] {
  for (const text of ['count', '(', '*', ')']) tokens.expect(text);
  return ['*'];
}

function fieldList(tokens: Tokens): string[] {
  if (tokens.accept('*')) return ['*'];
  const fields = [column(tokens)];
  while (tokens.accept(',')) fields.push(column(tokens));
  return fields;
}

function conditions(tokens: Tokens): Condition[][] {
  const groups: Condition[][] = [[condition(tokens)]];
  for (;;) {
    if (tokens.accept('and')) groups.at(-1)?.push(condition(tokens));
    else if (tokens.accept('or')) groups.push([condition(tokens)]);
    else return groups;
  }
}

function condition(tokens: Tokens): Condition {
  const field = column(tokens);
  const token = tokens.next();
  const operator = token.kind === 'text' || token.kind === 'number' ? undefined : OPERATORS.find((one) => one === token.text.toLowerCase());
  if (!operator) throw unexpected(token, OPERATORS.join(' '));
  if (operator !== 'in') return { field, operator, values: [literal(tokens)] };
  tokens.expect('(');
  const values = [literal(tokens)];
  while (tokens.accept(',')) values.push(literal(tokens));
  tokens.expect(')');
  return { field, operator, values };
}

function literal(tokens: Tokens): string {
  const token = tokens.next();
  if (token.kind !== 'text' && token.kind !== 'number') throw unexpected(token, 'VALUE');
  return token.text;
}

function order(tokens: Tokens): { field: string; isDescending: boolean } {
  tokens.expect('by');
  const field = column(tokens);
  if (tokens.accept('desc')) return { field, isDescending: true };
  tokens.accept('asc');
  return { field, isDescending: false };
}

function range(tokens: Tokens): [offset: number, limit: number] {
  const first = count(tokens);
  return tokens.accept(',') ? [first, count(tokens)] : [0, first];
}

function count(tokens: Tokens): number {
  const token = tokens.next();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw unexpected(token, 'NUMBER');
  return Number(token.text);
}
