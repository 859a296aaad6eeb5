/** The words of a SOQL text, with their columns for error messages. */
import { refuse, type Refusal } from '../refusal.ts';

export type TokenKind = 'string' | 'datetime' | 'date' | 'number' | 'period' | 'word' | 'mark' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From 0. */
  readonly at: number;
}

const TOKEN = new RegExp([
  /(?<string>'(?:[^'\\]|\\.)*')/,
  /(?<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))/, /(?<date>\d{4}-\d\d-\d\d)(?!T)/,
  /(?<number>[+-]?\d+(?:\.\d+)?)(?![\w-])/, /(?<period>[A-Za-z_]+:\d+)/, /(?<word>[A-Za-z_][\w.]*)/, /(?<mark><=|>=|!=|<>|[=<>(),])/,
].map((part) => part.source).join('|'), 'iy');

export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) { at += 1; continue; }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const [kind, word] = Object.entries(found?.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind === undefined || word === undefined) throw malformed(text, at, `unexpected token: '${text.charAt(at)}'`);
    tokens.push({ kind: kind as TokenKind, text: word, at });
    at += word.length;
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at: text.length }];
}

/** The three-line message of the service: the text, a caret below the place, what is wrong. */
export function malformed(text: string, at: number, what: string, code = 'MALFORMED_QUERY'): Refusal {
  return refuse(400, code, `\n${text}\n${' '.repeat(at)}^\nERROR at Row:1:Column:${at + 1}\n${what}`);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * The text of a quoted literal. For LIKE an escaped wildcard keeps its backslash, so that the matcher can tell it from
 * a wildcard.
 */
export function unquote(quoted: string, keepsWildcards = false): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (whole, letter: string) => {
    if (keepsWildcards && /[%_\\]/.test(letter)) return whole;
    return ESCAPES[letter] ?? letter;
  });
}
