/** Bodies as plain text: one fixed converter from HTML, its way back, and the join block of an online meeting left out. Pure. */

/** Longer bodies stay where they are: the CRMs' limits begin above it, and nothing is cut that could travel back. */
export const BODY_LENGTH = 8_000;

/** Plain text, null for blank; undefined for more than is carried. */
export function bodyText(content: string, isHtml: boolean): string | null | undefined {
  const text = withoutJoinBlock(isHtml ? textOfHtml(content) : tidy(content));
  if (text.length > BODY_LENGTH) return undefined;
  return text === '' ? null : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function htmlOfText(text: string): string {
  return text
    .trim()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter)
    .replaceAll('\n', '<br>');
}

/** Elements whose content is no text of the message. */
const HIDDEN = ['head', 'script', 'style', 'title'];
/** Elements that stand on lines of their own. */
const BLOCKS = new Set(['p', 'div', 'li', 'tr', 'ul', 'ol', 'table', 'blockquote', 'pre', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'body']);

/** Reads from left to right, each character once: a mail can be long and need not be well made. */
export function textOfHtml(html: string): string {
  // Letters of other scripts may become longer in lower case, and positions would no longer agree.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const pieces: string[] = [];
  let at = 0;
  // Blanks at the beginning of a line are the source's.
  const isFresh = (): boolean => pieces.at(-1)?.endsWith('\n') !== false;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const words = inline(html.slice(at, open < 0 ? html.length : open));
    const shown = isFresh() ? words.trimStart() : words;
    if (shown !== '') pieces.push(shown);
    if (open < 0) break;
    const name = /^<\/?([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 16))?.[1];
    if (lower.startsWith('<!--', open)) at = behind(lower, '-->', open);
    else if (name === undefined && !/^<[!?/]/.test(lower.slice(open, open + 2))) {
      pieces.push('<');
      at = open + 1;
    } else {
      at = behind(lower, '>', open);
      if (name === 'br' || (name !== undefined && BLOCKS.has(name) && !isFresh())) pieces.push('\n');
      if (name !== undefined && HIDDEN.includes(name) && lower[open + 1] !== '/') at = behind(lower, '>', behind(lower, `</${name}`, at));
    }
  }
  return tidy(pieces.join(''));
}

/** Behind the next mark; where it never comes, the rest is lost as it would be on the screen. */
function behind(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

/** Line breaks of the source mean nothing; &#10; and the like stay what they are. */
const inline = (source: string): string =>
  source.replace(/[\s\u00a0]+/g, ' ').replace(/&(#x?[0-9a-f]{1,7}|[a-z][a-z0-9]{1,30});/gi, (whole, name: string) => letterOf(name) ?? whole);

function letterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return NAMED[name];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The names that mail programs write; letters with marks come as they are in UTF-8 (html.spec.whatwg.org, named character references). */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®', trade: '™', euro: '€', pound: '£', sect: '§', deg: '°',
  middot: '·', bull: '•', hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„',
  laquo: '«', raquo: '»', shy: '', auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', szlig: 'ß', eacute: 'é', egrave: 'è',
  ecirc: 'ê', agrave: 'à', acirc: 'â', ccedil: 'ç', ocirc: 'ô', ntilde: 'ñ', oslash: 'ø', aring: 'å', aelig: 'æ',
};

/** Runs of blanks are one, runs of blank lines are one. */
const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replace(/[^\S\n]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const RULE = /^_{20,}$/;
const JOIN = /https:\/\/(?:teams\.microsoft\.com|teams\.live\.com|aka\.ms\/JoinTeamsMeeting)/i;

/** Outlook puts the join links of Teams between two rules of underscores; a block without its second rule goes to the end. */
function withoutJoinBlock(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const close = RULE.test(lines[at] ?? '') ? lines.findIndex((line, index) => index > at && RULE.test(line)) : -2;
    const end = close === -1 ? lines.length - 1 : close;
    if (end >= 0 && JOIN.test(lines.slice(at, end + 1).join('\n'))) at = end;
    else kept.push(lines[at] ?? '');
  }
  return tidy(kept.join('\n'));
}
