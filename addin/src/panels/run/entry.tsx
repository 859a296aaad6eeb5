/** One record of a run: the action word, the name, what was written where, why, and the cure of an error. */
import type { RunEntry } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useKnown, useServices } from '../../services.ts';
import type { Text } from '../../text/index.ts';
import { fieldName, logLineOf } from '../../text/sentences.ts';

export function Entry({ entry }: { readonly entry: RunEntry }): ReactNode {
  const { store, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  const name = entry.name ?? text('run.removed');
  const side = entry.to === 'm' ? text('side.outlook') : crm;
  // "It changed in Outlook only" names the side that was read, which is the other one than the side that was written.
  const source = entry.to === 'm' ? crm : text('side.outlook');
  const fields = entry.fields.map((field) => fieldName(text, field)).join(', ');
  const why = text.known(`why.${entry.why}`, '', { side: source, crm });
  return (
    <li>
      <p className={layout.text}>{text('run.entry', { action: text(`action.${entry.action}`), name })}</p>
      {entry.to && fields !== '' ? <p className={layout.hint}>{text('run.fields', { side, fields })}</p> : null}
      {entry.to && fields === '' ? <p className={layout.hint}>{text('run.inserted', { side })}</p> : null}
      {entry.error
        ? <p className={mergeClasses(layout.hint, layout.bad)}>{logLineOf(entry.error, text, store.now(), { crm, side, name })}</p>
        : why === '' ? null : <p className={layout.hint}>{text('why.label', { why })}</p>}
      {entry.notes.map((note) => (
        <p key={`${note.field} ${note.what}`} className={layout.hint}>
          {text(`note.${note.what}`, { field: fieldName(text, note.field), reason: carryReason(text, note.reason, side) })}
        </p>
      ))}
      {entry.action === 'error' ? <Retry record={entry.record} /> : null}
    </li>
  );
}

function carryReason(text: Text, reason: string, side: string): string {
  return text.known(`carry.${reason}`, reason, { side });
}

function Retry({ record }: { readonly record: string }): ReactNode {
  const { api, store, text } = useServices();
  const layout = useLayout();
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const press = (): void => {
    api.retry(record).then(() => {
      setAsked(true);
      store.expectRun();
    }, (error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    });
  };
  if (isAsked) return <p className={layout.hint} role="status">{text('run.retried')}</p>;
  return (
    <>
      <Failure failure={failure} />
      <Button size="small" onClick={press}>{text('run.retry')}</Button>
    </>
  );
}
