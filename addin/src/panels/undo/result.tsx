/** P11 after the press: a bar while it works, then what was undone and what was not. */
import type { UndoPlan } from '@concord/api';
import { ProgressBar } from '@fluentui/react-progress';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { Cannot } from './lists.tsx';
import type { UndoStep } from './undo.ts';

interface ResultProps {
  readonly step: Extract<UndoStep, { is: 'working' | 'stored' | 'done' }>;
  readonly plan: UndoPlan;
}

export function Result({ step, plan }: ResultProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const working = text.count('undo.working', plan.back.length);
  switch (step.is) {
    case 'working': return (
      <div className={layout.group}>
        <p className={layout.text}>{working}</p>
        <ProgressBar aria-label={working} />
        <p className={layout.hint}>{text('progress.close')}</p>
      </div>
    );
    case 'stored': return <p id="undo-stored" className={layout.text}>{text('undo.stored')}</p>;
    case 'done': {
      const { done, left } = step.outcome;
      return (
        <div className={layout.group}>
          <p id="undo-done" className={layout.text}>{left === 0 ? text.count('undo.done', done) : text('undo.partly', { a: done, b: left })}</p>
          {step.run === undefined ? null : <RowLink id="undo-run" hash={hashes.run(step.run)} title={text('undo.seeRun')} />}
          {plan.cannot.length > 0 ? <Cannot items={plan.cannot} /> : null}
        </div>
      );
    }
    default: return step satisfies never;
  }
}
