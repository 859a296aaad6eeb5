/** One record of a run: the action word, the name, what was written where, why, and the cure of an error. */
import type { RunEntry } from '@concord/api';
import { Link } from '@fluentui/react-link';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Retry } from '../../parts/retry/index.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { carryWords, entryName, sideName, whyWords } from '../../text/entries.ts';
import { fieldName, logLineOf } from '../../text/sentences.ts';
import { useRunStyles } from './styles.ts';

interface EntryProps {
  /** Names the row, so that Back from the record's history finds it again. */
  readonly id: string;
  readonly entry: RunEntry;
  /** From 1, among so many; -1 while nobody knows how many. */
  readonly place: number;
  readonly of: number;
}

export function Entry({ id, entry, place, of }: EntryProps): ReactNode {
  const { router, store, text } = useServices();
  const layout = useLayout();
  const styles = useRunStyles();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  const name = entryName(text, entry);
  const side = sideName(text, entry.to ?? 'c', crm);
  const fields = entry.fields.map((field) => fieldName(text, field)).join(', ');
  const why = whyWords(text, entry, crm);
  const showRecord = (event: React.MouseEvent): void => {
    event.preventDefault();
    (event.currentTarget as HTMLElement).focus();
    router.go(hashes.record(entry.record));
  };
  return (
    <li className={styles.entry} aria-posinset={place} aria-setsize={of}>
      <p className={layout.text}>
        <Link id={id} href={hashes.record(entry.record)} onClick={showRecord}>{text('run.entry', { action: text(`action.${entry.action}`), name })}</Link>
      </p>
      {entry.to && fields !== '' ? <p className={layout.hint}>{text('run.fields', { side, fields })}</p> : null}
      {entry.to && fields === '' ? <p className={layout.hint}>{text('run.inserted', { side })}</p> : null}
      {entry.error
        ? <p className={mergeClasses(layout.hint, layout.bad)}>{logLineOf(entry.error, text, store.now(), { crm, side, name })}</p>
        : why === '' ? null : <p className={layout.hint}>{text('why.label', { why })}</p>}
      {entry.notes.map((note) => (
        <p key={`${note.field} ${note.what}`} className={layout.hint}>
          {text(`note.${note.what}`, { field: fieldName(text, note.field), reason: carryWords(text, note.reason, side) })}
        </p>
      ))}
      {entry.action === 'error' ? <Retry record={entry.record} /> : null}
    </li>
  );
}
