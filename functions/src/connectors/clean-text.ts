/** Texts as they are written. Pure. */
import type { FieldValue } from '../engine/record.ts';

/** Raw text as written: trimmed, without control characters; a line stays one line. */
export const cleanLine = (value: FieldValue | null | undefined): string | null =>
  typeof value === 'string'
    ? value
        .replace(/[\r\n]+/g, ' ')
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
        .trim() || null
    : null;

/** Outlook keeps the lines of a street apart by CR LF. */
export const cleanLines = (value: string | undefined): string | null =>
  (value ?? '')
    .split(/\r\n?|\n/)
    .map(cleanLine)
    .filter((line) => line !== null)
    .join('\r\n') || null;
