/** Cutting prose at a service's length. Pure. */

/** The longest beginning of whole graphemes within `length` UTF-16 units, without a blank at its end. */
export function cutAtGrapheme(text: string, length: number): string {
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    if (index + segment.length > length) break;
    end = index + segment.length;
  }
  return text.slice(0, end).trimEnd();
}
