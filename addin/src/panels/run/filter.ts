/** Which rows of a run are shown: one action or all, and those that hold the words that are searched for. */
import type { RunEntry } from '@concord/api';
import { entryName } from '../../text/entries.ts';
import { fieldName } from '../../text/sentences.ts';
import type { Text } from '../../text/index.ts';

export const ACTIONS: readonly RunEntry['action'][] = ['insert', 'update', 'delete', 'link', 'unlink', 'skip', 'hold', 'ask', 'error'];

export interface RowFilter {
  readonly action: RunEntry['action'] | 'all';
  readonly search: string;
}

export const NO_FILTER: RowFilter = { action: 'all', search: '' };

export function isFiltered({ action, search }: RowFilter): boolean {
  return action !== 'all' || search.trim() !== '';
}

/** Names and fields are searched, in any case. */
export function matching(text: Text, entries: readonly RunEntry[], filter: RowFilter): readonly RunEntry[] {
  const wanted = filter.search.trim().toLocaleLowerCase(text.locale);
  return entries.filter((entry) => {
    if (filter.action !== 'all' && entry.action !== filter.action) return false;
    const words = [entryName(text, entry), ...entry.fields.map((field) => fieldName(text, field))];
    return wanted === '' || words.some((word) => word.toLocaleLowerCase(text.locale).includes(wanted));
  });
}
