/** Graph's pair of a content and its type, read and written. Pure. */
import { bodyText, htmlOfText } from '../body-text.ts';
import type { Json } from './json.ts';
import { isObject, stringOf } from './json.ts';

/** Plain text, null for blank; undefined for more than is carried. */
export function bodyTextOf(body: Json | undefined): string | null | undefined {
  if (!isObject(body)) return null;
  return bodyText(stringOf(body['content']) ?? '', stringOf(body['contentType'])?.toLowerCase() === 'html');
}

export const htmlBody = (text: string): { contentType: 'html'; content: string } => ({ contentType: 'html', content: htmlOfText(text) });
