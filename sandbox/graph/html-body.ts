/** Bodies of events and tasks: Outlook keeps HTML, wraps it, and turns it into text on request. */
import { readEnum, readMembers, readText } from './body.ts';
import { escapeHtml } from '../identity/html.ts';

const PREVIEW = 255;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** {contentType, content} -> HTML; null and an empty text give ''. */
export function readHtml(value: unknown): string {
  if (value === null) return '';
  const given = readMembers('body', 'microsoft.graph.itemBody', ['contentType', 'content'], value);
  const content = readText('content', given['content'] ?? null) ?? '';
  const type = readEnum('contentType', 'bodyType', ['text', 'html', 'Text', 'HTML'], given['contentType'] ?? 'text').toLowerCase();
  if (content === '') return '';
  return type === 'html' ? wrapped(content) : htmlOfText(content);
}

export const htmlOfText = (text: string): string => wrapped(`<div class="PlainText">${escapeHtml(text).replace(/\r\n|\r|\n/g, '<br>\r\n')}</div>`);

/** What was sent as a fragment comes back as a document. */
export const wrapped = (html: string): string => {
  if (/<html[\s>]/i.test(html)) return html;
  return `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n${html}\r\n</body>\r\n</html>\r\n`;
};

export function htmlToText(html: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html)?.[1] ?? html;
  return body
    .replace(/\r?\n/g, ' ')
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h\d)[^>]*>/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/[ \t]*\r\n[ \t]*/g, '\r\n')
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}

export const previewOf = (html: string): string => htmlToText(html).slice(0, PREVIEW);

/** Prefer: outlook.body-content-type="text" (learn.microsoft.com/graph/api/user-list-events). */
export const showBody = (html: string, isText: boolean): Readonly<Record<string, string>> =>
  (isText ? { contentType: 'text', content: htmlToText(html) } : { contentType: 'html', content: html });
