/** P8, one entry: when, what happened with its values, and the rule that decided. */
import type { HistoryEntry } from '@concord/api';
import { Link } from '@fluentui/react-link';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { carryWords, sideName, whyWords } from '../../text/entries.ts';
import { fieldName, logLineOf } from '../../text/sentences.ts';
import { clockTime } from '../../text/times.ts';
import { shownValue } from '../../text/values.ts';
import { didWords } from './model.ts';

/** `id` names the link to the run, so that Back finds it again. */
export function Entry({ id, entry }: { readonly id: string; readonly entry: HistoryEntry }): ReactNode {
  const { router, store, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  const side = sideName(text, entry.to ?? 'c', crm);
  const why = whyWords(text, entry, crm);
  const showRun = (event: React.MouseEvent): void => {
    event.preventDefault();
    router.go(hashes.run(entry.run));
  };
  return (
    <li>
      <p className={layout.text}>{didWords(text, entry, crm)}</p>
      {entry.changes.map(({ field, before, after }) => (
        <p key={field} className={layout.hint}>
          {entry.changes.length > 1 ? `${fieldName(text, field)}: ` : ''}{shownValue(text, field, after)}
          {before === '' ? null : <>{' · '}{text('record.before', { value: shownValue(text, field, before) })}</>}
        </p>
      ))}
      {entry.error
        ? <p className={mergeClasses(layout.hint, layout.bad)}>{logLineOf(entry.error, text, store.now(), { crm, side })}</p>
        : why === '' ? null : <p className={layout.hint}>{text('why.label', { why })}</p>}
      {entry.notes.map((note) => (
        <p key={`${note.field} ${note.what}`} className={layout.hint}>
          {text(`note.${note.what}`, { field: fieldName(text, note.field), reason: carryWords(text, note.reason, side) })}
        </p>
      ))}
      <Link id={id} href={hashes.run(entry.run)} onClick={showRun} className={layout.hint}>
        {text('record.inRun', { time: clockTime(text, entry.at) })}
      </Link>
    </li>
  );
}
