/** What an update of unknown outcome is found to have written: told in the log whatever becomes of the pair, so that it can be undone (R10, I15). */
import { landedChanges } from '../../engine/intent.ts';
import type { JournalEntry } from '../../engine/link.ts';
import type { Kind, Seen } from '../../engine/record.ts';
import { landedEntries } from '../../engine/settle.ts';
import type { OpenTodo, Run } from './run.ts';

export interface Records { readonly m?: Seen; readonly c?: Seen }

/** Empty where the todo holds no update. */
export function landedJournal(run: Run, { todo: { intent, linkId, kind } }: OpenTodo, records: Records): readonly JournalEntry[] {
  if (intent?.op !== 'update') return [];
  const link: { readonly id: string; readonly kind: Kind } = { id: linkId, kind };
  return landedEntries(link, { landed: landedChanges(intent, { m: records.m, c: records.c }, run.forms) });
}
