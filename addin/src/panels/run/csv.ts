/** The log of a run as a table for other programs: RFC 4180, with the words of the screen. */
import type { RunEntry } from '@concord/api';
import { entryName, kindWord, sideName, whyWords } from '../../text/entries.ts';
import type { Text } from '../../text/index.ts';
import { fieldName, logLineOf } from '../../text/sentences.ts';

/** The first line names the columns. `now` is by the server's clock. */
export function csvOf(text: Text, entries: readonly RunEntry[], crm: string, now: number): string {
  const head = [text('run.action'), text('csv.name'), text('csv.kind'), text('csv.to'), text('csv.fields'), text('csv.why')];
  const rows = entries.map((entry) => [
    text(`action.${entry.action}`), entryName(text, entry), kindWord(text, entry.kind), entry.to ? sideName(text, entry.to, crm) : '',
    entry.fields.map((field) => fieldName(text, field)).join(', '),
    entry.error ? logLineOf(entry.error, text, now, { crm, ...(entry.to ? { side: sideName(text, entry.to, crm) } : {}) }) : whyWords(text, entry, crm),
  ]);
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}

/** A value that a spreadsheet would run as a formula is told as text, by an apostrophe before it. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands the table to the browser as a file. The mark at its start tells spreadsheets that it is UTF-8. */
export function saveCsv(csv: string, name: string): void {
  const address = URL.createObjectURL(new Blob(['\uFEFF', csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
