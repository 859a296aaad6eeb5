/** P8: what the record waits for with the verb that mends it; and Unlink or Link again, with what stays. */
import type { RecordHistory } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Retry } from '../../parts/retry/index.ts';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { verbOf } from './model.ts';
import type { Wishing } from './wish.ts';

interface WaitsProps {
  readonly record: RecordHistory;
  readonly waits: NonNullable<RecordHistory['waits']>;
}

export function Waits({ record, waits }: WaitsProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const go = (hash: string): void => router.go(hash);
  return (
    <div className={layout.spread}>
      <span className={mergeClasses(layout.text, layout.grow)}>{text(`record.waits.${waits}`)}</span>
      {waits === 'error' ? <Retry record={record.record} /> : null}
      {waits === 'ask' ? <Button id="record-answer" size="small" onClick={() => go(hashes.ask(record.record))}>{text('home.answer')}</Button> : null}
      {waits === 'held' ? <Button id="record-decide" size="small" onClick={() => go(hashes.held)}>{text('home.decide')}</Button> : null}
    </div>
  );
}

export function PairVerb({ record, wish }: { readonly record: RecordHistory; readonly wish: Wishing }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const verb = verbOf(record);
  if (verb === null) return null;
  return (
    <div className={layout.group}>
      <div>
        <Button
          id={`record-${verb}`} size="small" aria-describedby={`record-${verb}-says`} disabledFocusable={wish.isBusy}
          onClick={() => wish.ask({ do: verb }, text(`record.done.${verb}`))}
        >
          {text(`record.${verb}`)}
        </Button>
      </div>
      <p id={`record-${verb}-says`} className={layout.hint}>{text(verb === 'unlink' ? 'record.unlinkSays' : 'asks.fillsOnly')}</p>
    </div>
  );
}
